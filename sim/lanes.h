#ifndef SIM_LANES_H
#define SIM_LANES_H

/* Eight replications of traffic side by side in vectors, and capacities that they run
 * against while they are made. Only what needs no memory of single requests: what is
 * reserved is settled at once, nobody comes back. */

#include "admission.h"
#include "traffic.h"

/* Instruction sets; the same bytes on all of them. */
enum lanes_path { LANES_BASE, LANES_AVX2, LANES_AVX512, LANES_PATHS };
bool lanes_can(enum lanes_path p);
enum lanes_path lanes_best(void);

/* Whether a capacity needs no memory of single requests. */
bool lanes_can_judge(const struct admission_rules *rules);

/* What became of each replica under one capacity. */
struct lanes_result {
    double requests[TRAFFIC_LANES], admitted[TRAFFIC_LANES], oversize[TRAFFIC_LANES];
    double input_tokens[TRAFFIC_LANES], output_tokens[TRAFFIC_LANES]; /* admitted */
};

/* Replicas batch × TRAFFIC_LANES … of `t` against `capacities` of them (the same
 * traffic for each). `a` is for scratch, freed. */
void lanes_run(struct lanes_result *out, const struct admission_rules *capacity,
               size_t capacities, const struct traffic *t, uint64_t seed,
               uint64_t batch, enum lanes_path path, struct arena *a);

#endif
