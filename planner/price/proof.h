#ifndef PLANNER_PRICE_PROOF_H
#define PLANNER_PRICE_PROOF_H

/* A price that an answer used: its row, where that comes from, and why it was this row
 * and no other. One shape for tokens, model units, items and prices that were stated,
 * so that every command explains itself in the same words ('--explain') and 'verify'
 * can reckon every line again. */

#include "app.h"
#include "bill.h"
#include "customize.h"
#include "json.h"
#include "units.h"

struct proof {
    const char *model;     /* or the service */
    const char *dimension; /* what is sold: "input", "model unit-hour", … */
    const char *context_tier, *unit;
    struct usd_rate rate;
    const char *region, *scope; /* the row's; "*": its source named no region */
    const char *source, *as_of, *note, *doubt; /* "" none */
    int agree, disagree;                       /* other sources; -1: not counted */
    enum trust trust;
    bool stated; /* by the user: no row, no trust */
    unsigned marks;
    const char *rule; /* one sentence, with the rule's number where it has one */
    const struct proof *other; /* the row that disagrees; NULL none */
};

/* `region` is the one that was asked for. Range: a pick with a row. Owns: the arena. */
const struct proof *proof_of_price(const struct price_pick *pick, const char *region,
                                   struct arena *a);
const struct proof *proof_of_unit(const struct unit_price *row,
                                  const struct unit_price *other, unsigned marks,
                                  const char *region, bool custom, struct arena *a);
const struct proof *proof_of_item(const struct item_price *row, struct arena *a);
/* A line of a bill, whichever of the three it rests on. */
const struct proof *proof_of_line(const struct bill_line *l, const char *region,
                                  bool custom, struct arena *a);
/* A price that the user stated: `where` says where, "--hourly". */
const struct proof *proof_stated(const char *dimension, const char *unit,
                                 struct usd_rate rate, const char *where,
                                 struct arena *a);

/* Why a price row bills, for a region. */
const char *proof_rule(const struct price_row *row, const struct price_row *other,
                       const char *region, struct arena *a);

const char *trust_text(enum trust t); /* "A" */

/* quantity ÷ divided_by × rate, less a discount */
struct proof_line {
    const char *name; /* what it is for; NULL: the dimension says it */
    const struct proof *proof;
    bool counted; /* false: a price without a quantity */
    int64_t quantity, divided_by;
    int32_t discount_ppm;
    struct usd usd; /* set by proof_add() */
};
struct proof_list {
    struct proof_line *line;
    size_t count, capacity;
    struct arena *arena;
};
/* Prices the line. Errors: ERR_RANGE. */
NODISCARD enum err_code proof_add(struct proof_list *l, struct proof_line line,
                                  struct err *e);
/* All lines of a bill, with its quantities. */
NODISCARD enum err_code proof_add_bill(struct proof_list *l, const char *name,
                                       const struct bill *b, const char *region,
                                       bool custom, struct err *e);

/* The price and its proof as fields of an open object: usd_per_unit, per, source,
 * as_of, trust, marks, conflicts_with; with `explain` rule, region, scope and more. */
void proof_json_price(struct json *j, const struct proof *p);
void proof_json_proof(struct json *j, const struct proof *p, bool explain);
/* The fields of a whole line. */
void proof_json_line(struct json *j, const struct proof_line *l, bool explain);
void proof_json(struct json *j, const char *key, const struct proof_list *l,
                bool explain);

/* Whether the format is one for people; a note on stderr when not. */
bool proof_is_shown(struct app *app);
/* A paragraph a line. */
void proof_text_lines(struct app *app, const struct proof_list *l);
/* The same under "why:", where it is shown. Nothing without lines. */
void proof_text(struct app *app, const struct proof_list *l);

/* The option of every command that uses a price. */
#define PROOF_OPTION(offset_of_flag)                                                   \
    {                                                                                  \
        .key = "explain", .type = OPT_FLAG, .unit = "", .offset = (offset_of_flag),    \
        .help = "why each price is the one: row, source, date, trust, conflicts"       \
    }

#endif
