#include "check.h"

#include "tariff.h"

static struct price_row row(const char *region, const char *dimension,
                            const char *context_tier, const char *usd)
{
    struct err e = { 0 };
    struct price_row r = { .model = "m",
                           .scope = "",
                           .region = region,
                           .dimension = dimension,
                           .context_tier = context_tier,
                           .unit = "token",
                           .source = "Price List",
                           .as_of = "2026-05-04",
                           .note = "",
                           .doubt = "",
                           .from_unix_s = INT64_MIN };
    assert_ok(usd_rate_parse(&r.rate, usd, 1000000, &e), e);
    return r;
}

static const struct price_offer virginia = {
    .region = "us-east-1", .geography = "us", .listed = true, .in_region = true
};

static void names_dimensions_as_the_price_list_does(void **state)
{
    (void)state;
    static const struct {
        enum tier tier;
        enum token_kind kind;
        const char *want;
    } rows[] = {
        { TIER_STANDARD, TOKEN_INPUT, "input" },
        { TIER_STANDARD, TOKEN_CACHE_WRITE_1H, "cache_write_1h" },
        { TIER_BATCH, TOKEN_INPUT, "batch_input" },
        { TIER_FLEX, TOKEN_OUTPUT, "flex_output" },
        { TIER_PRIORITY, TOKEN_OUTPUT, "priority_output" },
        { TIER_LATENCY_OPTIMIZED, TOKEN_INPUT, "latency_optimized_input" },
        { TIER_ULTRAFAST, TOKEN_CACHE_WRITE_30M, "ultrafast_cache_write_30m" },
        { TIER_CUSTOM, TOKEN_CACHE_READ, "custom_model_cache_read" },
        { TIER_CUSTOM, TOKEN_CACHE_WRITE_5M, "custom_model_cache_write_5m" },
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_string_equal(tariff_dimension(rows[i].tier, rows[i].kind), rows[i].want);
    for (int t = 0; t < TIER_COUNT; t++) {
        const char *prefix = tier_prefix((enum tier)t);
        const char *name = tariff_dimension((enum tier)t, TOKEN_INPUT);
        assert_memory_equal(name, prefix, strlen(prefix));
        assert_string_equal(name + strlen(prefix), "input");
    }
    assert_string_equal(tier_text(TIER_LATENCY_OPTIMIZED), "latency-optimized");
    assert_string_equal(tier_text(TIER_CUSTOM), "custom");
}

static void picks_every_kind_and_the_long_tier(void **state)
{
    (void)state;
    /* GPT-5.6: twice the input and 1.5 times the output above 272 000 tokens */
    struct price_row rows[] = {
        row("us-east-1", "input", "", "2.2"),
        row("us-east-1", "output", "", "13.2"),
        row("us-east-1", "cache_write_30m", "", "2.75"),
        row("us-east-1", "input", ">272k", "4.4"),
        row("us-east-1", "output", ">272k", "19.8"),
        row("us-east-1", "batch_input", "", "1.1"),
        row("us-east-1", "batch_output", "", "6.6"),
    };
    struct err e = { 0 };
    struct tariff t;
    assert_ok(tariff_build(&t, "gpt", rows, COUNT(rows), &virginia, ROUTING_DEFAULT,
                           TIER_STANDARD, 0, &e),
              e);
    assert_int_equal(t.routing, ROUTING_IN_REGION);
    assert_int_equal(t.long_above_tokens, 272000);
    assert_ptr_equal(t.pick[TOKEN_INPUT].row, &rows[0]);
    assert_ptr_equal(t.pick[TOKEN_CACHE_WRITE_30M].row, &rows[2]);
    assert_null(t.pick[TOKEN_CACHE_READ].row);
    assert_ptr_equal(t.long_pick[TOKEN_OUTPUT].row, &rows[4]);
    assert_null(t.long_pick[TOKEN_CACHE_WRITE_30M].row);
    assert_ptr_equal(tariff_picks(&t, 272000), t.pick);
    assert_ptr_equal(tariff_picks(&t, 272001), t.long_pick);
    /* batch has no long price: a long request of it must not bill the short one */
    assert_ok(tariff_build(&t, "gpt", rows, COUNT(rows), &virginia, ROUTING_DEFAULT,
                           TIER_BATCH, 0, &e),
              e);
    assert_ptr_equal(t.pick[TOKEN_OUTPUT].row, &rows[6]);
    assert_int_equal(t.long_above_tokens, 272000);
    assert_null(t.long_pick[TOKEN_INPUT].row);
}

static void refuses_what_has_no_price_and_names_the_nearest(void **state)
{
    (void)state;
    struct price_row rows[] = {
        row("us-west-2", "priority_input", "", "0.105"),
        row("us-east-1", "input", "", "0.06"),
        row("us-east-1", "output", "", "0.24"),
    };
    struct err e = { 0 };
    struct tariff t = { .model = "before" };
    assert_int_equal(tariff_build(&t, "amazon.nova-lite-v1:0", rows, COUNT(rows),
                                  &virginia, ROUTING_DEFAULT, TIER_PRIORITY, 0, &e),
                     ERR_UNPRICED);
    assert_string_equal(
        e.msg, "amazon.nova-lite-v1:0 has no priority_input price in us-east-1 "
               "(in-region); the nearest row is 0.105 USD per 1000000 tokens, "
               "region us-west-2, scope '' (Price List, 2026-05-04)");
    assert_string_equal(t.model, "before");
    e = (struct err){ 0 };
    assert_int_equal(tariff_build(&t, "amazon.nova-lite-v1:0", rows, COUNT(rows),
                                  &virginia, ROUTING_DEFAULT, TIER_FLEX, 0, &e),
                     ERR_UNPRICED);
    assert_non_null(strstr(e.msg, "flex_input"));
    assert_non_null(strstr(e.msg, "nor anywhere else"));
}

static void wants_output_only_of_models_that_make_text(void **state)
{
    (void)state;
    struct price_row embed[] = { row("us-east-1", "input", "", "0.02") };
    struct err e = { 0 };
    struct tariff t;
    assert_ok(tariff_build(&t, "titan-embed", embed, 1, &virginia, ROUTING_DEFAULT,
                           TIER_STANDARD, 0, &e),
              e);
    assert_null(t.pick[TOKEN_OUTPUT].row);
    struct price_row chat[] = { row("us-east-1", "input", "", "0.06"),
                                row("eu-west-1", "output", "", "0.312") };
    assert_int_equal(tariff_build(&t, "nova", chat, 2, &virginia, ROUTING_DEFAULT,
                                  TIER_STANDARD, 0, &e),
                     ERR_UNPRICED);
    assert_non_null(strstr(e.msg, "nova has no output price"));
    assert_non_null(strstr(e.msg, "eu-west-1"));
}

static void passes_on_that_only_global_is_left(void **state)
{
    (void)state;
    struct price_row rows[] = { row("us-east-1", "input", "", "1") };
    struct price_offer o = virginia;
    o.in_region = false;
    o.global = true;
    struct err e = { 0 };
    struct tariff t;
    assert_int_equal(
        tariff_build(&t, "kimi", rows, 1, &o, ROUTING_DEFAULT, TIER_STANDARD, 0, &e),
        ERR_NOT_FOUND);
    assert_non_null(strstr(e.msg, "kimi: "));
    assert_non_null(strstr(e.msg, "--routing global"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_dimensions_as_the_price_list_does),
        cmocka_unit_test(picks_every_kind_and_the_long_tier),
        cmocka_unit_test(refuses_what_has_no_price_and_names_the_nearest),
        cmocka_unit_test(wants_output_only_of_models_that_make_text),
        cmocka_unit_test(passes_on_that_only_global_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
