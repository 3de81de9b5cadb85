#ifndef TUNE_TRAIN_COUNT_H
#define TUNE_TRAIN_COUNT_H

/* How far the estimate of tokens is off, measured: records drawn from a file are
 * counted by CountTokens, which is free. Source: AWS user guide, count-tokens. */

#include "app.h"
#include "client.h"
#include "train_rules.h"

/* One record as a question. */
struct count_sample {
    struct str body; /* of the request */
    int64_t line, chars;
};

struct train_count {
    const char *model;
    int64_t records; /* of the file that can be asked: a conversation, a pair, a text */
    struct count_sample *sample;
    size_t samples;
    int64_t counted, failed;
    int64_t chars, tokens; /* of the counted records */
    double tokens_per_char;
    double half_width;        /* of its 95 % interval; NAN: fewer than COUNT_INTERVAL */
    struct aws_failure first; /* of the failed ones */
};
enum { COUNT_INTERVAL = 30 };

/* Draws `most` of the records of a file, each as likely as the next; the same seed
 * draws the same. Records with images or videos are left out. Errors: ERR_INPUT the
 * file, or no record in it that can be counted. Owns: the arena.
 */
NODISCARD enum err_code train_count_draw(struct train_count *out, const char *path,
                                         enum train_format format, size_t most,
                                         uint64_t seed, struct arena *a, struct err *e);

/* Asks. Errors: when none can be counted, why the first one cannot; ERR_CREDENTIALS;
 * ERR_NET. */
NODISCARD enum err_code train_count_ask(struct train_count *c, struct client *client,
                                        struct arena *a, struct err *e);

#endif
