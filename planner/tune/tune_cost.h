#ifndef TUNE_TUNE_COST_H
#define TUNE_TUNE_COST_H

/* What a custom model costs from its first training run on: training, storage, and the
 * ways to host it, each with what it costs when nobody calls it. */

#include "bill.h"
#include "catalog.h"
#include "train_rules.h"
#include "units.h"

struct hosting_cost {
    const char *option;   /* "deployment", "units none", "units 6-month" */
    struct usd per_month; /* of one unit; a deployment is billed by token: 0 */
    bool by_token;
    struct usd idle_per_month;
    unsigned marks;
    struct unit_pick pick; /* of units; row NULL: none */
    const char *source, *as_of;
    const char *delete_by; /* what ends the bill */
};

struct tune_cost {
    int64_t tokens, epochs;
    struct bill training; /* one line; count 0: unknown, and why */
    const char *training_unknown;
    struct bill storage; /* a custom model, a month; count 0: unknown */
    struct hosting_cost hosting[6];
    size_t hostings;
    const char *hosting_unknown; /* NULL, or why there is none */
};

/* `epochs` 0: the model's default where AWS states one, else 1.
 * Errors: of the catalog, ERR_RANGE. An unknown price is no error. Owns: the arena. */
NODISCARD enum err_code tune_cost_of(struct tune_cost *out, struct catalog *c,
                                     const struct model *m, const char *region,
                                     int64_t now_unix_s, enum train_method method,
                                     int64_t tokens, int64_t epochs, struct arena *a,
                                     struct err *e);

/* Epochs of a job: as asked for, within the model's bounds; its default for 0.
 * Errors: ERR_RANGE naming the bounds. */
NODISCARD enum err_code tune_epochs(int64_t *out, const char *model,
                                    enum train_method method, int64_t asked,
                                    struct err *e);

#endif
