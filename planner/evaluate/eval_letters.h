#ifndef EVALUATE_EVAL_LETTERS_H
#define EVALUATE_EVAL_LETTERS_H

/* What a character is, whatever the locale: only what scoring asks. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at `p`, which is UTF-8 without faults, and its bytes. */
uint32_t letter_read(const char *p, size_t *bytes);
/* Writes up to 4 bytes. Returns: how many. */
size_t letter_write(char *out, uint32_t c);

/* Small letter of a capital one: Latin, Greek, Cyrillic, Armenian, full width; others
 * are as they are. The capital of a small one likewise. */
uint32_t letter_lower(uint32_t c);
uint32_t letter_upper(uint32_t c);

bool letter_blank(uint32_t c);
/* Marks of ASCII, and what other scripts use as such. */
bool letter_mark(uint32_t c);
/* Of a script that writes words without blanks between them (Han, Kana). */
bool letter_word_alone(uint32_t c);

#endif
