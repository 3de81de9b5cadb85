#ifndef CATALOG_FEED_USAGE_CANON_H
#define CATALOG_FEED_USAGE_CANON_H

/* The words of a usage type, however it is written: what classifying looks at. Only
 * usage_class.c, usage_media.c and usage_service.c include this. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct usage_class;
struct usage_words;

/* Lower-case words between single blanks: "CacheWrite1hInput" -> " cache write 1 h
 * input ". Digits stand apart, so "6months" and "6MonthsCommit" begin alike. What is
 * longer is cut. */
struct usage_canon {
    char text[512];
    size_t n;
};

/* Append the words of `text` (NULL: none). */
void canon_add(struct usage_canon *c, const char *text);

/* `words` with a blank before and, for whole words, behind: " output ". */
bool canon_has(const struct usage_canon *c, const char *words);

/* Is the published unit one of ours ("token", "hour", "image", …), and of how many? */
bool usage_unit(const struct usage_words *w, const char *ours, int32_t *per);

/* Records that AWS Marketplace bills: they have units of their own. */
bool usage_is_marketplace(const struct usage_words *w);

/* What is sold by the image, the second of video or audio, the video or the query;
 * false when it is none of these. */
bool usage_classify_media(struct usage_class *out, const struct usage_words *w,
                          const struct usage_canon *c);

/* The services around models: Guardrails, Flows, imported models, …; else false. */
bool usage_classify_service(struct usage_class *out, const struct usage_words *w,
                            const struct usage_canon *c);

/* "batch_", "flex_", …: what stands before the direction; "" standard. */
const char *usage_tier_prefix(const struct usage_canon *c);
/* Global, regional or, where the source makes no difference, "". */
const char *usage_scope(const struct usage_words *w, const struct usage_canon *c);

#endif
