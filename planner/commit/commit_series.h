#ifndef COMMIT_SERIES_H
#define COMMIT_SERIES_H

/* Hourly demand from a CSV: hour,units[,units2,…], a column a scenario, hours 0, 1, …
 */

#include <stdint.h>

#include "arena.h"
#include "err.h"

struct commit_series {
    int64_t hours;
    size_t scenarios;
    int64_t *demand; /* [scenario × hours + hour], COMMIT_UNIT-ths of a unit */
    int64_t *line;   /* of the file, of each hour */
    int decimals;    /* that some demand has, at most 9; further digits are rounded */
};

/* `name` stands in messages.
 * Errors: ERR_INPUT and ERR_RANGE with "FILE:LINE: " (an hour missing or twice, a
 * demand that is missing, negative, no number or over COMMIT_MAX_LEVELS, no hours).
 * Owns:   the arena. */
NODISCARD enum err_code commit_series_parse(struct commit_series *out, const char *name,
                                            const char *bytes, size_t size,
                                            struct arena *a, struct err *e);

#endif
