#include "check.h"

#include "catalog.h"
#include "date.h"

/* Expected figures are rows of data/catalog/, whose sources are named there. */

struct fixture {
    struct arena arena;
    struct catalog *catalog;
};

static int open_catalog(void **state)
{
    static struct fixture f;
    struct err e = { 0 };
    f = (struct fixture){ 0 };
    *state = &f;
    return catalog_open(&f.catalog, NULL, &e) != OK;
}

static int close_catalog(void **state)
{
    struct fixture *f = *state;
    catalog_close(f->catalog);
    arena_clear(&f->arena);
    return 0;
}

static struct model model(struct fixture *f, const char *id)
{
    struct err e = { 0 };
    struct model m = { 0 };
    assert_ok(catalog_model(&m, NULL, f->catalog, id, &f->arena, &e), e);
    return m;
}

static void knows_what_a_model_can_do(void **state)
{
    struct fixture *f = *state;
    struct model m = model(f, "amazon.nova-lite-v1:0");
    assert_string_equal(m.name, "Nova Lite");
    assert_string_equal(m.provider, "Amazon");
    assert_string_equal(m.class_, "lite");
    assert_string_equal(m.variant_of, "");
    assert_int_equal(m.context_window, 300000);
    assert_int_equal(m.max_output, 8192);
    assert_int_equal(m.input[MODALITY_TEXT], YES);
    assert_int_equal(m.input[MODALITY_VIDEO], YES);
    assert_int_equal(m.input[MODALITY_DOCUMENT], YES);
    assert_int_equal(m.input[MODALITY_SPEECH], NO);
    assert_int_equal(m.output[MODALITY_TEXT], YES);
    assert_int_equal(m.output[MODALITY_IMAGE], NO);
    assert_int_equal(m.provisioned, YES);
    assert_string_equal(m.provisioned_regions, "us-east-1");
    assert_string_equal(m.tunable, "fine-tuning distillation");
    assert_int_equal(m.custom_on_demand, YES);
    assert_string_equal(m.custom_on_demand_regions, "us-east-1");
    assert_string_equal(m.profiles, "apac ca eu us");
    assert_int_equal(m.cache_min_tokens, 1000);
    assert_int_equal(m.eol_unix_s, DATE_UNKNOWN);
    assert_non_null(strstr(m.source, "ListFoundationModels"));
}

static void leaves_what_nobody_says_unknown(void **state)
{
    struct fixture *f = *state;
    struct model m = model(f, "anthropic.claude-mythos-5");
    assert_int_equal(m.input[MODALITY_TEXT], UNKNOWN);
    assert_int_equal(m.input[MODALITY_DOCUMENT], UNKNOWN);
    assert_int_equal(m.streaming, UNKNOWN);
    assert_int_equal(m.context_window, 0);
    assert_string_equal(m.regions, "");
    /* named as accepting documents by no page that was read */
    assert_int_equal(model(f, "anthropic.claude-sonnet-5").input[MODALITY_DOCUMENT],
                     UNKNOWN);
}

static void tells_the_lifecycle_of_a_day(void **state)
{
    struct fixture *f = *state;
    struct model m = model(f, "anthropic.claude-3-haiku-20240307-v1:0");
    static const struct {
        struct date day;
        const char *state;
    } row[] = {
        { { 2026, 3, 9 }, "active" }, /* legacy from 2026-03-10 */
        { { 2026, 3, 10 }, "legacy" },
        { { 2026, 9, 9 }, "legacy" }, /* end of life 2026-09-10 */
        { { 2026, 9, 10 }, "ended" },
    };
    for (size_t i = 0; i < COUNT(row); i++)
        assert_string_equal(model_lifecycle(&m, date_unix(row[i].day)), row[i].state);
    m = model(f, "meta.llama2-13b-chat-v1");
    assert_string_equal(model_lifecycle(&m, 0), "gone");
    m = model(f, "amazon.nova-lite-v1:0");
    assert_string_equal(model_lifecycle(&m, INT64_MAX), "active");
}

