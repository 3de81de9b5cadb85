#include <stdlib.h>
#include <string.h>

#include "catalog_bytes.h"
#include "catalog_db_private.h"

enum { BUSY_MS = 2000, FILE_MAX_BYTES = 256 << 20 };

/* What a catalog may contain: the schema that the migrations make, word for word. A
 * file with a view, a trigger or another table in it is not ours, however well it
 * reads. */
static enum err_code same_schema(sqlite3 *db, struct err *e)
{
    static const char sql[] =
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'"
        " ORDER BY type, name";
    sqlite3 *model = NULL;
    sqlite3_stmt *ours = NULL, *theirs = NULL;
    bool a = false, b = false;
    if (sqlite3_open(":memory:", &model) != SQLITE_OK) {
        db_failed(model, e);
        goto done;
    }
    if (catalog_migrate(model, e) || db_prepare(&ours, model, sql, e) ||
        db_prepare(&theirs, db, sql, e)) {
        goto done;
    }
    do {
        if (db_step(ours, &a, e) || db_step(theirs, &b, e)) goto done;
        for (int i = 0; a && b && i < 3; i++) {
            const char *x = (const char *)sqlite3_column_text(ours, i);
            const char *y = (const char *)sqlite3_column_text(theirs, i);
            if (strcmp(x ? x : "", y ? y : "") != 0) a = !b;
        }
        if (a != b) {
            err_set(e, ERR_DB, "not a bedplan catalog: its tables differ");
            goto done;
        }
    } while (a);
done:
    sqlite3_finalize(ours);
    sqlite3_finalize(theirs);
    sqlite3_close(model);
    return e->code;
}

/* The first complaint of `PRAGMA quick_check`, which tests CHECKs and types too. */
static enum err_code sound(sqlite3 *db, struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (db_prepare(&st, db, "PRAGMA quick_check(1)", e)) return e->code;
    if (!db_step(st, &row, e)) {
        const char *text = row ? (const char *)sqlite3_column_text(st, 0) : "no answer";
        if (strcmp(text ? text : "", "ok") != 0)
            err_set(e, ERR_DB, "corrupt: %s", text ? text : "?");
    }
    sqlite3_finalize(st);
    st = NULL;
    if (e->code || db_prepare(&st, db, "PRAGMA foreign_key_check", e)) return e->code;
    if (!db_step(st, &row, e) && row) {
        err_set(e, ERR_DB, "corrupt: a row of %s points nowhere",
                (const char *)sqlite3_column_text(st, 0));
    }
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code check_owner(sqlite3 *db, struct err *e)
{
    int64_t version = 0, app_id = 0, pages = 0, page_bytes = 0;
    if (db_int(&app_id, db, "PRAGMA application_id", e) ||
        db_int(&version, db, "PRAGMA user_version", e) ||
        db_int(&pages, db, "PRAGMA page_count", e) ||
        db_int(&page_bytes, db, "PRAGMA page_size", e)) {
        return e->code;
    }
    if (app_id != CATALOG_APPLICATION_ID)
        return err_set(e, ERR_DB, "not a bedplan catalog");
    if (version > catalog_schema_version()) {
        return err_set(e, ERR_DB,
                       "schema %lld is newer than this program, which knows %d",
                       (long long)version, catalog_schema_version());
    }
    if (version < 1) return err_set(e, ERR_DB, "schema %lld", (long long)version);
    if (pages > FILE_MAX_BYTES / page_bytes)
        return err_set(e, ERR_DB, "larger than %d bytes", FILE_MAX_BYTES);
    return OK;
}

static enum err_code copy(sqlite3 *to, sqlite3 *from, struct err *e)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    if (!b) return db_failed(to, e);
    int rc = sqlite3_backup_step(b, -1);
    sqlite3_backup_finish(b);
    if (rc != SQLITE_DONE) return err_set(e, ERR_DB, "%s", sqlite3_errstr(rc));
    return OK;
}

/* The file is copied into memory, half a megabyte, and closed. SQLite does not test
 * CHECK constraints in a database that is opened read-only (it does not even read
 * them), and a file that is rewritten meanwhile would be half old, half new. */
