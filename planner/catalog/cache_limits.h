#ifndef CATALOG_CACHE_LIMITS_H
#define CATALOG_CACHE_LIMITS_H

/* How much of a request a model's prompt cache takes, by the catalog's rules
 * ("prompt cache: …"); the smallest checkpoint is a column of the model itself. */

#include "catalog.h"

struct cache_limits {
    int64_t checkpoints; /* of a request; 0: not known */
    int64_t tokens;      /* cached at most; 0: no such limit is known */
    const char *source, *as_of;
};

/* Errors: of the catalog. Owns: the arena. */
NODISCARD enum err_code cache_limits_of(struct cache_limits *out, struct catalog *c,
                                        const char *model, struct arena *a,
                                        struct err *e);

#endif
