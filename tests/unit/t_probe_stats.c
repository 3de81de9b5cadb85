#include "check.h"

#include "probe_schedule.h"
#include "probe_spend.h"
#include "probe_stats.h"
#include "splitmix.h"

static struct arena a;
static struct err e;

static int fresh(void **state)
{
    (void)state;
    e = (struct err){ 0 };
    return 0;
}
static int clear(void **state)
{
    (void)state;
    arena_clear(&a);
    return 0;
}

/* numpy.quantile([3.1, 1.7, 9.4, 2.2], q) of type 7, by hand: at = q (n - 1) */
static void percentiles_interpolate_and_never_pass_the_maximum(void **state)
{
    (void)state;
    const double sorted[] = { 1.7, 2.2, 3.1, 9.4 };
    assert_close(probe_type7(sorted, 4, 0.5), 2.65, 1e-12);
    assert_close(probe_type7(sorted, 4, 0.9), 3.1 + 0.7 * 6.3, 1e-12);
    assert_true(probe_type7(sorted, 4, 0.99) <= 9.4);
    assert_close(probe_type7(sorted, 1, 0.99), 1.7, 0);
}

/* 1 - 0.5^5, 0.9^29, 0.95^59, 0.99^299: the first n whose maximum is above the
 * percentile with 95 %. */
static void a_percentile_wants_a_sample_that_carries_it(void **state)
{
    (void)state;
    static const size_t needed[PROBE_QUANTILES] = { 5, 29, 59, 299 };
    double x[300];
    struct probe_stats s;
    for (size_t i = 0; i < 300; i++)
        x[i] = 2.385 * (double)(i + 1);
    for (size_t q = 0; q < PROBE_QUANTILES; q++) {
        probe_stats_of(&s, x, needed[q] - 1, &a);
        assert_true(isnan(s.p[q]) && isnan(s.hi[q]));
        probe_stats_of(&s, x, needed[q], &a);
        assert_true(isfinite(s.p[q]));
        assert_true(s.p[q] <= s.max);
        assert_true(s.hi[q] <= s.max || isnan(s.hi[q]));
    }
    probe_stats_of(&s, x, 0, &a);
    assert_true(isnan(s.mean) && isnan(s.max) && isnan(s.p[PROBE_P50]));
}

/* Coverage on uniform samples, whose true quantile is q: at least 95 % less three
 * standard deviations of 2 000 draws. */
static void intervals_cover_the_true_percentile(void **state)
{
    (void)state;
    static const struct {
        size_t n, q;
    } row[] = { { 20, PROBE_P50 },  { 73, PROBE_P90 },  { 61, PROBE_P95 },
                { 130, PROBE_P95 }, { 305, PROBE_P99 }, { 700, PROBE_P99 } };
    enum { DRAWS = 2000 };
    uint64_t seed = 41;
    static double x[700];
    for (size_t k = 0; k < COUNT(row); k++) {
        int covered = 0;
        size_t lo, hi;
        assert_true(probe_interval(&lo, &hi, row[k].n, probe_quantile[row[k].q]));
        for (int d = 0; d < DRAWS; d++) {
            size_t below = 0; /* values below the true quantile */
            for (size_t i = 0; i < row[k].n; i++) {
                x[i] = (double)(next_bits(&seed) >> 11) * 0x1p-53;
                below += x[i] <= probe_quantile[row[k].q];
            }
            covered += lo < below && below <= hi;
        }
        double least = 0.95 - 3 * sqrt(0.95 * 0.05 / DRAWS);
        if ((double)covered / DRAWS < least) print_error("row %zu\n", k);
        assert_true((double)covered / DRAWS >= least);
    }
}

static void percentiles_that_reach_into_endless_values_are_unknown(void **state)
{
    (void)state;
    double x[100];
    struct probe_stats s;
    for (size_t i = 0; i < 90; i++)
        x[i] = (double)(i + 1);
    probe_stats_censored(&s, x, 90, 10, &a);
    assert_int_equal(s.n, 100);
    assert_close(s.p[PROBE_P50], 50.5, 1e-12);
    assert_true(isnan(s.p[PROBE_P95]));
    assert_true(isfinite(s.lo[PROBE_P90]) && isnan(s.hi[PROBE_P90]));
    assert_true(isnan(s.mean) && isnan(s.max));
}

static void a_constant_schedule_is_computed_not_accumulated(void **state)
{
    (void)state;
    struct probe_schedule s;
    assert_ok(probe_schedule_make(&s, 3, PROBE_CONSTANT, 100000, 0, 1, &a, &e), e);
    assert_int_equal(s.count, 100000);
    assert_int_equal(s.at_ns[0], 0);
    assert_int_equal(s.at_ns[1], 333333333);
    assert_int_equal(s.at_ns[99999], 33333000000000);
    assert_ok(probe_schedule_make(&s, 8, PROBE_CONSTANT, 0, 1500000000, 1, &a, &e), e);
    assert_int_equal(s.count, 12); /* 0, 0.125, … 1.375 s */
}

