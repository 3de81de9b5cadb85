#include "plan.h"

#include <math.h>
#include <string.h>

#include "date.h"
#include "fluid.h"
#include "parallel.h"

/* Paths are cut into this many shards whatever the threads, so that sums are made
 * in one order. */
enum { SHARDS = 64 };
static const double WINDOWS_PER_HOUR = 12;

/* One pass over all paths of all workloads. */
struct pass {
    struct plan *plan;
    struct demand_hours *scratch; /* [thread × workloads + workload] */
    struct fluid_others *others;  /* by thread; buffers */
    double *refused;              /* [shard × options + option], requests */
    double *offered;              /* [shard × workloads + workload], requests */
    struct fluid_peak *peak;      /* [thread × workloads + workload] */
    bool windows;                 /* an option is billed by the window */
};

static struct demand_hours hours_alloc(struct plan *p)
{
    size_t n = (size_t)p->hours;
    double *block = ARENA_NEW(p->arena, double, 3 * n);
    return (struct demand_hours){ block, block + n, block + 2 * n };
}

static void draw(const struct plan *p, size_t workload, size_t path,
                 struct demand_hours *h)
{
    const double *u = p->point + (path * p->workloads + workload) * DRIVER_COUNT;
    demand_path(h, &p->workload[workload].demand, u, (uint64_t)p->config.plan.seed,
                workload, path);
}

static void add_months(const struct plan *p, const struct demand_hours *h,
                       struct month_totals *out)
{
    for (int64_t i = 0; i < p->hours; i++) {
        struct month_totals *m = &out[p->month_of_hour[i]];
        m->requests += h->requests[i];
        m->input += h->input_tokens[i];
        m->output += h->output_tokens[i];
    }
}

/* P(a 5-minute window has a request), Poisson inside the hour */
static void add_windows(const struct plan *p, const struct demand_hours *h,
                        struct month_totals *out)
{
    for (int64_t i = 0; i < p->hours; i++)
        out[p->month_of_hour[i]].windows +=
            WINDOWS_PER_HOUR * (1 - exp(-h->requests[i] / WINDOWS_PER_HOUR));
}

/* What the quota lets through; false when the option has none to judge by. */
static bool limits_of(struct fluid_limits *out, const struct plan_option *o)
{
    *out = (struct fluid_limits){ HUGE_VAL, HUGE_VAL, o->charged_per_request,
                                  o->charged_per_input, o->charged_per_output };
    if (o->quota.tokens_per_min > 0)
        out->tokens_per_hour = (double)o->quota.tokens_per_min * 60;
    if (o->quota.requests_per_min > 0)
        out->requests_per_hour = (double)o->quota.requests_per_min * 60;
    /* units have their own capacity; what they leave over is small and billed */
    return !o->unit && (o->quota.tokens_per_min > 0 || o->quota.requests_per_min > 0);
}

static size_t shard_begin(const struct plan *p, size_t shard)
{
    return p->paths * shard / SHARDS;
}

/* Workloads on one model share its quota: an option of another workload that would draw
 * on the same one, or NULL. */
static const struct plan_option *sharer(const struct plan *p,
                                        const struct plan_option *o, size_t workload)
{
    for (size_t i = 0; i < p->options && workload != o->workload; i++) {
        const struct plan_option *x = &p->option[i];
        struct fluid_limits l;
        if (x->workload == workload && x->routing == o->routing &&
            x->buy.kind == o->buy.kind && strcmp(x->region, o->region) == 0 &&
            strcmp(x->model.id, o->model.id) == 0 && limits_of(&l, x))
            return x;
    }
    return NULL;
}

static double refused_of(struct pass *s, size_t number, int thread)
{
    const struct plan *p = s->plan;
    const struct plan_option *o = &p->option[number];
    const struct demand_hours *h = &s->scratch[(size_t)thread * p->workloads];
    struct fluid_others others = { 0 };
    struct fluid_limits l, x;
    if (!limits_of(&l, o)) return 0;
    for (size_t w = 0; w < p->workloads; w++) {
        const struct plan_option *other = sharer(p, o, w);
        if (!other) continue;
        if (!others.tokens) {
            others = s->others[thread];
            memset(others.tokens, 0, (size_t)p->hours * sizeof *others.tokens);
            memset(others.requests, 0, (size_t)p->hours * sizeof *others.requests);
        }
        (void)limits_of(&x, other);
        fluid_others_add(&others, &h[w], p->hours, &x);
    }
    return fluid_refused(&h[o->workload], &others, p->hours,
                         s->peak[(size_t)thread * p->workloads + o->workload], &l);
}

