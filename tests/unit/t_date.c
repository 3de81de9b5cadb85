#include "check.h"

#include <stdbool.h>
#include <time.h>

#include "date.h"
#include "splitmix.h"

static void reads_dates_as_logs_and_people_write_them(void **state)
{
    (void)state;
    /* unix seconds from `date -u -d … +%s` */
    static const struct {
        const char *text;
        int64_t unix_s;
        int32_t ns;
    } row[] = {
        { "1970-01-01", 0, 0 },
        { "2026-12-01", 1796083200, 0 },
        { "2026-10", 1790812800, 0 },
        { "2026-12-01T10:20:30Z", 1796120430, 0 },
        { "2026-12-01 10:20", 1796120400, 0 },
        { "2023-11-16 18:15:46.6805900", 1700158546, 680590000 },
        { "2023-11-16T18:15:46.123456789123Z", 1700158546, 123456789 },
        { "2026-12-01T10:20:30+05:30", 1796100630, 0 },
        { "2026-12-01T10:20:30-0800", 1796149230, 0 },
        { "2026-12-01T14:59:00+14:59", 1796083200, 0 },
        { "2026-12-01 10:20:30+01", 1796116830, 0 },
        { "2024-02-29", 1709164800, 0 },
        { "2000-02-29", 951782400, 0 },
        { "2016-12-31T23:59:60Z", 1483228800, 0 }, /* a leap second is the next one */
        { "0000-03-01", -62162035200, 0 },
        { "9999-12-31T23:59:59Z", 253402300799, 0 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        int64_t unix_s = -1;
        int32_t ns = -1;
        assert_ok(date_parse(&unix_s, &ns, row[i].text, &e), e);
        if (unix_s != row[i].unix_s) print_error("'%s'\n", row[i].text);
        assert_int_equal(unix_s, row[i].unix_s);
        assert_int_equal(ns, row[i].ns);
        assert_ok(date_parse(&unix_s, NULL, row[i].text, &e), e);
    }
}

static void refuses_what_is_no_date(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "2026",
        "2026-",
        "26-12-01",
        "2026-13-01",
        "2026-00-01",
        "2026-12-00",
        "2026-11-31",
        "2023-02-29",
        "1900-02-29",
        "2026-12-1",
        "2026/12/01",
        "2026-12-01x",
        "2026-12-01T",
        "2026-12-01T1",
        "2026-12-01T10",
        "2026-12-01T10:",
        "2026-12-01T24:00",
        "2026-12-01T10:60",
        "2026-12-01T10:20:61",
        "2026-12-01T10:20:",
        "2026-12-01T10:20:30.",
        "2026-12-01T10:20:30.5.5",
        "2026-12-01T10:20:30+",
        "2026-12-01T10:20:30+5",
        "2026-12-01T10:20:30+05:",
        "2026-12-01T10:20:30+15:00",
        "2026-12-01T10:20:30+05:60",
        "2026-12-01T10:20:30ZZ",
        "2026-10T10:20",
        " 2026-12-01",
        "-2026-12-01",
        "tomorrow",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct err e = { 0 };
        int64_t unix_s = -77;
        int32_t ns = -77;
        enum err_code code = date_parse(&unix_s, &ns, texts[i], &e);
        if (code != ERR_INPUT) print_error("'%s'\n", texts[i]);
        assert_int_equal(code, ERR_INPUT);
        assert_int_equal(unix_s, -77);
        assert_int_equal(ns, -77);
    }
}

/* The C library's calendar is the other implementation. */
static void agrees_with_the_c_library(void **state)
{
    (void)state;
    uint64_t seed = 20260222;
    for (int i = 0; i < 200000; i++) {
        /* the years 0 to 9999 and some around them */
        int64_t unix_s = next_below(&seed, 320000000000) - 63000000000;
        time_t t = (time_t)unix_s;
        struct tm tm;
        char want[64], got[DATE_TEXT];
        gmtime_r(&t, &tm);
        struct date d = date_of_unix(unix_s);
        assert_int_equal(d.year, tm.tm_year + 1900);
        assert_int_equal(d.month, tm.tm_mon + 1);
        assert_int_equal(d.day, tm.tm_mday);
        assert_int_equal(date_weekday(unix_s), (tm.tm_wday + 6) % 7);
        assert_int_equal(date_hour_of_week(unix_s),
                         (tm.tm_wday + 6) % 7 * 24 + tm.tm_hour);
        assert_int_equal(date_unix(d) + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec,
                         unix_s);
        if (d.year < 0 || d.year > 9999) continue;
        snprintf(want, sizeof want, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
                 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
        assert_string_equal(date_time_text(got, unix_s), want);
        struct err e = { 0 };
        int64_t back = 0;
        assert_ok(date_parse(&back, NULL, got, &e), e);
        assert_int_equal(back, unix_s);
        assert_string_equal(date_text(got, unix_s), strtok(want, "T"));
        want[7] = '\0';
        assert_string_equal(date_month_text(got, unix_s), want);
    }
}

static void every_day_follows_the_one_before(void **state)
{
    (void)state;
    int64_t day = date_days((struct date){ -401, 1, 1 });
    for (int year = -401; year <= 2401; year++)
        for (int month = 1; month <= 12; month++)
            for (int d = 1; d <= date_month_days(year, month); d++, day++) {
                struct date date = date_of_unix(day * 86400 + 86399);
                assert_int_equal(date_days((struct date){ year, month, d }), day);
                assert_true(date.year == year && date.month == month && date.day == d);
            }
}

static void adds_months_to_the_same_day_or_the_last(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int months;
        const char *to;
    } row[] = {
        { "2026-12-01T10:20:30Z", 1, "2027-01-01T10:20:30Z" },
        { "2026-01-31T23:59:59Z", 1, "2026-02-28T23:59:59Z" },
        { "2024-01-31T00:00:00Z", 1, "2024-02-29T00:00:00Z" },
        { "2026-08-31T05:00:00Z", 6, "2027-02-28T05:00:00Z" },
        { "2026-03-31T05:00:00Z", -1, "2026-02-28T05:00:00Z" },
        { "2026-01-15T05:00:00Z", -1, "2025-12-15T05:00:00Z" },
        { "2026-01-15T05:00:00Z", -25, "2023-12-15T05:00:00Z" },
        { "2026-01-15T05:00:00Z", 0, "2026-01-15T05:00:00Z" },
        { "1969-11-30T12:00:00Z", 3, "1970-02-28T12:00:00Z" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        int64_t from = 0;
        char got[DATE_TEXT];
        assert_ok(date_parse(&from, NULL, row[i].from, &e), e);
        assert_string_equal(date_time_text(got, date_add_months(from, row[i].months)),
                            row[i].to);
    }
    /* months count back through the year 0 too */
    int64_t start = date_unix((struct date){ 0, 2, 10 });
    struct date d = date_of_unix(date_add_months(start, -3));
    assert_true(d.year == -1 && d.month == 11 && d.day == 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_dates_as_logs_and_people_write_them),
        cmocka_unit_test(refuses_what_is_no_date),
        cmocka_unit_test(agrees_with_the_c_library),
        cmocka_unit_test(every_day_follows_the_one_before),
        cmocka_unit_test(adds_months_to_the_same_day_or_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
