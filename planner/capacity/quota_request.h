#ifndef PLANNER_CAPACITY_QUOTA_REQUEST_H
#define PLANNER_CAPACITY_QUOTA_REQUEST_H

/* What AWS's form for a higher on-demand quota asks, and whether a smaller max_tokens
 * would make the present one enough. */

#include "size_source.h"
#include "sizing.h"

enum { QUOTA_WINDOWS = 3 };

struct quota_window {
    double window_s;
    double actual_tpm, reserved_tpm; /* quota that meets the target; NaN: none does */
    double needed_rpm;
    struct sizing_point present, present_actual; /* under the present quota */
};

struct quota_request {
    const struct size_settings *settings;
    const struct size_source *source;
    /* the form; tokens as the quota counts them: input + burndown × output */
    double steady_rpm, steady_tpm, peak_rpm, peak_tpm;
    bool peak_measured; /* the trace's busiest minute; else of its busiest hour */
    double mean_input, mean_output, cached_share;
    double latency_s, in_flight; /* a mean request's, and how many run at once */
    struct admission like;       /* reservation, burndown; quotas: the present ones */
    bool present_known, from_catalog;
    struct quota catalog; /* of the model; tokens_per_min 0: unknown */
    const char *model;
    enum routing routing;
    struct quota_window window[QUOTA_WINDOWS];
    /* with the present quota, in a window of 60 s */
    int64_t limit;           /* of max_tokens: the model's, where it is known */
    int64_t most_max_tokens; /* 0: none would do; -1: not asked, no quota is known */
    double cut_share;        /* of answers longer than that */
    struct sizing sizing;
};

/* Errors: as size_answer(). Owns: the arena. */
NODISCARD enum err_code quota_request(struct quota_request *out, struct app *app,
                                      const struct size_settings *s,
                                      const struct size_source *src, struct err *e);

void quota_request_text(struct app *app, const struct quota_request *q);
void quota_request_table(struct app *app, const struct quota_request *q);
NODISCARD enum err_code
quota_request_json(struct app *app, const struct quota_request *q, struct err *e);

#endif
