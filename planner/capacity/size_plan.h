#ifndef PLANNER_CAPACITY_SIZE_PLAN_H
#define PLANNER_CAPACITY_SIZE_PLAN_H

/* The workload of a plan, for `size`: a week of it at the plan's start. */

#include "size_source.h"
#include "usage_summary.h"

/* Takes what a candidate says into `s` where no option said otherwise. Errors: as
 * plan_config_read(); ERR_USAGE which workload, which candidate. */
NODISCARD enum err_code size_plan_read(struct size_source *out, struct size_settings *s,
                                       struct app *app, const char *path,
                                       struct err *e);

/* Rate, bursts and, over a day or more where `hours`, the hours of measured figures.
 * Errors: as traffic_fit(). */
NODISCARD enum err_code size_fit_summary(struct traffic_model *m,
                                         const struct usage_summary *u, bool hours,
                                         struct arena *a, struct err *e);

#endif
