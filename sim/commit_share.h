#ifndef SIM_COMMIT_SHARE_H
#define SIM_COMMIT_SHARE_H

/* The cheapest plan that spills at most a share of the traffic of each window (month).
 *
 * Such a limit ties hours together, so the problem is no flow any more: the spill of
 * each window gets a penalty a unit, which is searched for. Any penalties give a lower
 * bound. The commitments of each plan on the way are filled up with hourly units until
 * they keep the limit; the cheapest of those is the answer. */

#include "commit.h"

struct commit_windows {
    const int32_t *of_hour; /* 0 … count − 1 */
    size_t count;
    double most_share; /* of the demand of a window that may spill */
};

struct commit_shares {
    double *share;    /* spilled, of each window */
    int64_t *penalty; /* cost units a unit-hour of spill, where the search ended */
    int searched;     /* plans */
};

/**
 * Units:  `out` has the true costs (penalty 0); its bound is that of the limited
 *         problem, and may lie below the cost.
 * Range:  most_share 0 to 1; p->penalty must be NULL.
 * Errors: as commit_solve(); ERR_INFEASIBLE also when no penalty met the limit, with
 *         first_uncovered −1.
 * Owns:   the arena.
 * Source: Lagrangian relaxation with bisected multipliers, Ahuja, Magnanti and Orlin,
 *         "Network flows", 1993, ch. 16.
 */
NODISCARD enum err_code commit_solve_share(struct commit_solution *out,
                                           struct commit_shares *shares,
                                           const struct commit_problem *p,
                                           const struct commit_windows *w,
                                           struct arena *a, struct err *e);

/* Serves what s->units leave as cheaply as possible, with at most limit[w] unit-hours
 * of spill (weighted) in each window: spilled parts go to units by the hour, the best
 * bargain first. Sets the split of `s` and its cost.
 * Returns: false when a window cannot keep its limit with these commitments. */
bool commit_fill(struct commit_solution *s, const struct commit_problem *p,
                 const struct commit_windows *w, const double *limit, struct arena *a);

#endif
