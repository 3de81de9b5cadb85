#include "plan_burst.h"
#include "plan_hours.h"
#include "plan_route.h"

#include <math.h>
#include <string.h>

#include "parallel.h"
#include "sobol_index.h"
#include "windows.h"

/* What the answer hangs on: the share of the total's variance that each driver explains
 * alone (first-order index), and what the stated assumptions move. */

/* Whether a path breaks a limit is yes or no: its shares take more rows than money's.
 */
enum { ROWS = 256, BUDGET_ROWS = 512, KINDS = 5 };
static const double WINDOWS_PER_HOUR = 12;
/* tokenizers differ by up to this much between model families */
static const double TOKENIZER_SPREAD = 0.30;

/* What an option bills in each month for these hours, added to `month_usd`. */
static void add_months(double *month_usd, const struct plan *p,
                       const struct plan_option *o, const struct demand_hours *h,
                       struct month_totals *totals, double *hourly_units)
{
    struct month_totals *all = totals, *left = totals + p->months;
    struct hour_view v = hour_view_of(o);
    memset(totals, 0, 2 * p->months * sizeof *totals);
    memset(hourly_units, 0, p->months * sizeof *hourly_units);
    for (int64_t i = 0; i < p->hours; i++) {
        size_t m = (size_t)p->month_of_hour[i];
        double over[2] = { 1, 1 }; /* of input and output, paid by the token */
        if (o->reserved) hour_above_reserved(over, o, h, i);
        if (o->unit) {
            double d = hour_demand(&v, h, i), more = 0;
            int64_t units = o->mix ? o->mix->units[i] : o->units;
            double above = plan_wanted_units(p, o, d) - (double)units;
            if (o->mix && above > 0)
                more = plan_hourly_units(o, above, hour_usd(&v, h, i) / d);
            hourly_units[m] += more;
            over[0] = over[1] = plan_burst_share(o->burst, d, units + (int64_t)more);
        }
        if (o->import_copies > 0)
            all[m].windows +=
                WINDOWS_PER_HOUR *
                windows_table_share(p->windows, h->requests[i] / WINDOWS_PER_HOUR);
        all[m].requests += h->requests[i];
        all[m].input += h->input_tokens[i];
        all[m].output += h->output_tokens[i];
        left[m].requests += over[0] * h->requests[i];
        left[m].input += over[0] * h->input_tokens[i];
        left[m].output += over[1] * h->output_tokens[i];
    }
    for (size_t m = 0; m < p->months; m++) {
        struct usd usd;
        struct err none = { 0 }; /* out of range is out of range in plan_price() too */
        if (!plan_month_usd(&usd, p, o, m, &all[m], &left[m], hourly_units[m], &none))
            month_usd[m] += usd_double(usd);
    }
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

/* An input of the indices: one driver, or all coordinates of the shocks. */
struct input {
    size_t workload;
    enum demand_driver driver;
    size_t coordinates;
};

static size_t list_inputs(const struct plan *p, struct input *out)
{
    static const struct input kinds[] = {
        { 0, DRIVER_GROWTH, 1 },
        { 0, DRIVER_LEVEL, 1 },
        { 0, DRIVER_SEASON, 1 },
        { 0, DRIVER_LENGTH, 1 },
        { 0, DRIVER_SHOCK_COUNT, DRIVER_COUNT - DRIVER_SHOCK_COUNT },
    };
    size_t n = 0;
    for (size_t w = 0; w < p->workloads; w++)
        for (size_t k = 0; k < KINDS && p->choice[w] < p->options; k++) {
            if (!is_uncertain(&p->workload[w].demand, kinds[k].driver)) continue;
            out[n] = kinds[k];
            out[n++].workload = w;
        }
    return n;
}

/* What one thread needs to cost one point. */
struct bench {
    struct demand_hours hours;
    struct month_totals *totals;
    double *hourly_units, *month_usd;
    double *mixed; /* drivers of the point */
};

/* Rows of the design: A, B, then A with input i from B. */
struct design {
    const struct plan *plan;
    size_t rows;
    const double *u; /* [row × 2 workloads × DRIVER_COUNT]: A's workloads, then B's */
    const struct input *input;
    size_t inputs;
    struct bench *bench; /* by thread */
    /* [column × rows + row], columns A, B, AB_0 …: the total, whether a limit breaks */
    double *total, *breach;
};

static struct bench bench_new(const struct plan *p)
{
    return (struct bench){
        .hours = plan_hours_alloc(p, p->arena),
        .totals = ARENA_NEW(p->arena, struct month_totals, 2 * p->months),
        .hourly_units = ARENA_NEW(p->arena, double, p->months),
        .month_usd = ARENA_NEW(p->arena, double, p->months),
        .mixed = ARENA_NEW(p->arena, double, p->workloads *DRIVER_COUNT),
    };
}

/* All choices at these drivers ([workload × DRIVER_COUNT]): b->month_usd, its sum. */
static double cost_point(const struct plan *p, const double *u, size_t path,
                         struct bench *b)
{
    double usd = 0;
    memset(b->month_usd, 0, p->months * sizeof *b->month_usd);
    for (size_t w = 0; w < p->workloads; w++) {
        if (p->choice[w] == p->options) continue;
        demand_path(&b->hours, &p->workload[w].demand, u + w * DRIVER_COUNT,
                    (uint64_t)p->config.plan.seed, w, path);
        add_months(b->month_usd, p, &p->option[p->choice[w]], &b->hours, b->totals,
                   b->hourly_units);
    }
    for (size_t m = 0; m < p->months; m++) {
        b->month_usd[m] += plan_whole_usd(p, m);
        usd += b->month_usd[m];
    }
    return usd;
}

static bool breaks_any(const struct plan *p, const double *month_usd)
{
    double at;
    for (enum plan_limit k = 0; k < LIMITS; k++)
        if (plan_limit_usd(p, k) > 0 && plan_breaks(p, month_usd, k, &at)) return true;
    return false;
}

static void design_row(void *context, size_t row, int thread)
{
    struct design *d = context;
    const struct plan *p = d->plan;
    struct bench *b = &d->bench[thread];
    size_t n = p->workloads * DRIVER_COUNT;
    const double *from[2] = { d->u + row * 2 * n, d->u + (row * 2 + 1) * n };
    double *mixed = b->mixed;
    for (size_t c = 0; c < d->inputs + 2; c++) {
        memcpy(mixed, from[c == 1], n * sizeof *mixed);
        if (c > 1) {
            const struct input *in = &d->input[c - 2];
            size_t at = in->workload * DRIVER_COUNT + in->driver;
            memcpy(&mixed[at], &from[1][at], in->coordinates * sizeof *mixed);
        }
        d->total[c * d->rows + row] = cost_point(p, mixed, row, b);
        d->breach[c * d->rows + row] = breaks_any(p, b->month_usd);
    }
}

/* Monthly USD with one driver at its 10th and 90th percentile, the others at their
 * median. */
static void swing(struct driver_share *s, const struct plan *p, const struct input *in,
                  struct bench *b)
{
    static const double end[2] = { 0.10, 0.90 };
    double usd[2];
    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < p->workloads * DRIVER_COUNT; i++)
            b->mixed[i] = 0.5;
        b->mixed[in->workload * DRIVER_COUNT + in->driver] = end[k];
        usd[k] = cost_point(p, b->mixed, 0, b) / (double)p->months;
    }
    s->low_usd = usd[0];
    s->high_usd = usd[1];
}

