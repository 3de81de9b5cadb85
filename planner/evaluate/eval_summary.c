#include "eval_summary.h"

#include <math.h>

#include "interval.h"

const char *eval_interval_text(enum eval_interval k)
{
    static const char *const text[] = { "none", "exact", "Wilson", "Student",
                                        "bootstrap" };
    return text[k];
}

static bool all_equal(const double *x, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (x[i] < x[0] || x[i] > x[0]) return false;
    return true;
}

static void set_interval(struct eval_summary *out, enum eval_interval kind,
                         struct interval i)
{
    const struct eval_metric *m = out->metric;
    out->interval = kind;
    out->ci_low = fmax(m->lo, i.lo);
    out->ci_high = fmin(m->hi, i.hi);
}

static void find_interval(struct eval_summary *out, const double *x, size_t n,
                          double sd, uint64_t seed, struct arena *a)
{
    if (out->metric->binary) {
        int64_t hits = (int64_t)round(out->mean * (double)n);
        if (n < EVAL_BOOTSTRAP_MIN)
            set_interval(out, EVAL_INTERVAL_EXACT,
                         interval_exact(hits, (int64_t)n, 0.95));
        else
            set_interval(out, EVAL_INTERVAL_WILSON,
                         interval_wilson(hits, (int64_t)n, 0.95));
        return;
    }
    if (n < 2 || all_equal(x, n)) return; /* no spread was seen: nothing can be said */
    if (n < EVAL_BOOTSTRAP_MIN || n > EVAL_BOOTSTRAP_MAX) {
        set_interval(out, EVAL_INTERVAL_STUDENT,
                     interval_student(out->mean, sd, n, 0.95));
        return;
    }
    double *work = ARENA_NEW(a, double, EVAL_RESAMPLES);
    set_interval(out, EVAL_INTERVAL_BOOTSTRAP,
                 interval_bootstrap(x, n, 0.95, EVAL_RESAMPLES, seed, work));
}

void eval_summarise(struct eval_summary *out, const struct eval_scores *s, size_t model,
                    uint64_t seed, struct arena *a)
{
    double *x = ARENA_NEW(a, double, s->items + 1), sd;
    size_t n = 0;
    *out = (struct eval_summary){ .metric = s->metric,
                                  .model = model,
                                  .mean = (double)NAN,
                                  .ci_low = (double)NAN,
                                  .ci_high = (double)NAN };
    for (size_t i = 0; i < s->items; i++) {
        double value = s->value[model * s->items + i];
        if (!isnan(value)) x[n++] = value;
    }
    out->n = (int64_t)n;
    out->missing = (int64_t)(s->items - n);
    if (!n) return;
    interval_moments(&out->mean, &sd, x, n);
    find_interval(out, x, n, sd, seed, a);
}
