#ifndef TUNE_TRAIN_RUN_H
#define TUNE_TRAIN_RUN_H

/* A training file, and the validation file beside it, from end to end. */

#include "labels.h"
#include "train_record.h"

struct train_job {
    const char *path, *validation; /* validation NULL: none */
    const char *s3_uri;            /* where the file will be; NULL: not stated */
    const char *fix;               /* where the mended file goes; NULL: nowhere */
    const char *model;             /* for messages; NULL none in particular */
    enum train_method method;
    enum train_format format; /* TRAIN_UNKNOWN: the rules', or the first record's */
    size_t issues_max;        /* kept of each severity */
    /* called now and then with the bytes read so far; NULL: not */
    void (*progress)(void *context, int64_t bytes);
    void *context;
};

struct train_file {
    int64_t records; /* lines that hold a record of the format, good or not */
    int64_t lines, bytes, chars;
    int64_t longest_chars, longest_line;
};

struct train_answer {
    struct train_file file[2]; /* training, validation */
    enum train_format format;
    const struct train_rules *rules; /* NULL: none are known */
    struct train_log log;
    struct labels labels;   /* of the training file */
    bool near_full;         /* near-duplicates were not looked for in all records */
    int64_t fixed, dropped; /* lines of the mended file */
};

/* Tokens by AWS's planning figure of six characters each. */
int64_t train_tokens(int64_t chars);

/* Errors: ERR_INPUT a file cannot be read; ERR_IO the mended file. What is wrong with
 * the data is no error but in out->log. Owns: the arena. */
NODISCARD enum err_code train_run(struct train_answer *out, const struct train_job *job,
                                  struct arena *a, struct err *e);

#endif
