#include "check.h"

#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "arena.h"
#include "demand.h"
#include "drivers.h"
#include "rng.h"

enum { YEAR = 8760, PATHS = 256 };

/* 2026-12-01 is a Tuesday. */
static const int64_t START = 1796083200;

static double flat(int hour)
{
    (void)hour;
    return 1;
}

static double office(int hour)
{
    return hour / 24 < 5 && hour % 24 >= 8 && hour % 24 < 18 ? 2.5 : 0.4;
}

static struct demand_spec spec_of(double (*profile)(int))
{
    struct demand_spec s = {
        .start_unix_s = START,
        .hours = YEAR,
        .requests_per_day = 250000,
        .input_mean = 1154.7,
        .output_mean = 211.13,
        .shock_factor = 1,
    };
    double sum = 0;
    for (int i = 0; i < DEMAND_WEEK_HOURS; i++)
        sum += s.profile[i] = profile(i);
    for (int i = 0; i < DEMAND_WEEK_HOURS; i++)
        s.profile[i] *= DEMAND_WEEK_HOURS / sum;
    struct err e = { 0 };
    assert_ok(demand_check(&s, &e), e);
    return s;
}

/* Every driver at its median: no shock at this count. */
static void medians(double *u)
{
    for (int i = 0; i < DRIVER_COUNT; i++)
        u[i] = 0.5;
    u[DRIVER_SHOCK_COUNT] = 1e-9;
}

struct year {
    double requests[YEAR], input_tokens[YEAR], output_tokens[YEAR];
};

static void run(struct year *y, const struct demand_spec *s, const double *u,
                uint64_t seed, uint64_t workload, uint64_t path)
{
    struct demand_hours out = { y->requests, y->input_tokens, y->output_tokens };
    demand_path(&out, s, u, seed, workload, path);
}

static void median_drivers_without_noise_give_the_formula(void **state)
{
    (void)state;
    static struct year y;
    struct demand_spec s = spec_of(office);
    s.growth_per_month = 0.06;
    s.growth_sd = 0.04;
    s.length_drift_per_month = -0.0125;
    s.season_sd = 0.3;
    s.level_sd = 0.1;
    double u[DRIVER_COUNT];
    medians(u);
    run(&y, &s, u, 1, 0, 0);
    for (int h = 0; h < YEAR; h++) {
        double months = h / 730.485;
        double n = 250000.0 / 24 * pow(1.06, months) * s.profile[(24 + h) % 168];
        double length = pow(1 - 0.0125, months);
        assert_close(y.requests[h], n, 1e-11);
        assert_close(y.input_tokens[h], n * 1154.7 * length, 1e-11);
        assert_close(y.output_tokens[h], n * 211.13 * length, 1e-11);
    }
}

/* The factor's own spread is what was stated, not its logarithm's. */
static void factors_have_the_stated_median_and_spread(void **state)
{
    (void)state;
    static const struct {
        double median, sd;
    } row[] = { { 1.06, 0.04 }, { 1, 0.2 }, { 2.5, 1.75 }, { 0.9, 3.25 }, { 1, 1e-7 } };
    for (size_t i = 0; i < COUNT(row); i++) {
        double sigma = lognormal_sigma(row[i].median, row[i].sd);
        double w = exp(sigma * sigma);
        double sd = row[i].median * sqrt(w * expm1(sigma * sigma));
        assert_close(sd / row[i].sd, 1, 1e-9);
    }
    assert_close(lognormal_sigma(1.06, 0), 0, 0);

    struct demand_spec s = spec_of(flat);
    s.growth_per_month = 0.06;
    s.growth_sd = 0.04;
    double u[DRIVER_COUNT], sum = 0, squares = 0;
    enum { STEPS = 20000 };
    for (int i = 0; i < STEPS; i++) {
        medians(u);
        u[DRIVER_GROWTH] = (i + 0.5) / STEPS;
        double g = demand_factors(&s, u).growth_per_month;
        sum += g;
        squares += g * g;
    }
    double mean = sum / STEPS;
    assert_close(sqrt(squares / STEPS - mean * mean), 0.04, 5e-5);
    medians(u);
    assert_close(demand_factors(&s, u).growth_per_month, 1.06, 1e-14);
}