static void run_design(struct design *d)
{
    const struct plan *p = d->plan;
    d->bench = ARENA_NEW(p->arena, struct bench, (size_t)p->threads);
    for (int t = 0; t < p->threads; t++)
        d->bench[t] = bench_new(p);
    d->total = ARENA_NEW(p->arena, double, 2 * (d->inputs + 2) * d->rows);
    d->breach = d->total + (d->inputs + 2) * d->rows;
    parallel_run(d->rows, p->threads, design_row, d);
}

static enum err_code add_drivers(struct plan *p, struct err *e)
{
    struct input *input = ARENA_NEW(p->arena, struct input, p->workloads * KINDS);
    struct design d = { .plan = p, .input = input, .inputs = list_inputs(p, input) };
    double *u;
    if (d.inputs == 0) return OK;
    d.rows = p->config.has_budget ? BUDGET_ROWS : ROWS;
    if (demand_points(&u, 2 * p->workloads, d.rows, (uint64_t)p->config.plan.seed + 1,
                      p->arena, e))
        return e->code;
    d.u = u;
    run_design(&d);
    struct sobol_index *s = ARENA_NEW(p->arena, struct sobol_index, 2 * d.inputs),
                       *breach = s + d.inputs;
    sobol_indices(s, d.inputs, d.total, d.total + d.rows, d.total + 2 * d.rows, d.rows);
    sobol_indices(breach, d.inputs, d.breach, d.breach + d.rows, d.breach + 2 * d.rows,
                  d.rows);
    for (size_t i = 0; i < d.inputs; i++) {
        const char *name = input[i].driver == DRIVER_SHOCK_COUNT
                               ? "shocks"
                               : demand_driver_text(input[i].driver);
        /* above 1 is sampling noise, as below 0 */
        struct driver_share one = { .input = input_name(p, input[i].workload, name),
                                    .share = fmin(s[i].first, 1),
                                    .total = fmin(s[i].total, 1),
                                    .breach_share = fmin(breach[i].first, 1),
                                    .breach_total = fmin(breach[i].total, 1) };
        swing(&one, p, &input[i], &d.bench[0]);
        add(p, one);
    }
    return OK;
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
                    plan_component_part(c, k) *
                    (output ? c->per_output * m[k].output : c->per_input * m[k].input);
            }
    }
    return usd / (double)p->paths / (double)p->months;
}

/* The share of a router's first model, at the ends of what is known of it. */
static void add_route(struct plan *p, size_t w, const struct plan_option *o)
{
    const struct plan_route *r = o->route;
    if (!r || r->low >= r->high) return;
    const char *name = arena_printf(p->arena, "route_share %.3g%% … %.3g%%",
                                    r->low * 100, r->high * 100);
    double a = plan_route_usd(p, o, r->low), b = plan_route_usd(p, o, r->high);
    add(p, (struct driver_share){ input_name(p, w, name), -1, -1, fmin(a, b),
                                  fmax(a, b), 0, 0 });
}

static void add_assumptions(struct plan *p, size_t w)
{
    if (p->choice[w] == p->options) return;
    const struct plan_option *o = &p->option[p->choice[w]];
    add_route(p, w, o);
    for (int output = 0; output < 2; output++) {
        double usd = token_part(p, o, output), swing = usd * TOKENIZER_SPREAD;
        if (usd <= 0) continue;
        add(p,
            (struct driver_share){
                input_name(p, w, output ? "output_scale +- 30%" : "input_scale +- 30%"),
                -1, -1, o->monthly.mean - swing, o->monthly.mean + swing, 0, 0 });
    }
}

enum err_code plan_sensitivity(struct plan *p, struct err *e)
{
    p->sensitivity =
        ARENA_NEW(p->arena, struct driver_share, p->workloads * (KINDS + 3));
    if (add_drivers(p, e)) return e->code;
    for (size_t w = 0; w < p->workloads; w++)
        add_assumptions(p, w);
    return OK;
}
