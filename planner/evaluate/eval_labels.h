#ifndef EVALUATE_EVAL_LABELS_H
#define EVALUATE_EVAL_LABELS_H

/* Classification: which label was taken for which. */

#include "eval_set.h"

enum { EVAL_LABELS_MAX = 40 };

struct eval_label {
    const char *name; /* as it is first written */
    int64_t is, said, right;
    double precision, recall, f1; /* NAN: never said; never there; 0 over 0 */
};

/* Labels count without case, marks and articles. What is no label of a reference is
 * "(other)", the last one. */
struct eval_confusion {
    size_t model;
    struct eval_label *label;
    size_t labels;
    int64_t *count; /* [is * labels + said] */
    int64_t n;
    double accuracy, macro_f1,
        micro_f1; /* macro: mean over labels that are there; a
                     label that is never said counts 0. micro
                     equals accuracy: each prompt has one label */
};

/* False without an answer that has a reference, and with more than EVAL_LABELS_MAX
 * labels: that is no classification. Of several references the first. */
bool eval_confusion_of(struct eval_confusion *out, const struct eval_set *s,
                       size_t model, struct arena *a);

#endif
