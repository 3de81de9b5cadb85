#ifndef EVALUATE_EVAL_SCORE_H
#define EVALUATE_EVAL_SCORE_H

/* How good an answer is: the metrics that are computed here, and a place for scores
 * that come from elsewhere (a judge, an embedding model). */

#include "eval_set.h"

enum eval_task {
    EVAL_QUESTION_ANSWERING,
    EVAL_SUMMARIZATION,
    EVAL_CLASSIFICATION,
    EVAL_GENERATION,
    EVAL_TASKS
};
#define EVAL_TASK_CHOICES "question-answering|summarization|classification|generation"
const char *eval_task_text(enum eval_task t);

struct eval_metric {
    const char *name;  /* as on the command line: "rouge-l" */
    const char *title; /* in tables: "ROUGE-L" */
    const char *definition;
    bool lower_is_better;
    bool binary;          /* every score is 0 or 1: its mean is a share */
    bool needs_reference; /* is there no score without one */
    double lo, hi;        /* bounds of a score; hi INFINITY: none */
    /* Of one answer beside one reference; with several references the best counts. */
    double (*pair)(const char *answer, const char *reference, struct arena *scratch);
    /* Of one answer beside all references, for metrics that need them together.
     * Both NULL: the scores come from elsewhere. */
    double (*all)(const char *answer, const char *const *reference, size_t references,
                  struct arena *scratch);
};

/* Scores of one metric. The values of model m are at value[m * items], NAN where there
 * is none: no answer, no reference, no verdict. */
struct eval_scores {
    const struct eval_metric *metric;
    double *value;
    size_t items, models;
};

/* The metrics computed here. */
extern const struct eval_metric eval_metrics[];
extern const size_t eval_metric_count;

/* A task's metrics; the first one decides where one has to. `list` "exact-match,f1", or
 * NULL for the task's own.
 * Errors: ERR_USAGE unknown or twice, with the nearest name. Owns: the arena. */
NODISCARD enum err_code eval_metrics_pick(const struct eval_metric *const **out,
                                          size_t *count, enum eval_task task,
                                          const char *list, struct arena *a,
                                          struct err *e);

/* Every answer of every model by one metric that is computed here.
 * Errors: ERR_INPUT when it needs references and no item has one, with advice. */
NODISCARD enum err_code eval_score_set(struct eval_scores *out,
                                       const struct eval_set *s,
                                       const struct eval_metric *metric,
                                       struct arena *a, struct err *e);

/* Room for scores from elsewhere, all NAN. */
void eval_scores_empty(struct eval_scores *out, const struct eval_set *s,
                       const struct eval_metric *metric, struct arena *a);

/* One answer by one metric; NAN without references where it needs them. */
double eval_score_one(const struct eval_metric *metric, const char *answer,
                      const char *const *reference, size_t references,
                      struct arena *scratch);

/* Whether score a is at least as good as b. */
bool eval_as_good(const struct eval_metric *metric, double a, double b);

#endif
