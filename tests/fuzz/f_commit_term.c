/* The small languages of bedplan commit: terms, existing units, weights. What is read
 * makes a term that the solver accepts or a price out of range. */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "commit_ask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HOURS = 3000, START_UNIX_S = 1796083200 }; /* 2026-12-01 */

static void expand(const struct ask_term *t, struct arena *a)
{
    struct err e = { 0 };
    struct commit_term k;
    int64_t demand[HOURS] = { 0 };
    if (ask_term_expand(&k, t, HOURS, START_UNIX_S, 12, a, &e)) {
        assert(e.code == ERR_RANGE);
        return;
    }
    struct commit_problem p = { .hours = HOURS,
                                .scenarios = 1,
                                .demand = demand,
                                .term = &k,
                                .terms = 1,
                                .hourly = COMMIT_NOT_SOLD,
                                .spill = COMMIT_NOT_SOLD,
                                .spill_most = COMMIT_NO_LIMIT,
                                .cap = COMMIT_NO_LIMIT,
                                .committed_cap = COMMIT_NO_LIMIT };
    if (commit_check(&p, &e)) assert(strstr(e.msg, "price"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    const char *text = arena_text_n(&a, (const char *)data, size);
    struct opt_list one = { .text = &text, .count = 1, .capacity = 1 };
    struct ask_term *t;
    struct ask_existing *x;
    int64_t *w;
    if (ask_terms_parse(&t, &one, true, &a, &e) == OK) expand(t, &a);
    e = (struct err){ 0 };
    if (ask_existing_parse(&x, &one, true, START_UNIX_S, &a, &e) == OK)
        assert(x->units > 0 && x->from >= 0 && x->from < x->until);
    e = (struct err){ 0 };
    if (ask_weights_parse(&w, text, 3, &a, &e) == OK)
        assert(w[0] > 0 && w[1] > 0 && w[2] > 0);
    arena_clear(&a);
    return 0;
}
