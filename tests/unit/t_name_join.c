#include "check.h"

#include <string.h>

#include "name_join.h"

static struct arena arena;
static struct name_join *join;

static int open_join(void **state)
{
    struct catalog *c = NULL;
    struct err e = { 0 };
    (void)state;
    if (catalog_open(&c, NULL, &e) || name_join_open(&join, c, &arena, &e)) return 1;
    catalog_close(c);
    return 0;
}

static int close_join(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

/* Names of AWS Price List records and of public maps. */
static void joins_a_name_that_is_sure(void **state)
{
    static const char *const row[][2] = {
        { "Nova Micro", "amazon.nova-micro-v1:0" },
        { "nova-micro", "amazon.nova-micro-v1:0" },
        { "Nova 2.0 Lite", "amazon.nova-2-lite-v1:0" },
        { "Claude Sonnet 4.6 (Amazon Bedrock Edition)", "anthropic.claude-sonnet-4-6" },
        { "Claude4.6Sonnet", "anthropic.claude-sonnet-4-6" },
        { "R1", "deepseek.r1-v1:0" },
        { "Mistral Large 3", "mistral.mistral-large-3-675b-instruct" },
        { "Command R+", "cohere.command-r-plus-v1:0" },
        { "Command R", "cohere.command-r-v1:0" },
        { "global.anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6" },
        { "gpt-oss-120b", "openai.gpt-oss-120b-1:0" },
        { "anthropic.claude-haiku-4-5@20251001",
          "anthropic.claude-haiku-4-5-20251001-v1:0" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(row); i++) {
        const char *why = NULL, *id = name_join(join, row[i][0], &why);
        assert_non_null(id);
        assert_string_equal(id, row[i][1]);
        assert_null(why);
    }
}

static void refuses_a_name_that_is_only_near(void **state)
{
    static const char *const row[][2] = {
        { "Mistral Large", "no model has this name; " },
        { "Mistral Large 4", "no model has this name; " },
        { "Nova Mikro", "no model has this name; " },
        { "Nova Micro 2", "no model has this name; " },
        { "Titan Text Embeddings V2", "several models have this name" },
        { "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "no model has this name" },
        { "", "no model has this name" },
        { "!!!", "no model has this name" },
    };
    (void)state;
    for (int again = 0; again < 2; again++) {
        for (size_t i = 0; i < COUNT(row); i++) {
            const char *why = NULL;
            assert_null(name_join(join, row[i][0], &why));
            assert_non_null(why);
            assert_memory_equal(why, row[i][1], strlen(row[i][1]));
        }
    }
}

static void every_alias_and_id_joins_with_its_model(void **state)
{
    struct arena a = { 0 };
    struct catalog *c = NULL;
    struct model *m = NULL;
    struct err e = { 0 };
    size_t count = 0;
    (void)state;
    assert_ok(catalog_open(&c, NULL, &e), e);
    assert_ok(catalog_models(&m, &count, c, &a, &e), e);
    for (size_t i = 0; i < count; i++) {
        const char *why = NULL;
        assert_string_equal(name_join(join, m[i].id, &why), m[i].id);
    }
    catalog_close(c);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins_a_name_that_is_sure),
        cmocka_unit_test(refuses_a_name_that_is_only_near),
        cmocka_unit_test(every_alias_and_id_joins_with_its_model),
    };
    return cmocka_run_group_tests(tests, open_join, close_join);
}
