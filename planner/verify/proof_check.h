#ifndef VERIFY_PROOF_CHECK_H
#define VERIFY_PROOF_CHECK_H

/* A saved answer, reckoned again from what it records. A priced line is any object with
 * usd_per_unit and per, wherever it stands:
 *
 *   quantity [÷ divided_by] × usd_per_unit ÷ per, less the answer's discount = usd
 *   the row of that price, source, date and trust is in the catalog
 *
 * and sums are those of sum_check.c. What cannot follow from lines (percentiles,
 * shares, dates) is covered by the seal alone. */

#include <yajl/yajl_tree.h>

#include "app.h"
#include "longhand.h"
#include "seal.h"

struct check_finding {
    size_t line;       /* of the priced ones, from 1; 0: none */
    const char *where; /* "candidates[2].lines[0]", "" the whole */
    const char *field, *detail;
};

struct finding_list {
    struct check_finding *item;
    size_t count, capacity;
};

struct known_rows; /* of one model */
struct listed_price;

struct check {
    struct app *app;
    struct catalog *catalog;
    enum seal seal;
    const char *schema;
    size_t lines, recomputed; /* recomputed: with a quantity and a cost */
    size_t priced, proven;    /* priced: with a row of the catalog; proven: found */
    size_t sums;
    struct finding_list finding, stale;
    long long paths;      /* of a plan, which every mean is a mean of; 0 none */
    struct longhand keep; /* what is left after the discount */
    struct known_rows *known;
    struct listed_price *listed; /* every row, once one is looked for without a name */
    size_t listed_count;
    bool any_row;
};

/* Where the walk is. */
struct place {
    const char *path, *model, *dimension;
};

/* The value of a key, NULL when there is none. */
yajl_val doc_get(yajl_val object, const char *key);
const char *doc_text(yajl_val object, const char *key); /* NULL: no text */
/* The number's own digits; false when it is none, or below zero. */
bool doc_number(struct longhand *out, yajl_val object, const char *key);

void check_found(struct check *c, const struct place *at, const char *field,
                 const char *detail);

/* A priced line. Errors: of the catalog. */
NODISCARD enum err_code check_line(struct check *c, yajl_val line,
                                   const struct place *at, struct err *e);
/* A commitment's price of a unit-hour. */
NODISCARD enum err_code check_unit_hour(struct check *c, yajl_val object,
                                        const struct place *at, struct err *e);
/* quantity ÷ divided_by × price, less the discount; false: a field is missing or bad.
 */
bool check_cost_of(struct longhand *out, const struct check *c, yajl_val line,
                   const char *quantity);

/* What must add up in an object of this schema, and in the whole. */
void check_sums(struct check *c, yajl_val object, const struct place *at);

/* The document from its top. Errors: ERR_INPUT. */
NODISCARD enum err_code check_document(struct check *c, struct str json, struct err *e);

#endif
