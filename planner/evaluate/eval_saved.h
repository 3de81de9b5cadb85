#ifndef EVALUATE_EVAL_SAVED_H
#define EVALUATE_EVAL_SAVED_H

/* Saved evaluations as `evaluate list` and `show` tell of them. */

#include "eval_store.h"

struct eval_saved {
    struct eval_meta meta;
    int64_t answers, failed, verdicts, unreadable, vectors;
    int64_t unpriced; /* of them, whose cost nobody knows */
    struct usd_acc usd;
    struct eval_kept_score *score;
    size_t scores;
};

/* What one run holds. Owns: the arena. */
NODISCARD enum err_code eval_saved_read(struct eval_saved *out, struct eval_store *s,
                                        const struct eval_meta *meta, struct arena *a,
                                        struct err *e);

/* "done", "stopped by the spend cap", "interrupted", "stopped by an error", "not
 * finished" */
const char *eval_ended_text(const struct eval_meta *m);

#endif
