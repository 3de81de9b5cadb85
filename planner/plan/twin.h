#ifndef PLANNER_PLAN_TWIN_H
#define PLANNER_PLAN_TWIN_H

/* The hours of a plan's paths as a few kinds of hour, and traffic for them second by
 * second: what plan_twin.c runs against quotas and plan_burst.c against model units.
 * Hourly means alone would miss what a burst costs inside the hour. */

#include "admission.h"
#include "plan_hours.h"
#include "traffic.h"

enum { TWIN_STRATA = 32, TWIN_WINDOW_S = 60 };

/* One workload's requests as one model counts and one quota sees them. */
struct twin_flow {
    size_t workload;
    double part;   /* of its requests */
    double tokens; /* charged for a mean request: what orders the hours */
    struct lengths lengths;
    int64_t max_tokens; /* 0: none is stated */
};

struct twin_hours {
    size_t flows;
    /* [stratum × flows + flow]: requests a second; part of all requests of the flow */
    double *rate, *weight;
};

/* Hours of some paths, by what all flows together charge: strata of equal width below
 * the 90 % quantile, above it each takes half of the rest. Owns: the plan's arena. */
void twin_hours(struct twin_hours *out, struct plan *p, const struct twin_flow *flow,
                size_t flows);

/* Traffic of a flow at any rate, with the burstiness that was measured; Poisson where
 * none was. Errors: as traffic_fit(), traffic_prepare(). */
NODISCARD enum err_code twin_traffic(struct traffic **out, struct plan *p,
                                     const struct twin_flow *flow, double span_s,
                                     struct err *e);

/* The requests of an option as its model counts them: scales, attachments, reasoning;
 * cached reads are free where `quota`. */
void twin_flow(struct twin_flow *out, const struct plan *p, const struct plan_option *o,
               bool quota);

/* The bucket of an option's quota, and of `units` model units for it: max_tokens is
 * held until a request has run, as long as the candidate's ttft_ms and tpot_ms say. */
struct admission twin_quota(const struct plan *p, const struct plan_option *o);
struct admission twin_units(const struct plan *p, const struct plan_option *o,
                            int64_t units);

/* Shares of the requests of each of `count` options, of different workloads, that one
 * capacity refuses when all of them draw on it, each request followed until it has run.
 * Errors: as twin_traffic(). */
NODISCARD enum err_code twin_events(double *share, struct plan *p,
                                    const struct plan_option *const *option,
                                    size_t count, const struct admission *capacity,
                                    struct err *e);

#endif
