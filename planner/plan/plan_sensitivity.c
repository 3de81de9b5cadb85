#include "plan_hours.h"

#include <string.h>

#include "parallel.h"
#include "sobol_index.h"

/* What the answer hangs on: the share of the total's variance that each driver explains
 * alone (first-order index), and what the stated assumptions move. */

enum { ROWS = 256, KINDS = 5 };
/* tokenizers differ by up to this much between model families */
static const double TOKENIZER_SPREAD = 0.30;

/* What an option costs for these hours, commitments it has bought anyway left out: they
 * do not vary. */
static double hours_usd(const struct plan *p, const struct plan_option *o,
                        const struct demand_hours *h)
{
    struct hour_view v = hour_view_of(o);
    double usd = 0;
    for (int64_t i = 0; i < p->hours; i++) {
        double all = hour_usd(&v, h, i), left = 1;
        if (o->unit) {
            double d = hour_demand(&v, h, i);
            double units = o->mix ? (double)o->mix->units[i] : (double)o->units;
            left = d > units ? 1 - units / d : 0;
        }
        if (o->reserved) {
            double over[2];
            hour_above_reserved(over, o, h, i);
            all = v.usd_per_input * h->input_tokens[i] * over[0] +
                  v.usd_per_output * h->output_tokens[i] * over[1];
        }
        usd += all * left;
    }
    return usd;
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

/* Rows of the design: A, B, then A with input i from B. */
struct design {
    const struct plan *plan;
    const double *u; /* [row × 2 workloads × DRIVER_COUNT]: A's workloads, then B's */
    const struct input *input;
    size_t inputs;
    struct demand_hours *scratch; /* by thread */
    double *f;                    /* [column × ROWS + row], columns A, B, AB_0 … */
};

/* The total of all choices with the drivers of one column. */
static double total_of(const struct design *d, size_t column, size_t row,
                       struct demand_hours *h)
{
    const struct plan *p = d->plan;
    double usd = 0;
    for (size_t w = 0; w < p->workloads; w++) {
        if (p->choice[w] == p->options) continue;
        const double *a = d->u + (row * 2 * p->workloads + w) * DRIVER_COUNT;
        const double *b = a + p->workloads * DRIVER_COUNT;
        double mixed[DRIVER_COUNT];
        memcpy(mixed, column == 1 ? b : a, sizeof mixed);
        const struct input *in = column > 1 ? &d->input[column - 2] : NULL;
        if (in && in->workload == w)
            memcpy(&mixed[in->driver], &b[in->driver], in->coordinates * sizeof *mixed);
        demand_path(h, &p->workload[w].demand, mixed, (uint64_t)p->config.plan.seed, w,
                    row);
        usd += hours_usd(p, &p->option[p->choice[w]], h);
    }
    return usd;
}

static void design_row(void *context, size_t row, int thread)
{
    struct design *d = context;
    for (size_t c = 0; c < d->inputs + 2; c++)
        d->f[c * ROWS + row] = total_of(d, c, row, &d->scratch[thread]);
}

static enum err_code add_drivers(struct plan *p, struct err *e)
{
    struct input *input = ARENA_NEW(p->arena, struct input, p->workloads * KINDS);
    struct design d = { .plan = p, .input = input, .inputs = list_inputs(p, input) };
    double *u;
    if (d.inputs == 0) return OK;
    if (demand_points(&u, 2 * p->workloads, ROWS, (uint64_t)p->config.plan.seed + 1,
                      p->arena, e))
        return e->code;
    d.u = u;
    d.scratch = ARENA_NEW(p->arena, struct demand_hours, (size_t)p->threads);
    for (int t = 0; t < p->threads; t++)
        d.scratch[t] = plan_hours_alloc(p, p->arena);
    d.f = ARENA_NEW(p->arena, double, (d.inputs + 2) * ROWS);
    parallel_run(ROWS, p->threads, design_row, &d);
    struct sobol_index *s = ARENA_NEW(p->arena, struct sobol_index, d.inputs);
    sobol_indices(s, d.inputs, d.f, d.f + ROWS, d.f + 2 * ROWS, ROWS);
    for (size_t i = 0; i < d.inputs; i++) {
        const char *name = input[i].driver == DRIVER_SHOCK_COUNT
                               ? "shocks"
                               : demand_driver_text(input[i].driver);
        add(p, (struct driver_share){ input_name(p, input[i].workload, name),
                                      s[i].first, s[i].total, 0, 0 });
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
                -1, -1, o->monthly.mean - swing, o->monthly.mean + swing });
    }
}

enum err_code plan_sensitivity(struct plan *p, struct err *e)
{
    p->sensitivity =
        ARENA_NEW(p->arena, struct driver_share, p->workloads * (KINDS + 2));
    if (add_drivers(p, e)) return e->code;
    for (size_t w = 0; w < p->workloads; w++)
        add_assumptions(p, w);
    return OK;
}
