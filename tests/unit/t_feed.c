#include "offer_file.h"

static void write_offer(const char *code, const char *published, const struct sku *s,
                        size_t count)
{
    offer_write(code, published, "USE1", "us-east-1", s, count);
}

/* The row that bills Nova Micro's input in us-east-1 on a day. */
static struct price_row billed(int64_t at_unix_s, int64_t *conflicts)
{
    struct arena a = { 0 };
    struct catalog *c = NULL;
    struct price_row *rows = NULL;
    struct conflict *k = NULL;
    struct err e = { 0 };
    struct model m = { 0 };
    size_t count = 0, disputes = 0;
    assert_ok(catalog_open_overlaid(&c, NULL, overlay, at_unix_s, &e), e);
    assert_ok(catalog_model(&m, NULL, c, "amazon.nova-micro-v1:0", &a, &e), e);
    assert_ok(catalog_prices(&rows, &count, c, m.id, &a, &e), e);
    assert_ok(catalog_conflicts(&k, &disputes, c, m.id, &a, &e), e);
    struct price_offer offer = catalog_offer(&m, "us-east-1");
    struct price_pick p =
        choose_row(rows, count, &offer, ROUTING_IN_REGION, "input", "", NOW);
    if (conflicts) *conflicts = (int64_t)disputes;
    struct price_row row = *p.row;
    row.doubt = *row.doubt ? "doubted" : "";
    row.source = row.note = row.as_of = NULL;
    catalog_close(c);
    arena_clear(&a);
    return row;
}

#define INPUT "NovaMicro-input-tokens"

static void takes_a_new_price_and_shows_the_old_one(void **state)
{
    const struct sku row = { "AAA",       INPUT,          "Nova Micro",
                             "1K tokens", "0.0000300000", NULL };
    struct feed_result r;
    struct err e;
    int64_t before = 0, after = 0;
    (void)state;
    assert_int_equal(billed(DATE_UNKNOWN, &before).rate.pusd, INT64_C(35000000000));
    write_offer("AmazonBedrock", "2026-11-01", &row, 1);
    assert_ok(import(&r, &e), e);
    assert_int_equal(r.read, 1);
    assert_int_equal(r.added, 1);
    assert_string_equal(r.source, "aws-AmazonBedrock-us-east-1-20261101");
    struct price_row now = billed(DATE_UNKNOWN, &after);
    /* 0.00003 USD per 1K */
    assert_int_equal(now.rate.pusd, 30000000);
    assert_int_equal(now.rate.per, 1000);
    assert_int_equal(now.trust, TRUST_A);
    assert_int_equal(after, before + 1);
    /* on the day before nothing was known of it: 2026-10-31 */
    assert_int_equal(billed(1793404800, NULL).rate.pusd, INT64_C(35000000000));
    assert_ok(import(&r, &e), e);
    assert_true(r.known);
    assert_int_equal(r.unchanged, 1);
}

static void counts_what_changed_and_drops_it_again(void **state)
{
    struct sku row[] = {
        { "AAA", INPUT, "Nova Micro", "1K tokens", "0.0000300000", NULL },
        { "BBB", "NovaMicro-output-tokens", "Nova Micro", "1K tokens", "0.00014",
          NULL },
    };
    struct arena a = { 0 };
    struct feed_result r;
    struct err e;
    int64_t prices = 0;
    (void)state;
    write_offer("AmazonBedrock", "2026-11-01", row, 2);
    assert_ok(import(&r, &e), e);
    row[0].usd = "0.0000310000";
    row[1].sku = "CCC";
    write_offer("AmazonBedrock", "2026-11-15", row, 2);
    assert_ok(import(&r, &e), e);
    assert_int_equal(r.changed, 1);
    assert_int_equal(r.added, 1);
    assert_int_equal(r.unchanged, 0);
    assert_int_equal(billed(DATE_UNKNOWN, NULL).rate.pusd, 31000000);
    assert_int_equal(billed(1794182400, NULL).rate.pusd, 30000000); /* 2026-11-09 */
    assert_ok(catalog_drop(&prices, overlay, r.source, &a, &e), e);
    assert_int_equal(prices, 2);
    assert_int_equal(billed(DATE_UNKNOWN, NULL).rate.pusd, 30000000);
    assert_int_equal(catalog_drop(&prices, overlay, r.source, &a, &e), ERR_NOT_FOUND);
    arena_clear(&a);
}

