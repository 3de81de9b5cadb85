#ifndef EVALUATE_EVAL_ANSWER_H
#define EVALUATE_EVAL_ANSWER_H

/* What `bedplan evaluate` found, before it is printed. */

#include "app.h"
#include "eval_summary.h"

struct eval_run;
struct eval_weight;

struct eval_answer {
    const struct eval_set *set;
    enum eval_task task;
    struct eval_scores *scores; /* [metrics]; the first one decides */
    size_t metrics;
    struct eval_summary *summary; /* [model * metrics + metric] */
    uint64_t seed;
    const struct eval_weight *weight; /* eval_weigh.h; NULL: not weighed */
    const struct eval_run *run;       /* what was asked of Bedrock; NULL: nothing */
};

/* Means and intervals of all scores. Owns: the arena. */
void eval_answer_build(struct eval_answer *out, struct arena *a);

const struct eval_summary *eval_answer_of(const struct eval_answer *x, size_t model,
                                          size_t metric);

/* The result, in the format asked for. */
NODISCARD enum err_code eval_print(struct app *app, const struct eval_answer *x,
                                   struct err *e);
NODISCARD enum err_code eval_print_json(struct app *app, const struct eval_answer *x,
                                        struct err *e);

/* Each fault and warning of the dataset, to stderr. */
void eval_print_issues(struct app *app, const struct eval_set *s);

#endif
