#include "offer_file.h"

#include <sqlite3.h>

#include "catalog.h"
#include "customize.h"
#include "str.h"
#include "units.h"

static struct catalog *open_at(int64_t at_unix_s)
{
    struct catalog *c = NULL;
    struct err e = { 0 };
    assert_ok(catalog_open_overlaid(&c, NULL, overlay, at_unix_s, &e), e);
    return c;
}

static size_t conflicts_of(const char *model)
{
    struct arena a = { 0 };
    struct conflict *k = NULL;
    struct err e = { 0 };
    size_t count = 0;
    struct catalog *c = open_at(DATE_UNKNOWN);
    assert_ok(catalog_conflicts(&k, &count, c, model, &a, &e), e);
    catalog_close(c);
    arena_clear(&a);
    return count;
}

/* Of `model` in `region` when the day is `now`: 1e-12 USD, or -1. */
static int64_t pusd_of(const char *model, const char *region, const char *dimension,
                       int64_t now_unix_s, char source[static 160])
{
    struct arena a = { 0 };
    struct price_row *rows = NULL;
    struct err e = { 0 };
    struct model m = { 0 };
    size_t count = 0;
    struct catalog *c = open_at(DATE_UNKNOWN);
    assert_ok(catalog_model(&m, NULL, c, model, &a, &e), e);
    assert_ok(catalog_prices(&rows, &count, c, m.id, &a, &e), e);
    struct price_offer offer = catalog_offer(&m, region);
    struct price_pick p =
        choose_row(rows, count, &offer, ROUTING_IN_REGION, dimension, "", now_unix_s);
    int64_t pusd = p.row ? p.row->rate.pusd : -1;
    snprintf(source, 160, "%s", p.row ? p.row->source : "");
    catalog_close(c);
    arena_clear(&a);
    return pusd;
}

/* Images, video and speech in the words of the list at the catalog's own prices (AWS's
 * page of 2026-07-24): each is taken, bills, and contradicts nothing. */
