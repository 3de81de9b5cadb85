#include <stdio.h>

#include "catalog_db_private.h"
#include "overlay_private.h"

/* Append only, as the catalog's own steps. */
/* clang-format off */
static const char *const steps[] = {
    "CREATE TABLE import ("
    "  id INTEGER PRIMARY KEY,"
    "  source TEXT NOT NULL UNIQUE CHECK (source <> ''),"
    "  text TEXT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  code TEXT NOT NULL,"
    "  file TEXT NOT NULL,"
    "  sha256 TEXT NOT NULL CHECK (length(sha256) = 64),"
    "  bytes INTEGER NOT NULL,"
    "  version TEXT NOT NULL,"
    "  published TEXT NOT NULL CHECK (published GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*'),"
    "  trust TEXT NOT NULL CHECK (trust IN ('A', 'B', 'C')),"
    "  imported_unix_s INTEGER NOT NULL,"
    "  read INTEGER NOT NULL DEFAULT 0,"
    "  added INTEGER NOT NULL DEFAULT 0,"
    "  changed INTEGER NOT NULL DEFAULT 0,"
    "  unchanged INTEGER NOT NULL DEFAULT 0,"
    "  skipped INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE TABLE covers ("
    "  import_id INTEGER NOT NULL REFERENCES import(id) ON DELETE CASCADE,"
    "  region TEXT NOT NULL,"
    "  PRIMARY KEY (import_id, region)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE name ("
    "  id INTEGER PRIMARY KEY,"
    "  text TEXT NOT NULL UNIQUE"
    ") STRICT;"
    "CREATE TABLE class ("
    "  id INTEGER PRIMARY KEY,"
    "  key TEXT NOT NULL UNIQUE,"
    "  family TEXT NOT NULL CHECK (family IN ('token', 'unit', 'tuning', 'other')),"
    "  dimension TEXT NOT NULL,"
    "  context_tier TEXT NOT NULL,"
    "  scope TEXT NOT NULL,"
    "  scheme TEXT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  commitment TEXT NOT NULL,"
    "  service TEXT NOT NULL,"
    "  method TEXT NOT NULL,"
    "  unit TEXT NOT NULL"
    ") STRICT;"
    /* clustered by model: what a command asks for */
    "CREATE TABLE feed ("
    "  import_id INTEGER NOT NULL REFERENCES import(id) ON DELETE CASCADE,"
    "  model_id INTEGER NOT NULL REFERENCES name(id),"
    "  class_id INTEGER NOT NULL REFERENCES class(id),"
    "  region_id INTEGER NOT NULL REFERENCES name(id),"
    "  item_id INTEGER NOT NULL REFERENCES name(id),"
    "  usage_id INTEGER NOT NULL REFERENCES name(id)," /* "{}-NovaMicro-input-tokens" */
    "  prefix_id INTEGER NOT NULL REFERENCES name(id)," /* "USE1": what {} stands for */
    "  sku TEXT NOT NULL,"
    "  term_id INTEGER NOT NULL REFERENCES name(id)," /* the rate code behind the SKU */
    "  unit_id INTEGER NOT NULL REFERENCES name(id)," /* as published */
    "  rate_pusd INTEGER NOT NULL CHECK (rate_pusd >= 0),"
    "  per INTEGER NOT NULL CHECK (per IN (1, 1000, 1000000)),"
    "  effective_unix_s INTEGER"
    ") STRICT;"
    "CREATE TABLE skipped ("
    "  import_id INTEGER NOT NULL REFERENCES import(id) ON DELETE CASCADE,"
    "  what TEXT NOT NULL,"
    "  why TEXT NOT NULL,"
    "  count INTEGER NOT NULL CHECK (count > 0)"
    ") STRICT;"
    "CREATE TABLE listed_model ("
    "  import_id INTEGER NOT NULL REFERENCES import(id) ON DELETE CASCADE,"
    "  region TEXT NOT NULL,"
    "  id TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  provider TEXT NOT NULL,"
    "  input TEXT NOT NULL,"  /* "TEXT IMAGE" */
    "  output TEXT NOT NULL,"
    "  streaming TEXT NOT NULL," /* "yes", "no", "" */
    "  customizations TEXT NOT NULL,"
    "  inference TEXT NOT NULL," /* "ON_DEMAND INFERENCE_PROFILE PROVISIONED" */
    "  status TEXT NOT NULL,"
    "  legacy TEXT NOT NULL,"
    "  eol TEXT NOT NULL,"
    "  extended TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE listed_profile ("
    "  import_id INTEGER NOT NULL REFERENCES import(id) ON DELETE CASCADE,"
    "  region TEXT NOT NULL,"
    "  id TEXT NOT NULL,"
    "  model TEXT NOT NULL,"
    "  status TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE listed_quota ("
    "  import_id INTEGER NOT NULL REFERENCES import(id) ON DELETE CASCADE,"
    "  region TEXT NOT NULL,"
    "  code TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  model TEXT NOT NULL,"
    "  routing TEXT NOT NULL,"
    "  metric TEXT NOT NULL,"
    "  custom TEXT NOT NULL,"
    "  value TEXT NOT NULL"
    ") STRICT;",
    /* model units that an account has bought */
    "CREATE TABLE listed_provisioned ("
    "  import_id INTEGER NOT NULL REFERENCES import(id) ON DELETE CASCADE,"
    "  region TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  model TEXT NOT NULL,"
    "  custom TEXT NOT NULL,"     /* "yes", "no" */
    "  units TEXT NOT NULL,"
    "  commitment TEXT NOT NULL," /* "none", "1-month", "6-month" */
    "  status TEXT NOT NULL,"
    "  since TEXT NOT NULL,"
    "  until TEXT NOT NULL"
    ") STRICT;",
};
/* clang-format on */
enum { SCHEMA_VERSION = sizeof steps / sizeof *steps, BUSY_MS = 5000 };

