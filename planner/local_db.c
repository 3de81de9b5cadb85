#include <unistd.h>

#include "data_folder.h"
#include "file.h"
#include "local_db_private.h"

enum { BUSY_MS = 5000 };

struct opening {
    sqlite3 *db;
    const char *path;
    const struct local_db_kind *kind;
};

static enum err_code failed(const struct opening *o, struct err *e)
{
    return err_set(e, ERR_DB, "%s: %s", o->path, sqlite3_errmsg(o->db));
}

static enum err_code execute(const struct opening *o, const char *sql, struct err *e)
{
    if (sqlite3_exec(o->db, sql, NULL, NULL, NULL) == SQLITE_OK) return OK;
    return failed(o, e);
}

static enum err_code read_int(int *out, const struct opening *o, const char *sql,
                              struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(o->db, sql, -1, &st, NULL) != SQLITE_OK) return failed(o, e);
    *out = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int(st, 0) : 0;
    sqlite3_finalize(st);
    return OK;
}

static enum err_code migrate(const struct opening *o, struct err *e)
{
    const struct local_db_kind *k = o->kind;
    int version = 0, app_id = 0, tables = 0;
    char pragma[80];
    if (read_int(&version, o, "PRAGMA user_version", e) ||
        read_int(&app_id, o, "PRAGMA application_id", e) ||
        read_int(&tables, o, "SELECT count(*) FROM sqlite_schema", e))
        return e->code;
    if (app_id != k->application_id && tables > 0)
        return err_set(e, ERR_DB, "%s: not a store of %s", o->path, k->what);
    if (version > k->step_count)
        return err_set(e, ERR_DB, "%s: schema %d is newer than this program's %d",
                       o->path, version, k->step_count);
    for (int v = version; v < k->step_count; v++)
        if (execute(o, k->steps[v], e)) return e->code;
    if (version == k->step_count) return OK;
    snprintf(pragma, sizeof pragma,
             "PRAGMA application_id = %d; PRAGMA user_version = %d", k->application_id,
             k->step_count);
    return execute(o, pragma, e);
}

static enum err_code set_up(const struct opening *o, struct err *e)
{
    sqlite3_busy_timeout(o->db, BUSY_MS);
    if (execute(o, o->kind->pragmas, e) || execute(o, "BEGIN IMMEDIATE", e))
        return e->code;
    if (migrate(o, e) || execute(o, "COMMIT", e))
        sqlite3_exec(o->db, "ROLLBACK", NULL, NULL, NULL); /* the cause is in `e` */
    return e->code;
}

enum err_code local_db_open(sqlite3 **out, const char **path,
                            const struct local_db_kind *k, const char *data, bool write,
                            struct arena *a, struct err *e)
{
    const char *folder = data_folder(data, k->part, a);
    struct opening o = { .path = arena_printf(a, "%s/%s.db", folder, k->part),
                         .kind = k };
    int mode = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    *out = NULL;
    *path = o.path;
    if (write) mode |= SQLITE_OPEN_CREATE;
    if (write && file_make_dirs(folder, e)) return e->code;
    if (!write && access(o.path, F_OK)) return OK;
    if (sqlite3_open_v2(o.path, &o.db, mode, NULL) != SQLITE_OK)
        (void)failed(&o, e);
    else
        (void)!set_up(&o, e);
    if (e->code) {
        sqlite3_close(o.db);
        return e->code;
    }
    *out = o.db;
    return OK;
}
