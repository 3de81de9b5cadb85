#ifndef PLANNER_LOCAL_DB_PRIVATE_H
#define PLANNER_LOCAL_DB_PRIVATE_H

/* A SQLite file of the program's own, in the data folder: opened, seen to be ours, and
 * brought to the newest schema. */

#include <stdbool.h>

#include <sqlite3.h>

#include "arena.h"
#include "err.h"

struct local_db_kind {
    const char *part; /* "prompt": prompt/prompt.db */
    const char *what; /* "prompts": "not a store of prompts" */
    int application_id;
    const char *const *steps; /* append only: people's files have run what shipped */
    int step_count;
    const char *pragmas; /* run at each opening, before the schema's transaction */
};

/* `data` as in data_folder(). `*path` is set first. Without `write` a file that is not
 * there is NULL. Errors: ERR_DB, ERR_IO with the file's path; `*out` is NULL then.
 * Owns: the caller closes `*out`. */
NODISCARD enum err_code local_db_open(sqlite3 **out, const char **path,
                                      const struct local_db_kind *k, const char *data,
                                      bool write, struct arena *a, struct err *e);

#endif