static void more_of_a_driver_never_gives_less_demand(void **state)
{
    (void)state;
    static struct year a, b;
    struct demand_spec s = spec_of(office);
    s.growth_sd = 0.04;
    s.level_sd = 0.3;
    s.length_drift_sd = 0.02;
    s.shocks_per_year = 2;
    s.shock_factor = 1.6;
    s.shock_factor_sd = 0.4;
    s.shock_days = 5.5;
    static const int driver[] = { DRIVER_GROWTH, DRIVER_LEVEL, DRIVER_LENGTH,
                                  DRIVER_SHOCK_SIZE };
    struct rng r;
    rng_init(&r, 20261122, 4, 0);
    for (int repeat = 0; repeat < 40; repeat++) {
        double u[DRIVER_COUNT];
        for (int i = 0; i < DRIVER_COUNT; i++)
            u[i] = rng_uniform(&r);
        run(&a, &s, u, 1, 0, 3);
        int d = driver[repeat % (int)COUNT(driver)];
        u[d] += (1 - u[d]) * rng_uniform(&r);
        run(&b, &s, u, 1, 0, 3);
        for (int h = 0; h < YEAR; h++)
            assert_true(b.input_tokens[h] >= a.input_tokens[h]);
    }
}

/* The same bytes whatever came before, and for a part of the horizon too. */
static void a_path_is_the_same_in_any_order(void **state)
{
    (void)state;
    static struct year forward[8], again;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct demand_spec s = spec_of(office);
    s.growth_sd = 0.04;
    s.dispersion = 16.4;
    s.input_cv = 0.96;
    s.output_cv = 0.771;
    s.shocks_per_year = 3;
    s.shock_factor = 1.4;
    s.shock_days = 3;
    double *u;
    assert_ok(demand_points(&u, 2, 8, 7, &a, &e), e);
    for (size_t p = 0; p < 8; p++)
        run(&forward[p], &s, u + (p * 2 + 1) * DRIVER_COUNT, 7, 1, p);
    for (size_t p = 8; p-- > 0;) {
        run(&again, &s, u + (p * 2 + 1) * DRIVER_COUNT, 7, 1, p);
        assert_memory_equal(&again, &forward[p], sizeof again);
    }
    for (size_t p = 1; p < 8; p++)
        assert_memory_not_equal(&forward[p], &forward[0], sizeof again);
    run(&again, &s, u + DRIVER_COUNT, 7, 0, 0); /* another workload, other noise */
    assert_memory_not_equal(&again, &forward[0], sizeof again);
    run(&again, &s, u + DRIVER_COUNT, 8, 1, 0); /* another seed */
    assert_memory_not_equal(&again, &forward[0], sizeof again);
    arena_clear(&a);
}

static void hour_noise_has_the_stated_mean_and_variance(void **state)
{
    (void)state;
    static struct year y;
    static const struct {
        double per_hour, dispersion, input_cv, output_cv;
        double slack; /* of the variance, by the cube's own approximation */
    } row[] = {
        { 10416.5, 1, 0.96, 0.771, 0.01 },       { 10416.5, 61.7, 0.96, 0.771, 0.01 },
        { 130.25, 1, 2.147, 0.964, 0.015 },      { 12.5, 1.39, 0.96, 0.771, 0.02 },
        { 12.5, 3.87, 1.313, 0.729, 0.03 },      { 1.25, 1, 0.96, 0.771, 0.05 },
        { 1e6 / 24, 166.9, 0.964, 2.147, 0.01 },
    };
    enum { REPEATS = 40 };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct demand_spec s = spec_of(flat);
        double lambda = row[i].per_hour, u[DRIVER_COUNT];
        s.requests_per_day = 24 * lambda;
        s.dispersion = row[i].dispersion;
        s.input_cv = row[i].input_cv;
        s.output_cv = row[i].output_cv;
        medians(u);
        double n = (double)YEAR * REPEATS, sum[3] = { 0 }, squares[3] = { 0 },
               cross = 0;
        for (uint64_t p = 0; p < REPEATS; p++) {
            run(&y, &s, u, 20261122, i, p);
            for (int h = 0; h < YEAR; h++) {
                double x[3] = { y.requests[h] / lambda - 1,
                                y.input_tokens[h] / (lambda * s.input_mean) - 1,
                                y.output_tokens[h] / (lambda * s.output_mean) - 1 };
                for (int k = 0; k < 3; k++) {
                    assert_true(x[k] >= -1);
                    sum[k] += x[k];
                    squares[k] += x[k] * x[k];
                }
                cross += x[1] * x[2];
            }
        }
        double counts = s.dispersion / lambda;
        double want[3] = { counts, 0, 0 };
        want[1] = (1 + counts) * (1 + s.input_cv * s.input_cv / lambda) - 1;
        want[2] = (1 + counts) * (1 + s.output_cv * s.output_cv / lambda) - 1;
        for (int k = 0; k < 3; k++) {
            /* four standard errors, and 1e-4 of the cube */
            assert_true(fabs(sum[k] / n) < 4 * sqrt(want[k] / n) + 1e-4);
            assert_close(squares[k] / n / want[k], 1, row[i].slack);
        }
        /* what input and output share is the count */
        assert_true(fabs(cross / n - counts) <
                    5 * sqrt(want[1] * want[2] / n) + row[i].slack * counts);
    }
}

