#ifndef USAGE_STORE_PRIVATE_H
#define USAGE_STORE_PRIVATE_H

#include <sqlite3.h>

#include "usage_store.h"

struct usage_store {
    sqlite3 *db; /* NULL: there is none, and nothing shall be written */
    int lock;
    const char *folder;
    struct arena *arena;
};

/* Errors: ERR_DB in SQLite's own words. */
NODISCARD enum err_code store_exec(struct usage_store *s, const char *sql,
                                   struct err *e);
NODISCARD enum err_code store_prepare(sqlite3_stmt **out, struct usage_store *s,
                                      const char *sql, struct err *e);
/* `*row` false at the end; a statement without rows is reset, ready for the next. */
NODISCARD enum err_code store_step(sqlite3_stmt *st, bool *row, struct err *e);
/* Inserts one row of whole numbers. */
NODISCARD enum err_code store_insert(sqlite3_stmt *st, const int64_t *value, int count,
                                     struct err *e);
/* Inserts `count` rows of `columns` whole numbers, each row after `id`. */
NODISCARD enum err_code store_insert_rows(struct usage_store *s, const char *sql,
                                          int64_t id, const int64_t *values,
                                          size_t count, int columns, struct err *e);
const char *store_text(sqlite3_stmt *st, int column, struct arena *a);

NODISCARD enum err_code store_migrate(struct usage_store *s, struct err *e);

/* The figures of one usage, all but its models. */
NODISCARD enum err_code store_save_stats(struct usage_store *s, int64_t id,
                                         const struct usage_stats *stats,
                                         struct err *e);
NODISCARD enum err_code store_load_stats(struct usage_stats *out, struct usage_store *s,
                                         int64_t id, struct arena *a, struct err *e);

#endif
