#include "commit_value.h"

#include "commit_private.h"

static int64_t existing(const struct commit_problem *p, int64_t t)
{
    return p->existing ? p->existing[t] : 0;
}

/* Cost of a plan that commits `cap` units at most; −1: there is none. */
static enum err_code capped(int64_t *cost, const struct commit_problem *p, int64_t cap,
                            struct err *e)
{
    struct commit_problem q = *p;
    struct commit_solution s = { 0 };
    struct arena a = { 0 };
    struct err why = { 0 };
    q.committed_cap = cap;
    enum err_code code = commit_solve(&s, &q, &a, &why);
    arena_clear(&a);
    *cost = code ? -1 : s.cost;
    if (code && code != ERR_INFEASIBLE) *e = why;
    return code == ERR_INFEASIBLE ? OK : code;
}

/* Cost of the cheapest purchases that cover every hour with fewer than `unit` existing
 * ones: a flow of one unit past levels that must be carried. −1: there are none. */
static int64_t cover(const struct commit_problem *p, const struct commit_offers *o,
                     int64_t unit)
{
    struct arena a = { 0 };
    size_t hours = (size_t)p->hours;
    struct commit_levels l = { .run = ARENA_NEW(&a, struct commit_run, hours + 1),
                               .first = ARENA_NEW(&a, size_t, hours + 1),
                               .count = ARENA_NEW(&a, int32_t, hours),
                               .room = ARENA_NEW(&a, int32_t, hours),
                               .existing = ARENA_NEW(&a, int32_t, hours),
                               .most = 1 };
    for (size_t t = 0; t < hours; t++) {
        l.count[t] = existing(p, (int64_t)t) < unit;
        l.room[t] = COMMIT_ROOMY;
        l.run[t] = (struct commit_run){ COMMIT_NEVER, 1 };
        l.first[t + 1] = l.first[t] + (size_t)l.count[t];
    }
    int32_t *bought = ARENA_NEW(&a, int32_t, (size_t)o->count + 1);
    int64_t *prices = ARENA_NEW(&a, int64_t, hours), cost = 0;
    if (commit_flow(bought, prices, o, &l, p->hours, &a)) {
        for (int32_t i = 0; i < o->count; i++)
            cost += bought[i] * o->offer[i].cost;
    } else {
        cost = -1;
    }
    arena_clear(&a);
    return cost;
}

/* What level `unit` costs when no new unit carries it; −1: it must be carried. */
static int64_t uncommitted(const struct commit_problem *p,
                           const struct commit_levels *l, int64_t unit)
{
    int64_t sum = 0;
    for (int64_t t = 0; t < p->hours; t++) {
        int64_t from_top = existing(p, t) + l->count[t] - unit + 1;
        if (from_top < 1 || unit <= existing(p, t)) continue;
        size_t r = l->first[t];
        while (l->run[r].upto < from_top)
            r++;
        if (l->run[r].cost == COMMIT_NEVER) return -1;
        sum += l->run[r].cost;
    }
    return sum;
}

static int64_t hours_with(const struct commit_problem *p,
                          const struct commit_solution *s, int64_t unit)
{
    int64_t hours = 0;
    for (int64_t t = 0; t < p->hours; t++)
        hours += existing(p, t) + s->units[t] >= unit;
    return hours;
}

static int64_t most_valued(const struct commit_problem *p)
{
    int64_t peak = 0;
    for (size_t i = 0; i < p->scenarios * (size_t)p->hours; i++)
        if (p->demand[i] > peak) peak = p->demand[i];
    int64_t cells = p->hours * (peak / COMMIT_UNIT + (int64_t)p->scenarios);
    int64_t most = COMMIT_VALUED_CELLS / cells;
    if (most > COMMIT_MOST_VALUED) return COMMIT_MOST_VALUED;
    return most > COMMIT_LEAST_VALUED ? most : COMMIT_LEAST_VALUED;
}

enum err_code commit_values(struct commit_value **out, size_t *count,
                            const struct commit_problem *p,
                            const struct commit_solution *s, struct arena *a,
                            struct err *e)
{
    int64_t first = existing(p, 0), last = 0, cap = p->cap;
    for (int64_t t = 0; t < p->hours; t++) {
        int64_t units = existing(p, t) + s->units[t];
        if (existing(p, t) < first) first = existing(p, t);
        if (units > last) last = units;
    }
    if (cap < 0 || (p->committed_cap >= 0 && p->committed_cap < cap))
        cap = p->committed_cap;
    int64_t peak = last;
    last += 2;
    if (cap >= 0 && last > cap) last = cap;
    int64_t most = most_valued(p);
    if (last > first + most) first = last - most;

    struct commit_offers o;
    struct commit_levels l;
    commit_offers_build(&o, p, a);
    commit_levels_build(&l, p, p->hours, a);
    size_t n = last > first ? (size_t)(last - first) : 0;
    struct commit_value *v = ARENA_NEW(a, struct commit_value, n + 1);
    int64_t less = 0, cost = 0; /* with one unit less, with this one */
    if (n && capped(&less, p, first, e)) return e->code;
    for (size_t i = 0; i < n; i++, less = cost) {
        v[i].unit = first + (int64_t)i + 1;
        v[i].hours = hours_with(p, s, v[i].unit);
        cost = s->cost;
        if (v[i].unit < peak && capped(&cost, p, v[i].unit, e)) return e->code;
        int64_t level = uncommitted(p, &l, v[i].unit);
        v[i].needed = less < 0 || level < 0;
        if (v[i].needed) continue;
        v[i].saves = less - cost;
        int64_t covered = cover(p, &o, v[i].unit);
        v[i].always_known = covered >= 0;
        v[i].always_saves = covered >= 0 ? level - covered : 0;
    }
    *out = v;
    *count = n;
    return OK;
}
