#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "overlay_private.h"

#include "catalog_db_private.h"
#include "text.h"

/* clang-format off */
#define ROWS(table) "(SELECT count(*) FROM " table " WHERE import_id = import.id)"
static const char imports_sql[] =
    "SELECT source, kind, text, file, sha256, substr(published, 1, 10),"
    " imported_unix_s, bytes, " ROWS("feed") ", "
    ROWS("listed_model") " + " ROWS("listed_profile") " + " ROWS("listed_quota") " + "
    ROWS("listed_provisioned") ", read, skipped, trust FROM import ORDER BY id";
#undef ROWS
/* clang-format on */

enum err_code catalog_imports(struct feed_import **out, size_t *count,
                              const char *overlay, struct arena *a, struct err *e)
{
    struct feed_import *rows = NULL;
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    *out = NULL;
    *count = 0;
    if (access(overlay, F_OK) != 0) return OK;
    if (overlay_open(&db, overlay, false, e)) return e->code;
    if (db_prepare(&st, db, imports_sql, e)) goto done;
    while (!db_step(st, &more, e) && more) {
        rows = arena_grow(a, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct feed_import){
            .source = db_text(st, 0, a),
            .kind = db_text(st, 1, a),
            .text = db_text(st, 2, a),
            .file = db_text(st, 3, a),
            .sha256 = db_text(st, 4, a),
            .published = db_text(st, 5, a),
            .imported_unix_s = sqlite3_column_int64(st, 6),
            .bytes = sqlite3_column_int64(st, 7),
            .prices = sqlite3_column_int64(st, 8),
            .facts = sqlite3_column_int64(st, 9),
            .read = sqlite3_column_int64(st, 10),
            .skipped = sqlite3_column_int64(st, 11),
            .trust = *db_text(st, 12, a),
        };
    }
    *out = rows;
    *count = n;
done:
    sqlite3_finalize(st);
    sqlite3_close(db);
    return e->code;
}

static enum err_code not_imported(const char *overlay, const char *source,
                                  struct arena *a, struct err *e)
{
    struct feed_import *all = NULL;
    size_t count = 0;
    if (catalog_imports(&all, &count, overlay, a, e)) return e->code;
    const char **names = ARENA_NEW(a, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        names[i] = all[i].source;
    return err_set(e, ERR_NOT_FOUND, "no import '%s'%s%s", source,
                   text_did_you_mean(a, source, names, count),
                   count ? "; 'bedplan catalog sources' lists them"
                         : ": nothing was imported");
}

enum err_code catalog_drop(int64_t *prices, const char *overlay, const char *source,
                           struct arena *a, struct err *e)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    int64_t before = 0, after = 0;
    bool row = false, found = false;
    if (access(overlay, F_OK) != 0) return not_imported(overlay, source, a, e);
    if (overlay_open(&db, overlay, true, e)) return e->code;
    if (db_exec(db, "BEGIN IMMEDIATE", e) ||
        db_int(&before, db, "SELECT count(*) FROM feed", e) ||
        db_prepare(&st, db, "DELETE FROM import WHERE source = ?1 RETURNING id", e))
        goto done;
    sqlite3_bind_text(st, 1, source, -1, SQLITE_STATIC);
    while (!db_step(st, &row, e) && row)
        found = true;
    sqlite3_finalize(st);
    st = NULL;
    if (!e->code && found && !db_int(&after, db, "SELECT count(*) FROM feed", e))
        *prices = before - after;
done:
    sqlite3_finalize(st);
    if (e->code || !found || db_exec(db, "COMMIT", e))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(db);
    if (e->code || found) return e->code;
    return not_imported(overlay, source, a, e);
}
