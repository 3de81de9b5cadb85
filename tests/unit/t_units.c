#include "check.h"

#include "date.h"
#include "units.h"

static struct unit_price unit(int64_t id, const char *region, const char *kind,
                              const char *commitment, const char *usd, enum trust trust,
                              const char *as_of, const char *note)
{
    struct err e = { 0 };
    struct unit_price r = { .id = id,
                            .model = "m",
                            .region = region,
                            .scheme = "model unit",
                            .kind = kind,
                            .commitment = commitment,
                            .unit = "model unit-hour",
                            .source = "Price List",
                            .as_of = as_of,
                            .note = note,
                            .trust = trust };
    assert_ok(usd_rate_parse(&r.rate, usd, 1, &e), e);
    return r;
}

#define BOTH "base and custom"

/* Nova Lite and Titan Image, provisioned prices of 2024 to 2026 */
static void chooses_by_region_kind_and_commitment(void **state)
{
    (void)state;
    struct unit_price rows[] = {
        unit(1, "us-east-1", BOTH, "none", "60.5", TRUST_A, "2026-09-01", ""),
        unit(2, "us-east-1", BOTH, "1-month", "55", TRUST_A, "2026-09-01", ""),
        unit(3, "us-east-1", "custom", "none", "108.15", TRUST_B, "2025-06",
             "OLDER price, before the cut"),
        unit(4, "us-west-2", "base", "1-month", "16.2", TRUST_B, "2024-01", ""),
        unit(5, "us-west-2", "custom", "1-month", "21", TRUST_B, "2024-01", ""),
        unit(6, "us-west-2", "base", "6-month", "13", TRUST_B, "2024-01", ""),
        unit(7, "page-group", BOTH, "6-month", "30.25", TRUST_A, "2026-07-24", ""),
        unit(8, "*", BOTH, "none", "70", TRUST_C, "2026-07-24", ""),
    };
    static const struct {
        const char *region;
        bool custom;
        enum commitment commitment;
        int64_t id, other;
        unsigned marks;
    } table[] = {
        { "us-east-1", true, COMMIT_NONE, 1, 0, 0 }, /* the OLDER price lost */
        { "us-east-1", false, COMMIT_NONE, 1, 0, 0 },
        { "us-east-1", false, COMMIT_1_MONTH, 2, 0, 0 },
        { "us-west-2", false, COMMIT_1_MONTH, 4, 0, 0 },
        { "us-west-2", true, COMMIT_1_MONTH, 5, 0, 0 },
        { "us-west-2", true, COMMIT_6_MONTHS, 6, 0, 0 }, /* its base's price */
        { "us-east-1", true, COMMIT_6_MONTHS, 0, 7, 0 }, /* a lost label never bills */
        { "us-west-2", true, COMMIT_NONE, 8, 0, MARK_REGION_ASSUMED | MARK_TRUST_C },
        { "us-west-2", true, COMMIT_3_MONTHS, 0, 0, 0 },
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct unit_pick p = units_choose(rows, COUNT(rows), table[i].region,
                                          table[i].custom, table[i].commitment);
        assert_int_equal(p.row ? p.row->id : 0, table[i].id);
        assert_int_equal(p.other ? p.other->id : 0, table[i].other);
        assert_int_equal(p.marks, table[i].marks);
    }
}

static void prefers_trust_then_date_and_shows_who_disagrees(void **state)
{
    (void)state;
    /* Claude 2.1, Tokyo: AWS 86, an aggregator's figure of 2023 163.80 */
    struct unit_price claude[] = {
        unit(1, "ap-northeast-1", "base", "1-month", "163.8", TRUST_B, "2025-09-05",
             ""),
        unit(2, "ap-northeast-1", "base", "1-month", "86", TRUST_A, "2025-02-28", ""),
    };
    struct unit_pick p =
        units_choose(claude, 2, "ap-northeast-1", false, COMMIT_1_MONTH);
    assert_int_equal(p.row->id, 2);
    assert_int_equal(p.other->id, 1);
    assert_int_equal(p.marks, MARK_CONFLICT);
    struct unit_price nova[] = {
        unit(1, "us-east-1", BOTH, "none", "60.5", TRUST_A, "2026-05-04", ""),
        unit(2, "us-east-1", BOTH, "none", "60.50", TRUST_A, "2026-09-01", ""),
    };
    p = units_choose(nova, 2, "us-east-1", true, COMMIT_NONE);
    assert_int_equal(p.row->id, 2);
    assert_null(p.other);
    assert_int_equal(p.marks, 0);
}

