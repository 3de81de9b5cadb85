#ifndef EVALUATE_EVAL_WORTH_H
#define EVALUATE_EVAL_WORTH_H

/* What a model's answers cost and take, and what one that is good enough costs. */

#include "eval_score.h"
#include "eval_summary.h"

/* Where costs come from, worst of the model's answers. */
enum eval_basis {
    EVAL_BASIS_STATED,    /* "usd" of the response, or measured by a run */
    EVAL_BASIS_COUNTED,   /* its tokens, by the catalog's price */
    EVAL_BASIS_ESTIMATED, /* bytes / 4, 30 % either way, by the catalog's price */
    EVAL_BASIS_UNKNOWN,   /* no price of some answer: no cost at all */
};
const char *eval_basis_text(enum eval_basis b);

struct eval_worth {
    size_t model;
    int64_t answered;
    int64_t
        accepted; /* with a score at least as good as the threshold; -1: none asked */
    double share_low, share_high; /* of accepted ones, 95 %, Wilson */
    enum eval_basis basis;
    const char *price;       /* the price's words; why there is none; NULL: stated */
    struct usd usd;          /* all answers; 0 when the basis is unknown */
    double usd_per_answer;   /* NAN: unknown */
    double usd_per_accepted; /* NAN: unknown, or none accepted */
    double accepted_low, accepted_high; /* what the share's interval, and 30 % of
                                           estimated tokens, leave open */
    int64_t timed;                      /* answers with a latency */
    double *latency_ms;                 /* them, ascending */
    bool front; /* no other model scores as well for less, or better for the same */
};

struct eval_price {
    const char *region;
    const char *usd_per_mtok; /* "IN,OUT" of --usd-per-mtok, or NULL */
};

struct app;
/* Fills the costs of responses that have none and can be priced: set->item[…].usd.
 * Errors: ERR_INPUT of usd_per_mtok; of the catalog. */
NODISCARD enum err_code eval_worth_price(struct eval_worth *out, struct eval_set *s,
                                         size_t model, const struct eval_price *price,
                                         struct app *app, struct err *e);

/* The rest, by the deciding scores. `accept` NAN: none asked for.
 * Errors: ERR_RANGE. */
NODISCARD enum err_code eval_worth_of(struct eval_worth *out, const struct eval_set *s,
                                      const struct eval_scores *scores, double accept,
                                      struct arena *a, struct err *e);

/* Sets `front` of models with a cost and a mean. */
void eval_worth_front(struct eval_worth *worth, size_t count,
                      const struct eval_summary *const *mean);

#endif
