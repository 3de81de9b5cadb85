#include "plan_cache.h"

#include <math.h>

#include "cache_price.h"
#include "plan_prompts.h"

enum err_code plan_bursts(struct plan *p, struct plan_workload *w, struct err *e)
{
    if (w->bursts) return OK;
    struct traffic_model *m = ARENA_NEW(p->arena, struct traffic_model, 1);
    *m = (struct traffic_model){ .batch_mean = 1,
                                 .requests_per_s = w->measured_requests_per_s };
    if (m->requests_per_s > 0 &&
        traffic_fit(m, w->measured_dispersion, w->measured_span_s, e))
        return e->code;
    if (m->requests_per_s <= 0) m->requests_per_s = w->demand.requests_per_day / 86400;
    w->bursts = m;
    return OK;
}

enum err_code plan_cache_prepare(struct plan *p, struct plan_workload *w, struct err *e)
{
    const struct demand_spec *d = &w->demand;
    if (w->settings->cached_share <= 0 && !w->prompt) return OK;
    if (plan_bursts(p, w, e)) return e->code;
    double *growth = ARENA_NEW(p->arena, double, p->months);
    for (size_t m = 0; m < p->months; m++)
        growth[m] = pow(1 + d->growth_per_month, (double)m + 0.5);
    w->arrivals = ARENA_NEW(p->arena, struct cache_arrivals, 1);
    *w->arrivals =
        (struct cache_arrivals){ .requests_per_s = d->requests_per_day / 86400,
                                 .hour_factor = d->profile,
                                 .hours = DEMAND_WEEK_HOURS,
                                 .bursts = w->bursts,
                                 .growth = growth,
                                 .growths = p->months };
    w->life = ARENA_NEW(p->arena, struct cache_life *, TOKEN_KINDS);
    return OK;
}

/* Of the part that may be cached, what the smallest checkpoint leaves. */
static double cap_share(struct plan *p, struct plan_option *o, double share)
{
    const struct plan_workload *w = &p->workload[o->workload];
    long long least = (long long)o->model.cache_min_tokens;
    if (least <= 0) {
        notes_add(&o->assumptions, p->arena,
                  "its smallest cache checkpoint is not known");
        return share;
    }
    double most = lengths_tail(&w->lengths, o->candidate->input_scale, (double)least)
                      .input_tokens;
    if (most >= share) return share;
    notes_add(&o->assumptions, p->arena,
              "cached share capped at %.3g%%: the smallest checkpoint is %lld tokens",
              most * 100, least);
    return most;
}

static double hit_of(struct plan *p, const struct plan_workload *w,
                     enum token_kind write, double part)
{
    struct cache_life **life = &w->life[write];
    if (!*life) *life = cache_life_new(w->arrivals, cache_life_s(write), p->arena);
    return cache_hit(*life, part / (double)w->settings->cache_prefixes);
}

struct plan_caching plan_caching(struct plan *p, struct plan_option *o,
                                 const struct tariff *t)
{
    const struct plan_workload *w = &p->workload[o->workload];
    const struct workload_settings *s = w->settings;
    struct plan_caching c = { 0 };
    if (w->prompt) return plan_prompt_caching(p, o, t);
    if (s->cached_share <= 0) return c;
    enum token_kind write = cache_write_kind(t->pick, s->cache_ttl == 1);
    if (write == TOKEN_KINDS) {
        notes_add(&o->assumptions, p->arena,
                  "nothing is cached: it has no cache price here");
        return c;
    }
    /* what is added to a prompt is new each time */
    double share = s->cached_share * w->own_input_mean / w->demand.input_mean;
    share = cap_share(p, o, share);
    double hit = hit_of(p, w, write, o->part);
    c.read = share * hit;
    c.written[write] = share * (1 - hit);
    notes_add(
        &o->assumptions, p->arena,
        "%.3g%% of cacheable tokens are read, the rest written: %lld prefix%s, by "
        "the arrivals' hours and bursts",
        hit * 100, (long long)s->cache_prefixes, s->cache_prefixes > 1 ? "es" : "");
    return c;
}
