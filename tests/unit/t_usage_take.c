/* Imports into a store of our own: killed at any moment, in any order, in parts. */
#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "rng.h"
#include "usage_take.h"

static char folder[64];

static const char *in_folder(struct arena *a, const char *name)
{
    return arena_printf(a, "%s/%s", folder, name);
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/usage-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char *argv[] = { "rm", "-rf", folder, NULL };
    pid_t pid = fork();
    if (pid == 0) execvp("rm", argv);
    return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

/* Lines first … last of a log that is always the same. */
static const char *write_log(struct arena *a, const char *name, int first, int last)
{
    const char *path = in_folder(a, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (int i = first; i < last; i++) {
        struct rng g;
        rng_init(&g, 20261122, 35, (uint64_t)i);
        int at_s = i / 3 + (int)(rng_uniform(&g) * 5); /* not quite by time */
        fprintf(f,
                "{\"timestamp\":\"2026-04-%02dT%02d:%02d:%02dZ\",\"requestId\":\"r%d\","
                "\"modelId\":\"m%d\",\"region\":\"us-east-1\",\"input\":{"
                "\"inputTokenCount\":%d},\"output\":{\"outputTokenCount\":%d}}\n",
                1 + at_s / 86400, at_s / 3600 % 24, at_s / 60 % 60, at_s % 60, i, i % 3,
                1 + (int)exp(9 * rng_uniform(&g)), (int)exp(6 * rng_uniform(&g)));
    }
    assert_int_equal(fclose(f), 0);
    return path;
}

static enum err_code take(struct take_result *r, const char *store, const char *name,
                          const char *path, struct arena *a, struct err *e)
{
    struct take_request want = { .name = name,
                                 .paths = &path,
                                 .path_count = 1,
                                 .data = store,
                                 .keep_requests = true,
                                 .now_unix_s = 1795305600 };
    *e = (struct err){ 0 };
    return usage_take(r, &want, a, e);
}

static struct usage_stats load(const char *store, const char *name, struct arena *a)
{
    struct err e = { 0 };
    struct usage_store *s = NULL;
    struct usage_entry entry = { 0 };
    struct usage_stats stats = { 0 };
    assert_ok(usage_store_open(&s, store, false, a, &e), e);
    assert_ok(usage_store_find(&entry, s, name, a, &e), e);
    assert_ok(usage_store_load(&stats, s, &entry, a, &e), e);
    usage_store_close(s);
    return stats;
}

static void assert_same(const struct usage_stats *x, const struct usage_stats *y)
{
    assert_int_equal(x->requests, y->requests);
    assert_int_equal(x->input.total, y->input.total);
    assert_int_equal(x->output.quantile[USAGE_P95], y->output.quantile[USAGE_P95]);
    assert_int_equal(x->minutes, y->minutes);
    assert_memory_equal(x->per_minute, y->per_minute, x->minutes * sizeof(int64_t));
    assert_int_equal(x->cells, y->cells);
    assert_memory_equal(x->cell, y->cell, x->cells * sizeof *x->cell);
    assert_close(x->interarrival_cv, y->interarrival_cv, 0);
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++)
        if (!isnan(x->dispersion[i]))
            assert_close(x->dispersion[i], y->dispersion[i], 0);
    assert_int_equal(x->models, y->models);
}

static void parts_in_any_order_are_the_whole(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e;
    struct take_result r;
    const char *store = in_folder(&a, "parts");
    assert_ok(take(&r, store, "whole", write_log(&a, "all", 0, 9000), &a, &e), e);
    assert_int_equal(r.added, 9000);
    /* they overlap: a request that is in two files counts once */
    assert_ok(take(&r, store, "parts", write_log(&a, "c", 5000, 9000), &a, &e), e);
    assert_ok(take(&r, store, "parts", write_log(&a, "a", 0, 3000), &a, &e), e);
    assert_ok(take(&r, store, "parts", write_log(&a, "b", 2500, 5200), &a, &e), e);
    assert_int_equal(r.added, 2000);
    assert_int_equal(r.import->skipped[SKIP_DUPLICATE], 700);
    struct usage_stats whole = load(store, "whole", &a),
                       parts = load(store, "parts", &a);
    assert_int_equal(whole.requests, 9000);
    assert_same(&parts, &whole);
    assert_ok(take(&r, store, "parts", in_folder(&a, "a"), &a, &e), e);
    assert_false(r.changed);
    arena_clear(&a);
}

/* An import that is killed after a random time leaves what was there, or all of what it
 * wanted; nothing else stays in the store but what the next import sweeps away. */
static void a_kill_leaves_all_or_nothing(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e;
    struct take_result r;
    struct rng g;
    const char *store = in_folder(&a, "killed");
    const char *first = write_log(&a, "first", 0, 2000);
    const char *second = write_log(&a, "second", 2000, 30000);
    assert_ok(take(&r, store, "u", first, &a, &e), e);
    struct usage_stats before = load(store, "u", &a);
    struct timespec t0, t1;
    clock_gettime(CLOCK_MONOTONIC, &t0);
    assert_ok(take(&r, store, "other", second, &a, &e), e);
    clock_gettime(CLOCK_MONOTONIC, &t1);
    double whole_us = (double)(t1.tv_sec - t0.tv_sec) * 1e6 +
                      (double)(t1.tv_nsec - t0.tv_nsec) * 1e-3;
    int killed = 0;
    rng_init(&g, 20261122, 36, 0);
    for (int round = 0; round < 25; round++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) _exit(take(&r, store, "u", second, &a, &e) ? 1 : 0);
        usleep((useconds_t)(1.1 * whole_us * rng_uniform(&g)));
        kill(pid, SIGKILL);
        int status = 0;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        killed += WIFSIGNALED(status);
        struct usage_stats after = load(store, "u", &a);
        if (after.requests == before.requests) {
            assert_same(&after, &before);
            continue;
        }
        assert_int_equal(after.requests, 30000); /* it was done */
        struct usage_store *s = NULL;
        struct usage_entry entry = { 0 };
        assert_ok(usage_store_open(&s, store, true, &a, &e), e);
        assert_ok(usage_store_find(&entry, s, "u", &a, &e), e);
        assert_ok(usage_store_drop(s, &entry, &e), e);
        usage_store_close(s);
        assert_ok(take(&r, store, "u", first, &a, &e), e);
    }
    assert_true(killed > 5);
    assert_ok(take(&r, store, "u", second, &a, &e), e);
    struct usage_stats after = load(store, "u", &a);
    assert_int_equal(after.requests, 30000);
    char *argv[] = {
        "sh", "-c",          "test \"$(ls \"$1\"/usage | grep -c requests)\" = 2",
        "sh", (char *)store, NULL
    };
    pid_t pid = fork();
    if (pid == 0) execvp("sh", argv);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    arena_clear(&a);
}

static void a_stranger_s_database_is_refused(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e;
    struct take_result r;
    const char *store = in_folder(&a, "strange");
    const char *log = write_log(&a, "log", 0, 10);
    assert_ok(take(&r, store, "u", log, &a, &e), e);
    FILE *f = fopen(arena_printf(&a, "%s/usage/usage.db", store), "r+b");
    assert_non_null(f);
    fseek(f, 68, SEEK_SET); /* SQLite's application_id */
    fputs("mine", f);
    fclose(f);
    assert_int_equal(take(&r, store, "v", log, &a, &e), ERR_DB);
    assert_non_null(strstr(e.msg, "not a store of usage"));
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_in_any_order_are_the_whole),
        cmocka_unit_test(a_kill_leaves_all_or_nothing),
        cmocka_unit_test(a_stranger_s_database_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
