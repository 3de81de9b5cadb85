#include "check.h"

#include "date.h"
#include "forecast_ask.h"
#include "gsl_quiet.h"
#include "periods.h"
#include "season_find.h"
#include "splitmix.h"

static struct arena arena;

static int clear(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static int64_t unix_of(const char *text)
{
    int64_t at = 0;
    struct err e = { 0 };
    assert_ok(date_parse(&at, NULL, text, &e), e);
    return at;
}

static struct budget_limits monthly(double most)
{
    return (struct budget_limits){ .most = { most, (double)NAN, (double)NAN },
                                   .fiscal_year_start = 1 };
}

/* A daily series of 2.5 from `first`, and three paths of known steps. */
static void months_are_added_up_path_by_path(void **state)
{
    (void)state;
    enum { KNOWN = 10, AHEAD = 45, PATHS = 3 };
    double value[KNOWN], path[PATHS * AHEAD], point[AHEAD] = { 0 };
    for (int i = 0; i < KNOWN; i++)
        value[i] = 2.5;
    value[4] = (double)NAN; /* a gap is filled before it is added up */
    for (int p = 0; p < PATHS; p++)
        for (int i = 0; i < AHEAD; i++)
            path[p * AHEAD + i] = p + 1;
    struct series s = { .name = "", .value = value, .count = KNOWN };
    struct series_file f = { .series = &s, .count = 1, .dated = true, .step_s = 86400 };
    struct forecast o = {
        .horizon = AHEAD, .point = point, .path = path, .paths = PATHS
    };
    struct totals all;
    struct err e = { 0 };
    f.first_unix_s = unix_of("2026-11-03"); /* so that November began before it */
    assert_true(periods_apply(&f));
    struct budget_limits limits = monthly(60);
    assert_ok(periods_of(&all, &f, &o, &limits, &arena, &e), e);
    const struct periods m = all.of[PERIOD_MONTH];
    /* known until the 12th; ahead: 18 days of November, 27 of December */
    assert_int_equal(m.count, 2);
    assert_close(m.period[0].known, 25, 1e-14);
    assert_false(m.period[0].whole);
    assert_false(m.period[1].whole);
    assert_close(m.period[0].p05, 25 + 18, 1e-14);
    assert_close(m.period[0].p50, 25 + 36, 1e-14);
    assert_close(m.period[0].p95, 25 + 54, 1e-14);
    assert_close(m.period[1].p50, 54, 1e-14);
    assert_close(m.period[0].breach, 2.0 / 3, 1e-15); /* 61 and 79 are over 60 */
    assert_close(m.period[1].breach, 1.0 / 3, 1e-15); /* 81 is */
    assert_close(m.breach, 2.0 / 3, 1e-15);
    assert_int_equal(m.breaches, 2);
    /* path 3 passes 60 with its 12th step, the 24th; path 2 with its 18th */
    assert_int_equal(m.p10, unix_of("2026-11-24"));
    assert_int_equal(m.p90, unix_of("2026-11-30"));
    assert_false(m.period[0].has_top_down);
    assert_close(all.any, 2.0 / 3, 1e-15);
    assert_true(isnan(all.of[PERIOD_YEAR].breach));
}

static void a_budget_may_be_broken_already(void **state)
{
    (void)state;
    double value[] = { 5, 70, 5 }, path[] = { 1, 1, 2, 2 }, point[2] = { 0 };
    struct series s = { .name = "", .value = value, .count = 3 };
    struct series_file f = { .series = &s, .count = 1, .dated = true, .step_s = 86400 };
    struct forecast o = { .horizon = 2, .point = point, .path = path, .paths = 2 };
    struct totals all;
    struct err e = { 0 };
    f.first_unix_s = unix_of("2026-11-01");
    struct budget_limits limits = monthly(60);
    assert_ok(periods_of(&all, &f, &o, &limits, &arena, &e), e);
    const struct periods m = all.of[PERIOD_MONTH];
    assert_close(m.breach, 1, 0);
    assert_int_equal(m.p50, unix_of("2026-11-02"));
}

static void steps_of_a_month_are_their_own_totals(void **state)
{
    (void)state;
    double value[] = { 100, 110, 120, 130, 140 },
           path[] = { 150, 160, 170, 170, 180, 190 };
    double point[] = { 0, 0, 0 };
    struct series s = { .name = "", .value = value, .count = 5 };
    struct series_file f = {
        .series = &s, .count = 1, .dated = true, .step_months = 1
    };
    struct forecast o = { .horizon = 3, .point = point, .path = path, .paths = 2 };
    struct totals all;
    struct err e = { 0 };
    f.first_unix_s = unix_of("2026-06-01");
    struct budget_limits limits = monthly((double)NAN);
    assert_ok(periods_of(&all, &f, &o, &limits, &arena, &e), e);
    const struct periods m = all.of[PERIOD_MONTH];
    assert_int_equal(m.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(m.period[i].whole);
        assert_close(m.period[i].known, 0, 0);
        assert_false(m.period[i].has_top_down);
    }
    assert_close(m.period[1].p05, 160, 0);
    assert_close(m.period[1].p95, 180, 0);
}

/* Ten months of 30 a month: the totals say the same as the days. */
static void totals_are_forecast_too(void **state)
{
    (void)state;
    sim_quiet_gsl();
    enum { MOST = 320 };
    double value[MOST];
    struct series s = { .name = "", .value = value };
    struct series_file f = { .series = &s, .count = 1, .dated = true, .step_s = 86400 };
    f.first_unix_s = unix_of("2026-01-20");
    while (series_at(&f, s.count) < unix_of("2026-11-16")) {
        struct date d = date_of_unix(series_at(&f, s.count));
        value[s.count++] = 30.0 / date_month_days(d.year, d.month);
    }
    struct forecast_spec spec = { .value = value,
                                  .count = s.count,
                                  .horizon = 46,
                                  .paths = 100,
                                  .level = { 80 },
                                  .levels = 1 };
    struct forecast o;
    struct totals all;
    struct err e = { 0 };
    assert_ok(forecast_run(&o, &spec, &arena, &e), e);
    struct budget_limits limits = monthly((double)NAN);
    assert_ok(periods_of(&all, &f, &o, &limits, &arena, &e), e);
    const struct periods m = all.of[PERIOD_MONTH];
    assert_int_equal(m.count, 2);
    assert_true(m.period[0].whole && m.period[1].whole);
    assert_close(m.period[0].known, 15, 1e-13);
    assert_true(m.period[1].has_top_down);
    assert_close(m.period[1].top_down, 30, 1e-9);
    assert_true(fabs(m.period[1].p50 - 30) < 1.5);
}

static void periods_start_with_the_fiscal_year(void **state)
{
    (void)state;
    const struct {
        enum period_kind kind;
        int fiscal_year_start;
        const char *at, *start;
    } row[] = {
        { PERIOD_MONTH, 4, "2026-11-30T23:59:59Z", "2026-11-01" },
        { PERIOD_QUARTER, 1, "2026-11-30", "2026-10-01" },
        { PERIOD_QUARTER, 1, "2026-12-31", "2026-10-01" },
        { PERIOD_QUARTER, 2, "2027-01-15", "2026-11-01" },
        { PERIOD_QUARTER, 12, "2027-02-28", "2026-12-01" },
        { PERIOD_YEAR, 1, "2026-11-30", "2026-01-01" },
        { PERIOD_YEAR, 4, "2027-03-31", "2026-04-01" },
        { PERIOD_YEAR, 4, "2027-04-01", "2027-04-01" },
        { PERIOD_YEAR, 12, "2026-11-30", "2025-12-01" },
    };
    for (size_t i = 0; i < COUNT(row); i++)
        assert_int_equal(
            period_start(row[i].kind, row[i].fiscal_year_start, unix_of(row[i].at)),
            unix_of(row[i].start));
}

/* Months of 100 until October, then 110 or 130 each until the next March. */
static void quarters_and_fiscal_years_have_limits_of_their_own(void **state)
{
    (void)state;
    enum { KNOWN = 7, AHEAD = 8, PATHS = 2 };
    double value[KNOWN], path[PATHS * AHEAD], point[AHEAD] = { 0 };
    for (int i = 0; i < KNOWN; i++)
        value[i] = 100;
    for (int i = 0; i < PATHS * AHEAD; i++)
        path[i] = i < AHEAD ? 110 : 130;
    struct series s = { .name = "", .value = value, .count = KNOWN };
    struct series_file f = {
        .series = &s, .count = 1, .dated = true, .step_months = 1
    };
    struct forecast o = {
        .horizon = AHEAD, .point = point, .path = path, .paths = PATHS
    };
    struct budget_limits limits = { .most = { 125, 335, 1300 },
                                    .fiscal_year_start = 4 };
    struct totals all;
    struct err e = { 0 };
    f.first_unix_s = unix_of("2026-04-30"); /* month ends: all of April counts */
    assert_ok(periods_of(&all, &f, &o, &limits, &arena, &e), e);
    const struct periods *quarter = &all.of[PERIOD_QUARTER],
                         *year = &all.of[PERIOD_YEAR];
    /* October is known, so 100 + 220 or 260; then 330 or 390; April to June */
    assert_int_equal(quarter->count, 3);
    assert_int_equal(quarter->period[0].from_unix_s, unix_of("2026-10-01"));
    assert_close(quarter->period[0].known, 100, 0);
    assert_close(quarter->period[0].breach, 0.5, 0); /* 360 */
    assert_close(quarter->period[1].p05, 330, 1e-13);
    assert_close(quarter->period[1].breach, 0.5, 0);
    assert_true(quarter->period[1].whole && quarter->period[0].whole);
    assert_int_equal(quarter->period[2].to_unix_s, unix_of("2027-07-01"));
    assert_true(quarter->period[2].whole);
    assert_int_equal(quarter->p50, unix_of("2026-12-30"));
    /* the year: 700 known, and 5 × 110 or 130: 1 250 or 1 350 */
    assert_int_equal(year->count, 2);
    assert_close(year->period[0].known, 700, 0);
    assert_close(year->period[0].p05, 1250, 1e-13);
    assert_close(year->period[0].p95, 1350, 1e-13);
    assert_true(year->period[0].whole);
    assert_false(year->period[1].whole);
    assert_close(year->breach, 0.5, 0);
    assert_int_equal(year->p10, unix_of("2027-03-30"));
    assert_close(all.of[PERIOD_MONTH].breach, 0.5, 0);
    assert_close(all.any, 0.5, 0);
}

static void money_spent_before_the_series_counts(void **state)
{
    (void)state;
    double value[] = { 10, 10 }, path[] = { 10, 10, 10 }, point[3] = { 0 };
    struct series s = { .name = "", .value = value, .count = 2 };
    struct series_file f = {
        .series = &s, .count = 1, .dated = true, .step_months = 1
    };
    struct forecast o = { .horizon = 3, .point = point, .path = path, .paths = 1 };
    struct budget_limits limits = { .most = { (double)NAN, (double)NAN, 115 },
                                    .fiscal_year_start = 1,
                                    .spent = 71.5 };
    struct totals all;
    struct err e = { 0 };
    f.first_unix_s = unix_of("2026-09-01");
    assert_ok(periods_of(&all, &f, &o, &limits, &arena, &e), e);
    const struct period_total *year = all.of[PERIOD_YEAR].period;
    assert_close(year->known, 91.5, 1e-13);
    assert_close(year->p50, 111.5, 1e-13); /* November and December; January is next */
    assert_true(year->whole);
    assert_close(all.of[PERIOD_YEAR].breach, 0, 0);
    limits.spent = 96.5; /* 116.5 with September and October */
    assert_ok(periods_of(&all, &f, &o, &limits, &arena, &e), e);
    assert_int_equal(all.of[PERIOD_YEAR].p50, unix_of("2026-10-01"));
    limits.fiscal_year_start = 9;
    assert_int_equal(periods_of(&all, &f, &o, &limits, &arena, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "2026-09-01"));
}

static void weeks_and_runs_have_no_months(void **state)
{
    (void)state;
    const struct series_file week = { .dated = true, .step_s = 604800 };
    const struct series_file run = { .step_s = 1 };
    const struct series_file quarter = { .dated = true, .step_months = 3 };
    const struct series_file minutes = { .dated = true, .step_s = 300 };
    assert_false(periods_apply(&week));
    assert_false(periods_apply(&run));
    assert_false(periods_apply(&quarter));
    assert_true(periods_apply(&minutes));
}

static void seasons_follow_from_the_step(void **state)
{
    (void)state;
    static double value[2000];
    struct series s = { .value = value, .count = 2000 };
    const struct {
        int64_t step_s;
        int months;
        size_t season[2], seasons, horizon;
    } row[] = {
        { 3600, 0, { 24, 168 }, 2, 48 }, { 900, 0, { 96, 672 }, 2, 192 },
        { 86400, 0, { 7, 365 }, 2, 28 }, { 604800, 0, { 52 }, 1, 13 },
        { 0, 1, { 12 }, 1, 12 },         { 0, 3, { 4 }, 1, 4 },
        { 0, 12, { 0 }, 0, 12 },         { 7200, 0, { 0 }, 0, 12 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        const struct series_file f = { .series = &s,
                                       .count = 1,
                                       .dated = true,
                                       .step_s = row[i].step_s,
                                       .step_months = row[i].months };
        struct forecast_spec spec = { .seasons = 3 };
        ask_usual_seasons(&spec, &f, 0, &arena);
        assert_int_equal(spec.seasons, row[i].seasons);
        for (size_t k = 0; k < spec.seasons; k++)
            assert_int_equal(spec.season[k], row[i].season[k]);
        assert_int_equal(ask_usual_horizon(&spec, &f), row[i].horizon);
    }
}

static void seasons_are_found_in_values(void **state)
{
    (void)state;
    enum { N = 900 };
    double day[N], both[N], week[N], none[N], walk[N];
    size_t season[SEASON_FIND_MOST];
    uint64_t seed = 12;
    for (size_t t = 0; t < N; t++) {
        double noise = (double)next_below(&seed, 1001) / 100;
        day[t] = 100 + 0.5 * (double)t + 20 * cos((double)t * 6.283185307 / 24) + noise;
        both[t] = day[t] * (t / 24 % 7 >= 5 ? 0.5 : 1);
        week[t] = (t % 7 >= 5 ? 20 : 60) + noise;
        none[t] = noise;
        walk[t] = (t ? walk[t - 1] : 0) + noise - 5;
    }
    assert_int_equal(season_find(season, day, N, &arena), 1);
    assert_int_equal(season[0], 24);
    assert_int_equal(season_find(season, both, N, &arena), 2);
    assert_int_equal(season[0], 24);
    assert_int_equal(season[1], 168);
    assert_int_equal(season_find(season, week, 60, &arena), 1);
    assert_int_equal(season[0], 7);
    assert_int_equal(season_find(season, none, N, &arena), 0);
    assert_int_equal(season_find(season, walk, N, &arena), 0);
    assert_int_equal(season_find(season, week, 12, &arena), 0);
    for (size_t t = 0; t < N; t++)
        none[t] = 3;
    assert_int_equal(season_find(season, none, N, &arena), 0);
}

static void lists_of_numbers_are_read(void **state)
{
    (void)state;
    const char *const bad_season[] = { "",     "24,",       "1",         "24,x",
                                       "24;7", "2,3,4,5,6", "999999999", "2.5" };
    const char *const bad_level[] = { "",      "0",   "100",         "95,80",
                                      "80,80", "80,", "1,2,3,4,5,6", "95%" };
    struct forecast_spec s = { 0 };
    struct err e = { 0 };
    assert_ok(ask_seasons(&s, "24, 168", &e), e);
    assert_int_equal(s.seasons, 2);
    assert_int_equal(s.season[1], 168);
    assert_ok(ask_levels(&s, "50,80,95", &e), e);
    assert_int_equal(s.levels, 3);
    assert_int_equal(s.level[2], 95);
    for (size_t i = 0; i < COUNT(bad_season); i++) {
        e = (struct err){ 0 };
        assert_int_equal(ask_seasons(&s, bad_season[i], &e), ERR_USAGE);
        assert_non_null(strstr(e.msg, "--season"));
        e = (struct err){ 0 };
        assert_int_equal(ask_levels(&s, bad_level[i], &e), ERR_USAGE);
        assert_non_null(strstr(e.msg, "--levels"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(months_are_added_up_path_by_path, clear),
        cmocka_unit_test_teardown(a_budget_may_be_broken_already, clear),
        cmocka_unit_test_teardown(steps_of_a_month_are_their_own_totals, clear),
        cmocka_unit_test_teardown(totals_are_forecast_too, clear),
        cmocka_unit_test(periods_start_with_the_fiscal_year),
        cmocka_unit_test_teardown(quarters_and_fiscal_years_have_limits_of_their_own,
                                  clear),
        cmocka_unit_test_teardown(money_spent_before_the_series_counts, clear),
        cmocka_unit_test(weeks_and_runs_have_no_months),
        cmocka_unit_test_teardown(seasons_follow_from_the_step, clear),
        cmocka_unit_test_teardown(seasons_are_found_in_values, clear),
        cmocka_unit_test(lists_of_numbers_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
