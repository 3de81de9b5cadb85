#include "plan_hours.h"

#include <math.h>

#include "parallel.h"

size_t plan_shard_begin(size_t paths, size_t shard)
{
    return paths * shard / PLAN_SHARDS;
}

struct demand_hours plan_hours_alloc(const struct plan *p, struct arena *a)
{
    size_t n = (size_t)p->hours;
    double *block = ARENA_NEW(a, double, 3 * n);
    return (struct demand_hours){ block, block + n, block + 2 * n };
}

void plan_draw(const struct plan *p, size_t workload, size_t path,
               struct demand_hours *h)
{
    const double *u = p->point + (path * p->workloads + workload) * DRIVER_COUNT;
    demand_path(h, &p->workload[workload].demand, u, (uint64_t)p->config.plan.seed,
                workload, path);
}

struct hour_view hour_view_of(const struct plan_option *o)
{
    struct hour_view v = { .option = o,
                           .unit_input = o->unit_input_tpm * 60,
                           .unit_output = o->unit_output_tpm * 60 };
    for (size_t i = 0; i < o->components; i++) {
        const struct plan_component *c = &o->component[i];
        double usd = (double)c->rate.pusd * 1e-12 / c->rate.per;
        if (c->part) usd *= c->part_of_all; /* hours see the mean price */
        v.usd_per_request += usd * c->per_request;
        v.usd_per_input += usd * c->per_input;
        v.usd_per_output += usd * c->per_output;
    }
    return v;
}

double hour_demand(const struct hour_view *v, const struct demand_hours *h,
                   int64_t hour)
{
    const struct candidate_settings *c = v->option->candidate;
    double input = h->input_tokens[hour] * c->input_scale +
                   h->requests[hour] * v->option->attachment_tokens;
    double output = h->output_tokens[hour] * c->output_scale +
                    h->requests[hour] * (double)c->reasoning_tokens;
    if (v->unit_input > 0) return fmax(input / v->unit_input, output / v->unit_output);
    return (input + output) / 60;
}

double hour_usd(const struct hour_view *v, const struct demand_hours *h, int64_t hour)
{
    return v->usd_per_request * h->requests[hour] +
           v->usd_per_input * h->input_tokens[hour] +
           v->usd_per_output * h->output_tokens[hour];
}

/* --- the curve of all hours ---------------------------------------------------------
 */

struct curve_pass {
    const struct plan *plan;
    struct demand_hours *scratch;
    struct overflow *part; /* by shard */
    struct hour_view view;
    size_t paths;
};

static void curve_shard(void *context, size_t shard, int thread)
{
    struct curve_pass *s = context;
    const struct plan *p = s->plan;
    struct demand_hours *h = &s->scratch[thread];
    const struct plan_option *o = s->view.option;
    for (size_t path = plan_shard_begin(s->paths, shard);
         path < plan_shard_begin(s->paths, shard + 1); path++) {
        plan_draw(p, o->workload, path, h);
        for (int64_t i = 0; i < p->hours; i++) {
            /* what is refused has no price: count its requests instead */
            double weight =
                o->tokens_billed ? hour_usd(&s->view, h, i) : h->requests[i];
            overflow_add(&s->part[shard], hour_demand(&s->view, h, i), weight);
        }
    }
}

void plan_overflow_curve(const struct plan *p, const struct plan_option *o,
                         size_t paths, size_t levels, struct overflow *out)
{
    struct arena scratch = { .on_exhausted = p->arena->on_exhausted };
    struct curve_pass s = { .plan = p, .paths = paths, .view = hour_view_of(o) };
    s.scratch = ARENA_NEW(&scratch, struct demand_hours, (size_t)p->threads);
    for (int t = 0; t < p->threads; t++)
        s.scratch[t] = plan_hours_alloc(p, &scratch);
    s.part = ARENA_NEW(&scratch, struct overflow, PLAN_SHARDS);
    for (size_t k = 0; k < PLAN_SHARDS; k++)
        overflow_init(&s.part[k], levels, &scratch);
    parallel_run(PLAN_SHARDS, p->threads, curve_shard, &s);
    overflow_init(out, levels, p->arena);
    for (size_t k = 0; k < PLAN_SHARDS; k++)
        overflow_merge(out, &s.part[k]);
    overflow_sum(out);
    arena_clear(&scratch);
}
