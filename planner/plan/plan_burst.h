#ifndef PLANNER_PLAN_BURST_H
#define PLANNER_PLAN_BURST_H

/* What model units refuse of an hour, bursts included: for every kind of hour and
 * number of units, from traffic generated second by second. */

#include "lanes.h"
#include "twin.h"

enum { BURST_TRIED = 16 };

struct plan_burst {
    double demand[TWIN_STRATA]; /* in units, ascending */
    double weight[TWIN_STRATA]; /* of all requests */
    double requests;            /* generated */
    /* [stratum]: numbers of units that were tried, ascending, and what each refused of
     * the requests, by replica */
    int64_t tried[TWIN_STRATA][BURST_TRIED];
    double refused[TWIN_STRATA][BURST_TRIED][TRAFFIC_LANES];
    /* the same, the mean, for 1 … rows units: [units - 1] */
    struct burst_row {
        double safe; /* demand up to which nothing is refused */
        double share[TWIN_STRATA];
    } * row;
    int64_t rows;
};

/* Share of an hour's requests that `units` refuse at a demand of so many units; at
 * least what does not fit the hour as a whole. */
double plan_burst_share(const struct plan_burst *b, double demand, int64_t units);

/* The smallest number of units that refuses at most `allowed` at this demand. */
int64_t plan_burst_units(const struct plan_burst *b, double demand, double allowed);

/* Units that a mix wants for an hour's demand: the demand itself where what is above is
 * billed by the token; where it is refused, whole ones that take its bursts too. */
double plan_wanted_units(const struct plan *p, const struct plan_option *o,
                         double demand);

/* Of all requests: the mean, and the upper end of its 95 % interval. */
void plan_burst_total(double *mean, double *hi, const struct plan_burst *b,
                      int64_t units);

#endif
