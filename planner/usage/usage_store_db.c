#include "usage_store_private.h"

#define APPLICATION_ID 0x42504c55 /* "BPLU" */

enum err_code store_exec(struct usage_store *s, const char *sql, struct err *e)
{
    if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK) return OK;
    return err_set(e, ERR_DB, "%s", sqlite3_errmsg(s->db));
}

enum err_code store_prepare(sqlite3_stmt **out, struct usage_store *s, const char *sql,
                            struct err *e)
{
    if (sqlite3_prepare_v2(s->db, sql, -1, out, NULL) == SQLITE_OK) return OK;
    return err_set(e, ERR_DB, "%s", sqlite3_errmsg(s->db));
}

enum err_code store_step(sqlite3_stmt *st, bool *row, struct err *e)
{
    int rc = sqlite3_step(st);
    *row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW) return OK;
    if (rc != SQLITE_DONE)
        return err_set(e, ERR_DB, "%s", sqlite3_errmsg(sqlite3_db_handle(st)));
    sqlite3_reset(st);
    return OK;
}

enum err_code store_insert(sqlite3_stmt *st, const int64_t *value, int count,
                           struct err *e)
{
    bool row = false;
    for (int i = 0; i < count; i++)
        sqlite3_bind_int64(st, i + 1, value[i]);
    return store_step(st, &row, e);
}

enum err_code store_insert_rows(struct usage_store *s, const char *sql, int64_t id,
                                const int64_t *values, size_t count, int columns,
                                struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (store_prepare(&st, s, sql, e)) return e->code;
    sqlite3_bind_int64(st, 1, id);
    for (size_t i = 0; i < count && !e->code; i++) {
        bool row = false;
        for (int c = 0; c < columns; c++)
            sqlite3_bind_int64(st, c + 2, values[i * (size_t)columns + (size_t)c]);
        if (store_step(st, &row, e)) break;
    }
    sqlite3_finalize(st);
    return e->code;
}

const char *store_text(sqlite3_stmt *st, int column, struct arena *a)
{
    const char *text = (const char *)sqlite3_column_text(st, column);
    return text && *text ? arena_text(a, text) : "";
}

#define OF_USAGE "  usage_id INTEGER NOT NULL REFERENCES usage(id) ON DELETE CASCADE,"

/* Append only. A step that has shipped is never edited: people's files have already
 * run it. */
static const char *const steps[] = {
    /* 1: figures by name of usage */
    "CREATE TABLE usage ("
    "  id INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL UNIQUE CHECK (name <> ''),"
    "  kind INTEGER NOT NULL CHECK (kind >= 0),"
    "  dated INTEGER NOT NULL CHECK (dated IN (0, 1)),"
    "  generation INTEGER NOT NULL CHECK (generation > 0),"
    "  imported_unix_s INTEGER NOT NULL,"
    "  requests INTEGER NOT NULL CHECK (requests > 0),"
    "  errors INTEGER NOT NULL CHECK (errors >= 0),"
    "  first_us INTEGER NOT NULL,"
    "  last_us INTEGER NOT NULL CHECK (last_us >= first_us),"
    "  requests_file TEXT" /* NULL: not kept */
    ") STRICT;"
    "CREATE TABLE file (" OF_USAGE "  position INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),"
    "  bytes INTEGER NOT NULL CHECK (bytes >= 0),"
    "  records INTEGER NOT NULL CHECK (records >= 0),"
    "  PRIMARY KEY (usage_id, position)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE model (" OF_USAGE
    "  position INTEGER NOT NULL," /* index in the file of requests */
    "  id TEXT NOT NULL,"
    "  region TEXT NOT NULL,"
    "  requests INTEGER NOT NULL,"
    "  errors INTEGER NOT NULL,"
    "  throttled INTEGER NOT NULL,"
    "  input_tokens INTEGER NOT NULL,"
    "  output_tokens INTEGER NOT NULL,"
    "  cached_tokens INTEGER NOT NULL,"
    "  PRIMARY KEY (usage_id, position)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE figure (" OF_USAGE "  key TEXT NOT NULL,"
    "  value ANY," /* NULL: not known */
    "  PRIMARY KEY (usage_id, key)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE error (" OF_USAGE "  class INTEGER NOT NULL,"
    "  requests INTEGER NOT NULL CHECK (requests > 0),"
    "  PRIMARY KEY (usage_id, class)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE cell (" OF_USAGE
    "  input_bucket INTEGER NOT NULL CHECK (input_bucket >= 0),"
    "  output_bucket INTEGER NOT NULL CHECK (output_bucket >= 0),"
    "  requests INTEGER NOT NULL CHECK (requests > 0),"
    "  input_tokens INTEGER NOT NULL,"
    "  output_tokens INTEGER NOT NULL,"
    "  PRIMARY KEY (usage_id, input_bucket, output_bucket)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE minute (" OF_USAGE
    "  minute INTEGER NOT NULL CHECK (minute >= 0)," /* from the first request on */
    "  requests INTEGER NOT NULL CHECK (requests > 0),"
    "  PRIMARY KEY (usage_id, minute)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE hour (" OF_USAGE
    "  hour INTEGER NOT NULL CHECK (hour >= 0)," /* from first_hour_s on */
    "  requests INTEGER NOT NULL,"
    "  throttled INTEGER NOT NULL,"
    "  input_tokens INTEGER NOT NULL,"
    "  output_tokens INTEGER NOT NULL,"
    "  PRIMARY KEY (usage_id, hour)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE second (" OF_USAGE
    "  arrivals INTEGER NOT NULL CHECK (arrivals >= 0),"
    "  seconds INTEGER NOT NULL CHECK (seconds > 0)," /* that saw so many */
    "  PRIMARY KEY (usage_id, arrivals)"
    ") STRICT, WITHOUT ROWID;",
};
enum { SCHEMA_VERSION = sizeof steps / sizeof *steps };

static enum err_code read_int(int *out, struct usage_store *s, const char *sql,
                              struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (store_prepare(&st, s, sql, e)) return e->code;
    if (!store_step(st, &row, e)) *out = row ? sqlite3_column_int(st, 0) : 0;
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code migrate(struct usage_store *s, struct err *e)
{
    int version = 0, app_id = 0, tables = 0;
    char pragma[80];
    if (read_int(&version, s, "PRAGMA user_version", e) ||
        read_int(&app_id, s, "PRAGMA application_id", e) ||
        read_int(&tables, s, "SELECT count(*) FROM sqlite_schema", e)) {
        return e->code;
    }
    if (app_id != APPLICATION_ID && tables > 0)
        return err_set(e, ERR_DB, "not a store of usage");
    if (version > SCHEMA_VERSION)
        return err_set(e, ERR_DB, "schema %d is newer than this program's %d", version,
                       SCHEMA_VERSION);
    if (version == SCHEMA_VERSION) return OK;
    for (int v = version; v < SCHEMA_VERSION; v++)
        if (store_exec(s, steps[v], e)) return e->code;
    snprintf(pragma, sizeof pragma,
             "PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION_ID,
             SCHEMA_VERSION);
    return store_exec(s, pragma, e);
}

enum err_code store_migrate(struct usage_store *s, struct err *e)
{
    if (store_exec(s, "PRAGMA foreign_keys = ON; BEGIN IMMEDIATE", e)) return e->code;
    if (migrate(s, e) || store_exec(s, "COMMIT", e))
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL); /* the cause is in `e` */
    return e->code;
}
