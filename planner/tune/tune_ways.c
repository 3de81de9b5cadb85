#include <math.h>

#include "cache_limits.h"
#include "text.h"
#include "tune_plan.h"

/* The tuned model, hosted each way that is offered, beside a larger model with examples
 * and one with retrieval. */

static const double TTL_S[] = { 300, 3600 };
enum { TTL_NONE = 2 };

static struct tune_way *add_way(struct tune_plan *p, const char *name)
{
    struct tune_way *w = &p->way[p->ways++];
    *w = (struct tune_way){ .name = name,
                            .hosting = HOSTING_KINDS,
                            .hit_share = -1,
                            .bill = { .arena = p->arena } };
    return w;
}

static void add_tuned(struct tune_plan *p, size_t i)
{
    const struct tune_hosting *h = &p->hosting[i];
    struct tune_way *w = add_way(p, arena_printf(p->arena, "tuned, %s", h->name));
    w->hosting = i;
    w->why_not = h->why_not ? h->why_not : h->unpriced;
    w->fixed = p->fixed;
    w->running = h->usd;
    w->has_running = h->priced || h->at_least;
    w->at_least = h->at_least || p->fixed_at_least;
    w->bill = h->bill;
    w->curve = h->curve;
    w->has_curve = h->has_curve && !w->why_not;
}

/* --- a model that is not tuned -----------------------------------------------------
 */

/* How the examples are cached: the write that is priced, and how long they live. */
struct caching {
    bool on;
    int write; /* index into cache_write_tokens */
    double ttl_s;
    int64_t tokens; /* of the examples; the others are read in full */
};

static struct caching caching_of(struct tune_plan *p, const struct model *m,
                                 const struct tariff *t, int64_t prefix)
{
    static const enum token_kind writes[] = { TOKEN_CACHE_WRITE_5M,
                                              TOKEN_CACHE_WRITE_1H };
    struct caching c = { 0 };
    int ttl = p->ask.s->cache_ttl;
    if (ttl == TTL_NONE || prefix == 0) return c;
    c = (struct caching){ true, ttl ? 2 : 0, TTL_S[ttl], prefix };
    if (!t->pick[writes[ttl]].row && ttl == 0 && t->pick[TOKEN_CACHE_WRITE_30M].row)
        c = (struct caching){ true, 1, 1800, prefix };
    else if (!t->pick[writes[ttl]].row || !t->pick[TOKEN_CACHE_READ].row)
        c.on = false;
    if (!c.on)
        tune_note(p, "%s: no price of caching for %s, its examples are read in full",
                  m->id, ttl ? "1h" : "5m");
    if (c.on && m->cache_min_tokens > prefix) {
        c.on = false;
        tune_note(p, "%s caches %lld tokens at least: the examples are read in full",
                  m->id, (long long)m->cache_min_tokens);
    } else if (c.on && m->cache_min_tokens == 0) {
        tune_note(p, "%s: its smallest cache checkpoint is not known", m->id);
    }
    return c;
}

/* A model may cache no more than so many tokens of a request. */
static enum err_code cap_caching(struct caching *c, struct tune_plan *p,
                                 const struct model *m, struct err *e)
{
    struct cache_limits most;
    if (!c->on) return OK;
    if (cache_limits_of(&most, p->app->catalog, m->id, p->arena, e)) return e->code;
    if (most.tokens == 0 || most.tokens >= c->tokens) return OK;
    c->tokens = most.tokens;
    tune_note(p,
              "%s caches %lld tokens at most (%s, %s): the other examples are read "
              "in full",
              m->id, (long long)most.tokens, most.source, most.as_of);
    return OK;
}

static void note_window(struct tune_plan *p, const struct model *m, int64_t prefix)
{
    int64_t all = p->ask.s->input_tokens + prefix + p->ask.s->output_tokens;
    if (m->context_window > 0 && all > m->context_window)
        tune_note(p, "%s has a window of %lld tokens: a call of %lld does not fit",
                  m->id, (long long)m->context_window, (long long)all);
}

/* Share of calls that find the examples in the cache: Poisson calls at the hour's rate,
 * each renewing them. */
static double hit_share(const struct tune_plan *p, double ttl_s)
{
    double hits = 0;
    for (size_t i = 0; i < p->levels; i++) {
        double rate = p->ask.s->requests_per_day / 86400 * p->level[i].weight;
        hits += p->level[i].share * p->level[i].weight * -expm1(-rate * ttl_s);
    }
    return hits;
}

static struct request_tokens call_of(const struct tune_plan *p, int64_t prefix,
                                     const struct caching *c, bool hit)
{
    struct request_tokens r = { .input_tokens = p->ask.s->input_tokens,
                                .output_tokens = p->ask.s->output_tokens };
    r.input_tokens += c->on ? prefix - c->tokens : prefix;
    if (c->on && hit)
        r.cache_read_tokens = c->tokens;
    else if (c->on)
        r.cache_write_tokens[c->write] = c->tokens;
    return r;
}

