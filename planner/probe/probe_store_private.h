#ifndef PROBE_STORE_PRIVATE_H
#define PROBE_STORE_PRIVATE_H

#include <sqlite3.h>

#include "probe_store.h"

struct probe_store {
    sqlite3 *db; /* NULL: there is none, and nothing shall be written */
    const char *path;
};

enum column_type { COLUMN_TEXT, COLUMN_INT, COLUMN_BOOL, COLUMN_REAL, COLUMN_ENUM };

/* A column and the field of the struct that holds it. */
struct column {
    const char *name;
    enum column_type type;
    size_t offset;
};
extern const struct column probe_run_column[], probe_request_column[];
extern const size_t probe_run_columns, probe_request_columns;

/* "INSERT INTO table (first, a, b) VALUES (?,?,?)"; `first` stands before the columns.
 */
const char *probe_insert_sql(const char *table, const char *first,
                             const struct column *c, size_t count, struct arena *a);
/* Binds all columns from parameter `from` on (1 is the first). */
void probe_bind(sqlite3_stmt *st, int from, const struct column *c, size_t count,
                const void *row);

enum err_code probe_store_fail(const struct probe_store *s, struct err *e);
NODISCARD enum err_code probe_store_exec(struct probe_store *s, const char *sql,
                                         struct err *e);
NODISCARD enum err_code probe_store_prepare(sqlite3_stmt **out, struct probe_store *s,
                                            const char *sql, struct err *e);

#endif
