#include <math.h>
#include <string.h>

#include "json.h"
#include "plan_prompts.h"
#include "plan_route.h"
#include "table.h"
#include "text.h"

/* What a template's checkpoints save, and what its other versions would cost. */

/* A version as one option's model reads it. */
static struct prompt_ask ask_of(struct plan *p, const struct plan_option *o,
                                const struct tariff *t)
{
    const struct plan_workload *w = &p->workload[o->workload];
    struct prompt_ask ask = { .bytes_per_token = w->prompt->bytes_per_token /
                                                 o->candidate->input_scale,
                              .priced = true,
                              .model = o->model,
                              .tariff = *t,
                              .workload = w->settings->name,
                              .prefixes = (double)w->settings->cache_prefixes / o->part,
                              .hour = w->settings->cache_ttl == 1,
                              .arrival = *w->arrivals,
                              .life = w->life };
    struct catalog *c;
    struct err none = { 0 };
    if (app_catalog(p->app, &c, &none) == OK)
        (void)!cache_limits_of(&ask.limits, c, o->model.id, p->arena, &none);
    return ask;
}

static void say(struct plan *p, struct plan_option *o, const struct prompt_cost *c)
{
    const char *name = p->workload[o->workload].prompt->name;
    if (!c->points)
        notes_add(&o->assumptions, p->arena,
                  "nothing of %s is cached: it begins with a variable", name);
    for (size_t i = 0; i < c->points; i++) {
        const struct prompt_cached *k = &c->cached[i];
        if (!k->served)
            notes_add(&o->assumptions, p->arena,
                      "nothing is cached at checkpoint %zu of %s, %.5g tokens: %s",
                      i + 1, name, k->tokens, k->why);
        else
            notes_add(
                &o->assumptions, p->arena,
                "%.3g%% of requests find the %.5g tokens before checkpoint %zu of "
                "%s, by the arrivals' hours and bursts%s%s",
                k->hit * 100, k->tokens, i + 1, name,
                k->point->stated ? ""
                                 : "; it has no cache point: one is assumed "
                                   "before its first variable",
                o->model.cache_min_tokens > 0
                    ? ""
                    : "; its smallest checkpoint is not known");
    }
}

/* Tokens by kind as shares of the input of a mean request, added text included. */
static struct plan_caching shares_of(const struct prompt_cost *c, double input_tokens)
{
    struct plan_caching out = { .read = c->tokens[TOKEN_CACHE_READ] / input_tokens };
    for (int k = TOKEN_CACHE_WRITE_5M; k < TOKEN_KINDS; k++)
        out.written[k] = c->tokens[k] / input_tokens;
    return out;
}

struct plan_caching plan_prompt_caching(struct plan *p, struct plan_option *o,
                                        const struct tariff *t)
{
    const struct plan_workload *w = &p->workload[o->workload];
    struct prompt_ask ask = ask_of(p, o, t);
    struct prompt_cost c;
    prompt_split(&c, &w->prompt->length, &ask, -1, p->arena);
    say(p, o, &c);
    return shares_of(&c, w->demand.input_mean * o->candidate->input_scale);
}

static enum err_code tariff_of(struct tariff *t, struct plan *p,
                               const struct plan_option *o, struct err *e)
{
    struct catalog *c;
    struct price_row *rows;
    size_t count;
    struct price_offer offer = catalog_offer(&o->model, o->region);
    if (app_catalog(p->app, &c, e) ||
        catalog_prices(&rows, &count, c, o->model.id, p->arena, e))
        return e->code;
    return tariff_build(t, o->model.id, rows, count, &offer, o->routing, o->buy.tier,
                        p->month_start_unix_s[0], e);
}

/* What is beside the template: the rest of a mean request's input. */
static enum err_code cost_version(struct plan_prompt_version *out, struct plan *p,
                                  const struct plan_option *o,
                                  const struct prompt_ask *ask,
                                  const struct prompt_length *l, double beside,
                                  double requests, struct err *e)
{
    const struct plan_workload *w = &p->workload[o->workload];
    const struct candidate_settings *s = o->candidate;
    struct prompt_cost c;
    struct usd_acc acc = { 0 };
    prompt_split(&c, l, ask, -1, p->arena);
    out->tokens = (c.input_tokens + beside);
    out->prefix_tokens = c.points ? c.cached[c.points - 1].tokens : 0;
    out->read_share = c.tokens[TOKEN_CACHE_READ] / out->tokens;
    c.tokens[TOKEN_INPUT] += beside;
    c.tokens[TOKEN_OUTPUT] =
        w->demand.output_mean * s->output_scale + (double)s->reasoning_tokens;
    for (int k = 0; k < TOKEN_KINDS; k++) {
        int64_t quantity;
        if (c.tokens[k] <= 0 || !ask->tariff.pick[k].row) continue;
        if (usd_from_estimate(&quantity, c.tokens[k] * requests, e) ||
            usd_acc_add(&acc, quantity, ask->tariff.pick[k].row->rate, e))
            return e->code;
    }
    struct usd more;
    if (usd_round(&more, usd_acc_less(acc, p->config.account.discount_ppm), e))
        return e->code;
    out->monthly.nusd += more.nusd;
    return OK;
}

static double mean_requests(const struct plan *p, size_t workload)
{
    const struct month_totals *at = &p->demand[workload * p->paths * p->months];
    double sum = 0;
    for (size_t i = 0; i < p->paths * p->months; i++)
        sum += at[i].requests;
    return sum / (double)(p->paths * p->months);
}

