#ifndef SIM_COMMIT_VALUE_H
#define SIM_COMMIT_VALUE_H

/* What each committed unit of a plan is worth. */

#include "commit.h"

/* Units that are looked at: so many, fewer where hours × levels are many. */
enum {
    COMMIT_MOST_VALUED = 64,
    COMMIT_LEAST_VALUED = 4,
    COMMIT_VALUED_CELLS = 100000000
};

struct commit_value {
    int64_t unit;  /* the first is 1; existing ones count */
    int64_t hours; /* of the plan that have so many */
    bool needed;   /* without it some hour cannot be covered; the two below are 0 */
    int64_t saves; /* the best plan that may commit one unit less costs so much more */
    /* What this level costs uncommitted, less the cheapest purchases that cover every
     * hour: negative when the unit would lose. Unknown where purchases cannot. */
    bool always_known;
    int64_t always_saves;
};

/**
 * Values of the units above those that exist all the time, up to two more than the
 * plan ever commits; only the last of them where there are too many.
 *
 * Units:  weighted costs, as in the solution.
 * Errors: as commit_solve(). Owns: the arena.
 * Complexity: a solution for each unit.
 */
NODISCARD enum err_code commit_values(struct commit_value **out, size_t *count,
                                      const struct commit_problem *p,
                                      const struct commit_solution *s, struct arena *a,
                                      struct err *e);

#endif
