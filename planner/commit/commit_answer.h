#ifndef COMMIT_ANSWER_H
#define COMMIT_ANSWER_H

/* The answer of `bedplan commit`: from what was asked, through the solver, back to
 * money and dates. Three dresses: commit_json.c, commit_text.c, commit_charts.c. */

#include <stdio.h>

#include "commit.h"
#include "commit_ask.h"
#include "commit_series.h"
#include "commit_share.h"
#include "commit_value.h"
#include "usd.h"

struct commit_question {
    const char *file; /* of the demand, for messages */
    const struct commit_series *series;
    struct ask_price hourly, spill;
    const struct ask_term *term;
    size_t terms;
    const struct ask_existing *existing;
    size_t existings;
    const int64_t *weight; /* NULL: all the same */
    int64_t cap;           /* COMMIT_NO_LIMIT */
    int64_t spill_most;    /* COMMIT_UNIT-ths an hour; COMMIT_NO_LIMIT */
    double most_share;     /* of a month's traffic that may spill; negative: no limit */
    bool prorate;
    bool dated;
    int64_t start_unix_s; /* of hour 0 */
};

enum commit_step { STEP_BUY, STEP_RENEW, STEP_LET_GO };
extern const char *const commit_step_text[]; /* "buy", "renew", "let_go" */

/* What to do at an hour: a commitment is billed until it is deleted. */
struct commit_action {
    int64_t hour, units;
    enum commit_step step;
    const char *term; /* bought or renewed into; NULL for let go */
};

struct commit_answer {
    const struct commit_question *q;
    struct commit_problem problem;
    struct commit_solution plan;
    int power;  /* costs are in 10^-power USD, times the weights */
    bool exact; /* no part of a unit had to be rounded to such a cost */
    /* each rounded to 1e-9 USD, ties to even; total is the sum of the three after it */
    struct usd total, commitment, hourly, spill;
    struct usd bound; /* rounded down */
    struct usd gap;
    bool has_spill_all, has_without; /* feasible */
    struct usd spill_all, without;
    double spilled_share;
    struct commit_value *value;
    size_t values;
    struct commit_action *action;
    size_t actions;
    struct commit_windows windows; /* with most_share */
    struct commit_shares shares;
};

/* Errors: ERR_RANGE; ERR_INFEASIBLE with the line of the first hour that cannot be
 * covered. Owns: the arena; `q` must outlive the answer. */
NODISCARD enum err_code commit_answer(struct commit_answer *out,
                                      const struct commit_question *q, struct arena *a,
                                      struct err *e);

/* A weighted cost as money, rounded to even. */
struct usd commit_usd(const struct commit_answer *x, int64_t cost);

/* Problem and scale only: for commit_answer() and tests. */
NODISCARD enum err_code commit_pose(struct commit_answer *out,
                                    const struct commit_question *q, struct arena *a,
                                    struct err *e);

/* Buys, renewals and ends, by hour. */
void commit_actions(struct commit_answer *x, struct arena *a);

/* "2026-12-01 00:00", or "" without a date. Owns: the arena. */
const char *commit_date(const struct commit_answer *x, int64_t hour, struct arena *a);

struct app;
struct proof_list;
/* What was bought, units by the hour, and spill: a line each, priced as was stated. A
 * cost that had to be rounded (`exact` false) has no quantity.
 * Errors: ERR_RANGE. Owns: the arena. */
NODISCARD enum err_code commit_proofs(struct proof_list *out,
                                      const struct commit_answer *x, struct arena *a,
                                      struct err *e);
NODISCARD enum err_code commit_print_json(struct app *app,
                                          const struct commit_answer *x, bool explain,
                                          struct err *e);
void commit_print_text(struct app *app, const struct commit_answer *x);

/* Load-duration curve with the committed steps; calendar of commitments. */
NODISCARD enum err_code commit_chart_load(const struct commit_answer *x,
                                          const char *path, struct arena *a,
                                          struct err *e);
NODISCARD enum err_code commit_chart_calendar(const struct commit_answer *x,
                                              const char *path, struct arena *a,
                                              struct err *e);

#endif
