#include "check.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "catalog_bytes.h"
#include "catalog_db_private.h"
#include "catalog_facts.h"

/* Each check of `catalog verify`, provoked in a copy of the shipped catalog. */

enum { NOW = 1795305600 }; /* 2026-11-22 */

static struct catalog copy_of_catalog(void)
{
    struct embedded_catalog good = embedded_catalog();
    struct catalog c = { 0 };
    unsigned char *bytes = sqlite3_malloc64(good.size);
    assert_non_null(bytes);
    memcpy(bytes, good.bytes, good.size);
    assert_int_equal(sqlite3_open(":memory:", &c.db), SQLITE_OK);
    assert_int_equal(sqlite3_deserialize(c.db, "main", bytes, (sqlite3_int64)good.size,
                                         (sqlite3_int64)good.size,
                                         SQLITE_DESERIALIZE_RESIZEABLE |
                                             SQLITE_DESERIALIZE_FREEONCLOSE),
                     SQLITE_OK);
    return c;
}

static void verify(struct finding **f, size_t *count, struct catalog *c,
                   struct arena *a)
{
    struct err e = { 0 };
    assert_ok(catalog_verify(f, count, c, NOW, a, &e), e);
}

static bool found(const struct finding *f, size_t count, const struct finding *want)
{
    for (size_t i = 0; i < count; i++) {
        if (f[i].error == want->error && strcmp(f[i].check, want->check) == 0 &&
            strcmp(f[i].subject, want->subject) == 0 &&
            strcmp(f[i].detail, want->detail) == 0) {
            return true;
        }
    }
    return false;
}

static void finds_no_error_in_what_is_shipped(void **state)
{
    struct catalog c = copy_of_catalog();
    struct arena a = { 0 };
    struct finding *f = NULL;
    size_t count = 0;
    (void)state;
    verify(&f, &count, &c, &a);
    for (size_t i = 0; i < count; i++)
        assert_false(f[i].error);
    static const struct finding notes[] = {
        { false, "end of life", "amazon.nova-canvas-v1:0", "ended on 2026-09-30" },
        { false, "end of life", "ai21.jamba-1-5-large-v1:0", "ends on 2026-11-26" },
        { false, "no price", "anthropic.claude-fable-5-1", "no price is known" },
        { false, "no price", "amazon.nova-lite-v1:0",
          "fine-tuning training: the price was not found" },
        { false, "doubt", "meta.llama3-1-70b-instruct-v1:0",
          "input * geo:us: AWS's pricing page of 2026-07-24 has 0.72" },
        { false, "no date", "amazon.titan-text-lite-v1",
          "fine-tuning training: the source is undated" },
        { false, "conflict", "amazon.nova-2-lite-v1:0",
          "input *: 1 other source disagrees" },
    };
    for (size_t i = 0; i < COUNT(notes); i++) {
        if (!found(f, count, &notes[i])) print_error("%s\n", notes[i].detail);
        assert_true(found(f, count, &notes[i]));
    }
    sqlite3_close(c.db);
    arena_clear(&a);
}

#define NOVA_LITE "(SELECT key FROM model WHERE id = 'amazon.nova-lite-v1:0')"

