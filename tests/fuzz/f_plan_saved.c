/* Saved plans: what is read can be drawn, told to finance and compared with itself, and
 * that comparison says nothing changed. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "plan_finance.h"
#include "plan_saved.h"
#include "plot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct app app = { .arena = &a, .columns = 100 };
    struct plan p;
    struct err e = { 0 };
    if (plan_saved_parse(&p, &app, "seed", (const char *)data, size, &e)) {
        assert(e.code != OK && e.msg[0]);
    } else {
        struct plot plot;
        struct bridge b;
        for (int c = 0; c < CHART_COUNT; c++)
            (void)plan_chart(&plot, &p, (enum plan_chart)c);
        FILE *f = fopen("/dev/null", "w");
        assert(f);
        (void)!plan_finance(&(struct finance_page){ .f = f }, &p, &e);
        fclose(f);
        e = (struct err){ 0 };
        if (!bridge_build(&b, p.bill, p.bill, &e)) {
            int64_t sum = b.rest_nusd;
            for (int k = 0; k < BRIDGE_CAUSES; k++)
                sum += b.part_nusd[k];
            assert(sum == 0 && b.before_nusd == b.after_nusd);
        }
    }
    arena_clear(&a);
    return 0;
}
