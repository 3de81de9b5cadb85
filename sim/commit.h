#ifndef SIM_COMMIT_H
#define SIM_COMMIT_H

/* Which commitments to buy, when and how many: the cheapest mix of committed units,
 * units by the hour and spill to on-demand that carries an hourly demand.
 *
 * Every purchase covers consecutive hours, so the problem is a minimum-cost flow along
 * the time line, and the cheapest plan in whole units is found exactly. It comes with
 * a price for each hour; commit_verify(), which shares no code with the solver, turns
 * those prices into a lower bound that no plan can beat.
 *
 * Units: money is in whole `cost` units that the caller chooses (say 1e-9 USD); demand
 *        is in COMMIT_UNIT-ths of a unit. With weighted scenarios every cost of a
 *        solution is the sum over scenarios, weight × cost: divide by `weight`.
 * Source: consecutive ones in time make the matrix totally unimodular (Veinott and
 *         Wagner, "Optimal capacity scheduling", Operations Research 10, 1962;
 * Bartholdi, Orlin and Ratliff, "Cyclic scheduling via integer programs with circular
 *         ones", Operations Research 28, 1980); successive shortest paths and their
 *         potentials: Ahuja, Magnanti and Orlin, "Network flows", 1993, ch. 9.7. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

enum {
    COMMIT_UNIT = 1000000000, /* demand of one whole unit */
    COMMIT_NOT_SOLD = -1,     /* as a cost */
    COMMIT_NO_LIMIT = -1,     /* as a cap */
    COMMIT_MAX_LEVELS = 100000,
    COMMIT_MAX_HOURS = 1 << 20,
};

/* A kind of commitment. Starts are `first`, first + every, …, or those listed. */
struct commit_term {
    int64_t hours; /* length */
    int64_t cost;  /* of one unit for the whole length */
    int64_t first, every;
    const int64_t *start;          /* NULL: first and every hold */
    const int64_t *length, *price; /* of each listed start; NULL: hours and cost hold */
    size_t starts;
};

/* An hour with N units committed serves its demand d unit by unit: level j (from 1)
 * carries the part clip(d − (j−1), 0, 1). A level above N goes to the cheaper of a unit
 * by the hour (levels up to `cap` only) and spill, which costs spill × part, rounded
 * half to even; where neither is sold, N must reach it. */
struct commit_problem {
    int64_t hours;
    size_t scenarios;
    const int64_t *demand; /* [scenario × hours + hour] */
    const int64_t *weight; /* of each scenario, > 0; NULL: all 1 */
    const struct commit_term *term;
    size_t terms;
    int64_t hourly;               /* a unit for an hour, or COMMIT_NOT_SOLD */
    int64_t spill;                /* a unit's traffic of an hour, or COMMIT_NOT_SOLD */
    const int64_t *spill_by_hour; /* in place of `spill`; NULL: the same every hour */
    const int64_t *penalty;       /* by hour, on top of spill where plans are compared;
                                     reported apart; NULL none */
    int64_t spill_most; /* traffic that on-demand takes in an hour, COMMIT_UNIT-ths */
    const int64_t *existing; /* units already committed, by hour; NULL none */
    int64_t cap;             /* units at once, existing and hourly ones included */
    int64_t committed_cap;   /* committed units at once, existing ones included */
    bool prorate; /* a term that outlives the horizon costs its part inside, rounded
                     half to even; else its whole price */
};

struct commit_purchase {
    size_t term;
    int64_t start, end; /* `end` may lie behind the horizon */
    int64_t units;
    int64_t cost; /* of one of them */
};

struct commit_solution {
    struct commit_purchase *purchase; /* by start, then term */
    size_t purchases;
    int64_t *units;      /* new committed units of each hour */
    int64_t *hour_price; /* dual: what one more committed unit is worth in the hour */
    int64_t weight;      /* of all scenarios */
    /* weighted sums; cost = commitment + hourly + spill + penalty */
    int64_t cost, commitment, hourly, spill, penalty;
    int64_t bound;                    /* proved by commit_verify(): cost >= bound */
    double hourly_units, spill_units; /* weighted unit-hours */
    double *spilled;                  /* of each hour; sums up to spill_units */
    int64_t first_uncovered; /* when infeasible: the first hour that, with all before
                                it, no plan covers; else -1 */
};

/* Whether the numbers of a problem make sense and no sum of costs overflows.
 * Errors: ERR_RANGE naming what does not. */
NODISCARD enum err_code commit_check(const struct commit_problem *p, struct err *e);

/**
 * The cheapest plan. It has been verified: `bound` holds, and equals `cost` save on a
 * mistake of ours.
 *
 * Errors: as commit_check(); ERR_INFEASIBLE with first_uncovered set.
 * Owns:   the arena.
 * Complexity: levels × (hours + offers) when few purchases overlap in a path, as with
 *         terms of weeks or more; more for terms of a few hours.
 */
NODISCARD enum err_code commit_solve(struct commit_solution *out,
                                     const struct commit_problem *p, struct arena *a,
                                     struct err *e);

/**
 * Check a solution against its problem and nothing else: allowed starts, prices, caps,
 * cover, the cost recomputed from the demand; then the lower bound from `hour_price`.
 *
 * Returns: the bound, in `*bound`; the truth of it needs no trust in the solver: for
 * any hour prices y with sum(y over a purchase's hours) <= its price, every plan costs
 * at least the sum over hours of min over n of (rest(n) + y n). Errors:  ERR_INTERNAL
 * saying what is false. Complexity: O(hours × (terms + levels + scenarios)).
 */
NODISCARD enum err_code commit_verify(int64_t *bound, const struct commit_problem *p,
                                      const struct commit_solution *s, struct arena *a,
                                      struct err *e);

/* What plans cost without buying anything: the split of `units` = 0 into hourly and
 * spill; and with no units at all, existing ones aside: every part spilled.
 * Errors: ERR_INFEASIBLE where neither is sold. */
NODISCARD enum err_code commit_without(struct commit_solution *out,
                                       const struct commit_problem *p, struct arena *a,
                                       struct err *e);
NODISCARD enum err_code commit_spill_all(int64_t *cost, const struct commit_problem *p,
                                         struct err *e);

#endif
