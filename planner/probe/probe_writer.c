/* The thread that saves a run while it happens. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "probe_store_private.h"

struct probe_writer {
    struct probe_store *store;
    int64_t run_id;
    sqlite3_stmt *insert;
    struct arena arena; /* of the SQL */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    struct probe_record *queue, *taken; /* taken: the thread's own */
    size_t queued, queue_capacity, taken_capacity;
    bool closing;
    struct err failed;
};

static enum err_code insert(struct probe_writer *w, const struct probe_record *r,
                            struct err *e)
{
    sqlite3_stmt *st = w->insert;
    sqlite3_bind_int64(st, 1, w->run_id);
    sqlite3_bind_int64(st, 2, (int64_t)(r->cost.ausd / 1000000000));
    sqlite3_bind_int64(st, 3, (int64_t)(r->cost.ausd % 1000000000));
    if (r->gaps)
        sqlite3_bind_blob(st, 4, r->gap_us, (int)(r->gaps * sizeof *r->gap_us),
                          SQLITE_STATIC);
    else
        sqlite3_bind_null(st, 4);
    rows_bind(st, 5, probe_request_column, probe_request_columns, r);
    if (sqlite3_step(st) != SQLITE_DONE) (void)probe_store_fail(w->store, e);
    sqlite3_reset(st);
    return e->code;
}

static enum err_code write_batch(struct probe_writer *w, size_t count, struct err *e)
{
    if (probe_store_exec(w->store, "BEGIN IMMEDIATE", e)) return e->code;
    for (size_t i = 0; i < count && !e->code; i++)
        (void)insert(w, &w->taken[i], e);
    if (!e->code && !probe_store_exec(w->store, "COMMIT", e)) return OK;
    sqlite3_exec(w->store->db, "ROLLBACK", NULL, NULL, NULL); /* the cause is in `e` */
    return e->code;
}

static void *write_all(void *context)
{
    struct probe_writer *w = context;
    struct err e = { 0 };
    pthread_mutex_lock(&w->lock);
    for (;;) {
        while (!w->queued && !w->closing)
            pthread_cond_wait(&w->news, &w->lock);
        if (!w->queued) break;
        size_t n = w->queued, capacity = w->queue_capacity;
        struct probe_record *mine = w->queue;
        w->queue = w->taken;
        w->queue_capacity = w->taken_capacity;
        w->taken = mine;
        w->taken_capacity = capacity;
        w->queued = 0;
        pthread_mutex_unlock(&w->lock);
        if (!e.code) (void)write_batch(w, n, &e);
        pthread_mutex_lock(&w->lock);
        w->failed = e;
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static enum err_code insert_run(struct probe_store *s, struct probe_meta *meta,
                                struct arena *a, struct err *e)
{
    sqlite3_stmt *st = NULL;
    const char *sql =
        rows_insert_sql("run", "id", probe_run_column, probe_run_columns, a);
    if (probe_store_prepare(&st, s, sql, e)) return e->code;
    sqlite3_bind_null(st, 1);
    rows_bind(st, 2, probe_run_column, probe_run_columns, meta);
    int rc = sqlite3_step(st);
    if (rc == SQLITE_CONSTRAINT)
        (void)err_set(e, ERR_USAGE,
                      "a probe '%s' is saved already; give another --save NAME or "
                      "'bedplan probe drop %s'",
                      meta->name, meta->name);
    else if (rc != SQLITE_DONE)
        (void)probe_store_fail(s, e);
    meta->id = sqlite3_last_insert_rowid(s->db);
    sqlite3_finalize(st);
    return e->code;
}

enum err_code probe_writer_open(struct probe_writer **out, struct probe_store *s,
                                struct probe_meta *meta, struct err *e)
{
    struct probe_writer *w = calloc(1, sizeof *w);
    if (!w) return err_set(e, ERR_INTERNAL, "out of memory");
    w->store = s;
    if (insert_run(s, meta, &w->arena, e)) goto failed;
    w->run_id = meta->id;
    const char *sql =
        rows_insert_sql("request", "run_id, cost_nusd, cost_rest, gaps_us",
                        probe_request_column, probe_request_columns, &w->arena);
    if (probe_store_prepare(&w->insert, s, sql, e)) goto failed;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->news, NULL);
    if (pthread_create(&w->thread, NULL, write_all, w)) {
        (void)err_set(e, ERR_IO, "no thread to save the run with");
        goto failed;
    }
    *out = w;
    return OK;
failed:
    sqlite3_finalize(w->insert);
    arena_clear(&w->arena);
    free(w);
    return e->code;
}

enum err_code probe_writer_add(struct probe_writer *w, const struct probe_record *r,
                               struct err *e)
{
    pthread_mutex_lock(&w->lock);
    if (w->failed.code) {
        (void)err_set(e, w->failed.code, "%s", w->failed.msg);
    } else if (w->queued == w->queue_capacity) {
        size_t wanted = w->queue_capacity ? 2 * w->queue_capacity : 256;
        struct probe_record *more = realloc(w->queue, wanted * sizeof *more);
        if (more) {
            w->queue = more;
            w->queue_capacity = wanted;
        } else {
            (void)err_set(e, ERR_INTERNAL, "out of memory");
        }
    }
    if (!e->code) {
        w->queue[w->queued++] = *r;
        pthread_cond_signal(&w->news);
    }
    pthread_mutex_unlock(&w->lock);
    return e->code;
}

static enum err_code update_run(struct probe_store *s, const struct probe_meta *meta,
                                struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (probe_store_prepare(
            &st, s,
            "UPDATE run SET finished = 1, stop = ?, measured_ns = ?, offered_ns = ?,"
            " in_flight_at_stop = ?, cut_off = ?, capped_starts = ? WHERE id = ?",
            e))
        return e->code;
    const int64_t value[] = { meta->stop,       meta->measured_ns,
                              meta->offered_ns, meta->in_flight_at_stop,
                              meta->cut_off,    meta->capped_starts,
                              meta->id };
    for (int i = 0; i < (int)(sizeof value / sizeof *value); i++)
        sqlite3_bind_int64(st, i + 1, value[i]);
    if (sqlite3_step(st) != SQLITE_DONE) (void)probe_store_fail(s, e);
    sqlite3_finalize(st);
    return e->code;
}

enum err_code probe_writer_close(struct probe_writer *w, const struct probe_meta *meta,
                                 struct err *e)
{
    if (!w) return OK;
    pthread_mutex_lock(&w->lock);
    w->closing = true;
    pthread_cond_signal(&w->news);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    struct err failed = w->failed;
    sqlite3_finalize(w->insert);
    if (!failed.code) (void)update_run(w->store, meta, &failed);
    pthread_cond_destroy(&w->news);
    pthread_mutex_destroy(&w->lock);
    arena_clear(&w->arena);
    free(w->queue);
    free(w->taken);
    free(w);
    if (!failed.code) return OK;
    return err_set(e, failed.code, "%s", failed.msg);
}
