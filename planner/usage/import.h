#ifndef USAGE_IMPORT_H
#define USAGE_IMPORT_H

/* Reading usage from files of many kinds, told apart by what is in them. */

#include "line_input.h"
#include "usage_periods.h"
#include "usage_stage.h"

/* Why something was left out. X(name, words) */
/* clang-format off */
#define IMPORT_SKIPS(X)                                                               \
    X(SKIP_NOT_JSON,    "line is not JSON")                                           \
    X(SKIP_CUT,         "record is cut off at the end of the file")                   \
    X(SKIP_NOT_USAGE,   "JSON is not a record of a model call")                       \
    X(SKIP_NOT_METRIC,  "series is none of Bedrock's metrics")                        \
    X(SKIP_FIELDS,      "row has another number of fields than the header")           \
    X(SKIP_NO_TIME,     "no time that can be read")                                   \
    X(SKIP_BAD_TIME,    "time lies before Bedrock or in the future")                  \
    X(SKIP_NO_TOKENS,   "no token counts")                                            \
    X(SKIP_NOT_COUNT,   "count is not a whole number")                                \
    X(SKIP_NEGATIVE,    "count is negative")                                          \
    X(SKIP_ABSURD,      "count is over 100,000,000 tokens")                           \
    X(SKIP_CACHED,      "more cached than input tokens")                              \
    X(SKIP_TOO_LONG,    "line is over 16 MiB")                                        \
    X(SKIP_DUPLICATE,   "request was read before")                                    \
    X(SKIP_FILE_KNOWN,  "file was imported before")                                   \
    X(SKIP_FILE_EMPTY,  "file is empty")                                              \
    X(SKIP_FILE_BODY,   "file holds prompts or answers, not usage")                   \
    X(SKIP_FILE_CHECK,  "file is AWS's check of permissions")                         \
    X(SKIP_FILE_OTHER,  "file is not usage of a known kind")
/* clang-format on */

enum import_skip {
#define X(name, words) name,
    IMPORT_SKIPS(X)
#undef X
        SKIPS
};
const char *import_skip_words(enum import_skip s);

struct import_file {
    const char *path, *name; /* as given; without its folders */
    char sha256[SHA_TEXT];
    int64_t bytes, records;
    const char *damage; /* why it ended before its end; NULL: it did not */
};

struct import {
    struct arena *arena;
    struct usage_stage *stage;
    struct usage_models *models;
    const char *const *alias; /* "ab12=amazon.nova-lite-v1:0" */
    size_t aliases;
    int64_t earliest_us, latest_us; /* of records of logs */
    bool dated, undated;            /* kinds of time seen */
    const char *path;               /* being read, and where */
    int64_t line;
    int64_t read; /* records looked at, good or not */
    int64_t skipped[SKIPS];
    char first[SKIPS][240]; /* "FILE:LINE: detail" of the first of each */
    char *scratch;          /* for texts without their escapes; free() it */
    size_t scratch_bytes;
    struct usage_periods periods; /* of files that hold sums only */
    struct usage_stats *counts;   /* of a table of counts; NULL none */
};

/* The name under which a model's id is counted: without an ARN's parts, behind its
 * alias. */
struct str import_model(const struct import *im, struct str id);
/* Counts something that is left out; `detail` may be empty. */
void import_skip(struct import *im, enum import_skip why, struct str detail);
/* A good record, its model by name. */
NODISCARD enum err_code import_add(struct import *im, struct usage_record *r,
                                   struct str model, struct str region, struct err *e);

/* One line of JSON: records of model calls, CloudWatch's envelopes around them,
 * requests of a trace ("timestamp", "input_length", "output_length"). */
NODISCARD enum err_code import_json_line(struct import *im, struct str line, bool last,
                                         struct err *e);

/* Files read to their end. `*known` false: the file is none of this kind and nothing
 * was taken from it. */
NODISCARD enum err_code import_lines(struct import *im, struct line_input *in,
                                     struct err *e);
NODISCARD enum err_code import_csv(struct import *im, struct line_input *in,
                                   bool *known, struct err *e);

/* GetMetricData as the AWS CLI prints it, all pages of it or one, with sums as the
 * statistic. Series are known by their label, else their id; what the label says beside
 * the metric's name is the model. Adds to `im->periods`. */
bool import_is_metrics(struct str start);
NODISCARD enum err_code import_metrics(struct import *im, struct str text,
                                       struct err *e);

/* Rows of seconds and requests per second, behind the header. Adds to `im->periods`. */
bool import_is_rates(struct str header);
NODISCARD enum err_code import_rates(struct import *im, struct line_input *in,
                                     struct err *e);

/* The answer to the query of usage_sql.h, behind the header. Sets `im->counts`.
 * Errors: ERR_INPUT "PATH:LINE: …", for it is all or nothing. */
bool import_is_counts(struct str header);
NODISCARD enum err_code import_counts(struct import *im, struct line_input *in,
                                      struct err *e);

/* Records, periods and counted requests that came in so far. */
int64_t import_records(const struct import *im);

/* One file of whichever kind. Errors: ERR_INPUT with "PATH: " cannot be opened, of no
 * known kind (a path that was named). */
NODISCARD enum err_code import_file(struct import_file *out, struct import *im,
                                    const char *path, bool named, struct err *e);

/* The files that `paths` name: themselves, and in folders all that are not hidden, by
 * name. What cannot be usage by its name is counted as skipped.
 * Errors: ERR_INPUT no such file. Owns: the arena. */
struct import_paths {
    const char **path;
    bool *named;
    size_t count, capacity, named_capacity;
};
NODISCARD enum err_code import_walk(struct import_paths *out, struct import *im,
                                    const char *const *paths, size_t count,
                                    struct err *e);

/* Whole-number count of a JSON or CSV number ("12", "12.0", "1.2e1").
 * Returns: false, and why. */
bool import_count(uint32_t *out, struct str number, enum import_skip *why);

#endif
