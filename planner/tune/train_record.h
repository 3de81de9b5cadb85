#ifndef TUNE_TRAIN_RECORD_H
#define TUNE_TRAIN_RECORD_H

/* One record of a training file: judged by its format and the model's rules, and boiled
 * down to what the dataset as a whole is judged by. */

#include "json_tape.h"
#include "sketch.h"
#include "train_log.h"
#include "train_rules.h"

/* What all records of the files share. */
struct train_check {
    const struct train_rules *rules; /* NULL: of no model in particular */
    enum train_format format;        /* TRAIN_UNKNOWN: the first good record's */
    struct train_log *log;
    struct json_tape tape;
    bool images_seen, videos_seen; /* in any record so far */
    char bucket[64]; /* of the training file, where it is stated; else the first one of
                        any medium */
    bool bucket_stated;
};

struct train_record {
    int64_t chars; /* of all its texts, once escapes are read */
    uint64_t prompt_hash, answer_hash;
    struct str answer; /* the last one, as written; p NULL: none */
    int images, videos;
    struct sketch sketch; /* of its prompt and answer, without a system text */
};

/* Judges `line` (number `number`), which `out` points into. Breaks of rules go to
 * c->log. Returns: false when the record is no record at all: not JSON, no object, or
 * of no format. */
bool train_record_check(struct train_record *out, struct train_check *c, int64_t number,
                        struct str line);

/* The format a record's keys say; TRAIN_UNKNOWN when none. */
enum train_format train_format_of(const struct json_tape *t);

#endif
