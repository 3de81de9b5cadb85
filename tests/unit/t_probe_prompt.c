#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "file.h"
#include "probe_prompt.h"

static struct arena a;
static struct err e;
static struct probe_prompts p;

static int fresh(void **state)
{
    (void)state;
    e = (struct err){ 0 };
    return 0;
}
static int clear(void **state)
{
    (void)state;
    arena_clear(&a);
    return 0;
}

static cJSON *body(int64_t index)
{
    struct buf b = { .max = 64 << 20 };
    assert_ok(probe_prompts_body(&b, &p, index, &e), e);
    cJSON *json = cJSON_ParseWithLength(b.p, b.n);
    assert_non_null(json);
    buf_clear(&b);
    return json;
}

/* The i-th content block of the first message. */
static const cJSON *block(const cJSON *json, int i)
{
    const cJSON *m = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "messages"), 0);
    return cJSON_GetArrayItem(cJSON_GetObjectItem(m, "content"), i);
}

static const char *text(const cJSON *json, int i)
{
    const cJSON *t = cJSON_GetObjectItem(block(json, i), "text");
    assert_true(cJSON_IsString(t));
    return t->valuestring;
}

static int64_t words(const char *s)
{
    int64_t n = 0;
    for (bool in = false; *s; s++) {
        bool letter = *s != ' ' && *s != '\n';
        n += letter && !in;
        in = letter;
    }
    return n;
}

static void synthetic_prompts_are_as_long_as_asked(void **state)
{
    (void)state;
    static const int64_t length[] = { 1, 8, 23, 50, 500, 20000 };
    for (size_t i = 0; i < COUNT(length); i++) {
        struct probe_prompt_settings s = { .input_tokens = length[i],
                                           .max_tokens = 33 };
        assert_ok(probe_prompts_open(&p, &s, &a, &e), e);
        cJSON *json = body(4);
        /* the task at the end counts 12 tokens in 11 words */
        assert_true(llabs(words(text(json, 0)) - length[i]) <= 1);
        const cJSON *most = cJSON_GetObjectItem(
            cJSON_GetObjectItem(json, "inferenceConfig"), "maxTokens");
        assert_int_equal(most->valueint, 33);
        struct probe_ask ask = probe_prompts_ask(&p, 4);
        assert_int_equal(ask.input_wanted, length[i]);
        assert_true(ask.input_worst >= 2 * length[i]);
        assert_int_equal(ask.output_worst, 33);
        cJSON_Delete(json);
    }
}

/* The same seed and nonce: the same bytes. */
static void prompts_depend_on_seed_run_and_index(void **state)
{
    (void)state;
    struct probe_prompt_settings s = { .input_tokens = 60, .max_tokens = 5, .seed = 3 };
    assert_ok(probe_prompts_open(&p, &s, &a, &e), e);
    cJSON *first = body(7), *again = body(7), *next = body(8);
    assert_string_equal(text(first, 0), text(again, 0));
    assert_string_not_equal(text(first, 0), text(next, 0));
    assert_true(strncmp(text(first, 0), text(next, 0), 30) != 0); /* the prefix */
    p.set.nonce = 1;
    cJSON *other = body(7);
    assert_string_not_equal(text(first, 0), text(other, 0));
    cJSON_Delete(first);
    cJSON_Delete(again);
    cJSON_Delete(next);
    cJSON_Delete(other);
}

static void given_text_is_sent_as_it_is_or_behind_a_prefix(void **state)
{
    (void)state;
    struct probe_prompt_settings s = { .text = "Wie geht's?", .max_tokens = 5 };
    assert_ok(probe_prompts_open(&p, &s, &a, &e), e);
    cJSON *json = body(0);
    assert_string_equal(text(json, 0), "Wie geht's?");
    assert_true(probe_prompts_ask(&p, 0).input_worst >= 11);
    cJSON_Delete(json);
    p.set.unique_prefix = true;
    cJSON *one = body(0), *two = body(1);
    assert_non_null(strstr(text(one, 0), "\n\nWie geht's?"));
    assert_string_not_equal(text(one, 0), text(two, 0));
    cJSON_Delete(one);
    cJSON_Delete(two);
}

static void a_cache_probe_reads_one_prompt_behind_a_cache_point(void **state)
{
    (void)state;
    struct probe_prompt_settings s = {
        .input_tokens = 300, .max_tokens = 5, .cache = true, .cache_ttl = "1h"
    };
    assert_ok(probe_prompts_open(&p, &s, &a, &e), e);
    cJSON *one = body(0), *two = body(9);
    char *x = cJSON_PrintUnformatted(one), *y = cJSON_PrintUnformatted(two);
    assert_string_equal(x, y);
    const cJSON *system = cJSON_GetObjectItem(one, "system");
    assert_int_equal(cJSON_GetArraySize(system), 2);
    const cJSON *point =
        cJSON_GetObjectItem(cJSON_GetArrayItem(system, 1), "cachePoint");
    assert_string_equal(cJSON_GetObjectItem(point, "ttl")->valuestring, "1h");
    free(x);
    free(y);
    cJSON_Delete(one);
    cJSON_Delete(two);
}

