/* The catalog beside what others hold: AWS's own records and a public map. */
#include "offer_file.h"
#include "shared_data.h"

/* What AWS's records and the catalog say of one thing: the empty scope and the region's
 * are read alike. */
static bool same_thing(const struct listed_price *a, const struct listed_price *b)
{
    bool region = strcmp(a->region, b->region) == 0 || strcmp(b->region, "*") == 0;
    bool here_a = !*a->scope || strcmp(a->scope, "geo/in-region") == 0;
    bool here_b = !*b->scope || strcmp(b->scope, "geo/in-region") == 0;
    return strcmp(a->model, b->model) == 0 && strcmp(a->dimension, b->dimension) == 0 &&
           strcmp(a->context_tier, b->context_tier) == 0 && region &&
           (strcmp(a->scope, b->scope) == 0 || (here_a && here_b));
}

static bool same_rate(struct usd_rate a, struct usd_rate b)
{
    return (i128)a.pusd * b.per == (i128)b.pusd * a.per;
}

static bool conflicts(const struct conflict *k, size_t count,
                      const struct listed_price *p)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(k[i].model, p->model) == 0 &&
            strcmp(k[i].dimension, p->dimension) == 0 &&
            strcmp(k[i].region, p->region) == 0 &&
            (same_rate(k[i].kept.rate, p->rate) || same_rate(k[i].other.rate, p->rate)))
            return true;
    return false;
}

/* Every record of AWS's answers is classified, and its price is the catalog's own or
 * listed as a conflict. */
static void agrees_with_every_record_of_aws(void **state)
{
    static const struct {
        const char *file;
        size_t records;
    } row[] = { { "data/pricelist/ab-nova-micro-use1.json", 15 },
                { "data/pricelist/fm-sonnet-4-6-use1.json", 22 } };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        char file[256];
        struct arena a = { 0 };
        struct err e = { 0 };
        struct feed_result r;
        struct catalog *own = NULL, *merged = NULL;
        struct listed_price *ours, *theirs;
        struct conflict *k;
        size_t our_count, their_count, conflict_count, agreeing = 0, listed = 0;
        if (!shared_data(file, sizeof file, row[i].file)) skip();
        assert_ok(offer_import_file(&r, file, &e), e);
        assert_int_equal(r.read, row[i].records);
        assert_int_equal(r.skipped, 0);
        assert_ok(catalog_open(&own, NULL, &e), e);
        assert_ok(catalog_open_overlaid(&merged, NULL, overlay, DATE_UNKNOWN, &e), e);
        assert_ok(catalog_all_prices(&ours, &our_count, own, NULL, &a, &e), e);
        assert_ok(catalog_all_prices(&theirs, &their_count, merged, r.source, &a, &e),
                  e);
        assert_ok(catalog_conflicts(&k, &conflict_count, merged, NULL, &a, &e), e);
        for (size_t t = 0; t < their_count; t++) {
            bool same = false;
            for (size_t o = 0; o < our_count && !same; o++)
                same = ours[o].priced && same_thing(&theirs[t], &ours[o]) &&
                       same_rate(theirs[t].rate, ours[o].rate);
            agreeing += same;
            listed += !same && conflicts(k, conflict_count, &theirs[t]);
            if (!same && !conflicts(k, conflict_count, &theirs[t]))
                fail_msg("%s %s %s: neither the same nor listed", theirs[t].model,
                         theirs[t].dimension, theirs[t].scope);
        }
        print_message("%s: %zu rows, %zu agree, %zu listed as conflicts\n", row[i].file,
                      their_count, agreeing, listed);
        assert_int_equal(agreeing + listed, their_count);
        /* the others say what a newer source says: they add no conflict either */
        assert_ok(catalog_conflicts(&k, &our_count, own, NULL, &a, &e), e);
        assert_int_equal(conflict_count, our_count + listed);
        catalog_close(own);
        catalog_close(merged);
        arena_clear(&a);
        forget_imports(state);
    }
}

/* The models of pydantic/genai-prices, prices/providers/aws.yml@0090b412 (figures
 * checked up to 2026-06-30), without the "global." and "regional." that it puts in
 * front: its id, and AWS's where it has another. */
