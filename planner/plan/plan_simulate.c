#include "plan_hours.h"

#include <math.h>
#include <string.h>

#include "fluid.h"
#include "parallel.h"

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
    if (!o->quota_shared || !limits_of(&l, o)) return 0;
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
    for (size_t path = plan_shard_begin(p->paths, shard);
         path < plan_shard_begin(p->paths, shard + 1); path++) {
        for (size_t w = 0; w < p->workloads; w++) {
            struct month_totals *out = p->demand + (w * p->paths + path) * p->months;
            plan_draw(p, w, path, &h[w]);
            add_months(p, &h[w], out);
            if (s->windows) add_windows(p, &h[w], out);
            for (size_t m = 0; m < p->months; m++)
                s->offered[shard * p->workloads + w] += out[m].requests;
            if (p->workloads > 1)
                s->peak[(size_t)thread * p->workloads + w] =
                    fluid_peak(&h[w], p->hours);
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
        s.scratch[i] = plan_hours_alloc(p, p->arena);
    s.peak = ARENA_NEW(p->arena, struct fluid_peak, places);
    s.others = ARENA_NEW(p->arena, struct fluid_others, (size_t)p->threads);
    for (int t = 0; p->workloads > 1 && t < p->threads; t++)
        s.others[t] = (struct fluid_others){
            ARENA_NEW(p->arena, double, (size_t)p->hours),
            ARENA_NEW(p->arena, double, (size_t)p->hours),
        };
    s.refused = ARENA_NEW(p->arena, double, PLAN_SHARDS * p->options);
    s.offered = ARENA_NEW(p->arena, double, PLAN_SHARDS * p->workloads);
    p->demand =
        ARENA_NEW(p->arena, struct month_totals, p->workloads * p->paths * p->months);
    for (size_t i = 0; i < p->options; i++)
        s.windows |= p->option[i].import_copies > 0;
    for (size_t i = 0; i < p->options; i++)
        for (size_t w = 0; w < p->workloads; w++)
            p->option[i].quota_shared |= sharer(p, &p->option[i], w) != NULL;
    parallel_run(PLAN_SHARDS, p->threads, simulate_shard, &s);
    for (size_t i = 0; i < p->options; i++) {
        struct plan_option *o = &p->option[i];
        double refused = 0, offered = 0;
        for (size_t k = 0; k < PLAN_SHARDS; k++) {
            refused += s.refused[k * p->options + i];
            offered += s.offered[k * p->workloads + o->workload];
        }
        struct fluid_limits l;
        o->throttled_share = limits_of(&l, o) && offered > 0 ? refused / offered : -1;
    }
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
    if (plan_twin(p, e)) return e->code;
    for (size_t i = 0; i < p->options; i++) {
        struct plan_option *o = &p->option[i];
        if (o->priced && o->reserved) plan_choose_reserved(p, o);
        if (!o->priced || !o->unit || o->unit_input_tpm <= 0) continue;
        if (o->mix) {
            if (plan_mix(p, o, e)) return err_wrap(e, "%s: ", plan_option_name(p, o));
        } else {
            plan_choose_units(p, o);
        }
    }
    return OK;
}
