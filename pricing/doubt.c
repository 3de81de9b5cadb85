#include "doubt.h"

#include <stdlib.h>
#include <string.h>

#include "str.h"

enum { MILLION = 1000000 };

/* Prices are published to a hundredth of a dollar per million tokens, so a product of
 * two of them can be off by three quarters of that. */
static const i128 ROUNDING = 7500000000; /* 0.0075 USD, in 1e-12 USD per million */

struct ratio_rule {
    const char *dimension, *base;
    int64_t low_ppm, high_ppm; /* equal: that ratio, give or take 2 % or rounding */
    bool zero_for_amazon;      /* Nova's cache writes are free */
    const char *text;
};

static const struct ratio_rule rules[] = {
    { "cache_read", "input", 50000, 500000, false, "0.05 to 0.5" },
    { "cache_write_5m", "input", MILLION, 1250000, true, "1 to 1.25" },
    { "cache_write_30m", "input", MILLION, 1250000, true, "1 to 1.25" },
    { "cache_write_1h", "input", 2000000, 2000000, true, "2" },
    { "batch_input", "input", 500000, 500000, false, "0.5" },
    { "batch_output", "output", 500000, 500000, false, "0.5" },
    { "flex_input", "input", 500000, 500000, false, "0.5" },
    { "flex_output", "output", 500000, 500000, false, "0.5" },
    { "priority_input", "input", 1750000, 1750000, false, "1.75" },
    { "priority_output", "output", 1750000, 1750000, false, "1.75" },
};

/* 1e-12 USD per million units */
static i128 per_million(struct usd_rate r)
{
    return (i128)r.pusd * (MILLION / r.per);
}

static i128 absolute(i128 x)
{
    return x < 0 ? -x : x;
}

/* Whether `value` is `ppm` millionths of `base`, to a percentage. */
static bool is_multiple(i128 value, i128 base, int64_t ppm, int percent)
{
    i128 expected = base * ppm / MILLION;
    return absolute(value - expected) * 100 <= expected * percent;
}

/* The same, for prices that were rounded to cents: cheap ones are off by more. */
static bool is_rounded_multiple(i128 value, i128 base, int64_t ppm)
{
    if (is_multiple(value, base, ppm, 2)) return true;
    return absolute(value - base * ppm / MILLION) <= ROUNDING &&
           is_multiple(value, base, ppm, 15);
}

static bool keeps(const struct ratio_rule *rule, const struct price_row *r,
                  const struct price_row *base)
{
    i128 value = per_million(r->rate), of = per_million(base->rate);
    if (rule->zero_for_amazon && value == 0 && text_starts(r->model, "amazon."))
        return true;
    if (rule->low_ppm == rule->high_ppm)
        return is_rounded_multiple(value, of, rule->low_ppm);
    return value * MILLION >= of * rule->low_ppm &&
           value * MILLION <= of * rule->high_ppm;
}

/* "6.25", for messages: up to two decimals and what is needed to see a small ratio */
static const char *ratio_text(struct arena *a, const struct price_row *r,
                              const struct price_row *base)
{
    i128 of = per_million(base->rate);
    if (of == 0) return "infinitely many";
    i128 ppm = (per_million(r->rate) * MILLION + of / 2) / of;
    char text[USD_TEXT];
    if (ppm >= 10000) ppm = (ppm + 5000) / 10000 * 10000;
    if (ppm > INT64_MAX / MILLION) return "more than a million";
    usd_rate_text(text, (struct usd_rate){ (int64_t)ppm * MILLION, 1 });
    return arena_text(a, text);
}

static bool same_place(const struct price_row *a, const struct price_row *b)
{
    return strcmp(a->scope, b->scope) == 0 && strcmp(a->region, b->region) == 0 &&
           strcmp(a->context_tier, b->context_tier) == 0;
}

static struct price_row *base_of(struct price_row *rows, size_t count,
                                 const struct price_row *r, const char *dimension)
{
    for (size_t i = 0; i < count; i++)
        if (same_place(&rows[i], r) && strcmp(rows[i].dimension, dimension) == 0)
            return &rows[i];
    return NULL;
}

