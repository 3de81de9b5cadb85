#ifndef PLANNER_PLAN_SAVED_PRIVATE_H
#define PLANNER_PLAN_SAVED_PRIVATE_H

/* Members of a saved answer, with an error that names them. */

#include <cjson/cJSON.h>

#include "plan.h"

const cJSON *saved_get(const cJSON *o, const char *key);
/* Errors of all: ERR_INPUT. */
NODISCARD enum err_code saved_number(double *out, const cJSON *o, const char *key,
                                     double lo, double hi, struct err *e);
NODISCARD enum err_code saved_text(const char **out, const cJSON *o, const char *key,
                                   struct arena *a, struct err *e);
/* The percentiles that are there; all of them must be numbers. */
NODISCARD enum err_code saved_stats(struct plan_stats *out, const cJSON *o,
                                    struct err *e);
/* Lines beside the tokens; none where `list` is missing. */
NODISCARD enum err_code saved_extras(struct extras *x, const cJSON *list,
                                     struct arena *a, struct err *e);
/* Options in their order, and the workloads they serve. */
NODISCARD enum err_code saved_options(struct plan *p, const cJSON *root, struct err *e);

#endif