static void agrees_with_the_catalog_on_images_video_and_speech(void **state)
{
    static const struct {
        const char *code;
        struct sku sku;
        const char *id, *dimension;
    } row[] = {
        { "AmazonBedrock",
          { "A", "NovaCanvas-T2I-1024-Standard", "Nova Canvas", "image", "0.04", NULL },
          "amazon.nova-canvas-v1:0",
          "image_output:standard:up to 1024 x 1024" },
        { "AmazonBedrock",
          { "B", "NovaCanvas-I2I-2048-Premium", "Nova Canvas", "image", "0.08", NULL },
          "amazon.nova-canvas-v1:0",
          "image_output:premium:up to 2048 x 2048" },
        { "AmazonBedrock",
          { "C", "NovaReel-T2V-Medfps-HDRes", "Nova Reel", "video", "0.08", NULL },
          "amazon.nova-reel-v1:1",
          "video_output" },
        { "AmazonBedrockService",
          { "D", "Ray-V2-Medfps-HDRes", "Ray v2", "Second", "1.5", NULL },
          "luma.ray-v2:0",
          "video_output_second:720p, 24 fps" },
        { "AmazonBedrockService",
          { "E", "Ray-V2-Medfps-StandardRes", "Ray v2", "Second", "0.75", NULL },
          "luma.ray-v2:0",
          "video_output_second:540p, 24 fps" },
        { "AmazonBedrockFoundationModels",
          { "F", "inputVideoSecond-Units", "Pegasus v1.2", "seconds", "0.00049", NULL },
          "twelvelabs.pegasus-1-2-v1:0",
          "video_input_second" },
        { "AmazonBedrockFoundationModels",
          { "G", "created_image-Units", "Stable Diffusion 3.5 Large v1.0", "image",
            "0.08", NULL },
          "stability.sd3-5-large-v1:0",
          "image_output" },
        { "AmazonBedrock",
          { "H", "NovaSonic-input-speech-tokens", "Nova Sonic", "1K tokens", "0.0034",
            NULL },
          "amazon.nova-sonic-v1:0",
          "input_speech_tokens" },
        { "AmazonBedrock",
          { "I", "NovaMultimodalEmbeddings-input-audio-second", "", "Seconds",
            "0.00014", NULL },
          "amazon.nova-2-multimodal-embeddings-v1:0",
          "audio_input_second" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        struct feed_result r;
        struct err e;
        char source[160];
        size_t before = conflicts_of(row[i].id);
        offer_write(row[i].code, "2026-11-01", "USE1", "us-east-1", &row[i].sku, 1);
        assert_ok(import(&r, &e), e);
        assert_int_equal(r.added, 1);
        assert_int_equal(r.skipped, 0);
        assert_int_equal(conflicts_of(row[i].id), before);
        assert_true(pusd_of(row[i].id, "us-east-1", row[i].dimension, NOW, source) > 0);
        assert_non_null(strstr(source, "AWS Price List"));
        forget_imports(state);
    }
}

enum {
    NEW_YEAR = 1798761600, /* 2027-01-01 */
    FEBRUARY = 1801440000  /* 2027-02-01 */
};
#define MICRO "amazon.nova-micro-v1:0"

/* Today's price bills up to the day, whether the catalog, an earlier list or the same
 * list says it, and the announced one from then on, until a list of its time speaks. */
static void bills_an_announced_price_from_its_day(void **state)
{
    struct sku old = { "A",          "NovaMicro-input-tokens",
                       "Nova Micro", "1K tokens",
                       "0.000030",   NULL };
    struct sku rows[] = { { "A", "NovaMicro-input-tokens", "Nova Micro", "1K tokens",
                            "0.000020", "2027-01-01T00:00:00Z" },
                          { "B", "NovaMicro-input-tokens", "Nova Micro", "1K tokens",
                            "0.000025", "2027-02-01T00:00:00Z" } };
    struct feed_result r;
    struct err e;
    char from[160];
    (void)state;
    offer_write("AmazonBedrock", "2026-10-01", "USE1", "us-east-1", &old, 1);
    assert_ok(import(&r, &e), e);
    offer_write("AmazonBedrock", "2026-11-20", "USE1", "us-east-1", rows, 2);
    assert_ok(import(&r, &e), e);
    /* the October list's price stays, although November's replaced that list */
    assert_int_equal(pusd_of(MICRO, "us-east-1", "input", NOW, from), 30000000);
    assert_int_equal(pusd_of(MICRO, "us-east-1", "input", NEW_YEAR - 1, from),
                     30000000);
    assert_int_equal(pusd_of(MICRO, "us-east-1", "input", NEW_YEAR, from), 20000000);
    assert_non_null(strstr(from, "announced for 2027-01-01"));
    assert_int_equal(pusd_of(MICRO, "us-east-1", "input", FEBRUARY, from), 25000000);
    /* another region never heard of it: 0.035 USD per 1M by the catalog's own row */
    assert_int_not_equal(pusd_of(MICRO, "us-west-2", "input", FEBRUARY, from),
                         25000000);
    /* a list of its time replaces what was announced */
    old.usd = "0.000022";
    offer_write("AmazonBedrock", "2027-02-10", "USE1", "us-east-1", &old, 1);
    assert_ok(import(&r, &e), e);
    assert_int_equal(pusd_of(MICRO, "us-east-1", "input", FEBRUARY + 2592000, from),
                     22000000);
}

/* Model units, training and services: by region, with what they contradict. */
static struct unit_price *units_at(struct catalog *c, int64_t at, size_t *count,
                                   struct arena *a)
{
    struct unit_price *u = NULL;
    struct err e = { 0 };
    assert_ok(catalog_unit_prices(&u, count, c, MICRO, at, a, &e), e);
    return u;
}

static int64_t unit_pusd(int64_t at, struct arena *a)
{
    struct catalog *c = open_at(DATE_UNKNOWN);
    size_t count = 0;
    struct unit_price *u = units_at(c, at, &count, a);
    struct unit_pick p = units_choose(u, count, "us-east-1", false, COMMIT_6_MONTHS);
    catalog_close(c);
    return p.row ? p.row->rate.pusd : -1;
}

static void takes_units_as_it_takes_tokens(void **state)
{
#define UNIT_USAGE "NovaMicro-ProvisionedThroughput-6months-ModelUnits"
    struct sku rows[] = {
        { "A", UNIT_USAGE, "Nova Micro", "hour", "30.50", NULL },
        { "B", UNIT_USAGE, "Nova Micro", "hour", "31.75", NULL },
        { "C", UNIT_USAGE, "Nova Micro", "hour", "28.25", "2027-01-01T00:00:00Z" },
    };
    struct arena a = { 0 };
    struct feed_result r;
    struct err e;
    size_t before = conflicts_of(MICRO);
    (void)state;
    offer_write("AmazonBedrock", "2026-11-01", "USE1", "us-east-1", rows, 3);
    assert_ok(import(&r, &e), e);
    /* of two SKUs the dearer bills, in 1e-12 USD; shown against it are the other and
     * the catalog's own 30.25 of May and of September */
    assert_int_equal(unit_pusd(NOW, &a), INT64_C(31750000000000));
    assert_int_equal(conflicts_of(MICRO), before + 3);
    assert_int_equal(unit_pusd(NEW_YEAR, &a), INT64_C(28250000000000));
    arena_clear(&a);
}

static const struct item_price *item_in(struct catalog *c, const char *region,
                                        struct arena *a)
{
    struct item_price *rows = NULL;
    struct err e = { 0 };
    size_t count = 0;
    assert_ok(catalog_tuning_prices(&rows, &count, c, MICRO, region, NOW, a, &e), e);
    return item_choose(rows, count, "fine-tuning", "training");
}

static void keeps_customization_by_region(void **state)
{
    struct sku east = { "A",          "NovaMicro-Customization-Training",
                        "Nova Micro", "1K tokens",
                        "0.0011",     NULL };
    struct sku west = { "B",          "NovaMicro-Customization-Training",
                        "Nova Micro", "1K tokens",
                        "0.0013",     NULL };
    struct arena a = { 0 };
    struct feed_result r;
    struct err e;
    size_t before = conflicts_of(MICRO);
    (void)state;
    offer_write("AmazonBedrock", "2026-11-01", "USE1", "us-east-1", &east, 1);
    assert_ok(import(&r, &e), e);
    offer_write("AmazonBedrock", "2026-11-01", "USW2", "us-west-2", &west, 1);
    assert_ok(import(&r, &e), e);
    struct catalog *c = open_at(DATE_UNKNOWN);
    assert_int_equal(item_in(c, "us-east-1", &a)->rate.pusd, 1100000000);
    assert_int_equal(item_in(c, "us-west-2", &a)->rate.pusd, 1300000000);
    assert_null(item_in(c, "eu-west-1", &a));
    catalog_close(c);
    /* the catalog's own record of us-east-1 in May: 0.001 per 1K */
    assert_int_equal(conflicts_of(MICRO), before + 1);
    arena_clear(&a);
}

static void keeps_services_by_region(void **state)
{
    struct sku row = { "A",       "Guardrail-ContentPolicyUnitsConsumed",
                       "",        "Text-Units",
                       "0.00015", NULL };
    struct arena a = { 0 };
    struct item_price *rows = NULL;
    struct feed_result r;
    struct err e;
    size_t count = 0, seen = 0, before = conflicts_of("Guardrails");
    (void)state;
    offer_write("AmazonBedrock", "2026-11-01", "USE1", "us-east-1", &row, 1);
    assert_ok(import(&r, &e), e);
    /* the catalog has 0.15 USD per 1000 text units, of no region: the same, no conflict
     */
    assert_int_equal(conflicts_of("Guardrails"), before);
    row.usd = "0.18";
    row.unit = "1K units";
    offer_write("AmazonBedrock", "2026-11-01", "EUW1", "eu-west-1", &row, 1);
    assert_ok(import(&r, &e), e);
    struct catalog *c = open_at(DATE_UNKNOWN);
    assert_ok(
        catalog_other_prices(&rows, &count, c, "Guardrails", "eu-west-1", NOW, &a, &e),
        e);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].item, "content filter (text)") != 0) continue;
        assert_string_equal(rows[i].region, "eu-west-1");
        assert_int_equal(rows[i].rate.pusd, INT64_C(180000000000));
        assert_int_equal(rows[i].rate.per, 1000);
        seen++;
    }
    assert_int_equal(seen, 1); /* its own, and none of no region beside it */
    assert_true(conflicts_of("Guardrails") > before);
    catalog_close(c);
    arena_clear(&a);
}

