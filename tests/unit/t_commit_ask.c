/* What `bedplan commit` is asked, and how its answer becomes money and steps again. */
#include "check.h"

#include "commit_answer.h"
#include "date.h"

static struct opt_list list_of(const char **text, size_t n)
{
    return (struct opt_list){ .text = text, .count = n, .capacity = n };
}

static int64_t at(const char *date)
{
    struct err e = { 0 };
    int64_t unix_s = 0;
    assert_ok(date_parse(&unix_s, NULL, date, &e), e);
    return unix_s;
}

static void terms_are_read_as_written(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct ask_term *t;
    const char *text[] = { "1-month=730:26280.5", "half=4380:105120:24",
                           "cal=6mo:21.18/h:month", "list=730:1:at=0,744,1416" };
    struct opt_list list = list_of(text, COUNT(text));
    assert_ok(ask_terms_parse(&t, &list, true, &a, &e), e);
    assert_string_equal(t[0].name, "1-month");
    assert_int_equal(t[0].hours, 730);
    assert_int_equal(t[0].price.pusd, 26280500000000000);
    assert_int_equal(t[0].every, 1);
    assert_false(t[0].by_hour);
    assert_int_equal(t[1].every, 24);
    assert_int_equal(t[2].months, 6);
    assert_true(t[2].by_hour && t[2].each_month);
    assert_int_equal(t[2].price.pusd, 21180000000000);
    assert_int_equal(t[3].at_count, 3);
    assert_int_equal(t[3].at[2], 1416);
    arena_clear(&a);
}

/* Hours of calendar months, counted on a calendar of 2026 to 2028. */
static void calendar_terms_last_as_long_as_their_months(void **state)
{
    (void)state;
    static const struct {
        const char *start, *term;
        size_t n, i;
        int64_t hour, length;
    } row[] = {
        { "2026-12-01", "a=1mo:2/h:month", 5, 0, 0, 744 },
        { "2026-12-01", "a=1mo:2/h:month", 5, 2, 1488, 672 }, /* February */
        { "2026-12-15", "a=1mo:2/h:month", 4, 0, 408, 744 },  /* the 1st of January */
        { "2026-12-15", "a=1mo:2/h:month", 4, 1, 1152, 672 },
        { "2027-08-31", "a=6mo:2/h:1000", 3, 0, 0, 4368 }, /* to 29 February 2028 */
        { "2027-08-31", "a=1mo:2/h:at=720,1464", 2, 1, 1464, 720 }, /* to 30 November */
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct ask_term *t;
        struct commit_term k;
        const char *text[] = { row[i].term };
        struct opt_list list = list_of(text, 1);
        assert_ok(ask_terms_parse(&t, &list, true, &a, &e), e);
        assert_ok(ask_term_expand(&k, t, 3000, at(row[i].start), 3, &a, &e), e);
        assert_int_equal(k.starts, row[i].n);
        assert_int_equal(k.start[row[i].i], row[i].hour);
        assert_int_equal(k.length[row[i].i], row[i].length);
        assert_int_equal(k.price[row[i].i], 2000 * row[i].length);
        arena_clear(&a);
    }
}

static void existing_units_end_at_hours_or_dates(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct ask_existing *x;
    const char *text[] = { "3:720", "2:2027-01-01:2026-12-02T06:00:00Z" };
    struct opt_list list = list_of(text, 2);
    assert_ok(ask_existing_parse(&x, &list, true, at("2026-12-01"), &a, &e), e);
    assert_int_equal(x[0].units, 3);
    assert_int_equal(x[0].from, 0);
    assert_int_equal(x[0].until, 720);
    assert_int_equal(x[1].from, 30);
    assert_int_equal(x[1].until, 744);
    const char *past[] = { "2:2026-11-30" };
    list = list_of(past, 1);
    assert_int_equal(ask_existing_parse(&x, &list, true, at("2026-12-01"), &a, &e),
                     ERR_USAGE);
    arena_clear(&a);
}

static void weights_become_the_smallest_whole_numbers(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    int64_t *w;
    assert_ok(ask_weights_parse(&w, "0.2, 0.3,0.5", 3, &a, &e), e);
    assert_int_equal(w[0], 2);
    assert_int_equal(w[1], 3);
    assert_int_equal(w[2], 5);
    assert_ok(ask_weights_parse(&w, "7", 1, &a, &e), e);
    assert_int_equal(w[0], 1);
    assert_ok(ask_weights_parse(&w, NULL, 4, &a, &e), e);
    assert_null(w);
    static const char *const bad[] = {
        "1,1", "1,1,1,1", "1,,1", "1,-1,1", "1,x,1", ""
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        e = (struct err){ 0 };
        assert_int_equal(ask_weights_parse(&w, bad[i], 3, &a, &e), ERR_USAGE);
    }
    arena_clear(&a);
}

static struct commit_series series(int64_t *demand, int64_t hours, size_t scenarios,
                                   int decimals, struct arena *a)
{
    int64_t *line = ARENA_NEW(a, int64_t, (size_t)hours);
    for (int64_t t = 0; t < hours; t++)
        line[t] = t + 2;
    return (struct commit_series){ hours, scenarios, demand, line, decimals };
}

static struct commit_question question(const struct commit_series *s,
                                       const struct ask_term *term)
{
    return (struct commit_question){ .file = "x.csv",
                                     .series = s,
                                     .hourly = { true, 2385000000000 },
                                     .spill = { true, 3148000000000 },
                                     .term = term,
                                     .terms = 1,
                                     .cap = COMMIT_NO_LIMIT,
                                     .spill_most = COMMIT_NO_LIMIT,
                                     .most_share = -1 };
}

