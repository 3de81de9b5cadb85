#ifndef PRICING_UNITS_H
#define PRICING_UNITS_H

/* Capacity by the hour: model units on a commitment, and the reserved tier's input
 * and output tokens per minute.
 * Source: AWS docs, prov-throughput, prov-thru-delete, service-tiers-inference. */

#include "bill.h"

enum commitment {
    COMMIT_NONE, /* deleted at any time */
    COMMIT_1_MONTH,
    COMMIT_3_MONTHS, /* reserved tier only */
    COMMIT_6_MONTHS, /* model units only */
    COMMIT_COUNT
};
const char *commitment_text(enum commitment c); /* "none", "1-month", … */
int commitment_months(enum commitment c);       /* 0, 1, 3, 6 */

/* Whole hours of a term that starts at `start_unix_s` and lasts to the same day and
 * time of the later month; 0 without a commitment. */
int64_t commitment_hours(enum commitment c, int64_t start_unix_s);

struct unit_pick {
    const struct unit_price *row;   /* NULL: not for sale so, or unpriced */
    const struct unit_price *other; /* a row that disagrees, or the nearest one */
    unsigned marks;
};

/* The price of one model unit for an hour. Rows of the region, else of "*"; a custom
 * model's own price, else its base's, which AWS says it equals. Then rows that are not
 * marked OLDER, the better trust, the later date. Rows without a region label never
 * bill. */
struct unit_pick units_choose(const struct unit_price *rows, size_t count,
                              const char *region, bool custom, enum commitment c);

/* The reserved tier's price of 1 000 tokens per minute for an hour; `routing` global
 * has its own. */
struct unit_pick reserved_choose(const struct unit_price *rows, size_t count,
                                 const char *region, enum routing routing, bool output,
                                 enum commitment c);

/* `units` model units for `hours`, used or not.
 * Errors: ERR_UNPRICED when the pick is empty, ERR_RANGE. */
NODISCARD enum err_code units_bill(struct bill *b, const struct unit_pick *pick,
                                   const char *model, int64_t units, int64_t hours,
                                   int32_t discount_ppm, struct err *e);

/* The smallest reservation that is sold. */
enum { RESERVED_MIN_INPUT_TPM = 100000, RESERVED_MIN_OUTPUT_TPM = 10000 };

/* Reserved tokens per minute for `hours`; overflow is billed as standard, elsewhere.
 * Errors: ERR_UNPRICED, ERR_RANGE (below the minimum too). On error the bill is
 * untouched. */
NODISCARD enum err_code reserved_bill(struct bill *b, const struct unit_pick *input,
                                      const struct unit_pick *output, const char *model,
                                      int64_t input_tpm, int64_t output_tpm,
                                      int64_t hours, int32_t discount_ppm,
                                      struct err *e);

#endif
