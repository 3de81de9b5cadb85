#ifndef USAGE_TAKE_H
#define USAGE_TAKE_H

/* `usage import` from the files to the store, in one step or none. */

#include "import.h"
#include "usage_store.h"

struct take_request {
    const char *name;
    const char *const *paths;
    size_t path_count;
    const char *data; /* folder of the store; NULL: where it belongs */
    const char *const *alias;
    size_t aliases;
    bool keep_requests, keep_going;
    int64_t now_unix_s;
};

struct take_result {
    bool changed;
    int64_t files, read, added; /* files and records of this import */
    int64_t requests;           /* of the usage, after it */
    struct import *import;      /* what was skipped */
    const struct import_file *damaged;
    size_t damage_count;
};

/* `out` is filled on failure too, as far as it got. Errors: ERR_INPUT a file cannot be
 * read, nothing in it, damaged gzip without keep_going; ERR_IO, ERR_DB. */
NODISCARD enum err_code usage_take(struct take_result *out,
                                   const struct take_request *want, struct arena *a,
                                   struct err *e);

#endif