static void terms_last_calendar_months(void **state)
{
    (void)state;
    static const struct {
        struct date start;
        enum commitment commitment;
        int64_t hours;
    } rows[] = {
        { { 2026, 12, 1 }, COMMIT_1_MONTH, 744 },   /* 31 days */
        { { 2027, 2, 1 }, COMMIT_1_MONTH, 672 },    /* 28 days */
        { { 2027, 1, 31 }, COMMIT_1_MONTH, 672 },   /* to February 28 */
        { { 2026, 12, 1 }, COMMIT_6_MONTHS, 4368 }, /* 182 days */
        { { 2026, 12, 1 }, COMMIT_3_MONTHS, 2160 }, /* 90 days */
        { { 2026, 12, 1 }, COMMIT_NONE, 0 },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(commitment_hours(rows[i].commitment, date_unix(rows[i].start)),
                         rows[i].hours);
    assert_string_equal(commitment_text(COMMIT_6_MONTHS), "6-month");
    assert_int_equal(commitment_months(COMMIT_3_MONTHS), 3);
}

static void bills_unit_hours(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct bill b = { .arena = &a };
    /* AWS's worked example: 2 units x 18.40 x 24 x 31 = 27 379.20 */
    struct unit_price titan[] = {
        unit(1, "us-east-1", "base", "1-month", "18.4", TRUST_A, "2025-02-28", ""),
    };
    struct unit_pick p = units_choose(titan, 1, "us-east-1", false, COMMIT_1_MONTH);
    assert_ok(units_bill(&b, &p, "titan", 2, 24 * 31, 0, &e), e);
    char text[USD_TEXT];
    assert_string_equal(usd_acc_text(text, b.total), "27379.2");
    assert_string_equal(b.line[0].dimension, "model unit-hour");
    assert_int_equal(b.line[0].quantity, 1488);

    assert_int_equal(units_bill(&b, &p, "titan", INT64_MAX, 2, 0, &e), ERR_RANGE);
    e = (struct err){ 0 };
    p = units_choose(titan, 1, "us-west-2", false, COMMIT_1_MONTH);
    assert_int_equal(units_bill(&b, &p, "titan", 1, 1, 0, &e), ERR_UNPRICED);
    assert_non_null(strstr(e.msg, "the nearest row is 18.4 USD per model unit-hour"));
    e = (struct err){ 0 };
    p = units_choose(titan, 1, "us-east-1", false, COMMIT_NONE);
    assert_int_equal(units_bill(&b, &p, "titan", 1, 1, 0, &e), ERR_UNPRICED);
    assert_string_equal(e.msg, "titan has no model unit price");
    assert_int_equal(b.count, 1);
    arena_clear(&a);
}

static struct unit_price tpm(int64_t id, const char *scheme, const char *kind,
                             const char *usd)
{
    struct unit_price r =
        unit(id, "us-east-1", kind, "1-month", usd, TRUST_A, "2026-05-01", "");
    r.scheme = scheme;
    r.unit = "1K tokens-per-minute-hour";
    return r;
}

static void bills_reserved_tokens_per_minute(void **state)
{
    (void)state;
    /* Claude Sonnet 4.6, us-east-1: 0.198 and 0.99 a thousand in-region, 0.18 and 0.9
     * globally */
    struct unit_price rows[] = {
        tpm(1, "reserved tier geo/in-region", "input TPM", "0.198"),
        tpm(2, "reserved tier geo/in-region", "output TPM", "0.99"),
        tpm(3, "reserved tier global", "input TPM", "0.18"),
        tpm(4, "reserved tier global", "output TPM", "0.9"),
    };
    struct unit_pick in =
        reserved_choose(rows, 4, "us-east-1", ROUTING_GEO, false, COMMIT_1_MONTH);
    struct unit_pick out =
        reserved_choose(rows, 4, "us-east-1", ROUTING_IN_REGION, true, COMMIT_1_MONTH);
    assert_int_equal(in.row->id, 1);
    assert_int_equal(out.row->id, 2);
    struct arena a = { 0 };
    struct err e = { 0 };
    struct bill b = { .arena = &a };
    /* 744 h x (123.5 x 0.198 + 10 x 0.99) = 744 x 34.353 = 25 558.632 */
    assert_ok(reserved_bill(&b, &in, &out, "sonnet", 123500, 10000, 744, 0, &e), e);
    char text[USD_TEXT];
    assert_string_equal(usd_acc_text(text, b.total), "25558.632");
    assert_int_equal(b.count, 2);

    in = reserved_choose(rows, 4, "us-east-1", ROUTING_GLOBAL, false, COMMIT_1_MONTH);
    assert_int_equal(in.row->id, 3);
    static const int64_t below[][2] = { { 99999, 10000 }, { 100000, 9999 } };
    for (size_t i = 0; i < COUNT(below); i++) {
        e = (struct err){ 0 };
        assert_int_equal(
            reserved_bill(&b, &in, &out, "sonnet", below[i][0], below[i][1], 1, 0, &e),
            ERR_RANGE);
        assert_non_null(strstr(e.msg, "starts at 100000 input and 10000 output"));
    }
    struct unit_pick none =
        reserved_choose(rows, 4, "us-east-1", ROUTING_GLOBAL, true, COMMIT_3_MONTHS);
    e = (struct err){ 0 };
    assert_int_equal(reserved_bill(&b, &in, &none, "sonnet", 100000, 10000, 1, 0, &e),
                     ERR_UNPRICED);
    e = (struct err){ 0 };
    assert_int_equal(
        reserved_bill(&b, &in, &out, "sonnet", 100000, INT64_MAX, 744, 0, &e),
        ERR_RANGE);
    assert_int_equal(b.count, 2);
    assert_string_equal(usd_acc_text(text, b.total), "25558.632");
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chooses_by_region_kind_and_commitment),
        cmocka_unit_test(prefers_trust_then_date_and_shows_who_disagrees),
        cmocka_unit_test(terms_last_calendar_months),
        cmocka_unit_test(bills_unit_hours),
        cmocka_unit_test(bills_reserved_tokens_per_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