/* An overlay that an older program made is brought up to date by whoever opens it. */
static void opens_an_overlay_of_the_first_schema(void **state)
{
    struct sku row = { "A",          "NovaMicro-input-tokens",
                       "Nova Micro", "1K tokens",
                       "0.000031",   NULL };
    struct feed_result r;
    struct err e;
    char from[160];
    sqlite3 *db = NULL;
    (void)state;
    offer_write("AmazonBedrock", "2026-11-01", "USE1", "us-east-1", &row, 1);
    assert_ok(import(&r, &e), e);
    assert_int_equal(sqlite3_open(overlay, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "DROP TABLE listed_provisioned;"
                                  " PRAGMA user_version = 1",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(pusd_of(MICRO, "us-east-1", "input", NOW, from), 31000000);
}

static char *repeated(struct arena *a, const char *text, size_t times)
{
    size_t n = strlen(text);
    char *all = ARENA_NEW(a, char, n *times + 1);
    for (size_t i = 0; i < times; i++)
        memcpy(all + i * n, text, n);
    return all;
}

#define OFFER(products, terms)                                                         \
    "{\"offerCode\":\"AmazonBedrock\",\"version\":\"1\",\"publicationDate\":"          \
    "\"2026-11-10T00:00:00Z\",\"products\":{" products                                 \
    "},\"terms\":{\"OnDemand\":{" terms "}}}"
#define PRODUCT(sku)                                                                   \
    "\"" sku "\":{\"sku\":\"" sku "\",\"attributes\":{\"usagetype\":"                  \
    "\"USE1-NovaMicro-input-tokens\",\"regionCode\":\"us-east-1\",\"model\":"          \
    "\"Nova Micro\"}}"
#define TERM(sku, rate, usd)                                                           \
    "\"" sku "\":{\"" sku ".T\":{\"sku\":\"" sku "\",\"priceDimensions\":{\"" rate     \
    "\":{\"rateCode\":\"" rate                                                         \
    "\",\"unit\":\"1K tokens\",\"pricePerUnit\":{\"USD\":" usd "}}}}}"
#define QUOTA(value)                                                                   \
    "{\"Quotas\":[{\"ServiceCode\":\"bedrock\",\"QuotaArn\":\"arn:aws:servicequotas:"  \
    "us-east-1:1:bedrock/L\",\"QuotaName\":\"On-demand model inference tokens per "    \
    "minute for Amazon Nova Micro\",\"Value\":" value "}]}"
#define UNITS(field)                                                                   \
    "{\"provisionedModelSummaries\":[{\"provisionedModelName\":\"n\","                 \
    "\"provisionedModelArn\":\"arn:aws:bedrock:us-east-1:1:provisioned-model/"         \
    "n\"," field "}]}"
#define LITELLM(field)                                                                 \
    "{\"amazon.nova-micro-v1:0\":{\"litellm_provider\":\"bedrock\"," field "}}"
#define MODELS_DEV(cost)                                                               \
    "{\"amazon-bedrock\":{\"models\":{\"amazon.nova-micro-v1:0\":{\"id\":"             \
    "\"amazon.nova-micro-v1:0\",\"cost\":{\"input\":" cost "}}}}}"

/* Hostile and broken files of every kind: refused with what and where, the database as
 * it was. `fill` stands for '@', `times` over. */
static void refuses_hostile_files_of_every_kind(void **state)
{
    static const struct {
        const char *text, *fill;
        size_t times;
        const char *message; /* its beginning */
    } row[] = {
        { OFFER("\"A\":{\"sku\":\"A\",\"attributes\":{\"x\":@", ""), "[", 40,
          "more than 24 levels deep" },
        { OFFER(PRODUCT("A"), TERM("A", "A.T.R", "\"@\"")), "9", 2 << 20,
          "a text of more than 1048576 bytes" },
        { OFFER(PRODUCT("A"), TERM("A", "A.T.R", "\"@\"")), "9", 60,
          "SKU A: price '9" },
        { OFFER(PRODUCT("A") "," PRODUCT("A"), TERM("A", "A.T.R", "\"1e-5\"")), "", 0,
          "SKU A is there twice" },
        { OFFER(PRODUCT("A"), TERM("A", "B.T.R", "\"0.00001\"")), "", 0,
          "SKU A: its rate code is 'B.T.R'" },
        { OFFER(PRODUCT("A"), TERM("A", "A.T.R", "\"-0.00001\"")), "", 0,
          "SKU A: price '-0.00001' is negative" },
        { OFFER(PRODUCT("A"), TERM("A", "A.T.R", "\"12\"")), "", 0,
          "SKU A: more than 1000 USD per 1M tokens" },
        { OFFER(PRODUCT("A"), TERM("A", "A.T.R", "\"nan\"")), "", 0,
          "SKU A: 'nan' is not a price" },
        { OFFER(PRODUCT("A"), TERM("A", "A.T.R", "\"0.00001\"")) "{}", "", 0,
          "no JSON at byte" },
        { "{\"modelSummaries\":[@", "[", 3000, "no JSON at byte" },
        { "{\"modelSummaries\":[{\"modelArn\":\"arn:aws:bedrock:us-east-1::x/y\"}]}",
          "", 0, "a model without a modelId" },
        { QUOTA("-1"), "", 0,
          "quota 'On-demand model inference tokens per minute for "
          "Amazon Nova Micro' has no sensible Value" },
        { QUOTA("1e300"), "", 0, "quota 'On-demand" },
        { QUOTA("1") "x", "", 0, "more behind the JSON, at byte" },
        { UNITS("\"modelUnits\":-2"), "", 0, "'n' has no sensible modelUnits" },
        { UNITS("\"modelUnits\":2,\"commitmentDuration\":\"TwoMonths\""), "", 0,
          "'n': unknown commitmentDuration 'TwoMonths'" },
        { LITELLM("\"input_cost_per_token\":-1e-7"), "", 0,
          "amazon.nova-micro-v1:0, input_cost_per_token: price '-1e-07' is negative" },
        { LITELLM("\"input_cost_per_token\":1"), "", 0,
          "amazon.nova-micro-v1:0, input_cost_per_token: more than 1000 USD" },
        { LITELLM("\"input_cost_per_token\":1e-7,\"x\":@"), "[", 2000,
          "no JSON at byte" },
        { MODELS_DEV("-3"), "", 0, "amazon.nova-micro-v1:0" },
        { MODELS_DEV("1e9"), "", 0, "amazon.nova-micro-v1:0" },
        { "model,region,dimension,usd\nNova Micro,us-east-1,input,-1\n", "", 0,
          "line 2" },
        { "model,region,dimension,usd\nNova Micro,us-east-1,input,1001\n", "", 0,
          "line 2: more than 1000 USD per 1M tokens" },
        { "model,region,dimension,unit,usd\nNova Micro,us-east-1,input,furlong,1\n", "",
          0, "line 2: input is priced by the token, not by 'furlong'" },
        { "model,region,dimension,usd\nNova Micro@,us-east-1,input,1\n", "x", 5000,
          "line 2" },
    };
    struct sku good = { "G",          "NovaMicro-input-tokens",
                        "Nova Micro", "1K tokens",
                        "0.000031",   NULL };
    struct arena a = { 0 };
    struct feed_import *im = NULL;
    struct feed_result r;
    struct err e;
    size_t imports = 0;
    char from[160];
    (void)state;
    offer_write("AmazonBedrock", "2026-11-01", "USE1", "us-east-1", &good, 1);
    assert_ok(import(&r, &e), e);
    for (size_t i = 0; i < COUNT(row); i++) {
        FILE *f = fopen(offer_path, "w");
        assert_non_null(f);
        const char *at = strchr(row[i].text, '@');
        if (at)
            fprintf(f, "%.*s%s%s", (int)(at - row[i].text), row[i].text,
                    repeated(&a, row[i].fill, row[i].times), at + 1);
        else
            fputs(row[i].text, f);
        fclose(f);
        if (import(&r, &e) == OK) fail_msg("taken: %s", row[i].text);
        if (!text_starts(e.msg + strlen(offer_path) + 2, row[i].message))
            fail_msg("%s: %s", e.msg, row[i].text);
        assert_ok(catalog_imports(&im, &imports, overlay, &a, &(struct err){ 0 }), e);
        assert_int_equal(imports, 1);
    }
    assert_int_equal(pusd_of(MICRO, "us-east-1", "input", NOW, from), 31000000);
    arena_clear(&a);
}

#define T(f) cmocka_unit_test_teardown(f, forget_imports)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(agrees_with_the_catalog_on_images_video_and_speech),
        T(bills_an_announced_price_from_its_day),
        T(takes_units_as_it_takes_tokens),
        T(keeps_customization_by_region),
        T(keeps_services_by_region),
        T(opens_an_overlay_of_the_first_schema),
        T(refuses_hostile_files_of_every_kind),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
