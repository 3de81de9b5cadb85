#ifndef TUNE_TRAIN_LINES_H
#define TUNE_TRAIN_LINES_H

/* A file line by line, in as much memory as its longest line needs (64 MB at most). */

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "str.h"

enum { TRAIN_LINE_MAX = 64 << 20 };

struct train_lines {
    const char *path;
    int fd;
    char *buffer;
    size_t capacity, from, to; /* what is read and not yet given */
    bool ended;
    int failure;           /* errno of a read */
    int64_t number, bytes; /* lines given, bytes read */
};

/* `path` "-" is stdin. Errors: ERR_INPUT. */
NODISCARD enum err_code train_lines_open(struct train_lines *l, const char *path,
                                         struct err *e);
/* The next line without its line feed (a CR stays), valid until the next call. A line
 * that is too long comes empty, with `*too_long`.
 * Returns: false at the end. */
bool train_lines_next(struct train_lines *l, struct str *line, bool *too_long);
/* Errors: ERR_INPUT when reading failed before the end. */
NODISCARD enum err_code train_lines_close(struct train_lines *l, struct err *e);

#endif
