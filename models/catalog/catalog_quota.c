#include <string.h>

#include "catalog_db_private.h"

static enum err_code read_burndown(struct quota *q, sqlite3 *db, int64_t key,
                                   int64_t base, struct arena *a, struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (db_prepare(&st, db,
                   "SELECT times, source.text, as_of FROM burndown"
                   " JOIN source ON source.id = source_id WHERE model_key IN (?1, ?2)",
                   e)) {
        return e->code;
    }
    sqlite3_bind_int64(st, 1, key);
    sqlite3_bind_int64(st, 2, base);
    if (!db_step(st, &row, e) && row) {
        q->burndown = sqlite3_column_int(st, 0);
        q->burndown_source = db_text(st, 1, a);
        q->burndown_as_of = db_text(st, 2, a);
        if (!*q->source) {
            q->source = q->burndown_source;
            q->as_of = q->burndown_as_of;
        }
    }
    sqlite3_finalize(st);
    return e->code;
}

enum err_code catalog_quota(struct quota *out, struct catalog *c, const char *model,
                            const char *region, enum routing routing, bool custom,
                            struct arena *a, struct err *e)
{
    /* the region's own row before the one for all others */
    static const char sql[] =
        "SELECT tokens_per_min, requests_per_min, tokens_per_day, source.text, as_of,"
        " account"
        " FROM quota JOIN source ON source.id = source_id"
        " WHERE model_key IN (?1, ?2) AND custom = ?3 AND routing = ?4"
        " AND region IN (?5, '*') ORDER BY region = '*', model_key <> ?1 LIMIT 1";
    struct quota q = { .source = "", .as_of = "" };
    int64_t key = 0, base = 0;
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (catalog_key(&key, &base, c, model, e) || db_prepare(&st, c->db, sql, e))
        return e->code;
    sqlite3_bind_int64(st, 1, key);
    sqlite3_bind_int64(st, 2, base);
    sqlite3_bind_int(st, 3, custom);
    sqlite3_bind_text(st, 4, routing_text(routing), -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 5, region, -1, SQLITE_STATIC);
    if (!db_step(st, &row, e) && row) {
        q.tokens_per_min = db_int_or(st, 0, 0);
        q.requests_per_min = db_int_or(st, 1, 0);
        q.tokens_per_day = db_int_or(st, 2, 0);
        q.source = db_text(st, 3, a);
        q.as_of = db_text(st, 4, a);
        q.account = sqlite3_column_int(st, 5) != 0;
        for (int i = 0; i < 3; i++)
            q.closed = q.closed || db_int_or(st, i, 1) == 0;
    }
    sqlite3_finalize(st);
    if (e->code || read_burndown(&q, c->db, key, base, a, e)) return e->code;
    *out = q;
    return OK;
}
