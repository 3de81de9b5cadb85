#ifndef SIM_ORIGINS_H
#define SIM_ORIGINS_H

/* Past points from which a forecast can be tried and checked, and the weights that its
 * methods earn there. */

#include <stddef.h>

#include "arena.h"

enum { ORIGINS_MOST = 16 };

struct origins {
    size_t cut[ORIGINS_MOST + 1]; /* ascending; the last is the series' end */
    size_t count;                 /* without the last */
    size_t step;                  /* between them */
    size_t reach;                 /* steps known after each: at most the horizon */
};

/* For n values: the latest origin leaves `reach` of them, none sees less than half of
 * the series or than two of the longest season (0: none). Where the shortest season
 * (0: none) fits into the reach, origins are whole seasons apart when that leaves
 * enough of them: errors at one step ahead are then of one time of day. */
void origins_plan(struct origins *o, size_t n, size_t horizon, size_t shortest,
                  size_t longest);

/* Whether the futures looked at from origins a and b have a step in common. */
int origins_overlap(const struct origins *o, size_t a, size_t b);

/* Weights of `methods` (summing to 1) for a forecast from origin `at` (count: the
 * end), by their mean absolute errors mae[origin × methods + method] at the origins
 * that do not overlap with it, at all others when each does. Near ones count more,
 * one at which even the best method misses far more than usual counts as if it missed
 * five times as much. Equal weights when there are no others. A method with an error
 * that is not finite weighs nothing. */
void origins_weigh(double *weight, const struct origins *o, size_t at,
                   const double *mae, size_t methods);

#endif
