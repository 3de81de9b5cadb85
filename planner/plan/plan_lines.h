#ifndef PLANNER_PLAN_LINES_H
#define PLANNER_PLAN_LINES_H

/* What an option bills over the plan, line by line, each with its price's proof: the
 * quantities are sums over all paths, so that a mean path's bill is exact. */

#include "plan.h"
#include "proof.h"

struct plan_lines {
    struct proof_list tokens; /* one a component, in order */
    struct proof_list others; /* units, reservations, windows, training, storage … */
    struct proof_list extras; /* of its workload's sections, in order */
    double *idle;             /* of `others`: quantity of a month that nobody calls */
    size_t idle_capacity;
    struct usd mean; /* their sum: the bill of a mean path, all months */
    bool counted;    /* false: the option was not priced, or a quantity does not fit */
};

/* Errors: ERR_RANGE. Owns: the plan's arena. */
NODISCARD enum err_code plan_lines(struct plan_lines *out, const struct plan *p,
                                   const struct plan_option *o, struct err *e);

/* A line beside the tokens: `quantity` of the whole plan on every path; `idle` of a
 * month without a call. */
NODISCARD enum err_code plan_lines_add(struct plan_lines *l, const struct plan *p,
                                       const struct proof *proof, const char *name,
                                       int64_t quantity, int64_t divided_by,
                                       double idle, struct err *e);

/* A line of a section. */
NODISCARD enum err_code plan_lines_extra(struct proof_list *l, const struct plan *p,
                                         const struct plan_extra *x, int64_t quantity,
                                         int64_t divided_by, struct err *e);

/* As "lines", "other_lines" and "extras" of a candidate, with "mean_usd". */
NODISCARD enum err_code plan_lines_json(struct json *j, const struct plan *p,
                                        const struct plan_option *o, bool explain,
                                        struct err *e);

/* "extras" of the whole plan. */
NODISCARD enum err_code plan_extras_json(struct json *j, const struct plan *p,
                                         struct err *e);

/* --explain of the whole plan, for people. */
NODISCARD enum err_code plan_lines_text(const struct plan *p, struct err *e);

#endif
