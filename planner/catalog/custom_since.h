#ifndef CATALOG_CUSTOM_SINCE_H
#define CATALOG_CUSTOM_SINCE_H

/* From which day on a model must have been customized to be deployed by token; an older
 * one needs model units. A rule of the catalog. */

#include "catalog.h"

/* DATE_UNKNOWN where the catalog has no such rule of the model. `*source` (may be NULL)
 * says who says so. Errors: ERR_DB. Owns: the arena. */
NODISCARD enum err_code custom_since(int64_t *unix_s, const char **source,
                                     struct catalog *c, const char *model,
                                     struct arena *a, struct err *e);

#endif
