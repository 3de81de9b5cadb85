#ifndef VERIFY_SEAL_H
#define VERIFY_SEAL_H

/* The last field of a saved answer: a check sum of all before it, so that a changed
 * field is seen. It proves that nothing was changed by accident, not who wrote it. */

#include <stdbool.h>
#include <stdio.h>

#include "str.h"

enum { SEAL_TEXT = 33 };

enum seal { SEAL_MISSING, SEAL_HOLDS, SEAL_BROKEN };
const char *seal_text(enum seal s); /* "missing", … */

/* 32 hex digits of a JSON document: white space and the way numbers are written do not
 * count, nor does the seal itself. */
void seal_of(char out[SEAL_TEXT], struct str json);

/* Whether the document's own seal is that. */
enum seal seal_check(struct str json);

/* Write `json`, an object without a seal, with one. */
void seal_write(FILE *f, struct str json);

#endif
