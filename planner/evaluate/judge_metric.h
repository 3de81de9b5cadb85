#ifndef EVALUATE_JUDGE_METRIC_H
#define EVALUATE_JUDGE_METRIC_H

/* What a judge model is asked: metrics under the names that Amazon Bedrock publishes,
 * with prompts of our own, and metrics of the user's.
 * Source: names and limits of Amazon Bedrock User Guide, "Review metrics for an
 * automated model evaluation job … that uses a judge model"; API
 * CustomMetricDefinition. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "str.h"

enum {
    JUDGE_GRADES_MAX = 10,
    JUDGE_INSTRUCTIONS_MAX = 5000,
    JUDGE_CUSTOM_MAX = 10,
    JUDGE_NAME_MAX = 63
};

/* A step of the scale, from the worst to the best of what the metric counts. */
struct judge_grade {
    const char *definition;
    const char *label; /* NULL: the judge answers the number */
    double value;
};

struct judge_metric {
    const char *name; /* "Builtin.Correctness" */
    const char
        *instructions; /* may hold {{prompt}}, {{prediction}}, {{ground_truth}} */
    struct judge_grade grade[JUDGE_GRADES_MAX];
    size_t grades;
    bool low_is_good; /* counts what should not be there */
    bool custom;
};

extern const struct judge_metric judge_metrics[];
extern const size_t judge_metric_count;

/* "Builtin.Correctness" or "Correctness". NULL: not one of them. */
const struct judge_metric *judge_metric_find(const char *name);

/* "Correctness,Builtin.Refusal", in the order of the list. `custom` are known by their
 * names too. Errors: ERR_USAGE unknown, with the nearest, or twice. Owns: the arena. */
NODISCARD enum err_code judge_metrics_pick(const struct judge_metric ***out,
                                           size_t *count, const char *list,
                                           const struct judge_metric *custom,
                                           size_t customs, struct arena *a,
                                           struct err *e);

/* A metric of the user's: Bedrock's own JSON, {"name", "instructions", "ratingScale":
 * [{"definition", "value": {"floatValue": 1}}]}, alone or as "customMetricDefinition".
 * Errors: ERR_INPUT with the file and the member; `out` is untouched then. Owns: the
 * arena. */
NODISCARD enum err_code judge_metric_parse(struct judge_metric *out, const char *text,
                                           struct arena *a, struct err *e);
NODISCARD enum err_code judge_metric_read(struct judge_metric *out, const char *path,
                                          struct arena *a, struct err *e);

/* 16 hex digits that change with every word of the prompt and of the scale: verdicts of
 * one version are comparable. */
const char *judge_version(const struct judge_metric *m, struct arena *a);

/* What stands between the tags is to be judged, not obeyed; NULL `reference`: none. */
struct judge_case {
    const char *prompt, *reference, *response;
};
/* Appends the whole question to the judge. */
void judge_prompt(struct buf *out, const struct judge_metric *m,
                  const struct judge_case *c);
/* The same with {{prompt}}, {{ground_truth}} and {{prediction}} in the places of the
 * texts: what --show-judge-prompt prints and judge_version() counts. */
void judge_template(struct buf *out, const struct judge_metric *m);

#endif