static void simulate_shard(void *context, size_t shard, int thread)
{
    struct pass *s = context;
    struct plan *p = s->plan;
    struct demand_hours *h = &s->scratch[(size_t)thread * p->workloads];
    for (size_t path = shard_begin(p, shard); path < shard_begin(p, shard + 1);
         path++) {
        for (size_t w = 0; w < p->workloads; w++) {
            struct month_totals *out = p->demand + (w * p->paths + path) * p->months;
            draw(p, w, path, &h[w]);
            add_months(p, &h[w], out);
            if (s->windows) add_windows(p, &h[w], out);
            for (size_t m = 0; m < p->months; m++)
                s->offered[shard * p->workloads + w] += out[m].requests;
            s->peak[(size_t)thread * p->workloads + w] = fluid_peak(&h[w], p->hours);
        }
        for (size_t i = 0; i < p->options; i++)
            s->refused[shard * p->options + i] += refused_of(s, i, thread);
    }
}

static void simulate_demand(struct plan *p)
{
    struct pass s = { .plan = p };
    size_t places = (size_t)p->threads * p->workloads;
    s.scratch = ARENA_NEW(p->arena, struct demand_hours, places);
    for (size_t i = 0; i < places; i++)
        s.scratch[i] = hours_alloc(p);
    s.peak = ARENA_NEW(p->arena, struct fluid_peak, places);
    s.others = ARENA_NEW(p->arena, struct fluid_others, (size_t)p->threads);
    for (int t = 0; p->workloads > 1 && t < p->threads; t++)
        s.others[t] = (struct fluid_others){
            ARENA_NEW(p->arena, double, (size_t)p->hours),
            ARENA_NEW(p->arena, double, (size_t)p->hours),
        };
    s.refused = ARENA_NEW(p->arena, double, SHARDS * p->options);
    s.offered = ARENA_NEW(p->arena, double, SHARDS * p->workloads);
    p->demand =
        ARENA_NEW(p->arena, struct month_totals, p->workloads * p->paths * p->months);
    for (size_t i = 0; i < p->options; i++)
        s.windows |= p->option[i].import_copies > 0;
    parallel_run(SHARDS, p->threads, simulate_shard, &s);
    for (size_t i = 0; i < p->options; i++) {
        struct plan_option *o = &p->option[i];
        double refused = 0, offered = 0;
        for (size_t k = 0; k < SHARDS; k++) {
            refused += s.refused[k * p->options + i];
            offered += s.offered[k * p->workloads + o->workload];
        }
        struct fluid_limits l;
        o->throttled_share = limits_of(&l, o) && offered > 0 ? refused / offered : -1;
    }
}

/* --- hourly demand of one option ------------------------------------------------ */

/* USD of an hour's tokens, and the demand in units (or tokens a minute). */
struct hour_view {
    double usd_per_request, usd_per_input, usd_per_output;
    double unit_input, unit_output; /* tokens an hour of one unit; 0: unknown */
};

static struct hour_view view_of(const struct plan_option *o)
{
    struct hour_view v = { 0 };
    for (size_t i = 0; i < o->components; i++) {
        const struct plan_component *c = &o->component[i];
        double usd = (double)c->rate.pusd * 1e-12 / c->rate.per;
        v.usd_per_request += usd * c->per_request;
        v.usd_per_input += usd * c->per_input;
        v.usd_per_output += usd * c->per_output;
    }
    v.unit_input = o->unit_input_tpm * 60;
    v.unit_output = o->unit_output_tpm * 60;
    return v;
}

static double demand_of(const struct plan_option *o, const struct hour_view *v,
                        double requests, double input, double output)
{
    input *= o->candidate->input_scale;
    output = output * o->candidate->output_scale +
             requests * (double)o->candidate->reasoning_tokens;
    if (v->unit_input > 0) return fmax(input / v->unit_input, output / v->unit_output);
    return (input + output) / 60;
}

struct curve_pass {
    const struct plan *plan;
    const struct plan_option *option;
    struct demand_hours *scratch;
    struct overflow *part; /* by shard */
    struct hour_view view;
    size_t paths, levels;
};

static void curve_shard(void *context, size_t shard, int thread)
{
    struct curve_pass *s = context;
    const struct plan *p = s->plan;
    struct demand_hours *h = &s->scratch[thread];
    const struct hour_view *v = &s->view;
    for (size_t path = s->paths * shard / SHARDS;
         path < s->paths * (shard + 1) / SHARDS; path++) {
        draw(p, s->option->workload, path, h);
        for (int64_t i = 0; i < p->hours; i++) {
            double r = h->requests[i], in = h->input_tokens[i],
                   out = h->output_tokens[i];
            double usd = v->usd_per_request * r + v->usd_per_input * in +
                         v->usd_per_output * out;
            /* what is refused has no price: count its requests instead */
            if (!s->option->tokens_billed) usd = r;
            overflow_add(&s->part[shard], demand_of(s->option, v, r, in, out), usd);
        }
    }
}