static void shows_skus_that_compete(void **state)
{
    const struct sku row[] = {
        { "AAA", INPUT, "Nova Micro", "1K tokens", "0.0000300000", NULL },
        { "BBB", INPUT, "Nova Micro", "1K tokens", "0.0000330000", NULL },
        { "CCC", INPUT, "Nova Micro", "1K tokens", "0.0000300000", NULL },
    };
    struct feed_result r;
    struct err e;
    int64_t before = 0, after = 0;
    (void)state;
    billed(DATE_UNKNOWN, &before);
    write_offer("AmazonBedrock", "2026-11-01", row, 3);
    assert_ok(import(&r, &e), e);
    struct price_row now = billed(DATE_UNKNOWN, &after);
    /* the dearest is the row, and doubted */
    assert_string_equal(now.doubt, "doubted");
    assert_int_equal(now.rate.pusd, 33000000);
    /* the catalog's own figure and two of the SKUs */
    assert_int_equal(after, before + 3);
}

static void keeps_todays_price_beside_an_announced_one(void **state)
{
    const struct sku row = { "AAA",       INPUT,     "Nova Micro",
                             "1K tokens", "0.00002", "2027-01-01T00:00:00Z" };
    struct feed_result r;
    struct err e;
    int64_t before = 0, after = 0;
    (void)state;
    write_offer("AmazonBedrock", "2026-11-20", &row, 1);
    billed(DATE_UNKNOWN, &before);
    assert_ok(import(&r, &e), e);
    /* it is no conflict: both are true, each from its day */
    assert_int_equal(billed(DATE_UNKNOWN, &after).rate.pusd, INT64_C(35000000000));
    assert_int_equal(after, before);
}

static void lists_what_it_does_not_take(void **state)
{
    const struct sku row[] = {
        { "AAA", INPUT, "Nova Micro", "1K tokens", "0.000035", NULL },
        { "BBB", "Novelty-Rays", "Nova Micro", "1K tokens", "0.000035", NULL },
        { "CCC", "Novelty-Rays", "Nova Lite", "1K tokens", "0.000035", NULL },
        { "DDD", INPUT, "Mistral Large", "1K tokens", "0.000035", NULL },
        { "EEE", "Guardrail-X", "", "Text-Units", "0.00015", NULL },
    };
    struct feed_result r;
    struct err e;
    (void)state;
    write_offer("AmazonBedrock", "2026-11-01", row, 5);
    assert_ok(import(&r, &e), e);
    assert_int_equal(r.read, 5);
    assert_int_equal(r.added, 2);
    assert_int_equal(r.skipped, 3);
    assert_int_equal(r.skip_count, 2);
    assert_string_equal(r.skip[0].what, "Novelty-Rays (1K tokens)");
    assert_string_equal(r.skip[0].why, "unclassified usage type");
    assert_int_equal(r.skip[0].count, 2);
    assert_string_equal(r.skip[1].what, "Mistral Large");
}

