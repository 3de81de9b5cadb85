#ifndef TUNE_TUNE_FROM_PLAN_H
#define TUNE_TUNE_FROM_PLAN_H

/* What `tune plan` is asked, out of a plan: the candidate's job and hosting, its
 * workload's calls, what the plan's [rag] adds to them, the budget. */

#include "tune_ask.h"

/* Takes into `s` what no option says. `candidate` NULL: the only one that is tuned.
 * `*model` is the candidate's. Errors: as plan_build(); ERR_NOT_FOUND, ERR_USAGE which
 * candidate, or that it is not tuned. */
NODISCARD enum err_code tune_from_plan(const char **model, struct tune_settings *s,
                                       struct app *app, const char *candidate,
                                       struct err *e);

#endif
