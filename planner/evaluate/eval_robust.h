#ifndef EVALUATE_EVAL_ROBUST_H
#define EVALUATE_EVAL_ROBUST_H

/* What changed prompts do to the scores: delta F1 / F1 and its like.
 * Source: Amazon Bedrock User Guide, "Review metrics for an automated model evaluation
 * job", robustness. */

#include "eval_score.h"

/* One model under one perturbation, by one metric, over the prompts that it answered in
 * both forms. */
struct eval_robust {
    const struct eval_metric *metric;
    size_t model;
    enum perturbation kind; /* PERTURB_NONE: all of them */
    int64_t n;
    double original, perturbed; /* mean scores */
    double drop;                /* (original - perturbed) / original: 0.1 is 10 % of the
                                   score; of a metric whose lower values are better the
                                   rise; NAN: original 0 */
    double drop_low,
        drop_high;          /* 95 % by resampling of prompts; NAN below 10 of them */
    double word_error_rate; /* of the answer beside the one to the original prompt,
                               which needs no reference */
};

/* Adds the five variants of every item to the set, unless they are there: item[items]
 * and what follows. Their responses are empty. */
void eval_set_perturb(struct eval_set *s, uint64_t seed);

/* Rows of models and perturbations with at least one pair of answers.
 * Owns: the arena. */
void eval_robust_of(struct eval_robust **out, size_t *count, const struct eval_set *s,
                    const struct eval_scores *scores, uint64_t seed, struct arena *a);

#endif
