#ifndef PLANNER_CAPACITY_REPLAY_REPORT_H
#define PLANNER_CAPACITY_REPLAY_REPORT_H

/* The answer of `bedplan replay`. */

#include "app.h"
#include "proof.h"
#include "replay.h"
#include "trace.h"

struct replay_report {
    const char *path;
    const struct trace *trace;
    struct admission admission;
    int64_t units; /* 0: a quota */
    struct admission_rules rules;
    struct replay_result result;
    const char *model; /* NULL: not priced */
    struct proof_list cost;
    struct usd usd;
};

/* What the capacity costs over the trace: units by begun hours, or the tokens that a
 * quota admitted. Errors: ERR_UNPRICED, ERR_NOT_FOUND, ERR_RANGE. */
NODISCARD enum err_code replay_cost(struct replay_report *r, struct app *app,
                                    const char *model, const char *region, bool custom,
                                    struct err *e);

NODISCARD enum err_code replay_json(struct app *app, const struct replay_report *r,
                                    bool explain, struct err *e);
void replay_text(struct app *app, const struct replay_report *r);

#endif
