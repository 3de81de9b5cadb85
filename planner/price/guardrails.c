#include <inttypes.h>
#include <string.h>

#include "customize.h"
#include "guardrail.h"
#include "quote.h"
#include "text.h"

/* --guardrail: text units of a request and its answer, by policy, at the prices of the
 * service. */

enum { CHARS_PER_TOKEN = 4 };

struct texts {
    int64_t chars[GUARD_SIDES], units[GUARD_SIDES];
    bool estimate[GUARD_SIDES]; /* from tokens */
};

/* The item's price as a row, which a line can rest on. */
static const struct price_row *row_of(const struct item_price *item, struct arena *a)
{
    struct price_row *r = ARENA_NEW(a, struct price_row, 1);
    *r = (struct price_row){ .id = item->id,
                             .model = item->subject,
                             .scope = "",
                             .region = item->region ? item->region : "*",
                             .dimension = item->item,
                             .context_tier = "",
                             .unit = item->unit,
                             .rate = item->rate,
                             .source = item->source,
                             .as_of = item->as_of,
                             .note = item->note ? item->note : "",
                             .doubt = "",
                             .from_unix_s = INT64_MIN,
                             .trust = item->trust };
    return r;
}

static enum err_code add(struct quote *q, struct app *app, const char *item,
                         int64_t per_request, bool estimate, const char *detail,
                         struct err *e)
{
    static const char service[] = "Guardrails";
    struct catalog *c;
    struct item_price *rows;
    size_t count;
    if (app_catalog(app, &c, e) ||
        catalog_other_prices(&rows, &count, c, service, q->region, q->at_unix_s,
                             q->arena, e))
        return e->code;
    const struct item_price *price = item_choose(rows, count, "", item);
    if (!price || !price->known)
        return err_set(e, ERR_UNPRICED, "no price of %s, %s is known", service, item);
    struct quote_line l = { .dimension = price->item,
                            .context_tier = "",
                            .service = service,
                            .detail = detail };
    l.pick.row = row_of(price, q->arena);
    l.pick.marks =
        (price->trust == TRUST_C ? MARK_TRUST_C : 0) | (estimate ? MARK_ESTIMATE : 0);
    return quote_add(q, l, per_request, e);
}

static const char *say(const struct texts *t, int side, struct arena *a)
{
    static const char *const what[GUARD_SIDES] = { "a prompt", "an answer" };
    char chars[32];
    return arena_printf(a, "%s of %s%s characters: %" PRId64 " text unit%s", what[side],
                        t->estimate[side] ? "about " : "",
                        text_thousands(chars, t->chars[side]), t->units[side],
                        t->units[side] == 1 ? "" : "s");
}

static enum err_code add_policy(struct quote *q, struct app *app,
                                const struct price_settings *s, const struct texts *t,
                                enum guard_policy policy, int side, struct err *e)
{
    const char *item = guard_item(policy, (enum guard_api)s->guardrail_api);
    const char *detail = say(t, side, q->arena);
    int64_t units = t->units[side];
    bool estimate = t->estimate[side];
    if (!item)
        return err_set(e, ERR_UNPRICED, "no price of policy '%s' by this api is known",
                       guard_text(policy));
    if (policy == GUARD_GROUNDING) {
        int64_t source = guard_units(s->grounding_chars);
        units += t->units[GUARD_INPUT] + source;
        estimate |= t->estimate[GUARD_INPUT];
        detail = arena_printf(q->arena, "%s, %s, %" PRId64 " of the source", detail,
                              say(t, GUARD_INPUT, q->arena), source);
    }
    return add(q, app, item, units, estimate, detail, e);
}

static enum err_code count(struct texts *t, const struct price_settings *s,
                           struct err *e)
{
    const int64_t stated[GUARD_SIDES] = { s->input_chars, s->output_chars };
    i128 read = (i128)s->input + s->cache_read + s->cache_write; /* text alone */
    const int64_t tokens[GUARD_SIDES] = { read < INT64_MAX ? (int64_t)read : INT64_MAX,
                                          s->output };
    for (int side = 0; side < GUARD_SIDES; side++) {
        t->chars[side] = stated[side];
        t->estimate[side] = stated[side] == 0 && tokens[side] > 0;
        if (t->estimate[side] &&
            __builtin_mul_overflow(tokens[side], CHARS_PER_TOKEN, &t->chars[side]))
            return err_set(e, ERR_RANGE, "--guardrail: more than 9.2e18 characters");
        t->units[side] = guard_units(t->chars[side]);
    }
    return OK;
}

static int64_t images_of(const struct quote *q)
{
    int64_t images = 0;
    for (size_t i = 0; i < q->items; i++)
        if (q->item[i].kind == ATTACH_IMAGE) images += q->item[i].times;
    return images;
}

/* Whether a policy that is on has a text to judge, or an image; true when it is off. */
static bool texts_of(const struct guard *g, int policy, const struct texts *t,
                     const struct quote *q)
{
    const bool *on = g->on[policy];
    if (!on[GUARD_INPUT] && !on[GUARD_OUTPUT]) return true;
    for (int side = 0; side < GUARD_SIDES; side++)
        if (on[side] && t->units[side]) return true;
    return policy == GUARD_CONTENT && on[GUARD_INPUT] && images_of(q);
}

/* Images of the request are judged by the content filter, each for itself. */
static enum err_code add_images(struct quote *q, struct app *app, const struct guard *g,
                                struct err *e)
{
    int64_t images = images_of(q);
    if (!images || !g->on[GUARD_CONTENT][GUARD_INPUT]) return OK;
    return add(q, app, "content filter (image)", images, false, NULL, e);
}

enum err_code guardrails_ask(struct quote *q, struct app *app,
                             const struct price_settings *s, struct err *e)
{
    struct guard g;
    struct texts t = { 0 };
    if (!s->guardrail) {
        if (!s->input_chars && !s->output_chars && !s->grounding_chars) return OK;
        return err_set(e, ERR_USAGE,
                       "characters are counted for a guardrail: --guardrail content,…");
    }
    if (guard_parse(&g, s->guardrail, q->arena, e)) return err_wrap(e, "--guardrail: ");
    if (count(&t, s, e)) return e->code;
    for (int p = 0; p < GUARD_POLICIES; p++) {
        if (!texts_of(&g, p, &t, q))
            return err_set(e, ERR_USAGE,
                           "--guardrail: nothing for '%s' to judge: --input-chars, "
                           "--output-chars or tokens",
                           guard_text((enum guard_policy)p));
        for (int side = 0; side < GUARD_SIDES; side++)
            if (g.on[p][side] && t.units[side] &&
                add_policy(q, app, s, &t, (enum guard_policy)p, side, e))
                return err_wrap(e, "--guardrail: ");
    }
    return add_images(q, app, &g, e);
}
