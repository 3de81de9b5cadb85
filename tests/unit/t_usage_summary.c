#include "check.h"

#include "arena.h"
#include "rng.h"
#include "shared_data.h"
#include "usage_summary.h"

/* The summary file of a trace, as text. Owns: free() it. */
static char *exported(const struct trace *t, struct arena *a)
{
    struct err e = { 0 };
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    struct usage_attribution by = { "a \"trace\" of ours", NULL, "made by hand" };
    assert_ok(usage_write(f, t, &by, a, &e), e);
    fclose(f);
    return text;
}

static struct trace some_trace(uint64_t replica, struct arena *a)
{
    struct rng g;
    rng_init(&g, 20261122, 9, replica);
    size_t n = 1 + (size_t)(rng_uniform(&g) * 3000);
    struct trace t = { .request = ARENA_NEW(a, struct traffic_request, n),
                       .count = n,
                       .dated = replica % 2 == 0,
                       .origin_unix_s = replica % 2 ? 0 : 1700158546 };
    double at_s = 0.68059;
    for (size_t i = 0; i < n; i++) {
        t.request[i].at_s = at_s;
        t.request[i].input_tokens = (int64_t)exp(11 * rng_uniform(&g));
        t.request[i].output_tokens = (int64_t)exp(7 * rng_uniform(&g));
        at_s -= 0.9 * log(rng_uniform(&g));
    }
    return t;
}

static void a_summary_reads_back_as_written(void **state)
{
    (void)state;
    for (uint64_t k = 0; k < 20; k++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct usage_summary u;
        struct traffic_summary s;
        struct lengths l;
        struct trace t = some_trace(k, &a);
        char *text = exported(&t, &a);
        assert_ok(usage_summary_parse(&u, "u.json", text, strlen(text), &a, &e), e);
        assert_ok(summary_of_requests(&s, t.request, t.count, &a, &e), e);
        assert_ok(lengths_of_summary(&l, &s, &a, &e), e);
        assert_int_equal(u.requests, t.count);
        assert_true(u.dated == t.dated);
        if (t.dated) assert_int_equal(u.first_unix_s, 1700158546);
        assert_close(u.span_s, s.span_s, 1e-12);
        assert_int_equal(u.input_tokens, s.input_tokens);
        assert_int_equal(u.output_tokens, s.output_tokens);
        assert_int_equal(u.minutes, s.minutes);
        assert_memory_equal(u.per_minute, s.per_minute,
                            s.minutes * sizeof *u.per_minute);
        assert_int_equal(u.lengths.count, l.count);
        assert_memory_equal(u.lengths.cell, l.cell, l.count * sizeof *l.cell);
        for (int w = 0; w < SUMMARY_DISPERSIONS; w++) {
            assert_true(isnan(u.dispersion[w]) == isnan(s.dispersion[w]));
            if (!isnan(s.dispersion[w]))
                assert_close(u.dispersion[w] / s.dispersion[w], 1, 5e-6);
        }
        assert_string_equal(u.source, "a \"trace\" of ours");
        assert_string_equal(u.license, "");
        assert_string_equal(u.command, "made by hand");
        free(text);
        arena_clear(&a);
    }
}

