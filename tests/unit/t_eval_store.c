/* Evaluations are saved, found and dropped; what is read is what was written. */
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "eval_store.h"

struct place {
    char folder[32];
    struct arena arena;
    struct eval_store *store;
    struct eval_meta meta;
    struct err e;
};

static int set_up(void **state)
{
    static struct place p;
    p = (struct place){ .folder = "/tmp/eval-store-XXXXXX" };
    assert_non_null(mkdtemp(p.folder));
    assert_ok(eval_store_open(&p.store, p.folder, true, &p.arena, &p.e), p.e);
    p.meta = (struct eval_meta){ .name = "monday",
                                 .dataset = "qa.jsonl",
                                 .prompts_hash = "00ff",
                                 .params = "max_tokens 512, temperature 0",
                                 .task = "question-answering",
                                 .region = "us-east-1",
                                 .endpoint = "https://x",
                                 .prompts = 3,
                                 .started_unix_ms = 1795000000123 };
    assert_ok(eval_store_begin(p.store, &p.meta, &p.e), p.e);
    *state = &p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    eval_store_close(p->store);
    char command[64];
    static const char *const file[] = { "evaluate.db", "evaluate.db-wal",
                                        "evaluate.db-shm" };
    for (size_t i = 0; i < COUNT(file); i++) {
        snprintf(command, sizeof command, "%s/evaluate/%s", p->folder, file[i]);
        unlink(command);
    }
    snprintf(command, sizeof command, "%s/evaluate", p->folder);
    rmdir(command);
    rmdir(p->folder);
    arena_clear(&p->arena);
    return 0;
}

static const struct eval_kept_answer an_answer = {
    .model = "m1",
    .item = 2,
    .prompt_hash = "ab",
    .text = "Paris, \"of course\"",
    .failed = "",
    .words = "",
    .stop_reason = "end_turn",
    .known_tokens = true,
    .priced = true,
    .input_tokens = 17,
    .output_tokens = 5,
    .ttft_ns = 123456789,
    .latency_ns = 234567891,
    .service_ms = -1,
    .attempts = 3,
    .throttled = 2,
    .waited_ns = 1700000000,
    .cost = { (i128)9223372036 * 1000000000 + 385 }, /* beyond 64 bits of 1e-18 */
};

static void an_answer_comes_back_as_it_was(void **state)
{
    struct place *p = *state;
    struct eval_kept_answer *row = NULL, other = an_answer;
    size_t n = 0;
    other.item = 1;
    other.prompt_hash = "aa";
    other.text = "";
    other.failed = "throttled";
    assert_ok(eval_store_put_answer(p->store, p->meta.id, &an_answer, &p->e), p->e);
    assert_ok(eval_store_put_answer(p->store, p->meta.id, &other, &p->e), p->e);
    assert_ok(eval_store_answers(&row, &n, p->store, p->meta.id, &p->arena, &p->e),
              p->e);
    assert_int_equal(n, 2);
    assert_int_equal(row[0].item, 1); /* by key */
    assert_string_equal(row[0].failed, "throttled");
    assert_string_equal(row[1].text, an_answer.text);
    assert_true(row[1].cost.ausd == an_answer.cost.ausd);
    assert_int_equal(row[1].latency_ns, 234567891);
    assert_int_equal(row[1].service_ms, -1);
    assert_int_equal(row[1].throttled, 2);
    assert_true(row[1].known_tokens && row[1].priced);
}

static void a_later_answer_takes_the_place_of_a_failure(void **state)
{
    struct place *p = *state;
    struct eval_kept_answer *row = NULL, failed = an_answer;
    size_t n = 0;
    failed.failed = "service";
    failed.text = "";
    assert_ok(eval_store_put_answer(p->store, p->meta.id, &failed, &p->e), p->e);
    assert_ok(eval_store_put_answer(p->store, p->meta.id, &an_answer, &p->e), p->e);
    assert_ok(eval_store_answers(&row, &n, p->store, p->meta.id, &p->arena, &p->e),
              p->e);
    assert_int_equal(n, 1);
    assert_string_equal(row[0].failed, "");
}

static void verdicts_of_other_judges_prompts_and_repeats_stand_apart(void **state)
{
    struct place *p = *state;
    struct eval_kept_verdict v = { .model = "m1",
                                   .item = 0,
                                   .answer_hash = "aa",
                                   .metric = "Builtin.Refusal",
                                   .judge = "j",
                                   .version = "v1",
                                   .readable = true,
                                   .score = 0.75,
                                   .grade = 4,
                                   .reason = "so",
                                   .said = "",
                                   .failed = "" };
    struct eval_kept_verdict *row = NULL;
    size_t n = 0;
    for (int i = 0; i < 4; i++) {
        struct eval_kept_verdict x = v;
        if (i == 1) x.version = "v2";
        if (i == 2) x.repeat = 1;
        if (i == 3) x.judge = "k";
        assert_ok(eval_store_put_verdict(p->store, p->meta.id, &x, &p->e), p->e);
        assert_ok(eval_store_put_verdict(p->store, p->meta.id, &x, &p->e), p->e);
    }
    assert_ok(eval_store_verdicts(&row, &n, p->store, p->meta.id, &p->arena, &p->e),
              p->e);
    assert_int_equal(n, 4);
    assert_close(row[0].score, 0.75, 0);
}

