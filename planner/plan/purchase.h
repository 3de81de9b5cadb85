#ifndef PLANNER_PLAN_PURCHASE_H
#define PLANNER_PLAN_PURCHASE_H

/* The ways to buy a model, as plan.ini names them. */

#include <stddef.h>

#include "arena.h"
#include "err.h"
#include "tariff.h"
#include "units.h"

enum purchase_kind { BUY_TOKENS, BUY_UNITS, BUY_RESERVED, BUY_DEPLOYMENT, BUY_IMPORT };

struct purchase {
    enum purchase_kind kind;
    enum tier tier; /* BUY_TOKENS: of `share` of the requests, the rest standard */
    double share;   /* 0..1 */
    enum routing routing; /* DEFAULT when the text names none */
    enum commitment term; /* of units and reserved tokens */
    const char *text;     /* "on-demand", "batch 20%", "units 6-month" */
};

/* "on-demand, batch 20%, provisioned": one purchase each; "provisioned" without a term
 * is three (no commitment, 1 and 6 months), "reserved" two. Errors: ERR_INPUT with the
 * nearest word; ERR_RANGE a share outside 0..100 %. */
NODISCARD enum err_code purchase_parse(struct purchase **out, size_t *count,
                                       const char *text, struct arena *a,
                                       struct err *e);

#endif
