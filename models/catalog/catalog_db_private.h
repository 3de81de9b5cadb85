#ifndef MODELS_CATALOG_CATALOG_DB_PRIVATE_H
#define MODELS_CATALOG_CATALOG_DB_PRIVATE_H

/* SQLite with our errors and arena. Only files of this folder include it. */

#include <sqlite3.h>

#include "arena.h"
#include "catalog.h"
#include "err.h"

enum { CACHED_STATEMENTS = 8 };

struct catalog {
    sqlite3 *db;
    sqlite3_stmt *cached[CACHED_STATEMENTS];
    const char *cached_sql[CACHED_STATEMENTS]; /* constants: compared by address */
};

/* Errors: ERR_DB with SQLite's own words. */
NODISCARD enum err_code db_exec(sqlite3 *db, const char *sql, struct err *e);
NODISCARD enum err_code db_prepare(sqlite3_stmt **out, sqlite3 *db, const char *sql,
                                   struct err *e);
/* The same, compiled once for all the models of a long list. It is ready to bind and
 * belongs to `c`; do not finalize it, and do not keep it over another call with the
 * same `sql`. */
NODISCARD enum err_code db_cached(sqlite3_stmt **out, struct catalog *c,
                                  const char *sql, struct err *e);
/* Let go of what db_cached() compiled. */
void db_forget(struct catalog *c);
/* `*row` false at the end of the rows. */
NODISCARD enum err_code db_step(sqlite3_stmt *st, bool *row, struct err *e);
/* The first column of the only row of `sql`; 0 when there is none. */
NODISCARD enum err_code db_int(int64_t *out, sqlite3 *db, const char *sql,
                               struct err *e);
/* Record SQLite's current failure. */
enum err_code db_failed(sqlite3 *db, struct err *e);

/* The column's text; NULL is "". Owns: the arena. */
const char *db_text(sqlite3_stmt *st, int column, struct arena *a);
/* NULL is `otherwise`. */
int64_t db_int_or(sqlite3_stmt *st, int column, int64_t otherwise);
/* NULL, 0, 1 */
enum answer db_answer(sqlite3_stmt *st, int column);
enum trust db_trust(sqlite3_stmt *st, int column);
struct usd_rate db_rate(sqlite3_stmt *st, int pusd_column, int per_column);

#define CATALOG_APPLICATION_ID 0x42504c43 /* "BPLC" */

/* Create or bring up to date. Errors: ERR_DB for a stranger's or a newer file. */
NODISCARD enum err_code catalog_migrate(sqlite3 *db, struct err *e);
int catalog_schema_version(void);

/* As catalog_open(), into memory that may be written; catalog_freeze() ends that. */
NODISCARD enum err_code catalog_open_copy(struct catalog **out, const char *path,
                                          struct err *e);
NODISCARD enum err_code catalog_open_own(struct catalog **out, const char *path,
                                         struct err *e);
NODISCARD enum err_code catalog_freeze(struct catalog *c, struct err *e);

/* The price rows of one model's key, as choose_row() wants them. */
NODISCARD enum err_code catalog_read_prices(struct price_row **out, size_t *count,
                                            struct catalog *c, int64_t key,
                                            struct arena *a, struct err *e);

/* Set `doubt` of every price row by the ratio rules (doubt.h). */
NODISCARD enum err_code catalog_mark_doubts(struct catalog *c, struct arena *a,
                                            struct err *e);

/* Write down what catalog_age() says; after every change of rows. */
NODISCARD enum err_code catalog_summarize(sqlite3 *db, struct err *e);

/* Read data/catalog/ (a folder of CSV files) into an empty, migrated database.
 * Errors: ERR_INPUT "FOLDER/FILE.csv:LINE: …". */
NODISCARD enum err_code catalog_load(sqlite3 *db, const char *folder, struct arena *a,
                                     struct err *e);

/* One model by its bare id. */
NODISCARD enum err_code catalog_read_model(struct model *out, bool *found,
                                           struct catalog *c, const char *id,
                                           struct arena *a, struct err *e);
NODISCARD enum err_code catalog_ids(const char ***out, size_t *count, struct catalog *c,
                                    struct arena *a, struct err *e);

/* The key of a model id and of its base (0: none); 0 when there is no such model. */
NODISCARD enum err_code catalog_key(int64_t *key, int64_t *base, struct catalog *c,
                                    const char *id, struct err *e);

#endif
