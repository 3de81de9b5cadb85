#include "check.h"

#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "quantile.h"
#include "rng.h"

/* Source: order-statistic intervals at 95 %, computed independently by scipy's
 * binom.ppf and binom.cdf; ranks count from 1. */
static const struct {
    size_t n;
    double q;
    size_t lo, hi;
    double coverage;
} interval[] = {
    { 400, 0.90, 348, 372, 0.9547725797 },
    { 400, 0.95, 371, 389, 0.9619203585 },
    { 400, 0.99, 392, 400, 0.9612808871 },
    { 1000, 0.90, 881, 919, 0.9549071811 },
    { 1000, 0.95, 936, 964, 0.9580952682 },
    { 1000, 0.99, 983, 997, 0.9760947635 },
    { 10000, 0.95, 9457, 9543, 0.9515280547 },
    { 10000, 0.99, 9880, 9920, 0.9557546828 },
    { 100000, 0.99, 98938, 99062, 0.9512338613 },
};

static void intervals_are_the_order_statistics_of_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(interval); i++) {
        size_t lo = 0, hi = 0;
        assert_true(quantile_interval(&lo, &hi, interval[i].n, interval[i].q, 0.95));
        assert_int_equal(lo + 1, interval[i].lo);
        assert_int_equal(hi + 1, interval[i].hi);
        unsigned n = (unsigned)interval[i].n;
        double covered = gsl_cdf_binomial_P((unsigned)hi, interval[i].q, n) -
                         gsl_cdf_binomial_P((unsigned)lo, interval[i].q, n);
        assert_close(covered, interval[i].coverage, 1e-9);
    }
}

static void a_sample_too_small_carries_no_interval(void **state)
{
    (void)state;
    size_t lo = 77, hi = 88;
    assert_false(quantile_interval(&lo, &hi, 100, 0.99, 0.95));
    assert_false(quantile_interval(&lo, &hi, 4, 0.5, 0.95));
    assert_false(quantile_interval(&lo, &hi, 0, 0.5, 0.95));
    assert_int_equal(lo, 77);
    assert_int_equal(hi, 88);
    assert_true(quantile_interval(&lo, &hi, 400, 0.99, 0.95));
}

/* The interval holds the true quantile as often as it says: uniform samples. */
static void intervals_cover_as_often_as_promised(void **state)
{
    (void)state;
    enum { N = 400, REPEATS = 4000 };
    static double x[N];
    size_t lo = 0, hi = 0;
    struct rng r;
    rng_init(&r, 20261122, 1, 0);
    assert_true(quantile_interval(&lo, &hi, N, 0.95, 0.95));
    int covered = 0;
    for (int k = 0; k < REPEATS; k++) {
        size_t below = 0; /* order statistic i is below q when more than i are */
        for (int i = 0; i < N; i++) {
            x[i] = rng_uniform(&r);
            below += x[i] <= 0.95;
        }
        covered += below > lo && below <= hi;
    }
    /* 0.9619203585 exactly; four standard errors */
    double p = 0.9619203585;
    assert_true(fabs((double)covered / REPEATS - p) < 4 * sqrt(p * (1 - p) / REPEATS));
}

static void a_quantile_is_a_value_that_occurred(void **state)
{
    (void)state;
    const double x[] = { 1.5, 2.385, 3.25, 4.125, 8.0625 };
    assert_close(quantile_sorted(x, 5, 0.5), 3.25, 0);
    assert_close(quantile_sorted(x, 5, 0.2), 1.5, 0);
    assert_close(quantile_sorted(x, 5, 0.200001), 2.385, 0);
    assert_close(quantile_sorted(x, 5, 0.001), 1.5, 0);
    assert_close(quantile_sorted(x, 5, 0.999), 8.0625, 0);
    assert_close(quantile_sorted(x, 1, 0.5), 1.5, 0);
}

/* q n that is whole in decimal is whole, whatever binary makes of it. */
static void whole_ranks_are_not_pushed_up_by_rounding(void **state)
{
    (void)state;
    enum { N = 1000 };
    static double x[N];
    for (int i = 0; i < N; i++)
        x[i] = i + 1;
    for (int n = 100; n <= N; n += 100) {
        for (int percent = 1; percent < 100; percent++) {
            assert_close(quantile_sorted(x, (size_t)n, percent / 100.0),
                         percent * n / 100, 0);
        }
    }
}

static void runs_needed_for_a_percentile(void **state)
{
    (void)state;
    assert_int_equal(quantile_runs_needed(0.90, 0.95), 29);
    assert_int_equal(quantile_runs_needed(0.95, 0.95), 59);
    assert_int_equal(quantile_runs_needed(0.99, 0.95), 299);
    assert_int_equal(quantile_runs_needed(0.999, 0.95), 2995);
}

static void means_keep_what_plain_sums_lose(void **state)
{
    (void)state;
    const double x[] = { 1e16, 1.25, -1e16, 2.75 };
    assert_close(mean_of(x, COUNT(x)), 1.0, 0);
    assert_close(mean_of(x, 0), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_the_order_statistics_of_the_table),
        cmocka_unit_test(a_sample_too_small_carries_no_interval),
        cmocka_unit_test(intervals_cover_as_often_as_promised),
        cmocka_unit_test(a_quantile_is_a_value_that_occurred),
        cmocka_unit_test(whole_ranks_are_not_pushed_up_by_rounding),
        cmocka_unit_test(runs_needed_for_a_percentile),
        cmocka_unit_test(means_keep_what_plain_sums_lose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
