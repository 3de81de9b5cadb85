#ifndef PRICING_BILL_H
#define PRICING_BILL_H

/* A bill: lines of quantity times rate, each with its proof, and their exact sum. */

#include "arena.h"
#include "row.h"
#include "tariff.h"

struct bill_line {
    const char *dimension; /* "input", "model unit-hour", "training" … */
    int64_t quantity;
    const char *unit; /* "token" … */
    struct usd_rate rate;
    struct usd_acc cost; /* after the discount */
    int32_t discount_ppm;
    unsigned marks;
    enum trust trust;
    const char *source, *as_of;
    const struct price_row *row;   /* NULL when it is no token or image price … */
    const struct item_price *item; /* … but one of these */
    const struct unit_price *unit_row, *unit_other;
    const struct price_row *other; /* of MARK_CONFLICT */
    const char *note;              /* NULL or one sentence */
};

struct bill {
    struct bill_line *line;
    size_t count, capacity;
    struct usd_acc total;
    struct arena *arena;
};

/* `line.cost` is computed here: quantity × rate less the discount, exactly.
 * Errors: ERR_RANGE. On error the bill is untouched. */
NODISCARD enum err_code bill_add(struct bill *b, struct bill_line line, struct err *e);

/* The line of a priced pick (`pick->row` not NULL), ready for bill_add(). */
struct bill_line bill_line_of(const struct price_pick *pick, int64_t quantity,
                              int32_t discount_ppm);

/* The lines of `requests` equal requests. Counts are per request; cache reads and
 * writes are not part of `input_tokens` (Bedrock's own way of counting).
 * All of a request's tokens that are read decide whether it is a long one.
 * Errors: ERR_UNPRICED naming the first dimension without a row; ERR_RANGE. On error
 * the bill is untouched. */
struct request_tokens {
    int64_t input_tokens, output_tokens, cache_read_tokens;
    int64_t cache_write_tokens[3]; /* 5 min, 30 min, 1 h */
    int64_t attached_tokens; /* of images and documents: input on a line of its own,
                                an estimate unless they are counted */
    bool attached_counted;
};
NODISCARD enum err_code bill_requests(struct bill *b, const struct tariff *t,
                                      struct request_tokens per_request,
                                      int64_t requests, int32_t discount_ppm,
                                      struct err *e);

#endif
