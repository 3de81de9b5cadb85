#ifndef SIM_OVERFLOW_H
#define SIM_OVERFLOW_H

/* What a capacity leaves over, for every capacity at once.
 *
 * An hour with demand d and weight w (its cost, its requests) leaves
 * w · max(0, 1 − X/d) above a capacity X. Hours are counted into buckets by d,
 * each keeping sum(w) and sum(w/d), so that
 *     overflow(X) = sum over d > X of (w − X · w/d)
 * is exact at bucket edges. Two scales: whole units (edges at 0, 1, 2, …: exact for
 * every whole X) and logarithmic (256 edges an octave: for any X, the bucket that
 * holds X counts by its mean, an error below (1/360)^2 of that bucket). */

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

struct overflow {
    double *weight, *weight_per_demand;             /* by bucket */
    double *above_weight, *above_weight_per_demand; /* of all buckets from k on */
    size_t buckets;
    bool whole_units;
    double total_weight, peak;
};

/* Whole units up to `levels` (more goes to the last bucket and is exact for X <=
 * levels), or, with levels 0, logarithmic from 2^-8 to 2^44. Owns: the arena. */
void overflow_init(struct overflow *o, size_t levels, struct arena *a);
void overflow_add(struct overflow *o, double demand, double weight);
/* Adds b to a; same scale. */
void overflow_merge(struct overflow *a, const struct overflow *b);
/* Call once after the last hour, before asking: O(buckets), then each question O(1). */
void overflow_sum(struct overflow *o);
double overflow_above(const struct overflow *o, double capacity);

#endif
