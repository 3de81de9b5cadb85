#include "check.h"

#include "doubt.h"

struct line {
    const char *scope, *region, *dimension, *usd, *doubt;
};

/* The rows of one model, and the beginning of the doubt each must get. */
static void expect(const char *model, const struct line *line, size_t count)
{
    struct arena a = { 0 };
    struct price_row rows[8] = { 0 };
    assert_true(count <= COUNT(rows));
    for (size_t i = 0; i < count; i++) {
        struct err e = { 0 };
        rows[i] = (struct price_row){ .model = model,
                                      .scope = line[i].scope,
                                      .region = line[i].region,
                                      .dimension = line[i].dimension,
                                      .context_tier = "",
                                      .unit = "token",
                                      .doubt = NULL };
        assert_ok(usd_rate_parse(&rows[i].rate, line[i].usd, 1000000, &e), e);
    }
    price_mark_doubts(rows, count, &a);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].doubt, line[i].doubt) != 0)
            print_error("%s %s %s\n", model, line[i].region, line[i].dimension);
        assert_string_equal(rows[i].doubt, line[i].doubt);
    }
    arena_clear(&a);
}

#define EXPECT(model, ...)                                                             \
    do {                                                                               \
        static const struct line lines[] = { __VA_ARGS__ };                            \
        expect(model, lines, COUNT(lines));                                            \
    } while (0)

static void accepts_prices_that_keep_the_ratios(void **state)
{
    (void)state;
    /* Claude Sonnet 4.5 and Nova Micro, Price List */
    EXPECT("anthropic.claude-sonnet-4-5", { "global", "*", "input", "3", "" },
           { "geo/in-region", "*", "input", "3.3", "" },
           { "geo/in-region", "*", "cache_read", "0.33", "" },
           { "geo/in-region", "*", "cache_write_5m", "4.125", "" },
           { "geo/in-region", "*", "cache_write_1h", "6.6", "" },
           { "geo/in-region", "*", "batch_input", "1.65", "" },
           { "", "us-gov-west-1", "input", "3.6", "" });
    EXPECT("amazon.nova-micro", { "", "us-east-1", "input", "0.035", "" },
           { "", "us-east-1", "output", "0.14", "" },
           { "", "us-east-1", "cache_write_5m", "0", "" },
           { "", "us-east-1", "cache_read", "0.00875", "" },
           { "", "us-east-1", "batch_output", "0.07", "" });
    /* cheap prices are rounded to cents: half of 0.09 is published as 0.05 */
    EXPECT("openai.gpt-oss-20b", { "", "eu-central-1", "input", "0.09", "" },
           { "", "eu-central-1", "batch_input", "0.05", "" },
           { "", "eu-central-1", "flex_input", "0.045", "" },
           { "", "eu-central-1", "priority_input", "0.1575", "" });
    /* no base to compare with: nothing to say */
    EXPECT("x", { "", "us-east-1", "batch_input", "77", "" },
           { "", "eu-west-1", "input", "1", "" });
    /* an older model: one price for geo and global */
    EXPECT("anthropic.claude-sonnet-4", { "global", "*", "input", "3", "" },
           { "geo:us", "*", "input", "3", "" });
}

static void doubts_each_ratio_that_is_broken(void **state)
{
    (void)state;
    EXPECT("m", { "", "*", "input", "1", "" },
           { "", "*", "cache_read", "0.51",
             "cache_read is 0.51 x input, expected 0.05 to "
             "0.5 x" });
    EXPECT("m", { "", "*", "input", "1", "" },
           { "", "*", "cache_read", "0.04",
             "cache_read is 0.04 x input, expected 0.05 to 0.5 x" });
    /* GPT-5.6 Luna: the writes kept an older list's price */
    EXPECT("openai.gpt-5.6-luna", { "", "*", "input", "0.22", "" },
           { "", "*", "cache_write_5m", "1.375",
             "cache_write_5m is 6.25 x input, expected 1 to 1.25 x" });
    /* only Nova's writes are free */
    EXPECT("m", { "", "*", "input", "1", "" },
           { "", "*", "cache_write_5m", "0",
             "cache_write_5m is 0 x input, expected 1 to 1.25 x" });
    EXPECT("m", { "", "*", "input", "1", "" },
           { "", "*", "cache_write_1h", "1.25",
             "cache_write_1h is 1.25 x input, expected 2 x" });
    EXPECT("m", { "", "*", "output", "4", "" },
           { "", "*", "flex_output", "1",
             "flex_output is 0.25 x output, expected 0.5 x" });
    EXPECT("m", { "", "*", "input", "4", "" },
           { "", "*", "priority_input", "5",
             "priority_input is 1.25 x input, expected 1.75 x" });
    EXPECT("m", { "", "*", "input", "4", "" },
           { "", "*", "output", "3", "output is 0.75 x input, expected at least 1 x" });
    /* Titan Embeddings v2 in GovCloud */
    EXPECT("amazon.titan-embed-text-v2:0", { "", "*", "input", "0.02", "" },
           { "", "us-gov-west-1", "input", "0.2",
             "GovCloud input is 10 x the commercial price, expected 1.2 x" });
}

