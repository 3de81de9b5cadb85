#include "check.h"

#include "prompt.h"
#include "splitmix.h"
#include "text_diff.h"

static struct arena a;

static struct prompt read_ok(const char *json)
{
    struct err e = { 0 };
    struct prompt p;
    assert_ok(prompt_read(&p, json, strlen(json), &a, &e), e);
    return p;
}

static void variables_stand_in_double_braces(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct template t;
    struct prompt_names names = { 0 };
    static const char text[] =
        "Hi {{who}}, {\"a\":{\"b\":1}} { } {{order-id_2}} and {{who}}";
    assert_ok(template_parse(&t, &names, str_of(text), &a, &e), e);
    assert_int_equal(names.count, 2);
    assert_string_equal(names.name[0], "who");
    assert_string_equal(names.name[1], "order-id_2");
    assert_int_equal(t.parts, 6);
    /* the parts are the text, whole and in order */
    size_t at = 0;
    for (size_t i = 0; i < t.parts; i++) {
        assert_int_equal(t.part[i].at, at);
        at += t.part[i].text.n + (t.part[i].variable < 0 ? 0 : 4);
    }
    assert_int_equal(at, strlen(text));
    struct buf out = { .max = 1000 };
    static const char *const value[] = { "Ada", "{{who}}" };
    assert_ok(template_render(&out, &t, value, &e), e);
    assert_string_equal(out.p, "Hi Ada, {\"a\":{\"b\":1}} { } {{who}} and Ada");
    buf_clear(&out);
}

static void faults_of_a_template_have_line_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } row[] = {
        { "one\ntwo {{open", "line 2, column 5: '{{open' is not closed by '}}'" },
        { "é }} x", "line 1, column 3: '}}' closes no '{{'" },
        { "{ a } }}", "line 1, column 7: '}}' closes no '{{'" },
        { "a {{ b }}", "line 1, column 3: '{{ b }}': no blanks inside the braces" },
        { "{{}}",
          "line 1, column 1: '{{' does not begin a variable's name (letters, digits, "
          "single '_' or '-'); braces of a text want a blank between them" },
        { "{{a__b}}",
          "line 1, column 1: '{{a__b' does not begin a variable's name (letters, "
          "digits, single '_' or '-'); braces of a text want a blank between them" },
        { "ok {{x}} {{{y}}}",
          "line 1, column 10: '{{{y' does not begin a variable's name (letters, "
          "digits, "
          "single '_' or '-'); braces of a text want a blank between them" },
        { "a\xff", "line 1, column 2: bytes that are not UTF-8" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        struct template t;
        struct prompt_names names = { 0 };
        assert_int_equal(template_parse(&t, &names, str_of(row[i].text), &a, &e),
                         ERR_INPUT);
        assert_string_equal(e.msg, row[i].message);
    }
}

static void a_value_that_is_missing_is_named_with_its_place(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct template t;
    struct prompt_names names = { 0 };
    struct buf out = { .max = 100 };
    static const char *const value[] = { "x", NULL };
    assert_ok(template_parse(&t, &names, str_of("{{a}}\nsay {{b}}"), &a, &e), e);
    assert_int_equal(template_render(&out, &t, value, &e), ERR_INPUT);
    assert_string_equal(e.msg, "line 2, column 5: no value for {{b}}");
    buf_clear(&out);
}

/* The shape of GetPrompt's answer. */
static const char chat[] =
    "{\"arn\":\"arn:aws:bedrock:us-east-1:1:prompt/"
    "ABCDEFGHIJ:3\",\"id\":\"ABCDEFGHIJ\","
    "\"name\":\"support\",\"version\":\"3\",\"defaultVariant\":\"b\",\"variants\":["
    "{\"name\":\"a\",\"templateType\":\"TEXT\",\"templateConfiguration\":{\"text\":"
    "{\"text\":\"old\"}}},"
    "{\"name\":\"b\",\"templateType\":\"CHAT\",\"modelId\":\"amazon.nova-lite-v1:0\","
    "\"inferenceConfiguration\":{\"text\":{\"temperature\":0.25,\"maxTokens\":512,"
    "\"stopSequences\":[\"END\"]}},"
    "\"templateConfiguration\":{\"chat\":{\"messages\":["
    "{\"role\":\"user\",\"content\":[{\"text\":\"Q: {{question}}\"}]},"
    "{\"role\":\"assistant\",\"content\":[{\"text\":\"Let me see.\"}]},"
    "{\"role\":\"user\",\"content\":[{\"text\":\"in {{language}}\"}]}],"
    "\"system\":[{\"text\":\"Be \\\"kind\\\".\\n\"},{\"cachePoint\":{\"type\":"
    "\"default\",\"ttl\":\"1h\"}}],"
    "\"toolConfiguration\":{\"tools\":[{\"toolSpec\":{ \"name\" : \"find\" , "
    "\"inputSchema\":{\"json\":{\"type\":\"object\"}}}}],\"toolChoice\":{\"auto\":{ "
    "}}},"
    "\"inputVariables\":[{\"name\":\"language\"},{\"name\":\"question\"},"
    "{\"name\":\"unused\"}]}}}]}";

