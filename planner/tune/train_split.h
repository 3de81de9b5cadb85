#ifndef TUNE_TRAIN_SPLIT_H
#define TUNE_TRAIN_SPLIT_H

/* Which records of a file become its validation file. Records with one prompt stay
 * together: else the tuned model is tested on what it was trained on. */

#include "train_record.h"

struct train_split {
    uint64_t seed;
    uint64_t *key; /* of each record, in the file's order */
    size_t count, capacity;
    uint64_t below; /* a key under it is validation */
    size_t validation;
};

void train_split_add(struct train_split *s, const struct train_record *r,
                     struct arena *a);

/* Sets `below` so that as near `share` of the records as whole prompts allow are
 * validation, at least one when there are two prompts or more; at most `most`
 * (0: no limit). */
void train_split_decide(struct train_split *s, double share, int64_t most,
                        struct arena *a);

static inline bool train_split_validates(const struct train_split *s, size_t i)
{
    return s->key[i] < s->below;
}

#endif
