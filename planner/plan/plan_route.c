#include "plan_route.h"

#include <math.h>
#include <string.h>

#include "catalog_facts.h"
#include "interval.h"
#include "json.h"
#include "plan_extras.h"
#include "text.h"
#include "usage_find.h"

static const double LEVEL = 0.95;
static const char ROUTER[] = "prompt router";

/* "anthropic.claude" of "anthropic.claude-3-haiku-…", "meta.llama" of "meta.llama3-…"
 */
static size_t family_bytes(const char *id)
{
    const char *dot = strchr(id, '.');
    size_t n = dot ? (size_t)(dot - id) + 1 : 0;
    while ((id[n] >= 'a' && id[n] <= 'z') || (id[n] >= 'A' && id[n] <= 'Z'))
        n++;
    return n;
}

static enum err_code check_pair(const struct plan_option *o, const struct model *to,
                                struct err *e)
{
    size_t n = family_bytes(o->model.id);
    if (strcmp(o->model.id, to->id) == 0)
        return err_set(e, ERR_INPUT, "route_to is the candidate's own model, %s",
                       to->id);
    if (n != family_bytes(to->id) || strncmp(o->model.id, to->id, n) != 0)
        return err_set(e, ERR_INPUT,
                       "a prompt router takes two models of one family: %s and %s are "
                       "not",
                       o->model.id, to->id);
    if (o->candidate->tuned != TUNED_NO || o->buy.kind != BUY_TOKENS ||
        o->buy.tier != TIER_STANDARD || o->buy.share < 1)
        return err_set(
            e, ERR_INPUT,
            "a prompt router answers on demand, standard tier: purchase = %s",
            o->buy.text);
    return OK;
}

/* What AWS's list of routers says of a model. */
static enum err_code say_listed(struct plan *p, struct plan_option *o,
                                const struct model *m, struct catalog *c, struct err *e)
{
    static const char topic[] = "prompt router: models it takes";
    struct catalog_rule *rule;
    size_t count;
    const char *source = "none is known";
    if (catalog_rules(&rule, &count, c, p->arena, e)) return e->code;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rule[i].topic, topic) != 0) continue;
        source = rule[i].source;
        if (text_starts(m->id, rule[i].subject)) return OK;
    }
    notes_add(&o->assumptions, p->arena,
              "%s is not in AWS's list of routers (%s): see whether one takes it",
              m->id, source);
    return OK;
}

/* Requests that an import counted for a model, whichever profile or ARN they named. */
static int64_t counted(const struct usage_stats *s, struct catalog *c,
                       const struct model *m, struct arena *a)
{
    int64_t sum = 0;
    for (size_t i = 0; i < s->models; i++) {
        struct model one;
        struct err none = { 0 };
        if (catalog_model(&one, NULL, c, s->model[i].id, a, &none)) continue;
        if (strcmp(one.id, m->id) == 0) sum += s->model[i].requests;
    }
    return sum;
}

static enum err_code measure(struct plan_route *r, const struct plan *p,
                             const struct plan_option *o, struct catalog *c,
                             struct err *e)
{
    const char *name = o->candidate->route_usage;
    struct usage_stats s;
    char x[32], y[32];
    if (usage_find_stats(&s, name, NULL, p->arena, e)) return e->code;
    int64_t first = counted(&s, c, &o->model, p->arena);
    int64_t all = first + counted(&s, c, &r->to, p->arena);
    if (all == 0)
        return err_set(e, ERR_INPUT, "route_usage: %s has no request of %s or %s", name,
                       o->model.id, r->to.id);
    struct interval i = interval_wilson(first, all, LEVEL);
    r->share = (double)first / (double)all;
    r->low = i.lo;
    r->high = i.hi;
    r->measured = arena_printf(p->arena, "%s of %s requests of %s",
                               text_thousands(x, first), text_thousands(y, all), name);
    return OK;
}

static enum err_code share_of(struct plan_route *r, const struct plan *p,
                              const struct plan_option *o, struct catalog *c,
                              struct err *e)
{
    const struct candidate_settings *s = o->candidate;
    double middle = s->route_share.middle, spread = s->route_share.spread;
    if (s->route_usage && middle > 0)
        return err_set(e, ERR_INPUT, "route_share and route_usage exclude each other");
    if (s->route_usage) return measure(r, p, o, c, e);
    if (middle <= 0)
        return err_set(
            e, ERR_INPUT,
            "route_share is missing: which share of requests does %s answer? "
            "Measure it (route_usage), or assume it: 60%% +- 15%%",
            o->model.id);
    if (middle - spread < 0 || middle + spread > 1)
        return err_set(e, ERR_INPUT, "route_share: %g%% +- %g%% leaves 0%% to 100%%",
                       middle * 100, spread * 100);
    r->share = middle;
    r->low = middle - spread;
    r->high = middle + spread;
    return OK;
}