static void getprompt_answers_are_read_in_the_order_a_model_reads_them(void **state)
{
    (void)state;
    struct prompt p = read_ok(chat);
    static const enum prompt_role role[] = { PROMPT_TOOLS,     PROMPT_SYSTEM,
                                             PROMPT_SYSTEM,    PROMPT_USER,
                                             PROMPT_ASSISTANT, PROMPT_USER };
    assert_true(p.chat);
    assert_int_equal(p.blocks, COUNT(role));
    for (size_t i = 0; i < COUNT(role); i++)
        assert_int_equal(p.block[i].role, role[i]);
    assert_true(p.block[2].cache_point);
    assert_string_equal(p.block[2].ttl, "1h");
    assert_true(str_eq(p.block[1].template.text, "Be \"kind\".\n"));
    assert_true(str_eq(p.block[0].template.text,
                       "{\"toolSpec\":{\"name\":\"find\",\"inputSchema\":{\"json\":{"
                       "\"type\":\"object\"}}}}"));
    assert_string_equal(p.name, "support");
    assert_string_equal(p.model, "amazon.nova-lite-v1:0");
    assert_int_equal(p.variables.count, 3); /* by use, then what nobody uses */
    assert_string_equal(p.variables.name[0], "question");
    assert_string_equal(p.variables.name[2], "unused");
    assert_int_equal(p.max_tokens, 512);
    assert_close(p.temperature, 0.25, 0);
    assert_true(isnan(p.top_p));
    assert_string_equal(p.stop[0], "END");
}

static void what_is_written_is_read_and_written_again_the_same(void **state)
{
    (void)state;
    struct prompt p = read_ok(chat);
    struct str once = prompt_write(&p, &a);
    struct prompt q = read_ok(once.p);
    struct str twice = prompt_write(&q, &a);
    assert_string_equal(once.p, twice.p);
    assert_non_null(strstr(once.p, "\"toolChoice\":{\"auto\":{}}"));
    assert_non_null(strstr(once.p, "\"temperature\":0.25"));
    struct err e = { 0 };
    assert_ok(prompt_of_text(&p, str_of("a\t\"b\" {{c}}\x01"), &a, &e), e);
    once = prompt_write(&p, &a);
    assert_string_equal(
        once.p, "{\"templateType\":\"TEXT\",\"templateConfiguration\":{\"text\":"
                "{\"text\":\"a\\u0009\\\"b\\\" {{c}}\\u0001\","
                "\"inputVariables\":[{\"name\":\"c\"}]}}}");
    q = read_ok(once.p);
    assert_true(str_eq(q.block[0].template.text, "a\t\"b\" {{c}}\x01"));
}

#define TEXT_OF(text, rest)                                                            \
    "{\"templateType\":\"TEXT\",\"templateConfiguration\":{\"text\":{\"text\":\"" text \
    "\"" rest "}}}"

static void faults_of_an_answer_have_line_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *json, *message;
    } row[] = {
        { "{\"templateType\":\"TEXT\"}", "1:1: 'templateConfiguration' is missing" },
        { "{\n \"templateType\":\"POEM\",\"templateConfiguration\":{}}",
          "2:18: templateType 'POEM': want TEXT or CHAT" },
        { "{\"templateType\":1,", "1:19: a key in quotes is missing" },
        { "[1]", "1:1: a prompt is an object, not an array" },
        { TEXT_OF("say {{who", ""),
          "1:65: in this text, line 1, column 5: '{{who' is not closed by '}}'" },
        { TEXT_OF("{{whose}}", ",\"inputVariables\":[{\"name\":\"whos\"}]"),
          "1:93: {{whose}} is used and not declared here, did you mean 'whos'?" },
        { TEXT_OF("x", ",\"inputVariables\":[{\"name\":\"a b\"}]"),
          "1:95: 'a b' is no variable's name" },
        { TEXT_OF("x", ",\"cachePoint\":{\"type\":\"default\",\"ttl\":\"2h\"}"),
          "1:81: a cachePoint lives \"5m\" or \"1h\", not \"2h\"" },
        { TEXT_OF("a\\u0000b", ""), "1:65: a NUL character in a text" },
        { "{\"variants\":[]}", "1:13: there is no variant" },
        { "{\"variants\":[{},{}]}", "1:13: 2 variants and no defaultVariant" },
        { "{\"templateType\":\"CHAT\",\"templateConfiguration\":{\"chat\":{"
          "\"messages\":"
          "[{\"role\":\"robot\",\"content\":[]}]}}}",
          "1:78: role 'robot': want user or assistant" },
        { "{\"templateType\":\"CHAT\",\"templateConfiguration\":{\"chat\":{"
          "\"messages\":"
          "[{\"role\":\"user\",\"content\":[{\"image\":{}}]}]}}}",
          "1:95: neither 'text' nor 'cachePoint' here" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        struct prompt p;
        assert_int_equal(prompt_read(&p, row[i].json, strlen(row[i].json), &a, &e),
                         ERR_INPUT);
        assert_string_equal(e.msg, row[i].message);
    }
}

