#ifndef PROBE_STORE_PRIVATE_H
#define PROBE_STORE_PRIVATE_H

#include <sqlite3.h>

#include "probe_store.h"
#include "store_rows_private.h"

struct probe_store {
    sqlite3 *db; /* NULL: there is none, and nothing shall be written */
    const char *path;
};

extern const struct column probe_run_column[], probe_request_column[];
extern const size_t probe_run_columns, probe_request_columns;

enum err_code probe_store_fail(const struct probe_store *s, struct err *e);
NODISCARD enum err_code probe_store_exec(struct probe_store *s, const char *sql,
                                         struct err *e);
NODISCARD enum err_code probe_store_prepare(sqlite3_stmt **out, struct probe_store *s,
                                            const char *sql, struct err *e);

#endif