/* 0.4 requests an hour: the year's total is right though no hour is normal. */
static void rare_requests_keep_their_mean(void **state)
{
    (void)state;
    static struct year y;
    struct demand_spec s = spec_of(office);
    s.requests_per_day = 9.6;
    s.dispersion = 1;
    s.input_cv = s.output_cv = 0.96;
    double u[DRIVER_COUNT], requests = 0, input = 0;
    medians(u);
    for (uint64_t p = 0; p < PATHS; p++) {
        run(&y, &s, u, 5, 0, p);
        for (int h = 0; h < YEAR; h++) {
            assert_true(y.requests[h] >= 0 && y.output_tokens[h] >= 0);
            requests += y.requests[h];
            input += y.input_tokens[h];
        }
    }
    /* the horizon is not whole weeks: compare with the profile's own sum */
    double want = 0;
    for (int h = 0; h < YEAR; h++)
        want += 0.4 * s.profile[(24 + h) % 168] * PATHS;
    assert_close(requests / want, 1, 0.004);
    assert_close(input / want / 1154.7, 1, 0.006);
}

static void a_silent_hour_stays_silent(void **state)
{
    (void)state;
    static struct year y;
    struct demand_spec s = spec_of(flat);
    s.profile[24] = 0; /* Tuesday 00:00, hour 0 of the horizon */
    s.profile[25] = 2;
    s.dispersion = 5;
    s.input_cv = 1;
    double u[DRIVER_COUNT];
    medians(u);
    run(&y, &s, u, 1, 0, 0);
    assert_close(y.requests[0], 0, 0);
    assert_close(y.input_tokens[168], 0, 0);
    assert_true(y.requests[1] > 0);
    s.season_sd = 2;
    u[DRIVER_SEASON] = 0.999; /* strength 7: the troughs would be negative */
    run(&y, &s, u, 1, 0, 0);
    for (int h = 0; h < YEAR; h++)
        assert_true(y.requests[h] >= 0 && isfinite(y.requests[h]));
    u[DRIVER_SEASON] = 0.001; /* no season left: the silent hour is as the others */
    run(&y, &s, u, 1, 0, 0);
    assert_true(y.requests[0] > 9000);
    s.requests_per_day = 0;
    run(&y, &s, u, 1, 0, 0);
    for (int h = 0; h < YEAR; h++)
        assert_true(fabs(y.requests[h]) + fabs(y.input_tokens[h]) <= 0);
}

