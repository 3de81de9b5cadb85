#include "eval_cascade.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "interval.h"
#include "rng.h"

static int least_sure_first(const void *a, const void *b)
{
    const struct cascade_case *x = a, *y = b;
    return (x->confidence > y->confidence) - (x->confidence < y->confidence);
}

static double second_mean(const struct cascade_case *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i].second_score;
    return sum / (double)n;
}

/* Rounding must not forbid what is equal. */
static bool keeps(double score, double target)
{
    return score >= target - 1e-12;
}

void cascade_best(struct cascade_cut *out, const struct cascade_case *x, size_t n,
                  double margin, struct arena *scratch)
{
    struct cascade_case *c = ARENA_NEW(scratch, struct cascade_case, n + 1);
    double score = 0, usd = 0;
    *out = (struct cascade_cut){ 0 };
    if (!n) return;
    memcpy(c, x, n * sizeof *x);
    qsort(c, n, sizeof *c, least_sure_first);
    double target = second_mean(c, n) - margin;
    for (size_t i = 0; i < n; i++) {
        score += c[i].first_score;
        usd += c[i].first_usd;
    }
    for (size_t k = 0;; k++) { /* the k least sure go on */
        bool cut = k == 0 || k == n || c[k].confidence > c[k - 1].confidence;
        if (cut && keeps(score / (double)n, target)) {
            *out = (struct cascade_cut){
                .found = true,
                .threshold = k == 0   ? -HUGE_VAL
                             : k == n ? HUGE_VAL
                                      : c[k].confidence,
                .escalated = k,
                .score = score / (double)n,
                .usd = usd / (double)n,
            };
            return;
        }
        if (k == n) return;
        score += c[k].second_score - c[k].first_score;
        usd += c[k].second_usd;
    }
}

/* A random order of the cases: the folds are every tenth of it. */
static size_t *shuffled(size_t n, uint64_t seed, struct arena *a)
{
    size_t *order = ARENA_NEW(a, size_t, n);
    struct rng r;
    rng_init(&r, seed, 0x666f6c64, n);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (size_t i = n - 1; i > 0; i--) {
        size_t k = (size_t)((rng_next(&r) >> 32) * (i + 1) >> 32), t = order[i];
        order[i] = order[k];
        order[k] = t;
    }
    return order;
}

void cascade_validate(struct cascade_honest *out, const struct cascade_case *x,
                      size_t n, double margin, uint64_t seed, struct arena *scratch)
{
    struct cascade_case *rest = ARENA_NEW(scratch, struct cascade_case, n);
    double *lost = ARENA_NEW(scratch, double, n), mean, sd;
    const size_t *order = shuffled(n, seed, scratch);
    *out = (struct cascade_honest){ 0 };
    for (size_t fold = 0; fold < CASCADE_FOLDS; fold++) {
        struct cascade_cut cut;
        size_t m = 0;
        for (size_t i = 0; i < n; i++)
            if (i % CASCADE_FOLDS != fold) rest[m++] = x[order[i]];
        cascade_best(&cut, rest, m, margin, scratch);
        for (size_t i = fold; i < n; i += CASCADE_FOLDS) {
            const struct cascade_case *c = &x[order[i]];
            bool on = c->confidence < cut.threshold;
            double score = on ? c->second_score : c->first_score;
            out->score += score / (double)n;
            out->usd += (c->first_usd + (on ? c->second_usd : 0)) / (double)n;
            out->escalated_share += on / (double)n;
            lost[order[i]] = score - c->second_score;
        }
    }
    interval_moments(&mean, &sd, lost, n);
    struct interval i = interval_student(mean, sd, n, 0.95);
    out->score_low = i.lo;
    out->score_high = i.hi;
}
