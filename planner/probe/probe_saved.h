#ifndef PROBE_SAVED_H
#define PROBE_SAVED_H

/* A saved run, read and counted, for the commands that look at it. */

#include "app.h"
#include "probe_result.h"

struct probe_saved {
    struct probe_meta meta;
    struct probe_record *record;
    size_t count;
    struct probe_result result;
};

/* Errors: ERR_NOT_FOUND, ERR_DB. Owns: the arena. */
NODISCARD enum err_code probe_saved_read(struct probe_saved *out, const char *name,
                                         const char *data, struct arena *a,
                                         struct err *e);

#endif
