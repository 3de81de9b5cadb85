#ifndef PLANNER_PLAN_BESIDE_LOAD_H
#define PLANNER_PLAN_BESIDE_LOAD_H

/* What the sections beside a workload do to the load of its model, for whoever sizes
 * one: no prices, no catalog. */

#include "plan_config.h"

struct beside_load {
    double added_input;  /* tokens in every prompt beside its own */
    double served_share; /* of the requests; the rest is blocked before a model */
};

/* Whether a section is the workload's: it names it, or there is no other. */
bool beside_is_of(const struct plan_config *c, const struct section_head *h,
                  const struct workload_settings *w);
/* The same of a section that without a workload is every one's. */
bool beside_covers(const struct section_head *h, const struct workload_settings *w);

/* Tokens of a chunk as it is embedded; those that a base adds to a prompt, a mean
 * request's. */
double rag_chunk_tokens(const struct rag_settings *s);
double rag_added_tokens(const struct rag_settings *s);

struct beside_load beside_load(const struct plan_config *c,
                               const struct workload_settings *w);

#endif
