#include "quote.h"

#include <inttypes.h>
#include <string.h>

#include "region.h"
#include "str.h"
#include "text.h"

struct price_pick quote_pick(const struct quote *q, const char *dimension)
{
    return choose_row(q->rows, q->row_count, &q->offer, q->routing, dimension, "",
                      q->at_unix_s);
}

/* What tariff_unpriced() needs to say where. */
static enum err_code unpriced(const struct quote *q, const struct quote_line *l,
                              struct err *e)
{
    struct tariff t = { .model = q->model.id,
                        .region = q->region,
                        .routing = q->routing };
    const char *name = l->dimension;
    if (*l->context_tier)
        name = arena_printf(q->arena, "%s (%s)", l->dimension, l->context_tier);
    return tariff_unpriced(&t, name, l->pick.other, e);
}

enum err_code quote_add(struct quote *q, struct quote_line line, int64_t per_request,
                        struct err *e)
{
    if (!line.low && !line.high) line.low = line.high = per_request;
    if (__builtin_mul_overflow(per_request, q->requests, &line.quantity) ||
        __builtin_mul_overflow(line.low, q->requests, &line.low) ||
        __builtin_mul_overflow(line.high, q->requests, &line.high))
        return err_set(e, ERR_RANGE, "%s: more than 9.2e18 units", line.dimension);
    if (q->ranged && line.service)
        line.cheapest = line.dearest = line.pick.row;
    else if (q->ranged)
        choose_range(&line.cheapest, &line.dearest, q->rows, q->row_count, &q->offer,
                     q->routing, line.dimension, line.context_tier, q->at_unix_s);
    else if (!line.pick.row)
        return unpriced(q, &line, e);
    q->line =
        arena_grow(q->arena, q->line, &q->capacity, q->count + 1, sizeof *q->line);
    q->line[q->count++] = line;
    return OK;
}

/* The context tier that a request of so many tokens is billed in. */
static const char *context_tier(const struct quote *q, const struct tariff *t,
                                int64_t tokens_read)
{
    if (!t->long_above_tokens || tokens_read <= t->long_above_tokens) return "";
    for (size_t i = 0; i < q->row_count; i++) {
        const char *tier = q->rows[i].context_tier;
        char text[32];
        snprintf(text, sizeof text, ">%" PRId64 "k", t->long_above_tokens / 1000);
        if (strcmp(tier, text) == 0) return tier;
    }
    return "";
}

static enum err_code add_tokens(struct quote *q, const struct price_pick *pick,
                                enum token_kind kind, const char *tier, int64_t tokens,
                                struct err *e)
{
    if (!tokens) return OK;
    struct quote_line line = { .dimension = tariff_dimension(q->tier, kind),
                               .context_tier = tier,
                               .pick = pick[kind] };
    return quote_add(q, line, tokens, e);
}

/* The kind of write that was asked for; unasked, the shortest that the model sells. */
static enum token_kind write_kind(struct app *app, const struct price_settings *s,
                                  const struct price_pick *pick)
{
    enum token_kind kind = (enum token_kind)(TOKEN_CACHE_WRITE_5M + s->cache_ttl);
    if (app_origin(app, "cache_ttl") != OPT_PRESET || pick[kind].row) return kind;
    for (int k = TOKEN_CACHE_WRITE_5M; k < TOKEN_KINDS; k++) {
        if (!pick[k].row) continue;
        if (s->cache_write)
            app_note(app, "cache writes are priced as %s, the only kind with a price",
                     tariff_dimension(TIER_STANDARD, (enum token_kind)k));
        return (enum token_kind)k;
    }
    return kind;
}

static int64_t saturated(i128 x)
{
    return x < INT64_MAX ? (int64_t)x : INT64_MAX;
}

static enum err_code ask_tokens(struct quote *q, struct app *app,
                                const struct tariff *t, const struct price_settings *s,
                                struct err *e)
{
    struct quote_line attached = { 0 };
    int64_t attached_tokens = 0;
    if (attachments_ask(&attached_tokens, &attached, q, s, e)) return e->code;
    q->read_tokens =
        saturated((i128)s->input + s->cache_read + s->cache_write + attached_tokens);
    q->all_tokens = saturated((i128)q->read_tokens + s->output);
    const struct price_pick *pick = tariff_picks(t, q->read_tokens);
    const char *tier = context_tier(q, t, q->read_tokens);

    if (add_tokens(q, pick, TOKEN_INPUT, tier, s->input, e)) return e->code;
    if (attached_tokens) {
        unsigned marks = attached.pick.marks;
        attached.dimension = tariff_dimension(q->tier, TOKEN_INPUT);
        attached.context_tier = tier;
        attached.pick = pick[TOKEN_INPUT];
        attached.pick.marks |= marks;
        if (quote_add(q, attached, attached_tokens, e)) return e->code;
    }
    if (add_tokens(q, pick, TOKEN_OUTPUT, tier, s->output, e) ||
        add_tokens(q, pick, TOKEN_CACHE_READ, tier, s->cache_read, e) ||
        add_tokens(q, pick, write_kind(app, s, pick), tier, s->cache_write, e))
        return e->code;
    return OK;
}

