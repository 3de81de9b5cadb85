#ifndef TUNE_TUNE_PLAN_H
#define TUNE_TUNE_PLAN_H

/* What a custom model costs from its data to its idle hours, and at which volume it
 * beats a larger model with examples, or with retrieval.
 *
 *   tune_ask       what was asked
 *   tune_lines     people, teacher, training, storage: what is paid however few the
 *                  calls
 *   tune_hosting   each way to host it, idle and at the stated calls
 *   tune_ways      the tuned model, hosted each way, beside the other ways
 */

#include "bill.h"
#include "commit.h"
#include "tariff.h"
#include "tune_ask.h"
#include "units.h"
#include "windows.h"
#include "winners.h"

/* An amount that is known, or known to lie between two. */
struct usd_span {
    struct usd_acc low, high;
};

enum { TUNE_LINES = 8, TUNE_WAYS = HOSTING_KINDS + 2, TUNE_NOTES = 24 };

struct tune_line {
    const char *what;
    bool known;
    const char *why; /* it is not */
    struct usd_span usd;
    struct bill_line bill[2]; /* of the lowest and the highest; unit NULL: people */
    const char *detail;       /* "1,234,567 tokens x 2 epochs" */
    const char *source, *as_of;
};

struct tune_hosting {
    enum hosting_kind kind;
    const char *name;
    const char *why_not;           /* NULL: it is offered here */
    const char *unpriced;          /* it is, but a price is missing; NULL none is */
    struct usd_acc idle_per_month; /* of MONTH_HOURS; for units: of all of them */
    struct usd_acc idle_per_hour;
    struct usd_acc usd;            /* of all months at the stated calls */
    bool priced;                   /* whether `usd` is of the stated calls */
    bool at_least;                 /* units of unknown rate: of one */
    const struct unit_price *unit; /* NULL: none */
    unsigned marks;
    int64_t units, paid_hours; /* the most at once; of one of them */
    struct bill bill;          /* by token, window or unit-hour */
    const char *source, *as_of;
    int64_t locked_until_unix_s;        /* a commitment made at the start; 0 none */
    const char *detail;                 /* NULL or a sentence */
    const struct commit_solution *plan; /* of units, by the optimiser; else NULL */
    struct usd_acc bound;               /* with plan: proved, nothing can be cheaper */
    struct window_share windows;        /* of an import */
    struct cost_curve curve;            /* without what is paid once */
    bool has_curve;
};

struct tune_way {
    const char *name;
    const char *why_not; /* NULL: it is priced */
    size_t hosting;      /* of a tuned one; HOSTING_KINDS: another way */
    struct usd_span fixed;
    struct usd_acc running;   /* of all months at the stated calls */
    struct usd_acc retrieval; /* of that, beside the tokens */
    bool has_running, at_least;
    struct bill bill; /* of all months' calls */
    double hit_share; /* of the examples, read from the cache; -1: not cached */
    struct cost_curve curve;
    bool has_curve;
    const char *detail;
};

struct tune_plan {
    struct app *app;
    struct arena *arena;
    struct tune_ask ask;
    struct item_price *item; /* of the customization table */
    size_t items;
    struct unit_price *unit;
    size_t unit_count;
    struct tune_line line[TUNE_LINES];
    size_t lines;
    struct usd_span fixed;  /* the known lines together */
    bool fixed_at_least;    /* a line's price is missing */
    const char *incomplete; /* the missing row; NULL: all is priced */
    int64_t tokens[2];      /* of one epoch, lowest and highest */
    struct tune_hosting hosting[HOSTING_KINDS];
    size_t hostings, chosen; /* chosen == hostings: none is offered */
    struct load_level *level;
    size_t levels;
    int64_t calls; /* in all months */
    struct tune_way way[TUNE_WAYS];
    size_t ways;
    size_t competing[TUNE_WAYS], competitors; /* ways with a curve */
    struct winner_map winners[2];             /* at the high and the low end */
    bool spread;                              /* whether the two differ */
    /* idle first */
    struct usd_acc worth;     /* idle hosting may cost so much */
    const char *worth_of;     /* "the training" */
    int64_t delete_by_unix_s; /* 0: nothing runs by the hour, or nothing to compare */
    double usd_per_call, by_token_usd; /* -1 not known */
    bool shock;
    const char *note[TUNE_NOTES];
    size_t notes;
};

/* A shock: a call costs so many times what its tokens would, or so much where no price
 * by the token is known. */
enum { SHOCK_TIMES = 10, SHOCK_USD = 1 };

/* Errors: of tune_ask() and the catalog. What has no price is no error: see
 * `incomplete`. Owns: the app's arena. */
NODISCARD enum err_code tune_plan(struct tune_plan *out, struct app *app,
                                  const char *model, const struct tune_settings *s,
                                  struct err *e);

NODISCARD enum err_code tune_lines(struct tune_plan *p, struct err *e);
NODISCARD enum err_code tune_hosting(struct tune_plan *p, struct err *e);
NODISCARD enum err_code tune_units(struct tune_plan *p, struct err *e);
NODISCARD enum err_code tune_import(struct tune_plan *p, struct err *e);
NODISCARD enum err_code tune_ways(struct tune_plan *p, struct err *e);
void tune_idle(struct tune_plan *p);

/* The prices by token of a model: `custom` of its deployment in the plan's region.
 * Errors: as tariff_build(). */
NODISCARD enum err_code tune_tariff(struct tariff *out, struct tune_plan *p,
                                    const struct model *m, bool custom, struct err *e);
struct tune_hosting *tune_add_hosting(struct tune_plan *p, enum hosting_kind kind);
void tune_note(struct tune_plan *p, const char *fmt, ...) PRINTF(2, 3);
/* For curves and sentences only. */
double acc_double(struct usd_acc a);
double rate_double(struct usd_rate r);

/* The priced lines of one cost (its two ends where they differ), of one bill, of all.
 * Errors: ERR_RANGE. Owns: the plan's arena. */
struct proof_list;
NODISCARD enum err_code tune_line_proofs(struct proof_list *out,
                                         const struct tune_plan *p,
                                         const struct tune_line *l, struct err *e);
NODISCARD enum err_code tune_bill_proofs(struct proof_list *out,
                                         const struct tune_plan *p, const char *name,
                                         const struct bill *b, bool custom,
                                         struct err *e);
NODISCARD enum err_code tune_proofs(struct proof_list *all, const struct tune_plan *p,
                                    struct err *e);

NODISCARD enum err_code tune_plan_text(struct tune_plan *p, struct err *e);
NODISCARD enum err_code tune_plan_json(struct tune_plan *p, struct err *e);

#endif
