#include "commit_private.h"

static int64_t length_of(const struct commit_term *k, int64_t start)
{
    if (!k->start || !k->length) return k->hours;
    size_t i = 0;
    while (k->start[i] != start)
        i++;
    return k->length[i];
}

static enum err_code list_purchases(struct commit_solution *s,
                                    const struct commit_problem *p,
                                    const struct commit_offers *o,
                                    const int32_t *bought, struct arena *a,
                                    struct err *e)
{
    for (int32_t i = 0; i < o->count; i++)
        s->purchases += bought[i] > 0;
    s->purchase = ARENA_NEW(a, struct commit_purchase, s->purchases + 1);
    s->units = ARENA_NEW(a, int64_t, (size_t)p->hours + 1);
    size_t n = 0;
    for (int32_t i = 0; i < o->count; i++) {
        if (bought[i] == 0) continue;
        const struct commit_offer *of = &o->offer[i];
        struct commit_purchase *b = &s->purchase[n++];
        b->term = (size_t)o->term[i];
        b->start = of->start;
        b->end = of->start + length_of(&p->term[b->term], of->start);
        b->units = bought[i];
        b->cost = of->cost / s->weight;
        s->units[of->start] += bought[i];
        s->units[of->end] -= bought[i];
        int64_t cost = 0;
        if (__builtin_mul_overflow(of->cost, bought[i], &cost) ||
            __builtin_add_overflow(s->commitment, cost, &s->commitment) ||
            s->commitment > INT64_MAX / 2)
            return err_set(e, ERR_RANGE, "the purchases cost over 2^62");
    }
    for (int64_t t = 1; t < p->hours; t++)
        s->units[t] += s->units[t - 1];
    return OK;
}

/* Whether the hours up to `last` can be carried, whatever comes after. */
static bool coverable(const struct commit_problem *p, const struct commit_offers *o,
                      int64_t last, struct arena scratch)
{
    struct commit_levels l;
    commit_levels_build(&l, p, last, &scratch);
    bool can = l.uncovered < 0;
    if (can)
        can = commit_flow(ARENA_NEW(&scratch, int32_t, (size_t)o->count + 1),
                          ARENA_NEW(&scratch, int64_t, (size_t)p->hours), o, &l,
                          p->hours, &scratch);
    arena_clear(&scratch);
    return can;
}

/* Bisection: an hour more to carry never makes it easier. */
static enum err_code infeasible(struct commit_solution *out,
                                const struct commit_problem *p,
                                const struct commit_offers *o, struct err *e)
{
    int64_t can = -1, cannot = p->hours - 1;
    while (cannot - can > 1) {
        int64_t middle = can + (cannot - can) / 2;
        if (coverable(p, o, middle, (struct arena){ 0 }))
            can = middle;
        else
            cannot = middle;
    }
    *out = (struct commit_solution){ .first_uncovered = cannot };
    return err_set(e, ERR_INFEASIBLE, "hour %lld cannot be covered", (long long)cannot);
}

enum err_code commit_solve(struct commit_solution *out, const struct commit_problem *p,
                           struct arena *a, struct err *e)
{
    if (commit_check(p, e)) return e->code;
    struct commit_solution s = { .weight = commit_weight(p), .first_uncovered = -1 };
    struct commit_offers o;
    struct commit_levels l;
    commit_offers_build(&o, p, a);
    commit_levels_build(&l, p, p->hours, a);
    int32_t *bought = ARENA_NEW(a, int32_t, (size_t)o.count + 1);
    s.hour_price = ARENA_NEW(a, int64_t, (size_t)p->hours);
    if (l.uncovered >= 0 || !commit_flow(bought, s.hour_price, &o, &l, p->hours, a))
        return infeasible(out, p, &o, e);
    if (list_purchases(&s, p, &o, bought, a, e)) return e->code;
    if (!commit_rest(&s, p, s.units, a))
        return err_set(e, ERR_INTERNAL, "hour %lld is not covered",
                       (long long)s.first_uncovered);
    s.cost = s.commitment + s.hourly + s.spill + s.penalty;
    if (commit_verify(&s.bound, p, &s, a, e)) return e->code;
    *out = s;
    return OK;
}
