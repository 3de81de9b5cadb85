#ifndef PLANNER_CAPACITY_REPLAY_REPORT_H
#define PLANNER_CAPACITY_REPLAY_REPORT_H

/* The answer of `bedplan replay`. */

#include "app.h"
#include "replay.h"
#include "trace.h"

struct replay_report {
    const char *path;
    const struct trace *trace;
    struct admission admission;
    int64_t units; /* 0: a quota */
    struct admission_rules rules;
    struct replay_result result;
};

NODISCARD enum err_code replay_json(struct app *app, const struct replay_report *r,
                                    struct err *e);
void replay_text(struct app *app, const struct replay_report *r);

#endif
