#ifndef USAGE_RECORD_FILE_H
#define USAGE_RECORD_FILE_H

/* Requests by time in a file, 15 to 24 bytes each: differences of time and counts as
 * variable-length integers, with a check sum.
 *
 *   "bedplan requests 1\n", blocks, an empty block
 *   block: bytes, records, CRC-32 of what follows (32 bits each, little endian),
 * records record: status, model, us since the one before, input, cached, written,
 * output, max_tokens, latency_ms (LEB128 each), id (32 bits)
 *
 * Models are indices; their names are in the database. */

#include <stdio.h>

#include "usage_record.h"

struct record_writer;
struct record_reader;

/* To a stream that the caller owns. */
NODISCARD enum err_code record_writer_open(struct record_writer **out, FILE *f,
                                           struct err *e);
NODISCARD enum err_code record_writer_add(struct record_writer *w,
                                          const struct usage_record *r, struct err *e);
/* Writes the end. */
NODISCARD enum err_code record_writer_finish(struct record_writer *w, struct err *e);
void record_writer_close(struct record_writer *w);

/* Errors: ERR_DB with "PATH: " (missing, damaged, cut short). */
NODISCARD enum err_code record_reader_open(struct record_reader **out, const char *path,
                                           struct err *e);
NODISCARD enum err_code record_reader_next(struct record_reader *r,
                                           struct usage_record *out, bool *more,
                                           struct err *e);
void record_reader_close(struct record_reader *r);

#endif