/* Of the default quota, by a mean request: what binds first is judged. */
static double load_of(const struct plan *p, const struct plan_option *o)
{
    const struct demand_spec *d = &p->workload[o->workload].demand;
    double tokens = o->charged_per_request + o->charged_per_input * d->input_mean +
                    o->charged_per_output * d->output_mean;
    double load =
        o->quota.tokens_per_min > 0 ? tokens / (double)o->quota.tokens_per_min : 0;
    return o->quota.requests_per_min > 0
               ? fmax(load, o->part / (double)o->quota.requests_per_min)
               : load;
}

/* Calls a minute that all requests may make when only a part counts. */
static void spread_calls(struct plan_option *o)
{
    if (o->quota.requests_per_min > 0)
        o->quota.requests_per_min =
            llround((double)o->quota.requests_per_min / o->part);
}

static void join(struct plan *p, struct plan_option *o, const struct plan_option *b)
{
    o->route->first = o->components;
    for (size_t i = 0; i < b->components; i++) {
        o->component = arena_grow(p->arena, o->component, &o->component_capacity,
                                  o->components + 1, sizeof *o->component);
        o->component[o->components++] = b->component[i];
    }
    for (size_t i = 0; i < b->assumptions.count; i++)
        notes_add(&o->assumptions, p->arena, "%s: %s", b->model.id,
                  b->assumptions.text[i]);
    o->marks |= b->marks;
    o->never_cheapest |= b->never_cheapest;
    o->incomplete |= b->incomplete;
    bool tighter = load_of(p, b) > load_of(p, o);
    const struct plan_option *judged = tighter ? b : o;
    const char *name = tighter ? b->model.id : o->model.id;
    o->quota = judged->quota;
    o->charged_per_input = judged->charged_per_input;
    o->charged_per_output = judged->charged_per_output;
    o->charged_per_request = judged->charged_per_request;
    struct plan_option one = { .quota = o->quota, .part = judged->part };
    spread_calls(&one);
    o->quota = one.quota;
    notes_add(&o->assumptions, p->arena,
              "refusals are judged by the quota of %s, the tighter of the two", name);
}

static enum err_code add_fee(struct plan *p, struct plan_option *o, struct err *e)
{
    struct plan_extra l = { .owner = ROUTER, .what = "fee", .per_request = 1 };
    double stated = (double)NAN;
    const char *text = o->candidate->route_fee_per_1k_usd;
    if (text && text_real(&stated, text, 0, 1e6, e))
        return err_wrap(e, "route_fee_per_1k_usd: ");
    if (plan_price_or_stated(&l.price, p, "Intelligent Prompt Routing", "", "request",
                             stated, "route_fee_per_1k_usd", e))
        return e->code;
    extras_add(&o->extras, p->arena, l);
    return OK;
}

enum err_code plan_option_route(struct plan *p, struct plan_option *o,
                                struct catalog *c, struct err *e)
{
    struct plan_route *r = ARENA_NEW(p->arena, struct plan_route, 1);
    enum routing routing = o->routing;
    struct err unknown = { 0 };
    if (catalog_model(&r->to, &routing, c, o->candidate->route_to, p->arena, &unknown))
        return err_set(e, ERR_INPUT, "route_to: %s", unknown.msg);
    if (check_pair(o, &r->to, e) || share_of(r, p, o, c, e)) return e->code;
    o->route = r;
    o->tokens_billed = true;
    o->buy.text = arena_printf(p->arena, "router %.3g%%", r->share * 100);
    struct plan_option b = *o;
    b.model = r->to;
    b.assumptions = (struct notes){ 0 };
    b.extras = (struct extras){ 0 };
    b.attachment_tokens = 0;
    b.part = 1 - r->share;
    o->part = r->share;
    if (o->part > 0 && plan_option_tokens(p, o, c, TIER_STANDARD, o->part, e))
        return e->code;
    if (plan_option_attachments(p, &b, e) ||
        (b.part > 0 && plan_option_tokens(p, &b, c, TIER_STANDARD, b.part, e)))
        return e->code;
    join(p, o, &b);
    if (say_listed(p, o, &o->model, c, e) || say_listed(p, o, &r->to, c, e))
        return e->code;
    return add_fee(p, o, e);
}