/* `text` with the first `from` replaced. Owns: the arena. */
static char *replaced(const char *text, const char *from, const char *to,
                      struct arena *a)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    return arena_printf(a, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static const char tiny[] = "{ \"schema\": \"bedplan.usage/1\","
                           " \"requests\": 3, \"first\": null, \"last\": null,"
                           " \"span_s\": 2.5,"
                           " \"input_tokens\": { \"total\": 330, \"cv\": 0.5 },"
                           " \"output_tokens\": { \"total\": 21, \"cv\": null },"
                           " \"cached_tokens\": 30, \"interarrival_cv\": 1.25,"
                           " \"dispersion\": { \"1s\": 1.5, \"10s\": null,"
                           "   \"60s\": null, \"300s\": null },"
                           " \"peak_to_mean\": { \"1s\": 2, \"10s\": null,"
                           "   \"60s\": null },"
                           " \"per_minute\": [ 3 ],"
                           " \"cells\": [ [ 10, 5, 1, 10, 5 ],"
                           "   [ 42, 8, 2, 320, 16 ] ] }";

static void a_file_written_by_hand_is_enough(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct usage_summary u;
    assert_ok(usage_summary_parse(&u, "u.json", tiny, strlen(tiny), &a, &e), e);
    assert_int_equal(u.requests, 3);
    assert_close(u.requests_per_s, 1.2, 1e-15);
    assert_close(lengths_input_mean(&u.lengths), 110, 1e-13);
    assert_close(lengths_output_quantile(&u.lengths, 0.5), 8, 0);
    assert_close(u.dispersion[0], 1.5, 0);
    assert_true(isnan(u.dispersion[2]));
    assert_string_equal(u.source, "");
    arena_clear(&a);
}

static void files_that_contradict_themselves_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *says;
    } row[] = {
        { "{", "[", "u.json:1: not JSON" },
        { "usage/1", "usage/2", "u.json: schema is 'bedplan.usage/2'" },
        { "\"bedplan.usage/1\"", "7", "schema is not a text" },
        { "\"requests\": 3", "\"requests\": 4", "per_minute holds 3 requests" },
        { "2, 320, 16 ]", "3, 480, 24 ]", "cells hold 4 requests, not 3" },
        { "\"requests\": 3", "\"requests\": 0", "requests must be a whole number" },
        { "\"requests\": 3", "\"requests\": \"3\"", "requests is not a number" },
        { "\"requests\": 3", "\"requests\": 1e300", "requests must be" },
        { "\"requests\": 3", "\"requests\": 2.5", "whole" },
        { "\"first\": null", "\"first\": \"yesterday\"", "first: 'yesterday'" },
        { "\"first\": null", "\"first\": \"2023-11-16\"", "contradict" },
        { "\"first\": null", "\"first\": 5", "first is not a date" },
        { "\"span_s\": 2.5", "\"span_s\": null", "span_s" },
        { "\"span_s\": 2.5", "\"span_s\": -2.5", "span_s" },
        { "\"total\": 330", "\"total\": 331", "330 input" },
        { "\"total\": 330", "\"total\": -330", "input_tokens: total" },
        { "\"total\": 21", "\"total\": 22", "21 output" },
        { "\"cached_tokens\": 30", "\"cached_tokens\": 331", "cached_tokens" },
        { "1.25", "{}", "interarrival_cv" },
        { "\"1s\": 1.5", "\"1s\": -1.5", "dispersion: 1s" },
        { "\"1s\": 1.5,", "", "dispersion: 1s" },
        { "\"1s\": 2", "\"1s\": []", "peak_to_mean: 1s" },
        { "[ 3 ]", "[ 2 ]", "per_minute holds 2" },
        { "[ 3 ]", "[ -3 ]", "per_minute" },
        { "[ 3 ]", "3", "per_minute is not a list" },
        { "10, 5, 1, 10, 5 ]", "10, 5, 1, 10 ]", "cell 1: not five numbers" },
        { "10, 5, 1, 10, 5 ]", "10, 5, 1, 10, 5, 5 ]", "cell 1: more than five" },
        { "10, 5, 1, 10, 5 ]", "10, 5, 0, 0, 0 ]", "cell 1: requests must be" },
        { "10, 5, 1, 10, 5 ]", "10, 5, 1, 11, 5 ]", "cell 1: 11 tokens in 1" },
        { "10, 5, 1, 10, 5 ]", "10, 4, 1, 10, 5 ]", "do not fit bucket 4" },
        { "10, 5, 1, 10, 5 ]", "10, 999, 1, 10, 5 ]", "cell 1: output bucket" },
        { "10, 5, 1, 10, 5 ]", "-1, 5, 1, 10, 5 ]", "cell 1: input bucket" },
        { "[ 10, 5, 1, 10, 5 ],", "[ 42, 8, 1, 160, 8 ],", "cell 2: out of order" },
        { "[ 10, 5, 1, 10, 5 ],", "null,", "cell 1: not five numbers" },
        { "\"cells\"", "\"bells\"", "cells is not a list" },
        { "\"requests\"", "\"attribution\": { \"source\": 5 }, \"requests\"",
          "source is not a text" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct usage_summary u = { .requests = -7 };
        const char *text = replaced(tiny, row[i].from, row[i].to, &a);
        enum err_code code =
            usage_summary_parse(&u, "u.json", text, strlen(text), &a, &e);
        if (code != ERR_INPUT || !strstr(e.msg, row[i].says))
            print_error("row %zu: %s\n", i, e.msg);
        assert_int_equal(code, ERR_INPUT);
        assert_non_null(strstr(e.msg, row[i].says));
        assert_int_equal(strncmp(e.msg, "u.json:", 7), 0);
        assert_int_equal(u.requests, -7);
        arena_clear(&a);
    }
}

