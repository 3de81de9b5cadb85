#include "check.h"

#include "choose.h"

/* Rows are written as the catalog writes them: USD per million tokens. Figures are
 * those of the price list of 2026-07-24 to 2026-09-30 where a case is a real one. */
static struct price_row row(int64_t id, const char *scope, const char *region,
                            const char *dimension, const char *usd, enum trust trust)
{
    struct err e = { 0 };
    struct price_row r = { .id = id,
                           .model = "m",
                           .scope = scope,
                           .region = region,
                           .dimension = dimension,
                           .context_tier = "",
                           .unit = "token",
                           .source = "list",
                           .as_of = "2026-07-24",
                           .note = "",
                           .doubt = "",
                           .from_unix_s = INT64_MIN,
                           .agree = 1,
                           .trust = trust };
    assert_ok(usd_rate_parse(&r.rate, usd, 1000000, &e), e);
    return r;
}

static struct price_row doubtful(struct price_row r)
{
    r.doubt = "fails a rule";
    return r;
}

static struct price_row agreed(struct price_row r, int agree, const char *as_of)
{
    r.agree = agree;
    r.as_of = as_of;
    return r;
}

static const struct price_offer virginia = { .region = "us-east-1",
                                             .geography = "us",
                                             .listed = true,
                                             .in_region = true,
                                             .geo = true,
                                             .global = true };

enum { NOBODY = 0, IN = ROUTING_IN_REGION, GEO = ROUTING_GEO, GLOBAL = ROUTING_GLOBAL };

/* One question to a few rows: which id bills, which stands beside it, which marks. */
struct question {
    const char *what;
    const struct price_row *rows;
    size_t count;
    struct price_offer offer;
    int routing;
    int64_t at_unix_s;
    int64_t bills, other;
    unsigned marks;
};

static void ask(const struct question *q)
{
    for (int turn = 0; turn < 2; turn++) { /* the order of the rows says nothing */
        struct price_row rows[8];
        assert_true(q->count <= COUNT(rows));
        for (size_t i = 0; i < q->count; i++)
            rows[i] = q->rows[turn ? q->count - 1 - i : i];
        struct price_pick p =
            choose_row(rows, q->count, &q->offer, (enum routing)q->routing, "input", "",
                       q->at_unix_s);
        int64_t bills = p.row ? p.row->id : NOBODY;
        int64_t other = p.other ? p.other->id : NOBODY;
        if (bills != q->bills || other != q->other || p.marks != q->marks)
            print_error("%s (turn %d)\n", q->what, turn);
        assert_int_equal(bills, q->bills);
        assert_int_equal(other, q->other);
        assert_int_equal(p.marks, q->marks);
    }
}

#define ASK(text, rows_, offer_, routing_, bills_, other_, marks_)                     \
    ask(&(struct question){ .what = text,                                              \
                            .rows = rows_,                                             \
                            .count = COUNT(rows_),                                     \
                            .offer = offer_,                                           \
                            .routing = routing_,                                       \
                            .bills = bills_,                                           \
                            .other = other_,                                           \
                            .marks = marks_ })

static struct price_offer at_region(const char *region, const char *geography)
{
    struct price_offer o = virginia;
    o.region = region;
    o.geography = geography;
    return o;
}

static struct price_offer unlisted(void)
{
    struct price_offer o = virginia;
    o.listed = o.in_region = o.geo = o.global = false;
    return o;
}

static void rule_1_routes_in_region_then_by_geography_and_never_globally(void **state)
{
    (void)state;
    static const struct {
        bool in_region, geo, global;
        enum routing asked, want;
        enum err_code code;
    } rows[] = {
        { true, true, true, ROUTING_DEFAULT, ROUTING_IN_REGION, OK },
        { false, true, true, ROUTING_DEFAULT, ROUTING_GEO, OK },
        { false, false, true, ROUTING_DEFAULT, ROUTING_DEFAULT, ERR_NOT_FOUND },
        { false, false, false, ROUTING_DEFAULT, ROUTING_IN_REGION, OK },
        { true, true, true, ROUTING_GLOBAL, ROUTING_GLOBAL, OK },
        { true, false, false, ROUTING_GEO, ROUTING_GEO, OK },
        { false, true, false, ROUTING_IN_REGION, ROUTING_IN_REGION, OK },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct price_offer o = at_region("sa-east-1", "us");
        o.in_region = rows[i].in_region;
        o.geo = rows[i].geo;
        o.global = rows[i].global;
        struct err e = { 0 };
        enum routing got = ROUTING_DEFAULT;
        assert_int_equal(choose_routing(&got, rows[i].asked, &o, &e), rows[i].code);
        assert_int_equal(got, rows[i].want);
        if (rows[i].code) {
            assert_non_null(strstr(e.msg, "--routing global"));
            assert_non_null(strstr(e.msg, "sa-east-1"));
        }
    }
    assert_string_equal(routing_text(ROUTING_IN_REGION), "in-region");
    assert_string_equal(routing_text(ROUTING_GEO), "geo");
    assert_string_equal(routing_text(ROUTING_GLOBAL), "global");
}

