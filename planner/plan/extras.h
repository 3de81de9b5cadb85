#ifndef PLANNER_PLAN_EXTRAS_H
#define PLANNER_PLAN_EXTRAS_H

/* Extra lines: what a workload costs beside the tokens of its requests, each a named
 * line of the bill with a price of its own: a vector store, a guardrail's text units,
 * an evaluation every quarter. Lines that stand in the plan alone belong to no
 * workload.
 *
 * A month's quantity is
 *     per_request × requests + per_input × input tokens + per_output × output tokens
 *     + by_month[month]
 * of the requests that reach the model, whole, times the price. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "row.h"
#include "usd.h"

struct month_totals {
    double requests, input, output, windows; /* windows: 5-minute ones with traffic */
};

struct proof;

struct extra_price {
    struct usd_rate rate;
    const char *unit; /* "OCU-hour", "text unit", "token" */
    const char *source, *as_of;
    enum trust trust;
    unsigned marks;
    bool stated; /* the plan's own figure: paid as it is, without a discount */
    const struct proof *proof; /* its row; NULL: stated, or read from a saved answer */
};

struct plan_extra {
    const char *owner; /* "rag kb": the section it comes from */
    const char *what;  /* "vector store" */
    struct extra_price price;
    double per_request, per_input, per_output;
    const double *by_month; /* [months]; NULL: nothing */
    bool standing;          /* by_month is owed without a single call */
    const char *note;       /* how the quantity came about; NULL: nothing to say */
    const char *billed_by;  /* "Amazon Bedrock"; NULL: not known */
    double quantity, usd, idle_usd; /* of a mean month, after the discount */
};

struct extras {
    struct plan_extra *line;
    size_t count, capacity;
};

void extras_add(struct extras *x, struct arena *a, struct plan_extra line);
void extras_append(struct extras *x, struct arena *a, const struct extras *more);

/* "rag kb: vector store" */
const char *extra_name(const struct plan_extra *l, struct arena *a);
double extra_unit_usd(const struct plan_extra *l);
double extra_quantity(const struct plan_extra *l, const struct month_totals *m,
                      size_t month);

/* Adds what the lines bill in a month: those that a discount applies to, and the
 * others. Errors: ERR_RANGE naming the line. */
NODISCARD enum err_code extras_bill(struct usd_acc *listed, struct usd_acc *stated,
                                    const struct extras *x,
                                    const struct month_totals *m, size_t month,
                                    struct err *e);

/* The same as an estimate, in the part that follows the requests and the part that
 * does not, after a discount that leaves `keep` of the price. */
struct extras_usd {
    double volume, fixed, standing; /* standing: the part of `fixed` owed when idle */
};
struct extras_usd extras_usd(const struct extras *x, const struct month_totals *m,
                             size_t month, double keep);

#endif
