#ifndef BASE_STR_H
#define BASE_STR_H

/* Text to look at (struct str) and text to build with a required maximum (struct buf).
 */

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct str {
    const char *p;
    size_t n;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
/* for printf("%.*s") */
#define STR_ARG(s) (int)(s).n, (s).p

struct str str_of(const char *text);
bool str_eq(struct str a, const char *b);
/* Without white space at both ends. */
struct str str_trim(struct str s);
/* Without the byte-order mark that some programs put at the start of a file. */
struct str str_without_bom(struct str s);
/* The part before the first `sep`; `*rest` becomes what follows it (empty at the end).
 */
struct str str_cut(struct str s, char sep, struct str *rest);
bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

/* A growing text of at most `max` bytes; more sets `overflow` and is dropped whole. */
struct buf {
    char *p; /* always NUL-terminated once anything was added */
    size_t n, cap, max;
    bool overflow;
};

void buf_add(struct buf *b, const char *bytes, size_t n);
void buf_text(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_clear(struct buf *b);

#endif
