#ifndef EVALUATE_EVAL_COMPARE_H
#define EVALUATE_EVAL_COMPARE_H

/* A model beside a reference model on the prompts that both answered: is it better, and
 * is it no worse than a margin? */

#include "eval_score.h"

/* Where the closed form comes from. */
enum eval_pair_rule {
    EVAL_PAIR_NONE,    /* no pair, or a score without bounds that never differs */
    EVAL_PAIR_SCORE,   /* scores of 0 and 1: Tango's interval, McNemar's exact test */
    EVAL_PAIR_STUDENT, /* paired t */
    EVAL_PAIR_SIGNS,   /* fewer than EVAL_PAIR_FEW differ: as scores of 0 and 1, each
                          difference taken for the whole range of the metric */
};
const char *eval_pair_rule_text(enum eval_pair_rule r);

enum { EVAL_PAIR_FEW = 10 };

enum eval_noninferior {
    EVAL_MARGIN_NONE,    /* no margin was given */
    EVAL_NONINFERIOR,    /* worse than the margin is refuted at 2.5 %, one-sided */
    EVAL_INFERIOR,       /* so is anything within the margin */
    EVAL_MARGIN_UNKNOWN, /* neither: too few prompts */
};
const char *eval_noninferior_text(enum eval_noninferior v);

/* Differences are signed so that above 0 the model is better. */
struct eval_compare {
    const struct eval_metric *metric;
    size_t model, reference;
    int64_t n, better, worse;   /* prompts; the others are equal */
    double difference;          /* mean; NAN without a pair */
    double ci_low, ci_high;     /* 95 %, closed form by `rule` */
    double boot_low, boot_high; /* 95 %, resampled; NAN below EVAL_BOOTSTRAP_MIN */
    enum eval_pair_rule rule;
    double p, p_holm; /* that they are equal, two-sided; over all models compared */
    double margin;
    double p_margin, p_margin_holm; /* that it is worse by the margin, one-sided */
    enum eval_noninferior verdict;  /* by the p of all models together */
};

/* Every model but the reference beside it. `margin` <= 0: none. Owns: the arena. */
void eval_compare_all(struct eval_compare **out, size_t *count,
                      const struct eval_scores *s, size_t reference, double margin,
                      uint64_t seed, struct arena *a);

/* Of `n` differences. `binary`: of scores of 0 and 1; `range` the most a difference can
 * be, HUGE_VAL none. Fills all but the indices and what Holm changes: for tests. */
void eval_compare_differences(struct eval_compare *out, const double *difference,
                              size_t n, bool binary, double range, double margin);

#endif
