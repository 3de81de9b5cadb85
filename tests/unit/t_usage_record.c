/* Records: sorted in runs, written, read, named by model. */
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "arena.h"
#include "record_file.h"
#include "rng.h"
#include "usage_stage.h"

static struct usage_record random_record(struct rng *g)
{
    struct usage_record r = {
        .at_us = 1700000000000000 + (int64_t)(rng_uniform(g) * 3000) * 1000000,
        .input = (uint32_t)exp(18 * rng_uniform(g)),
        .cached = (uint32_t)exp(9 * rng_uniform(g)),
        .written = (uint32_t)exp(9 * rng_uniform(g)),
        .output = (uint32_t)exp(9 * rng_uniform(g)),
        .max_tokens = (uint32_t)(rng_uniform(g) * 3) * 4095,
        .latency_ms = (uint32_t)(rng_uniform(g) * 70000),
        .id = (uint32_t)(rng_uniform(g) * 4294967295.0),
        .model = (uint16_t)(rng_uniform(g) * 65535),
        .status = (uint8_t)(rng_uniform(g) * USAGE_STATUSES),
    };
    return r;
}

static int order(const void *a, const void *b)
{
    return usage_record_order(a, b);
}

/* Any number of runs, a last one that is not full: as one qsort() of all. */
static void runs_merge_into_one_order(void **state)
{
    (void)state;
    static const size_t run_records[] = { 0, 1, 7, 64, 1000, 1001, 5000 };
    for (size_t k = 0; k < COUNT(run_records); k++) {
        struct rng g;
        struct err e = { 0 };
        struct usage_stage *s = NULL;
        enum { N = 1000 };
        static struct usage_record want[N];
        struct usage_record got;
        bool more = true;
        rng_init(&g, 20261122, 32, k);
        assert_ok(usage_stage_open(&s, "/tmp", run_records[k], &e), e);
        for (int i = 0; i < N; i++) {
            want[i] = random_record(&g);
            assert_ok(usage_stage_add(s, &want[i], &e), e);
        }
        qsort(want, N, sizeof *want, order);
        assert_int_equal(usage_stage_count(s), N);
        assert_ok(usage_stage_sort(s, &e), e);
        for (int i = 0; i < N; i++) {
            assert_ok(usage_stage_next(s, &got, &more, &e), e);
            assert_true(more && usage_record_order(&got, &want[i]) == 0);
        }
        assert_ok(usage_stage_next(s, &got, &more, &e), e);
        assert_false(more);
        usage_stage_close(s);
    }
}

static char *temporary(void)
{
    static char name[64];
    snprintf(name, sizeof name, "/tmp/records-XXXXXX");
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    close(fd);
    return name;
}

/* Returns the bytes of the file. */
static long write_file(const char *path, const struct usage_record *r, size_t n)
{
    struct err e = { 0 };
    struct record_writer *w = NULL;
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_ok(record_writer_open(&w, f, &e), e);
    for (size_t i = 0; i < n; i++)
        assert_ok(record_writer_add(w, &r[i], &e), e);
    assert_ok(record_writer_finish(w, &e), e);
    record_writer_close(w);
    long bytes = ftell(f);
    assert_int_equal(fclose(f), 0);
    return bytes;
}

static void a_file_reads_back_as_written(void **state)
{
    (void)state;
    enum { N = 20000 };
    static struct usage_record r[N];
    struct rng g;
    struct err e = { 0 };
    struct record_reader *in = NULL;
    struct usage_record got;
    bool more = true;
    const char *path = temporary();
    rng_init(&g, 20261122, 33, 0);
    for (int i = 0; i < N; i++)
        r[i] = random_record(&g);
    r[0].at_us = -1234567; /* traces count from anywhere */
    qsort(r, N, sizeof *r, order);
    long bytes = write_file(path, r, N);
    assert_true(bytes < 24L * N + 1000); /* even of these wild ones */
    assert_ok(record_reader_open(&in, path, &e), e);
    for (int i = 0; i < N; i++) {
        assert_ok(record_reader_next(in, &got, &more, &e), e);
        assert_true(more && usage_record_order(&got, &r[i]) == 0);
    }
    assert_ok(record_reader_next(in, &got, &more, &e), e);
    assert_false(more);
    record_reader_close(in);
    unlink(path);
}

