#include "prompt_cost.h"

#include <math.h>
#include <string.h>

#include "cache_price.h"

enum { KILO = 1000 };

/* Whether and how a model serves a point. */
static void serve(struct prompt_cached *c, const struct prompt_ask *ask,
                  const struct price_pick *pick, int64_t number, bool hour,
                  struct arena *a)
{
    int64_t least = ask->model.cache_min_tokens;
    if (ask->limits.tokens > 0) c->tokens = fmin(c->tokens, (double)ask->limits.tokens);
    if (c->point->ttl) hour = strcmp(c->point->ttl, "1h") == 0;
    c->write = cache_write_kind(pick, hour);
    if (!pick[TOKEN_CACHE_READ].row)
        c->why = "it has no cache price here";
    else if (c->write == TOKEN_KINDS)
        c->why = hour ? "no price of a write that lives 1 h" : "no price of a write";
    else if (least > 0 && c->tokens < (double)least)
        c->why =
            arena_printf(a, "the smallest checkpoint is %lld tokens", (long long)least);
    else if (ask->limits.checkpoints > 0 && number > ask->limits.checkpoints)
        c->why = arena_printf(a, "more than %lld checkpoints",
                              (long long)ask->limits.checkpoints);
    else
        c->served = true;
}

/* Each text before the point is a prefix of its own, and those that came once are taken
 * as never coming back. */
static double hit_of(const struct prompt_cached *c, const struct prompt_ask *ask,
                     struct arena *a)
{
    struct cache_life **life = &ask->life[c->write];
    double hit = 0;
    if (!*life) *life = cache_life_new(&ask->arrival, cache_life_s(c->write), a);
    for (size_t i = 0; i < c->point->shares; i++)
        hit +=
            c->point->share[i] * cache_hit(*life, c->point->share[i] / ask->prefixes);
    return hit;
}

/* What lies between two points is read when the later one is still there, else written.
 * A later one is there at most as often as an earlier one. */
static void split(struct prompt_cost *out)
{
    double from = 0, hit = 1;
    for (size_t i = 0; i < out->points; i++) {
        const struct prompt_cached *c = &out->cached[i];
        if (!c->served) continue;
        hit = fmin(hit, fmax(0, c->hit));
        out->tokens[TOKEN_CACHE_READ] += hit * (c->tokens - from);
        out->tokens[c->write] += (1 - hit) * (c->tokens - from);
        from = c->tokens;
    }
    out->tokens[TOKEN_INPUT] = out->input_tokens - from;
    out->tokens[TOKEN_OUTPUT] = out->output_tokens;
}

static enum err_code money(struct usd *out, const double tokens[TOKEN_KINDS],
                           const struct price_pick *pick, double requests,
                           struct err *e)
{
    struct usd_acc acc = { 0 };
    for (int k = 0; k < TOKEN_KINDS; k++) {
        int64_t quantity;
        if (tokens[k] <= 0 || !pick[k].row) continue;
        if (usd_from_estimate(&quantity, tokens[k] * requests, e) ||
            usd_acc_add(&acc, quantity, pick[k].row->rate, e))
            return e->code;
    }
    return usd_round(out, acc, e);
}

int64_t prompt_read_tokens(const struct prompt_cost *c)
{
    return (int64_t)ceil(c->input_tokens);
}

void prompt_split(struct prompt_cost *out, const struct prompt_length *l,
                  const struct prompt_ask *ask, int hour, struct arena *a)
{
    struct prompt_cost c = { .input_tokens = l->mean_bytes / ask->bytes_per_token,
                             .output_tokens = ask->output_tokens,
                             .points = l->points };
    int64_t number = 0;
    const struct price_pick *pick = tariff_picks(&ask->tariff, prompt_read_tokens(&c));
    for (size_t i = 0; i < l->points; i++) {
        struct prompt_cached *k = &c.cached[i];
        *k = (struct prompt_cached){ .point = &l->point[i],
                                     .tokens = l->point[i].bytes / ask->bytes_per_token,
                                     .hit = -1 };
        if (!ask->priced) continue;
        serve(k, ask, pick, number + 1, hour < 0 ? ask->hour : hour, a);
        number += k->served;
        if (k->served && ask->workload) k->hit = hit_of(k, ask, a);
    }
    split(&c);
    *out = c;
}

enum err_code prompt_cost_of(struct prompt_cost *out, const struct prompt_length *l,
                             const struct prompt_ask *ask, int hour, struct arena *a,
                             struct err *e)
{
    struct prompt_cost c;
    double plain[TOKEN_KINDS] = { 0 },
           month = ask->requests_per_day * PROMPT_MONTH_DAYS;
    prompt_split(&c, l, ask, hour, a);
    plain[TOKEN_INPUT] = c.input_tokens;
    plain[TOKEN_OUTPUT] = c.output_tokens;
    const struct price_pick *pick = tariff_picks(&ask->tariff, prompt_read_tokens(&c));
    if (ask->priced && (money(&c.per_1k, c.tokens, pick, KILO, e) ||
                        money(&c.plain_per_1k, plain, pick, KILO, e) ||
                        money(&c.per_month, c.tokens, pick, month, e) ||
                        money(&c.plain_per_month, plain, pick, month, e)))
        return e->code;
    *out = c;
    return OK;
}
