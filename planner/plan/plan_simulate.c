#include "plan_hours.h"

#include <math.h>

#include "parallel.h"
#include "windows.h"

static const double WINDOWS_PER_HOUR = 12;

/* One pass over all paths of all workloads. */
struct pass {
    struct plan *plan;
    struct demand_hours *scratch; /* [thread × workloads + workload] */
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

/* 5-minute windows counted from the first request on, Poisson inside the hour */
static void add_windows(const struct plan *p, const struct demand_hours *h,
                        struct month_totals *out)
{
    for (int64_t i = 0; i < p->hours; i++)
        out[p->month_of_hour[i]].windows +=
            WINDOWS_PER_HOUR *
            windows_table_share(p->windows, h->requests[i] / WINDOWS_PER_HOUR);
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
            if (p->windows) add_windows(p, &h[w], out);
        }
    }
}

static void fill_windows(struct plan *p)
{
    bool wanted = false;
    for (size_t i = 0; i < p->options; i++)
        wanted |= p->option[i].import_copies > 0;
    if (!wanted) return;
    p->windows = ARENA_NEW(p->arena, struct windows_table, 1);
    windows_table_fill(p->windows, (int)WINDOWS_PER_HOUR);
}

static void simulate_demand(struct plan *p)
{
    struct pass s = { .plan = p };
    size_t places = (size_t)p->threads * p->workloads;
    s.scratch = ARENA_NEW(p->arena, struct demand_hours, places);
    for (size_t i = 0; i < places; i++)
        s.scratch[i] = plan_hours_alloc(p, p->arena);
    p->demand =
        ARENA_NEW(p->arena, struct month_totals, p->workloads * p->paths * p->months);
    fill_windows(p);
    parallel_run(PLAN_SHARDS, p->threads, simulate_shard, &s);
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
        if (plan_burst(p, o, e)) return err_wrap(e, "%s: ", plan_option_name(p, o));
        if (o->mix) {
            if (plan_mix(p, o, e)) return err_wrap(e, "%s: ", plan_option_name(p, o));
        } else {
            plan_choose_units(p, o);
        }
    }
    return OK;
}
