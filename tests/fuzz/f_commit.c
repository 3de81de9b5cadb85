/* Demand for the commitment optimiser: what is read is whole and in range, and what is
 * small enough is solved, with a bound that meets the cost. */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "commit_answer.h"
#include "commit_series.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_HOURS = 64, MOST_SCENARIOS = 8, MOST_UNITS = 40 };

static void solve(const struct commit_series *s, struct arena *a)
{
    static const struct ask_term term[] = {
        { .name = "short", .hours = 3, .price = { true, 40500000000000 }, .every = 1 },
        { .name = "long", .hours = 17, .price = { true, 201375000000000 }, .every = 4 },
    };
    struct commit_question q = { .file = "x.csv",
                                 .series = s,
                                 .hourly = { true, 20250000000000 },
                                 .spill = { true, 31480000000000 },
                                 .term = term,
                                 .terms = 2,
                                 .cap = COMMIT_NO_LIMIT,
                                 .spill_most = COMMIT_NO_LIMIT,
                                 .most_share = -1 };
    struct commit_answer x;
    struct err e = { 0 };
    assert(commit_answer(&x, &q, a, &e) == OK);
    assert(x.plan.bound == x.plan.cost);
    assert(x.bound.nusd <= x.total.nusd);
    assert(!x.exact || x.gap.nusd == 0);
    assert(x.has_without && x.total.nusd <= x.without.nusd + 2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct commit_series s = { 0 };
    if (commit_series_parse(&s, "x.csv", (const char *)data, size, &a, &e) == OK) {
        int64_t most = 0;
        assert(s.hours > 0 && s.scenarios > 0 && s.decimals <= 9);
        for (size_t i = 0; i < (size_t)s.hours * s.scenarios; i++) {
            assert(s.demand[i] >= 0);
            assert(s.demand[i] <= (int64_t)COMMIT_MAX_LEVELS * COMMIT_UNIT);
            if (s.demand[i] > most) most = s.demand[i];
        }
        if (s.hours <= MOST_HOURS && s.scenarios <= MOST_SCENARIOS &&
            most <= (int64_t)MOST_UNITS * COMMIT_UNIT)
            solve(&s, &a);
    } else {
        assert(e.code == ERR_INPUT || e.code == ERR_RANGE);
        assert(strncmp(e.msg, "x.csv:", 6) == 0);
    }
    arena_clear(&a);
    return 0;
}
