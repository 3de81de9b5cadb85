/* Lines of JSON: the fast scanner against a slow reader over yajl, on lines that are
 * whole and on lines with bytes changed. */
#include "check.h"

#include <stdlib.h>

#include <yajl/yajl_tree.h>

#include "arena.h"
#include "import.h"
#include "rng.h"

struct bench {
    struct arena arena;
    struct usage_models models;
    struct import im;
};

static void set_up(struct bench *b)
{
    struct err e = { 0 };
    *b = (struct bench){ 0 };
    b->models.arena = &b->arena;
    b->im = (struct import){ .arena = &b->arena,
                             .models = &b->models,
                             .earliest_us = INT64_C(1681344000) * 1000000,
                             .latest_us = INT64_C(1800000000) * 1000000,
                             .path = "log",
                             .line = 2 };
    assert_ok(usage_stage_open(&b->im.stage, "/tmp", 4, &e), e);
}

static void tear_down(struct bench *b)
{
    usage_stage_close(b->im.stage);
    free(b->im.scratch);
    arena_clear(&b->arena);
}

/* Reads one line; whether it gave a record, which is then the only one. */
static bool read_line(struct bench *b, const char *line, size_t n,
                      struct usage_record *r)
{
    struct err e = { 0 };
    bool more = false;
    set_up(b);
    assert_ok(import_json_line(&b->im, (struct str){ line, n }, false, &e), e);
    if (usage_stage_count(b->im.stage) != 1) return false;
    assert_ok(usage_stage_sort(b->im.stage, &e), e);
    assert_ok(usage_stage_next(b->im.stage, r, &more, &e), e);
    return more;
}

/* The slow way: a tree of everything. */
static yajl_val get(yajl_val v, const char *key)
{
    yajl_val found = NULL;
    if (!YAJL_IS_OBJECT(v)) return NULL;
    for (size_t i = 0; i < v->u.object.len; i++) /* the last of equal keys */
        if (strcmp(v->u.object.keys[i], key) == 0) found = v->u.object.values[i];
    return found && !YAJL_IS_NULL(found) ? found : NULL;
}

static long slow_count(yajl_val v)
{
    if (!v) return 0;
    if (!YAJL_IS_NUMBER(v)) return -1;
    double x = strtod(YAJL_GET_NUMBER(v), NULL);
    return x >= 0 && x <= USAGE_MAX_TOKENS && floor(x) >= x ? (long)x : -1;
}

/* Uncached, read, written, output; false when one of them is no count. */
static bool slow_counts(long out[4], yajl_val root)
{
    yajl_val in = get(root, "input"), answer = get(root, "output");
    const char *const key[] = { "inputTokenCount", "cacheReadInputTokenCount",
                                "cacheWriteInputTokenCount" };
    for (int i = 0; i < 3; i++)
        if ((out[i] = slow_count(get(in, key[i]))) < 0) return false;
    return (out[3] = slow_count(get(answer, "outputTokenCount"))) >= 0;
}

static const char *const samples[] = {
    "{\"schemaType\":\"ModelInvocationLog\",\"timestamp\":\"2026-04-19T23:57:01Z\","
    "\"region\":\"us-west-2\",\"requestId\":\"5346af27\",\"modelId\":\"m\\/x\","
    "\"input\":{\"inputBodyJson\":{\"messages\":[{\"text\":\"a \\\"quoted\\\" {[ "
    "\\\\\"}],"
    "\"inferenceConfig\":{\"maxTokens\":4096}},\"inputTokenCount\":3,"
    "\"cacheReadInputTokenCount\":17,\"cacheWriteInputTokenCount\":24479},"
    "\"output\":{\"outputBodyJson\":{\"metrics\":{\"latencyMs\":7460}},"
    "\"outputTokenCount\":52}}",
    " { \"timestamp\" : \"2026-04-19T23:57:01.5Z\" , \"modelId\" : \"m\" , "
    "\"\\u0069nput\" : { \"inputTokenCount\" : 1.2e2 , \"x\" : [ [ ] , { } , null ] } "
    ", "
    "\"output\" : { \"outputTokenCount\" : 7.0 , \"outputBodyJson\" : [ { \"a\" : 1 } "
    ", "
    "{ \"amazon-bedrock-invocationMetrics\" : { \"invocationLatency\" : 900 } } ] } }",
    ("{\"timestamp\":\"2026-04-19T23:57:01Z\",\"modelId\":\"m\",\"input\":{"
     "\"inputTokenCount\":9,\"inputTokenCount\":11},\"output\":null}"),
};

static void the_samples_are_read(void **state)
{
    (void)state;
    static const struct usage_record want[] = {
        { .at_us = 1776643021000000,
          .input = 24499,
          .cached = 17,
          .written = 24479,
          .output = 52,
          .max_tokens = 4096,
          .latency_ms = 7460 },
        { .at_us = 1776643021500000, .input = 120, .output = 7, .latency_ms = 900 },
        { .at_us = 1776643021000000, .input = 11 },
    };
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct bench b;
        struct usage_record r = { 0 };
        assert_true(read_line(&b, samples[i], strlen(samples[i]), &r));
        assert_string_equal(b.models.model[0].id, i ? "m" : "m/x");
        r.id = 0;
        assert_int_equal(usage_record_order(&r, &want[i]), 0);
        tear_down(&b);
    }
}

