#ifndef PLANNER_PLAN_HOURS_H
#define PLANNER_PLAN_HOURS_H

/* Hours of a plan's paths, and what an option sees in them. */

#include "demand.h"
#include "plan.h"

/* Paths are cut into this many shards whatever the threads, so that sums are made in
 * one order. */
enum { PLAN_SHARDS = 64 };
size_t plan_shard_begin(size_t paths, size_t shard);

struct demand_hours plan_hours_alloc(const struct plan *p, struct arena *a);
void plan_draw(const struct plan *p, size_t workload, size_t path,
               struct demand_hours *h);

/* USD of an hour's tokens by the token, and what one unit carries in an hour. */
struct hour_view {
    const struct plan_option *option;
    double usd_per_request, usd_per_input, usd_per_output;
    double unit_input, unit_output; /* tokens an hour of one unit; 0: unknown */
};
struct hour_view hour_view_of(const struct plan_option *o);

/* Demand of an hour in units, or in tokens a minute where the unit rate is unknown. */
double hour_demand(const struct hour_view *v, const struct demand_hours *h,
                   int64_t hour);
double hour_usd(const struct hour_view *v, const struct demand_hours *h, int64_t hour);

/* Shares of the hour's input and output that a reservation does not carry. */
void hour_above_reserved(double over[2], const struct plan_option *o,
                         const struct demand_hours *h, int64_t hour);

#endif
