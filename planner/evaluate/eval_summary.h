#ifndef EVALUATE_EVAL_SUMMARY_H
#define EVALUATE_EVAL_SUMMARY_H

/* A model's mean score, and how sure it is. */

#include "eval_score.h"

enum eval_interval {
    EVAL_INTERVAL_NONE,      /* fewer than 2 scores, or all equal */
    EVAL_INTERVAL_EXACT,     /* scores of 0 and 1, fewer than EVAL_BOOTSTRAP_MIN:
                                Clopper and Pearson's */
    EVAL_INTERVAL_WILSON,    /* more of them */
    EVAL_INTERVAL_STUDENT,   /* fewer than EVAL_BOOTSTRAP_MIN scores, or very many */
    EVAL_INTERVAL_BOOTSTRAP, /* of the mean: EVAL_RESAMPLES resamples, bias corrected */
};
const char *eval_interval_text(enum eval_interval k);

enum { EVAL_BOOTSTRAP_MIN = 30, EVAL_BOOTSTRAP_MAX = 20000, EVAL_RESAMPLES = 2000 };

/* 95 % intervals, of this metric alone: among several metrics and models some miss. */
struct eval_summary {
    const struct eval_metric *metric;
    size_t model;           /* index into eval_set.model */
    int64_t n;              /* scores */
    int64_t missing;        /* items without one */
    double mean;            /* NAN: n 0 */
    double ci_low, ci_high; /* NAN: EVAL_INTERVAL_NONE */
    enum eval_interval interval;
};

/* `seed` of the resampling. */
void eval_summarise(struct eval_summary *out, const struct eval_scores *s, size_t model,
                    uint64_t seed, struct arena *a);

#endif
