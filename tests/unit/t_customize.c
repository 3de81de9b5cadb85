#include "check.h"

#include "catalog_facts.h"
#include "customize.h"

static struct item_price item(int64_t id, const char *subject, const char *method,
                              const char *name, const char *unit, const char *usd,
                              int32_t per)
{
    struct err e = { 0 };
    struct item_price r = { .id = id,
                            .subject = subject,
                            .method = method,
                            .item = name,
                            .unit = unit,
                            .known = usd != NULL,
                            .source = "Price List",
                            .as_of = "2026-05-04",
                            .note = "",
                            .trust = TRUST_A };
    if (usd) assert_ok(usd_rate_parse(&r.rate, usd, per, &e), e);
    return r;
}

static const char *total(const struct bill *b)
{
    static char text[USD_TEXT];
    return usd_acc_text(text, b->total);
}

static void bills_training_by_what_its_price_counts(void **state)
{
    (void)state;
    struct item_price micro[] = { item(1, "nova-micro", "fine-tuning", "training",
                                       "token", "0.001", 1000) };
    struct item_price canvas[] = { item(1, "nova-canvas", "fine-tuning", "training",
                                        "image seen", "0.005", 1) };
    struct item_price qwen[] = { item(1, "qwen3", "reinforcement fine-tuning",
                                      "training", "hour", "80", 1) };
    struct item_price titan[] = { item(1, "titan", "fine-tuning/continued pre-training",
                                       "training", "token", "0.008", 1000) };
    const struct {
        const struct item_price *rows;
        struct training run;
        enum err_code code;
        const char *usd;
    } table[] = {
        /* 1 234 567 tokens x 3 epochs x 0.001 / 1 000 */
        { micro, { "fine-tuning", 1234567, 3, 0, 0 }, OK, "3.703701" },
        { micro, { "distillation", 1000, 2, 0, 0 }, OK, "0.002" },
        { micro, { "fine-tuning", 0, 3, 0, 0 }, ERR_INPUT, "0" },
        { micro, { "fine-tuning", INT64_MAX, 3, 0, 0 }, ERR_RANGE, "0" },
        { micro, { "continued pre-training", 10, 3, 0, 0 }, ERR_UNPRICED, "0" },
        /* 500 steps x 64 images x 0.005 */
        { canvas, { "fine-tuning", 0, 0, 500 * 64, 0 }, OK, "160" },
        { qwen, { "reinforcement fine-tuning", 0, 0, 0, 7 }, OK, "560" },
        { titan, { "continued pre-training", 1000000, 1, 0, 0 }, OK, "8" },
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct bill b = { .arena = &a };
        assert_int_equal(training_bill(&b, table[i].rows, 1, "m", table[i].run, 0, &e),
                         table[i].code);
        assert_string_equal(total(&b), table[i].usd);
        arena_clear(&a);
    }
}

static void names_a_price_that_is_not_published(void **state)
{
    (void)state;
    struct item_price lite[] = {
        item(1, "nova-lite", "fine-tuning", "training", "token", NULL, 1000),
        item(2, "*", "any", "storage", "custom model-month", "1.95", 1),
    };
    lite[0].note = "NOT FOUND as a price";
    struct arena a = { 0 };
    struct err e = { 0 };
    struct bill b = { .arena = &a };
    struct training run = { "fine-tuning", 1000, 2, 0, 0 };
    assert_int_equal(training_bill(&b, lite, 2, "amazon.nova-lite-v1:0", run, 0, &e),
                     ERR_UNPRICED);
    assert_string_equal(e.msg, "amazon.nova-lite-v1:0 (fine-tuning): the price of "
                               "training is not published: NOT FOUND as a price");
    e = (struct err){ 0 };
    /* two models for seven months, a tenth off: 14 x 1.95 x 0.9 */
    assert_ok(storage_bill(&b, lite, 2, "m", 2, 7, 100000, &e), e);
    assert_string_equal(total(&b), "24.57");
    e = (struct err){ 0 };
    assert_int_equal(storage_bill(&b, lite, 1, "m", 2, 7, 0, &e), ERR_UNPRICED);
    e = (struct err){ 0 };
    assert_int_equal(storage_bill(&b, lite, 2, "m", INT64_MAX, 7, 0, &e), ERR_RANGE);
    struct item_price by_method[] = { item(1, "qwen3", "reinforcement fine-tuning",
                                           "storage", "custom model-month", "1.95",
                                           1) };
    assert_ok(storage_bill(&b, by_method, 1, "m", 1, 1, 0, &(struct err){ 0 }), e);
    assert_string_equal(total(&b), "26.52");
    arena_clear(&a);
}

static void prefers_the_models_own_entry_and_not_an_older_one(void **state)
{
    (void)state;
    struct item_price rows[] = {
        item(1, "*", "any", "storage", "custom model-month", "1.95", 1),
        item(2, "nova-micro", "any", "storage", "custom model-month", "1.90", 1),
        item(3, "Custom Model Import", "", "inference v1.0", "CMU-minute", "0.0785", 1),
        item(4, "Custom Model Import", "", "inference v1.0", "CMU-minute", "0.05718",
             1),
        item(5, "Custom Model Import", "", "inference v1.0", "CMU-minute", "0.05718",
             1),
    };
    rows[2].note = "OLDER price";
    rows[2].as_of = "2026-12";
    rows[4].trust = TRUST_B;
    assert_int_equal(item_choose(rows, 5, "any", "storage")->id, 2);
    for (size_t i = 2; i < COUNT(rows); i++)
        rows[i].method = "custom model import";
    assert_int_equal(item_choose(rows, 5, "custom model import", "inference v1.0")->id,
                     4);
    assert_null(item_choose(rows, 5, "fine-tuning", "inference v1.0"));
}