static void twenty_variables_are_the_most(void **state)
{
    (void)state;
    char text[400] = "";
    struct prompt p;
    for (int i = 0; i < 21; i++) {
        struct err e = { 0 };
        char one[16];
        snprintf(one, sizeof one, "{{v%d}} ", i);
        strcat(text, one);
        enum err_code code = prompt_of_text(&p, str_of(text), &a, &e);
        assert_int_equal(code, i < 20 ? OK : ERR_INPUT);
        if (code) assert_string_equal(e.msg, "21 variables, at most 20 are allowed");
    }
}

static void a_diff_shows_what_went_and_what_came(void **state)
{
    (void)state;
    struct text_diff d;
    text_diff(&d, str_of("a\nb\nc\nd\n"), str_of("a\nx\nc\nd\ne\n"), false, &a);
    char shown[64] = "";
    for (size_t i = 0; i < d.pieces; i++) {
        char one[8];
        snprintf(one, sizeof one, "%c%.*s", d.piece[i].kind, STR_ARG(d.piece[i].text));
        strcat(shown, one);
    }
    assert_string_equal(shown, " a-b+x c d+e");
    assert_int_equal(d.gone, 1);
    assert_int_equal(d.added, 2);
    text_diff(&d, str_of("at most 7 days"), str_of("at most 14 days"), true, &a);
    assert_int_equal(d.gone, 1);
    assert_true(str_eq(d.piece[4].text, "7"));
    assert_int_equal(d.piece[4].before, 5);
}

/* Both texts are in it, in order, and nothing else; its length is the least possible,
 * by the quadratic table of all prefixes. */
static void a_diff_is_both_texts_and_no_longer_than_needed(void **state)
{
    (void)state;
    uint64_t seed = 77;
    for (int round = 0; round < 300; round++) {
        char text[2][40];
        size_t n[2], best[21][21] = { 0 };
        for (int t = 0; t < 2; t++) {
            n[t] = (size_t)next_below(&seed, 20);
            for (size_t i = 0; i < n[t]; i++) {
                text[t][2 * i] = (char)('a' + next_below(&seed, 3));
                text[t][2 * i + 1] = '\n';
            }
            text[t][2 * n[t]] = '\0';
        }
        for (size_t i = 1; i <= n[0]; i++)
            for (size_t j = 1; j <= n[1]; j++) {
                size_t x = best[i - 1][j], y = best[i][j - 1];
                best[i][j] = text[0][2 * i - 2] == text[1][2 * j - 2]
                                 ? best[i - 1][j - 1] + 1
                             : x > y ? x
                                     : y;
            }
        struct text_diff d;
        text_diff(&d, str_of(text[0]), str_of(text[1]), false, &a);
        size_t before = 0, after = 0;
        for (size_t i = 0; i < d.pieces; i++) {
            const struct diff_piece *p = &d.piece[i];
            if (p->kind != '+') {
                assert_int_equal(p->before, before + 1);
                assert_int_equal(p->text.p[0], text[0][2 * before++]);
            }
            if (p->kind != '-') {
                assert_int_equal(p->after, after + 1);
                assert_int_equal(p->text.p[0], text[1][2 * after++]);
            }
        }
        assert_int_equal(before, n[0]);
        assert_int_equal(after, n[1]);
        assert_int_equal(d.gone, n[0] - best[n[0]][n[1]]);
        assert_int_equal(d.added, n[1] - best[n[0]][n[1]]);
    }
}

static int clear(void **state)
{
    (void)state;
    arena_clear(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_stand_in_double_braces),
        cmocka_unit_test(faults_of_a_template_have_line_and_column),
        cmocka_unit_test(a_value_that_is_missing_is_named_with_its_place),
        cmocka_unit_test(getprompt_answers_are_read_in_the_order_a_model_reads_them),
        cmocka_unit_test(what_is_written_is_read_and_written_again_the_same),
        cmocka_unit_test(faults_of_an_answer_have_line_and_column),
        cmocka_unit_test(twenty_variables_are_the_most),
        cmocka_unit_test(a_diff_shows_what_went_and_what_came),
        cmocka_unit_test(a_diff_is_both_texts_and_no_longer_than_needed),
    };
    return cmocka_run_group_tests(tests, NULL, clear);
}
