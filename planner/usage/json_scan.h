#ifndef USAGE_JSON_SCAN_H
#define USAGE_JSON_SCAN_H

/* Picks a few fields out of a JSON object and skips the rest at the speed of memchr():
 * in a log of model calls nearly all is prompt and answer, which nobody wants. What is
 * skipped is only looked at as far as finding its end needs. */

#include <stdbool.h>
#include <stddef.h>

#include "str.h"

enum scan_type {
    SCAN_ABSENT,
    SCAN_TEXT,
    SCAN_NUMBER,
    SCAN_LITERAL,
    SCAN_OBJECT,
    SCAN_ARRAY
};

/* A value as it stands in the bytes: text without its quotes but with its escapes,
 * objects and arrays with their brackets. */
struct scan_value {
    enum scan_type type;
    struct str raw;
};

/* What to do with key `key` in an object that was entered as `place`: keep its value as
 * `field`, and enter it as `enter` when it is an object, or an array of objects.
 * The last of two equal keys counts. */
struct scan_rule {
    int place;
    const char *key;
    int field; /* -1: none */
    int enter; /* -1: do not */
};

enum scan_result {
    SCAN_OK,
    SCAN_BAD, /* not JSON */
    SCAN_CUT, /* the bytes end inside */
};

/* The object at `*p` (white space before it is skipped), entered as place 0. `*p`
 * becomes what follows it. `field` is the caller's, cleared here. */
enum scan_result json_scan(struct scan_value *field, size_t fields,
                           const struct scan_rule *rules, size_t rule_count,
                           const char **p, const char *end);

/* The objects of an array of them (or the one object), by and by: `rest` starts as the
 * raw value. False at the end. */
bool json_scan_next_object(struct str *object, struct str *rest);

/* The values of an array, by and by: `rest` starts as its raw text. False at the end,
 * and where the array is malformed. */
bool json_scan_next_value(struct scan_value *out, struct str *rest);

/* Text without escapes; `out` has room for raw.n bytes. Returns its length; -1 when an
 * escape is none. A lone surrogate becomes U+FFFD. */
long json_unescape(char *out, struct str raw);

#endif
