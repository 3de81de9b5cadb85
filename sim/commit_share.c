#include "commit_share.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { DOUBLINGS = 40, HALVINGS = 24 };

struct search {
    const struct commit_problem *p;
    const struct commit_windows *w;
    double *limit;            /* spill of each window, weighted unit-hours */
    int64_t *lo, *hi;         /* penalties that are too low, that were enough */
    int64_t *tried, *by_hour; /* penalties of the plan that is looked at */
    double *spilled;          /* by that plan, of each window */
    bool found;
    struct commit_solution best;
    int64_t *best_penalty;
    double bound; /* the highest */
    int plans;
};

static bool kept(const struct search *s, size_t window)
{
    /* sums of thousands of hours: their last bits are no breach */
    return s->spilled[window] <= s->limit[window] * (1 + 1e-12);
}

static bool all_kept(const struct search *s)
{
    for (size_t i = 0; i < s->w->count; i++)
        if (!kept(s, i)) return false;
    return true;
}

/* A copy that outlives the arena it was found in. */
static void keep(struct search *s, const struct commit_solution *from, struct arena *a)
{
    size_t hours = (size_t)s->p->hours;
    struct commit_solution c = *from;
    c.purchase = ARENA_NEW(a, struct commit_purchase, c.purchases + 1);
    c.units = ARENA_NEW(a, int64_t, hours);
    c.hour_price = ARENA_NEW(a, int64_t, hours);
    c.spilled = ARENA_NEW(a, double, hours);
    if (c.purchases)
        memcpy(c.purchase, from->purchase, c.purchases * sizeof *c.purchase);
    memcpy(c.units, from->units, hours * sizeof *c.units);
    memcpy(c.hour_price, from->hour_price, hours * sizeof *c.hour_price);
    memcpy(c.spilled, from->spilled, hours * sizeof *c.spilled);
    s->best = c;
    memcpy(s->best_penalty, s->tried, s->w->count * sizeof *s->tried);
    s->found = true;
}

/* The best plan under the penalties tried: its bound, and its commitments filled up. */
static enum err_code look(struct search *s, struct arena *a, struct err *e)
{
    struct commit_problem q = *s->p;
    struct commit_solution plan;
    struct arena scratch = { .on_exhausted = a->on_exhausted };
    for (int64_t t = 0; t < q.hours; t++)
        s->by_hour[t] = s->tried[s->w->of_hour[t]];
    q.penalty = s->by_hour;
    s->plans++;
    if (commit_solve(&plan, &q, &scratch, e) == OK) {
        double bound = (double)plan.bound;
        for (size_t i = 0; i < s->w->count; i++) {
            s->spilled[i] = 0;
            bound -= (double)s->tried[i] * s->limit[i];
        }
        for (int64_t t = 0; t < q.hours; t++)
            s->spilled[s->w->of_hour[t]] += plan.spilled[t];
        if (bound > s->bound) s->bound = bound;
        if (commit_fill(&plan, s->p, s->w, s->limit, &scratch) &&
            (!s->found || plan.cost < s->best.cost))
            keep(s, &plan, a);
    }
    arena_clear(&scratch);
    return e->code;
}

/* `s` with one unit of purchase i less. */
static struct commit_solution without_one(const struct commit_solution *s, size_t i,
                                          int64_t hours, struct arena *a)
{
    struct commit_solution c = *s;
    const struct commit_purchase *b = &s->purchase[i];
    c.purchase = ARENA_NEW(a, struct commit_purchase, s->purchases);
    c.units = ARENA_NEW(a, int64_t, (size_t)hours);
    memcpy(c.purchase, s->purchase, s->purchases * sizeof *c.purchase);
    memcpy(c.units, s->units, (size_t)hours * sizeof *c.units);
    for (int64_t t = b->start; t < b->end && t < hours; t++)
        c.units[t]--;
    c.commitment -= b->cost * c.weight;
    if (--c.purchase[i].units > 0) return c;
    c.purchases--;
    memmove(&c.purchase[i], &c.purchase[i + 1], (c.purchases - i) * sizeof *c.purchase);
    return c;
}

/* Where many plans cost the same under the last penalty, the search jumps from too much
 * spill to too many commitments: give back those that are not needed. */
static void give_back(struct search *s, struct arena *a)
{
    for (size_t i = s->best.purchases; i-- > 0;) {
        for (bool better = true; better && i < s->best.purchases;) {
            struct arena scratch = { .on_exhausted = a->on_exhausted };
            struct commit_solution c = without_one(&s->best, i, s->p->hours, &scratch);
            better = commit_fill(&c, s->p, s->w, s->limit, &scratch) &&
                     c.cost < s->best.cost;
            if (better) keep(s, &c, a);
            arena_clear(&scratch);
        }
    }
}

