#ifndef PLANNER_PRICE_ATTACH_READ_H
#define PLANNER_PRICE_ATTACH_READ_H

/* An attachment as people write it: what it is, how large its file, how many.
 *
 *   900x900   900x900@3.2MB   900x900@3.2MB*4     pixels of an image
 *   3   3@0.8MB   30*2                            pages, seconds, characters */

#include "attach.h"

/* Fills all but `kind`, which is known, and `text_only`. Errors: ERR_INPUT, ERR_RANGE;
 * what a count may be is attach_item_tokens()'s business. Owns: nothing. */
NODISCARD enum err_code attach_read(struct attach_item *item, const char *text,
                                    struct arena *a, struct err *e);

/* "an image of 900x900", "a PDF of 3 pages". Owns: the arena. */
const char *attach_name(const struct attach_item *item, struct arena *a);

/* What a model must read to take it: "image", "document", "video". */
const char *attach_modality(enum attach_kind kind);

#endif
