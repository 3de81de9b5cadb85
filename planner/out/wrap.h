#ifndef PLANNER_OUT_WRAP_H
#define PLANNER_OUT_WRAP_H

/* Running text in lines that fit. */

#include <stdio.h>

/* Columns that `text` takes: code points, control characters as blanks. */
int wrap_width(const char *text);

/* The words of `text` in lines of at most `columns`. The cursor is at column `first`;
 * further lines start `rest` columns in. A blank line separates paragraphs; a line
 * that starts with a blank stays a line of its own, its blanks kept.
 * Ends with a newline. */
void wrap_text(const char *text, int columns, int first, int rest, FILE *f);

#endif
