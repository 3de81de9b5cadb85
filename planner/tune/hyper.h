#ifndef TUNE_HYPER_H
#define TUNE_HYPER_H

/* The hyperparameters of one job: each of the model's, as asked for or its default. */

#include "arena.h"
#include "err.h"
#include "opt.h"
#include "train_rules.h"

struct hyper_value {
    const struct hyperparameter *of;
    double value; /* NAN: neither asked for nor has it a default */
    bool asked;
};

enum { HYPER_MOST = 12 };
struct hyper_values {
    struct hyper_value value[HYPER_MOST];
    size_t count; /* 0: AWS's page lists none for the model and method */
};

/* `texts` are "NAME=VALUE". Errors: ERR_USAGE bad grammar, a name twice, a name that
 * the model does not have (with the nearest); ERR_RANGE out of its bounds, with the
 * bounds and where they stand, or a fraction of a whole one. */
NODISCARD enum err_code hyper_read(struct hyper_values *out, const char *model,
                                   enum train_method method,
                                   const struct opt_list *texts, struct arena *a,
                                   struct err *e);

/* The value of a name; NAN when it has none. */
double hyper_of(const struct hyper_values *h, const char *name);

/* Where the bounds stand. */
extern const char hyper_source[];

/* "1 to 5, default 2" */
const char *hyper_bounds(const struct hyperparameter *h, struct arena *a);

#endif
