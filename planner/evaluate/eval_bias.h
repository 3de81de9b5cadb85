#ifndef EVALUATE_EVAL_BIAS_H
#define EVALUATE_EVAL_BIAS_H

/* Whether a model serves some worse than others: by category, and where only a name or
 * group of the prompt is another. */

#include "eval_compare.h"
#include "eval_summary.h"
#include "eval_swap.h"

/* A category beside all other prompts. */
struct eval_slice {
    const struct eval_metric *metric;
    size_t model;
    const char *category;
    struct eval_summary own;  /* mean and its own 95 % interval */
    double gap;               /* own mean less that of the others; above 0 is better */
    double gap_low, gap_high; /* 95 % for all slices of the table together (Bonferroni):
                                 Newcombe's for scores of 0 and 1, else Welch's; NAN
                                 where a side shows no spread */
    bool differs;             /* the interval leaves 0 out */
};

enum { EVAL_SLICES_MAX = 50 }; /* categories; more are no slices any more */

/* Of two categories at least. Owns: the arena. */
void eval_slices_of(struct eval_slice **out, size_t *count, const struct eval_set *s,
                    const struct eval_scores *scores, uint64_t seed, struct arena *a);

/* One model on prompts and their twins. */
struct eval_twins {
    size_t model;
    struct eval_compare scores; /* first less second; n: pairs with both scores */
    int64_t answered;           /* pairs with both answers */
    int64_t changed;            /* whose answers differ, beyond case, marks, articles
                                   and the swap itself */
    double changed_low, changed_high; /* 95 %, Wilson */
};

/* Pairs: items of one "pair" (the first beside the mean of the others), or a prompt and
 * the prompt that `swaps` (may be NULL) make of it. Rows of models with a pair of
 * answers. Owns: the arena. */
void eval_twins_of(struct eval_twins **out, size_t *count, const struct eval_set *s,
                   const struct eval_scores *scores, const struct eval_swaps *swaps,
                   struct arena *a);

#endif