static void mark(struct price_row *r, const char *doubt)
{
    if (!*r->doubt) r->doubt = doubt;
}

static const struct ratio_rule *rule_of(const struct price_row *r)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].dimension, r->dimension) == 0) return &rules[i];
    return NULL;
}

static void mark_derived(struct price_row *rows, size_t count, struct arena *a)
{
    for (size_t i = 0; i < count; i++) {
        struct price_row *r = &rows[i];
        const struct ratio_rule *rule = rule_of(r);
        if (!rule) continue;
        const struct price_row *base = base_of(rows, count, r, rule->base);
        if (!base || keeps(rule, r, base)) continue;
        mark(r, arena_printf(a, "%s is %s x %s, expected %s x", r->dimension,
                             ratio_text(a, r, base), rule->base, rule->text));
    }
}

/* Batch, flex and priority prices that fail, but agree with each other on what the
 * base should be, speak against the base. */
static void mark_base(struct price_row *base, const struct price_row *rows,
                      size_t count, struct arena *a)
{
    const struct price_row *first = NULL;
    i128 implied = 0;
    int agreeing = 0, others = 0;
    for (size_t i = 0; i < count; i++) {
        const struct ratio_rule *rule = rule_of(&rows[i]);
        if (!rule || rule->low_ppm != rule->high_ppm) continue;
        if (strcmp(rule->base, base->dimension) != 0 || !same_place(&rows[i], base))
            continue;
        i128 says = per_million(rows[i].rate) * MILLION / rule->low_ppm;
        if (is_rounded_multiple(says, per_million(base->rate), MILLION)) {
            others++;
        } else if (!first) {
            first = &rows[i], implied = says, agreeing = 1;
        } else if (is_rounded_multiple(says, implied, MILLION)) {
            agreeing++;
        } else {
            others++;
        }
    }
    if (agreeing < 2 || others) return;
    char text[USD_TEXT];
    usd_rate_text(text, (struct usd_rate){ (int64_t)implied, MILLION });
    mark(base, arena_printf(a, "%s and others imply %s USD per 1M %ss",
                            first->dimension, text, base->unit));
}

static bool is_geo(const struct price_row *r)
{
    return text_starts(r->scope, "geo") && strcmp(r->scope, "geo:us-gov") != 0 &&
           !text_starts(r->region, "us-gov");
}

/* The global row that a geo or in-region row stands beside. */
static const struct price_row *global_of(const struct price_row *rows, size_t count,
                                         const struct price_row *r)
{
    const struct price_row *found = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct price_row *g = &rows[i];
        if (strcmp(g->scope, "global") != 0) continue;
        if (strcmp(g->dimension, r->dimension) != 0) continue;
        if (strcmp(g->context_tier, r->context_tier) != 0) continue;
        if (strcmp(g->region, r->region) == 0) return g;
        if (strcmp(g->region, "*") == 0) found = g;
    }
    return found;
}

static bool is_tenth_more(const struct price_row *r, const struct price_row *global)
{
    return is_multiple(per_million(r->rate), per_million(global->rate), 1100000, 1);
}

/* Newer models cost a tenth more through a geography than globally; older ones have
 * one price. Which it is shows in the model's own rows. */
static void mark_geo(struct price_row *rows, size_t count, struct arena *a)
{
    bool newer = false;
    for (size_t i = 0; i < count && !newer; i++) {
        const struct price_row *g =
            is_geo(&rows[i]) ? global_of(rows, count, &rows[i]) : NULL;
        newer = g && g->rate.pusd && is_tenth_more(&rows[i], g);
    }
    for (size_t i = 0; i < count; i++) {
        struct price_row *r = &rows[i];
        const struct price_row *g = is_geo(r) ? global_of(rows, count, r) : NULL;
        if (!g || is_tenth_more(r, g)) continue;
        if (!newer && per_million(r->rate) == per_million(g->rate)) continue;
        mark(r, arena_printf(a, "%s %s is %s x global, expected 1.1 x", r->scope,
                             r->dimension, ratio_text(a, r, g)));
    }
}