/* Gaps of a Poisson process: mean 1/rate, and as wide as they are long. */
static void poisson_gaps_are_exponential(void **state)
{
    (void)state;
    struct probe_schedule s, again;
    enum { N = 20000 };
    assert_ok(probe_schedule_make(&s, 50, PROBE_POISSON, N, 0, 9, &a, &e), e);
    double sum = 0, squares = 0;
    for (size_t i = 1; i < N; i++) {
        double gap = (double)(s.at_ns[i] - s.at_ns[i - 1]) / 1e9;
        assert_true(gap >= 0);
        sum += gap;
        squares += gap * gap;
    }
    double mean = sum / (N - 1), variance = squares / (N - 1) - mean * mean;
    assert_true(fabs(mean * 50 - 1) < 4 / sqrt(N));
    assert_true(fabs(sqrt(variance) / mean - 1) < 0.05);
    assert_ok(probe_schedule_make(&again, 50, PROBE_POISSON, N, 0, 9, &a, &e), e);
    assert_memory_equal(s.at_ns, again.at_ns, N * sizeof *s.at_ns);
    assert_ok(probe_schedule_make(&again, 50, PROBE_POISSON, N, 0, 10, &a, &e), e);
    assert_true(memcmp(s.at_ns, again.at_ns, N * sizeof *s.at_ns) != 0);
}

static void a_schedule_that_is_too_long_is_refused(void **state)
{
    (void)state;
    struct probe_schedule s;
    assert_int_equal(probe_schedule_make(&s, 1e5, PROBE_CONSTANT, 0,
                                         (int64_t)3600 * 1000000000, 1, &a, &e),
                     ERR_RANGE);
}

static void durations_have_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ns; /* -1: refused */
    } row[] = { { "90", 90000000000 },
                { "1.5s", 1500000000 },
                { "5m", 300000000000 },
                { "250ms", 250000000 },
                { "2h", 7200000000000 },
                { "", -1 },
                { "m", -1 },
                { "5d", -1 },
                { "-3s", -1 },
                { "0s", -1 },
                { "200h", -1 },
                { "1.2.3s", -1 },
                { "0.0001ms", -1 } };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err none = { 0 };
        int64_t ns = -1;
        enum err_code code = probe_duration(&ns, row[i].text, &none);
        if (ns != row[i].ns) print_error("'%s'\n", row[i].text);
        assert_int_equal(ns, row[i].ns);
        assert_int_equal(code == OK, row[i].ns >= 0);
    }
}

/* However requests start and end, spent and in flight stay within the cap. */
static void the_cap_holds_in_any_order(void **state)
{
    (void)state;
    uint64_t seed = 77;
    for (int round = 0; round < 50; round++) {
        struct probe_spend s = { .capped = true, .cap = { 1000 } };
        struct usd_acc flying[64];
        size_t n = 0;
        for (int step = 0; step < 500; step++) {
            if (next_bits(&seed) % 2 && n < 64) {
                struct usd_acc worst = { (i128)(next_bits(&seed) % 90) };
                if (!probe_spend_may_start(&s, worst)) continue;
                probe_spend_start(&s, worst);
                flying[n++] = worst;
            } else if (n) {
                struct usd_acc worst = flying[--n];
                i128 share = worst.ausd ? (i128)(next_bits(&seed) % 91) : 0;
                probe_spend_end(&s, worst, (struct usd_acc){ worst.ausd * share / 90 });
            }
            assert_true(s.spent.ausd + s.flying.ausd <= 1000);
            assert_true(s.flying.ausd >= 0);
        }
    }
    struct probe_spend free_of_charge = { 0 };
    assert_true(probe_spend_may_start(&free_of_charge, (struct usd_acc){ 1 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_interpolate_and_never_pass_the_maximum),
        cmocka_unit_test(a_percentile_wants_a_sample_that_carries_it),
        cmocka_unit_test(intervals_cover_the_true_percentile),
        cmocka_unit_test(percentiles_that_reach_into_endless_values_are_unknown),
        cmocka_unit_test(a_constant_schedule_is_computed_not_accumulated),
        cmocka_unit_test(poisson_gaps_are_exponential),
        cmocka_unit_test_setup(a_schedule_that_is_too_long_is_refused, fresh),
        cmocka_unit_test(durations_have_units),
        cmocka_unit_test(the_cap_holds_in_any_order),
    };
    return cmocka_run_group_tests(tests, fresh, clear);
}