void plan_overflow_curve(const struct plan *p, const struct plan_option *o,
                         size_t paths, size_t levels, struct overflow *out)
{
    struct arena scratch = { .on_exhausted = p->arena->on_exhausted };
    struct curve_pass s = { .plan = p, .option = o, .paths = paths, .levels = levels };
    s.view = view_of(o);
    s.scratch = ARENA_NEW(&scratch, struct demand_hours, (size_t)p->threads);
    for (int t = 0; t < p->threads; t++) {
        double *block = ARENA_NEW(&scratch, double, 3 * (size_t)p->hours);
        s.scratch[t] =
            (struct demand_hours){ block, block + p->hours, block + 2 * p->hours };
    }
    s.part = ARENA_NEW(&scratch, struct overflow, SHARDS);
    for (size_t k = 0; k < SHARDS; k++)
        overflow_init(&s.part[k], levels, &scratch);
    parallel_run(SHARDS, p->threads, curve_shard, &s);
    overflow_init(out, levels, p->arena);
    for (size_t k = 0; k < SHARDS; k++)
        overflow_merge(out, &s.part[k]);
    overflow_sum(out);
    arena_clear(&scratch);
}

/* --- units ------------------------------------------------------------------------ */

int64_t plan_paid_hours(const struct plan *p, const struct plan_option *o)
{
    int term = commitment_months(o->buy.term);
    if (term == 0) return p->hours;
    int64_t start = p->month_start_unix_s[0], end = start;
    for (int months = term; end < p->month_start_unix_s[p->months]; months += term)
        end = date_add_months(start, months);
    return (end - start) / 3600;
}

/* Exhaustive over whole units: the cheapest N, or (what is above is refused) the
 * smallest N that keeps the required share. */
static void choose_units(struct plan *p, struct plan_option *o)
{
    enum { LEVELS = 16384 };
    struct overflow curve;
    plan_overflow_curve(p, o, p->paths, LEVELS, &curve);
    double allowed = p->workload[o->workload].require->throttled;
    double unit_usd = (double)o->unit->rate.pusd * 1e-12 / o->unit->rate.per *
                      (double)plan_paid_hours(p, o) * (double)p->paths;
    int64_t most = (int64_t)fmin(ceil(curve.peak), LEVELS), best = -1;
    double best_usd = HUGE_VAL;
    for (int64_t n = 1; n <= (most < 1 ? 1 : most); n++) {
        double over = overflow_above(&curve, (double)n);
        double usd = (double)n * unit_usd + (o->tokens_billed ? over : 0);
        bool good = o->tokens_billed || over <= allowed * curve.total_weight;
        if (good && usd < best_usd) best_usd = usd, best = n;
        if (best > 0 && !o->tokens_billed) break; /* more units only cost more */
    }
    o->units = best > 0 ? best : most;
    if (!o->tokens_billed)
        o->throttled_share =
            curve.total_weight > 0
                ? overflow_above(&curve, (double)o->units) / curve.total_weight
                : 0;
}

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
    for (size_t path = shard_begin(p, shard); path < shard_begin(p, shard + 1);
         path++) {
        struct month_totals *out = o->left + path * p->months;
        draw(p, o->workload, path, h);
        for (int64_t i = 0; i < p->hours; i++) {
            double d = demand_of(o, &s->view, h->requests[i], h->input_tokens[i],
                                 h->output_tokens[i]);
            if (d <= (double)o->units) continue;
            double share = 1 - (double)o->units / d;
            struct month_totals *m = &out[p->month_of_hour[i]];
            m->requests += share * h->requests[i];
            m->input += share * h->input_tokens[i];
            m->output += share * h->output_tokens[i];
        }
    }
}

static void simulate_left(struct plan *p, struct plan_option *o)
{
    struct left_pass s = { .plan = p, .option = o, .view = view_of(o) };
    s.scratch = ARENA_NEW(p->arena, struct demand_hours, (size_t)p->threads);
    for (int t = 0; t < p->threads; t++)
        s.scratch[t] = hours_alloc(p);
    o->left = ARENA_NEW(p->arena, struct month_totals, p->paths * p->months);
    parallel_run(SHARDS, p->threads, left_shard, &s);
}

enum err_code plan_simulate(struct plan *p, struct err *e)
{
    for (size_t w = 0; w < p->workloads; w++)
        if (demand_check(&p->workload[w].demand, e))
            return err_wrap(e, "%s:%d: [workload %s]: ", p->config.path,
                            p->workload[w].settings->line,
                            p->workload[w].settings->name);
    if (demand_points(&p->point, p->workloads, p->paths, (uint64_t)p->config.plan.seed,
                      p->arena, e))
        return e->code;
    simulate_demand(p);
    for (size_t i = 0; i < p->options; i++) {
        struct plan_option *o = &p->option[i];
        if (!o->priced || !o->unit || o->unit_input_tpm <= 0) continue;
        choose_units(p, o);
        simulate_left(p, o);
    }
    return OK;
}