static enum err_code read_file(sqlite3 *db, const char *path, struct err *e)
{
    sqlite3 *file = NULL;
    if (!*path) return err_set(e, ERR_DB, "the catalog's file name is empty");
    if (sqlite3_open_v2(path, &file, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        db_failed(file, e);
        goto done;
    }
    sqlite3_busy_timeout(file, BUSY_MS);
    /* the copy is brought up to date, the file is left as it is */
    if (check_owner(file, e) || copy(db, file, e) || catalog_migrate(db, e)) goto done;
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    if (db_exec(db, "PRAGMA cell_size_check = ON", e)) goto done;
    if (same_schema(db, e) || sound(db, e)) goto done;
done:
    sqlite3_close(file);
    return e->code;
}

static enum err_code open_file(sqlite3 **db, const char *path, struct err *e)
{
    if (sqlite3_open_v2(":memory:", db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        db_failed(*db, e);
    if (e->code || read_file(*db, path, e))
        return *path ? err_wrap(e, "%s: ", path) : e->code;
    return OK;
}

static enum err_code open_embedded(sqlite3 **db, struct err *e)
{
    struct embedded_catalog bytes = embedded_catalog();
    if (sqlite3_open_v2(":memory:", db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK ||
        /* read-only: SQLite never writes through this pointer */
        sqlite3_deserialize(*db, "main", (unsigned char *)(uintptr_t)bytes.bytes,
                            (sqlite3_int64)bytes.size, (sqlite3_int64)bytes.size,
                            SQLITE_DESERIALIZE_READONLY) != SQLITE_OK) {
        db_failed(*db, e);
        return err_wrap(e, "the built-in catalog: ");
    }
    return OK;
}

/* The embedded bytes as a database that may be written, in memory. */
static enum err_code copy_embedded(sqlite3 **db, struct err *e)
{
    sqlite3 *bytes = NULL;
    if (sqlite3_open_v2(":memory:", db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        return db_failed(*db, e);
    }
    if (!open_embedded(&bytes, e)) copy(*db, bytes, e);
    sqlite3_close(bytes);
    return e->code;
}

enum err_code catalog_open_copy(struct catalog **out, const char *path, struct err *e)
{
    struct catalog *c = calloc(1, sizeof *c);
    if (!c) return err_set(e, ERR_INTERNAL, "out of memory");
    if (path ? open_file(&c->db, path, e) : copy_embedded(&c->db, e)) {
        catalog_close(c);
        return e->code;
    }
    *out = c;
    return OK;
}

/* A file that this program wrote whole and named by its content: read where it lies,
 * for the checks of a stranger's file take longer than most commands. */
enum err_code catalog_open_own(struct catalog **out, const char *path, struct err *e)
{
    struct catalog *c = calloc(1, sizeof *c);
    int64_t version = 0;
    if (!c) return err_set(e, ERR_INTERNAL, "out of memory");
    if (sqlite3_open_v2(path, &c->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        db_failed(c->db, e);
    } else if (!check_owner(c->db, e) &&
               !db_int(&version, c->db, "PRAGMA user_version", e) &&
               version != catalog_schema_version()) {
        err_set(e, ERR_DB, "schema %lld", (long long)version);
    }
    if (e->code) {
        catalog_close(c);
        return err_wrap(e, "%s: ", path);
    }
    *out = c;
    return OK;
}

enum err_code catalog_open(struct catalog **out, const char *path, struct err *e)
{
    struct catalog *c = calloc(1, sizeof *c);
    if (!c) return err_set(e, ERR_INTERNAL, "out of memory");
    if (path ? open_file(&c->db, path, e) || catalog_freeze(c, e)
             : open_embedded(&c->db, e)) {
        catalog_close(c);
        return e->code;
    }
    *out = c;
    return OK;
}

enum err_code catalog_freeze(struct catalog *c, struct err *e)
{
    return db_exec(c->db, "PRAGMA query_only = ON", e);
}

void catalog_close(struct catalog *c)
{
    if (!c) return;
    db_forget(c);
    sqlite3_close(c->db);
    free(c);
}

enum err_code catalog_age(struct catalog_age *out, struct catalog *c, struct arena *a,
                          struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (db_prepare(&st, c->db,
                   "SELECT newest, oldest, models, prices, sources FROM summary", e)) {
        return e->code;
    }
    if (!db_step(st, &row, e)) {
        *out = (struct catalog_age){
            .newest = db_text(st, 0, a),
            .oldest = db_text(st, 1, a),
            .models = sqlite3_column_int64(st, 2),
            .prices = sqlite3_column_int64(st, 3),
            .sources = sqlite3_column_int64(st, 4),
        };
    }
    sqlite3_finalize(st);
    return e->code;
}