/* Doubles the penalty of windows that spill too much, until none does. */
static enum err_code find_enough(struct search *s, struct arena *a, struct err *e)
{
    int64_t first = s->p->hourly > s->p->spill ? s->p->hourly : s->p->spill;
    for (int i = 0; i < DOUBLINGS && !all_kept(s); i++) {
        for (size_t k = 0; k < s->w->count; k++) {
            if (kept(s, k)) continue;
            s->lo[k] = s->tried[k];
            s->tried[k] = s->tried[k] ? 2 * s->tried[k] : first > 0 ? first : 1;
        }
        struct err why = { 0 };
        if (look(s, a, &why) == OK) continue;
        if (why.code != ERR_RANGE) return err_set(e, why.code, "%s", why.msg);
        /* penalties are as high as the arithmetic can carry */
        for (size_t k = 0; k < s->w->count; k++)
            if (!kept(s, k)) s->tried[k] = s->lo[k];
        break;
    }
    memcpy(s->hi, s->tried, s->w->count * sizeof *s->hi);
    if (s->found) return OK;
    return err_set(e, ERR_INFEASIBLE,
                   "no plan was found that spills at most %.6g of the traffic",
                   s->w->most_share);
}

/* Halves every window's interval at once: the windows hardly depend on each other, and
 * where they do, the gap says so. */
static enum err_code narrow(struct search *s, struct arena *a, struct err *e)
{
    for (int i = 0; i < HALVINGS; i++) {
        bool open = false;
        for (size_t k = 0; k < s->w->count; k++) {
            s->tried[k] = s->lo[k] + (s->hi[k] - s->lo[k]) / 2;
            open = open || s->hi[k] - s->lo[k] > 1;
        }
        if (!open) break;
        if (look(s, a, e)) return e->code;
        for (size_t k = 0; k < s->w->count; k++) {
            if (kept(s, k))
                s->hi[k] = s->tried[k];
            else
                s->lo[k] = s->tried[k];
        }
    }
    memcpy(s->tried, s->hi, s->w->count * sizeof *s->hi);
    return look(s, a, e);
}

/* Weighted unit-hours that each window asks for. */
static double *traffic_of(const struct commit_problem *p,
                          const struct commit_windows *w, struct arena *a)
{
    double *traffic = ARENA_NEW(a, double, w->count);
    for (size_t i = 0; i < p->scenarios; i++) {
        double weight = p->weight ? (double)p->weight[i] : 1;
        for (int64_t t = 0; t < p->hours; t++) {
            double d = (double)p->demand[i * (size_t)p->hours + (size_t)t];
            traffic[w->of_hour[t]] += weight * d / COMMIT_UNIT;
        }
    }
    return traffic;
}

static void report(struct commit_shares *out, const struct search *s,
                   const double *traffic, struct arena *a)
{
    out->share = ARENA_NEW(a, double, s->w->count);
    for (int64_t t = 0; t < s->p->hours; t++)
        out->share[s->w->of_hour[t]] += s->best.spilled[t];
    for (size_t i = 0; i < s->w->count; i++)
        out->share[i] = traffic[i] > 0 ? out->share[i] / traffic[i] : 0;
    out->penalty = s->best_penalty;
    out->searched = s->plans;
}

enum err_code commit_solve_share(struct commit_solution *out,
                                 struct commit_shares *shares,
                                 const struct commit_problem *p,
                                 const struct commit_windows *w, struct arena *a,
                                 struct err *e)
{
    assert(!p->penalty && w->count > 0);
    if (!(w->most_share >= 0 && w->most_share <= 1))
        return err_set(e, ERR_RANGE, "a share of %g is not 0 to 1", w->most_share);
    if (commit_check(p, e)) return e->code;
    struct search s = { .p = p, .w = w, .bound = -HUGE_VAL };
    double *traffic = traffic_of(p, w, a);
    s.limit = ARENA_NEW(a, double, w->count);
    s.spilled = ARENA_NEW(a, double, w->count);
    s.lo = ARENA_NEW(a, int64_t, w->count);
    s.hi = ARENA_NEW(a, int64_t, w->count);
    s.tried = ARENA_NEW(a, int64_t, w->count);
    s.best_penalty = ARENA_NEW(a, int64_t, w->count);
    s.by_hour = ARENA_NEW(a, int64_t, (size_t)p->hours);
    for (size_t i = 0; i < w->count; i++)
        s.limit[i] = w->most_share * traffic[i];
    if (look(&s, a, e)) return e->code;
    bool free = all_kept(&s); /* the limit costs nothing */
    if (!free && (find_enough(&s, a, e) || narrow(&s, a, e))) return e->code;
    if (!free) give_back(&s, a);

    *out = s.best;
    if (!free) {
        /* doubles, and parts that were rounded with their penalty */
        double slack = fabs(s.bound) * 1e-12 + (double)p->hours * (double)out->weight;
        double bound = floor(s.bound - slack);
        out->bound = bound < (double)out->cost ? (int64_t)bound : out->cost;
    }
    report(shares, &s, traffic, a);
    return OK;
}