static enum err_code migrate(sqlite3 *db, struct err *e)
{
    int64_t version = 0, app_id = 0, tables = 0;
    char pragma[96];
    if (db_int(&version, db, "PRAGMA user_version", e) ||
        db_int(&app_id, db, "PRAGMA application_id", e) ||
        db_int(&tables, db, "SELECT count(*) FROM sqlite_schema", e)) {
        return e->code;
    }
    if (app_id != OVERLAY_APPLICATION_ID && (tables > 0 || app_id != 0))
        return err_set(e, ERR_DB, "not a bedplan overlay of the catalog");
    if (version > SCHEMA_VERSION)
        return err_set(e, ERR_DB, "schema %lld is newer than this program's %d",
                       (long long)version, SCHEMA_VERSION);
    if (version == SCHEMA_VERSION) return OK;
    /* a new file has nothing to lose: one wait for the disk less */
    if (version == 0 && db_exec(db, "PRAGMA synchronous = OFF", e)) return e->code;
    if (db_exec(db, "BEGIN IMMEDIATE", e)) return e->code;
    for (int64_t v = version; v < SCHEMA_VERSION; v++)
        if (db_exec(db, steps[v], e)) goto fail;
    snprintf(pragma, sizeof pragma,
             "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             OVERLAY_APPLICATION_ID, SCHEMA_VERSION);
    if (!db_exec(db, pragma, e)) return db_exec(db, "PRAGMA synchronous = FULL", e);
fail:
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL); /* the first cause is in `e` */
    return e->code;
}

/* One that an older program made must be written to before it can be read. */
static enum err_code bring_up_to_date(sqlite3 *db, const char *path, struct err *e)
{
    sqlite3 *own = NULL;
    int64_t version = 0, app_id = 0;
    if (db_int(&version, db, "PRAGMA user_version", e) ||
        db_int(&app_id, db, "PRAGMA application_id", e))
        return err_wrap(e, "%s: ", path);
    if (app_id != OVERLAY_APPLICATION_ID || version >= SCHEMA_VERSION) return OK;
    if (overlay_open(&own, path, true, e)) return e->code;
    sqlite3_close(own);
    return OK;
}

enum err_code overlay_open(sqlite3 **out, const char *path, bool write, struct err *e)
{
    sqlite3 *db = NULL;
    int flags =
        SQLITE_OPEN_NOMUTEX |
        (write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    if (sqlite3_open_v2(path, &db, flags, NULL) != SQLITE_OK) {
        db_failed(db, e);
        goto fail;
    }
    sqlite3_extended_result_codes(db, 1);
    sqlite3_busy_timeout(db, BUSY_MS);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    if (!write && bring_up_to_date(db, path, e)) {
        sqlite3_close(db);
        return e->code; /* it names the file */
    }
    if (db_exec(db, "PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON", e) ||
        migrate(db, e)) {
        goto fail;
    }
    *out = db;
    return OK;
fail:
    sqlite3_close(db);
    return err_wrap(e, "%s: ", path);
}
