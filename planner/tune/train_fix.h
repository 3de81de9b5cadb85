#ifndef TUNE_TRAIN_FIX_H
#define TUNE_TRAIN_FIX_H

/* What can be mended without knowing better than the author: byte-order mark, blank
 * lines, blanks at the ends, exact copies, a missing or misspelled schemaVersion, roles
 * in capitals. The rest of a line is copied byte by byte. */

#include <stdio.h>

#include "json_tape.h"
#include "train_rules.h"

/* Writes `line` with its mendings and a line feed. `t` is its tape; NULL when it is no
 * record: then it is copied. Returns: whether it was changed. */
bool train_fix_write(const struct json_tape *t, enum train_format format,
                     const struct train_rules *rules, struct str line, FILE *f);

#endif
