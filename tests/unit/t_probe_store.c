#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include <sqlite3.h>

#include "probe_store_private.h"

static struct arena a;
static struct err e;
static char folder[] = "/tmp/t_probe_store.XXXXXX";
static char data[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return -1;
    snprintf(data, sizeof data, "%s", folder);
    return 0;
}

static int remove_folder(void **state)
{
    static const char *const file[] = { "probe/probe.db", "probe/probe.db-wal",
                                        "probe/probe.db-shm" };
    char path[128];
    (void)state;
    arena_clear(&a);
    for (size_t i = 0; i < COUNT(file); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, file[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/probe", folder);
    rmdir(path);
    return rmdir(folder);
}

static int fresh(void **state)
{
    (void)state;
    e = (struct err){ 0 };
    return 0;
}

static struct probe_meta meta_named(const char *name)
{
    return (struct probe_meta){ .name = name,
                                .model = "amazon.nova-lite-v1:0",
                                .region = "us-east-1",
                                .endpoint = "http://127.0.0.1:1",
                                .prompt = "as given",
                                .price = "none",
                                .stream = true,
                                .open_loop = true,
                                .rate_per_s = 2.385,
                                .started_unix_ms = 1795000000123 };
}

static void what_was_written_is_read(void **state)
{
    (void)state;
    enum { REQUESTS = 1000, GAPS = 7 };
    static int32_t gap[REQUESTS][GAPS];
    struct probe_store *s = NULL;
    struct probe_writer *w = NULL;
    struct probe_meta meta = meta_named("run-1"), found;
    struct probe_record *got = NULL;
    size_t count = 0;
    assert_ok(probe_store_open(&s, data, true, &a, &e), e);
    assert_ok(probe_writer_open(&w, s, &meta, &e), e);
    for (int i = 0; i < REQUESTS; i++) {
        for (int k = 0; k < GAPS; k++)
            gap[i][k] = i * 10 + k;
        struct probe_record r = { .index = i,
                                  .phase = PROBE_MEASURED,
                                  .intended_ns = i * 1000003,
                                  .first_ns = i % 3 ? i * 1000003 + 77 : PROBE_NEVER,
                                  .cost = { (i128)i * 1234567890123 },
                                  .failure = i % 5 ? FAILURE_NONE : FAILURE_THROTTLED,
                                  .code = i % 5 ? "" : "ThrottlingException",
                                  .message = "",
                                  .stop_reason = "end_turn",
                                  .output_tokens = 41 + i,
                                  .known_tokens = true,
                                  .gap_us = gap[i],
                                  .gaps = i % 2 ? GAPS : 0 };
        assert_ok(probe_writer_add(w, &r, &e), e);
    }
    meta.stop = 2;
    meta.cut_off = 3;
    assert_ok(probe_writer_close(w, &meta, &e), e);
    probe_store_close(s);

    assert_ok(probe_store_open(&s, data, false, &a, &e), e);
    assert_ok(probe_store_find(&found, s, "run-1", &a, &e), e);
    assert_true(found.finished && found.open_loop && found.stream && !found.cache);
    assert_int_equal(found.stop, 2);
    assert_int_equal(found.cut_off, 3);
    assert_int_equal(found.started_unix_ms, 1795000000123);
    assert_close(found.rate_per_s, 2.385, 0);
    assert_ok(probe_store_records(&got, &count, s, found.id, &a, &e), e);
    assert_int_equal(count, REQUESTS);
    for (int i = 0; i < REQUESTS; i++) {
        assert_int_equal(got[i].index, i);
        assert_int_equal(got[i].first_ns, i % 3 ? i * 1000003 + 77 : PROBE_NEVER);
        assert_true(got[i].cost.ausd == (i128)i * 1234567890123);
        assert_int_equal(got[i].failure, i % 5 ? FAILURE_NONE : FAILURE_THROTTLED);
        assert_string_equal(got[i].code, i % 5 ? "" : "ThrottlingException");
        assert_int_equal(got[i].gaps, i % 2 ? GAPS : 0);
        if (got[i].gaps) assert_memory_equal(got[i].gap_us, gap[i], sizeof gap[i]);
    }
    probe_store_close(s);
}

/* What a killed program leaves: no end, but the requests. */
static void a_run_without_an_end_has_its_requests(void **state)
{
    (void)state;
    struct probe_store *s = NULL, *other = NULL;
    struct probe_writer *w = NULL;
    struct probe_meta meta = meta_named("killed"), found;
    struct probe_record *got = NULL;
    size_t count = 0;
    assert_ok(probe_store_open(&s, data, true, &a, &e), e);
    assert_ok(probe_writer_open(&w, s, &meta, &e), e);
    struct probe_record r = { .code = "", .message = "", .stop_reason = "" };
    assert_ok(probe_writer_add(w, &r, &e), e);
    for (int i = 0; i < 500 && count == 0; i++) { /* another program looks meanwhile */
        usleep(10000);
        assert_ok(probe_store_open(&other, data, false, &a, &e), e);
        assert_ok(probe_store_find(&found, other, "killed", &a, &e), e);
        assert_ok(probe_store_records(&got, &count, other, found.id, &a, &e), e);
        probe_store_close(other);
    }
    assert_int_equal(count, 1);
    assert_false(found.finished);
    assert_ok(probe_writer_close(w, &meta, &e), e);
    probe_store_close(s);
}

/* The first write that fails is told at the next one, and at the end. */
static void a_full_disk_ends_the_run_and_says_so(void **state)
{
    (void)state;
    struct probe_store *s = NULL;
    struct probe_writer *w = NULL;
    struct probe_meta meta = meta_named("full");
    static int32_t gap[4096];
    enum err_code code = OK;
    assert_ok(probe_store_open(&s, data, true, &a, &e), e);
    assert_ok(probe_writer_open(&w, s, &meta, &e), e);
    assert_ok(probe_store_exec(s, "PRAGMA max_page_count = 1", &e), e); /* as it is */
    for (int i = 0; i < 2000 && !code; i++) {
        struct probe_record r = { .index = i,
                                  .code = "",
                                  .message = "",
                                  .stop_reason = "",
                                  .gap_us = gap,
                                  .gaps = COUNT(gap) };
        code = probe_writer_add(w, &r, &e);
        usleep(500);
    }
    assert_int_equal(code, ERR_DB);
    assert_non_null(strstr(e.msg, "full"));
    e = (struct err){ 0 };
    assert_int_equal(probe_writer_close(w, &meta, &e), ERR_DB);
    probe_store_close(s);
}

static void names_are_taken_once_missed_with_a_hint_and_dropped(void **state)
{
    (void)state;
    struct probe_store *s = NULL;
    struct probe_writer *w = NULL;
    struct probe_meta meta = meta_named("monday"), found;
    assert_ok(probe_store_open(&s, data, true, &a, &e), e);
    assert_ok(probe_writer_open(&w, s, &meta, &e), e);
    assert_ok(probe_writer_close(w, &meta, &e), e);
    assert_int_equal(probe_writer_open(&w, s, &meta, &e), ERR_USAGE);
    e = (struct err){ 0 };
    assert_int_equal(probe_store_find(&found, s, "mondey", &a, &e), ERR_NOT_FOUND);
    assert_non_null(strstr(e.msg, "did you mean 'monday'"));
    e = (struct err){ 0 };
    assert_ok(probe_store_find(&found, s, "monday", &a, &e), e);
    assert_ok(probe_store_drop(s, found.id, &e), e);
    assert_int_equal(probe_store_find(&found, s, "monday", &a, &e), ERR_NOT_FOUND);
    probe_store_close(s);
}

static void another_programs_file_is_refused(void **state)
{
    (void)state;
    static const char *const sql[] = { "PRAGMA user_version = 99",
                                       "PRAGMA application_id = 7" };
    static const char *const said[] = { "newer than this program", "not a store" };
    char path[128];
    struct probe_store *s = NULL;
    snprintf(path, sizeof path, "%s/probe/probe.db", folder);
    for (size_t i = 0; i < COUNT(sql); i++) {
        sqlite3 *db = NULL;
        struct err refused = { 0 };
        assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, sql[i], NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        assert_int_equal(probe_store_open(&s, data, false, &a, &refused), ERR_DB);
        assert_non_null(strstr(refused.msg, said[i]));
        assert_non_null(strstr(refused.msg, path));
    }
}

static void names_fit_a_command_line(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "a b", "../x", ".x", "-x", "a/b", "ä" };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct err refused = { 0 };
        assert_int_equal(probe_check_name(bad[i], &refused), ERR_USAGE);
    }
    assert_ok(probe_check_name("nova-lite.2026_11", &e), e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_written_is_read, fresh),
        cmocka_unit_test_setup(a_run_without_an_end_has_its_requests, fresh),
        cmocka_unit_test_setup(a_full_disk_ends_the_run_and_says_so, fresh),
        cmocka_unit_test_setup(names_are_taken_once_missed_with_a_hint_and_dropped,
                               fresh),
        cmocka_unit_test_setup(names_fit_a_command_line, fresh),
        cmocka_unit_test_setup(another_programs_file_is_refused, fresh),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
