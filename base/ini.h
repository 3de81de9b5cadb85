#ifndef BASE_INI_H
#define BASE_INI_H

/* plan.ini as a list of settings with their lines; inih does the parsing.
 *
 * inih cuts lines at 200 bytes and tells handlers no line, so it is fed from a
 * reader that counts and refuses longer lines. A line that starts with white
 * space continues the value above it (joined by one space). ';' starts a
 * comment at a line's start or after white space. */

#include <stdint.h>

#include "arena.h"
#include "err.h"

struct ini_entry {
    const char *section; /* "workload" of "[workload chat]" */
    const char *name;    /* "chat"; "" when the section has none */
    const char *key;
    const char *value;
    int line;         /* of the value's first line */
    int section_line; /* of the "[…]" above it */
};

struct ini_section {
    const char *section, *name;
    int line;
};

struct ini {
    const char *path;
    struct ini_entry *entry;
    size_t count;
    struct ini_section *sections; /* empty ones too */
    size_t section_count;
};

/* Errors: ERR_INPUT "PATH:LINE: …": no section, no '=', a line over 199 bytes,
 * the same key twice in one section, the same section twice, bytes that are not
 * UTF-8 or NUL. Owns: the arena. */
NODISCARD enum err_code ini_load(struct ini *out, const char *path, const char *bytes,
                                 size_t size, struct arena *a, struct err *e);

#endif
