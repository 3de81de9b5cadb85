#ifndef PROMPT_TEXT_DIFF_H
#define PROMPT_TEXT_DIFF_H

/* What became of a text: a longest common subsequence of its lines, or of its words. */

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "str.h"

struct diff_piece {
    char kind;            /* ' ' kept, '-' gone, '+' new */
    size_t before, after; /* numbers from 1 in each text; 0 where it is not there */
    struct str text; /* a line without its end; a word, or the blanks between two */
};

struct text_diff {
    struct diff_piece *piece; /* in order; what goes before what comes */
    size_t pieces;
    size_t gone, added;
    bool coarse; /* so much changed that the middle is shown as replaced whole */
};

/* Owns: the arena; points into the texts. Complexity: the product of what is left of
 * both once their common ends are off, up to a limit. */
void text_diff(struct text_diff *out, struct str before, struct str after, bool words,
               struct arena *a);

#endif