static void resolves_profiles_and_arns(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *typed, *id;
        enum routing routing;
    } row[] = {
        { "amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", ROUTING_DEFAULT },
        { "us.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", ROUTING_GEO },
        { "eu.anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6",
          ROUTING_GEO },
        { "us-gov.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0", ROUTING_GEO },
        { "global.anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6",
          ROUTING_GLOBAL },
        { "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
          "amazon.nova-lite-v1:0", ROUTING_DEFAULT },
        { "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/"
          "eu.amazon.nova-micro-v1:0",
          "amazon.nova-micro-v1:0", ROUTING_GEO },
        { "arn:aws:bedrock:us-east-1:111122223333:custom-model/"
          "amazon.nova-micro-v1:0:128k/abcdefghijkl",
          "amazon.nova-micro-v1:0:128k", ROUTING_DEFAULT },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        struct model m = { 0 };
        enum routing routing = ROUTING_DEFAULT;
        assert_ok(catalog_model(&m, &routing, f->catalog, row[i].typed, &f->arena, &e),
                  e);
        assert_string_equal(m.id, row[i].id);
        assert_int_equal(routing, row[i].routing);
    }
}

static void suggests_the_id_that_was_meant(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *typed, *message;
    } row[] = {
        { "nova-lite",
          "unknown model 'nova-lite', did you mean 'amazon.nova-lite-v1:0'?" },
        { "Nova Lite",
          "unknown model 'Nova Lite', did you mean 'amazon.nova-lite-v1:0'?" },
        { "amazon.nova-lte-v1:0", "unknown model 'amazon.nova-lte-v1:0', did you mean "
                                  "'amazon.nova-lite-v1:0'?" },
        { "us.anthropic.claude-sonnet-46",
          "unknown model 'anthropic.claude-sonnet-46', did you mean "
          "'anthropic.claude-sonnet-4-6'?" },
        { "zzz", "unknown model 'zzz'; 'bedplan catalog list' shows them" },
        { "", "unknown model ''; 'bedplan catalog list' shows them" },
        { "arn:aws:bedrock:us-east-1:1:provisioned-model/abc",
          "'arn:aws:bedrock:us-east-1:1:provisioned-model/abc' is provisioned "
          "throughput, which does not say its model; give the model id" },
        { "arn:aws:bedrock", "'arn:aws:bedrock' is not a whole ARN" },
        { "arn:aws:bedrock:us-east-1:1:guardrail/x",
          "'arn:aws:bedrock:us-east-1:1:guardrail/x' names no model" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        struct model m = { .id = "untouched" };
        enum routing routing = ROUTING_IN_REGION;
        assert_int_equal(
            catalog_model(&m, &routing, f->catalog, row[i].typed, &f->arena, &e),
            ERR_NOT_FOUND);
        assert_string_equal(e.msg, row[i].message);
        assert_string_equal(m.id, "untouched");
        assert_int_equal(routing, ROUTING_IN_REGION);
    }
}

static void offers_what_is_sold_in_a_region(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *model, *region, *geography;
        bool listed, in_region, geo, global;
    } row[] = {
        { "amazon.nova-lite-v1:0", "us-east-1", "us", true, true, true, false },
        { "amazon.nova-lite-v1:0", "ca-central-1", "ca", true, true, true, false },
        { "amazon.nova-micro-v1:0", "eu-west-1", "eu", true, true, true, false },
        { "amazon.nova-lite-v1:0", "sa-east-1", "", false, true, false, false },
        /* the us-east-1 list of models offers it through profiles only */
        { "anthropic.claude-sonnet-4-6", "us-east-1", "us", true, false, true, true },
        { "anthropic.claude-sonnet-4-6", "ap-northeast-3", "jp", true, true, true,
          true },
        { "anthropic.claude-sonnet-4-6", "ap-southeast-2", "au", true, true, true,
          true },
        { "anthropic.claude-sonnet-4-5-20250929-v1:0", "sa-east-1", "", true, false,
          false, true },
        { "amazon.nova-micro-v1:0", "ap-southeast-2", "apac", true, true, true, false },
        { "openai.gpt-5.6-luna", "ap-south-1", "in", true, false, true, true },
        /* its card names profiles, but no regions */
        { "openai.gpt-6-sol", "us-west-2", "us", true, false, true, true },
        { "openai.gpt-6-sol", "eu-west-1", "", false, false, false, true },
        /* embeddings have no profile, and are not listed in the second */
        { "amazon.titan-embed-text-v1", "us-east-1", "", true, true, false, false },
        { "amazon.titan-embed-text-v1", "eu-west-3", "", false, true, false, false },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct model m = model(f, row[i].model);
        struct price_offer o = catalog_offer(&m, row[i].region);
        if (strcmp(o.geography, row[i].geography) != 0 || o.listed != row[i].listed ||
            o.in_region != row[i].in_region || o.geo != row[i].geo ||
            o.global != row[i].global) {
            print_error("row %zu %s %s: '%s' %d %d %d %d\n", i, row[i].model,
                        row[i].region, o.geography, o.listed, o.in_region, o.geo,
                        o.global);
            fail();
        }
        assert_string_equal(o.region, row[i].region);
    }
}