/* Adds what each version costs by one model for its part of the requests. */
static enum err_code add_model(struct plan *p, const struct plan_option *o,
                               struct err *e)
{
    const struct plan_workload *w = &p->workload[o->workload];
    struct plan_prompt *k = w->prompt;
    struct tariff t;
    if (tariff_of(&t, p, o, e)) return e->code;
    struct prompt_ask ask = ask_of(p, o, &t);
    double requests = mean_requests(p, o->workload) * o->part;
    double own = k->length.mean_bytes / ask.bytes_per_token;
    double beside = fmax(0, w->demand.input_mean * o->candidate->input_scale - own);
    for (size_t i = 0; i < k->versions; i++) {
        struct prompt_length l;
        struct err why = { 0 };
        k->line[i].number = k->number[i];
        if (prompt_length_of(&l, &k->version[i], k->samples, p->arena, &why))
            k->line[i].unknown = arena_text(p->arena, why.msg);
        else if (cost_version(&k->line[i], p, o, &ask, &l, beside, requests, e))
            return e->code;
    }
    return OK;
}

static enum err_code compare(struct plan *p, struct plan_workload *w,
                             const struct plan_option *o, struct err *e)
{
    struct plan_prompt *k = w->prompt;
    k->line = ARENA_NEW(p->arena, struct plan_prompt_version, k->versions);
    k->compared = plan_option_name(p, o);
    if (o->route) {
        struct plan_option second = *o;
        second.model = o->route->to;
        second.part = 1 - o->part;
        if (add_model(p, &second, e)) return e->code;
    }
    return add_model(p, o, e);
}

enum err_code plan_prompt_versions(struct plan *p, struct err *e)
{
    for (size_t i = 0; i < p->workloads; i++) {
        struct plan_workload *w = &p->workload[i];
        if (!w->prompt || w->prompt->versions < 2 || p->choice[i] == p->options)
            continue;
        const struct plan_option *o = &p->option[p->choice[i]];
        if (o->buy.kind != BUY_TOKENS || o->buy.share < 1 || !o->priced) continue;
        if (compare(p, w, o, e)) return e->code;
    }
    return OK;
}

bool plan_prompt_table(const struct plan *p, const struct plan_workload *w,
                       struct table *t)
{
    static const struct table_column columns[] = {
        { "version", "version", RIGHT, 0, false },
        { "tokens", "tokens in", RIGHT, 0, false },
        { "prefix_tokens", "prefix", RIGHT, 0, false },
        { "read_share", "read", RIGHT, 0, false },
        { "monthly_usd", "$/month", RIGHT, 0, false },
        { "change_usd", "against it", RIGHT, 0, false },
    };
    const struct plan_prompt *k = w->prompt;
    struct arena *a = p->arena;
    char n[32];
    if (!k || !k->compared) return false;
    table_init(t, NULL, columns, sizeof columns / sizeof *columns, a);
    double now = usd_double(k->line[k->chosen].monthly);
    for (size_t i = 0; i < k->versions; i++) {
        const struct plan_prompt_version *v = &k->line[i];
        const char **cell = table_row(t);
        cell[0] =
            arena_printf(a, "%s%lld", i == k->chosen ? "* " : "", (long long)v->number);
        if (v->unknown) {
            table_note(t, "version %lld: %s", (long long)v->number, v->unknown);
            continue;
        }
        cell[1] = arena_text(a, text_thousands(n, llround(v->tokens)));
        cell[2] = arena_text(a, text_thousands(n, llround(v->prefix_tokens)));
        cell[3] = arena_printf(a, "%.1f%%", v->read_share * 100);
        cell[4] = plan_money(p, usd_double(v->monthly));
        double change = usd_double(v->monthly) - now;
        if (i != k->chosen)
            cell[5] = arena_printf(a, "%s%s",
                                   change > 0   ? "+"
                                   : change < 0 ? "-"
                                                : "",
                                   plan_money(p, fabs(change)));
    }
    return true;
}

static void version_json(struct json *j, const struct plan_prompt_version *v)
{
    json_object(j, NULL);
    json_int(j, "version", v->number);
    json_text(j, "unknown", v->unknown);
    if (!v->unknown) {
        json_estimate(j, "input_tokens", v->tokens, 6);
        json_estimate(j, "prefix_tokens", v->prefix_tokens, 6);
        json_estimate(j, "read_share", v->read_share, 6);
        json_estimate(j, "monthly_usd", usd_double(v->monthly), 6);
    }
    json_end(j);
}

void plan_prompts_json(struct json *j, const struct plan *p)
{
    json_array(j, "prompts");
    for (size_t w = 0; w < p->workloads; w++) {
        const struct plan_prompt *k = p->workload[w].prompt;
        if (!k) continue;
        json_object(j, NULL);
        json_text(j, "workload", p->workload[w].settings->name);
        json_text(j, "prompt", k->name);
        json_real(j, "bytes_per_token", k->bytes_per_token);
        json_int(j, "samples", k->samples ? (int64_t)k->samples->rows : 0);
        json_estimate(j, "fixed_tokens",
                      (double)k->length.fixed_bytes / k->bytes_per_token, 6);
        json_text(j, "compared_under", k->compared);
        json_array(j, "versions");
        for (size_t i = 0; k->compared && i < k->versions; i++)
            version_json(j, &k->line[i]);
        json_end(j);
        json_end(j);
    }
    json_end(j);
}
