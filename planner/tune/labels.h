#ifndef TUNE_LABELS_H
#define TUNE_LABELS_H

/* Answers that repeat are labels: how even they are, and whether one is spelled in two
 * ways. */

#include "train_record.h"

enum { LABELS_MAX = 64, LABEL_BYTES = 60 };

struct label {
    uint64_t hash;
    int64_t records, line; /* line of the first */
    char text[LABEL_BYTES + 4];
};

struct labels {
    struct label label[LABELS_MAX];
    size_t count;
    int64_t records;
    bool many; /* more than LABELS_MAX different answers: no classification */
};

void labels_add(struct labels *l, const struct train_record *r, int64_t line);

/* At least 20 records, and each label 5 times on average. */
bool labels_classify(const struct labels *l);

/* Warnings: a label with over four fifths, or under a twentieth of an even share; two
 * labels that differ in case, blanks or a final point. Sorts by records. */
void labels_judge(struct labels *l, struct train_log *log);

#endif