static void rule_2_reads_the_scopes_of_its_routing_only(void **state)
{
    (void)state;
    /* Claude Haiku 4.5, us-west-2, Price List of 2026-09-30 */
    struct price_row haiku[] = {
        row(1, "geo/in-region", "us-west-2", "input", "1.1", TRUST_A),
        row(2, "global", "us-west-2", "input", "1", TRUST_A),
        row(3, "", "us-gov-west-1", "input", "1.2", TRUST_B),
    };
    struct price_offer oregon = at_region("us-west-2", "us");
    ASK("in-region", haiku, oregon, IN, 1, NOBODY, 0);
    ASK("geo", haiku, oregon, GEO, 1, NOBODY, 0);
    ASK("global", haiku, oregon, GLOBAL, 2, NOBODY, 0);
    ASK("gov", haiku, at_region("us-gov-west-1", "us-gov"), IN, 3, NOBODY, 0);

    /* Nova Micro, us-east-1 against the geography's own figure */
    struct price_row order[] = {
        row(1, "", "us-east-1", "input", "0.035", TRUST_A),
        row(2, "geo/in-region", "us-east-1", "input", "0.036", TRUST_A),
        row(3, "geo:us", "us-east-1", "input", "0.037", TRUST_A),
        row(4, "geo:eu", "us-east-1", "input", "0.046", TRUST_A),
    };
    ASK("geo reads its geography first", order, virginia, GEO, 3, NOBODY, 0);
    ASK("another geography, then the shared scope", order,
        at_region("us-east-1", "apac"), GEO, 2, NOBODY, 0);
    struct price_row own[] = {
        row(1, "", "us-east-1", "input", "0.035", TRUST_A),
        row(4, "geo:eu", "us-east-1", "input", "0.046", TRUST_A),
    };
    ASK("geo has no price of its own", own, virginia, GEO, 1, NOBODY, 0);
    ASK("in-region does not read geo:*", own, virginia, IN, 1, NOBODY, 0);
    ASK("global is not guessed, the nearest is shown", own, virginia, GLOBAL, NOBODY, 4,
        0);
}

static void
rule_3_lets_a_row_without_region_stand_where_the_model_is_listed(void **state)
{
    (void)state;
    struct price_row llama[] = {
        row(1, "", "*", "input", "0.72", TRUST_A),
    };
    ASK("listed", llama, virginia, IN, 1, NOBODY, MARK_REGION_ASSUMED);
    ASK("not listed", llama, unlisted(), IN, NOBODY, 1, 0);

    struct price_row exact[] = {
        row(1, "", "*", "input", "0.72", TRUST_B),
        row(2, "", "us-east-1", "input", "0.99", TRUST_B),
    };
    ASK("a regional row comes first", exact, virginia, IN, 2, NOBODY, 0);
    ASK("and bills where the list has no entry", exact, unlisted(), IN, 2, NOBODY, 0);

    struct price_row beside_global[] = {
        row(1, "", "*", "input", "1", TRUST_A),
        row(2, "global", "*", "input", "1", TRUST_A),
    };
    ASK("an empty scope beside global rows", beside_global, virginia, IN, NOBODY, 1, 0);
    ASK("nor under geo", beside_global, virginia, GEO, NOBODY, 1, 0);
    ASK("global itself", beside_global, virginia, GLOBAL, 2, NOBODY,
        MARK_REGION_ASSUMED);

    struct price_row beside_geo[] = {
        row(1, "", "*", "input", "0.035", TRUST_B),
        row(2, "geo:eu", "*", "output", "0.184", TRUST_B),
    };
    ASK("beside geo rows of any dimension", beside_geo, virginia, IN, NOBODY, 1, 0);
}

