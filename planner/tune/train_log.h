#ifndef TUNE_TRAIN_LOG_H
#define TUNE_TRAIN_LOG_H

/* What is wrong with a training file: every rule declared once, every break of one with
 * its line and column. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

/* X(rule, its name in answers, "refused" or "warned of", what it says) */
/* clang-format off */
#define TRAIN_RULE_LIST(X)                                                                    \
    X(RULE_JSON,         "json",             true,  "a line is not JSON")                       \
    X(RULE_OBJECT,       "object",           true,  "a line is not one object")                 \
    X(RULE_BOM,          "byte-order-mark",  true,  "the file begins with a byte-order mark")   \
    X(RULE_BLANK,        "blank-line",       true,  "a line is empty")                          \
    X(RULE_LINE_LONG,    "line-length",      true,  "a line is over 64 MB")                     \
    X(RULE_KEY_MISSING,  "key-missing",      true,  "a required key is missing")                \
    X(RULE_KEY_TYPE,     "key-type",         true,  "a value has another type than the format's") \
    X(RULE_KEY_TWICE,    "key-twice",        true,  "an object has a key twice")                \
    X(RULE_KEY_UNKNOWN,  "key-unknown",      false, "a key that the format does not know")      \
    X(RULE_FORMAT_MIXED, "format-mixed",     true,  "a record of another format than the first") \
    X(RULE_FORMAT_MODEL, "format-model",     true,  "the model does not train on this format")  \
    X(RULE_METHOD_MODEL, "method-model",     true,  "the model does not offer this method")     \
    X(RULE_SCHEMA,       "schema-version",   true,  "schemaVersion is another than AWS's")      \
    X(RULE_NO_MESSAGES,  "no-messages",      true,  "a conversation without messages")          \
    X(RULE_ROLE,         "role",             true,  "a role other than user and assistant")     \
    X(RULE_ROLE_FIRST,   "role-first",       true,  "a conversation does not begin with user")  \
    X(RULE_ROLE_LAST,    "role-last",        true,  "a conversation does not end with assistant") \
    X(RULE_ROLE_TURNS,   "role-turns",       true,  "two messages of one role in a row")        \
    X(RULE_TURNS_ONE,    "single-turn",      true,  "more than one turn where one is allowed")  \
    X(RULE_CONTENT,      "content-empty",    true,  "a message without content")                \
    X(RULE_BLOCK,        "content-block",    true,  "a content block that is not one of text, image, video") \
    X(RULE_PROMPT_EMPTY, "prompt-empty",     true,  "a prompt without text")                    \
    X(RULE_ANSWER_EMPTY, "answer-empty",     true,  "an answer without text")                   \
    X(RULE_ANSWER_POOR,  "answer-trivial",   false, "an answer that says nothing")              \
    X(RULE_RESERVED,     "reserved-word",    true,  "a word that fails the job")                \
    X(RULE_TOKENS,       "sample-length",    true,  "a record over the model's tokens a sample") \
    X(RULE_PROMPT_CHARS, "prompt-length",    true,  "a prompt outside the model's length")      \
    X(RULE_MEDIA_MODEL,  "media-model",      true,  "the model does not train on this medium")  \
    X(RULE_MEDIA_FORMAT, "media-format",     true,  "a file format the model does not read")    \
    X(RULE_MEDIA_COUNT,  "media-count",      true,  "too many images or videos in a record")    \
    X(RULE_MEDIA_ROLE,   "media-role",       true,  "an image or video in an answer")           \
    X(RULE_MEDIA_MIXED,  "media-mixed",      true,  "images and videos in one dataset")         \
    X(RULE_S3_URI,       "s3-uri",           true,  "not an address of the form s3://bucket/key") \
    X(RULE_S3_NAME,      "s3-name",          true,  "a file name with characters the job refuses") \
    X(RULE_S3_BUCKET,    "s3-bucket",        true,  "media in more than one bucket")            \
    X(RULE_FEW,          "records-few",      true,  "fewer records than the model takes")       \
    X(RULE_MANY,         "records-many",     true,  "more records than the model takes")        \
    X(RULE_FILE_BYTES,   "file-size",        true,  "a larger file than the model takes")       \
    X(RULE_SAME,         "duplicate",        false, "a record twice")                           \
    X(RULE_NEAR,         "near-duplicate",   false, "a record nearly twice")                    \
    X(RULE_CONTRADICT,   "contradiction",    false, "one prompt with two answers")              \
    X(RULE_LEAK,         "leakage",          false, "a validation record that is trained on")   \
    X(RULE_LABEL_SHARE,  "label-balance",    false, "labels that are far from even")            \
    X(RULE_LABEL_SPELL,  "label-spelling",   false, "one label in two spellings")
/* clang-format on */

enum train_rule {
#define X(rule, name, refused, text) rule,
    TRAIN_RULE_LIST(X)
#undef X
        RULE_COUNT
};

const char *train_rule_name(enum train_rule r);
const char *train_rule_text(enum train_rule r);
/* Whether AWS refuses the file (else it trains, badly). */
bool train_rule_refused(enum train_rule r);

struct train_issue {
    enum train_rule rule;
    int file;      /* 0 training, 1 validation */
    int64_t line;  /* from 1; 0: the file as a whole */
    size_t column; /* in bytes, from 1; 0: the line as a whole */
    const char *what;
};

/* Keeps the first `limit` of each severity, and counts all. */
struct train_log {
    struct train_issue *issue;
    size_t count, capacity;
    size_t limit, kept[2]; /* warnings, errors */
    int64_t seen[RULE_COUNT];
    int file;
    struct arena *arena;
};

void train_log_add(struct train_log *log, enum train_rule rule, int64_t line,
                   size_t column, const char *fmt, ...) PRINTF(5, 6);
int64_t train_log_total(const struct train_log *log, bool refused);

#endif
