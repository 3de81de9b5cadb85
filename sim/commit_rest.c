#include "commit_private.h"

static int64_t least_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* One demand of one hour, with the levels up to `committed` carried. */
struct hour {
    int64_t t, committed, demand, weight;
    int64_t pure, spill; /* price of spill without and with its penalty */
};

static void add_hourly(struct commit_solution *s, const struct commit_problem *p,
                       const struct hour *h, int64_t levels)
{
    s->hourly += h->weight * levels * p->hourly;
    s->hourly_units += (double)h->weight * (double)levels;
}

/* `whole` levels and a part of one. */
static void add_spill(struct commit_solution *s, const struct hour *h, int64_t whole,
                      int64_t part)
{
    int64_t pure = whole * h->pure + commit_part(h->pure, part, COMMIT_UNIT);
    int64_t full = whole * h->spill + commit_part(h->spill, part, COMMIT_UNIT);
    s->spill += h->weight * pure;
    s->penalty += h->weight * (full - pure);
    double units = (double)h->weight * ((double)whole + (double)part / COMMIT_UNIT);
    s->spill_units += units;
    s->spilled[h->t] += units;
}

static bool add_hour(struct commit_solution *s, const struct commit_problem *p,
                     const struct hour *h)
{
    int64_t full = h->demand / COMMIT_UNIT, part = h->demand % COMMIT_UNIT;
    int64_t top = full + (part > 0), n = h->committed;
    if (n >= top) return true;
    int64_t by_hour = p->hourly < 0 ? 0 : p->cap < 0 ? top : least_of(p->cap, top);
    int64_t from = commit_spill_from(p, h->spill, h->demand, top);

    int64_t must = from - 1; /* levels that cannot spill */
    if (must > n) {
        if (must > by_hour) return false;
        add_hourly(s, p, h, must - n);
        n = must;
    }
    if (n < full) {
        int64_t cheap = least_of(by_hour, full);
        if (p->hourly < h->spill && cheap > n) {
            add_hourly(s, p, h, cheap - n);
            n = cheap;
        }
        add_spill(s, h, full - n, 0);
    }
    if (part == 0 || n >= top) return true;
    if (top <= by_hour && p->hourly < commit_part(h->spill, part, COMMIT_UNIT)) {
        add_hourly(s, p, h, 1);
    } else {
        add_spill(s, h, 0, part);
    }
    return true;
}

bool commit_rest(struct commit_solution *s, const struct commit_problem *p,
                 const int64_t *units, struct arena *a)
{
    s->spilled = ARENA_NEW(a, double, (size_t)p->hours);
    s->first_uncovered = -1;
    s->hourly = s->spill = s->penalty = 0;
    s->hourly_units = s->spill_units = 0;
    for (int64_t t = 0; t < p->hours; t++) {
        struct hour h = { .t = t, .spill = commit_spill(p, t) };
        h.pure = p->spill_by_hour ? p->spill_by_hour[t] : p->spill;
        h.committed = (p->existing ? p->existing[t] : 0) + (units ? units[t] : 0);
        for (size_t i = 0; i < p->scenarios; i++) {
            h.demand = p->demand[i * (size_t)p->hours + (size_t)t];
            h.weight = p->weight ? p->weight[i] : 1;
            if (add_hour(s, p, &h)) continue;
            s->first_uncovered = t;
            return false;
        }
    }
    return true;
}

enum err_code commit_without(struct commit_solution *out,
                             const struct commit_problem *p, struct arena *a,
                             struct err *e)
{
    struct commit_solution s = { .weight = commit_weight(p) };
    if (commit_check(p, e)) return e->code;
    if (!commit_rest(&s, p, NULL, a))
        return err_set(e, ERR_INFEASIBLE, "hour %lld cannot be covered",
                       (long long)s.first_uncovered);
    s.cost = s.hourly + s.spill + s.penalty;
    s.units = ARENA_NEW(a, int64_t, (size_t)p->hours);
    *out = s;
    return OK;
}

enum err_code commit_spill_all(int64_t *cost, const struct commit_problem *p,
                               struct err *e)
{
    int64_t sum = 0;
    if (commit_check(p, e)) return e->code;
    for (int64_t t = 0; t < p->hours; t++) {
        int64_t spill = p->spill_by_hour ? p->spill_by_hour[t] : p->spill;
        if (spill < 0) return err_set(e, ERR_INFEASIBLE, "on-demand is not sold");
        for (size_t i = 0; i < p->scenarios; i++) {
            int64_t d = p->demand[i * (size_t)p->hours + (size_t)t];
            int64_t weight = p->weight ? p->weight[i] : 1;
            sum += weight * (d / COMMIT_UNIT * spill +
                             commit_part(spill, d % COMMIT_UNIT, COMMIT_UNIT));
        }
    }
    *cost = sum;
    return OK;
}
