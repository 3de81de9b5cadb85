#include "plan.h"

#include <math.h>
#include <stdlib.h>

#include "quantile.h"

/* What the answer hangs on: the share of the total's variance that each driver explains
 * alone (first-order index), and what the stated assumptions move. */

enum { BINS = 32 };
/* tokenizers differ by up to this much between model families */
static const double TOKENIZER_SPREAD = 0.30;

struct sorted_path {
    double u, usd;
};

static int by_u(const void *a, const void *b)
{
    const struct sorted_path *x = a, *y = b;
    return (x->u > y->u) - (x->u < y->u);
}

/* Var(E[Y | bin of u]) / Var(Y), less what chance alone would give to the bins. */
static double first_order(struct sorted_path *s, size_t n, double mean, double variance)
{
    if (n < 4 * BINS || variance <= 0) return 0;
    qsort(s, n, sizeof *s, by_u);
    double between = 0, within = 0;
    for (size_t b = 0; b < BINS; b++) {
        size_t lo = n * b / BINS, hi = n * (b + 1) / BINS;
        double sum = 0, squares = 0, count = (double)(hi - lo);
        for (size_t i = lo; i < hi; i++)
            sum += s[i].usd - mean;
        double bin = sum / count;
        for (size_t i = lo; i < hi; i++)
            squares += (s[i].usd - mean - bin) * (s[i].usd - mean - bin);
        between += bin * bin / BINS;
        within += squares / (count - 1) / count / BINS;
    }
    double share = (between - within) / variance;
    return share > 0 ? share : 0;
}

static bool is_uncertain(const struct demand_spec *s, enum demand_driver d)
{
    switch (d) {
    case DRIVER_GROWTH:
        return s->growth_sd > 0;
    case DRIVER_LEVEL:
        return s->level_sd > 0;
    case DRIVER_SEASON:
        return s->season_sd > 0;
    case DRIVER_LENGTH:
        return s->length_drift_sd > 0;
    case DRIVER_SHOCK_COUNT:
        return s->shocks_per_year > 0;
    case DRIVER_SHOCK_TIME:
    case DRIVER_SHOCK_SIZE:
    case DRIVER_COUNT:
        break;
    }
    return false;
}

static const char *input_name(struct plan *p, size_t w, const char *name)
{
    if (p->workloads == 1) return name;
    return arena_printf(p->arena, "%s %s", p->workload[w].settings->name, name);
}

static void add(struct plan *p, struct driver_share s)
{
    p->sensitivity[p->drivers++] = s;
}

static void add_drivers(struct plan *p, size_t w, const double *total)
{
    static const enum demand_driver drivers[] = { DRIVER_GROWTH, DRIVER_LEVEL,
                                                  DRIVER_SEASON, DRIVER_LENGTH,
                                                  DRIVER_SHOCK_COUNT };
    struct sorted_path *s = ARENA_NEW(p->arena, struct sorted_path, p->paths);
    double mean = mean_of(total, p->paths), variance = 0;
    for (size_t i = 0; i < p->paths; i++)
        variance += (total[i] - mean) * (total[i] - mean);
    variance /= (double)p->paths;
    for (size_t k = 0; k < sizeof drivers / sizeof *drivers; k++) {
        if (!is_uncertain(&p->workload[w].demand, drivers[k])) continue;
        for (size_t i = 0; i < p->paths; i++)
            s[i] = (struct sorted_path){
                p->point[(i * p->workloads + w) * DRIVER_COUNT + (size_t)drivers[k]],
                total[i]
            };
        add(p, (struct driver_share){ input_name(p, w, demand_driver_text(drivers[k])),
                                      first_order(s, p->paths, mean, variance), 0, 0 });
    }
}

/* Mean monthly USD that comes from one kind of token. */
static double token_part(const struct plan *p, const struct plan_option *o, bool output)
{
    double usd = 0;
    for (size_t path = 0; path < p->paths; path++) {
        const struct month_totals *m =
            o->left ? &o->left[path * p->months]
                    : &p->demand[(o->workload * p->paths + path) * p->months];
        for (size_t k = 0; k < p->months; k++)
            for (size_t i = 0; i < o->components; i++) {
                const struct plan_component *c = &o->component[i];
                usd +=
                    (double)c->rate.pusd * 1e-12 / c->rate.per *
                    (output ? c->per_output * m[k].output : c->per_input * m[k].input);
            }
    }
    return usd / (double)p->paths / (double)p->months;
}

static void add_assumptions(struct plan *p, size_t w)
{
    if (p->choice[w] == p->options) return;
    const struct plan_option *o = &p->option[p->choice[w]];
    for (int output = 0; output < 2; output++) {
        double usd = token_part(p, o, output), swing = usd * TOKENIZER_SPREAD;
        if (usd <= 0) continue;
        add(p,
            (struct driver_share){
                input_name(p, w, output ? "output_scale +- 30%" : "input_scale +- 30%"),
                -1, o->monthly.mean - swing, o->monthly.mean + swing });
    }
}

void plan_sensitivity(struct plan *p)
{
    p->sensitivity = ARENA_NEW(p->arena, struct driver_share, p->workloads * 8);
    double *total = ARENA_NEW(p->arena, double, p->paths);
    for (size_t path = 0; path < p->paths; path++)
        for (size_t m = 0; m < p->months; m++)
            total[path] += p->chosen[path * p->months + m];
    for (size_t w = 0; w < p->workloads; w++)
        add_drivers(p, w, total);
    for (size_t w = 0; w < p->workloads; w++)
        add_assumptions(p, w);
}