static void gives_a_variant_its_bases_prices(void **state)
{
    struct fixture *f = *state;
    struct err e = { 0 };
    struct price_row *rows = NULL;
    struct unit_price *units = NULL;
    size_t count = 0, base_count = 0;
    assert_ok(catalog_prices(&rows, &base_count, f->catalog, "amazon.nova-lite-v1:0",
                             &f->arena, &e),
              e);
    assert_ok(catalog_prices(&rows, &count, f->catalog, "amazon.nova-lite-v1:0:24k",
                             &f->arena, &e),
              e);
    assert_true(count > 20 && count == base_count);
    assert_string_equal(rows[0].model, "amazon.nova-lite-v1:0");
    assert_ok(catalog_unit_prices(&units, &count, f->catalog,
                                  "amazon.nova-micro-v1:0:24k", DATE_UNKNOWN, &f->arena,
                                  &e),
              e);
    assert_int_equal(count, 6);
}

/* Nova Micro in us-east-1 is a verbatim Price List record: 0.035 and 0.14 USD. */
static void finds_a_recorded_price(void **state)
{
    struct fixture *f = *state;
    struct err e = { 0 };
    struct price_row *rows = NULL;
    size_t count = 0;
    struct model m = model(f, "amazon.nova-micro-v1:0");
    struct price_offer o = catalog_offer(&m, "us-east-1");
    assert_ok(catalog_prices(&rows, &count, f->catalog, m.id, &f->arena, &e), e);
    static const struct {
        const char *dimension;
        int64_t pusd;
    } want[] = {
        { "input", 35000000000 },
        { "output", 140000000000 },
        { "cache_read", 8750000000 },
        { "cache_write_5m", 0 },
    };
    for (size_t i = 0; i < COUNT(want); i++) {
        struct price_pick p = choose_row(rows, count, &o, ROUTING_IN_REGION,
                                         want[i].dimension, "", 1795305600);
        assert_non_null(p.row);
        assert_int_equal(p.row->rate.pusd, want[i].pusd);
        assert_int_equal(p.row->rate.per, 1000000);
        assert_int_equal(p.row->trust, TRUST_A);
        assert_string_equal(p.row->unit, "token");
    }
}

static void prices_extended_access_from_its_day_on(void **state)
{
    struct fixture *f = *state;
    struct err e = { 0 };
    struct price_row *rows = NULL;
    size_t count = 0, extended = 0;
    assert_ok(catalog_prices(&rows, &count, f->catalog,
                             "anthropic.claude-3-5-sonnet-20240620-v1:0", &f->arena,
                             &e),
              e);
    for (size_t i = 0; i < count; i++) {
        bool is = strcmp(rows[i].scope, "public-extended-access") == 0;
        int64_t from = is ? date_unix((struct date){ 2025, 12, 1 }) : INT64_MIN;
        assert_int_equal(rows[i].from_unix_s, from);
        extended += is;
    }
    assert_int_equal(extended, 28); /* four dimensions in the seven regions named */
}

static void knows_unknown_prices_from_free_ones(void **state)
{
    struct fixture *f = *state;
    struct err e = { 0 };
    struct item_price *items = NULL;
    size_t count = 0, unknown = 0, stored = 0;
    assert_ok(catalog_tuning_prices(&items, &count, f->catalog, "amazon.nova-lite-v1:0",
                                    "us-east-1", DATE_UNKNOWN, &f->arena, &e),
              e);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(items[i].item, "training") == 0 && !items[i].known) unknown++;
        if (strcmp(items[i].item, "storage") == 0) stored++;
        if (strcmp(items[i].item, "storage") == 0)
            assert_int_equal(items[i].rate.pusd, 1950000000000);
    }
    assert_int_equal(unknown, 1);
    assert_int_equal(stored, 1);
    assert_ok(catalog_other_prices(&items, &count, f->catalog, "CountTokens API", NULL,
                                   DATE_UNKNOWN, &f->arena, &e),
              e);
    assert_int_equal(count, 1);
    assert_true(items[0].known);
    assert_int_equal(items[0].rate.pusd, 0);
    assert_ok(catalog_other_prices(&items, &count, f->catalog, NULL, NULL, DATE_UNKNOWN,
                                   &f->arena, &e),
              e);
    assert_int_equal(count, 57);
}