static void doubts_a_geography_that_costs_no_tenth_more(void **state)
{
    (void)state;
    /* Opus 4.5: the European figure of one aggregator is the global price */
    EXPECT(
        "anthropic.claude-opus-4-5", { "global", "*", "input", "5", "" },
        { "geo/in-region", "*", "input", "5.5", "" },
        { "geo:us", "*", "input", "5.5", "" },
        { "geo:eu", "*", "input", "5", "geo:eu input is 1 x global, expected 1.1 x" });
}

static void doubts_a_base_price_that_two_others_speak_against(void **state)
{
    (void)state;
    /* Kimi K2 Thinking: a Tokyo figure under "*" */
    EXPECT("moonshot.kimi-k2-thinking",
           { "", "*", "input", "0.73",
             "batch_input and others imply 0.6 USD per 1M tokens" },
           { "", "*", "batch_input", "0.3",
             "batch_input is 0.41 x input, expected 0.5 x" },
           { "", "*", "priority_input", "1.05",
             "priority_input is 1.44 x input, expected 1.75 x" });
    /* Mistral Large 2407: batch speaks for the base, so it stands */
    EXPECT("mistral.mistral-large-2407", { "", "*", "input", "3", "" },
           { "", "*", "batch_input", "1.5", "" },
           { "", "*", "flex_input", "1", "flex_input is 0.33 x input, expected 0.5 x" },
           { "", "*", "priority_input", "3.5",
             "priority_input is 1.17 x input, expected 1.75 x" });
}

static void doubts_a_us_price_far_above_the_one_without_a_region(void **state)
{
    (void)state;
    /* Mistral Large 2402: one copy kept 8, four sources say 4 */
    EXPECT("mistral.mistral-large-2402", { "", "*", "input", "4", "" },
           { "", "us-west-2", "input", "8",
             "input is 2 x the price without a region, expected 1 x" },
           { "", "sa-east-1", "input", "6.7", "" });
    /* Nova 2 Lite: "*" is the global price */
    EXPECT("amazon.nova-2-lite", { "", "*", "input", "0.2", "" },
           { "", "us-east-1", "input", "0.33", "" },
           { "global", "*", "input", "0.3", "" });
}

static void compares_within_a_context_tier_only(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct price_row rows[] = {
        { .model = "m",
          .scope = "",
          .region = "*",
          .dimension = "input",
          .context_tier = "",
          .unit = "token",
          .rate = { 3000000000000, 1000000 } },
        { .model = "m",
          .scope = "",
          .region = "*",
          .dimension = "cache_read",
          .context_tier = ">200k",
          .unit = "token",
          .rate = { 6000000000000, 1000000 } },
    };
    price_mark_doubts(rows, 2, &a);
    assert_string_equal(rows[1].doubt, "");
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_prices_that_keep_the_ratios),
        cmocka_unit_test(doubts_each_ratio_that_is_broken),
        cmocka_unit_test(doubts_a_geography_that_costs_no_tenth_more),
        cmocka_unit_test(doubts_a_base_price_that_two_others_speak_against),
        cmocka_unit_test(doubts_a_us_price_far_above_the_one_without_a_region),
        cmocka_unit_test(compares_within_a_context_tier_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
