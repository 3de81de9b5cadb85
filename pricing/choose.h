#ifndef PRICING_CHOOSE_H
#define PRICING_CHOOSE_H

/* Which price row bills a dimension of a model in a region under a routing.
 * The rules are numbered in the manual ("Price rows, and how one is chosen");
 * each is a function here and a row of tests/unit/t_choose.c. */

#include <stddef.h>

#include "row.h"

enum routing { ROUTING_DEFAULT, ROUTING_IN_REGION, ROUTING_GEO, ROUTING_GLOBAL };
const char *routing_text(enum routing r); /* "in-region", … */

/* What the catalog knows of the model in the region asked for. */
struct price_offer {
    const char *region;    /* "eu-west-1" */
    const char *geography; /* its profile: "us", "eu", "apac", "au", "jp", "in",
                              "us-gov"; "" none */
    bool listed;           /* the model's region list has it */
    bool list_unknown;     /* the model has no region list: a profile that serves the
                              region stands for it */
    bool in_region;        /* offered on demand there without a profile */
    bool geo, global;      /* an inference profile of that kind exists */
};

/* Rule 1: the routing that stands for ROUTING_DEFAULT.
 * Errors: ERR_NOT_FOUND naming `global` when only that is left. */
NODISCARD enum err_code choose_routing(enum routing *out, enum routing asked,
                                       const struct price_offer *offer, struct err *e);

struct price_pick {
    const struct price_row *row;   /* NULL: nothing bills it (rule 6) */
    const struct price_row *other; /* the disagreeing row of MARK_CONFLICT, or the
                                      nearest row when `row` is NULL; NULL when none */
    unsigned marks;
};

/* Rules 2 to 7. `rows` are all of one model, any order. `routing` is not DEFAULT.
 * Returns a pick; unpriced is a pick without row, not an error. */
struct price_pick choose_row(const struct price_row *rows, size_t count,
                             const struct price_offer *offer, enum routing routing,
                             const char *dimension, const char *context_tier,
                             int64_t at_unix_s);

/* `--range`: the cheapest and dearest plausible row of the dimension for this region
 * and routing (rows that rule 5 keeps from billing count). False when there is none. */
bool choose_range(const struct price_row **low, const struct price_row **high,
                  const struct price_row *rows, size_t count,
                  const struct price_offer *offer, enum routing routing,
                  const char *dimension, const char *context_tier, int64_t at_unix_s);

#endif
