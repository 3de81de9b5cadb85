#ifndef SIM_COMMIT_PRIVATE_H
#define SIM_COMMIT_PRIVATE_H

/* What the parts of the solver hand each other. */

#include "commit.h"

/* What may be bought: one arc of the time line, from its start to `end`. */
struct commit_offer {
    int64_t cost;       /* × the weight of all scenarios */
    int32_t start, end; /* `end` not behind the horizon */
};

struct commit_offers {
    struct commit_offer *offer; /* by start, then term */
    int32_t *term;              /* of each */
    int32_t *first;             /* of those that start in an hour; hours + 1 of them */
    int32_t count;
};

void commit_offers_build(struct commit_offers *out, const struct commit_problem *p,
                         struct arena *a);

/* Equal levels of an hour. Levels count down from the highest that can be committed, so
 * their costs go up. */
struct commit_run {
    int64_t cost; /* of leaving such a level uncommitted; COMMIT_NEVER: must not be */
    int32_t upto; /* levels from the top to the last of this run */
};
#define COMMIT_NEVER (INT64_C(1) << 62)

struct commit_levels {
    struct commit_run *run;
    size_t *first;     /* run of an hour; hours + 1 of them */
    int32_t *count;    /* levels of each hour that a new unit could carry */
    int32_t *room;     /* new units that an hour may hold */
    int32_t *existing; /* units of each hour, `most` at most */
    int32_t most;      /* the highest level that a new unit could carry */
    int64_t uncovered; /* first hour that is beyond its room, or -1 */
};
enum { COMMIT_ROOMY = INT32_MAX / 2 }; /* no cap */

/* Only hours up to `must_until` have levels that must be carried. */
void commit_levels_build(struct commit_levels *out, const struct commit_problem *p,
                         int64_t must_until, struct arena *a);

/* Units of each offer, and hour prices; false when some level cannot be carried. */
bool commit_flow(int32_t *bought, int64_t *hour_price, const struct commit_offers *o,
                 const struct commit_levels *l, int64_t hours, struct arena *a);

/* Splits what the new units of each hour (NULL: none) leave into hourly and spill:
 * those fields of `s` and its first_uncovered. False where neither is sold. */
bool commit_rest(struct commit_solution *s, const struct commit_problem *p,
                 const int64_t *units, struct arena *a);

/* Of all scenarios. */
int64_t commit_weight(const struct commit_problem *p);

/* cost × part / whole, half to even; 0 <= part <= whole */
int64_t commit_part(int64_t cost, int64_t part, int64_t whole);

/* What a unit's traffic costs in an hour, penalty included; COMMIT_NOT_SOLD. */
static inline int64_t commit_spill(const struct commit_problem *p, int64_t hour)
{
    int64_t cost = p->spill_by_hour ? p->spill_by_hour[hour] : p->spill;
    return cost < 0 || !p->penalty ? cost : cost + p->penalty[hour];
}

/* The lowest level that may spill; `top` is the highest. */
static inline int64_t commit_spill_from(const struct commit_problem *p, int64_t spill,
                                        int64_t demand, int64_t top)
{
    if (spill < 0) return top + 1;
    int64_t beyond = demand - p->spill_most;
    if (p->spill_most < 0 || beyond <= 0) return 1;
    return 1 + beyond / COMMIT_UNIT + (beyond % COMMIT_UNIT != 0);
}

#endif
