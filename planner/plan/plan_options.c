#include "plan_route.h"

#include <string.h>

/* A candidate's purchases, each made an option: what it costs by the token, by the
 * hour, and once. What cannot be priced or is not offered becomes a reason, not a
 * failure. */

static enum err_code into_reason(struct plan *p, struct plan_option *o, struct err *e)
{
    switch (e->code) {
    case ERR_UNPRICED:
    case ERR_NOT_FOUND:
        notes_add(&o->reasons, p->arena, "%s", e->msg);
        o->priced = false;
        *e = (struct err){ 0 };
        return OK;
    default:
        return e->code;
    }
}

/* Tokens of a share of the requests; the rest at standard prices. */
static enum err_code buy_tokens(struct plan *p, struct plan_option *o,
                                struct catalog *c, struct err *e)
{
    o->tokens_billed = true;
    enum tier tier = o->buy.kind == BUY_DEPLOYMENT ? TIER_CUSTOM : o->buy.tier;
    if (o->buy.share > 0 && plan_option_tokens(p, o, c, tier, o->buy.share, e))
        return e->code;
    if (o->buy.share < 1)
        return plan_option_tokens(p, o, c, TIER_STANDARD, 1 - o->buy.share, e);
    return OK;
}

/* What the units leave over goes to the same model by the token where that is sold: the
 * base model's own tokens, or a deployment of the custom model. Otherwise it is
 * refused. */
static enum err_code buy_overflow(struct plan *p, struct plan_option *o,
                                  struct catalog *c, struct err *e)
{
    bool custom = o->candidate->tuned != TUNED_NO;
    struct err quiet = { 0 };
    o->tokens_billed = true;
    enum err_code code =
        plan_option_tokens(p, o, c, custom ? TIER_CUSTOM : TIER_STANDARD, 1, &quiet);
    if (code == ERR_UNPRICED || code == ERR_NOT_FOUND) {
        o->tokens_billed = false;
        o->components = 0;
        notes_add(&o->assumptions, p->arena, "what its units cannot carry is refused");
        return OK;
    }
    if (code) *e = quiet;
    return code;
}

static enum err_code buy(struct plan *p, struct plan_option *o, struct catalog *c,
                         struct err *e)
{
    if (o->candidate->route_to) return plan_option_route(p, o, c, e);
    switch (o->buy.kind) {
    case BUY_TOKENS:
    case BUY_DEPLOYMENT:
        return buy_tokens(p, o, c, e);
    case BUY_UNITS:
        if (o->buy.term == COMMIT_COUNT) { /* all of them, mixed */
            if (plan_option_mix(p, o, c, e)) return e->code;
        } else if (plan_option_units(p, o, c, e)) {
            return e->code;
        }
        return buy_overflow(p, o, c, e);
    case BUY_IMPORT:
        return plan_option_import(p, o, c, e);
    case BUY_RESERVED:
        return plan_option_reserved(p, o, c, e);
    }
    return OK;
}

static void say_scales(struct plan *p, struct plan_option *o)
{
    const struct candidate_settings *s = o->candidate;
    if (s->input_scale != 1.0 || s->output_scale != 1.0)
        notes_add(&o->assumptions, p->arena,
                  "tokens against the workload's: input × %g, output × %g",
                  s->input_scale, s->output_scale);
    else
        notes_add(&o->assumptions, p->arena,
                  "its tokenizer counts as the workload's does (input_scale, "
                  "output_scale 1)");
    if (s->reasoning_tokens)
        notes_add(&o->assumptions, p->arena, "%lld reasoning tokens a request",
                  (long long)s->reasoning_tokens);
}

static enum err_code add_option(struct plan *p, struct plan_option o, struct catalog *c,
                                struct err *e)
{
    o.priced = true;
    o.part = 1;
    say_scales(p, &o);
    if (plan_option_attachments(p, &o, e)) return e->code;
    if (buy(p, &o, c, e) && into_reason(p, &o, e)) return e->code;
    if (o.candidate->tuned != TUNED_NO && plan_option_tuning(p, &o, c, e) &&
        into_reason(p, &o, e))
        return e->code;
    if (plan_option_extras(p, &o, e) && into_reason(p, &o, e)) return e->code;
    p->option =
        arena_grow(p->arena, p->option, &p->option_capacity, p->options + 1, sizeof o);
    p->option[p->options++] = o;
    return OK;
}

static enum routing first_of(enum routing a, enum routing b, enum routing c)
{
    if (a != ROUTING_DEFAULT) return a;
    return b != ROUTING_DEFAULT ? b : c;
}

enum err_code plan_add_options(struct plan *p, const struct candidate_settings *s,
                               struct err *e)
{
    struct plan_option o = { .candidate = s };
    enum routing from_id = ROUTING_DEFAULT;
    struct catalog *c;
    struct purchase *purchase;
    size_t count;
    bool units = false;
    if (app_catalog(p->app, &c, e)) return e->code;
    if (catalog_model(&o.model, &from_id, c, s->model, p->arena, e)) return e->code;
    o.region = s->region ? s->region : p->config.plan.region;
    if (catalog_check_region(c, o.region, p->arena, e)) return e->code;
    if (purchase_parse(&purchase, &count, s->purchase, p->arena, e)) return e->code;
    while (strcmp(p->workload[o.workload].settings->name, s->workload) != 0)
        o.workload++;
    o.retrain_every_months = s->retrain_every_months;
    o.unit_input_tpm = s->unit_input_tpm;
    o.unit_output_tpm = s->unit_output_tpm;
    for (size_t i = 0; i < count; i++) {
        struct plan_option one = o;
        one.buy = purchase[i];
        one.routing =
            first_of(purchase[i].routing, from_id,
                     first_of((enum routing)s->routing,
                              (enum routing)p->config.plan.routing, ROUTING_DEFAULT));
        if (add_option(p, one, c, e)) return e->code;
        units |= one.buy.kind == BUY_UNITS;
    }
    /* with a known rate the terms can be mixed over time */
    if (!units || o.unit_input_tpm <= 0) return OK;
    o.buy = (struct purchase){
        .kind = BUY_UNITS, .share = 1, .term = COMMIT_COUNT, .text = "units best mix"
    };
    return add_option(p, o, c, e);
}
