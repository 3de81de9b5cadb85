#ifndef TUNE_JSON_TAPE_H
#define TUNE_JSON_TAPE_H

/* One line of JSON as a flat list of nodes that point into it: checked to the letter
 * (RFC 8259, UTF-8, no lone surrogates), nothing copied, at the speed of reading. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "str.h"

enum { TAPE_DEPTH_MAX = 64 };

enum tape_type {
    TAPE_NULL,
    TAPE_FALSE,
    TAPE_TRUE,
    TAPE_NUMBER,
    TAPE_TEXT,
    TAPE_ARRAY,
    TAPE_OBJECT
};

/* In the order of the line. An array's first element, an object's first key, is the
 * node behind it; what follows a node with all that is in it is `end`; a key is a
 * TAPE_TEXT and its value the node behind it. */
struct tape_node {
    uint32_t at, bytes; /* in the line; of a text without its quotes */
    uint32_t end;       /* index */
    uint32_t chars;     /* TAPE_TEXT: characters once its escapes are read */
    enum tape_type type;
    bool escaped; /* it has a backslash */
    bool unicode; /* and one before a 'u' */
};

struct json_tape {
    struct tape_node *node;
    size_t count, capacity;
    const char *line; /* the caller's, as long as the tape is used */
    struct arena *arena;
};

struct tape_fault {
    size_t at; /* bytes before it */
    const char *what;
};

/* The nodes of `line` (below 4 GiB), white space around it allowed; those of an earlier
 * line are gone. Returns: false with the fault. */
bool json_tape_read(struct json_tape *t, const char *line, size_t bytes,
                    struct tape_fault *fault);

/* The value of the object's key; 0 (which is no value's index) when there is none.
 * Keys are compared as they are written. */
uint32_t tape_member(const struct json_tape *t, uint32_t object, const char *key);

struct str tape_raw(const struct json_tape *t, uint32_t node);

/* "a text", "an array", … */
const char *tape_type_text(enum tape_type type);

#endif