static void holds_every_model_of_genai_prices(void **state)
{
    static const char *const row[][2] = {
        { "amazon.nova-2-sonic-v1:0", NULL },
        { "amazon.nova-lite-v1:0", NULL },
        { "amazon.nova-micro-v1:0", NULL },
        { "amazon.nova-premier-v1:0", NULL },
        { "amazon.nova-pro-v1:0", NULL },
        { "amazon.nova-sonic-v1:0", NULL },
        { "amazon.titan-embed-text-v1", NULL },
        { "amazon.titan-text-express-v1", NULL },
        { "amazon.titan-text-lite-v1", NULL },
        { "deepseek.r1-v1:0", NULL },
        { "amazon.nova-2-lite-v1:0", NULL },
        { "anthropic.claude-fable-5-v1:0", "anthropic.claude-fable-5" },
        { "anthropic.claude-haiku-4-5-20251001-v1:0", NULL },
        { "anthropic.claude-opus-4-5-v1:0", "anthropic.claude-opus-4-5-20251101-v1:0" },
        { "anthropic.claude-opus-4-6-v1:0", "anthropic.claude-opus-4-6-v1" },
        { "anthropic.claude-opus-4-7-v1:0", "anthropic.claude-opus-4-7" },
        { "anthropic.claude-opus-4-8-v1:0", "anthropic.claude-opus-4-8" },
        { "anthropic.claude-sonnet-4-20250514-v1:0", NULL },
        { "anthropic.claude-sonnet-4-5-20250929-v1:0", NULL },
        { "anthropic.claude-sonnet-4-6-v1:0", "anthropic.claude-sonnet-4-6" },
        { "anthropic.claude-sonnet-5-v1:0", "anthropic.claude-sonnet-5" },
        { "google.gemma-3-12b-it", NULL },
        { "google.gemma-3-27b-it", NULL },
        { "google.gemma-3-4b-it", NULL },
        { "meta.llama3-1-70b-instruct-v1:0", NULL },
        { "meta.llama3-1-8b-instruct-v1:0", NULL },
        { "meta.llama3-2-11b-instruct-v1:0", NULL },
        { "meta.llama3-2-1b-instruct-v1:0", NULL },
        { "meta.llama3-2-3b-instruct-v1:0", NULL },
        { "meta.llama3-2-90b-instruct-v1:0", NULL },
        { "meta.llama3-3-70b-instruct-v1:0", NULL },
        { "meta.llama3-70b-instruct-v1:0", NULL },
        { "meta.llama3-8b-instruct-v1:0", NULL },
        { "meta.llama4-maverick-17b-instruct-v1:0", NULL },
        { "meta.llama4-scout-17b-instruct-v1:0", NULL },
        { "mistral.devstral-2-123b", NULL },
        { "mistral.magistral-small-2509", NULL },
        { "mistral.ministral-3-14b-instruct", NULL },
        { "mistral.ministral-3-3b-instruct", NULL },
        { "mistral.ministral-3-8b-instruct", NULL },
        { "mistral.mistral-7b-instruct-v0:2", NULL },
        { "mistral.mistral-large-2402-v1:0", NULL },
        { "mistral.mistral-large-3-675b-instruct", NULL },
        { "mistral.mistral-small-2402-v1:0", NULL },
        { "mistral.mixtral-8x7b-instruct-v0:1", NULL },
        { "mistral.pixtral-large-2502-v1:0", NULL },
        { "mistral.voxtral-mini-3b-2507", NULL },
        { "mistral.voxtral-small-24b-2507", NULL },
        { "nvidia.nemotron-nano-3-30b:0", "nvidia.nemotron-nano-3-30b" },
        { "nvidia.nemotron-nano-9b-v2:0", "nvidia.nemotron-nano-9b-v2" },
        { "nvidia.nemotron-super-3-120b:0", "nvidia.nemotron-super-3-120b" },
        { "openai.gpt-5.4", NULL },
        { "openai.gpt-5.5", NULL },
        { "openai.gpt-oss-120b-1:0", NULL },
        { "openai.gpt-oss-20b-1:0", NULL },
        { "qwen.qwen3-32b-v1:0", NULL },
        { "qwen.qwen3-coder-30b-a3b-v1:0", NULL },
        { "qwen.qwen3-coder-480b-a35b-v1:0", NULL },
        { "qwen.qwen3-vl-235b-a22b-v1:0", "qwen.qwen3-vl-235b-a22b" },
        { "anthropic.claude-3-5-haiku-20241022-v1:0", NULL },
        { "anthropic.claude-3-5-sonnet-20240620-v1:0", NULL },
        { "anthropic.claude-3-5-sonnet-20241022-v2:0", NULL },
        { "anthropic.claude-3-7-sonnet-20250219-v1:0", NULL },
        { "anthropic.claude-3-haiku-20240307-v1:0", NULL },
        { "anthropic.claude-3-opus-20240229-v1:0", NULL },
        { "anthropic.claude-3-sonnet-20240229-v1:0", NULL },
        { "anthropic.claude-opus-4-1-20250805-v1:0", NULL },
        { "anthropic.claude-opus-4-20250514-v1:0", NULL },
    };
    struct catalog *c = NULL;
    struct arena a = { 0 };
    struct err e = { 0 };
    (void)state;
    assert_ok(catalog_open(&c, NULL, &e), e);
    for (size_t i = 0; i < COUNT(row); i++) {
        struct model m = { 0 };
        struct price_row *rows = NULL;
        size_t count = 0;
        const char *id = row[i][1] ? row[i][1] : row[i][0];
        assert_ok(catalog_model(&m, NULL, c, id, &a, &e), e);
        assert_ok(catalog_prices(&rows, &count, c, m.id, &a, &e), e);
        assert_true(count > 0);
    }
    catalog_close(c);
    arena_clear(&a);
}

#define T(f) cmocka_unit_test_teardown(f, forget_imports)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(agrees_with_every_record_of_aws),
        T(holds_every_model_of_genai_prices),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
