#include "check.h"

#include "converse.h"
#include "json_view.h"

static struct converse question(const struct converse_message *m, size_t n)
{
    return (struct converse){
        .message = m, .messages = n, .temperature = (double)NAN, .top_p = (double)NAN
    };
}

static void the_smallest_body_says_only_what_was_asked(void **state)
{
    (void)state;
    struct converse_part part = { .kind = CONVERSE_TEXT,
                                  .bytes = STR("a \"b\"\n\\\x01") };
    struct converse_message m = { .part = &part, .parts = 1 };
    struct converse q = question(&m, 1);
    struct buf b = { .max = 4096 };
    struct err e = { 0 };
    assert_ok(converse_body(&b, &q, &e), e);
    assert_string_equal(b.p, "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":"
                             "\"a \\\"b\\\"\\n\\\\\\u0001\"}]}]}");
    assert_true(view_valid((struct str){ b.p, b.n }));
    buf_clear(&b);
}

/* Member names and nesting of botocore's bedrock-runtime model. Base 64 by RFC 4648
 * section 10: "foobar" is Zm9vYmFy, "fooba" is Zm9vYmE=, "foob" is Zm9vYg==. */
static void everything_has_its_place(void **state)
{
    (void)state;
    struct converse_part user[] = {
        { .kind = CONVERSE_IMAGE, .bytes = STR("foobar"), .format = "png" },
        { .kind = CONVERSE_DOCUMENT,
          .bytes = STR("fooba"),
          .format = "pdf",
          .name = "my doc" },
        { .kind = CONVERSE_DOCUMENT, .bytes = STR("foob"), .format = "txt" },
        { .kind = CONVERSE_CACHE_POINT },
        { .kind = CONVERSE_TEXT, .bytes = STR("hi") },
    };
    struct converse_part said = { .kind = CONVERSE_TEXT, .bytes = STR("yes") };
    struct converse_message m[] = { { .part = user, .parts = COUNT(user) },
                                    { .assistant = true, .part = &said, .parts = 1 } };
    struct converse q = question(m, 2);
    struct buf b = { .max = 4096 };
    struct err e = { 0 };
    q.system = "be brief";
    q.system_cache_point = true;
    q.cache_ttl = "1h";
    q.max_tokens = 128;
    q.temperature = 0.25;
    q.top_p = 0.9;
    q.service_tier = "flex";
    q.latency = "optimized";
    q.extra_fields = "{\"top_k\":200}";
    assert_ok(converse_body(&b, &q, &e), e);
    assert_string_equal(
        b.p,
        "{\"messages\":[{\"role\":\"user\",\"content\":["
        "{\"image\":{\"format\":\"png\",\"source\":{\"bytes\":\"Zm9vYmFy\"}}},"
        "{\"document\":{\"format\":\"pdf\",\"name\":\"my doc\",\"source\":{\"bytes\":"
        "\"Zm9vYmE=\"}}},{\"document\":{\"format\":\"txt\",\"name\":\"document\","
        "\"source\":{\"bytes\":\"Zm9vYg==\"}}},"
        "{\"cachePoint\":{\"type\":\"default\",\"ttl\":\"1h\"}},{\"text\":\"hi\"}]},"
        "{\"role\":\"assistant\",\"content\":[{\"text\":\"yes\"}]}],"
        "\"system\":[{\"text\":\"be brief\"},{\"cachePoint\":{\"type\":\"default\","
        "\"ttl\":\"1h\"}}],\"inferenceConfig\":{\"maxTokens\":128,\"temperature\":0.25,"
        "\"topP\":0.9},\"performanceConfig\":{\"latency\":\"optimized\"},"
        "\"serviceTier\":{\"type\":\"flex\"},\"additionalModelRequestFields\":"
        "{\"top_k\":200}}");
    b.n = 0;
    assert_ok(converse_count_body(&b, &q, &e), e);
    assert_non_null(strstr(b.p, "{\"input\":{\"converse\":{\"messages\":["));
    assert_null(strstr(b.p, "inferenceConfig"));
    assert_true(view_valid((struct str){ b.p, b.n }));
    buf_clear(&b);
}

