#include "commit_private.h"

#include <string.h>

/* Levels of one hour while they are gathered: `step[i]` is how much more level i costs
 * than level i − 1, `must` the highest level that cannot stay uncommitted. */
struct gather {
    int64_t *step; /* by level, from 0 */
    int64_t levels;
    int64_t must;
};

static void add(struct gather *g, int64_t from, int64_t to, int64_t cost)
{
    if (to > g->levels) to = g->levels;
    if (from > to) return;
    g->step[from] += cost;
    g->step[to + 1] -= cost;
}

/* One scenario's demand. A level that may be had by the hour costs at most that. */
static void add_demand(struct gather *g, const struct commit_problem *p, int64_t spill,
                       int64_t demand, int64_t weight)
{
    int64_t full = demand / COMMIT_UNIT, part = demand % COMMIT_UNIT;
    int64_t top = full + (part > 0);
    int64_t from = commit_spill_from(p, spill, demand, top);
    if (p->hourly >= 0) {
        add(g, 1, from - 1 < top ? from - 1 : top, weight * p->hourly);
    } else if (from > 1) {
        int64_t must = from - 1 < top ? from - 1 : top;
        if (must > g->must) g->must = must;
    }
    if (spill < 0) return;
    bool hourly = p->hourly >= 0;
    add(g, from, full, weight * (hourly && p->hourly < spill ? p->hourly : spill));
    if (part == 0 || from > top) return;
    int64_t cost = commit_part(spill, part, COMMIT_UNIT);
    add(g, top, top, weight * (hourly && p->hourly < cost ? p->hourly : cost));
}

/* Levels above `bottom`, from the top down, equal ones together. */
static size_t compress(struct commit_run *run, const struct gather *g, int64_t bottom)
{
    size_t n = 0;
    int64_t cost = 0;
    for (int64_t j = 1; j <= g->levels; j++)
        cost += g->step[j];
    for (int64_t j = g->levels; j > bottom; j--) {
        int64_t level = j <= g->must ? COMMIT_NEVER : cost;
        if (n == 0 || run[n - 1].cost != level) run[n++].cost = level;
        run[n - 1].upto = (int32_t)(g->levels - j + 1);
        cost -= g->step[j];
    }
    return n;
}

/* New committed units that an hour may hold, at most. */
static int64_t room(const struct commit_problem *p, int64_t existing)
{
    int64_t cap = p->cap;
    if (cap < 0 || (p->committed_cap >= 0 && p->committed_cap < cap))
        cap = p->committed_cap;
    if (cap < 0) return COMMIT_ROOMY;
    return existing < cap ? cap - existing : 0;
}

/* Whether some level can be had neither committed nor by the hour nor spilled. */
static bool beyond_reach(const struct commit_problem *p, int64_t spill, int64_t demand,
                         int64_t committed)
{
    int64_t top = demand / COMMIT_UNIT + (demand % COMMIT_UNIT > 0);
    int64_t must = commit_spill_from(p, spill, demand, top) - 1;
    if (must > top) must = top;
    if (p->hourly < 0) return must > committed;
    return p->cap >= 0 && must > p->cap && must > committed;
}

void commit_levels_build(struct commit_levels *out, const struct commit_problem *p,
                         int64_t must_until, struct arena *a)
{
    size_t hours = (size_t)p->hours, capacity = 0, runs = 0;
    struct commit_levels l = { .uncovered = -1 };
    l.first = ARENA_NEW(a, size_t, hours + 1);
    l.count = ARENA_NEW(a, int32_t, hours);
    l.room = ARENA_NEW(a, int32_t, hours);
    l.existing = ARENA_NEW(a, int32_t, hours);
    int64_t peak = 0;
    for (size_t i = 0; i < p->scenarios * hours; i++)
        if (p->demand[i] > peak) peak = p->demand[i];
    int64_t *step = ARENA_NEW(a, int64_t, (size_t)(peak / COMMIT_UNIT) + 3);

    for (size_t t = 0; t < hours; t++) {
        int64_t existing = p->existing ? p->existing[t] : 0, top = 0;
        int64_t fits = room(p, existing), spill = commit_spill(p, (int64_t)t);
        for (size_t i = 0; i < p->scenarios; i++)
            if (p->demand[i * hours + t] > top) top = p->demand[i * hours + t];
        top = top / COMMIT_UNIT + (top % COMMIT_UNIT > 0);
        int64_t levels = top - existing < fits ? top : existing + fits;
        if ((int64_t)t > must_until) levels = 0;
        struct gather g = { .step = step, .levels = levels > existing ? levels : 0 };
        memset(step, 0, ((size_t)g.levels + 2) * sizeof *step);
        for (size_t i = 0; i < p->scenarios; i++) {
            int64_t demand = p->demand[i * hours + t];
            if ((int64_t)t <= must_until && l.uncovered < 0 &&
                beyond_reach(p, spill, demand, existing + fits))
                l.uncovered = (int64_t)t;
            if (g.levels)
                add_demand(&g, p, spill, demand, p->weight ? p->weight[i] : 1);
        }
        l.first[t] = runs;
        l.room[t] = (int32_t)(fits < COMMIT_ROOMY ? fits : COMMIT_ROOMY);
        l.count[t] = (int32_t)(g.levels ? g.levels - existing : 0);
        if (l.count[t] > 0 && levels > l.most) l.most = (int32_t)levels;
        l.existing[t] = (int32_t)existing;
        if (g.levels) {
            size_t wanted = runs + (size_t)l.count[t];
            l.run = arena_grow(a, l.run, &capacity, wanted, sizeof *l.run);
            runs += compress(l.run + runs, &g, existing);
        }
    }
    l.first[hours] = runs;
    for (size_t t = 0; t < hours; t++)
        if (l.existing[t] > l.most) l.existing[t] = l.most;
    *out = l;
}
