#ifndef BASE_CSV_H
#define BASE_CSV_H

/* CSV (RFC 4180, LF or CRLF) a row at a time, over libcsv in strict mode. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

struct csv_row {
    char **field; /* NUL-terminated */
    size_t count;
    int64_t line; /* of the file, where the row starts, from 1 */
};

struct csv;

/* Reads `bytes`; `name` stands in messages. The first row is the header.
 * Errors: ERR_INPUT with "NAME:LINE: " (no header, a field name twice).
 * Owns: the arena, rows too: they stay valid. */
NODISCARD enum err_code csv_open(struct csv **out, const char *name, const char *bytes,
                                 size_t size, struct arena *a, struct err *e);

/* The header's names, in order. */
const struct csv_row *csv_header(const struct csv *c);

/* Column of a header name, or -1. */
int csv_column(const struct csv *c, const char *name);

/* The next row; `*more` false at the end. A row with another number of fields
 * than the header is ERR_INPUT. Blank lines are skipped. */
NODISCARD enum err_code csv_next(struct csv *c, struct csv_row *row, bool *more,
                                 struct err *e);

/* Write one field, quoted when it must be. */
#include <stdio.h>
void csv_put(FILE *f, const char *text, char separator);

#endif
