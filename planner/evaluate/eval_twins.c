#include "eval_bias.h"

#include <math.h>
#include <string.h>

#include "eval_text_metrics.h"
#include "intern.h"
#include "interval.h"

/* Items that are one another's twins: members of a group, first one first. */
struct group {
    size_t *item;
    size_t count, capacity;
};

struct groups {
    struct group *group;
    size_t count, capacity;
    struct arena *arena;
};

static struct group *add_group(struct groups *g)
{
    g->group =
        arena_grow(g->arena, g->group, &g->capacity, g->count + 1, sizeof *g->group);
    g->group[g->count] = (struct group){ 0 };
    return &g->group[g->count++];
}

static void add_member(struct groups *g, struct group *group, size_t item)
{
    group->item = arena_grow(g->arena, group->item, &group->capacity, group->count + 1,
                             sizeof *group->item);
    group->item[group->count++] = item;
}

static void by_pair(struct groups *g, const struct eval_set *s)
{
    struct intern names = { .arena = g->arena };
    size_t first = g->count;
    for (size_t i = 0; i < s->items; i++) {
        if (!s->item[i].pair) continue;
        uint32_t k = intern(&names, s->item[i].pair);
        struct group *group =
            first + k == g->count ? add_group(g) : &g->group[first + k];
        add_member(g, group, i);
    }
}

static void by_swap(struct groups *g, const struct eval_set *s,
                    const struct eval_swaps *swaps)
{
    struct intern prompts = { .arena = g->arena };
    size_t *item = ARENA_NEW(g->arena, size_t, s->items + 1);
    size_t *twin_of = ARENA_NEW(g->arena, size_t, s->items + 1); /* index + 1 */
    for (size_t i = 0; i < s->items; i++)
        item[intern(&prompts, s->item[i].prompt)] = i;
    uint32_t known = prompts.count;
    for (size_t i = 0; i < s->items; i++) {
        const char *twin = eval_swapped(swaps, s->item[i].prompt, g->arena);
        uint32_t k = twin ? intern(&prompts, twin) : known;
        if (k >= known || item[k] == i || (s->item[i].pair && s->item[item[k]].pair))
            continue;
        if (twin_of[item[k]] == i + 1) continue; /* there and back is one pair */
        twin_of[i] = item[k] + 1;
        struct group *group = add_group(g);
        add_member(g, group, i);
        add_member(g, group, item[k]);
    }
}

/* First score less the mean of the others; false when one is missing. */
static bool difference_of(double *out, const struct group *g,
                          const struct eval_scores *s, size_t model)
{
    const double *value = s->value + model * s->items;
    double sum = 0, first = value[g->item[0]];
    for (size_t k = 1; k < g->count; k++)
        sum += value[g->item[k]];
    double d = first - sum / (double)(g->count - 1);
    *out = s->metric->lower_is_better ? -d : d;
    return !isnan(d);
}

static bool same_answer(const char *a, const char *b, const struct eval_swaps *swaps,
                        struct arena *scratch)
{
    if (quasi_exact_match(a, b, scratch) > 0) return true;
    const char *swapped = swaps ? eval_swapped(swaps, a, scratch) : NULL;
    return swapped && quasi_exact_match(swapped, b, scratch) > 0;
}

/* Whether all members have an answer, and whether one differs from the first's. */
static bool answers_of(bool *changed, const struct group *g, const struct eval_set *s,
                       size_t model, const struct eval_swaps *swaps, struct arena *a)
{
    const char *first = s->item[g->item[0]].response[model].text;
    *changed = false;
    for (size_t k = 1; k < g->count && first; k++) {
        const char *other = s->item[g->item[k]].response[model].text;
        if (!other) return false;
        if (!same_answer(first, other, swaps, a)) *changed = true;
    }
    return first != NULL;
}

static void compare(struct eval_twins *out, const struct groups *g,
                    const struct eval_set *s, const struct eval_scores *scores,
                    const struct eval_swaps *swaps)
{
    double *x = ARENA_NEW(g->arena, double, g->count + 1);
    struct arena scratch = { .on_exhausted = g->arena->on_exhausted };
    size_t n = 0;
    bool binary = scores->metric->binary;
    for (size_t i = 0; i < g->count; i++) {
        bool changed;
        const struct group *group = &g->group[i];
        if (group->count < 2) continue;
        binary = binary && group->count == 2;
        n += difference_of(&x[n], group, scores, out->model);
        if (answers_of(&changed, group, s, out->model, swaps, &scratch)) {
            out->answered++;
            out->changed += changed;
        }
        arena_clear(&scratch);
    }
    out->scores.metric = scores->metric;
    out->scores.model = out->model;
    eval_compare_differences(&out->scores, x, n, binary,
                             scores->metric->hi - scores->metric->lo, 0);
    if (!out->answered) return;
    struct interval w = interval_wilson(out->changed, out->answered, 0.95);
    out->changed_low = w.lo;
    out->changed_high = w.hi;
}

void eval_twins_of(struct eval_twins **out, size_t *count, const struct eval_set *s,
                   const struct eval_scores *scores, const struct eval_swaps *swaps,
                   struct arena *a)
{
    struct groups groups = { .arena = a };
    by_pair(&groups, s);
    if (swaps && swaps->count) by_swap(&groups, s, swaps);
    *out = ARENA_NEW(a, struct eval_twins, s->models + 1);
    *count = 0;
    for (size_t m = 0; m < s->models; m++) {
        struct eval_twins row = { .model = m };
        compare(&row, &groups, s, scores, swaps);
        if (row.answered) (*out)[(*count)++] = row;
    }
}
