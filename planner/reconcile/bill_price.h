#ifndef RECONCILE_BILL_PRICE_H
#define RECONCILE_BILL_PRICE_H

/* A usage type of a bill, priced: the quantity is the bill's, the price the catalog's.
 */

#include "bill_file.h"
#include "proof.h"
#include "usage_name.h"
#include "usage_stats.h"

struct priced_usage {
    const struct billed *billed;
    struct usage_meaning is;
    bool priced;
    const struct proof *proof; /* of the price; NULL without */
    struct longhand units;     /* billed, in what the price counts */
    struct longhand catalog;   /* USD */
    int64_t logged;            /* tokens of the logs; -1 none */
    const char *why;           /* it could not be priced; NULL */
};

struct bill_check {
    struct app *app;
    struct catalog *catalog;
    struct priced_usage *line;
    size_t count;
    struct usage_stats usage;
    bool with_usage;
    struct longhand billed, explained, unexplained, credit, catalog_sum;
};

struct name_join;

/* What `billed` of `l` comes to. What cannot be priced is no error: `why` says so.
 * Errors: of the catalog; ERR_RANGE. */
NODISCARD enum err_code bill_price(struct priced_usage *l, const struct bill_check *b,
                                   struct name_join *join, struct err *e);

#endif