/* Returns the failure of reading all of it. */
static enum err_code read_all(const char *path, struct err *e)
{
    struct record_reader *in = NULL;
    struct usage_record r;
    bool more = true;
    *e = (struct err){ 0 };
    if (record_reader_open(&in, path, e)) return e->code;
    while (!record_reader_next(in, &r, &more, e) && more)
        continue;
    record_reader_close(in);
    return e->code;
}

static void every_damaged_byte_is_noticed(void **state)
{
    (void)state;
    struct usage_record r[7] = { 0 };
    struct err e = { 0 };
    const char *path = temporary();
    for (int i = 0; i < 7; i++)
        r[i] =
            (struct usage_record){ .at_us = 1000000 * i, .input = 374, .output = 44 };
    long bytes = write_file(path, r, 7);
    assert_ok(read_all(path, &e), e);
    for (long at = 0; at < bytes; at++) {
        FILE *f = fopen(path, "r+b");
        fseek(f, at, SEEK_SET);
        int before = fgetc(f);
        fseek(f, at, SEEK_SET);
        fputc(before ^ 0x15, f);
        fclose(f);
        /* the check sum of the empty block at the end protects nothing */
        if (at < bytes - 4 && read_all(path, &e) != ERR_DB) {
            print_error("byte %ld of %ld\n", at, bytes);
            fail();
        }
        f = fopen(path, "r+b");
        fseek(f, at, SEEK_SET);
        fputc(before, f);
        fclose(f);
    }
    for (long n = 0; n < bytes; n++) {
        assert_int_equal(truncate(path, bytes - 1 - n), 0);
        assert_int_equal(read_all(path, &e), ERR_DB);
    }
    unlink(path);
    assert_int_equal(read_all(path, &e), ERR_DB);
}

static void models_keep_their_index(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct usage_models m = { .arena = &a };
    uint16_t index;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 300; i++) {
            char *id = arena_printf(&a, "model-%d", i / 2);
            struct str region = i % 2 ? STR("us-east-1") : STR("");
            assert_ok(usage_models_index(&index, &m, str_of(id), region, &e), e);
            assert_int_equal(index, i);
        }
    }
    assert_int_equal(m.count, 300);
    assert_string_equal(m.model[7].id, "model-3");
    arena_clear(&a);
}

static void arns_are_named_by_what_they_call(void **state)
{
    (void)state;
    static const struct {
        const char *id, *name;
    } row[] = {
        { "amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0" },
        { "us.amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1:0" },
        { "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
          "amazon.nova-lite-v1:0" },
        { "arn:aws:bedrock:us-west-2:123456789012:inference-profile/"
          "global.anthropic.claude-opus-4-6-v1",
          "global.anthropic.claude-opus-4-6-v1" },
        { "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/ab12",
          "application-inference-profile/ab12" },
        { "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/x9",
          "provisioned-model/x9" },
        { "arn:aws", "arn:aws" },
        { "", "" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct str got = usage_model_name(str_of(row[i].id));
        if (!str_eq(got, row[i].name))
            print_error("%s: %.*s\n", row[i].id, STR_ARG(got));
        assert_true(str_eq(got, row[i].name));
    }
}

static void error_codes_fall_into_classes(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        enum usage_status status;
    } row[] = {
        { "", USAGE_OK },
        { "ThrottlingException", USAGE_THROTTLED },
        { "ModelNotReadyException", USAGE_NOT_READY },
        { "AccessDeniedException", USAGE_ACCESS },
        { "ValidationException", USAGE_VALIDATION },
        { "ResourceNotFoundException", USAGE_NOT_FOUND },
        { "ModelTimeoutException", USAGE_TIMEOUT },
        { "ServiceUnavailableException", USAGE_SERVICE },
        { "ModelStreamErrorException", USAGE_STREAM },
        { "SomethingNewException", USAGE_OTHER },
    };
    for (size_t i = 0; i < COUNT(row); i++)
        assert_int_equal(usage_status_of(str_of(row[i].code)), row[i].status);
    assert_string_equal(usage_status_word(USAGE_NOT_READY), "not_ready");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_merge_into_one_order),
        cmocka_unit_test(a_file_reads_back_as_written),
        cmocka_unit_test(every_damaged_byte_is_noticed),
        cmocka_unit_test(models_keep_their_index),
        cmocka_unit_test(arns_are_named_by_what_they_call),
        cmocka_unit_test(error_codes_fall_into_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
