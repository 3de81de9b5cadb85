#include "check.h"

#include "loadcurve.h"
#include "rng.h"

enum { LEVELS = 60 };

static void every_overflow_is_the_sum_over_hours(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 20261122, 2, 0);
    for (int repeat = 0; repeat < 200; repeat++) {
        enum { HOURS = 300 };
        double d[HOURS], demand[LEVELS + 1], all[LEVELS + 1];
        int64_t hours[LEVELS + 1];
        struct load_curve c;
        load_curve_init(&c, hours, demand, LEVELS);
        double scale = 80 * rng_uniform(&r), total = 0, peak = 0;
        for (int h = 0; h < HOURS; h++) {
            d[h] = rng_uniform(&r) < 0.2 ? floor(scale) : scale * rng_uniform(&r);
            total += d[h];
            peak = fmax(peak, d[h]);
            load_curve_add(&c, d[h]);
        }
        load_curve_overflows(all, &c);
        assert_close(c.total, total, 1e-13);
        assert_close(c.peak, peak, 0);
        assert_int_equal(c.count, HOURS);
        for (int units = 0; units <= LEVELS; units++) {
            double want = 0;
            for (int h = 0; h < HOURS; h++)
                want += fmax(0, d[h] - units);
            assert_close(load_curve_overflow(&c, units), want, 1e-11);
            assert_close(all[units], load_curve_overflow(&c, units), 0);
        }
    }
}

static void demand_on_a_whole_number_of_units_does_not_overflow_them(void **state)
{
    (void)state;
    double demand[LEVELS + 1];
    int64_t hours[LEVELS + 1];
    struct load_curve c;
    load_curve_init(&c, hours, demand, LEVELS);
    load_curve_add(&c, 7);
    load_curve_add(&c, 0);
    assert_close(load_curve_overflow(&c, 7), 0, 0);
    assert_close(load_curve_overflow(&c, 6), 1, 0);
    assert_close(load_curve_overflow(&c, 0), 7, 0);
}

static void an_empty_curve_carries_nothing(void **state)
{
    (void)state;
    double demand[1];
    int64_t hours[1];
    struct load_curve c;
    load_curve_init(&c, hours, demand, 0);
    assert_close(load_curve_overflow(&c, 0), 0, 0);
    load_curve_add(&c, 41.375); /* beyond the last level: kept whole */
    assert_close(load_curve_overflow(&c, 0), 41.375, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_overflow_is_the_sum_over_hours),
        cmocka_unit_test(demand_on_a_whole_number_of_units_does_not_overflow_them),
        cmocka_unit_test(an_empty_curve_carries_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