static void finds_each_kind_of_mistake(void **state)
{
    static const struct {
        const char *sql;
        struct finding want;
    } row[] = {
        { "UPDATE price SET unit = 'image' WHERE model_key = " NOVA_LITE
          " AND dimension = 'input' AND region = 'us-east-1'",
          { true, "unit", "amazon.nova-lite-v1:0",
            "input us-east-1 is per image, not per token" } },
        { "UPDATE price SET rate_pusd = 1000000000001, per = 1000"
          " WHERE model_key = " NOVA_LITE
          " AND dimension = 'output' AND region = 'us-east-1'",
          { true, "range", "amazon.nova-lite-v1:0",
            "output us-east-1 costs more than 1000 USD per 1M tokens" } },
        { "UPDATE unit_price SET rate_pusd = 60500000000000000 WHERE model_key "
          "= " NOVA_LITE " AND commitment = '6-month'",
          { true, "range", "amazon.nova-lite-v1:0",
            "model unit 6-month costs more than 1000 USD an hour" } },
        { "UPDATE model SET max_output = 300001 WHERE id = 'amazon.nova-lite-v1:0'",
          { true, "range", "amazon.nova-lite-v1:0",
            "max_output 300001 is above the context window 300000" } },
        { "UPDATE model SET launch_unix_s = legacy_unix_s + 1"
          " WHERE id = 'amazon.nova-canvas-v1:0'",
          { true, "dates", "amazon.nova-canvas-v1:0",
            "launch, legacy, extended access and end of life are out of order" } },
        { "UPDATE model SET regions = regions || ' us-east-11'"
          " WHERE id = 'amazon.nova-lite-v1:0'",
          { true, "region", "amazon.nova-lite-v1:0", "region us-east-11 is unknown" } },
        { "UPDATE model SET profiles = 'us eu. global'"
          " WHERE id = 'amazon.nova-lite-v1:0'",
          { true, "profile", "amazon.nova-lite-v1:0", "profile eu. is unknown" } },
        { "UPDATE model SET variant_of = 'amazon.nova-lite-v1:0:24k'"
          " WHERE id = 'amazon.nova-lite-v1:0:300k'",
          { true, "variant", "amazon.nova-lite-v1:0:300k",
            "is a variant of amazon.nova-lite-v1:0:24k, itself a variant" } },
        { "INSERT INTO price SELECT model_key, 99999, dimension, context_tier, scope,"
          " region, unit, rate_pusd, per, source_id, '2026-11', trust, agree, disagree,"
          " valid_from_unix_s, note_id, doubt FROM price WHERE model_key = " NOVA_LITE
          " AND dimension = 'input' AND region = 'us-east-1'",
          { true, "duplicate", "amazon.nova-lite-v1:0",
            "input us-east-1 is there twice from one source" } },
        { "UPDATE burndown SET source_id = 999 WHERE model_key = " NOVA_LITE,
          { true, "foreign key", "burndown", NULL } },
        { "DELETE FROM rule; UPDATE summary SET prices = 7",
          { true, "summary", "summary", "is of other rows" } },
        { "DELETE FROM summary", { true, "summary", "summary", "has no row" } },
        { "DELETE FROM price WHERE model_key = (SELECT key FROM model WHERE id ="
          " 'amazon.nova-2-lite-v1:0') AND dimension = 'input' AND region = '*'"
          " AND scope = ''",
          { true, "conflict", "amazon.nova-2-lite-v1:0",
            "input * disputes a price that is not there" } },
        { "UPDATE price SET as_of = '2026-12-01' WHERE model_key = " NOVA_LITE
          " AND dimension = 'input' AND region = 'us-east-1'",
          { false, "ahead of today", "amazon.nova-lite-v1:0",
            "input us-east-1 is dated 2026-12-01" } },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct catalog c = copy_of_catalog();
        struct arena a = { 0 };
        struct finding *f = NULL, want = row[i].want;
        char detail[64], *message = NULL;
        size_t count = 0;
        if (sqlite3_exec(c.db, row[i].sql, NULL, NULL, &message) != SQLITE_OK) {
            print_error("row %zu: %s\n", i, message);
            fail();
        }
        assert_true(sqlite3_total_changes(c.db) > 0);
        if (!want.detail) { /* names the row by its key */
            struct err e = { 0 };
            int64_t key = 0;
            assert_ok(db_int(&key, c.db, "SELECT " NOVA_LITE, &e), e);
            snprintf(detail, sizeof detail, "row %lld points nowhere in source",
                     (long long)key);
            want.detail = detail;
        }
        verify(&f, &count, &c, &a);
        if (!found(f, count, &want)) {
            for (size_t k = 0; k < count; k++) {
                if (f[k].error)
                    print_error("%s: %s: %s\n", f[k].check, f[k].subject, f[k].detail);
            }
            print_error("row %zu: missing: %s\n", i, want.detail);
            fail();
        }
        sqlite3_close(c.db);
        arena_clear(&a);
    }
}