static void gives_the_quota_of_a_region(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *model, *region;
        enum routing routing;
        bool custom;
        int64_t tpm, rpm;
        int burndown;
    } row[] = {
        { "amazon.nova-lite-v1:0", "us-east-1", ROUTING_IN_REGION, false, 4000000, 0,
          1 },
        { "amazon.nova-lite-v1:0", "eu-west-1", ROUTING_IN_REGION, false, 200000, 0,
          1 },
        { "amazon.nova-lite-v1:0", "us-west-2", ROUTING_GEO, false, 8000000, 4000, 1 },
        { "amazon.nova-lite-v1:0", "us-east-1", ROUTING_IN_REGION, true, 4000000, 0,
          1 },
        { "amazon.nova-lite-v1:0:24k", "us-east-1", ROUTING_IN_REGION, false, 4000000,
          0, 1 },
        { "anthropic.claude-haiku-4-5-20251001-v1:0", "eu-west-1", ROUTING_GEO, false,
          5000000, 10000, 5 },
        { "anthropic.claude-opus-4-8", "us-east-1", ROUTING_GEO, false, 0, 0, 15 },
        { "anthropic.claude-sonnet-5-5", "us-east-1", ROUTING_GEO, false, 0, 0, 0 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        struct quota q = { 0 };
        assert_ok(catalog_quota(&q, f->catalog, row[i].model, row[i].region,
                                row[i].routing, row[i].custom, &f->arena, &e),
                  e);
        assert_int_equal(q.tokens_per_min, row[i].tpm);
        assert_int_equal(q.requests_per_min, row[i].rpm);
        assert_int_equal(q.burndown, row[i].burndown);
        assert_int_equal(*q.source != '\0', row[i].tpm || row[i].burndown);
    }
}

static void refuses_a_region_that_does_not_exist(void **state)
{
    struct fixture *f = *state;
    struct err e = { 0 };
    assert_ok(catalog_check_region(f->catalog, "ap-southeast-7", &f->arena, &e), e);
    assert_int_equal(catalog_check_region(f->catalog, "us-esat-1", &f->arena, &e),
                     ERR_NOT_FOUND);
    assert_string_equal(e.msg, "unknown region 'us-esat-1', did you mean 'us-east-1'?");
}

static void holds_every_model_and_price(void **state)
{
    struct fixture *f = *state;
    struct err e = { 0 };
    struct catalog_age age = { 0 };
    struct model *models = NULL;
    size_t count = 0, prices = 0;
    assert_ok(catalog_age(&age, f->catalog, &f->arena, &e), e);
    assert_int_equal(age.models, 233);
    assert_int_equal(age.prices, 4082); /* 4030 collected, 36 regions named in a note,
                                           16 cache writes by AWS's rule */
    assert_string_equal(age.newest, "2026-10");
    assert_ok(catalog_models(&models, &count, f->catalog, &f->arena, &e), e);
    assert_int_equal(count, 233);
    for (size_t i = 0; i < count; i++) {
        struct price_row *rows = NULL;
        size_t n = 0;
        if (i) assert_true(strcmp(models[i - 1].id, models[i].id) < 0);
        assert_true(*models[i].source && *models[i].as_of && *models[i].provider);
        assert_ok(catalog_prices(&rows, &n, f->catalog, models[i].id, &f->arena, &e),
                  e);
        for (size_t k = 0; k < n; k++) {
            assert_true(*rows[k].source && *rows[k].as_of);
            if (!*models[i].variant_of) prices++;
        }
    }
    assert_int_equal(prices, age.prices);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_a_model_can_do),
        cmocka_unit_test(leaves_what_nobody_says_unknown),
        cmocka_unit_test(tells_the_lifecycle_of_a_day),
        cmocka_unit_test(resolves_profiles_and_arns),
        cmocka_unit_test(suggests_the_id_that_was_meant),
        cmocka_unit_test(offers_what_is_sold_in_a_region),
        cmocka_unit_test(gives_a_variant_its_bases_prices),
        cmocka_unit_test(finds_a_recorded_price),
        cmocka_unit_test(prices_extended_access_from_its_day_on),
        cmocka_unit_test(knows_unknown_prices_from_free_ones),
        cmocka_unit_test(gives_the_quota_of_a_region),
        cmocka_unit_test(refuses_a_region_that_does_not_exist),
        cmocka_unit_test(holds_every_model_and_price),
    };
    return cmocka_run_group_tests(tests, open_catalog, close_catalog);
}
