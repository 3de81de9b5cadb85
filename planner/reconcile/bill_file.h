#ifndef RECONCILE_BILL_FILE_H
#define RECONCILE_BILL_FILE_H

/* Bedrock's rows of a bill: a Cost and Usage Report (2.0, or the older one with
 * slashes) or a FOCUS export, as CSV, plain or gzip; summed by usage type, region and
 * product. */

#include "app.h"
#include "longhand.h"

struct billed {
    const char *usage_type, *region, *product, *unit;
    struct longhand quantity, usd, credit; /* credit: rows below zero, without sign */
    int64_t rows;
};

struct bill_file {
    const char *kind; /* "CUR 2.0", "CUR", "FOCUS" */
    struct billed *row;
    size_t count, capacity;
    int64_t read, foreign;    /* rows; foreign: of other services */
    const char *first, *last; /* dates of usage, "" unknown */
};

/* Errors: ERR_INPUT "FILE: …" with the line. Owns: the arena. */
NODISCARD enum err_code bill_file_read(struct bill_file *out, const char *path,
                                       struct arena *a, struct err *e);

#endif
