#ifndef PROMPT_SAMPLES_H
#define PROMPT_SAMPLES_H

/* Values of a prompt's variables, as requests had them: CSV with the names in its first
 * row, or lines of JSON objects. */

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "prompt_template.h"

struct prompt_samples {
    const char *path;
    struct prompt_names column;
    const char ***row; /* row[i][column]; NULL: not given */
    int64_t *line;     /* of the file */
    size_t rows;
};

/* Errors: ERR_IO; ERR_INPUT "FILE:LINE: …": a line that is no object, a value that is
 * no text, number or true or false; no sample at all. Owns: the arena. */
NODISCARD enum err_code prompt_samples_read(struct prompt_samples *out,
                                            const char *path, struct arena *a,
                                            struct err *e);
/* The same of bytes. */
NODISCARD enum err_code prompt_samples_parse(struct prompt_samples *out,
                                             const char *path, const char *bytes,
                                             size_t size, struct arena *a,
                                             struct err *e);

#endif
