#ifndef TUNE_CHECK_ANSWER_H
#define TUNE_CHECK_ANSWER_H

/* The answer of `tune check`, as text and as JSON. */

#include "app.h"
#include "train_count.h"
#include "train_run.h"
#include "tune_cost.h"

struct check_answer {
    const char *path, *validation, *fix, *model, *region;
    enum train_method method;
    struct train_answer train;
    const struct tune_cost *cost;    /* NULL without a model */
    const struct train_count *count; /* NULL: not asked for */
    bool refused, explain;
};

/* Tokens of one epoch: by the counted records where there are any, else as estimated.
 */
int64_t check_tokens(const struct check_answer *c);

/* Every price of the costs: training, a month's storage, a month of a unit.
 * Errors: ERR_RANGE. */
struct proof_list;
NODISCARD enum err_code check_proofs(struct proof_list *out,
                                     const struct check_answer *c, struct arena *a,
                                     struct err *e);

NODISCARD enum err_code check_print_json(struct app *app, const struct check_answer *c,
                                         struct err *e);
NODISCARD enum err_code check_print_text(struct app *app, const struct check_answer *c,
                                         struct err *e);

#endif