static void refuses_bad_input_and_changes_nothing(void **state)
{
    static const struct {
        const char *code, *published;
        struct sku sku[2];
        const char *message;
    } row[] = {
        { "AmazonEC2",
          "2026-11-02",
          { { "B", INPUT, "Nova Micro", "1K tokens", "1", NULL } },
          "it is a price list of AmazonEC2, not of Bedrock" },
        { "AmazonBedrock",
          "2026-10-01",
          { { "B", INPUT, "Nova Micro", "1K tokens", "0.00003", NULL } },
          "it was published 2026-10-01, before 'aws-AmazonBedrock-us-east-1-20261101' "
          "(2026-11-01), which was imported already" },
        { "AmazonBedrock",
          "2026-11-01",
          { { "B", INPUT, "Nova Micro", "1K tokens", "0.00003", NULL } },
          "'aws-AmazonBedrock-us-east-1-20261101' was imported before with other "
          "content; 'bedplan catalog drop aws-AmazonBedrock-us-east-1-20261101' "
          "forgets "
          "that" },
        { "AmazonBedrock",
          "2026-11-02",
          { { "B", INPUT, "Nova Micro", "1K tokens", "-0.00003", NULL } },
          "SKU B: price '-0.00003' is negative" },
        { "AmazonBedrock",
          "2026-11-02",
          { { "B", INPUT, "Nova Micro", "1K tokens", "1.5", NULL } },
          "SKU B: more than 1000 USD per 1M tokens" },
        { "AmazonBedrock",
          "2026-11-02",
          { { "B", "X-ProvisionedThroughput-NoCommit-ModelUnits", "Nova Micro", "hour",
              "1000.01", NULL } },
          "SKU B: more than 1000 USD an hour" },
        { "AmazonBedrock",
          "2026-11-02",
          { { "B", INPUT, "Nova Micro", "1K furlongs", "0.00003", NULL } },
          "SKU B: unknown unit '1K furlongs'" },
        { "AmazonBedrock",
          "2026-11-02",
          { { "B", INPUT, "Nova Micro", "1K tokens", "0.00003", "tomorrow" } },
          "SKU B: effectiveDate: 'tomorrow' is not a date such as 2026-12-01" },
        { "AmazonBedrock",
          "2026-11-02",
          { { "B", INPUT, "Nova Micro", "1K tokens", "0.00003", NULL },
            { "B", INPUT, "Nova Micro", "1K tokens", "0.00004", NULL } },
          "SKU B is there twice" },
        { "AmazonBedrock",
          "2026-11-02",
          { { "B", INPUT, "Nova Micro", "1K tokens", "0.0000000000000001", NULL } },
          NULL },
    };
    const struct sku good = {
        "AAA", INPUT, "Nova Micro", "1K tokens", "0.00003", NULL
    };
    struct arena a = { 0 };
    struct feed_result r;
    struct feed_import *im = NULL;
    size_t imports = 0;
    struct err e;
    (void)state;
    write_offer("AmazonBedrock", "2026-11-01", &good, 1);
    assert_ok(import(&r, &e), e);
    for (size_t i = 0; i < COUNT(row); i++) {
        write_offer(row[i].code, row[i].published, row[i].sku,
                    row[i].sku[1].sku ? 2 : 1);
        assert_int_not_equal(import(&r, &e), OK);
        if (row[i].message)
            assert_string_equal(e.msg + strlen(offer_path) + 2, row[i].message);
        assert_ok(catalog_imports(&im, &imports, overlay, &a, &(struct err){ 0 }), e);
        assert_int_equal(imports, 1);
        assert_int_equal(im[0].prices, 1);
    }
    arena_clear(&a);
}

/* Every prefix of a good file is refused, or holds no whole price. */
static void refuses_a_download_that_was_cut_off(void **state)
{
    const struct sku good = {
        "AAA", INPUT, "Nova Micro", "1K tokens", "0.00003", NULL
    };
    struct feed_result r;
    struct err e;
    (void)state;
    write_offer("AmazonBedrock", "2026-11-01", &good, 1);
    for (long n = 600; n > 0; n -= 7) {
        if (truncate(offer_path, n)) fail();
        FILE *f = fopen(offer_path, "r");
        fseek(f, 0, SEEK_END);
        long size = ftell(f);
        fclose(f);
        if (size != n) continue;
        assert_int_equal(import(&r, &e), ERR_INPUT);
    }
}

/* Prices stand in front of the products: the file is read twice. */
static void reads_terms_before_products(void **state)
{
    struct feed_result r;
    struct err e;
    (void)state;
    FILE *f = fopen(offer_path, "w");
    fputs(
        "{\"offerCode\":\"AmazonBedrock\",\"version\":\"1\",\"publicationDate\":"
        "\"2026-11-03T00:00:00Z\",\"terms\":{\"OnDemand\":{\"A\":{\"A.T\":{\"sku\":"
        "\"A\","
        "\"priceDimensions\":{\"A.T.R\":{\"rateCode\":\"A.T.R\",\"unit\":\"1K tokens\","
        "\"pricePerUnit\":{\"USD\":\"0.00003\"}}}}}}},\"products\":{\"A\":{\"sku\":"
        "\"A\","
        "\"attributes\":{\"usagetype\":\"USE1-NovaMicro-input-tokens\",\"regionCode\":"
        "\"us-east-1\",\"model\":\"Nova Micro\"}}}}",
        f);
    fclose(f);
    assert_ok(import(&r, &e), e);
    assert_int_equal(r.added, 1);
    assert_int_equal(r.skipped, 0);
    assert_int_equal(billed(DATE_UNKNOWN, NULL).rate.pusd, 30000000);
}

#define T(f) cmocka_unit_test_teardown(f, forget_imports)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(takes_a_new_price_and_shows_the_old_one),
        T(counts_what_changed_and_drops_it_again),
        T(shows_skus_that_compete),
        T(keeps_todays_price_beside_an_announced_one),
        T(lists_what_it_does_not_take),
        T(refuses_bad_input_and_changes_nothing),
        T(refuses_a_download_that_was_cut_off),
        T(reads_terms_before_products),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