static const struct ask_term four_hours = {
    .name = "four", .hours = 4, .price = { true, 7125000000000 }, .every = 1
};

/* 3.148 × 0.123456789 of a unit: twelve decimals behind the point hold it. */
static void parts_are_exact_while_64_bits_can_hold_them(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct commit_answer x;
    int64_t d[2] = { 123456789, 0 };
    struct commit_series s = series(d, 2, 1, 9, &a);
    struct commit_question q = question(&s, &four_hours);
    assert_ok(commit_answer(&x, &q, &a, &e), e);
    assert_int_equal(x.power, 12);
    assert_true(x.exact);
    /* 0.388641971772 USD, by hand; shown to 1e-9 */
    assert_int_equal(x.plan.spill, 388641971772);
    assert_int_equal(x.spill.nusd, 388641972);
    assert_int_equal(x.gap.nusd, 0);
    arena_clear(&a);
}

/* 90 000 units for 8 760 hours cost 1.9e9 USD: seven decimals are left of twelve, fewer
 * than 3.148 × nine digits need. */
static void large_sums_are_counted_coarser_and_say_so(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct commit_answer x;
    int64_t hours = 8760, *d = ARENA_NEW(&a, int64_t, (size_t)hours);
    for (int64_t t = 0; t < hours; t++)
        d[t] = 90000 * (int64_t)COMMIT_UNIT + 123456789;
    struct commit_series s = series(d, hours, 1, 9, &a);
    struct commit_question q = question(&s, &four_hours);
    assert_ok(commit_pose(&x, &q, &a, &e), e);
    assert_int_equal(x.power, 7);
    assert_false(x.exact);
    assert_int_equal(x.problem.hourly, 23850000);
    /* a price of twelve decimals cannot be cut down to seven */
    q.spill.pusd++;
    assert_int_equal(commit_pose(&x, &q, &a, &e), ERR_RANGE);
    arena_clear(&a);
}

/* Three columns, equally likely: thirds of 1e-9 USD do not exist. Cheapest for one hour
 * is spill of 1, 0 and 0 units of 0.10 USD: a third of it on average. */
static void totals_of_thirds_are_rounded_once(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct commit_answer x;
    int64_t d[3] = { COMMIT_UNIT, 0, 0 };
    struct commit_series s = series(d, 1, 3, 0, &a);
    struct commit_question q = question(&s, &four_hours);
    q.spill.pusd = 100000000000;
    assert_ok(commit_answer(&x, &q, &a, &e), e);
    assert_int_equal(x.total.nusd, 33333333);
    assert_int_equal(x.bound.nusd, 33333333);
    assert_int_equal(x.without.nusd, 33333333);
    assert_close(x.spilled_share, 1, 1e-12);
    arena_clear(&a);
}

/* Two units end at hour 4, one of which is bought again; one begins at hour 2. */
static void renewals_are_told_from_ends(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct commit_answer x;
    static const int64_t units[8] = { 2, 2, 3, 3, 2, 2, 1, 1 };
    int64_t d[8];
    for (int t = 0; t < 8; t++)
        d[t] = units[t] * COMMIT_UNIT;
    struct commit_series s = series(d, 8, 1, 0, &a);
    struct commit_question q = question(&s, &four_hours);
    static const struct ask_existing two = { 2, 0, 4 };
    q.existing = &two;
    q.existings = 1;
    q.spill.sold = q.hourly.sold = false;
    assert_ok(commit_answer(&x, &q, &a, &e), e);
    static const struct commit_action want[] = { { 2, 1, STEP_BUY, "four" },
                                                 { 4, 1, STEP_RENEW, "four" },
                                                 { 4, 1, STEP_LET_GO, NULL },
                                                 { 6, 1, STEP_LET_GO, NULL } };
    assert_int_equal(x.actions, COUNT(want));
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_int_equal(x.action[i].hour, want[i].hour);
        assert_int_equal(x.action[i].units, want[i].units);
        assert_int_equal(x.action[i].step, want[i].step);
    }
    assert_int_equal(x.total.nusd, 2 * 7125000000); /* two terms of 7.125 USD */
    arena_clear(&a);
}

static void what_cannot_be_covered_names_its_line(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct commit_answer x;
    int64_t d[5] = { COMMIT_UNIT, 0, 0, COMMIT_UNIT, 5 * (int64_t)COMMIT_UNIT / 2 };
    struct commit_series s = series(d, 5, 1, 1, &a);
    struct commit_question q = question(&s, &four_hours);
    q.spill.sold = q.hourly.sold = false;
    q.cap = 2;
    assert_int_equal(commit_answer(&x, &q, &a, &e), ERR_INFEASIBLE);
    assert_non_null(strstr(e.msg, "x.csv:6: infeasible: hour 4, of 2.5 units"));
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_are_read_as_written),
        cmocka_unit_test(calendar_terms_last_as_long_as_their_months),
        cmocka_unit_test(existing_units_end_at_hours_or_dates),
        cmocka_unit_test(weights_become_the_smallest_whole_numbers),
        cmocka_unit_test(parts_are_exact_while_64_bits_can_hold_them),
        cmocka_unit_test(large_sums_are_counted_coarser_and_say_so),
        cmocka_unit_test(totals_of_thirds_are_rounded_once),
        cmocka_unit_test(renewals_are_told_from_ends),
        cmocka_unit_test(what_cannot_be_covered_names_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
