#include "check.h"

#include "arena.h"
#include "trace.h"

static enum err_code parse(struct trace *t, const char *text, struct arena *a,
                           struct err *e)
{
    return trace_parse(t, "t.csv", text, strlen(text), a, e);
}

static void reads_what_azure_publishes(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct trace t;
    assert_ok(parse(&t,
                    "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
                    "2023-11-16 18:15:46.6805900,374,44\r\n"
                    "2023-11-16 18:15:50.9951690,396,109\r\n",
                    &a, &e),
              e);
    assert_true(t.dated && !t.has_cached);
    assert_int_equal(t.count, 2);
    /* date -u -d '2023-11-16 18:15:46' +%s */
    assert_int_equal(t.origin_unix_s, 1700158546);
    assert_close(t.request[0].at_s, 0.68059, 1e-12);
    assert_close(t.request[1].at_s, 4.995169, 1e-12);
    assert_int_equal(t.request[1].input_tokens, 396);
    assert_int_equal(t.request[1].output_tokens, 109);
    assert_int_equal(t.request[1].cached_tokens, 0);
    arena_clear(&a);
}

static void columns_are_found_by_name_in_any_order(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct trace t;
    assert_ok(
        parse(&t,
              "\xef\xbb\xbf\"model, version\",cached,Output_Tokens,seconds,input\n"
              "\"nova, lite\",17,209,-3.5,1.5k\n"
              "\n"
              "x,0,0,-3.5, 12 \n"
              "x,3,1,2e2,\"3\"",
              &a, &e),
        e);
    assert_true(!t.dated && t.has_cached);
    assert_int_equal(t.count, 3);
    assert_close(t.request[0].at_s, -3.5, 0);
    assert_int_equal(t.request[0].input_tokens, 1500);
    assert_int_equal(t.request[0].cached_tokens, 17);
    assert_int_equal(t.request[1].input_tokens, 12);
    assert_close(t.request[2].at_s, 200, 0);
    assert_int_equal(t.request[2].input_tokens, 3);
    arena_clear(&a);
}

static void bad_traces_are_refused_by_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err_code code;
        const char *says;
    } row[] = {
        { "", ERR_INPUT, "t.csv:1: no header" },
        { "\n\n", ERR_INPUT, "t.csv:1: no header" },
        { "seconds,input,output\n", ERR_INPUT, "no requests" },
        { "input,output\n1,2\n", ERR_INPUT, "t.csv:1: no column 'timestamp'" },
        { "seconds,output\n1,2\n", ERR_INPUT, "no column 'input'" },
        { "seconds,input\n1,2\n", ERR_INPUT, "no column 'output'" },
        { "seconds,timestamp,input,output\n", ERR_INPUT, "both" },
        { "seconds,input,ContextTokens,output\n", ERR_INPUT, "'ContextTokens'" },
        { "seconds,input,output\n1,2,3\n1,2\n", ERR_INPUT,
          "t.csv:3: 2 fields, but the header has 3" },
        { "seconds,input,output\n1,2,3,4\n", ERR_INPUT, "t.csv:2: 4 fields" },
        { "seconds,input,output\n\n\n1,x,3\n", ERR_INPUT, "t.csv:4: input tokens: " },
        { "seconds,input,output\n1,2,-3\n", ERR_RANGE, "output tokens: " },
        { "seconds,input,output\n1,2,2.5\n", ERR_INPUT, "output tokens: " },
        { "seconds,input,output\n1,,3\n", ERR_INPUT, "input tokens: " },
        { "seconds,input,output\n1,99999999999999999999,3\n", ERR_RANGE, "input" },
        { "seconds,input,output\nnan,2,3\n", ERR_INPUT, "seconds: " },
        { "seconds,input,output\n5,2,3\n4.5,2,3\n", ERR_RANGE,
          "t.csv:3: time goes back by 0.5 s" },
        { "timestamp,input,output\n2023-02-30,2,3\n", ERR_INPUT, "t.csv:2: " },
        { "timestamp,input,output\n17,2,3\n", ERR_INPUT, "'17'" },
        { "seconds,input,output,cached\n1,2,3,3\n", ERR_RANGE, "more cached" },
        { "seconds,input,output\n1,\"2,3\n", ERR_INPUT, "fields" },
        { "seconds,input,output\n"
          "1,2222222222222222222222222222222222222222222222222222222222222222222,3\n",
          ERR_INPUT, "is not a number" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct trace t = { .count = 77 };
        enum err_code code = parse(&t, row[i].text, &a, &e);
        if (code != row[i].code || !strstr(e.msg, row[i].says))
            print_error("row %zu: %s\n", i, e.msg);
        assert_int_equal(code, row[i].code);
        assert_non_null(strstr(e.msg, row[i].says));
        assert_int_equal(t.count, 77);
        arena_clear(&a);
    }
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct trace t;
    assert_int_equal(trace_read(&t, "no/such.csv", &a, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "no/such.csv"));
    arena_clear(&a);
}

static void max_tokens_may_be_left_out(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct trace t;
    assert_ok(parse(&t,
                    "seconds,input,output,max_tokens\n"
                    "1,385,21,4096\n"
                    "2,385,21,\n"
                    "3,385,21,0\n",
                    &a, &e),
              e);
    assert_true(t.has_max_tokens);
    assert_int_equal(t.request[0].max_tokens, 4096);
    assert_int_equal(t.request[1].max_tokens, 0);
    assert_int_equal(t.request[2].max_tokens, 0);
    assert_int_equal(parse(&t, "seconds,input,output,max_tokens\n1,2,3,-4\n", &a, &e),
                     ERR_RANGE);
    assert_ptr_equal(strstr(e.msg, "t.csv:2: max_tokens: "), e.msg);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_azure_publishes),
        cmocka_unit_test(max_tokens_may_be_left_out),
        cmocka_unit_test(columns_are_found_by_name_in_any_order),
        cmocka_unit_test(bad_traces_are_refused_by_line),
        cmocka_unit_test(a_missing_file_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
