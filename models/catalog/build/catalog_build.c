/* Builds the catalog that is embedded in the program:
 *   catalog_build FOLDER OUT.db
 * The same CSV files give the same bytes: no time, no path and no chance goes in. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog_db_private.h"

static enum err_code build(const char *folder, const char *path, struct arena *a,
                           struct err *e)
{
    sqlite3 *db = NULL;
    enum err_code code = OK;
    if (sqlite3_open(path, &db) != SQLITE_OK) {
        code = err_set(e, ERR_DB, "%s: %s", path, sqlite3_errmsg(db));
        goto done;
    }
    /* A half-written file is thrown away by the caller: no journal, no sync. */
    code = db_exec(db,
                   "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                   "PRAGMA page_size = 4096",
                   e);
    if (!code) code = catalog_migrate(db, e);
    if (!code) code = catalog_load(db, folder, a, e);
    struct catalog c = { .db = db };
    if (!code) code = catalog_mark_doubts(&c, a, e);
    db_forget(&c);
    if (!code) code = db_exec(db, "VACUUM", e);
done:
    sqlite3_close(db);
    return code;
}

int main(int argc, char **argv)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    char temporary[4096];
    if (argc != 3) {
        fputs("usage: catalog_build FOLDER OUT.db\n", stderr);
        return 2;
    }
    if (snprintf(temporary, sizeof temporary, "%s.new", argv[2]) >=
        (int)sizeof temporary) {
        fputs("catalog_build: path too long\n", stderr);
        return 2;
    }
    remove(temporary);
    if (build(argv[1], temporary, &a, &e) == OK && rename(temporary, argv[2]) != 0)
        err_set(&e, ERR_IO, "%s: cannot be written", argv[2]);
    if (e.code) {
        remove(temporary);
        fprintf(stderr, "%s\n", e.msg);
    }
    arena_clear(&a);
    return err_exit_status(e.code);
}
