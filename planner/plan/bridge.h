#ifndef PLANNER_PLAN_BRIDGE_H
#define PLANNER_PLAN_BRIDGE_H

/* From one period's bill to the next: what changed it, in parts that add up exactly.
 *
 * Every workload's bill is a product of what was asked (requests, tokens a request),
 * of how it was bought (model, shares of each dimension, commitments) and of prices. A
 * part is the Shapley value of its cause: the mean, over all orders in which the causes
 * can be changed from old to new, of what changing it did to the bill. No order is
 * preferred, and the parts' sum is the difference.
 * Source: L. S. Shapley, "A value for n-person games", 1953. */

#include <stdbool.h>

#include "arena.h"
#include "err.h"
#include "usd.h"

enum bridge_cause {
    BRIDGE_VOLUME,      /* requests, and workloads that came or went */
    BRIDGE_LENGTHS,     /* tokens a request */
    BRIDGE_PRICE,       /* list prices and the discount */
    BRIDGE_MIX,         /* another model, way to buy, share cached or sent by batch */
    BRIDGE_COMMITMENTS, /* units and reservations, and the tokens they carry */
    BRIDGE_LIFECYCLE,   /* extended-access prices; a model that had to be replaced */
    BRIDGE_CAUSES
};
extern const char *const bridge_cause_text[BRIDGE_CAUSES];

/* Units of one line, mostly tokens of a dimension: a request's worth of them, and what
 * one costs. */
struct bridge_line {
    const char *key; /* "amazon.nova-lite-v1:0 us-east-1 in-region input" */
    double per_request, per_input, per_output;
    double usd;          /* of a token, as listed */
    double extended_usd; /* on top of it, by extended access */
    double units;        /* that do not follow the requests: a store's hours */
    double whole;        /* 1: of all requests, not only those paid by the token */
    double stated;       /* 1: no discount applies */
};

struct bridge_workload {
    const char *name, *option;
    double requests, input_per_request, output_per_request;
    double left_requests, left_input, left_output; /* shares paid by the token */
    struct bridge_line *line;
    size_t lines;
    double commitments_usd, custom_usd; /* before the discount */
    double keep;                        /* 1 − discount */
    int64_t nusd;                       /* the bill, as stated */
    bool ended; /* its option is not feasible any more in the other period, for its
                   model's end of life */
};

struct bridge_side {
    struct bridge_workload *workload;
    size_t workloads;
};

struct bridge {
    int64_t before_nusd, after_nusd;
    int64_t part_nusd[BRIDGE_CAUSES]; /* sum: after − before, exactly */
    int64_t rest_nusd; /* what the products do not explain: part of the sum too */
};

/* Errors: ERR_RANGE when a figure is not finite. */
NODISCARD enum err_code bridge_build(struct bridge *out, const struct bridge_side *old,
                                     const struct bridge_side *now, struct err *e);

struct table;
/* Causes, USD and shares; `exact` for csv: all digits. Owns: the arena. */
void bridge_table(struct table *out, const struct bridge *b, bool exact,
                  struct arena *a);

#endif
