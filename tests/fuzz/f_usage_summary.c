/* A summary file is refused by name or gives lengths that are a distribution. */
#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "usage_summary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct usage_summary u;
    enum err_code code = usage_summary_parse(&u, "u", (const char *)data, size, &a, &e);
    if (code) {
        assert(code == ERR_INPUT && e.msg[0] == 'u' && e.msg[1] == ':');
    } else {
        double share = 0;
        for (size_t i = 0; i < u.lengths.count; i++)
            share += u.lengths.cell[i].share;
        assert(u.requests > 0 && fabs(share - 1) < 0x1p-30);
        assert(isfinite(lengths_input_mean(&u.lengths)));
        double q = lengths_output_quantile(&u.lengths, 0.95);
        assert(q >= lengths_output_quantile(&u.lengths, 0.5));
    }
    arena_clear(&a);
    return 0;
}
