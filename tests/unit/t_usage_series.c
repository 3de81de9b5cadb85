#include "check.h"

#include "usage_series.h"

static struct arena arena;
static struct usage_hour hour[4] = {
    { .requests = 9, .input_tokens = 9000, .output_tokens = 450 },
    { .requests = 30, .input_tokens = 31000, .output_tokens = 1475 },
    { .requests = 0 },
    { .requests = 21, .input_tokens = 20500, .output_tokens = 975 },
};
enum { FIRST_S = 1793487600 }; /* a whole hour */

static int clear(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

/* Requests from `first_s` into the first hour to `last_s` into the last. */
static struct usage_stats stats(int first_s, int last_s)
{
    return (struct usage_stats){
        .kind = USAGE_REQUESTS,
        .dated = true,
        .requests = 60,
        .input = { .total = 60500 },
        .output = { .total = 2900 },
        .first_hour_s = FIRST_S,
        .first_us = ((int64_t)FIRST_S + first_s) * 1000000,
        .last_us = ((int64_t)FIRST_S + 3 * 3600 + last_s) * 1000000,
        .hour = hour,
        .hours = 4,
    };
}

static struct series_file series(struct usage_stats s, enum measure m)
{
    struct series_file f = { 0 };
    struct err e = { 0 };
    assert_ok(usage_series(&f, m, (struct token_usd){ 6e-8, 2.4e-7 }, &s, &arena, &e),
              e);
    assert_int_equal(f.count, 1);
    assert_int_equal(f.step_s, 3600);
    return f;
}

static void an_hour_is_its_sum(void **state)
{
    (void)state;
    const struct {
        enum measure measure;
        double first, second;
    } row[] = {
        { MEASURE_REQUESTS, 9, 30 },
        { MEASURE_INPUT, 9000, 31000 },
        { MEASURE_OUTPUT, 450, 1475 },
        { MEASURE_USD, 9000 * 6e-8 + 450 * 2.4e-7, 31000 * 6e-8 + 1475 * 2.4e-7 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct series_file f = series(stats(20, 3580), row[i].measure);
        assert_true(f.dated);
        assert_int_equal(f.first_unix_s, FIRST_S);
        assert_int_equal(f.series[0].count, 4);
        assert_close(f.series[0].value[0], row[i].first, 1e-15);
        assert_close(f.series[0].value[1], row[i].second, 1e-15);
        assert_close(f.series[0].value[2], 0, 0); /* nothing came: no gap */
    }
}

/* 15 an hour on average: 5 are missing after 20 minutes. */
static void hours_that_are_not_covered_are_left_out(void **state)
{
    (void)state;
    struct series_file f = series(stats(1199, 2401), MEASURE_REQUESTS);
    assert_int_equal(f.series[0].count, 4);
    f = series(stats(1201, 2401), MEASURE_REQUESTS);
    assert_int_equal(f.series[0].count, 3);
    assert_int_equal(f.first_unix_s, FIRST_S + 3600);
    assert_close(f.series[0].value[0], 30, 0);
    f = series(stats(1199, 2399), MEASURE_REQUESTS);
    assert_int_equal(f.series[0].count, 3);
    assert_int_equal(f.first_unix_s, FIRST_S);
    struct usage_stats s = stats(1201, 2399);
    s.kind = USAGE_METRICS; /* sums of periods: nothing comes late in one */
    assert_int_equal(series(s, MEASURE_REQUESTS).series[0].count, 4);
    s.dated = false;
    assert_false(series(s, MEASURE_REQUESTS).dated);
}

static void what_is_not_known_is_refused(void **state)
{
    (void)state;
    struct series_file f;
    struct err e = { 0 };
    struct usage_stats s = stats(0, 3599);
    s.kind = USAGE_RATES;
    s.input.total = s.output.total = 0;
    assert_int_equal(
        usage_series(&f, MEASURE_INPUT, (struct token_usd){ 0 }, &s, &arena, &e),
        ERR_INPUT);
    assert_non_null(strstr(e.msg, "rates"));
    e = (struct err){ 0 };
    s = stats(1801, 1799);
    s.hours = 3;
    assert_int_equal(
        usage_series(&f, MEASURE_REQUESTS, (struct token_usd){ 0 }, &s, &arena, &e),
        OK);
    s.hours = 1;
    s.last_us = s.first_us + 1;
    assert_int_equal(
        usage_series(&f, MEASURE_REQUESTS, (struct token_usd){ 0 }, &s, &arena, &e),
        ERR_SAMPLES);
    assert_non_null(strstr(e.msg, "0 whole hours"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(an_hour_is_its_sum, clear),
        cmocka_unit_test_teardown(hours_that_are_not_covered_are_left_out, clear),
        cmocka_unit_test_teardown(what_is_not_known_is_refused, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
