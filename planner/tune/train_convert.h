#ifndef TUNE_TRAIN_CONVERT_H
#define TUNE_TRAIN_CONVERT_H

/* A record of one training format as the same record of another. Texts are carried over
 * as they are written, escapes and all. */

#include <stdio.h>

#include "json_tape.h"
#include "train_rules.h"

/* Writes the record of tape `t` in format `to` and a line feed. From and to: pairs,
 * Converse and Claude's; text may be made of pairs.
 * Returns: NULL, or why it cannot be: the record has no such form; then nothing was
 * written. The record is one that `tune check` finds well formed; what is not is
 * refused too. */
const char *train_convert(const struct json_tape *t, enum train_format from,
                          enum train_format to, FILE *f);

#endif
