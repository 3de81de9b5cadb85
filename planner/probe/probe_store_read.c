/* Runs as they were saved. */
#include <string.h>

#include "probe_store_private.h"
#include "text.h"

enum err_code probe_store_list(struct probe_meta **out, size_t *count,
                               struct probe_store *s, struct arena *a, struct err *e)
{
    sqlite3_stmt *st = NULL;
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    if (!s->db) return OK;
    const char *sql =
        arena_printf(a, "SELECT id, %s FROM run ORDER BY started_unix_ms, id",
                     rows_names(probe_run_column, probe_run_columns, a));
    if (probe_store_prepare(&st, s, sql, e)) return e->code;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        *out = arena_grow(a, *out, &capacity, *count + 1, sizeof **out);
        struct probe_meta *m = &(*out)[(*count)++];
        m->id = sqlite3_column_int64(st, 0);
        rows_take(m, st, 1, probe_run_column, probe_run_columns, a);
    }
    if (rc != SQLITE_DONE) (void)probe_store_fail(s, e);
    sqlite3_finalize(st);
    return e->code;
}

enum err_code probe_store_find(struct probe_meta *out, struct probe_store *s,
                               const char *name, struct arena *a, struct err *e)
{
    struct probe_meta *m = NULL;
    size_t count = 0;
    if (probe_store_list(&m, &count, s, a, e)) return e->code;
    const char **names = ARENA_NEW(a, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        names[i] = m[i].name;
        if (strcmp(names[i], name) != 0) continue;
        *out = m[i];
        return OK;
    }
    const char *mean = text_did_you_mean(a, name, names, count);
    return err_set(e, ERR_NOT_FOUND, "no probe '%s' was saved%s", name,
                   *mean ? mean : "; 'bedplan probe list' names them");
}

static void take_gaps(struct probe_record *r, sqlite3_stmt *st, int column,
                      struct arena *a)
{
    const void *bytes = sqlite3_column_blob(st, column);
    size_t n = (size_t)sqlite3_column_bytes(st, column) / sizeof(int32_t);
    if (!bytes || n == 0) return;
    int32_t *gap = ARENA_NEW(a, int32_t, n);
    memcpy(gap, bytes, n * sizeof *gap);
    r->gap_us = gap;
    r->gaps = n;
}

enum err_code probe_store_records(struct probe_record **out, size_t *count,
                                  struct probe_store *s, int64_t id, struct arena *a,
                                  struct err *e)
{
    sqlite3_stmt *st = NULL;
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    const char *sql = arena_printf(
        a, "SELECT cost_nusd, cost_rest, gaps_us, %s FROM request WHERE run_id = ?",
        rows_names(probe_request_column, probe_request_columns, a));
    if (probe_store_prepare(&st, s, sql, e)) return e->code;
    sqlite3_bind_int64(st, 1, id);
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        *out = arena_grow(a, *out, &capacity, *count + 1, sizeof **out);
        struct probe_record *r = &(*out)[(*count)++];
        *r = (struct probe_record){ 0 };
        r->cost.ausd = (i128)sqlite3_column_int64(st, 0) * 1000000000 +
                       sqlite3_column_int64(st, 1);
        take_gaps(r, st, 2, a);
        rows_take(r, st, 3, probe_request_column, probe_request_columns, a);
        if ((int)r->failure < 0 || (int)r->failure >= FAILURE_CLASSES)
            r->failure = FAILURE_OTHER;
        if ((int)r->phase < 0 || (int)r->phase >= PROBE_PHASES)
            r->phase = PROBE_MEASURED;
    }
    if (rc != SQLITE_DONE) (void)probe_store_fail(s, e);
    sqlite3_finalize(st);
    return e->code;
}
