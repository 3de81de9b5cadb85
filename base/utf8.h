#ifndef BASE_UTF8_H
#define BASE_UTF8_H

/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, up to U+10FFFF. */

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the character at `p`, of which `n` bytes are there; 0 when malformed. */
size_t utf8_char(const char *p, size_t n);

/* Whole characters only? On false `*bad` (may be NULL) is the first bad byte's
 * offset. */
bool utf8_valid(const char *p, size_t n, size_t *bad);

#endif
