/* The prompts of a run, as lines of Bedrock's dataset. */
#include <string.h>

#include "eval_store_private.h"

enum err_code eval_store_put_items(struct eval_store *s, int64_t id,
                                   const char *const *line, size_t count, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (eval_store_exec(s, "BEGIN IMMEDIATE", e)) return e->code;
    if (!eval_store_prepare(&st, s, "INSERT INTO item VALUES (?,?,?)", e))
        for (size_t i = 0; i < count && !e->code; i++) {
            sqlite3_reset(st);
            sqlite3_bind_int64(st, 1, id);
            sqlite3_bind_int64(st, 2, (int64_t)i);
            sqlite3_bind_text(st, 3, line[i], -1, SQLITE_STATIC);
            if (sqlite3_step(st) != SQLITE_DONE) (void)eval_store_fail(s, e);
        }
    sqlite3_finalize(st);
    if (!e->code && !eval_store_exec(s, "COMMIT", e)) return OK;
    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL); /* the cause is in `e` */
    return e->code;
}

enum err_code eval_store_items(const char ***out, size_t *count, struct eval_store *s,
                               int64_t id, struct arena *a, struct err *e)
{
    sqlite3_stmt *st = NULL;
    size_t capacity = 0;
    int rc;
    *out = NULL;
    *count = 0;
    if (eval_store_prepare(&st, s,
                           "SELECT line FROM item WHERE run_id = ? ORDER BY number", e))
        return e->code;
    sqlite3_bind_int64(st, 1, id);
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        *out = arena_grow(a, *out, &capacity, *count + 1, sizeof **out);
        (*out)[(*count)++] = arena_text(a, (const char *)sqlite3_column_text(st, 0));
    }
    if (rc != SQLITE_DONE) (void)eval_store_fail(s, e);
    sqlite3_finalize(st);
    return e->code;
}