static bool is_gov(const struct price_row *r)
{
    return text_starts(r->region, "us-gov") || strcmp(r->scope, "geo:us-gov") == 0;
}

/* GovCloud is 1.2 times a commercial price, 1.227 for some: the global, the in-region
 * or the one of us-east-1, whichever it was made from. */
static void mark_gov(struct price_row *rows, size_t count, struct arena *a)
{
    for (size_t i = 0; i < count; i++) {
        struct price_row *r = &rows[i];
        const struct price_row *any = NULL;
        bool fits = false;
        for (size_t j = 0; j < count && is_gov(r) && !fits; j++) {
            const struct price_row *c = &rows[j];
            bool anywhere = strcmp(c->region, "*") == 0;
            if (is_gov(c) || (!anywhere && strcmp(c->region, "us-east-1") != 0))
                continue;
            if (strcmp(c->dimension, r->dimension) != 0) continue;
            if (strcmp(c->context_tier, r->context_tier) != 0) continue;
            any = c;
            fits = is_multiple(per_million(r->rate), per_million(c->rate), 1200000, 3);
        }
        if (!any || fits) continue;
        mark(r,
             arena_printf(a, "GovCloud %s is %s x the commercial price, expected 1.2 x",
                          r->dimension, ratio_text(a, r, any)));
    }
}

static bool is_split(const struct price_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].scope, "global") == 0 || text_starts(rows[i].scope, "geo"))
            return true;
    return false;
}

/* The commercial US regions have the price that sources without a region give: 1.0 for
 * 214 of 233 pairs. One that is dearer by more than the step between global and geo
 * is an older list's, unless it is better trusted. */
static void mark_us(struct price_row *rows, size_t count, struct arena *a)
{
    static const char *const us[] = { "us-east-1", "us-east-2", "us-west-2" };
    if (is_split(rows, count)) return;
    for (size_t i = 0; i < count; i++) {
        struct price_row *r = &rows[i];
        bool is_us = false;
        for (size_t k = 0; k < sizeof us / sizeof *us; k++)
            is_us |= strcmp(r->region, us[k]) == 0;
        for (size_t j = 0; j < count && is_us; j++) {
            const struct price_row *c = &rows[j];
            if (strcmp(c->region, "*") != 0 || *c->doubt || c->trust > r->trust)
                continue;
            if (strcmp(c->dimension, r->dimension) != 0) continue;
            if (strcmp(c->scope, r->scope) != 0) continue;
            if (strcmp(c->context_tier, r->context_tier) != 0) continue;
            if (per_million(r->rate) * 100 <= per_million(c->rate) * 115) continue;
            mark(r,
                 arena_printf(a, "%s is %s x the price without a region, expected 1 x",
                              r->dimension, ratio_text(a, r, c)));
        }
    }
}

/* No chat model sells output below input. */
static void mark_outputs(struct price_row *rows, size_t count, struct arena *a)
{
    for (size_t i = 0; i < count; i++) {
        struct price_row *r = &rows[i];
        if (strcmp(r->dimension, "output") != 0) continue;
        const struct price_row *in = base_of(rows, count, r, "input");
        if (!in || per_million(r->rate) >= per_million(in->rate)) continue;
        if (!r->rate.pusd) continue; /* embeddings: sources write a zero */
        mark(r, arena_printf(a, "output is %s x input, expected at least 1 x",
                             ratio_text(a, r, in)));
    }
}

void price_mark_doubts(struct price_row *rows, size_t count, struct arena *a)
{
    for (size_t i = 0; i < count; i++)
        rows[i].doubt = "";
    mark_derived(rows, count, a);
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].dimension, "input") == 0 ||
            strcmp(rows[i].dimension, "output") == 0)
            mark_base(&rows[i], rows, count, a);
    mark_geo(rows, count, a);
    mark_gov(rows, count, a);
    mark_us(rows, count, a);
    mark_outputs(rows, count, a);
}
