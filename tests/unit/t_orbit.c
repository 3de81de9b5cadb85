#include "check.h"

#include <stdlib.h>

#include "orbit.h"
#include "replay_private.h"
#include "splitmix.h"

/* The wheel against a plain array that is searched. */
static void events_come_in_order_of_time_and_tag(void **state)
{
    (void)state;
    enum { MOST = 600 };
    uint64_t seed = 385;
    for (int trial = 0; trial < 300; trial++) {
        struct arena a = { 0 };
        struct orbit o;
        struct orbit_event list[MOST];
        size_t n = 0;
        int64_t longest = 1 + next_size(&seed, 10), now = next_size(&seed, 15);
        orbit_init(&o, longest, (double)next_below(&seed, 500), &a);
        for (int step = 0; step < 2000; step++) {
            bool push = n == 0 || (n < MOST && next_below(&seed, 100) < 55);
            if (push) {
                /* few different delays make ties */
                int64_t delay = next_below(&seed, 2)
                                    ? next_below(&seed, longest + 1)
                                    : next_below(&seed, 4) * (longest / 3);
                uint64_t tag = (uint64_t)next_below(&seed, 1 << 20);
                list[n] = (struct orbit_event){ now + delay, tag };
                orbit_push(&o, list[n++]);
                continue;
            }
            size_t first = 0;
            for (size_t i = 1; i < n; i++)
                if (list[i].at_ns < list[first].at_ns ||
                    (list[i].at_ns == list[first].at_ns &&
                     list[i].tag < list[first].tag))
                    first = i;
            assert_int_equal(o.next_ns, list[first].at_ns);
            struct orbit_event v = orbit_pop(&o);
            assert_int_equal(v.at_ns, list[first].at_ns);
            assert_int_equal(v.tag, list[first].tag);
            now = v.at_ns;
            list[first] = list[--n];
            assert_int_equal(o.events, n);
        }
        arena_clear(&a);
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void quantiles_are_those_of_the_sorted_waits(void **state)
{
    (void)state;
    static const double q[WAITS] = { 0.5, 0.95, 0.99, 1 };
    uint64_t seed = 21;
    for (int trial = 0; trial < 400; trial++) {
        struct arena a = { 0 };
        size_t waited = (size_t)next_size(&seed, 4);
        size_t at_once = (size_t)next_size(&seed, 4), n = waited + at_once;
        struct waits w = { .ns = ARENA_NEW(&a, int64_t, waited + 1), .count = waited };
        double *all = ARENA_NEW(&a, double, n + 1), got[WAITS];
        for (size_t i = 0; i < waited; i++) {
            w.ns[i] = 1 + next_size(&seed, 12);
            all[i] = (double)w.ns[i] * 1e-6;
        }
        qsort(all, n, sizeof *all, ascending); /* the rest are zeros */
        waits_quantiles(got, &w, (int64_t)n, &a);
        for (int p = 0; p < WAITS; p++) {
            if (n == 0)
                assert_true(isnan(got[p]));
            else
                assert_close(got[p], all[(size_t)ceil(q[p] * (double)n) - 1], 0);
        }
        arena_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_come_in_order_of_time_and_tag),
        cmocka_unit_test(quantiles_are_those_of_the_sorted_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