/* Where yajl reads the line, the fast reader sees the same counts, or refuses for the
 * same reason. What yajl refuses, the fast one may accept: it only looks at what it
 * needs. */
static void changed_lines_read_as_the_slow_way(void **state)
{
    (void)state;
    static const char spice[] = "{}[]\",:\\0123456789.eE+-ntrufals \t\x7f\xc3";
    struct rng g;
    int compared = 0, refused = 0;
    rng_init(&g, 20261122, 34, 0);
    for (int round = 0; round < 60000; round++) {
        char line[1024], reason[256];
        const char *sample = samples[round % (int)COUNT(samples)];
        size_t n = strlen(sample);
        memcpy(line, sample, n + 1);
        for (int k = (int)(rng_uniform(&g) * 3); k >= 0; k--) {
            size_t at = (size_t)(rng_uniform(&g) * (double)n);
            line[at] = spice[(size_t)(rng_uniform(&g) * (sizeof spice - 1))];
        }
        yajl_val root = yajl_tree_parse(line, reason, sizeof reason);
        struct bench b;
        struct usage_record r = { 0 };
        long want[4];
        bool got = read_line(&b, line, n, &r);
        if (root && got) {
            assert_true(slow_counts(want, root));
            assert_int_equal(r.input, want[0] + want[1] + want[2]);
            assert_int_equal(r.cached, want[1]);
            assert_int_equal(r.written, want[2]);
            assert_int_equal(r.output, want[3]);
            compared++;
        } else if (root) {
            assert_int_equal(b.im.skipped[SKIP_NOT_JSON], 0);
            bool counts = slow_counts(want, root);
            bool said = b.im.skipped[SKIP_NOT_COUNT] + b.im.skipped[SKIP_NEGATIVE] +
                            b.im.skipped[SKIP_ABSURD] >
                        0;
            if (said && counts && want[0] + want[1] + want[2] <= USAGE_MAX_TOKENS) {
                print_error("%s\n", line);
                fail();
            }
            refused++;
        }
        yajl_tree_free(root);
        tear_down(&b);
    }
    assert_true(compared > 10000 && refused > 1000);
}

static void every_line_cut_short_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        size_t n = strlen(samples[i]);
        for (size_t cut = 2; cut < n; cut++) {
            struct bench b;
            struct usage_record r;
            char *copy = malloc(cut); /* its end is watched by the sanitizers */
            memcpy(copy, samples[i], cut);
            assert_false(read_line(&b, copy, cut, &r));
            assert_int_equal(b.im.skipped[SKIP_NOT_JSON], 1);
            free(copy);
            tear_down(&b);
        }
    }
}

static void several_objects_on_a_line_are_several_records(void **state)
{
    (void)state;
    struct bench b;
    struct err e = { 0 };
    char *line = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&line, &n);
    fprintf(f, "[%s,%s]%s", samples[0], samples[1], samples[2]);
    fclose(f);
    set_up(&b);
    assert_ok(import_json_line(&b.im, (struct str){ line, n }, false, &e), e);
    assert_int_equal(usage_stage_count(b.im.stage), 3);
    free(line);
    tear_down(&b);
}

static void max_tokens_has_a_name_in_each_family(void **state)
{
    (void)state;
    static const char *const body[] = {
        "{\"max_tokens\":77}",
        "{\"max_tokens_to_sample\":77}",
        "{\"max_gen_len\":77}",
        "{\"max_completion_tokens\":77}",
        "{\"inferenceConfig\":{\"maxTokens\":77}}",
        "{\"inferenceConfig\":{\"max_new_tokens\":77}}",
        "{\"textGenerationConfig\":{\"maxTokenCount\":77}}",
    };
    for (size_t i = 0; i < COUNT(body); i++) {
        struct bench b;
        struct usage_record r = { 0 };
        char *line = NULL;
        size_t n = 0;
        FILE *f = open_memstream(&line, &n);
        fprintf(f,
                "{\"timestamp\":\"2026-04-19T23:57:01Z\",\"modelId\":\"m\",\"input\":{"
                "\"inputTokenCount\":9,\"inputBodyJson\":%s},\"output\":{}}",
                body[i]);
        fclose(f);
        assert_true(read_line(&b, line, n, &r));
        assert_int_equal(r.max_tokens, 77);
        free(line);
        tear_down(&b);
    }
}

/* Mooncake counts milliseconds from the start; AWS milliseconds since 1970. */
static void trace_lines_count_milliseconds(void **state)
{
    (void)state;
    struct bench b;
    struct usage_record r = { 0 };
    const char *line = "{\"timestamp\": 27482, \"input_length\": 6955, "
                       "\"output_length\": 52, \"hash_ids\": [46, 47]}";
    assert_true(read_line(&b, line, strlen(line), &r));
    assert_int_equal(r.at_us, 27482000);
    assert_int_equal(r.input, 6955);
    assert_int_equal(r.output, 52);
    assert_true(b.im.undated && !b.im.dated);
    tear_down(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_samples_are_read),
        cmocka_unit_test(changed_lines_read_as_the_slow_way),
        cmocka_unit_test(every_line_cut_short_is_refused),
        cmocka_unit_test(several_objects_on_a_line_are_several_records),
        cmocka_unit_test(max_tokens_has_a_name_in_each_family),
        cmocka_unit_test(trace_lines_count_milliseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
