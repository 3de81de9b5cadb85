#include "plan_cache.h"

#include <string.h>

#include "customize.h"

/* One option: the token prices that apply, weighted by the shares of the workload's
 * tokens that meet them. */

static void add(struct plan *p, struct plan_option *o, const struct price_pick *pick,
                const char *dimension, struct plan_component c)
{
    if (c.per_request <= 0 && c.per_input <= 0 && c.per_output <= 0) return;
    c.dimension = dimension;
    c.rate = pick->row->rate;
    c.row = pick->row;
    c.other = pick->other;
    app_used(p->app, dimension, pick->row->source, pick->row->as_of);
    c.marks |= pick->marks;
    o->marks |= c.marks;
    o->never_cheapest |= (c.marks & MARK_TRUST_C) != 0;
    o->component = arena_grow(p->arena, o->component, &o->component_capacity,
                              o->components + 1, sizeof *o->component);
    o->component[o->components++] = c;
}

/* One price class (short or long requests) of one tariff, for `part` of the tokens. */
static void add_class(struct plan *p, struct plan_option *o,
                      const struct price_pick *pick, enum tier tier,
                      struct length_tail part, struct plan_caching cache)
{
    const struct candidate_settings *s = o->candidate;
    double in = part.input_tokens * s->input_scale, plain = 1 - cache.read;
    for (int k = 0; k < TOKEN_KINDS; k++)
        plain -= cache.written[k];
    add(p, o, &pick[TOKEN_INPUT], tariff_dimension(tier, TOKEN_INPUT),
        (struct plan_component){ .per_input = in * plain,
                                 .per_request = part.requests * o->attachment_tokens,
                                 .marks =
                                     o->attachment_tokens > 0 ? MARK_ESTIMATE : 0 });
    if (cache.read > 0)
        add(p, o, &pick[TOKEN_CACHE_READ], tariff_dimension(tier, TOKEN_CACHE_READ),
            (struct plan_component){ .per_input = in * cache.read });
    for (int k = 0; k < TOKEN_KINDS; k++)
        if (cache.written[k] > 0)
            add(p, o, &pick[k], tariff_dimension(tier, (enum token_kind)k),
                (struct plan_component){ .per_input = in * cache.written[k] });
    if (!pick[TOKEN_OUTPUT].row) return; /* an embedding model writes nothing */
    add(p, o, &pick[TOKEN_OUTPUT], tariff_dimension(tier, TOKEN_OUTPUT),
        (struct plan_component){ .per_output = part.output_tokens * s->output_scale,
                                 .per_request =
                                     part.requests * (double)s->reasoning_tokens });
}

static struct length_tail times(struct length_tail t, double share)
{
    return (struct length_tail){ t.requests * share, t.input_tokens * share,
                                 t.output_tokens * share };
}

/* All components of `share` of the requests under one tariff. */
void plan_add_tariff(struct plan *p, struct plan_option *o, const struct tariff *t,
                     double share)
{
    struct plan_caching cache = { 0 };
    if (t->tier != TIER_BATCH) cache = plan_caching(p, o, t); /* batch has no cache */
    struct length_tail tail = { 0 };
    if (t->long_above_tokens > 0)
        tail =
            lengths_tail(&p->workload[o->workload].lengths, o->candidate->input_scale,
                         (double)t->long_above_tokens + 1);
    struct length_tail rest = { 1 - tail.requests, 1 - tail.input_tokens,
                                1 - tail.output_tokens };
    add_class(p, o, t->pick, t->tier, times(rest, share), cache);
    if (tail.requests > 0)
        add_class(p, o, t->long_pick, t->tier, times(tail, share), cache);
}

/* Reads do not count against the quota, and batch has its own. */
static void charge_quota(struct plan *p, struct plan_option *o, const struct tariff *t,
                         double share)
{
    if (t->tier == TIER_BATCH) return;
    struct plan_caching cache = plan_caching(p, o, t);
    double burndown = o->quota.burndown > 0 ? o->quota.burndown : 1;
    o->charged_per_input += share * o->candidate->input_scale * (1 - cache.read);
    o->charged_per_output += share * burndown * o->candidate->output_scale;
    o->charged_per_request +=
        share *
        (o->attachment_tokens + burndown * (double)o->candidate->reasoning_tokens);
}

enum err_code plan_option_tokens(struct plan *p, struct plan_option *o,
                                 struct catalog *c, enum tier tier, double share,
                                 struct err *e)
{
    struct price_row *rows;
    size_t count;
    struct tariff t;
    struct price_offer offer = catalog_offer(&o->model, o->region);
    if (catalog_prices(&rows, &count, c, o->model.id, p->arena, e)) return e->code;
    if (tier == TIER_CUSTOM) {
        struct item_price *items;
        size_t item_count;
        if (catalog_tuning_prices(&items, &item_count, c, o->model.id, o->region,
                                  p->month_start_unix_s[0], p->arena, e))
            return e->code;
        rows = deployment_rows(&count, rows, count, items, item_count, p->arena);
    }
    int64_t start = p->month_start_unix_s[0];
    if (tariff_build(&t, o->model.id, rows, count, &offer, o->routing, tier, start, e))
        return e->code;
    o->routing = t.routing;
    if (catalog_quota(&o->quota, c, o->model.id, o->region, o->routing,
                      tier == TIER_CUSTOM, p->arena, e))
        return e->code;
    if (o->quota.burndown == 0 && tier != TIER_BATCH)
        notes_add(&o->assumptions, p->arena,
                  "how its output burns down the quota is not known: counted once");
    charge_quota(p, o, &t, share);
    return plan_price_steps(p, o, &t, rows, count, &offer, share, e);
}
