#include "plan_hours.h"

#include <math.h>

#include "date.h"
#include "parallel.h"
#include "plan_burst.h"
#include "units.h"

/* How many units, on one commitment for the whole plan; and what they leave over. */

struct left_pass {
    struct plan *plan;
    struct plan_option *option;
    struct demand_hours *scratch;
    struct hour_view view;
};

static void left_shard(void *context, size_t shard, int thread)
{
    struct left_pass *s = context;
    struct plan *p = s->plan;
    struct plan_option *o = s->option;
    struct demand_hours *h = &s->scratch[thread];
    for (size_t path = plan_shard_begin(p->paths, shard);
         path < plan_shard_begin(p->paths, shard + 1); path++) {
        struct month_totals *out = o->left + path * p->months;
        plan_draw(p, o->workload, path, h);
        for (int64_t i = 0; i < p->hours; i++) {
            double d = hour_demand(&s->view, h, i);
            double share = plan_burst_share(o->burst, d, o->units);
            if (share <= 0) continue;
            struct month_totals *m = &out[p->month_of_hour[i]];
            m->requests += share * h->requests[i];
            m->input += share * h->input_tokens[i];
            m->output += share * h->output_tokens[i];
        }
    }
}

static void simulate_left(struct plan *p, struct plan_option *o)
{
    struct left_pass s = { .plan = p, .option = o, .view = hour_view_of(o) };
    s.scratch = ARENA_NEW(p->arena, struct demand_hours, (size_t)p->threads);
    for (int t = 0; t < p->threads; t++)
        s.scratch[t] = plan_hours_alloc(p, p->arena);
    o->left = ARENA_NEW(p->arena, struct month_totals, p->paths * p->months);
    parallel_run(PLAN_SHARDS, p->threads, left_shard, &s);
}

int64_t plan_paid_hours(const struct plan *p, const struct plan_option *o)
{
    int term = o->mix ? 0 : commitment_months(o->buy.term);
    if (term == 0) return p->hours;
    int64_t start = p->month_start_unix_s[0], end = start;
    for (int months = term; end < p->month_start_unix_s[p->months]; months += term)
        end = date_add_months(start, months);
    return (end - start) / 3600;
}

/* What n units leave over: what does not fit the hours as a whole, of all paths, and
 * what their bursts cost besides. */
static double left_over(const struct overflow *curve, const struct plan_burst *b,
                        int64_t n)
{
    double burst = 0;
    for (int k = 0; k < TWIN_STRATA; k++) {
        double d = b->demand[k];
        double fluid = d > (double)n ? 1 - (double)n / d : 0;
        burst += b->weight[k] * fmax(0, plan_burst_share(b, d, n) - fluid);
    }
    return overflow_above(curve, (double)n) + curve->total_weight * burst;
}

/* Exhaustive over whole units: the cheapest N, or (what is above is refused) the
 * smallest N that keeps the required share with 95 % confidence. */
void plan_choose_units(struct plan *p, struct plan_option *o)
{
    enum { LEVELS = 16384 };
    struct overflow curve;
    const struct plan_burst *b = o->burst;
    plan_overflow_curve(p, o, p->paths, LEVELS, &curve);
    double allowed = p->workload[o->workload].require->throttled;
    double unit_usd = (double)o->unit->rate.pusd * 1e-12 / o->unit->rate.per *
                      (double)plan_paid_hours(p, o) * (double)p->paths;
    int64_t most = (int64_t)fmin(fmax(ceil(curve.peak), (double)b->rows), LEVELS),
            best = -1;
    double best_usd = HUGE_VAL, mean = 0, hi = 0;
    for (int64_t n = 1; n <= (most < 1 ? 1 : most); n++) {
        double over = left_over(&curve, b, n);
        double usd = (double)n * unit_usd + (o->tokens_billed ? over : 0);
        bool good = o->tokens_billed;
        if (!good && over <= allowed * curve.total_weight) {
            plan_burst_total(&mean, &hi, b, n);
            good = hi < allowed || (allowed <= 0 && mean <= 0);
        }
        if (good && usd < best_usd) best_usd = usd, best = n;
        if (best > 0 && !o->tokens_billed) break; /* more units only cost more */
    }
    o->units = best > 0 ? best : most;
    double share = curve.total_weight > 0
                       ? left_over(&curve, b, o->units) / curve.total_weight
                       : 0;
    if (!o->tokens_billed)
        o->throttled_share = share;
    else if (share > 0)
        notes_add(&o->assumptions, p->arena,
                  "%.2g%% of its cost by the token is what %lld unit%s would refuse, "
                  "bursts inside the hour included",
                  share * 100, (long long)o->units, o->units == 1 ? "" : "s");
    simulate_left(p, o);
}