static enum err_code ask_images(struct quote *q, const struct price_settings *s,
                                struct err *e)
{
    static const char *const prefixes[] = { "image_output", "image_generation", NULL };
    const char *dimension = NULL;
    if (!s->images) return OK;
    if (dimension_choose(&dimension, q, prefixes, s->image_quality, s->image_size, e))
        return e->code;
    struct quote_line line = { .dimension = dimension,
                               .context_tier = "",
                               .pick = quote_pick(q, dimension) };
    return quote_add(q, line, s->images, e);
}

/* --unit DIMENSION=N */
static enum err_code ask_unit(struct quote *q, const char *text, struct err *e)
{
    const char *equals = strrchr(text, '=');
    int64_t n = 0;
    if (!equals || equals == text)
        return err_set(e, ERR_USAGE, "--unit wants DIMENSION=N, not '%.60s'", text);
    if (text_int(&n, equals + 1, 0, INT64_MAX, e)) return err_wrap(e, "--unit: ");
    char *name = arena_text_n(q->arena, text, (size_t)(equals - text));
    const char **names = ARENA_NEW(q->arena, const char *, q->row_count + 1);
    for (size_t i = 0; i < q->row_count; i++) {
        names[i] = q->rows[i].dimension;
        if (strcmp(names[i], name) != 0) continue;
        struct quote_line line = { .dimension = names[i],
                                   .context_tier = "",
                                   .pick = quote_pick(q, name) };
        return quote_add(q, line, n, e);
    }
    return err_set(e, ERR_INPUT, "%s has no price of '%.60s' anywhere%s", q->model.id,
                   name, text_did_you_mean(q->arena, name, names, q->row_count));
}

static bool is_token_kind(const char *dimension)
{
    for (int t = 0; t < TIER_COUNT; t++)
        for (int k = 0; k < TOKEN_KINDS; k++)
            if (strcmp(dimension, tariff_dimension((enum tier)t, (enum token_kind)k)) ==
                0)
                return true;
    return false;
}

static bool is_quoted(const struct quote *q, const char *dimension)
{
    for (size_t i = 0; i < q->count; i++)
        if (strcmp(q->line[i].dimension, dimension) == 0) return true;
    return false;
}

static enum err_code card_tokens(struct quote *q, const struct price_pick *pick,
                                 const char *tier, struct err *e)
{
    for (int k = 0; k < TOKEN_KINDS; k++) {
        if (!pick[k].row) continue;
        struct quote_line line = { .dimension =
                                       tariff_dimension(q->tier, (enum token_kind)k),
                                   .context_tier = tier,
                                   .pick = pick[k] };
        if (quote_add(q, line, 0, e)) return e->code;
    }
    return OK;
}

/* Whether `dimension` is sold in the tier: another tier's prefix says that it is not.
 */
static bool is_of_tier(const char *dimension, enum tier tier)
{
    for (int t = TIER_STANDARD + 1; t < TIER_COUNT; t++)
        if (text_starts(dimension, tier_prefix((enum tier)t))) return (int)tier == t;
    return tier == TIER_STANDARD;
}

/* Nothing was counted: every price that holds for the model there. */
static enum err_code ask_card(struct quote *q, const struct tariff *t, struct err *e)
{
    q->card = true;
    if (card_tokens(q, t->pick, "", e)) return e->code;
    if (t->long_above_tokens &&
        card_tokens(q, t->long_pick, context_tier(q, t, t->long_above_tokens + 1), e))
        return e->code;
    for (size_t i = 0; i < q->row_count; i++) {
        const char *name = q->rows[i].dimension;
        if (is_token_kind(name) || is_quoted(q, name)) continue;
        if (!is_of_tier(name, q->tier)) continue;
        struct quote_line line = { .dimension = name,
                                   .context_tier = "",
                                   .pick = quote_pick(q, name) };
        if (line.pick.row && quote_add(q, line, 0, e)) return e->code;
    }
    if (q->count) return OK;
    return tariff_unpriced(t, tariff_dimension(q->tier, TOKEN_INPUT),
                           t->pick[TOKEN_INPUT].other, e);
}

