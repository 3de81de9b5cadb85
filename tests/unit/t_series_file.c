#include "check.h"

#include "date.h"
#include "series_file.h"

static struct arena arena;

static int clear(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static enum err_code parse(struct series_file *f, const char *text, struct err *e)
{
    return series_parse(f, "x.csv", text, strlen(text), &arena, e);
}

static void bare_values_are_one_series(void **state)
{
    (void)state;
    const char *const text[] = { "3.25\n-1\n1.5k\n", "requests\n3.25\r\n-1\r\n1500",
                                 ("\xEF\xBB\xBF"
                                  "3.25\n -1 \n\"1500\"\n\n\n") };
    for (size_t i = 0; i < COUNT(text); i++) {
        struct series_file f;
        struct err e = { 0 };
        assert_ok(parse(&f, text[i], &e), e);
        assert_false(f.named || f.dated);
        assert_int_equal(f.count, 1);
        assert_int_equal(f.series[0].count, 3);
        assert_int_equal(f.series[0].line, i == 1 ? 2 : 1);
        assert_string_equal(f.series[0].name, "");
        assert_close(f.series[0].value[0], 3.25, 0);
        assert_close(f.series[0].value[1], -1, 0);
        assert_close(f.series[0].value[2], 1500, 0);
    }
}

static void rows_are_many_series(void **state)
{
    (void)state;
    struct series_file f;
    struct err e = { 0 };
    assert_ok(parse(&f, "name,v1,v2\nH1,605,586.5,586\n\n\"a b\",7\nH3,1,2,\n", &e), e);
    assert_true(f.named);
    assert_int_equal(f.count, 3);
    assert_string_equal(f.series[0].name, "H1");
    assert_int_equal(f.series[0].count, 3);
    assert_close(f.series[0].value[1], 586.5, 0);
    assert_string_equal(f.series[1].name, "a b");
    assert_int_equal(f.series[1].count, 1);
    assert_int_equal(f.series[1].line, 4);
    assert_int_equal(f.series[2].count, 2); /* a comma at the end ends nothing */
}

static void times_find_their_step(void **state)
{
    (void)state;
    const struct {
        const char *text;
        bool dated;
        int64_t step_s;
        int months;
        size_t count, gaps;
        const char *next; /* the step behind the end */
    } row[] = {
        { "timestamp,v\n2026-11-01T00:00:00Z,1\n2026-11-01T01:00:00Z,2\n", true, 3600,
          0, 2, 0, "2026-11-01T02:00:00Z" },
        { "2026-11-01,1\n2026-11-02,2\n2026-11-05,3\n", true, 86400, 0, 5, 2,
          "2026-11-06T00:00:00Z" },
        { "2026-11-01,1\n2026-11-02,\n2026-11-03,3\n", true, 86400, 0, 3, 1,
          "2026-11-04T00:00:00Z" },
        { "2026-01,1\n2026-02,2\n2026-03,3\n2026-05,4\n", true, 0, 1, 5, 1,
          "2026-06-01T00:00:00Z" },
        { "2026-01-31,1\n2026-02-28,2\n2026-03-31,3\n", true, 0, 1, 3, 0,
          "2026-04-30T00:00:00Z" },
        { "2025-01-01,1\n2025-04-01,2\n2025-07-01,3\n", true, 0, 3, 3, 0,
          "2025-10-01T00:00:00Z" },
        { "2023-01-01,1\n2024-01-01,2\n", true, 0, 12, 2, 0, "2025-01-01T00:00:00Z" },
        { "2026-11-02,1\n2026-11-09,2\n2026-11-23,3\n", true, 604800, 0, 4, 1,
          "2026-11-30T00:00:00Z" },
        { "1767225600,1\n1767229200,2\n", true, 3600, 0, 2, 0, "2026-01-01T02:00:00Z" },
        { "hour,units\n0,1\n1,2\n3,4\n", false, 1, 0, 4, 1, NULL },
        { "2026-11-01,5\n", true, 1, 0, 1, 0, NULL },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct series_file f;
        struct err e = { 0 };
        size_t gaps = 0;
        char text[DATE_TEXT];
        assert_ok(parse(&f, row[i].text, &e), e);
        assert_int_equal(f.dated, row[i].dated);
        assert_int_equal(f.step_s, row[i].step_s);
        assert_int_equal(f.step_months, row[i].months);
        assert_int_equal(f.series[0].count, row[i].count);
        for (size_t t = 0; t < row[i].count; t++)
            gaps += isnan(f.series[0].value[t]) ? 1 : 0;
        assert_int_equal(gaps, row[i].gaps);
        if (row[i].next)
            assert_string_equal(date_time_text(text, series_at(&f, row[i].count)),
                                row[i].next);
    }
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    const struct {
        const char *text, *says;
        enum err_code code;
    } row[] = {
        { "", "x.csv: no values", ERR_INPUT },
        { "\n \n", "x.csv: no values", ERR_INPUT },
        { "name,v1\n", "x.csv: no values", ERR_INPUT },
        { "1\n\n2\n", "x.csv:2: no value", ERR_INPUT },
        { "1\nnan\n", "x.csv:2: 'nan' is not finite", ERR_RANGE },
        { "1\n-inf\n", "x.csv:2: '-inf' is not finite", ERR_RANGE },
        { "1\n1e999\n", "x.csv:2: '1e999' is not finite", ERR_RANGE },
        { "1\nx\n", "x.csv:2: must be a number", ERR_INPUT },
        { "1\n2,3\n", "x.csv:2: must be a number", ERR_INPUT },
        { "2026-11-02,1\n2026-11-01,2\n",
          "x.csv:2: times must ascend; this one lies before", ERR_INPUT },
        { "2026-11-02,1\n2026-11-02,2\n", "x.csv:2: times must ascend; this one stands",
          ERR_INPUT },
        { "2026-13-02,1\n", "x.csv:1: '2026-13-02' is no timestamp", ERR_INPUT },
        { "2026-11-02,1\n2026-13-02,2\n", "x.csv:2: '2026-13-02' is no timestamp",
          ERR_INPUT },
        { "2026-11-02,1\n7,2\n", "x.csv:2: dates and running numbers", ERR_INPUT },
        { "0,1\n5,1\n12,1\n", "x.csv:3: not a whole number of steps of 5", ERR_INPUT },
        { "2026-01-01,1\n2026-01-02,1\n2026-01-03T12:00:00Z,1\n",
          "x.csv:3: not a whole number of steps of 86400 s", ERR_INPUT },
        { "2026-11-02,1,2\n", "x.csv:1: more than timestamp,value", ERR_INPUT },
        { "2026-11-02,inf\n", "x.csv:1: 'inf' is not finite", ERR_RANGE },
        { "1700000000000,1\n", "x.csv:1: '1700000000000' is beyond", ERR_RANGE },
        { "0,1\n1,2\n99999999,3\n", "x.csv:3: 99999999 steps", ERR_RANGE },
        { "a,1,2\nb,1,,2\n", "x.csv:2: value 2: no value", ERR_INPUT },
        { "a,1,2\nb,1,inf\n", "x.csv:2: value 2: 'inf' is not finite", ERR_RANGE },
        { "a,1\nb\n", "x.csv:2: no values", ERR_INPUT },
        { "a,1\n,2\n", "x.csv:2: no name", ERR_INPUT },
        { "a,1\nb,2\n\na,3\n", "x.csv:4: 'a' is there twice", ERR_INPUT },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct series_file f = { .count = 77 };
        struct err e = { 0 };
        enum err_code code = parse(&f, row[i].text, &e);
        if (code != row[i].code ||
            strncmp(e.msg, row[i].says, strlen(row[i].says)) != 0)
            print_error("row %zu: %d '%s'\n", i, code, e.msg);
        assert_int_equal(code, row[i].code);
        assert_memory_equal(e.msg, row[i].says, strlen(row[i].says));
        assert_int_equal(f.count, 77);
    }
}

static void a_zero_byte_is_no_number(void **state)
{
    (void)state;
    struct series_file f;
    struct err e = { 0 };
    assert_int_equal(series_parse(&f, "x.csv", "1\n2\0003\n", 6, &arena, &e),
                     ERR_INPUT);
    assert_memory_equal(e.msg, "x.csv:2: ", 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(bare_values_are_one_series, clear),
        cmocka_unit_test_teardown(rows_are_many_series, clear),
        cmocka_unit_test_teardown(times_find_their_step, clear),
        cmocka_unit_test_teardown(what_is_wrong_is_said_with_its_line, clear),
        cmocka_unit_test_teardown(a_zero_byte_is_no_number, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
