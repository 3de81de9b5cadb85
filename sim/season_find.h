#ifndef SIM_SEASON_FIND_H
#define SIM_SEASON_FIND_H

/* Seasons of a series whose steps have no dates. */

#include <stddef.h>

#include "arena.h"

enum { SEASON_FIND_MOST = 2 };

/* Of 4, 7, 12, 24, 52 and 168 steps: the one at which the changes from step to step are
 * most like those one season before (their autocorrelation there is over 0.1, three
 * standard errors from 0 and a peak); a week of 168 brings its days of 24, and is
 * looked for where those are found. Three whole seasons are wanted. `y` may have gaps
 * (NAN). Returns: how many, ascending in `season`. */
size_t season_find(size_t season[SEASON_FIND_MOST], const double *y, size_t n,
                   struct arena *scratch);

#endif