/* "us." of "us.amazon.nova-lite-v1:0" must be the geography of the region. */
static enum err_code check_profile(const struct quote *q, const char *asked,
                                   enum routing from_id, const struct price_settings *s,
                                   struct err *e)
{
    if (from_id == ROUTING_DEFAULT) return OK;
    if (s->routing != ROUTING_DEFAULT && s->routing != (int)from_id)
        return err_set(e, ERR_USAGE,
                       "'%s' is a %s profile: --routing %s contradicts it", asked,
                       routing_text(from_id), routing_text((enum routing)s->routing));
    const char *slash = strrchr(asked, '/');
    const char *prefix = slash ? slash + 1 : asked;
    size_t n = strcspn(prefix, ".");
    const char *geography = q->offer.geography;
    if (from_id != ROUTING_GEO || !q->offer.geo) return OK;
    if (strlen(geography) == n && strncmp(prefix, geography, n) == 0) return OK;
    return err_set(e, ERR_INPUT,
                   "profile '%s' does not serve %s, whose profile is '%s'; give its "
                   "--region",
                   asked, q->region, geography);
}

/* The region in an ARN, when no other was asked for. */
static const char *region_of(struct app *app, const char *model,
                             const struct price_settings *s)
{
    const char *region = region_asked(app, s->region);
    if (region != s->region || app_origin(app, "region") != OPT_PRESET) return region;
    if (!text_starts(model, "arn:")) return region;
    struct str rest = str_of(model), part = rest;
    for (int i = 0; i < 4; i++)
        part = str_cut(rest, ':', &rest);
    return part.n ? arena_text_n(app->arena, part.p, part.n) : region;
}

static bool counts_something(const struct price_settings *s)
{
    return s->input || s->output || s->cache_read || s->cache_write || s->images ||
           s->attach_image.count || s->attach_pdf.count || s->attach_video.count ||
           s->attach_document.count || s->unit.count || s->guardrail ||
           s->input_chars || s->output_chars || s->grounding_chars;
}

static enum err_code ask(struct quote *q, struct app *app, const char *model,
                         const struct price_settings *s, struct err *e)
{
    struct catalog *c = NULL;
    struct price_row *rows = NULL;
    enum routing from_id = ROUTING_DEFAULT;
    struct tariff t;
    *q = (struct quote){ .arena = app->arena,
                         .tier = (enum tier)s->tier,
                         .requests = s->requests,
                         .discount_ppm = s->discount_ppm,
                         .ranged = s->range,
                         .region = region_of(app, model, s),
                         .bill = { .arena = app->arena } };
    bool dated = app_origin(app, "at") != OPT_PRESET;
    q->at_unix_s = dated ? s->at_unix_s : app->opt.now_unix_s;
    if (app_catalog(app, &c, e) ||
        catalog_model(&q->model, &from_id, c, model, q->arena, e) ||
        catalog_check_region(c, q->region, q->arena, e) ||
        catalog_prices(&rows, &q->row_count, c, q->model.id, q->arena, e))
        return e->code;
    q->rows = rows;
    q->offer = catalog_offer(&q->model, q->region);
    if (check_profile(q, model, from_id, s, e)) return e->code;
    enum routing asked = s->routing ? (enum routing)s->routing : from_id;
    if (tariff_pick(&t, q->model.id, q->rows, q->row_count, &q->offer, asked, q->tier,
                    q->at_unix_s, e))
        return e->code;
    q->routing = t.routing;
    if (!counts_something(s)) return ask_card(q, &t, e);
    if (ask_tokens(q, app, &t, s, e) || ask_images(q, s, e)) return e->code;
    for (size_t i = 0; i < s->unit.count; i++)
        if (ask_unit(q, s->unit.text[i], e)) return e->code;
    return guardrails_ask(q, app, s, e);
}

enum err_code quote_ask(struct quote *q, struct app *app, const char *model,
                        const struct price_settings *s, struct err *e)
{
    if (ask(q, app, model, s, e)) return e->code;
    for (size_t i = 0; i < q->count; i++) {
        const struct price_row *r = q->line[i].pick.row;
        if (r) app_used(app, q->line[i].dimension, r->source, r->as_of);
    }
    return OK;
}

static enum err_code add_range(struct quote *q, const struct quote_line *l,
                               struct err *e)
{
    struct usd_acc low = { 0 }, high = { 0 };
    if (usd_acc_add(&low, l->low, l->cheapest->rate, e) ||
        usd_acc_add(&high, l->high, l->dearest->rate, e) ||
        usd_acc_sum(&q->low, usd_acc_less(low, q->discount_ppm), e) ||
        usd_acc_sum(&q->high, usd_acc_less(high, q->discount_ppm), e))
        return e->code;
    return OK;
}

enum err_code quote_total(struct quote *q, struct err *e)
{
    const struct quote_line *missing = NULL;
    for (size_t i = 0; i < q->count; i++) {
        const struct quote_line *l = &q->line[i];
        if (q->ranged && !l->cheapest) q->ranged = false;
        if (q->ranged && add_range(q, l, e)) return e->code;
        if (!l->pick.row) {
            if (!missing) missing = l;
            continue;
        }
        struct bill_line line = bill_line_of(&l->pick, l->quantity, q->discount_ppm);
        if (bill_add(&q->bill, line, e)) return e->code;
    }
    return missing ? unpriced(q, missing, e) : OK;
}
