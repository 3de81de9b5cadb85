#ifndef EVALUATE_JUDGE_VERDICT_H
#define EVALUATE_JUDGE_VERDICT_H

/* What a judge said, or that it cannot be read: nothing is guessed. */

#include "judge_metric.h"

struct judge_verdict {
    double score;       /* 0 the lowest grade of the scale, 1 the highest */
    double grade;       /* as the judge said it; of a word its place, from 0 */
    const char *label;  /* NULL: a number */
    const char *reason; /* "" none */
};

/* `text` must be one JSON object {"score": …, "reason": "…"} with a grade of the
 * metric's scale; blanks around it and one fence of a code block are no words.
 * Errors: ERR_INPUT why it cannot be read: prose, two verdicts, off the scale, …; `out`
 * is untouched then. Owns: the arena. */
NODISCARD enum err_code judge_verdict_read(struct judge_verdict *out, struct str text,
                                           const struct judge_metric *m,
                                           struct arena *a, struct err *e);

#endif