static void a_vector_keeps_its_bits(void **state)
{
    struct place *p = *state;
    static const float value[] = { 0.1F, -2.5e-7F, 3.40282e38F };
    struct eval_kept_vector v = { .model = "titan",
                                  .text_hash = "cc",
                                  .value = value,
                                  .count = 3,
                                  .input_tokens = 9,
                                  .cost = { 385 } };
    struct eval_kept_vector *row = NULL;
    size_t n = 0;
    assert_ok(eval_store_put_vector(p->store, p->meta.id, &v, &p->e), p->e);
    assert_ok(eval_store_vectors(&row, &n, p->store, p->meta.id, &p->arena, &p->e),
              p->e);
    assert_int_equal(n, 1);
    assert_int_equal(row[0].count, 3);
    assert_memory_equal(row[0].value, value, sizeof value);
    assert_true(row[0].cost.ausd == 385);
}

static void scores_of_other_models_and_metrics_stay(void **state)
{
    struct place *p = *state;
    struct eval_kept_score a[] = { { "m1", "f1", 30, true, false, 0.81, 0.75, 0.86 },
                                   { "m1", "wer", 30, false, true, 0.2, 0, 0 } };
    struct eval_kept_score *row = NULL;
    size_t n = 0;
    assert_ok(eval_store_put_scores(p->store, p->meta.id, a, 2, &p->e), p->e);
    a[1].mean = 0.3;
    assert_ok(eval_store_put_scores(p->store, p->meta.id, a + 1, 1, &p->e), p->e);
    assert_ok(eval_store_scores(&row, &n, p->store, p->meta.id, &p->arena, &p->e),
              p->e);
    assert_int_equal(n, 2);
    assert_string_equal(row[0].metric, "f1");
    assert_string_equal(row[1].metric, "wer");
    assert_close(row[1].mean, 0.3, 0);
    assert_true(row[1].lower_is_better && !row[1].has_interval);
}

static void names_are_unique_and_near_ones_are_named(void **state)
{
    struct place *p = *state;
    struct eval_meta again = p->meta, found = { 0 };
    assert_int_equal(eval_store_begin(p->store, &again, &p->e), ERR_USAGE);
    assert_non_null(strstr(p->e.msg, "--resume monday"));
    p->e = (struct err){ 0 };
    assert_int_equal(eval_store_find(&found, p->store, "mondax", &p->arena, &p->e),
                     ERR_NOT_FOUND);
    assert_non_null(strstr(p->e.msg, "did you mean 'monday'?"));
    p->e = (struct err){ 0 };
    assert_ok(eval_store_find(&found, p->store, "monday", &p->arena, &p->e), p->e);
    assert_string_equal(found.params, p->meta.params);
    assert_int_equal(found.started_unix_ms, 1795000000123);
    assert_false(found.finished);
}

static void a_dropped_run_leaves_nothing(void **state)
{
    struct place *p = *state;
    static const char *const line[] = { "{\"prompt\":\"x\"}", "{\"prompt\":\"y\"}" };
    struct eval_kept_answer *row = NULL;
    const char **items = NULL;
    size_t n = 9;
    assert_ok(eval_store_put_items(p->store, p->meta.id, line, 2, &p->e), p->e);
    assert_ok(eval_store_items(&items, &n, p->store, p->meta.id, &p->arena, &p->e),
              p->e);
    assert_int_equal(n, 2);
    assert_string_equal(items[1], line[1]);
    assert_ok(eval_store_put_answer(p->store, p->meta.id, &an_answer, &p->e), p->e);
    assert_ok(eval_store_drop(p->store, p->meta.id, &p->e), p->e);
    assert_ok(eval_store_answers(&row, &n, p->store, p->meta.id, &p->arena, &p->e),
              p->e);
    assert_int_equal(n, 0);
    assert_ok(eval_store_items(&items, &n, p->store, p->meta.id, &p->arena, &p->e),
              p->e);
    assert_int_equal(n, 0);
}

static void a_hash_tells_texts_apart_however_they_are_cut(void **state)
{
    struct place *p = *state;
    const char *const a[] = { "ab", "c" }, *const b[] = { "a", "bc" },
                      *const c[] = { "ab", NULL, "c" };
    const char *h[3] = { NULL };
    assert_ok(eval_hash(&h[0], a, 2, &p->arena, &p->e), p->e);
    assert_ok(eval_hash(&h[1], b, 2, &p->arena, &p->e), p->e);
    assert_ok(eval_hash(&h[2], c, 3, &p->arena, &p->e), p->e);
    assert_int_equal(strlen(h[0]), 64);
    assert_string_not_equal(h[0], h[1]);
    assert_string_not_equal(h[0], h[2]);
}

static void a_missing_store_is_empty_and_a_strangers_file_refused(void **state)
{
    struct place *p = *state;
    struct eval_store *none = NULL;
    struct eval_meta *m = NULL;
    size_t n = 9;
    char path[64];
    assert_ok(eval_store_open(&none, "/nowhere", false, &p->arena, &p->e), p->e);
    assert_ok(eval_store_list(&m, &n, none, &p->arena, &p->e), p->e);
    assert_int_equal(n, 0);
    eval_store_close(none);
    eval_store_close(p->store);
    p->store = NULL;
    snprintf(path, sizeof path, "%s/evaluate/evaluate.db", p->folder);
    FILE *f = fopen(path, "w");
    fputs("not a database, but long enough to be looked at as one, is it not", f);
    fclose(f);
    assert_int_equal(eval_store_open(&none, p->folder, true, &p->arena, &p->e), ERR_DB);
    assert_non_null(strstr(p->e.msg, path));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(an_answer_comes_back_as_it_was),
        TEST(a_later_answer_takes_the_place_of_a_failure),
        TEST(verdicts_of_other_judges_prompts_and_repeats_stand_apart),
        TEST(a_vector_keeps_its_bits),
        TEST(scores_of_other_models_and_metrics_stay),
        TEST(names_are_unique_and_near_ones_are_named),
        TEST(a_dropped_run_leaves_nothing),
        TEST(a_hash_tells_texts_apart_however_they_are_cut),
        TEST(a_missing_store_is_empty_and_a_strangers_file_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
