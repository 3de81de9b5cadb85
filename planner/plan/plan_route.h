#ifndef PLANNER_PLAN_PLAN_ROUTE_H
#define PLANNER_PLAN_PLAN_ROUTE_H

/* Intelligent prompt routing: a router that sends each request to one of two models of
 * a family.
 *   cost = fee + share × first model + (1 - share) × second model
 * The share is measured (of an import of invocation logs) or assumed. */

#include "plan.h"

struct plan_route {
    struct model to;         /* answers what the candidate's own model does not */
    double share, low, high; /* of requests by the candidate's own model */
    const char *measured;    /* "6,123 of 10,000 requests of prod"; NULL: assumed */
    size_t first;            /* component of the second model */
};

/* The option's tokens by both models, and the fee: in place of plan_option_tokens().
 * Errors: as that; ERR_UNPRICED no fee is known; ERR_INPUT two models that no router
 * has. */
NODISCARD enum err_code plan_option_route(struct plan *p, struct plan_option *o,
                                          struct catalog *c, struct err *e);

/* Mean monthly USD if the first model answered this share; hits of a cache as they are
 * at the plan's share. */
double plan_route_usd(const struct plan *p, const struct plan_option *o, double share);

/* "60% (50% to 70%) of requests by …, assumed: $1,234 to $2,345 a month".
 * Owns: the plan's arena. */
const char *plan_route_text(const struct plan *p, const struct plan_option *o);

struct json;
void plan_route_json(struct json *j, const struct plan *p, const struct plan_option *o);

#endif
