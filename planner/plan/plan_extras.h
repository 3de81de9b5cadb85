#ifndef PLANNER_PLAN_PLAN_EXTRAS_H
#define PLANNER_PLAN_PLAN_EXTRAS_H

/* What the sections beside the workloads are made into lines with. */

#include "plan.h"

/* Quantities by month: the same in each, once at the start, by the hours of a month.
 * Owns: the plan's arena. */
double *plan_each_month(const struct plan *p, double quantity);
double *plan_once(const struct plan *p, double quantity);
double *plan_by_hours(const struct plan *p, double quantity_per_hour);

/* "stated in plan.ini": the source of a price that the plan gives. */
const char *plan_stated(const struct plan *p);

/* Whether a section is the workload's: it names it, or there is no other. */
bool plan_is_of(const struct plan *p, const struct section_head *h,
                const struct plan_workload *w);

/* `tokens` more in every prompt of the workload, and a note that says so. */
void plan_add_input(struct plan *p, struct plan_workload *w, double tokens,
                    const char *owner);

/* Mean totals of each month, added to `mean` [months]. */
void plan_mean_totals(struct month_totals *mean, const struct plan *p, size_t workload);

#endif
