#ifndef PLANNER_STORE_ROWS_PRIVATE_H
#define PLANNER_STORE_ROWS_PRIVATE_H

/* Rows of a table as structs: a table of columns instead of a line each in every
 * statement. For the stores of probes and evaluations. */

#include <sqlite3.h>
#include <stddef.h>

#include "arena.h"

enum column_type { COLUMN_TEXT, COLUMN_INT, COLUMN_BOOL, COLUMN_REAL, COLUMN_ENUM };

/* A column and the field of the struct that holds it: const char *, int64_t, bool,
 * double, or an enumeration. */
struct column {
    const char *name;
    enum column_type type;
    size_t offset;
};

/* "a, b, c" */
const char *rows_names(const struct column *c, size_t count, struct arena *a);
/* "INSERT INTO table (first, a, b) VALUES (?,?,?)"; `first` stands before the columns.
 */
const char *rows_insert_sql(const char *table, const char *first,
                            const struct column *c, size_t count, struct arena *a);
/* Binds all columns from parameter `from` on (1 is the first). */
void rows_bind(sqlite3_stmt *st, int from, const struct column *c, size_t count,
               const void *row);
/* Columns from `from` on (0 is the first) into the struct; texts into the arena, NULL
 * becomes "". */
void rows_take(void *row, sqlite3_stmt *st, int from, const struct column *c,
               size_t count, struct arena *a);

#endif