static const char *write_file(const char *ending, const void *bytes, size_t n)
{
    const char *path =
        arena_printf(&a, "/tmp/t_probe_prompt.%d%s", (int)getpid(), ending);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    return path;
}

static void a_file_of_prompts_goes_round(void **state)
{
    (void)state;
    static const char lines[] = "{\"prompt\": \"one\"}\n\n{\"prompt\": \"two\\n\"}\n";
    const char *path = write_file(".jsonl", lines, sizeof lines - 1);
    struct probe_prompt_settings s = { .path = path, .max_tokens = 5 };
    assert_ok(probe_prompts_open(&p, &s, &a, &e), e);
    cJSON *json = body(3);
    assert_string_equal(text(json, 0), "two\n");
    cJSON_Delete(json);
    static const char bad[] = "{\"prompt\": \"one\"}\n{\"promt\": 1}\n";
    write_file(".jsonl", bad, sizeof bad - 1);
    assert_int_equal(probe_prompts_open(&p, &s, &a, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, ":2: "));
    unlink(path);
}

/* A PNG's head of 1 000 x 600 pixels: for Claude 36 x 22 patches of 28 pixels. */
static void attachments_are_parts_and_count_in_the_worst_case(void **state)
{
    (void)state;
    static const unsigned char png[] = {
        0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0,    0,    13, 'I',
        'H',  'D', 'R', 0,   0,    0x03, 0xe8, 0,    0, 0x02, 0x58, 8,  2,
    };
    const char *image = write_file(".png", png, sizeof png);
    const char *note = write_file(".md", "# Notes\n", 8);
    const char *pdf = write_file(".pdf", "%PDF-1.4", 8);
    struct probe_prompt_settings s = {
        .text = "What is this?",
        .max_tokens = 5,
        .image = &image,
        .images = 1,
        .document = &note,
        .documents = 1,
        .model = "anthropic.claude-3-5-sonnet-20241022-v2:0"
    };
    assert_ok(probe_prompts_open(&p, &s, &a, &e), e);
    cJSON *json = body(0);
    const cJSON *seen = cJSON_GetObjectItem(block(json, 0), "image");
    assert_string_equal(cJSON_GetObjectItem(seen, "format")->valuestring, "png");
    assert_non_null(cJSON_GetObjectItem(block(json, 1), "document"));
    assert_string_equal(text(json, 2), "What is this?");
    cJSON_Delete(json);
    assert_int_equal(p.attached_worst, 36 * 22 + 8);
    s.document = &pdf;
    assert_int_equal(probe_prompts_open(&p, &s, &a, &e), ERR_USAGE);
    assert_non_null(strstr(e.msg, "--attachment-tokens"));
    e = (struct err){ 0 };
    s.attachment_tokens = 2385;
    assert_ok(probe_prompts_open(&p, &s, &a, &e), e);
    assert_int_equal(p.attached_worst, 2385);
    s.image = &pdf;
    assert_int_equal(probe_prompts_open(&p, &s, &a, &e), ERR_INPUT);
    unlink(image);
    unlink(note);
    unlink(pdf);
}

/* Of many prompts drawn, means are those of the trace: lengths stay together. */
static void lengths_of_usage_are_drawn_together(void **state)
{
    (void)state;
    static const char csv[] = "seconds,input,output\n0,100,10\n1,100,10\n2,100,10\n"
                              "3,2000,400\n";
    const char *path = write_file(".csv", csv, sizeof csv - 1);
    struct probe_prompt_settings s = { .usage = path, .seed = 5 };
    enum { DRAWS = 4000 };
    int64_t longer = 0;
    assert_ok(probe_prompts_open(&p, &s, &a, &e), e);
    for (int64_t i = 0; i < DRAWS; i++) {
        struct probe_ask ask = probe_prompts_ask(&p, i);
        bool is_long = ask.input_wanted == 2000;
        assert_int_equal(ask.input_wanted, is_long ? 2000 : 100);
        assert_int_equal(ask.output_worst, is_long ? 400 : 10);
        longer += is_long;
    }
    assert_true(fabs((double)longer / DRAWS - 0.25) < 4 * sqrt(0.25 * 0.75 / DRAWS));
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(synthetic_prompts_are_as_long_as_asked, fresh),
        cmocka_unit_test_setup(prompts_depend_on_seed_run_and_index, fresh),
        cmocka_unit_test_setup(given_text_is_sent_as_it_is_or_behind_a_prefix, fresh),
        cmocka_unit_test_setup(a_cache_probe_reads_one_prompt_behind_a_cache_point,
                               fresh),
        cmocka_unit_test_setup(a_file_of_prompts_goes_round, fresh),
        cmocka_unit_test_setup(attachments_are_parts_and_count_in_the_worst_case,
                               fresh),
        cmocka_unit_test_setup(lengths_of_usage_are_drawn_together, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, clear);
}
