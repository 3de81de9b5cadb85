#ifndef RECONCILE_BILL_RECORD_H
#define RECONCILE_BILL_RECORD_H

/* CSV (RFC 4180) record by record from a stream, in memory that does not grow with the
 * file: the bill of a large payer has more bytes than a laptop has. */

#include "arena.h"
#include "err.h"
#include "line_input.h"

struct bill_record {
    char **field; /* NUL-terminated, valid until the next record */
    size_t count;
    int64_t line; /* where it starts, from 1 */
};

struct bill_reader;

/* `path` "-" is stdin. Errors: ERR_INPUT cannot be opened, no header, Parquet. */
NODISCARD enum err_code bill_reader_open(struct bill_reader **out, const char *path,
                                         struct err *e);
void bill_reader_close(struct bill_reader *r); /* NULL: nothing */

/* The first record. */
const struct bill_record *bill_reader_header(const struct bill_reader *r);
/* Column of the header, -1 none. */
int bill_reader_column(const struct bill_reader *r, const char *name);

/* Errors: ERR_INPUT with "LINE: ": quotes that do not end, another number of fields
 * than the header, a line over 16 MB, a damaged gzip. `*more` false at the end. */
NODISCARD enum err_code bill_reader_next(struct bill_reader *r, struct bill_record *out,
                                         bool *more, struct err *e);

#endif