static void counts_the_rows_of_a_source(void **state)
{
    struct catalog c = copy_of_catalog();
    struct arena a = { 0 };
    struct err e = { 0 };
    struct catalog_source *s = NULL;
    size_t count = 0, seen = 0;
    int64_t rows = 0, used = 0;
    (void)state;
    assert_ok(catalog_sources(&s, &count, &c, &a, &e), e);
    assert_int_equal(count, 87);
    for (size_t i = 0; i < count; i++) {
        assert_true(s[i].rows > 0); /* no source without a row */
        rows += s[i].rows;
        if (strcmp(s[i].id, "portkey-f654307e") == 0) {
            assert_int_equal(s[i].rows, 1802 + 82); /* prices, conflicts */
            assert_string_equal(s[i].newest, "2026-08-21");
            assert_string_equal(s[i].oldest, "2026-08-21");
            seen++;
        }
    }
    assert_int_equal(seen, 1);
    assert_ok(
        db_int(&used, c.db,
               "SELECT (SELECT count(*) FROM price) + (SELECT count(*) FROM "
               "other_price) + (SELECT count(*) FROM"
               " unit_price) + (SELECT count(*) FROM item_price) + (SELECT count(*)"
               " FROM import_units) + (SELECT count(*) FROM quota) + (SELECT"
               " count(*) FROM burndown) + (SELECT count(*) FROM rule) + (SELECT"
               " count(*) FROM model_source)",
               &e),
        e);
    assert_int_equal(rows, used);
    sqlite3_close(c.db);
    arena_clear(&a);
}

/* Llama 3.1 70B: AWS's page has 0.72, an aggregator's older map 0.99. */
static void shows_both_sides_of_a_conflict(void **state)
{
    struct catalog c = copy_of_catalog();
    struct arena a = { 0 };
    struct err e = { 0 };
    struct conflict *all = NULL, *one = NULL;
    size_t count = 0;
    (void)state;
    assert_ok(catalog_conflicts(&all, &count, &c, NULL, &a, &e), e);
    assert_int_equal(count, 224);
    assert_ok(
        catalog_conflicts(&one, &count, &c, "meta.llama3-1-70b-instruct-v1:0", &a, &e),
        e);
    assert_int_equal(count, 4); /* input and output, in two editions of the map */
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(one[i].kept.rate.pusd, 720000000000);
        assert_int_equal(one[i].kept.trust, TRUST_A);
        assert_int_equal(one[i].other.rate.pusd, 990000000000);
        assert_int_equal(one[i].other.rate.per, 1000000);
    }
    sqlite3_close(c.db);
    arena_clear(&a);
}

static void keeps_what_is_no_price(void **state)
{
    struct catalog c = copy_of_catalog();
    struct arena a = { 0 };
    struct err e = { 0 };
    struct catalog_rule *r = NULL;
    struct import_units *u = NULL;
    size_t count = 0;
    (void)state;
    assert_ok(catalog_rules(&r, &count, &c, &a, &e), e);
    assert_int_equal(count, 16);
    assert_string_equal(r[2].topic,
                        "fine-tuning/continued pre-training: tokens billed");
    assert_string_equal(r[2].text, "tokens in corpus x epochs");
    assert_ok(catalog_import_units(&u, &count, &c, &a, &e), e);
    assert_int_equal(count, 6);
    assert_string_equal(u[1].model, "Llama 3.1 70B 128K");
    assert_int_equal(u[1].units, 8);
    sqlite3_close(c.db);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_no_error_in_what_is_shipped),
        cmocka_unit_test(finds_each_kind_of_mistake),
        cmocka_unit_test(counts_the_rows_of_a_source),
        cmocka_unit_test(shows_both_sides_of_a_conflict),
        cmocka_unit_test(keeps_what_is_no_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
