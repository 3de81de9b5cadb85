#include "plan.h"

#include <math.h>

/* Where two options cost the same: every crossing, by bisection of the planner over the
 * volume, on the first paths (the same for both: common random numbers). */

enum {
    BREAK_EVEN_PATHS = 256,
    BEST = 3,
    GRID = 121,
    BISECTIONS = 50,
    MOST_UNITS = 65536
};
static const double LOWEST = 1e-3, HIGHEST = 1e3; /* times the stated volume */

/* The mean total of one option when demand is scaled: fixed + scale × by the token, or
 * the best number of units for that volume. */
struct volume_cost {
    double fixed, by_token, by_request; /* USD a path; by_request: of extra lines */
    double unit;                        /* USD of one unit over the plan; 0: no units */
    struct overflow curve;
    double paths;
};

static size_t sample_paths(const struct plan *p)
{
    return p->paths < BREAK_EVEN_PATHS ? p->paths : BREAK_EVEN_PATHS;
}

static double token_usd(const struct plan *p, const struct plan_option *o, size_t paths)
{
    double usd = 0;
    for (size_t path = 0; path < paths; path++) {
        const struct month_totals *m =
            &p->demand[(o->workload * p->paths + path) * p->months];
        for (size_t k = 0; k < p->months; k++)
            for (size_t i = 0; i < o->components; i++) {
                const struct plan_component *c = &o->component[i];
                usd += (double)c->rate.pusd * 1e-12 / c->rate.per *
                       plan_component_part(c, k) *
                       (c->per_request * m[k].requests + c->per_input * m[k].input +
                        c->per_output * m[k].output);
            }
    }
    return usd / (double)paths;
}

/* The option's extra lines, a path: `*fixed`, and what follows the volume. */
static double extra_usd(const struct plan *p, const struct plan_option *o, size_t paths,
                        double *fixed)
{
    double volume = 0;
    *fixed = 0;
    for (size_t m = 0; m < p->months; m++) {
        struct month_totals mean = { 0 };
        for (size_t path = 0; path < paths; path++) {
            const struct month_totals *t =
                &p->demand[(o->workload * p->paths + path) * p->months + m];
            mean.requests += t->requests / (double)paths;
            mean.input += t->input / (double)paths;
            mean.output += t->output / (double)paths;
        }
        struct extras_usd x = extras_usd(&o->extras, &mean, m, plan_keep(p));
        *fixed += x.fixed;
        volume += x.volume;
    }
    return volume;
}

static double fixed_usd(const struct plan *p, const struct plan_option *o)
{
    double trainings = 1;
    if (o->retrain_every_months > 0)
        trainings = ceil((double)p->months / (double)o->retrain_every_months);
    return ((double)o->training.ausd * trainings +
            (double)o->storage_per_month.ausd * (double)p->months) *
           1e-18;
}

static struct volume_cost cost_of(const struct plan *p, const struct plan_option *o)
{
    size_t paths = sample_paths(p);
    struct volume_cost v = { .paths = (double)paths };
    v.by_request = extra_usd(p, o, paths, &v.fixed);
    v.fixed += fixed_usd(p, o) * plan_keep(p);
    v.by_token = token_usd(p, o, paths) * plan_keep(p);
    if (o->unit) {
        v.unit = (double)o->unit->rate.pusd * 1e-12 / o->unit->rate.per *
                 (double)plan_paid_hours(p, o) * plan_keep(p);
        plan_overflow_curve(p, o, paths, 0, &v.curve);
    }
    return v;
}

static double usd_at(const struct plan *p, const struct plan_option *o,
                     const struct volume_cost *v, double scale)
{
    if (!o->unit) return v->fixed + scale * (v->by_token + v->by_request);
    double best = HUGE_VAL, most = ceil(v->curve.peak * scale);
    double allowed =
        p->workload[o->workload].require->throttled * v->curve.total_weight;
    for (double n = 1; n <= fmax(1, fmin(most, MOST_UNITS)); n++) {
        double over = overflow_above(&v->curve, n / scale);
        double usd = n * v->unit;
        if (o->tokens_billed) usd += scale * over / v->paths * plan_keep(p);
        if (!o->tokens_billed && over > allowed) continue;
        if (usd > best) break; /* convex in n */
        best = usd;
    }
    return v->fixed + scale * v->by_request + best;
}

void plan_volume_curve(const struct plan *p, const struct plan_option *o,
                       const double *requests_per_day, double *monthly_usd, size_t n)
{
    struct volume_cost v = cost_of(p, o);
    double stated = p->workload[o->workload].settings->requests_per_day;
    for (size_t i = 0; i < n; i++)
        monthly_usd[i] =
            usd_at(p, o, &v, requests_per_day[i] / stated) / (double)p->months;
}

static double difference(const struct plan *p, const struct plan_option *const o[2],
                         const struct volume_cost v[2], double scale)
{
    return usd_at(p, o[0], &v[0], scale) - usd_at(p, o[1], &v[1], scale);
}

static void add_crossing(struct plan *p, size_t a, size_t b, double scale)
{
    double volume =
        scale * p->workload[p->option[a].workload].settings->requests_per_day;
    p->even[p->evens++] = (struct break_even){ a, b, volume };
}

static void crossings(struct plan *p, size_t a, size_t b)
{
    const struct plan_option *o[2] = { &p->option[a], &p->option[b] };
    struct volume_cost v[2] = { cost_of(p, o[0]), cost_of(p, o[1]) };
    double step = pow(HIGHEST / LOWEST, 1.0 / (GRID - 1)), at = LOWEST;
    double before = difference(p, o, v, at);
    for (int i = 1; i < GRID; i++) {
        double next = at * step, now = difference(p, o, v, next);
        if ((before < 0) != (now < 0) && isfinite(before) && isfinite(now)) {
            double lo = at, hi = next;
            for (int k = 0; k < BISECTIONS; k++) {
                double mid = sqrt(lo * hi);
                bool same = (difference(p, o, v, mid) < 0) == (before < 0);
                if (same)
                    lo = mid;
                else
                    hi = mid;
            }
            add_crossing(p, a, b, sqrt(lo * hi));
        }
        before = now;
        at = next;
    }
}

void plan_break_evens(struct plan *p)
{
    /* at most GRID crossings a pair, 3 pairs a workload */
    p->even = ARENA_NEW(p->arena, struct break_even, p->workloads * 3 * GRID);
    for (size_t w = 0; w < p->workloads; w++) {
        size_t best[BEST], n = 0;
        for (size_t i = 0; i < p->options && n < BEST; i++) {
            const struct plan_option *o = &p->option[p->order[i]];
            bool counts = o->workload == w && o->feasible && o->cost_nusd && !o->mix &&
                          !o->reserved &&
                          o->import_copies <= 0; /* these do not just scale */
            if (counts) best[n++] = p->order[i];
        }
        for (size_t i = 0; i < n; i++)
            for (size_t k = i + 1; k < n; k++)
                crossings(p, best[i], best[k]);
    }
}
