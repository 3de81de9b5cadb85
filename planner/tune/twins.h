#ifndef TUNE_TWINS_H
#define TUNE_TWINS_H

/* Records that were there before: the same, nearly the same, or the same prompt with
 * another answer. In the training file, and of the validation file in the training
 * file. */

#include "train_record.h"

/* Nearly the same is looked for among the first so many records (280 bytes each). */
enum { TWINS_NEAR_MAX = 500000 };

struct twins;

enum twin_kind { TWIN_NONE, TWIN_SAME, TWIN_NEAR, TWIN_CONTRADICTS };

struct twin {
    enum twin_kind kind;
    int file; /* of the earlier record */
    int64_t line;
    double alike; /* of TWIN_NEAR: 0.9 to 1 */
};

/* Owns: the arena. */
struct twins *twins_new(struct arena *a);

/* Looks the record up and keeps it. */
struct twin twins_add(struct twins *t, const struct train_record *r, int file,
                      int64_t line);

/* Whether there were records beyond TWINS_NEAR_MAX. */
bool twins_near_full(const struct twins *t);

#endif
