#include "eval_compare.h"

#include <math.h>

#include "eval_summary.h"
#include "paired.h"
#include "rng.h"

const char *eval_pair_rule_text(enum eval_pair_rule r)
{
    static const char *const text[] = { "none", "score", "Student", "signs" };
    return text[r];
}

const char *eval_noninferior_text(enum eval_noninferior v)
{
    static const char *const text[] = { "not asked", "no worse", "worse", "open" };
    return text[v];
}

static void by_student(struct eval_compare *out, double sd, size_t n)
{
    double freedom = (double)n - 1, error = sd / sqrt((double)n);
    struct interval i = interval_student(out->difference, sd, n, 0.95);
    out->ci_low = i.lo;
    out->ci_high = i.hi;
    out->p = fmin(1, 2 * interval_t_above(fabs(out->difference) / error, freedom));
    out->p_margin = interval_t_above((out->difference + out->margin) / error, freedom);
}

/* `range` of a difference: 1 for scores of 0 and 1. */
static void by_signs(struct eval_compare *out, double range)
{
    struct interval i = paired_shares(out->better, out->worse, out->n, 0.95);
    double share = fmin(1, out->margin / range);
    out->ci_low = i.lo * range;
    out->ci_high = i.hi * range;
    out->p = paired_mcnemar(out->better, out->worse);
    out->p_margin =
        paired_normal_above(paired_score(out->better, out->worse, out->n, -share));
}

void eval_compare_differences(struct eval_compare *out, const double *difference,
                              size_t n, bool binary, double range, double margin)
{
    double sd;
    const double none = (double)NAN;
    out->n = (int64_t)n;
    out->margin = margin;
    out->difference = out->ci_low = out->ci_high = out->p = out->p_margin = none;
    out->better = out->worse = 0;
    out->rule = EVAL_PAIR_NONE;
    if (!n) return;
    for (size_t i = 0; i < n; i++) {
        out->better += difference[i] > 0;
        out->worse += difference[i] < 0;
    }
    interval_moments(&out->difference, &sd, difference, n);
    bool few = out->better + out->worse < EVAL_PAIR_FEW || sd <= 0;
    if (binary)
        out->rule = EVAL_PAIR_SCORE;
    else if (!few)
        out->rule = EVAL_PAIR_STUDENT;
    else if (isfinite(range))
        out->rule = EVAL_PAIR_SIGNS;
    if (out->rule == EVAL_PAIR_STUDENT)
        by_student(out, sd, n);
    else if (out->rule != EVAL_PAIR_NONE)
        by_signs(out, binary ? 1 : range);
    if (margin <= 0) out->p_margin = none;
}

/* Differences of the prompts that both have a score of. */
static size_t differences(double *out, const struct eval_scores *s, size_t model,
                          size_t reference)
{
    size_t n = 0;
    for (size_t i = 0; i < s->items; i++) {
        double mine = s->value[model * s->items + i];
        double theirs = s->value[reference * s->items + i];
        if (isnan(mine) || isnan(theirs)) continue;
        out[n++] = s->metric->lower_is_better ? theirs - mine : mine - theirs;
    }
    return n;
}

static void compare(struct eval_compare *out, const struct eval_scores *s,
                    double margin, uint64_t seed, double *work)
{
    double *x = work + EVAL_RESAMPLES;
    size_t n = differences(x, s, out->model, out->reference);
    eval_compare_differences(out, x, n, s->metric->binary,
                             s->metric->hi - s->metric->lo, margin);
    out->boot_low = out->boot_high = (double)NAN;
    if (n < EVAL_BOOTSTRAP_MIN || n > EVAL_BOOTSTRAP_MAX || !(out->better + out->worse))
        return;
    struct interval i = interval_bootstrap(x, n, 0.95, EVAL_RESAMPLES, seed, work);
    out->boot_low = i.lo;
    out->boot_high = i.hi;
}

static void judge(struct eval_compare *c)
{
    if (c->margin <= 0)
        c->verdict = EVAL_MARGIN_NONE;
    else if (c->p_margin_holm <= 0.025)
        c->verdict = EVAL_NONINFERIOR;
    else if (c->ci_high < -c->margin)
        c->verdict = EVAL_INFERIOR;
    else
        c->verdict = EVAL_MARGIN_UNKNOWN;
}

void eval_compare_all(struct eval_compare **out, size_t *count,
                      const struct eval_scores *s, size_t reference, double margin,
                      uint64_t seed, struct arena *a)
{
    struct eval_compare *row = ARENA_NEW(a, struct eval_compare, s->models + 1);
    double *work = ARENA_NEW(a, double, EVAL_RESAMPLES + s->items + 1);
    double *p = ARENA_NEW(a, double, 2 * s->models + 1), *q = p + s->models;
    size_t n = 0;
    for (size_t m = 0; m < s->models; m++) {
        if (m == reference) continue;
        row[n] = (struct eval_compare){ .metric = s->metric,
                                        .model = m,
                                        .reference = reference };
        compare(&row[n], s, margin, rng_key(seed, 0x70616972, m), work);
        p[n] = row[n].p;
        q[n] = row[n].p_margin;
        n++;
    }
    paired_holm(p, n);
    paired_holm(q, n);
    for (size_t i = 0; i < n; i++) {
        row[i].p_holm = p[i];
        row[i].p_margin_holm = q[i];
        judge(&row[i]);
    }
    *out = row;
    *count = n;
}