static void what_is_no_document_is_refused(void **state)
{
    (void)state;
    struct arena a = { 0 };
    char *deep = ARENA_NEW(&a, char, 200001);
    memset(deep, '[', 200000);
    const char *const text[] = { "",      " ",  "[]",
                                 "null",  "{",  "{}",
                                 "{} {}", deep, arena_printf(&a, "%s x", tiny) };
    for (size_t i = 0; i < COUNT(text); i++) {
        struct err e = { 0 };
        struct usage_summary u;
        assert_int_equal(
            usage_summary_parse(&u, "u.json", text[i], strlen(text[i]), &a, &e),
            ERR_INPUT);
        assert_int_equal(strncmp(e.msg, "u.json:", 7), 0);
    }
    struct err e = { 0 };
    struct usage_summary u;
    assert_int_equal(usage_summary_read(&u, "no/such.json", &a, &e), ERR_INPUT);
    arena_clear(&a);
}

static const char azure_trace[] = "data/traces/azure-llm-2023-conv.csv";

/* Source: these statistics computed apart from this program (numpy), with the same
 * definitions: whole windows, sample variance. */
static void azure_conversations_have_the_known_statistics(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct usage_summary u;
    char path[4096];
    if (!shared_data(path, sizeof path, azure_trace)) skip();
    assert_ok(usage_from_trace(&u, path, &a, &e), e);
    assert_int_equal(u.requests, 19366);
    assert_close(u.span_s, 3501.721937, 1e-9);
    assert_close(u.requests_per_s, 5.530, 1e-4);
    assert_close(u.interarrival_cv, 1.094, 5e-4);
    static const double dispersion[] = { 1.39, 3.87, 16.4, 61.7 };
    static const double peak[] = { 2.89, 1.77, 1.52 };
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++)
        assert_close(u.dispersion[i], dispersion[i], 0.005);
    for (int i = 0; i < SUMMARY_PEAKS; i++)
        assert_close(u.peak_to_mean[i], peak[i], 0.005);
    assert_close(lengths_input_mean(&u.lengths), 1154.7, 5e-5);
    assert_close(lengths_output_mean(&u.lengths), 211.13, 5e-5);
    assert_close(u.input_cv, 0.960, 5e-4);
    assert_close(u.output_cv, 0.771, 5e-4);
    /* p50, p95 within a bucket's eighth of an octave */
    assert_close(lengths_input_quantile(&u.lengths, 0.5), 1020, 0.07);
    assert_close(lengths_input_quantile(&u.lengths, 0.95), 4083, 0.07);
    assert_close(lengths_output_quantile(&u.lengths, 0.5), 129, 0.07);
    assert_close(lengths_output_quantile(&u.lengths, 0.95), 451, 0.07);
    arena_clear(&a);
}

static void the_kept_summary_is_the_traces(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct usage_summary kept, fresh;
    char path[4096];
    assert_ok(usage_summary_read(&kept, "data/usage/azure-llm-2023-conv.json", &a, &e),
              e);
    assert_int_equal(kept.requests, 19366);
    assert_non_null(strstr(kept.source, "Azure"));
    assert_non_null(strstr(kept.license, "CC-BY"));
    if (!shared_data(path, sizeof path, azure_trace)) {
        arena_clear(&a);
        skip();
    }
    assert_ok(usage_from_trace(&fresh, path, &a, &e), e);
    assert_int_equal(kept.lengths.count, fresh.lengths.count);
    assert_memory_equal(kept.lengths.cell, fresh.lengths.cell,
                        fresh.lengths.count * sizeof *fresh.lengths.cell);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_summary_reads_back_as_written),
        cmocka_unit_test(a_file_written_by_hand_is_enough),
        cmocka_unit_test(files_that_contradict_themselves_are_refused),
        cmocka_unit_test(what_is_no_document_is_refused),
        cmocka_unit_test(azure_conversations_have_the_known_statistics),
        cmocka_unit_test(the_kept_summary_is_the_traces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
