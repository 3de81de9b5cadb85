#include "tariff.h"

#include <string.h>

#include "str.h"

const char *tier_text(enum tier t)
{
    static const char *const text[TIER_COUNT] = {
        "standard",          "priority",  "flex",   "batch",
        "latency-optimized", "ultrafast", "custom",
    };
    return text[t];
}

/* clang-format off */
#define KINDS(prefix)                                                                  \
    { prefix "input", prefix "output", prefix "cache_read", prefix "cache_write_5m",   \
      prefix "cache_write_30m", prefix "cache_write_1h" }
/* clang-format on */

const char *tariff_dimension(enum tier t, enum token_kind k)
{
    static const char *const name[TIER_COUNT][TOKEN_KINDS] = {
        KINDS(""),
        KINDS("priority_"),
        KINDS("flex_"),
        KINDS("batch_"),
        KINDS("latency_optimized_"),
        KINDS("ultrafast_"),
        KINDS("custom_model_"),
    };
    return name[t][k];
}

const char *tier_prefix(enum tier t)
{
    static const char *const prefix[TIER_COUNT] = {
        "",           "priority_",     "flex_", "batch_", "latency_optimized_",
        "ultrafast_", "custom_model_",
    };
    return prefix[t];
}

/* ">200k" -> 200000; 0 when it is no such tier */
static int64_t tier_tokens(const char *context_tier)
{
    if (*context_tier != '>') return 0;
    int64_t tokens = 0;
    const char *p = context_tier + 1;
    for (; *p >= '0' && *p <= '9' && tokens < 1000000000; p++)
        tokens = tokens * 10 + (*p - '0');
    if (strcmp(p, "k") == 0) return tokens * 1000;
    return *p ? 0 : tokens;
}

/* The model's long-context tier: the lowest that any row names. A routing or purchase
 * tier without a row for it cannot price a long request. */
static const char *long_tier(int64_t *above_tokens, const struct price_row *rows,
                             size_t count)
{
    const char *found = "";
    *above_tokens = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t tokens = tier_tokens(rows[i].context_tier);
        if (!tokens || (*above_tokens && tokens >= *above_tokens)) continue;
        *above_tokens = tokens;
        found = rows[i].context_tier;
    }
    return found;
}

/* Embedding models bill no output: no row of theirs, in any region or tier, has one. */
static bool makes_text(const struct price_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (int t = 0; t < TIER_COUNT; t++)
            if (strcmp(rows[i].dimension,
                       tariff_dimension((enum tier)t, TOKEN_OUTPUT)) == 0)
                return true;
    return false;
}

static void fill_picks(struct price_pick pick[TOKEN_KINDS], enum tier tier,
                       const char *context_tier, const struct price_row *rows,
                       size_t count, const struct price_offer *offer,
                       enum routing routing, int64_t at_unix_s)
{
    for (int k = 0; k < TOKEN_KINDS; k++)
        pick[k] = choose_row(rows, count, offer, routing,
                             tariff_dimension(tier, (enum token_kind)k), context_tier,
                             at_unix_s);
}

enum err_code tariff_pick(struct tariff *out, const char *model,
                          const struct price_row *rows, size_t count,
                          const struct price_offer *offer, enum routing routing,
                          enum tier tier, int64_t at_unix_s, struct err *e)
{
    struct tariff t = { .model = model, .region = offer->region, .tier = tier };
    if (choose_routing(&t.routing, routing, offer, e))
        return err_wrap(e, "%s: ", model);
    fill_picks(t.pick, tier, "", rows, count, offer, t.routing, at_unix_s);
    const char *context_tier = long_tier(&t.long_above_tokens, rows, count);
    if (t.long_above_tokens)
        fill_picks(t.long_pick, tier, context_tier, rows, count, offer, t.routing,
                   at_unix_s);
    *out = t;
    return OK;
}

const struct price_pick *tariff_picks(const struct tariff *t, int64_t tokens_read)
{
    bool is_long = t->long_above_tokens && tokens_read > t->long_above_tokens;
    return is_long ? t->long_pick : t->pick;
}

enum err_code tariff_unpriced(const struct tariff *t, const char *dimension,
                              const struct price_row *nearest, struct err *e)
{
    const char *routing = routing_text(t->routing);
    if (!nearest)
        return err_set(e, ERR_UNPRICED,
                       "%s has no %s price in %s (%s), nor anywhere else", t->model,
                       dimension, t->region, routing);
    char price[USD_TEXT];
    usd_rate_text(price, nearest->rate);
    const char *anywhere = strcmp(nearest->region, "*") == 0 ? "none" : nearest->region;
    return err_set(e, ERR_UNPRICED,
                   "%s has no %s price in %s (%s); the nearest row is %s USD per %d "
                   "%ss, region %s, scope '%s' (%.160s, %s)",
                   t->model, dimension, t->region, routing, price, nearest->rate.per,
                   nearest->unit, anywhere, nearest->scope, nearest->source,
                   nearest->as_of);
}

enum err_code tariff_build(struct tariff *out, const char *model,
                           const struct price_row *rows, size_t count,
                           const struct price_offer *offer, enum routing routing,
                           enum tier tier, int64_t at_unix_s, struct err *e)
{
    struct tariff t = { 0 };
    if (tariff_pick(&t, model, rows, count, offer, routing, tier, at_unix_s, e))
        return e->code;
    for (int k = TOKEN_INPUT; k <= TOKEN_OUTPUT; k++) {
        if (t.pick[k].row) continue;
        if (k == TOKEN_OUTPUT && !makes_text(rows, count)) continue;
        return tariff_unpriced(&t, tariff_dimension(tier, (enum token_kind)k),
                               t.pick[k].other, e);
    }
    *out = t;
    return OK;
}
