#include "commit_share.h"

#include <stdlib.h>

#include "commit_private.h"

/* Equal parts of one hour that are spilled and could be units by the hour instead. */
struct bargain {
    double price; /* more cost for each unit of spill less */
    double part;  /* of a unit that one of them spills */
    int64_t count, weight;
    int64_t spill; /* what one costs as spill */
    int64_t hour;
};

static int by_price(const void *a, const void *b)
{
    const struct bargain *x = a, *y = b;
    if (x->price != y->price) return x->price < y->price ? -1 : 1;
    return (x->hour > y->hour) - (x->hour < y->hour);
}

static void add(struct bargain *b, size_t *n, const struct commit_problem *p,
                int64_t hour, int64_t weight, int64_t part, int64_t count)
{
    int64_t spill = p->spill_by_hour ? p->spill_by_hour[hour] : p->spill;
    int64_t cost = commit_part(spill, part, COMMIT_UNIT);
    if (count < 1 || p->hourly < cost) return;
    struct bargain one = { .part = (double)part / COMMIT_UNIT,
                           .count = count,
                           .weight = weight,
                           .spill = cost,
                           .hour = hour };
    one.price = (double)(p->hourly - cost) / one.part;
    b[(*n)++] = one;
}

/* What commit_rest() spills of one demand, as far as `cap` lets units have it. */
static void add_hour(struct bargain *b, size_t *n, const struct commit_problem *p,
                     int64_t t, size_t i, int64_t committed)
{
    int64_t demand = p->demand[i * (size_t)p->hours + (size_t)t];
    int64_t full = demand / COMMIT_UNIT, part = demand % COMMIT_UNIT;
    int64_t top = full + (part > 0), low = committed;
    int64_t from = commit_spill_from(p, commit_spill(p, t), demand, top);
    int64_t by_hour = p->cap < 0 || p->cap > top ? top : p->cap;
    int64_t weight = p->weight ? p->weight[i] : 1;
    if (low < from - 1) low = from - 1;
    add(b, n, p, t, weight, COMMIT_UNIT, (by_hour < full ? by_hour : full) - low);
    if (part > 0 && top > low && top <= by_hour) add(b, n, p, t, weight, part, 1);
}

/* As many of them as `excess` wants. Returns the spill that is left over it. */
static double convert(struct commit_solution *s, const struct bargain *b,
                      const struct commit_problem *p, double excess)
{
    double each = b->part * (double)b->weight;
    int64_t n = b->count;
    if ((double)n * each > excess) n = (int64_t)(excess / each) + 1;
    if (n > b->count) n = b->count;
    s->hourly += n * b->weight * p->hourly;
    s->spill -= n * b->weight * b->spill;
    s->hourly_units += (double)(n * b->weight);
    s->spill_units -= (double)n * each;
    s->spilled[b->hour] -= (double)n * each;
    return excess - (double)n * each;
}

bool commit_fill(struct commit_solution *s, const struct commit_problem *p,
                 const struct commit_windows *w, const double *limit, struct arena *a)
{
    if (!commit_rest(s, p, s->units, a)) return false;
    double *excess = ARENA_NEW(a, double, w->count);
    bool kept = true;
    for (int64_t t = 0; t < p->hours; t++)
        excess[w->of_hour[t]] += s->spilled[t];
    for (size_t i = 0; i < w->count; i++) {
        excess[i] -= limit[i] * (1 + 1e-12); /* as far as sums are exact */
        kept = kept && excess[i] <= 0;
    }
    if (!kept && p->hourly >= 0) {
        size_t n = 0;
        struct bargain *b =
            ARENA_NEW(a, struct bargain, 2 * p->scenarios * (size_t)p->hours);
        for (int64_t t = 0; t < p->hours; t++) {
            if (excess[w->of_hour[t]] <= 0) continue;
            int64_t existing = p->existing ? p->existing[t] : 0;
            for (size_t i = 0; i < p->scenarios; i++)
                add_hour(b, &n, p, t, i, existing + s->units[t]);
        }
        qsort(b, n, sizeof *b, by_price);
        for (size_t i = 0; i < n; i++) {
            double *left = &excess[w->of_hour[b[i].hour]];
            if (*left > 0) *left = convert(s, &b[i], p, *left);
        }
    }
    s->cost = s->commitment + s->hourly + s->spill + s->penalty;
    for (size_t i = 0; i < w->count; i++)
        if (excess[i] > 0) return false;
    return true;
}
