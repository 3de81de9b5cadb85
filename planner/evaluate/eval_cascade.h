#ifndef EVALUATE_EVAL_CASCADE_H
#define EVALUATE_EVAL_CASCADE_H

/* A cheap model first, a dear one where the cheap one was not sure: the threshold that
 * costs least and keeps the score. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* One prompt that both models answered. Scores: higher is better. */
struct cascade_case {
    double confidence; /* of the first model's answer */
    double first_score, second_score, first_usd, second_usd;
};

/* Answers with a confidence below `threshold` go on to the second model. */
struct cascade_cut {
    bool found; /* some threshold keeps the score: escalating all of them always does */
    double threshold; /* -HUGE_VAL: none goes on; HUGE_VAL: all do */
    size_t escalated;
    double score, usd; /* means over the cases */
};

/* The fewest escalations whose mean score is at least the second model's own less
 * `margin` (>= 0). Costs grow with each escalation, so they are the cheapest.
 * Complexity: n log n. */
void cascade_best(struct cascade_cut *out, const struct cascade_case *x, size_t n,
                  double margin, struct arena *scratch);

/* Mean score and cost of cases at a threshold that was found without them. */
struct cascade_honest {
    double score, usd, escalated_share;
    double score_low, score_high; /* of score less the second model's: 95 %, paired t */
};

enum { CASCADE_FOLDS = 10 };

/* Each tenth of the cases at the threshold of the other nine: the one of all cases
 * looks better than it is on new ones. n >= CASCADE_FOLDS. Same seed, same folds. */
void cascade_validate(struct cascade_honest *out, const struct cascade_case *x,
                      size_t n, double margin, uint64_t seed, struct arena *scratch);

#endif
