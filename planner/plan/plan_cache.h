#ifndef PLANNER_PLAN_PLAN_CACHE_H
#define PLANNER_PLAN_PLAN_CACHE_H

/* Which part of an option's input is read from a prompt cache, and which is written. */

#include "cachehit.h"
#include "plan.h"

/* Shares of the input tokens; the rest is plain. */
struct plan_caching {
    double read, written[TOKEN_KINDS];
};

/* DESIGN "Demand": capped by the share of input tokens in requests at least as long as
 * the smallest checkpoint; 0 where the model has no cache price. Hits follow from the
 * arrivals over the plan's median growth. With [prompts], by the template's
 * checkpoints. Says what it assumed, once. */
struct plan_caching plan_caching(struct plan *p, struct plan_option *o,
                                 const struct tariff *t);

/* What plan_caching() needs of a workload, once its demand is known: its arrivals.
 * Errors: as traffic_fit(). */
NODISCARD enum err_code plan_cache_prepare(struct plan *p, struct plan_workload *w,
                                           struct err *e);

/* Bursts as they were measured, fitted once; Poisson where nothing was. Errors: as
 * traffic_fit(). */
NODISCARD enum err_code plan_bursts(struct plan *p, struct plan_workload *w,
                                    struct err *e);

#endif