static void rule_3_takes_a_profile_for_a_list_that_is_unknown(void **state)
{
    (void)state;
    /* GPT-6 Sol: no region list yet, profiles "us" and "global" */
    struct price_row sol[] = {
        row(1, "geo/in-region", "*", "input", "2.2", TRUST_A),
        row(2, "global", "*", "input", "2", TRUST_A),
    };
    struct price_offer o = virginia;
    o.listed = o.in_region = false;
    ASK("a list without the region", sol, o, GEO, NOBODY, 1, 0);
    o.list_unknown = true;
    ASK("geo", sol, o, GEO, 1, NOBODY, MARK_REGION_ASSUMED);
    ASK("global", sol, o, GLOBAL, 2, NOBODY, MARK_REGION_ASSUMED);
    ASK("in-region is not a profile", sol, o, IN, NOBODY, 1, 0);
    o.geo = false;
    ASK("no profile serves the region", sol, o, GEO, NOBODY, 1, 0);
}

static void no_global_profile_reaches_govcloud(void **state)
{
    (void)state;
    struct price_row haiku[] = {
        row(1, "", "us-gov-west-1", "input", "1.2", TRUST_B),
        row(2, "global", "*", "input", "1", TRUST_A),
    };
    struct price_offer gov = at_region("us-gov-west-1", "");
    gov.in_region = gov.geo = false;
    struct err e = { 0 };
    enum routing routing;
    assert_ok(choose_routing(&routing, ROUTING_DEFAULT, &gov, &e), e);
    assert_int_equal(routing, ROUTING_IN_REGION);
    ASK("the regional price", haiku, gov, IN, 1, NOBODY, 0);
    ASK("not the global one", haiku, gov, GLOBAL, NOBODY, 1, 0);
}

static void rule_4_prefers_trust_then_agreement_then_date(void **state)
{
    (void)state;
    struct price_row trust[] = {
        agreed(row(1, "", "us-east-1", "input", "4", TRUST_B), 5, "2026-10"),
        agreed(row(2, "", "us-east-1", "input", "4.1", TRUST_A), 1, "2025-02-28"),
        agreed(row(3, "", "us-east-1", "input", "4.2", TRUST_C), 6, "2026-11"),
    };
    ASK("trust", trust, virginia, IN, 2, NOBODY, 0);
    struct price_row agreement[] = {
        agreed(row(1, "", "us-east-1", "input", "4", TRUST_B), 3, "2025-02-28"),
        agreed(row(2, "", "us-east-1", "input", "4.1", TRUST_B), 2, "2026-10"),
    };
    ASK("agreement", agreement, virginia, IN, 1, NOBODY, 0);
    struct price_row date[] = {
        agreed(row(1, "", "us-east-1", "input", "4", TRUST_B), 2, "2026-10"),
        agreed(row(2, "", "us-east-1", "input", "4.1", TRUST_B), 2, "2026-09-30"),
    };
    ASK("date", date, virginia, IN, 1, NOBODY, 0);
    struct price_row tie[] = {
        row(1, "", "us-east-1", "input", "4", TRUST_B),
        row(2, "geo/in-region", "us-east-1", "input", "4.1", TRUST_B),
    };
    ASK("a tie is the dearer", tie, virginia, IN, 2, NOBODY, 0);
}

static void rule_4_bills_the_better_supported_of_two_that_disagree(void **state)
{
    (void)state;
    /* Mistral Large 2402: 8 per million in one region's copy, 4 in the page's table */
    struct price_row mistral[] = {
        row(1, "", "us-east-1", "input", "8", TRUST_C),
        row(2, "", "*", "input", "4", TRUST_A),
    };
    ASK("less trusted region", mistral, virginia, IN, 2, 1,
        MARK_CONFLICT | MARK_REGION_ASSUMED);
    ASK("not listed: no second opinion", mistral, unlisted(), IN, 1, NOBODY,
        MARK_TRUST_C);
    struct price_row same[] = {
        row(1, "", "us-east-1", "input", "4.0", TRUST_C),
        row(2, "", "*", "input", "4", TRUST_A),
    };
    ASK("same price", same, virginia, IN, 1, NOBODY, MARK_TRUST_C);
    struct price_row equal[] = {
        row(1, "", "us-east-1", "input", "8", TRUST_B),
        row(2, "", "*", "input", "4", TRUST_B),
    };
    ASK("equal trust", equal, virginia, IN, 1, NOBODY, 0);
    /* Claude Opus 4.6 in Australia: an aggregator's 16.5 against the page's 5.5 */
    struct price_row scopes[] = {
        row(1, "geo:au", "*", "input", "16.5", TRUST_B),
        row(2, "geo/in-region", "*", "input", "5.5", TRUST_A),
    };
    ASK("a better trusted later scope", scopes, at_region("ap-southeast-2", "au"), GEO,
        2, 1, MARK_CONFLICT | MARK_REGION_ASSUMED);
}