static void shocks_last_as_long_as_stated_and_multiply(void **state)
{
    (void)state;
    static struct year y;
    struct demand_spec s = spec_of(flat);
    s.shocks_per_year = 2;
    s.shock_factor = 3.25;
    s.shock_days = 2.5;
    double u[DRIVER_COUNT];
    medians(u);
    u[DRIVER_SHOCK_COUNT] = 0.6; /* P(0) = 0.135, P(<=1) = 0.406, P(<=2) = 0.677 */
    u[DRIVER_SHOCK_TIME] = 0.25;
    u[DRIVER_SHOCK_TIME + 1] = 0.2525; /* 8760 × 0.0025: 22 hours later */
    run(&y, &s, u, 1, 0, 0);
    double n = 250000.0 / 24;
    for (int h = 0; h < YEAR; h++) {
        bool first = h >= 2190 && h < 2250, second = h >= 2211 && h < 2271;
        double want = n * (first ? 3.25 : 1) * (second ? 3.25 : 1);
        assert_close(y.requests[h], want, 1e-13);
    }
    double extra = 2 * 21 * 2.25 + 39 * (3.25 * 3.25 - 1);
    assert_close(demand_factors(&s, u).shocks, 1 + extra / YEAR, 1e-13);
}

static void shocks_come_as_often_as_stated(void **state)
{
    (void)state;
    struct demand_spec s = spec_of(flat);
    s.shocks_per_year = 1.5;
    enum { STEPS = 100000 };
    double u[DRIVER_COUNT], shocks = 0;
    for (int i = 0; i < STEPS; i++) {
        medians(u);
        u[DRIVER_SHOCK_COUNT] = (i + 0.5) / STEPS;
        shocks += drivers_draw(&s, u).shocks;
    }
    /* E[min(N, 8)] differs from 1.5 × 8760 / 8765.82 by 2e-5 */
    assert_close(shocks / STEPS, 1.5 * 8760 / 8765.82, 1e-4);
}

static void bad_specs_are_refused_by_field(void **state)
{
    (void)state;
    const struct demand_spec good = spec_of(office);
    struct err e = { 0 };
    struct demand_spec s;
#define REFUSED(change, word)                                                          \
    s = good, change, e = (struct err){ 0 };                                           \
    assert_int_equal(demand_check(&s, &e), ERR_RANGE);                                 \
    if (!strstr(e.msg, word)) print_error("%s\n", e.msg);                              \
    assert_non_null(strstr(e.msg, word))
    REFUSED(s.requests_per_day = -1, "requests_per_day");
    REFUSED(s.requests_per_day = (double)NAN, "requests_per_day");
    REFUSED(s.requests_per_day = HUGE_VAL, "requests_per_day");
    REFUSED(s.growth_per_month = -1, "growth_per_month");
    REFUSED(s.growth_sd = -0.01, "growth_sd");
    REFUSED(s.level_sd = (double)NAN, "level_sd");
    REFUSED(s.dispersion = -2, "dispersion");
    REFUSED(s.input_cv = -2, "input_cv");
    REFUSED(s.hours = 0, "hours");
    REFUSED(s.hours = INT64_MAX, "hours");
    REFUSED(s.start_unix_s += 1800, "on the hour");
    REFUSED(s.profile[9] = -0.5, "hour 9");
    REFUSED(s.profile[9] = (double)NAN, "hour 9");
    REFUSED(s.profile[9] += 1, "mean");
    REFUSED(memset(s.profile, 0, sizeof s.profile), "all hours are 0");
    REFUSED(s.shocks_per_year = 5, "shocks_per_year");
#undef REFUSED
}

static void drivers_have_names(void **state)
{
    (void)state;
    assert_string_equal(demand_driver_text(DRIVER_GROWTH), "growth");
    assert_string_equal(demand_driver_text(DRIVER_SHOCK_COUNT), "shock count");
    assert_string_equal(demand_driver_text(DRIVER_SHOCK_SIZE - 1), "shock time");
    assert_string_equal(demand_driver_text(DRIVER_COUNT - 1), "shock size");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(median_drivers_without_noise_give_the_formula),
        cmocka_unit_test(factors_have_the_stated_median_and_spread),
        cmocka_unit_test(more_of_a_driver_never_gives_less_demand),
        cmocka_unit_test(a_path_is_the_same_in_any_order),
        cmocka_unit_test(hour_noise_has_the_stated_mean_and_variance),
        cmocka_unit_test(rare_requests_keep_their_mean),
        cmocka_unit_test(a_silent_hour_stays_silent),
        cmocka_unit_test(shocks_last_as_long_as_stated_and_multiply),
        cmocka_unit_test(shocks_come_as_often_as_stated),
        cmocka_unit_test(bad_specs_are_refused_by_field),
        cmocka_unit_test(drivers_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
