#ifndef SIM_ADJUST_H
#define SIM_ADJUST_H

/* A series without its season, as it could be known at several origins. */

#include <stddef.h>

#include "arena.h"

/* index[k × m + j]: additive classical index of times t with t mod m = j (see
 * season_indices()), from y[0 … cut[k]); zeros where cut[k] < 2m. One pass for all
 * cuts, which ascend. Owns: the arena. */
double *adjust_indices(const double *y, size_t m, const size_t *cut, size_t cuts,
                       struct arena *a);

/* out[t] = y[t] - index[t mod m] for t in from … to-1, at out[t - from]. */
void adjust_remove(double *out, const double *y, size_t from, size_t to, size_t m,
                   const double *index);
/* out[i] += index[(n + i) mod m] */
void adjust_restore(double *out, size_t h, size_t n, size_t m, const double *index);

#endif
