#ifndef EVALUATE_EVAL_STORE_PRIVATE_H
#define EVALUATE_EVAL_STORE_PRIVATE_H

#include "eval_store.h"
#include "store_rows_private.h"

enum { EVAL_ANSWERS, EVAL_VERDICTS, EVAL_VECTORS, EVAL_SCORES, EVAL_TABLES };

struct eval_store {
    sqlite3 *db; /* NULL: there is none, and nothing shall be written */
    const char *path;
    sqlite3_stmt *put[EVAL_TABLES]; /* made when first needed */
    bool batching, in_batch;
};

enum err_code eval_store_fail(const struct eval_store *s, struct err *e);
NODISCARD enum err_code eval_store_exec(struct eval_store *s, const char *sql,
                                        struct err *e);
NODISCARD enum err_code eval_store_prepare(sqlite3_stmt **out, struct eval_store *s,
                                           const char *sql, struct err *e);

#endif
