#include "eval_store_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "local_db_private.h"
#include "text.h"

/* clang-format off */
#define RUN(f, t) { #f, t, offsetof(struct eval_meta, f) }
static const struct column run_column[] = {
    RUN(name, COLUMN_TEXT), RUN(dataset, COLUMN_TEXT), RUN(prompts_hash, COLUMN_TEXT),
    RUN(params, COLUMN_TEXT), RUN(task, COLUMN_TEXT), RUN(region, COLUMN_TEXT),
    RUN(endpoint, COLUMN_TEXT), RUN(prompts, COLUMN_INT),
    RUN(started_unix_ms, COLUMN_INT), RUN(finished, COLUMN_BOOL), RUN(stop, COLUMN_INT),
};
/* clang-format on */
enum { RUN_COLUMNS = sizeof run_column / sizeof *run_column };

/* cost = cost_nusd 1e-9 + cost_rest 1e-18 USD */
#define COST   "  cost_nusd INTEGER NOT NULL, cost_rest INTEGER NOT NULL,"
#define OF_RUN "  run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,"

/* Append only: people's files have already run the steps that shipped. */
static const char *const steps[] = {
    /* 1 */
    ("CREATE TABLE run ("
     "  id INTEGER PRIMARY KEY,"
     "  name TEXT NOT NULL UNIQUE CHECK (name <> ''),"
     "  dataset TEXT NOT NULL, prompts_hash TEXT NOT NULL, params TEXT NOT NULL,"
     "  task TEXT NOT NULL, region TEXT NOT NULL, endpoint TEXT NOT NULL,"
     "  prompts INTEGER NOT NULL, started_unix_ms INTEGER NOT NULL,"
     "  finished INTEGER NOT NULL CHECK (finished IN (0, 1)), stop INTEGER NOT NULL"
     ") STRICT;"
     "CREATE TABLE item (" OF_RUN
     "  number INTEGER NOT NULL CHECK (number >= 0), line TEXT NOT NULL,"
     "  PRIMARY KEY (run_id, number)"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE answer (" OF_RUN COST "  model TEXT NOT NULL, item INTEGER NOT NULL,"
     "  prompt_hash TEXT NOT NULL, text TEXT NOT NULL, failed TEXT NOT NULL,"
     "  words TEXT NOT NULL, stop_reason TEXT NOT NULL,"
     "  known_tokens INTEGER NOT NULL, priced INTEGER NOT NULL,"
     "  input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,"
     "  cache_read_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL,"
     "  ttft_ns INTEGER NOT NULL, latency_ns INTEGER NOT NULL,"
     "  service_ms INTEGER NOT NULL, attempts INTEGER NOT NULL,"
     "  throttled INTEGER NOT NULL, waited_ns INTEGER NOT NULL,"
     "  PRIMARY KEY (run_id, model, prompt_hash)"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE verdict (" OF_RUN COST
     "  model TEXT NOT NULL, item INTEGER NOT NULL, answer_hash TEXT NOT NULL,"
     "  metric TEXT NOT NULL, judge TEXT NOT NULL, version TEXT NOT NULL,"
     "  repeat INTEGER NOT NULL, readable INTEGER NOT NULL, score REAL NOT NULL,"
     "  grade REAL NOT NULL, reason TEXT NOT NULL, said TEXT NOT NULL,"
     "  failed TEXT NOT NULL, priced INTEGER NOT NULL,"
     "  input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,"
     "  attempts INTEGER NOT NULL, throttled INTEGER NOT NULL,"
     "  PRIMARY KEY (run_id, model, item, metric, judge, version, repeat)"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE vector (" OF_RUN COST
     "  value BLOB NOT NULL," /* 32-bit little-endian floats */
     "  model TEXT NOT NULL, text_hash TEXT NOT NULL, priced INTEGER NOT NULL,"
     "  input_tokens INTEGER NOT NULL, attempts INTEGER NOT NULL,"
     "  throttled INTEGER NOT NULL,"
     "  PRIMARY KEY (run_id, model, text_hash)"
     ") STRICT, WITHOUT ROWID;"
     "CREATE TABLE score (" OF_RUN
     "  model TEXT NOT NULL, metric TEXT NOT NULL, n INTEGER NOT NULL,"
     "  has_interval INTEGER NOT NULL, lower_is_better INTEGER NOT NULL,"
     "  mean REAL NOT NULL, lo REAL NOT NULL, hi REAL NOT NULL,"
     "  PRIMARY KEY (run_id, model, metric)"
     ") STRICT, WITHOUT ROWID;"),
};
/* Commits reach the disk at checkpoints only: what a killed program has committed is
 * safe in the system's hands, and no commit waits. */
static const struct local_db_kind kind = {
    .part = "evaluate",
    .what = "evaluations",
    .application_id = 0x42504c45, /* "BPLE" */
    .steps = steps,
    .step_count = sizeof steps / sizeof *steps,
    .pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
               "PRAGMA foreign_keys = ON",
};

enum err_code eval_store_fail(const struct eval_store *s, struct err *e)
{
    return err_set(e, ERR_DB, "%s: %s", s->path, sqlite3_errmsg(s->db));
}

enum err_code eval_store_exec(struct eval_store *s, const char *sql, struct err *e)
{
    if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK) return OK;
    return eval_store_fail(s, e);
}

enum err_code eval_store_prepare(sqlite3_stmt **out, struct eval_store *s,
                                 const char *sql, struct err *e)
{
    if (sqlite3_prepare_v2(s->db, sql, -1, out, NULL) == SQLITE_OK) return OK;
    return eval_store_fail(s, e);
}

enum err_code eval_store_open(struct eval_store **out, const char *data, bool write,
                              struct arena *a, struct err *e)
{
    struct eval_store *s = calloc(1, sizeof *s);
    if (!s) return err_set(e, ERR_INTERNAL, "out of memory");
    if (local_db_open(&s->db, &s->path, &kind, data, write, a, e)) {
        eval_store_close(s);
        return e->code;
    }
    *out = s;
    return OK;
}

void eval_store_close(struct eval_store *s)
{
    struct err late = { 0 };
    if (!s) return;
    if (eval_store_flush(s, &late) && s->in_batch) /* the cause was told before */
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    for (int i = 0; i < EVAL_TABLES; i++)
        sqlite3_finalize(s->put[i]);
    sqlite3_close(s->db);
    free(s);
}

enum err_code eval_store_drop(struct eval_store *s, int64_t id, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (eval_store_prepare(&st, s, "DELETE FROM run WHERE id = ?", e)) return e->code;
    sqlite3_bind_int64(st, 1, id);
    if (sqlite3_step(st) != SQLITE_DONE) (void)eval_store_fail(s, e);
    sqlite3_finalize(st);
    return e->code;
}

enum err_code eval_store_begin(struct eval_store *s, struct eval_meta *meta,
                               struct err *e)
{
    struct arena a = { 0 };
    sqlite3_stmt *st = NULL;
    const char *sql = rows_insert_sql("run", "id", run_column, RUN_COLUMNS, &a);
    if (!eval_store_prepare(&st, s, sql, e)) {
        sqlite3_bind_null(st, 1);
        rows_bind(st, 2, run_column, RUN_COLUMNS, meta);
        int rc = sqlite3_step(st);
        meta->id = sqlite3_last_insert_rowid(s->db);
        if (rc == SQLITE_CONSTRAINT)
            (void)err_set(e, ERR_USAGE,
                          "an evaluation '%s' is saved already; go on with it by "
                          "--resume %s, give another --save NAME, or 'bedplan evaluate "
                          "drop %s'",
                          meta->name, meta->name, meta->name);
        else if (rc != SQLITE_DONE)
            (void)eval_store_fail(s, e);
    }
    sqlite3_finalize(st);
    arena_clear(&a);
    return e->code;
}

enum err_code eval_store_end(struct eval_store *s, const struct eval_meta *meta,
                             struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (eval_store_prepare(&st, s, "UPDATE run SET finished = ?, stop = ? WHERE id = ?",
                           e))
        return e->code;
    sqlite3_bind_int(st, 1, meta->finished);
    sqlite3_bind_int64(st, 2, meta->stop);
    sqlite3_bind_int64(st, 3, meta->id);
    if (sqlite3_step(st) != SQLITE_DONE) (void)eval_store_fail(s, e);
    sqlite3_finalize(st);
    return e->code;
}

enum err_code eval_store_list(struct eval_meta **out, size_t *count,
                              struct eval_store *s, struct arena *a, struct err *e)
{
    sqlite3_stmt *st = NULL;
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    if (!s->db) return OK;
    const char *sql =
        arena_printf(a, "SELECT id, %s FROM run ORDER BY started_unix_ms, id",
                     rows_names(run_column, RUN_COLUMNS, a));
    if (eval_store_prepare(&st, s, sql, e)) return e->code;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        *out = arena_grow(a, *out, &capacity, *count + 1, sizeof **out);
        struct eval_meta *m = &(*out)[(*count)++];
        m->id = sqlite3_column_int64(st, 0);
        rows_take(m, st, 1, run_column, RUN_COLUMNS, a);
    }
    if (rc != SQLITE_DONE) (void)eval_store_fail(s, e);
    sqlite3_finalize(st);
    return e->code;
}

enum err_code eval_store_find(struct eval_meta *out, struct eval_store *s,
                              const char *name, struct arena *a, struct err *e)
{
    struct eval_meta *m = NULL;
    size_t count = 0;
    if (eval_store_list(&m, &count, s, a, e)) return e->code;
    const char **names = ARENA_NEW(a, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        names[i] = m[i].name;
        if (strcmp(names[i], name) != 0) continue;
        *out = m[i];
        return OK;
    }
    const char *mean = text_did_you_mean(a, name, names, count);
    return err_set(e, ERR_NOT_FOUND, "no evaluation '%s' was saved%s", name,
                   *mean ? mean : "; 'bedplan evaluate list' names them");
}

enum err_code eval_hash(const char **out, const char *const *text, size_t n,
                        struct arena *a, struct err *e)
{
    struct digest *d = NULL;
    unsigned char sum[DIGEST_SHA256_BYTES];
    char hex[2 * DIGEST_SHA256_BYTES + 1], length[32];
    if (digest_open(&d, e)) return e->code;
    for (size_t i = 0; i < n; i++) {
        const char *t = text[i] ? text[i] : "";
        snprintf(length, sizeof length, "%c%zu:", text[i] ? 't' : 'n', strlen(t));
        digest_add(d, str_of(length));
        digest_add(d, str_of(t));
    }
    digest_final(sum, d);
    digest_close(d);
    digest_hex(hex, sum, sizeof sum);
    *out = arena_text(a, hex);
    return OK;
}
