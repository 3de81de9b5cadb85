#include "eval_robust.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval_text_metrics.h"
#include "quantile.h"
#include "rng.h"

enum { RESAMPLES = 2000, FEW = 10 };

/* Room behind the items for `more` of them. */
static void make_room(struct eval_set *s, size_t more)
{
    s->item = arena_grow(s->arena, s->item, &s->item_capacity,
                         s->items + s->variants + more, sizeof *s->item);
}

/* Which perturbations of each item are there already, as bits. */
static unsigned char *known_variants(const struct eval_set *s)
{
    unsigned char *known = ARENA_NEW(s->arena, unsigned char, s->items + 1);
    for (size_t v = s->items; v < s->items + s->variants; v++)
        if (s->item[v].original_item < s->items)
            known[s->item[v].original_item] |=
                (unsigned char)(1U << s->item[v].perturbation);
    return known;
}

void eval_set_perturb(struct eval_set *s, uint64_t seed)
{
    const unsigned char *known = known_variants(s);
    make_room(s, s->items * (PERTURBATIONS - 1));
    for (size_t i = 0; i < s->items; i++)
        for (int p = PERTURB_NONE + 1; p < PERTURBATIONS; p++) {
            const struct eval_item *original = &s->item[i];
            enum perturbation kind = (enum perturbation)p;
            char *text = perturb(kind, original->prompt, seed, s->arena);
            if (strcmp(text, original->prompt) == 0 || original->conversation ||
                known[i] & 1U << p)
                continue;
            struct eval_item *v = &s->item[s->items + s->variants++];
            *v = *original;
            v->prompt = text;
            v->perturbation = kind;
            v->original = original->prompt;
            v->original_item = i;
            v->line = 0;
            v->response =
                ARENA_NEW(s->arena, struct eval_response, s->model_capacity + 1);
        }
}

/* Scores of one model's answers to prompts and to what became of them, by prompt: what
 * a prompt was changed into is no sample of its own. */
struct pairs {
    double *before, *after, *error; /* means of the prompt's variants */
    size_t n;
};

static void add_variant(struct pairs *sum, int *count, const struct eval_set *s,
                        const struct eval_scores *scores, size_t model,
                        const struct eval_item *v, struct arena *scratch)
{
    const char *answer = v->response[model].text;
    if (!answer || v->original_item >= s->items) return;
    const struct eval_item *original = &s->item[v->original_item];
    const char *first = original->response[model].text;
    double was = scores->value[model * s->items + v->original_item];
    if (!first || isnan(was)) return;
    double now = eval_score_one(scores->metric, answer, original->reference,
                                original->references, scratch);
    if (isnan(now)) return;
    sum->before[v->original_item] = was;
    sum->after[v->original_item] += now;
    sum->error[v->original_item] += word_error_rate(answer, first, scratch);
    count[v->original_item]++;
}

static void collect(struct pairs *out, const struct eval_set *s,
                    const struct eval_scores *scores, size_t model,
                    enum perturbation kind, struct arena *a)
{
    struct arena scratch = { .on_exhausted = a->on_exhausted };
    int *count = ARENA_NEW(a, int, s->items + 1);
    *out = (struct pairs){ .before = ARENA_NEW(a, double, s->items + 1),
                           .after = ARENA_NEW(a, double, s->items + 1),
                           .error = ARENA_NEW(a, double, s->items + 1) };
    for (size_t v = s->items; v < s->items + s->variants; v++) {
        if (kind != PERTURB_NONE && s->item[v].perturbation != kind) continue;
        add_variant(out, count, s, scores, model, &s->item[v], &scratch);
        arena_clear(&scratch);
    }
    for (size_t i = 0; i < s->items; i++) {
        if (!count[i]) continue;
        out->before[out->n] = out->before[i];
        out->after[out->n] = out->after[i] / count[i];
        out->error[out->n++] = out->error[i] / count[i];
    }
}

static double drop_of(double before, double after, bool lower)
{
    if (before <= 0) return (double)NAN;
    return (lower ? after - before : before - after) / before;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Both means of the ratio move together. */
static void resample(struct eval_robust *out, const struct pairs *p, uint64_t seed,
                     struct arena *a)
{
    double *work = ARENA_NEW(a, double, RESAMPLES);
    struct rng r;
    size_t kept = 0;
    rng_init(&r, seed, out->model, (uint64_t)out->kind);
    for (int b = 0; b < RESAMPLES; b++) {
        double before = 0, after = 0;
        for (size_t i = 0; i < p->n; i++) {
            size_t k = (size_t)((rng_next(&r) >> 32) * p->n >> 32);
            before += p->before[k];
            after += p->after[k];
        }
        double drop = drop_of(before, after, out->metric->lower_is_better);
        if (!isnan(drop)) work[kept++] = drop;
    }
    if (kept < RESAMPLES)
        return; /* the score was 0 in a resample: no ratio to speak of */
    qsort(work, kept, sizeof *work, ascending);
    out->drop_low = quantile_sorted(work, kept, 0.025);
    out->drop_high = quantile_sorted(work, kept, 0.975);
}

static void measure(struct eval_robust *out, const struct pairs *p, uint64_t seed,
                    struct arena *a)
{
    out->n = (int64_t)p->n;
    out->original = mean_of(p->before, p->n);
    out->perturbed = mean_of(p->after, p->n);
    out->drop = drop_of(out->original, out->perturbed, out->metric->lower_is_better);
    out->drop_low = out->drop_high = (double)NAN;
    out->word_error_rate = mean_of(p->error, p->n);
    if (p->n >= FEW && !isnan(out->drop)) resample(out, p, seed, a);
}

void eval_robust_of(struct eval_robust **out, size_t *count, const struct eval_set *s,
                    const struct eval_scores *scores, uint64_t seed, struct arena *a)
{
    *out = ARENA_NEW(a, struct eval_robust, s->models * PERTURBATIONS + 1);
    *count = 0;
    if (!scores->metric->pair && !scores->metric->all) return; /* a judge's, say */
    for (size_t m = 0; m < s->models && s->variants; m++)
        for (int p = 0; p < PERTURBATIONS; p++) {
            struct pairs pairs;
            collect(&pairs, s, scores, m, (enum perturbation)p, a);
            if (!pairs.n) continue;
            struct eval_robust *row = &(*out)[(*count)++];
            *row = (struct eval_robust){ .metric = scores->metric,
                                         .model = m,
                                         .kind = (enum perturbation)p };
            measure(row, &pairs, seed, a);
        }
}