static void deploys_at_its_own_rows_before_the_customization_table(void **state)
{
    (void)state;
    struct item_price items[] = {
        item(11, "m", "custom on-demand deployment", "input", "token", "0.3", 1000000),
        item(12, "m", "custom on-demand deployment", "output", "token", "2.5", 1000000),
        item(13, "m", "custom on-demand deployment", "cache write", "token", NULL,
             1000000),
    };
    struct price_row own = { .id = 1,
                             .model = "m",
                             .scope = "",
                             .region = "us-east-1",
                             .dimension = "custom_model_input",
                             .context_tier = "",
                             .unit = "token",
                             .source = "Price List",
                             .as_of = "2026-05-04",
                             .doubt = "",
                             .note = "",
                             .from_unix_s = INT64_MIN,
                             .rate = { 35000000000, 1000000 } };
    struct price_row global = own;
    global.scope = "global";
    global.dimension = "input";
    struct price_row prices[] = { own, global };
    struct arena a = { 0 };
    struct err e = { 0 };
    size_t count = 0;
    struct price_row *rows = deployment_rows(&count, prices, 2, items, 3, &a);
    assert_int_equal(count, 3); /* no second input, no price that is not known */
    struct price_offer offer = { .region = "us-east-1",
                                 .geography = "us",
                                 .listed = true,
                                 .in_region = true,
                                 .global = true };
    struct tariff t;
    assert_ok(tariff_build(&t, "m", rows, count, &offer, ROUTING_IN_REGION, TIER_CUSTOM,
                           0, &e),
              e);
    assert_int_equal(t.pick[TOKEN_INPUT].row->id, 1);
    assert_int_equal(t.pick[TOKEN_INPUT].marks, 0);
    assert_int_equal(t.pick[TOKEN_OUTPUT].row->id, 12);
    assert_int_equal(t.pick[TOKEN_OUTPUT].marks, MARK_REGION_ASSUMED);
    assert_null(t.pick[TOKEN_CACHE_WRITE_5M].row);
    arena_clear(&a);
}

static void counts_import_windows_from_the_first_invocation(void **state)
{
    (void)state;
    static const struct {
        int64_t at_s[6];
        size_t count;
        int64_t windows;
    } rows[] = {
        { { 0 }, 0, 0 },
        { { 480 }, 1, 1 },
        { { 480, 481, 779 }, 3, 1 },       /* all within five minutes of 480 */
        { { 480, 779, 780 }, 3, 2 },       /* 780 begins the second window */
        { { 480, 700, 900, 1100 }, 4, 3 }, /* windows at 480, 780, 1080 */
        { { 0, 300, 590 }, 3, 2 },         /* idle for 300 s: counted anew from 300 */
        { { 0, 290, 890 }, 3, 2 },         /* idle since 290: a window from 890 */
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(import_windows(rows[i].at_s, rows[i].count), rows[i].windows);
}

static void bills_imported_models_by_the_window(void **state)
{
    (void)state;
    struct item_price v1 = item(1, "Custom Model Import", "", "inference v1.0",
                                "CMU-minute", "0.05718", 1);
    struct arena a = { 0 };
    struct err e = { 0 };
    struct bill b = { .arena = &a };
    assert_int_equal(import_units("Llama 3.1 8B 128K"), 2);
    assert_int_equal(import_units("Mixtral 8x7B 32K"), 4);
    assert_int_equal(import_units("Grok"), 0);
    /* one copy of 2 units, 3 windows: 2 x 15 minutes x 0.05718 */
    assert_ok(import_bill(&b, &v1, 1, 2, 3, 0, &e), e);
    assert_string_equal(total(&b), "1.7154");
    assert_int_equal(b.line[0].quantity, 30);
    assert_int_equal(import_bill(&b, &v1, INT64_MAX, 2, 3, 0, &e), ERR_RANGE);
    e = (struct err){ 0 };
    assert_int_equal(import_bill(&b, NULL, 1, 2, 3, 0, &e), ERR_UNPRICED);
    assert_int_equal(b.count, 1);
    arena_clear(&a);
}

static void knows_the_units_that_the_catalog_keeps(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct catalog *c = NULL;
    struct import_units *rows = NULL;
    size_t count = 0;
    assert_ok(catalog_open(&c, NULL, &e), e);
    assert_ok(catalog_import_units(&rows, &count, c, &a, &e), e);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(import_units(rows[i].model), rows[i].units);
    catalog_close(c);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bills_training_by_what_its_price_counts),
        cmocka_unit_test(names_a_price_that_is_not_published),
        cmocka_unit_test(prefers_the_models_own_entry_and_not_an_older_one),
        cmocka_unit_test(deploys_at_its_own_rows_before_the_customization_table),
        cmocka_unit_test(counts_import_windows_from_the_first_invocation),
        cmocka_unit_test(knows_the_units_that_the_catalog_keeps),
        cmocka_unit_test(bills_imported_models_by_the_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
