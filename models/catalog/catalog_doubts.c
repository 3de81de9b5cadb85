#include "catalog_db_private.h"
#include "doubt.h"

static enum err_code mark_model(struct catalog *c, sqlite3_stmt *set, int64_t key,
                                struct arena *a, struct err *e)
{
    struct price_row *rows = NULL;
    size_t count = 0;
    bool more = false;
    if (catalog_read_prices(&rows, &count, c, key, a, e)) return e->code;
    price_mark_doubts(rows, count, a);
    for (size_t i = 0; i < count; i++) {
        if (!*rows[i].doubt) continue;
        sqlite3_reset(set);
        sqlite3_bind_int64(set, 1, key);
        sqlite3_bind_int64(set, 2, rows[i].id);
        sqlite3_bind_text(set, 3, rows[i].doubt, -1, SQLITE_STATIC);
        if (db_step(set, &more, e)) return e->code;
    }
    return OK;
}

enum err_code catalog_mark_doubts(struct catalog *c, struct arena *a, struct err *e)
{
    sqlite3_stmt *models = NULL, *set = NULL;
    bool more = false;
    if (db_exec(c->db, "BEGIN IMMEDIATE", e) ||
        db_prepare(&models, c->db, "SELECT key FROM model ORDER BY key", e) ||
        db_prepare(&set, c->db,
                   "UPDATE price SET doubt = ?3 WHERE model_key = ?1 AND id = ?2"
                   " AND doubt = ''", /* what a person has judged stays */
                   e)) {
        goto done;
    }
    while (!db_step(models, &more, e) && more)
        if (mark_model(c, set, sqlite3_column_int64(models, 0), a, e)) break;
done:
    sqlite3_finalize(models);
    sqlite3_finalize(set);
    if (!e->code) return db_exec(c->db, "COMMIT", e);
    sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
    return e->code;
}