static void rule_5_keeps_lost_labels_from_billing(void **state)
{
    (void)state;
    struct price_row lost[] = {
        row(1, "", "page-group-1of2", "input", "0.0175", TRUST_A),
        row(2, "", "page-group-2of2", "input", "0.035", TRUST_A),
        row(3, "unlabelled-table", "*", "input", "6", TRUST_A),
    };
    struct price_pick p =
        choose_row(lost, 3, &virginia, ROUTING_IN_REGION, "input", "", 0);
    assert_null(p.row);
    assert_non_null(p.other);

    const struct price_row *low = NULL, *high = NULL;
    assert_true(choose_range(&low, &high, lost, 3, &virginia, ROUTING_IN_REGION,
                             "input", "", 0));
    assert_int_equal(low->id, 1);
    assert_int_equal(high->id, 3);
    struct price_offer o = unlisted();
    assert_false(
        choose_range(&low, &high, lost, 3, &o, ROUTING_IN_REGION, "input", "", 0));
}

static void rule_5_says_when_a_doubtful_row_bills_or_lost(void **state)
{
    (void)state;
    struct price_row only[] = {
        doubtful(row(1, "", "us-east-1", "input", "0.2", TRUST_B)),
    };
    ASK("bills with its mark", only, virginia, IN, 1, NOBODY, MARK_SUSPICIOUS);
    /* Opus 4.5 in Europe: 5 fails the tenth above global, 5.5 does not */
    struct price_row clean[] = {
        doubtful(row(1, "geo:eu", "*", "input", "5", TRUST_A)),
        row(2, "geo/in-region", "*", "input", "5.5", TRUST_B),
    };
    ASK("a row without doubt is preferred and both are shown", clean,
        at_region("eu-west-1", "eu"), GEO, 2, 1, MARK_CONFLICT | MARK_REGION_ASSUMED);
    clean[0].trust = TRUST_B;
    clean[1].trust = TRUST_A;
    ASK("nor does better trust hide it", clean, at_region("eu-west-1", "eu"), GEO, 2, 1,
        MARK_CONFLICT | MARK_REGION_ASSUMED);
    struct price_row region[] = {
        doubtful(row(1, "", "us-gov-west-1", "input", "0.2", TRUST_A)),
        row(2, "", "*", "input", "0.02", TRUST_B),
    };
    ASK("a commercial price is a guess in GovCloud", region,
        at_region("us-gov-west-1", "us-gov"), IN, 2, 1,
        MARK_CONFLICT | MARK_REGION_ASSUMED | MARK_SUSPICIOUS);
}

static void rule_5_applies_extended_access_from_its_date(void **state)
{
    (void)state;
    /* Claude 3.5 Sonnet: 3 until 2025-12-01, 6 from then on */
    const int64_t december = 1764547200;
    struct price_row sonnet[] = {
        row(1, "geo/in-region", "us-east-1", "input", "3", TRUST_A),
        row(2, "public-extended-access", "us-east-1", "input", "6", TRUST_A),
    };
    sonnet[1].from_unix_s = december;
    const struct {
        struct price_offer offer;
        int routing;
        int64_t at_unix_s, bills;
    } rows[] = {
        { virginia, IN, december - 1, 1 },
        { virginia, IN, december, 2 },
        { virginia, GEO, december + 1, 2 },
        { at_region("us-west-1", "us"), IN, december, NOBODY },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct price_pick p =
            choose_row(sonnet, 2, &rows[i].offer, (enum routing)rows[i].routing,
                       "input", "", rows[i].at_unix_s);
        assert_int_equal(p.row ? p.row->id : NOBODY, rows[i].bills);
    }
    const struct price_row *low, *high;
    assert_true(choose_range(&low, &high, sonnet, 2, &virginia, ROUTING_IN_REGION,
                             "input", "", december));
    assert_int_equal(low->id, 1);
    assert_int_equal(high->id, 2);
}

