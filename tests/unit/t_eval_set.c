/* Evaluation datasets: what is read, what is paired, what is refused and where. */
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "eval_set.h"

struct scratch {
    struct arena a;
    struct err e;
    struct eval_set set;
    char path[2][32];
};

static void write_file(char path[32], const char *text)
{
    strcpy(path, "/tmp/bedplan-eval-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
}

/* Reads one text, or two. */
static enum err_code read_texts(struct scratch *s, const char *one, const char *two)
{
    const char *path[] = { s->path[0], s->path[1] };
    const char **kept;
    memset(s, 0, sizeof *s);
    kept = ARENA_NEW(&s->a, const char *, 2);
    write_file(s->path[0], one);
    if (two) write_file(s->path[1], two);
    memcpy(kept, path, sizeof path);
    enum err_code code = eval_set_read(&s->set, kept, two ? 2 : 1, &s->a, &s->e);
    unlink(s->path[0]);
    if (two) unlink(s->path[1]);
    return code;
}

static void a_prompt_is_read_with_all_that_is_known_of_its_answers(void **state)
{
    struct scratch s;
    (void)state;
    assert_ok(
        read_texts(
            &s,
            "{\"prompt\":\"Say "
            "\\u00e9\",\"referenceResponse\":\"\\\"\\ud83d\\ude00\\\"\","
            "\"category\":\"c\",\"pair\":\"p7\",\"modelResponses\":[{\"response\":"
            "\"x\","
            "\"modelIdentifier\":\"m\",\"usage\":{\"inputTokens\":7,\"outputTokens\":"
            "11},"
            "\"metrics\":{\"latencyMs\":12.5},\"usd\":0.000017,\"confidence\":0.25},"
            "{\"response\":\"\",\"modelIdentifier\":\"k\"}]}\n",
            NULL),
        s.e);
    const struct eval_item *i = &s.set.item[0];
    assert_int_equal(s.set.items, 1);
    assert_string_equal(i->prompt, "Say \xc3\xa9");
    assert_string_equal(i->reference[0], "\"\xf0\x9f\x98\x80\"");
    assert_string_equal(i->category, "c");
    assert_string_equal(i->pair, "p7");
    assert_int_equal(s.set.models, 2);
    assert_string_equal(s.set.model[1], "k");
    const struct eval_response *r = &i->response[0];
    assert_string_equal(r->text, "x");
    assert_int_equal(r->input_tokens, 7);
    assert_int_equal(r->output_tokens, 11);
    assert_close(r->latency_ms, 12.5, 0);
    assert_close(r->confidence, 0.25, 0);
    assert_true(r->priced && r->usd.nusd == 17000);
    assert_string_equal(i->response[1].text, ""); /* an empty answer is an answer */
    assert_int_equal(i->response[1].input_tokens, -1);
    assert_true(i->response[1].latency_ms < 0 && !i->response[1].priced);
    arena_clear(&s.a);
}

static void files_are_paired_by_their_prompts(void **state)
{
    struct scratch s;
    (void)state;
    assert_ok(
        read_texts(&s,
                   "{\"prompt\":\"p\",\"referenceResponse\":\"r\",\"modelResponses\":"
                   "[{\"response\":\"1\",\"modelIdentifier\":\"a\"}]}\n"
                   "{\"prompt\":\"q\",\"referenceResponses\":[\"r\",\"s\"]}\n",
                   "{\"prompt\":\"q\",\"category\":\"k\",\"modelResponses\":"
                   "[{\"response\":\"2\",\"modelIdentifier\":\"b\"}]}\r\n"
                   "{\"prompt\":\"p\",\"modelResponses\":"
                   "[{\"response\":\"3\",\"modelIdentifier\":\"b\"}]}"),
        s.e);
    assert_int_equal(s.set.items, 2);
    assert_int_equal(s.set.models, 2);
    assert_string_equal(s.set.item[0].response[0].text, "1");
    assert_string_equal(s.set.item[0].response[1].text, "3");
    assert_null(s.set.item[1].response[0].text);
    assert_string_equal(s.set.item[1].response[1].text, "2");
    assert_int_equal(s.set.item[1].references, 2);
    assert_string_equal(s.set.item[1].category, "k");
    assert_int_equal(eval_set_answered(&s.set, 0), 1);
    assert_int_equal(eval_set_answered(&s.set, 1), 2);
    assert_int_equal(eval_set_referenced(&s.set), 2);
    arena_clear(&s.a);
}

static void a_model_that_comes_later_has_room_in_every_item(void **state)
{
    struct scratch s;
    char name[8];
    (void)state;
    assert_ok(read_texts(&s,
                         "{\"prompt\":\"p\",\"modelResponses\":[{\"response\":\"1\","
                         "\"modelIdentifier\":\"m0\"}]}\n{\"prompt\":\"q\"}\n",
                         NULL),
              s.e);
    for (size_t m = 0; m < EVAL_MODELS_MAX; m++) {
        snprintf(name, sizeof name, "m%zu", m);
        assert_int_equal(eval_set_model(&s.set, name), m);
        s.set.item[1].response[m] = EVAL_RESPONSE("said");
    }
    assert_string_equal(s.set.item[0].response[0].text, "1");
    assert_null(s.set.item[0].response[99].text);
    for (size_t m = 0; m < EVAL_MODELS_MAX; m++)
        assert_int_equal(eval_set_answered(&s.set, m), m ? 1 : 2);
    arena_clear(&s.a);
}

static void turns_of_a_conversation_are_items(void **state)
{
    static const char one[] =
        "{\"conversationTurns\":[{\"prompt\":{\"content\":[{\"text\":\"a\"},{\"text\":"
        "\"b\"}]},"
        "\"referenceResponses\":[{\"content\":[{\"text\":\"r\"}]}],\"output\":{"
        "\"text\":\"o\","
        "\"knowledgeBaseIdentifier\":\"kb\",\"retrievedPassages\":{"
        "\"retrievalResults\":"
        "[{\"name\":\"n\",\"content\":{\"text\":\"passage\"},\"metadata\":{}}]}}},"
        "{\"prompt\":{\"content\":[{\"text\":\"c\"}]}}]}\n"
        "{\"conversationTurns\":[{\"prompt\":{\"content\":[{\"text\":\"c\"}]}}]}\n";
    struct scratch s;
    (void)state;
    assert_ok(read_texts(&s, one, NULL), s.e);
    assert_int_equal(s.set.items, 3); /* "c" first and "c" second are two */
    assert_string_equal(s.set.item[0].prompt, "a\nb");
    assert_string_equal(s.set.model[0], "kb");
    assert_int_equal(s.set.item[0].response[0].passages, 1);
    assert_string_equal(s.set.item[0].response[0].passage[0], "passage");
    assert_int_equal(s.set.item[1].turn, 2);
    assert_int_equal(s.set.item[1].conversation, 1);
    assert_int_equal(s.set.item[2].turn, 1);
    assert_int_equal(s.set.item[2].conversation, 2);
    arena_clear(&s.a);
}

static void every_malformed_line_is_named_with_its_column(void **state)
{
    static const struct {
        const char *line;
        size_t column;
        const char *what;
    } rows[] = {
        { "{\"prompt\":\"a\"", 14, "the line ends inside an object" },
        { "[]", 1, "the line is an array, not one object" },
        { "{}", 1, "'prompt' is missing" },
        { "{\"prompt\":7}", 11, "'prompt' is a number, not a text" },
        { "{\"prompt\":\" \"}", 12, "an empty prompt" },
        { "{\"prompt\":\"a\\u0000\"}", 12, "'prompt' holds a NUL character" },
        { "{\"prompt\":\"a\",\"prompt\":\"b\"}", 16, "'prompt' twice" },
        { "{\"prompt\":\"a\",\"referenceResponse\":[]}", 35,
          "'referenceResponse' is an array, not a text" },
        { "{\"prompt\":\"a\",\"referenceResponses\":\"x\"}", 37,
          "'referenceResponses' is a text, not an array" },
        { "{\"prompt\":\"a\",\"referenceResponse\":\"x\",\"referenceResponses\":[\"y\"]"
          "}",
          1, "both 'referenceResponse' and 'referenceResponses': keep one" },
        { "{\"prompt\":\"a\",\"category\":7}", 26,
          "'category' is a number, not a text" },
        { "{\"prompt\":\"a\",\"modelResponses\":{}}", 32,
          "'modelResponses' is an object, not an array" },
        { "{\"prompt\":\"a\",\"modelResponses\":[7]}", 33,
          "'modelResponses' is a number, not an array of objects" },
        { "{\"prompt\":\"a\",\"modelResponses\":[{\"response\":\"x\"}]}", 33,
          "'modelIdentifier' is missing" },
        { "{\"prompt\":\"a\",\"modelResponses\":[{\"response\":\"x\","
          "\"modelIdentifier\":\"\"}]}",
          33, "a response without a 'modelIdentifier'" },
        { "{\"prompt\":\"a\",\"modelResponses\":[{\"response\":\"x\","
          "\"modelIdentifier\":\"m\","
          "\"confidence\":1.5}]}",
          84, "'confidence' is not in 0 to 1" },
        { "{\"prompt\":\"a\",\"modelResponses\":[{\"response\":\"x\","
          "\"modelIdentifier\":\"m\","
          "\"usage\":{\"inputTokens\":1.5}}]}",
          94, "'inputTokens' is not a whole number" },
        { "{\"prompt\":\"a\",\"modelResponses\":[{\"response\":\"x\","
          "\"modelIdentifier\":\"m\","
          "\"usage\":[]}]}",
          79, "'usage' is an array, not an object" },
        { "{\"conversationTurns\":[]}", 22, "a conversation without a turn" },
        { "{\"conversationTurns\":[{}]}", 23, "a turn without its 'prompt'" },
        { "{\"conversationTurns\":[{\"prompt\":{\"content\":[]}}]}", 44,
          "'prompt' without any text" },
        { "{\"conversationTurns\":[{\"prompt\":\"a\"}]}", 34,
          "'prompt' wants {\"content\": [{\"text\": …}]}" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scratch s;
        char text[600];
        snprintf(text, sizeof text, "{\"prompt\":\"good\"}\n%s\n", rows[i].line);
        assert_int_equal(read_texts(&s, text, NULL), ERR_INPUT);
        assert_int_equal(s.set.fatal, 1);
        const struct eval_issue *x = &s.set.issue[0];
        if (strcmp(x->what, rows[i].what) != 0) print_error("%s\n", rows[i].line);
        assert_string_equal(x->what, rows[i].what);
        assert_int_equal(x->line, 2);
        if (x->column != rows[i].column) print_error("%s\n", rows[i].line);
        assert_int_equal(x->column, rows[i].column);
        arena_clear(&s.a);
    }
}

static void what_is_doubtful_is_warned_of_and_left_out(void **state)
{
    struct scratch s;
    (void)state;
    assert_ok(
        read_texts(
            &s,
            "\xef\xbb\xbf{\"prompt\":\"p\",\"modelResponses\":[{\"response\":\"1\","
            "\"modelIdentifier\":\"m\"}]}\n\n"
            "{\"prompt\":\"p\",\"modelResponses\":[{\"response\":\"2\","
            "\"modelIdentifier\":\"m\"}]}\n{\"prompt\":\"p\"}\n",
            NULL),
        s.e);
    assert_int_equal(s.set.warnings, 4);
    assert_string_equal(s.set.item[0].response[0].text, "1");
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(s.set.issue[i].line, i + 1);
    arena_clear(&s.a);
}

static void two_references_for_one_prompt_are_refused(void **state)
{
    struct scratch s;
    (void)state;
    assert_int_equal(read_texts(&s, "{\"prompt\":\"p\",\"referenceResponse\":\"x\"}\n",
                                "{\"prompt\":\"p\",\"referenceResponse\":\"y\"}\n"),
                     ERR_INPUT);
    assert_int_equal(s.set.issue[0].file, 1);
    assert_non_null(strstr(s.set.issue[0].what, "another reference than line 1 of"));
    arena_clear(&s.a);
}

static void limits_of_a_bedrock_job_are_warnings(void **state)
{
    struct scratch s;
    (void)state;
    char *text = calloc(1, 200000), *p = text;
    assert_non_null(text);
    for (int i = 0; i <= EVAL_JOB_PROMPTS; i++)
        p += sprintf(p, "{\"prompt\":\"p%d\"}\n", i);
    p += sprintf(p, "{\"prompt\":\"");
    memset(p, 'x', EVAL_JOB_PROMPT_BYTES + 1);
    strcat(p, "\"}\n");
    assert_ok(read_texts(&s, text, NULL), s.e);
    free(text);
    assert_int_equal(s.set.warnings, 2);
    assert_string_equal(s.set.issue[0].what,
                        "1002 prompts: a Bedrock evaluation job takes 1000");
    assert_int_equal(s.set.issue[1].line, 1002);
    arena_clear(&s.a);
}

static void a_file_that_is_empty_or_missing_is_refused(void **state)
{
    struct scratch s;
    const char *const missing[] = { "/tmp/bedplan-no-such-file" };
    (void)state;
    assert_int_equal(read_texts(&s, "", NULL), ERR_INPUT);
    assert_non_null(strstr(s.e.msg, "no line at all"));
    arena_clear(&s.a);
    memset(&s, 0, sizeof s);
    assert_int_equal(eval_set_read(&s.set, missing, 1, &s.a, &s.e), ERR_INPUT);
    arena_clear(&s.a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prompt_is_read_with_all_that_is_known_of_its_answers),
        cmocka_unit_test(files_are_paired_by_their_prompts),
        cmocka_unit_test(a_model_that_comes_later_has_room_in_every_item),
        cmocka_unit_test(turns_of_a_conversation_are_items),
        cmocka_unit_test(every_malformed_line_is_named_with_its_column),
        cmocka_unit_test(what_is_doubtful_is_warned_of_and_left_out),
        cmocka_unit_test(two_references_for_one_prompt_are_refused),
        cmocka_unit_test(limits_of_a_bedrock_job_are_warnings),
        cmocka_unit_test(a_file_that_is_empty_or_missing_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
