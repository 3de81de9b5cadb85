#ifndef PLANNER_PLAN_BILL_H
#define PLANNER_PLAN_BILL_H

/* An option's mean bill of some months of a plan, taken apart. */

#include "bridge.h"
#include "plan.h"

struct plan_bill {
    /* of a mean path: what is asked, and what is paid by the token */
    double requests, input, output;
    double left_requests, left_input, left_output;
    double *quantity;                   /* billed tokens of each component */
    double commitments_usd, custom_usd; /* before the discount */
    double *units;                      /* of each extra line, by month alone */
    struct usd total;                   /* the bill */
};

/* Range: a priced option; first + months within the plan. Owns: the plan's arena. */
struct plan_bill plan_bill(const struct plan *p, const struct plan_option *o,
                           size_t first, size_t months);

/* As one side of a bridge. Owns: the plan's arena. */
struct bridge_workload plan_bridge_workload(const struct plan *p,
                                            const struct plan_option *o,
                                            const struct plan_bill *b);

/* The choices of all workloads. Owns: the plan's arena. */
struct bridge_side plan_bridge_side(const struct plan *p, size_t first, size_t months);

#endif
