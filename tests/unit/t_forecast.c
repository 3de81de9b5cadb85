#include "check.h"

#include "forecast.h"
#include "gsl_quiet.h"
#include "splitmix.h"

static struct arena arena;
static double y[1200];

static int clear(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

/* -1 … 1, bell-shaped */
static double noise(uint64_t *seed)
{
    double sum = 0;
    for (int i = 0; i < 3; i++)
        sum += (double)next_below(seed, 2000001) / 3e6 - 1.0 / 3;
    return sum;
}

static struct forecast run(struct forecast_spec spec)
{
    struct forecast f;
    struct err e = { 0 };
    spec.value = y;
    spec.level[0] = 80;
    spec.level[1] = 95;
    spec.levels = 2;
    assert_ok(forecast_run(&f, &spec, &arena, &e), e);
    for (size_t i = 0; i < f.horizon; i++) {
        const struct forecast_interval *x = f.interval;
        assert_true(isfinite(f.point[i]) && isfinite(x[1].upper[i]));
        assert_true(x[1].lower[i] <= x[0].lower[i] && x[0].lower[i] <= f.point[i]);
        assert_true(f.point[i] <= x[0].upper[i] && x[0].upper[i] <= x[1].upper[i]);
    }
    double all = 0;
    for (size_t i = 0; i < f.weights; i++) {
        assert_true(f.weight[i].weight >= 0);
        if (i) assert_true(f.weight[i].weight <= f.weight[i - 1].weight);
        all += f.weight[i].weight;
    }
    assert_close(all, 1, 1e-12);
    return f;
}

static void a_constant_series_stays_and_is_certain(void **state)
{
    (void)state;
    for (size_t n = 2; n <= 60; n += 29) {
        for (size_t t = 0; t < n; t++)
            y[t] = 7.125;
        struct forecast f = run((struct forecast_spec){
            .count = n, .season = { 7 }, .seasons = 1, .horizon = 10 });
        for (size_t i = 0; i < 10; i++) {
            assert_close(f.point[i], 7.125, 1e-12);
            assert_close(f.interval[1].lower[i], 7.125, 1e-12);
            assert_close(f.interval[1].upper[i], 7.125, 1e-12);
        }
        assert_true(isnan(f.mase));
    }
}

static void zeros_stay_zeros(void **state)
{
    (void)state;
    memset(y, 0, sizeof y);
    struct forecast f = run((struct forecast_spec){ .count = 40, .horizon = 6 });
    assert_true(f.point[5] == 0 && f.interval[1].upper[5] == 0);
}

static void two_values_are_enough_and_uncertain(void **state)
{
    (void)state;
    y[0] = 100;
    y[1] = 110;
    struct forecast f =
        run((struct forecast_spec){ .count = 2, .horizon = 6, .paths = 50, .seed = 1 });
    assert_int_equal(f.origins, 0);
    assert_true(isnan(f.smape) && isnan(f.interval[0].coverage));
    assert_true(f.point[0] > 100 && f.point[0] < 120);
    /* one step of 10 known: t with one degree of freedom, 12.706 */
    assert_close(f.interval[1].upper[0] - f.point[0], 127.062047364, 1e-9);
    assert_close(f.interval[1].upper[3] - f.point[3], 2 * 127.062047364, 1e-9);
    assert_true(f.interval[1].lower[0] == 0); /* never negative so far */
}

static void a_line_goes_on(void **state)
{
    (void)state;
    for (size_t n = 5; n <= 90; n += 17) {
        for (size_t t = 0; t < n; t++)
            y[t] = 30 + 2.5 * (double)t;
        struct forecast f = run((struct forecast_spec){ .count = n, .horizon = 8 });
        for (size_t i = 0; i < 8; i++)
            assert_close(f.point[i], 30 + 2.5 * (double)(n + i), 0.05);
    }
}

static void growth_goes_on(void **state)
{
    (void)state;
    for (size_t t = 0; t < 36; t++)
        y[t] = 1000 * pow(1.06, (double)t);
    struct forecast f = run((struct forecast_spec){ .count = 24, .horizon = 12 });
    for (size_t i = 0; i < 12; i++)
        assert_close(f.point[i], y[24 + i], 0.02);
}

static void what_was_never_negative_will_not_be(void **state)
{
    (void)state;
    for (size_t t = 0; t < 60; t++)
        y[t] = 100 - 1.6 * (double)t;
    struct forecast f =
        run((struct forecast_spec){ .count = 60, .horizon = 20, .paths = 100 });
    for (size_t i = 0; i < 20; i++)
        assert_true(f.point[i] >= 0 && f.interval[1].lower[i] >= 0);
    for (size_t i = 0; i < 2000; i++)
        assert_true(f.path[i] >= 0);
    for (size_t t = 0; t < 60; t++)
        y[t] -= 100;
    f = run((struct forecast_spec){ .count = 60, .horizon = 20 });
    assert_true(f.point[19] < -100);
}

/* Two seasons and noise: errors of the size of the noise, intervals of its width. */
static void two_seasons_are_followed(void **state)
{
    (void)state;
    uint64_t seed = 77;
    for (size_t t = 0; t < 1048; t++)
        y[t] = 200 + 60 * cos((double)t * 6.283185307 / 24) +
               ((t / 24) % 7 >= 5 ? -50 : 0) + 6 * noise(&seed);
    struct forecast f = run((struct forecast_spec){
        .count = 1000, .season = { 168, 24 }, .seasons = 2, .horizon = 48 });
    assert_int_equal(f.seasons, 2);
    assert_int_equal(f.season[0], 24);
    assert_int_equal(f.season[1], 168);
    double miss = 0;
    size_t within = 0;
    for (size_t i = 0; i < 48; i++) {
        miss += fabs(f.point[i] - y[1000 + i]) / 48;
        within += y[1000 + i] >= f.interval[1].lower[i] &&
                  y[1000 + i] <= f.interval[1].upper[i];
    }
    assert_true(miss < 3);     /* the noise alone: 1.6 */
    assert_true(within >= 40); /* of 45.6; 4 sd of a binomial are 6 */
    assert_true(f.interval[1].upper[0] - f.point[0] < 12); /* it ends at 6 */
    assert_true(f.interval[0].coverage > 0.7 && f.interval[1].coverage > 0.9);
    assert_true(f.mase < 0.6 && f.smape < 3);
}

static void a_season_too_long_is_dropped_and_said(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (size_t t = 0; t < 300; t++)
        y[t] = 50 + 10 * (double)(t % 7) + noise(&seed);
    struct forecast_spec spec = {
        .count = 299, .season = { 150, 7, 7 }, .seasons = 3, .horizon = 10
    };
    assert_int_equal(forecast_season_needs(150, 10), 310);
    struct forecast f = run(spec);
    assert_int_equal(f.seasons, 1);
    assert_int_equal(f.season[0], 7);
    assert_int_equal(f.drops, 1);
    assert_int_equal(f.dropped[0], 150);
}

static void gaps_are_counted_and_bridged(void **state)
{
    (void)state;
    uint64_t seed = 6;
    for (size_t t = 0; t < 600; t++)
        y[t] = 100 + 30 * cos((double)t * 6.283185307 / 24) + noise(&seed);
    struct forecast whole = run((struct forecast_spec){
        .count = 600, .season = { 24 }, .seasons = 1, .horizon = 24 });
    for (size_t t = 0; t < 5; t++)
        y[t] = (double)NAN;
    for (size_t t = 300; t < 340; t++)
        y[t] = (double)NAN;
    y[590] = (double)NAN;
    struct forecast f = run((struct forecast_spec){
        .count = 600, .season = { 24 }, .seasons = 1, .horizon = 24 });
    assert_int_equal(f.gaps, 41); /* the five in front are before the beginning */
    for (size_t i = 0; i < 24; i++)
        assert_true(fabs(f.point[i] - whole.point[i]) < 1);
}

static void a_new_level_is_believed(void **state)
{
    (void)state;
    uint64_t seed = 9;
    for (size_t t = 0; t < 90; t++)
        y[t] = 100 + 10 * noise(&seed) + (t >= 60 ? 80 : 0) + (t % 7 == 5 ? 15 : 0);
    struct forecast f = run((struct forecast_spec){
        .count = 90, .season = { 7 }, .seasons = 1, .horizon = 14 });
    for (size_t i = 0; i < 14; i++)
        assert_true(f.point[i] > 160 && f.point[i] < 215);
}

/* The squares of the first values, in units of the last, underflow to 0. */
static void one_value_may_dwarf_all_others(void **state)
{
    (void)state;
    for (size_t t = 0; t < 17; t++)
        y[t] = t == 16 ? 1e300 : 5 + (double)(t % 3);
    struct forecast f = run((struct forecast_spec){ .count = 17, .horizon = 3 });
    assert_true(f.point[0] > 1e290);
}

static void a_spike_passes(void **state)
{
    (void)state;
    for (size_t t = 0; t < 60; t++)
        y[t] = t == 50 ? 500 : 10;
    struct forecast f = run((struct forecast_spec){ .count = 60, .horizon = 3 });
    for (size_t i = 0; i < 3; i++) {
        assert_close(f.point[i], 10, 0.01);
        assert_true(f.interval[0].upper[i] < 12); /* one of sixty: beyond 80 % … */
        assert_true(f.interval[1].upper[i] > 200); /* … not beyond 95 % of 16 origins */
    }
}

/* Four weeks of hours know their days and weeks, however far they are asked to see. */
static void a_long_horizon_keeps_the_seasons(void **state)
{
    (void)state;
    for (size_t t = 0; t < 672; t++)
        y[t] = 50 + 30 * cos((double)t * 6.283185307179586 / 24) -
               (t / 24 % 7 >= 5 ? 15 : 0);
    struct forecast f = run((struct forecast_spec){
        .count = 672, .season = { 24, 168 }, .seasons = 2, .horizon = 1000 });
    assert_int_equal(f.seasons, 2);
    assert_int_equal(f.drops, 0);
    for (size_t i = 0; i < 1000; i++) /* 672 is a whole number of weeks */
        assert_true(fabs(f.point[i] - y[i % 168]) < 4);
    assert_int_equal(forecast_season_needs(168, 168), 504);
    assert_int_equal(forecast_season_needs(168, 24), 360);
}

/* Scaling by powers of two is exact, so tiny and huge numbers are no special case. */
static void the_unit_does_not_matter(void **state)
{
    (void)state;
    uint64_t seed = 21;
    double first[12], unit[] = { 0x1p-900, 0x1p900 };
    double base[60];
    for (size_t t = 0; t < 60; t++)
        base[t] = y[t] = 50 + 10 * (double)(t % 4) + noise(&seed);
    struct forecast f = run((struct forecast_spec){
        .count = 60, .season = { 4 }, .seasons = 1, .horizon = 12 });
    memcpy(first, f.point, sizeof first);
    for (size_t u = 0; u < 2; u++) {
        for (size_t t = 0; t < 60; t++)
            y[t] = base[t] * unit[u];
        f = run((struct forecast_spec){
            .count = 60, .season = { 4 }, .seasons = 1, .horizon = 12 });
        for (size_t i = 0; i < 12; i++)
            assert_close(f.point[i] / unit[u], first[i], 1e-12);
    }
}

static void the_same_seed_gives_the_same_bytes(void **state)
{
    (void)state;
    uint64_t seed = 4;
    for (size_t t = 0; t < 100; t++)
        y[t] = 20 + noise(&seed);
    struct forecast_spec spec = { .count = 100, .horizon = 5, .paths = 64, .seed = 12 };
    struct forecast a = run(spec), b = run(spec);
    assert_memory_equal(a.path, b.path, 64 * 5 * sizeof *a.path);
    assert_memory_equal(a.point, b.point, 5 * sizeof *a.point);
    spec.seed = 13;
    b = run(spec);
    assert_memory_not_equal(a.path, b.path, 64 * 5 * sizeof *a.path);
    assert_memory_equal(a.point, b.point, 5 * sizeof *a.point);
}

static void any_series_has_a_forecast(void **state)
{
    (void)state;
    uint64_t seed = 31;
    for (int k = 0; k < 400; k++) {
        size_t n = 2 + (size_t)next_below(&seed, 120);
        int kind = (int)next_below(&seed, 6);
        double at = (double)next_size(&seed, 12);
        for (size_t t = 0; t < n; t++) {
            double step = (double)next_below(&seed, 2001) - 1000;
            at += step;
            y[t] = kind == 0   ? at
                   : kind == 1 ? (next_below(&seed, 4) ? 0 : fabs(step))
                   : kind == 2 ? exp(step / 50)
                   : kind == 3 ? step
                   : kind == 4 ? (double)(t % 3) * 1e6
                               : (next_below(&seed, 50) ? 5 : 1e9);
            if (t > 1 && next_below(&seed, 10) == 0) y[t] = (double)NAN;
        }
        run((struct forecast_spec){
            .count = n,
            .season = { 2 + (size_t)next_below(&seed, 12),
                        2 + (size_t)next_below(&seed, 40) },
            .seasons = (size_t)next_below(&seed, 3),
            .horizon = 1 + (size_t)next_below(&seed, 30),
            .method = (enum forecast_method)next_below(&seed, FORECAST_THETA + 1),
            .paths = 3 });
        arena_clear(&arena);
    }
}

static void what_cannot_be_forecast_is_refused(void **state)
{
    (void)state;
    const double one[] = { 5 }, gap[] = { (double)NAN, 4, (double)NAN },
                 infinite[] = { 1, HUGE_VAL, 3 };
    const double two[] = { 1, 2 };
    const struct {
        struct forecast_spec spec;
        enum err_code code;
        const char *text;
    } row[] = {
        { { .value = one, .count = 0, .horizon = 1 }, ERR_SAMPLES, "no value" },
        { { .value = one, .count = 1, .horizon = 1 }, ERR_SAMPLES, "one value" },
        { { .value = gap, .count = 3, .horizon = 1 }, ERR_SAMPLES, "one value" },
        { { .value = infinite, .count = 3, .horizon = 1 },
          ERR_RANGE,
          "value 2 is not" },
        { { .value = two, .count = 2 }, ERR_RANGE, "horizon" },
        { { .value = two, .count = 2, .horizon = 100001 }, ERR_RANGE, "horizon" },
        { { .value = two, .count = 2, .horizon = 1, .season = { 1 }, .seasons = 1 },
          ERR_RANGE,
          "season" },
        { { .value = two, .count = 2, .horizon = 1, .level = { 100 }, .levels = 1 },
          ERR_RANGE,
          "level" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct forecast f = { .origins = 77 };
        struct err e = { 0 };
        assert_int_equal(forecast_run(&f, &row[i].spec, &arena, &e), row[i].code);
        assert_non_null(strstr(e.msg, row[i].text));
        assert_int_equal(f.origins, 77);
    }
}

int main(void)
{
    sim_quiet_gsl();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_constant_series_stays_and_is_certain, clear),
        cmocka_unit_test_teardown(zeros_stay_zeros, clear),
        cmocka_unit_test_teardown(two_values_are_enough_and_uncertain, clear),
        cmocka_unit_test_teardown(a_line_goes_on, clear),
        cmocka_unit_test_teardown(growth_goes_on, clear),
        cmocka_unit_test_teardown(what_was_never_negative_will_not_be, clear),
        cmocka_unit_test_teardown(two_seasons_are_followed, clear),
        cmocka_unit_test_teardown(a_season_too_long_is_dropped_and_said, clear),
        cmocka_unit_test_teardown(gaps_are_counted_and_bridged, clear),
        cmocka_unit_test_teardown(a_new_level_is_believed, clear),
        cmocka_unit_test_teardown(one_value_may_dwarf_all_others, clear),
        cmocka_unit_test_teardown(a_spike_passes, clear),
        cmocka_unit_test_teardown(a_long_horizon_keeps_the_seasons, clear),
        cmocka_unit_test_teardown(the_unit_does_not_matter, clear),
        cmocka_unit_test_teardown(the_same_seed_gives_the_same_bytes, clear),
        cmocka_unit_test_teardown(any_series_has_a_forecast, clear),
        cmocka_unit_test_teardown(what_cannot_be_forecast_is_refused, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