/* Running cost and curve of a model whose calls all start with `prefix` tokens. */
static enum err_code run_way(struct tune_plan *p, struct tune_way *w,
                             const struct tariff *t, int64_t prefix,
                             const struct caching *c, struct err *e)
{
    const int32_t off = p->ask.s->discount_ppm;
    struct bill hit = { .arena = p->arena }, miss = { .arena = p->arena };
    struct request_tokens on_hit = call_of(p, prefix, c, true),
                          on_miss = call_of(p, prefix, c, false);
    if (bill_requests(&hit, t, on_hit, 1, off, e) ||
        bill_requests(&miss, t, on_miss, 1, off, e))
        return e->code;
    double a_hit = acc_double(hit.total), a_miss = acc_double(miss.total);
    w->curve.per_request_a_day = a_hit * p->ask.days;
    if (c->on) {
        w->hit_share = hit_share(p, c->ttl_s);
        w->curve.fade_usd = (a_miss - a_hit) * p->ask.days;
        w->curve.fade_s = c->ttl_s;
        w->curve.level = p->level;
        w->curve.levels = p->levels;
    }
    w->has_curve = true;
    w->has_running = p->ask.has_calls;
    int64_t misses = 0;
    if (c->on && usd_from_estimate(&misses, (1 - w->hit_share) * (double)p->calls, e))
        return e->code;
    if (bill_requests(&w->bill, t, on_hit, p->calls - misses, off, e)) return e->code;
    if (misses && bill_requests(&w->bill, t, on_miss, misses, off, e)) return e->code;
    w->running = w->bill.total;
    return OK;
}

static enum err_code add_untuned(struct tune_plan *p, const char *word, const char *id,
                                 int64_t prefix, bool cached, struct tune_way **out,
                                 struct err *e)
{
    struct model m;
    struct tariff t;
    struct err why = { 0 };
    struct caching c = { 0 };
    if (tune_model(&m, p->app, id, e)) return e->code;
    struct tune_way *w = *out = add_way(p, arena_printf(p->arena, "%s %s", word, m.id));
    if (tune_tariff(&t, p, &m, false, &why) == OK) {
        if (cached) c = caching_of(p, &m, &t, prefix);
        if (cap_caching(&c, p, &m, e)) return e->code;
        note_window(p, &m, prefix);
        if (run_way(p, w, &t, prefix, &c, &why) == OK) return OK;
    }
    if (why.code != ERR_UNPRICED && why.code != ERR_NOT_FOUND)
        return err_set(e, why.code, "%s", why.msg);
    w->why_not = arena_text(p->arena, why.msg);
    p->incomplete = w->why_not;
    return OK;
}

static enum err_code add_others(struct tune_plan *p, struct err *e)
{
    const struct tune_settings *s = p->ask.s;
    struct tune_way *w;
    char n[32];
    if (s->prompted) {
        if (add_untuned(p, "prompted", s->prompted, s->few_shot_tokens, true, &w, e))
            return e->code;
        w->detail = arena_printf(p->arena, "%s tokens of examples",
                                 text_thousands(n, s->few_shot_tokens));
    }
    if (!s->rag) return OK;
    if (add_untuned(p, "rag", s->rag, s->rag_tokens, false, &w, e)) return e->code;
    const char *each = "";
    if (s->rag_usd_per_1k > 0)
        each = arena_printf(p->arena, ", $%.4g per 1,000 calls", s->rag_usd_per_1k);
    w->detail =
        arena_printf(p->arena, "%s retrieved tokens, $%.4g a month%s",
                     text_thousands(n, s->rag_tokens), s->rag_monthly_usd, each);
    struct usd_rate monthly = { (int64_t)nearbyint(s->rag_monthly_usd * 1e6) * 1000000,
                                1 };
    if (usd_acc_add(&w->fixed.low, s->months, monthly, e)) return e->code;
    w->fixed.high = w->fixed.low;
    struct usd_rate thousand = { (int64_t)nearbyint(s->rag_usd_per_1k * 1e6) * 1000000,
                                 1000 };
    if (usd_acc_add(&w->retrieval, p->calls, thousand, e) ||
        usd_acc_sum(&w->running, w->retrieval, e))
        return e->code;
    w->curve.per_request_a_day += rate_double(thousand) * p->ask.days;
    return OK;
}

/* The winners with what is paid once at its high or its low end. */
static void find_winners(struct tune_plan *p, int end)
{
    struct cost_curve curve[TUNE_WAYS];
    p->competitors = 0;
    for (size_t i = 0; i < p->ways; i++) {
        const struct tune_way *w = &p->way[i];
        if (!w->has_curve || w->why_not) continue;
        curve[p->competitors] = w->curve;
        curve[p->competitors].fixed += acc_double(end ? w->fixed.low : w->fixed.high);
        p->competing[p->competitors++] = i;
    }
    if (p->competitors > 1) winner_map(&p->winners[end], curve, p->competitors);
}

enum err_code tune_ways(struct tune_plan *p, struct err *e)
{
    for (size_t i = 0; i < p->hostings; i++)
        add_tuned(p, i);
    if (add_others(p, e)) return e->code;
    p->spread = p->fixed.low.ausd != p->fixed.high.ausd;
    for (int end = 0; end <= p->spread; end++)
        find_winners(p, end);
    return OK;
}
