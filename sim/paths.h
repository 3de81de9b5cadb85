#ifndef SIM_PATHS_H
#define SIM_PATHS_H

/* Paths a series may take: at each step spread like the intervals, from step to step
 * hanging together as past errors did. Sums over steps (a month's bill) have no other
 * honest interval: a sum of quantiles is not the quantile of a sum. */

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "conformal.h"

/* Purpose of the random streams here. */
enum { STREAM_FORECAST = 0x66637374 };

/* How the errors of one origin hang together: correlation of steps i and j is
 * common + (1 - common) fading^|i - j|. */
struct togetherness {
    double common, fading;
};

/* From the errors that `c` was learnt from. */
struct togetherness paths_togetherness(const struct conformal *c, const double *error,
                                       size_t origins, size_t reach);

/* path[p × horizon + i] = point[i] + what an error may be, not under `least`. Path p
 * depends on (seed, p) alone. */
void paths_draw(double *path, size_t paths, const double *point, struct conformal *c,
                struct togetherness t, double least, uint64_t seed);

#endif
