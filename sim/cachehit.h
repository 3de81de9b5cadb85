#ifndef SIM_CACHEHIT_H
#define SIM_CACHEHIT_H

/* How often a cached prefix is still there when a request wants it.
 *
 * Each use starts the prefix's time to live T anew, so a request finds it exactly when
 * the one before it with the same prefix came less than T ago. With the rate known,
 * requests of the prefix in the last T seconds are Poisson with mean L = the rate's
 * integral over them, and the share that misses is
 *   miss = integral of rate(t) exp(-L(t)) dt / integral of rate(t) dt,
 * which for a constant rate is exp(-rate T). A rate by the hour is integrated exactly.
 * Bursts (sim/traffic.h) multiply the rate by modulators M:
 *   miss = E[M(0) exp(-rate × integral of M over the T seconds before)],
 * by operator splitting over levels of M, the rate over the window being its mean.
 * Requests of one batch come at one moment and find only what earlier ones left:
 * nothing is there to be read before an answer has begun. */

#include <stddef.h>

#include "arena.h"
#include "traffic.h"

struct cache_arrivals {
    double requests_per_s;     /* the mean over all hours */
    const double *hour_factor; /* of the rate, mean 1, repeated for ever; NULL: 1 */
    size_t hours;
    const struct traffic_model *bursts; /* its batches and modulators; NULL: Poisson */
    const double *growth; /* factors of the rate in equal stretches of a longer time,
                             each counted by its requests; NULL: 1 */
    size_t growths;
};

struct cache_life;

/* Range: ttl_s > 0, shorter than all hours together; requests_per_s >= 0.
 * Owns: the arena; keeps pointers into `a`. */
struct cache_life *cache_life_new(const struct cache_arrivals *a, double ttl_s,
                                  struct arena *arena);

/* Share of a prefix's requests that find it cached, when `part` (0 … 1] of all requests
 * have it, picked at random. */
double cache_hit(const struct cache_life *l, double part);
/* The same with requests_per_s times `factor`. */
double cache_hit_at(const struct cache_life *l, double part, double factor);

#endif