static void bodies_that_cannot_be_made(void **state)
{
    (void)state;
    static const struct {
        struct converse_part part;
        const char *extra, *words;
        size_t max;
    } row[] = {
        { { .kind = CONVERSE_TEXT, .bytes = { "\xff", 1 } }, NULL, "not UTF-8", 4096 },
        { { .kind = CONVERSE_IMAGE, .bytes = { "x", 1 } },
          NULL,
          "an image without",
          4096 },
        { { .kind = CONVERSE_TEXT, .bytes = { "x", 1 } },
          "[1]",
          "not a JSON object",
          4096 },
        { { .kind = CONVERSE_TEXT, .bytes = { "x", 1 } },
          NULL,
          "more than 20 bytes",
          20 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct converse_message m = { .part = &row[i].part, .parts = 1 };
        struct converse q = question(&m, 1);
        struct buf b = { .max = row[i].max };
        struct err e = { 0 };
        q.extra_fields = row[i].extra;
        assert_int_equal(converse_body(&b, &q, &e), ERR_INPUT);
        if (!strstr(e.msg, row[i].words)) fail_msg("row %zu: %s", i, e.msg);
        buf_clear(&b);
    }
}

static void embeddings_have_their_familys_body(void **state)
{
    (void)state;
    struct buf b = { .max = 4096 };
    struct err e = { 0 };
    assert_ok(embedding_body(&b, "amazon.titan-embed-text-v2:0", STR("a\"b"), &e), e);
    assert_string_equal(b.p, "{\"inputText\":\"a\\\"b\"}");
    b.n = 0;
    assert_ok(embedding_body(&b, "cohere.embed-english-v3", STR("x"), &e), e);
    assert_string_equal(b.p, "{\"texts\":[\"x\"],\"input_type\":\"search_document\"}");
    assert_int_equal(embedding_body(&b, "amazon.nova-lite-v1:0", STR("x"), &e),
                     ERR_INPUT);
    buf_clear(&b);
}

static void the_answers_text_is_found(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    const char *text = NULL;
    assert_ok(
        converse_text(&text,
                      STR("{\"output\":{\"message\":{\"content\":[{\"text\":\"a\"},"
                          "{\"reasoningContent\":{}},{\"text\":\"b\"}]}}}"),
                      &a, &e),
        e);
    assert_string_equal(text, "ab");
    assert_int_equal(converse_text(&text, STR("{}"), &a, &e), ERR_NET);
    arena_clear(&a);
}

/* --- the view of JSON
 * ------------------------------------------------------------------ */

static void json_is_told_from_what_is_not(void **state)
{
    (void)state;
    static const char *const good[] = {
        "{}",       " [ ] ", "\"\\u00e9\"",
        "-0.5e+10", "true",  "{\"a\":[1,{\"b\":null}],\"c\":\"\"}",
        "0"
    };
    static const char *const bad[] = { "",          "{",          "{\"a\"}", "{\"a\":}",
                                       "[1,]",      "01",         "1.",      "\"\\x\"",
                                       "\"\n\"",    "{\"a\":1,}", "1 2",     "nul",
                                       "\"\\u12\"", "-",          "{a:1}",   "[1}" };
    for (size_t i = 0; i < COUNT(good); i++)
        if (!view_valid(str_of(good[i]))) fail_msg("%s", good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        if (view_valid(str_of(bad[i]))) fail_msg("%s", bad[i]);
    char deep[200];
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    assert_true(view_valid((struct str){ deep + 36, 128 }));  /* 64 deep */
    assert_false(view_valid((struct str){ deep + 35, 130 })); /* 65 deep */
}

static void members_are_found_where_they_are(void **state)
{
    (void)state;
    struct str o = STR("{\"x\":{\"a\":1},\"a\":\"t\",\"ab\":2,\"a\":3,\"n\":12}");
    int64_t n = -1;
    assert_true(str_eq(view_member(o, "a"), "\"t\"")); /* the first, not the nested */
    assert_true(str_eq(view_member(view_member(o, "x"), "a"), "1"));
    assert_int_equal(view_member(o, "b").n, 0);
    assert_int_equal(view_member(STR("[1]"), "a").n, 0);
    assert_true(view_count(&n, view_member(o, "n")));
    assert_int_equal(n, 12);
    static const char *const no_counts[] = { "-1",    "1.5", "1e3",
                                             "\"1\"", "",    "1000000000000001" };
    for (size_t i = 0; i < COUNT(no_counts); i++)
        assert_false(view_count(&n, str_of(no_counts[i])));
    assert_int_equal(n, 12);
}

static void escapes_are_undone(void **state)
{
    (void)state;
    static const char *const row[][2] = {
        { "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "a\"\\/\b\f\n\r\t" },
        { "\"\\u00e9\\u20AC\"", "\xc3\xa9\xe2\x82\xac" },
        { "\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80" }, /* U+1F600 */
        { "\"\\ud83dx\"", "\xef\xbf\xbdx" },
        { "\"\\ude00\"", "\xef\xbf\xbd" },
        { "\"\"", "" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct buf b = { .max = 256 };
        view_text(&b, str_of(row[i][0]));
        assert_string_equal(b.p ? b.p : "", row[i][1]);
        buf_clear(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_body_says_only_what_was_asked),
        cmocka_unit_test(everything_has_its_place),
        cmocka_unit_test(bodies_that_cannot_be_made),
        cmocka_unit_test(embeddings_have_their_familys_body),
        cmocka_unit_test(the_answers_text_is_found),
        cmocka_unit_test(json_is_told_from_what_is_not),
        cmocka_unit_test(members_are_found_where_they_are),
        cmocka_unit_test(escapes_are_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
