#include <assert.h>
#include <string.h>

#include "catalog_db_private.h"

enum err_code db_failed(sqlite3 *db, struct err *e)
{
    return err_set(e, ERR_DB, "%s", sqlite3_errmsg(db));
}

enum err_code db_exec(sqlite3 *db, const char *sql, struct err *e)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) return db_failed(db, e);
    return OK;
}

enum err_code db_prepare(sqlite3_stmt **out, sqlite3 *db, const char *sql,
                         struct err *e)
{
    if (sqlite3_prepare_v2(db, sql, -1, out, NULL) != SQLITE_OK)
        return db_failed(db, e);
    return OK;
}

enum err_code db_cached(sqlite3_stmt **out, struct catalog *c, const char *sql,
                        struct err *e)
{
    size_t i = 0;
    while (i < CACHED_STATEMENTS && c->cached_sql[i] && c->cached_sql[i] != sql)
        i++;
    assert(i < CACHED_STATEMENTS); /* constants of this folder: count them */
    if (!c->cached[i]) {
        if (sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &c->cached[i],
                               NULL) != SQLITE_OK) {
            return db_failed(c->db, e);
        }
        c->cached_sql[i] = sql;
    }
    sqlite3_reset(c->cached[i]);
    *out = c->cached[i];
    return OK;
}

void db_forget(struct catalog *c)
{
    for (size_t i = 0; i < CACHED_STATEMENTS; i++)
        sqlite3_finalize(c->cached[i]);
    memset(c->cached, 0, sizeof c->cached);
    memset(c->cached_sql, 0, sizeof c->cached_sql);
}

enum err_code db_step(sqlite3_stmt *st, bool *row, struct err *e)
{
    switch (sqlite3_step(st)) {
    case SQLITE_ROW:
        *row = true;
        return OK;
    case SQLITE_DONE:
        *row = false;
        return OK;
    default:
        return db_failed(sqlite3_db_handle(st), e);
    }
}

enum err_code db_int(int64_t *out, sqlite3 *db, const char *sql, struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum err_code code = db_prepare(&st, db, sql, e);
    if (!code) code = db_step(st, &row, e);
    if (!code) *out = row ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_finalize(st);
    return code;
}

const char *db_text(sqlite3_stmt *st, int column, struct arena *a)
{
    const char *text = (const char *)sqlite3_column_text(st, column);
    return text && *text ? arena_text(a, text) : "";
}

int64_t db_int_or(sqlite3_stmt *st, int column, int64_t otherwise)
{
    if (sqlite3_column_type(st, column) == SQLITE_NULL) return otherwise;
    return sqlite3_column_int64(st, column);
}

enum answer db_answer(sqlite3_stmt *st, int column)
{
    if (sqlite3_column_type(st, column) == SQLITE_NULL) return UNKNOWN;
    return sqlite3_column_int(st, column) ? YES : NO;
}

enum trust db_trust(sqlite3_stmt *st, int column)
{
    const char *text = (const char *)sqlite3_column_text(st, column);
    if (!text) return TRUST_C;
    return *text == 'A' ? TRUST_A : *text == 'B' ? TRUST_B : TRUST_C;
}

struct usd_rate db_rate(sqlite3_stmt *st, int pusd_column, int per_column)
{
    return (struct usd_rate){ .pusd = sqlite3_column_int64(st, pusd_column),
                              .per = sqlite3_column_int(st, per_column) };
}
