#ifndef MODELS_BEDROCK_JSON_VIEW_H
#define MODELS_BEDROCK_JSON_VIEW_H

/* JSON looked at where it lies: no tree, no memory. For events of a stream, which come
 * by the hundred and hold a dozen members each. */

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

/* The whole text is one JSON value (RFC 8259, at most 64 deep). */
bool view_valid(struct str text);

/* The first member of that name, as it is written: "\"a\"", "12", "{…}". Empty where
 * `object` is no object or has none. `object` must come from a text that is valid.
 * Names with escapes are never found. */
struct str view_member(struct str object, const char *name);

bool view_is_text(struct str value);
/* A whole number from 0 to 1e15, or `*out` is left. */
bool view_count(int64_t *out, struct str value);
/* Appends a text without its quotes and escapes; half a surrogate becomes U+FFFD. */
void view_text(struct buf *out, struct str value);

#endif