/* Mean monthly USD of the tokens of one of the two, after the discount. */
static double tokens_usd(const struct plan *p, const struct plan_option *o, bool second)
{
    size_t from = second ? o->route->first : 0;
    size_t to = second ? o->components : o->route->first;
    double usd = 0;
    for (size_t path = 0; path < p->paths; path++) {
        const struct month_totals *m =
            &p->demand[(o->workload * p->paths + path) * p->months];
        for (size_t k = 0; k < p->months; k++)
            for (size_t i = from; i < to; i++) {
                const struct plan_component *c = &o->component[i];
                usd += (double)c->rate.pusd * 1e-12 / c->rate.per *
                       plan_component_part(c, k) *
                       (c->per_request * m[k].requests + c->per_input * m[k].input +
                        c->per_output * m[k].output);
            }
    }
    return usd / (double)p->paths / (double)p->months * plan_keep(p);
}

double plan_route_usd(const struct plan *p, const struct plan_option *o, double share)
{
    double s = o->route->share, usd = o->monthly.mean;
    double first = tokens_usd(p, o, false), second = tokens_usd(p, o, true);
    if (s > 0) usd += first * (share / s - 1);
    if (s < 1) usd += second * ((1 - share) / (1 - s) - 1);
    return usd;
}

/* Share from which the router costs less than its dearer model alone would; above 1:
 * none. */
static double even_share(const struct plan *p, const struct plan_option *o)
{
    double s = o->route->share, fee = 0;
    if (s <= 0 || s >= 1) return (double)INFINITY;
    double first = tokens_usd(p, o, false) / s;
    double second = tokens_usd(p, o, true) / (1 - s);
    for (size_t i = 0; i < o->extras.count; i++)
        if (strcmp(o->extras.line[i].owner, ROUTER) == 0) fee += o->extras.line[i].usd;
    return first < second ? fee / (second - first) : (double)INFINITY;
}

static const char *even_text(const struct plan *p, const struct plan_option *o)
{
    double even = even_share(p, o);
    if (!isfinite(even)) return "";
    if (even >= 1)
        return arena_printf(p->arena,
                            "; at no share does it cost less than %s alone: its fee is "
                            "more than a request saves",
                            o->route->to.id);
    return arena_printf(p->arena, "; it costs less than %s alone above %.3g%%",
                        o->route->to.id, even * 100);
}

const char *plan_route_text(const struct plan *p, const struct plan_option *o)
{
    const struct plan_route *r = o->route;
    double a = plan_route_usd(p, o, r->low), b = plan_route_usd(p, o, r->high);
    const char *share = r->measured
                            ? arena_printf(p->arena, "measured, %s", r->measured)
                            : "assumed, not measured (route_usage measures it)";
    const char *ends = "", *money = "";
    if (r->low < r->high) {
        ends =
            arena_printf(p->arena, " (%.3g%% to %.3g%%)", r->low * 100, r->high * 100);
        money = arena_printf(p->arena, "; $%s to $%s a month",
                             plan_money(p, fmin(a, b)), plan_money(p, fmax(a, b)));
    }
    return arena_printf(
        p->arena, "%s answers %.3g%%%s of the requests, %s the rest: %s%s%s",
        o->model.id, r->share * 100, ends, r->to.id, share, money, even_text(p, o));
}

void plan_route_json(struct json *j, const struct plan *p, const struct plan_option *o)
{
    const struct plan_route *r = o->route;
    if (!r) return;
    json_object(j, "route");
    json_text(j, "to", r->to.id);
    json_estimate(j, "share", r->share, 6);
    json_estimate(j, "low", r->low, 6);
    json_estimate(j, "high", r->high, 6);
    json_bool(j, "assumed", !r->measured);
    json_text(j, "measured", r->measured);
    double even = o->cost_nusd ? even_share(p, o) : (double)INFINITY;
    if (isfinite(even))
        json_estimate(j, "break_even_share", even, 6);
    else
        json_null(j, "break_even_share");
    if (o->cost_nusd) {
        json_estimate(j, "monthly_usd_at_low", plan_route_usd(p, o, r->low), 6);
        json_estimate(j, "monthly_usd_at_high", plan_route_usd(p, o, r->high), 6);
    }
    json_end(j);
}