static void rule_6_leaves_unpriced_what_has_no_row_and_bills_a_zero(void **state)
{
    (void)state;
    struct price_row elsewhere[] = {
        row(1, "", "eu-west-1", "input", "0.04", TRUST_A),
        row(2, "", "us-west-2", "input", "0.035", TRUST_C),
        row(3, "", "us-west-2", "output", "0.14", TRUST_A),
    };
    ASK("the nearest row is on the same continent", elsewhere, virginia, IN, NOBODY, 2,
        0);
    ASK("or another one", elsewhere, at_region("ap-south-1", "apac"), IN, NOBODY, 1, 0);
    struct price_row nothing[] = {
        row(3, "", "us-west-2", "output", "0.14", TRUST_A),
    };
    ASK("nothing at all", nothing, virginia, IN, NOBODY, NOBODY, 0);
    struct price_row zero[] = {
        row(1, "", "us-east-1", "input", "0", TRUST_A),
    };
    ASK("a zero is a price", zero, virginia, IN, 1, NOBODY, 0);
}

static void rule_7_marks_a_price_of_one_aggregator(void **state)
{
    (void)state;
    struct price_row c[] = {
        row(1, "", "us-east-1", "input", "0.15", TRUST_C),
    };
    ASK("trust C", c, virginia, IN, 1, NOBODY, MARK_TRUST_C);
}

static void context_tiers_and_dimensions_do_not_mix(void **state)
{
    (void)state;
    struct price_row rows[] = {
        row(1, "", "us-east-1", "input", "3", TRUST_A),
        row(2, "", "us-east-1", "input", "6", TRUST_A),
        row(3, "", "us-east-1", "cache_read", "0.3", TRUST_A),
    };
    rows[1].context_tier = ">200k";
    struct price_pick p =
        choose_row(rows, 3, &virginia, ROUTING_IN_REGION, "input", ">200k", 0);
    assert_int_equal(p.row->id, 2);
    p = choose_row(rows, 3, &virginia, ROUTING_IN_REGION, "cache_read", "", 0);
    assert_int_equal(p.row->id, 3);
    p = choose_row(rows, 3, &virginia, ROUTING_IN_REGION, "cache_read", ">200k", 0);
    assert_null(p.row);
    assert_null(p.other);
}

static void each_mark_has_a_text(void **state)
{
    (void)state;
    assert_string_equal(mark_text(MARK_REGION_ASSUMED), "region assumed");
    assert_string_equal(mark_text(MARK_CONFLICT), "conflict");
    assert_string_equal(mark_text(MARK_SUSPICIOUS), "suspicious");
    assert_string_equal(mark_text(MARK_TRUST_C), "trust C");
    assert_string_equal(mark_text(MARK_ESTIMATE), "estimate");
    assert_string_equal(mark_text(0), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_1_routes_in_region_then_by_geography_and_never_globally),
        cmocka_unit_test(rule_2_reads_the_scopes_of_its_routing_only),
        cmocka_unit_test(
            rule_3_lets_a_row_without_region_stand_where_the_model_is_listed),
        cmocka_unit_test(rule_3_takes_a_profile_for_a_list_that_is_unknown),
        cmocka_unit_test(no_global_profile_reaches_govcloud),
        cmocka_unit_test(rule_4_prefers_trust_then_agreement_then_date),
        cmocka_unit_test(rule_4_bills_the_better_supported_of_two_that_disagree),
        cmocka_unit_test(rule_5_keeps_lost_labels_from_billing),
        cmocka_unit_test(rule_5_says_when_a_doubtful_row_bills_or_lost),
        cmocka_unit_test(rule_5_applies_extended_access_from_its_date),
        cmocka_unit_test(rule_6_leaves_unpriced_what_has_no_row_and_bills_a_zero),
        cmocka_unit_test(rule_7_marks_a_price_of_one_aggregator),
        cmocka_unit_test(context_tiers_and_dimensions_do_not_mix),
        cmocka_unit_test(each_mark_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
