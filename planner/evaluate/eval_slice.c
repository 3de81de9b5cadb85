#include "eval_bias.h"

#include <math.h>

#include "intern.h"
#include "interval.h"
#include "rng.h"

/* Scores of one category, and of the rest. */
struct part {
    double mean, sd;
    int64_t n, hits;
};

static struct part part_of(double *x, size_t n)
{
    struct part p = { .n = (int64_t)n };
    if (n) interval_moments(&p.mean, &p.sd, x, n);
    p.hits = (int64_t)round(p.mean * (double)n);
    return p;
}

static struct interval welch(const struct part *a, const struct part *b, double level)
{
    double u = a->sd * a->sd / (double)a->n, v = b->sd * b->sd / (double)b->n;
    double freedom =
        (u + v) * (u + v) / (u * u / (double)(a->n - 1) + v * v / (double)(b->n - 1));
    double half = interval_t((1 + level) / 2, freedom) * sqrt(u + v);
    return (struct interval){ a->mean - b->mean - half, a->mean - b->mean + half };
}

/* The categories' numbers; more than 0 for items that have one. */
static uint32_t *number_items(struct intern *names, const struct eval_set *s,
                              struct arena *a)
{
    uint32_t *of = ARENA_NEW(a, uint32_t, s->items + 1);
    for (size_t i = 0; i < s->items; i++)
        if (s->item[i].category) of[i] = intern(names, s->item[i].category) + 1;
    return of;
}

static void find_gap(struct eval_slice *out, const struct part *own,
                     const struct part *rest, double level)
{
    const struct eval_metric *m = out->metric;
    double sign = m->lower_is_better ? -1 : 1;
    struct interval i;
    out->gap = out->gap_low = out->gap_high = (double)NAN;
    if (!own->n || !rest->n) return;
    out->gap = sign * (own->mean - rest->mean);
    if (m->binary)
        i = interval_newcombe(own->hits, own->n, rest->hits, rest->n, level);
    else if (own->sd > 0 && rest->sd > 0)
        i = welch(own, rest, level);
    else
        return;
    out->gap_low = sign > 0 ? i.lo : -i.hi;
    out->gap_high = sign > 0 ? i.hi : -i.lo;
    out->differs = out->gap_low > 0 || out->gap_high < 0;
}

static void slice(struct eval_slice *out, const struct eval_scores *scores,
                  const uint32_t *of, uint32_t number, double level, uint64_t seed,
                  struct arena *a)
{
    double *own = ARENA_NEW(a, double, 2 * scores->items + 2);
    double *rest = own + scores->items,
           *value = ARENA_NEW(a, double, scores->items + 1);
    size_t n = 0, others = 0, members = 0;
    for (size_t i = 0; i < scores->items; i++) {
        double x = scores->value[out->model * scores->items + i];
        bool mine = of[i] == number;
        if (mine) value[members++] = x;
        if (isnan(x)) continue;
        if (mine)
            own[n++] = x;
        else
            rest[others++] = x;
    }
    struct part p = part_of(own, n), q = part_of(rest, others);
    struct eval_scores one = { scores->metric, value, members, 1 };
    eval_summarise(&out->own, &one, 0, seed, a);
    out->own.model = out->model;
    find_gap(out, &p, &q, level);
}

void eval_slices_of(struct eval_slice **out, size_t *count, const struct eval_set *s,
                    const struct eval_scores *scores, uint64_t seed, struct arena *a)
{
    struct intern names = { .arena = a };
    uint32_t *of = number_items(&names, s, a);
    size_t slices = names.count * s->models;
    *count = 0;
    if (names.count < 2 || names.count > EVAL_SLICES_MAX) return;
    double level = 1 - 0.05 / (double)(slices ? slices : 1);
    *out = ARENA_NEW(a, struct eval_slice, slices + 1);
    for (size_t m = 0; m < s->models; m++)
        for (uint32_t c = 0; c < names.count; c++) {
            struct eval_slice *row = &(*out)[(*count)++];
            *row = (struct eval_slice){ .metric = scores->metric,
                                        .model = m,
                                        .category = names.text[c] };
            slice(row, scores, of, c + 1, level, rng_key(seed, m, c), a);
        }
}
