#include "bill_price.h"

#include <string.h>

#include "app.h"

/* Tokens of the logs for what the line bills; cache writes are not counted by model. */
static int64_t logged_tokens(const struct bill_check *b, const struct priced_usage *l)
{
    int64_t sum = 0;
    bool found = false;
    if (!b->with_usage || !l->is.model) return -1;
    for (size_t i = 0; i < b->usage.models; i++) {
        const struct usage_by_model *u = &b->usage.model[i];
        struct model m = { 0 };
        struct err none = { 0 };
        if (*u->region && *l->billed->region &&
            strcmp(u->region, l->billed->region) != 0)
            continue;
        if (catalog_model(&m, NULL, b->catalog, u->id, b->app->arena, &none) ||
            strcmp(m.id, l->is.model) != 0)
            continue;
        if (strcmp(l->is.dimension, "input") == 0)
            sum += u->input_tokens - u->cached_tokens;
        else if (strcmp(l->is.dimension, "output") == 0)
            sum += u->output_tokens;
        else if (strcmp(l->is.dimension, "cache_read") == 0)
            sum += u->cached_tokens;
        else
            continue;
        found = true;
    }
    return found ? sum : -1;
}

/* Tokens, images, seconds: a row of prices. */
static enum err_code price_tokens(struct priced_usage *l, const struct bill_check *b,
                                  const struct model *m, struct err *e)
{
    struct price_row *rows = NULL;
    size_t count = 0;
    struct arena *a = b->app->arena;
    const char *region = l->billed->region;
    struct price_offer offer = catalog_offer(m, region);
    /* the source region's own rate bills both, so either may hold it */
    enum routing by_order[] = { ROUTING_IN_REGION, ROUTING_GEO };
    struct price_pick p = { 0 };
    if (catalog_prices(&rows, &count, b->catalog, m->id, a, e)) return e->code;
    if (l->is.global)
        p = choose_row(rows, count, &offer, ROUTING_GLOBAL, l->is.dimension, "",
                       b->app->opt.now_unix_s);
    for (int i = 0; i < 2 && !l->is.global && !p.row; i++)
        p = choose_row(rows, count, &offer, by_order[i], l->is.dimension, "",
                       b->app->opt.now_unix_s);
    if (p.row) l->proof = proof_of_price(&p, region, a);
    return OK;
}

static enum commitment commitment_named(const char *text)
{
    int k = COMMIT_NONE;
    while (k < COMMIT_COUNT && strcmp(commitment_text((enum commitment)k), text) != 0)
        k++;
    return (enum commitment)k;
}

/* Model units and reserved tokens a minute, by the hour. */
static enum err_code price_units(struct priced_usage *l, const struct bill_check *b,
                                 const struct model *m, struct err *e)
{
    struct unit_price *rows;
    size_t count;
    struct arena *a = b->app->arena;
    const char *region = l->billed->region;
    bool custom = l->is.kind && strcmp(l->is.kind, "custom") == 0;
    enum commitment term = commitment_named(l->is.commitment);
    struct unit_pick p = { 0 };
    if (term == COMMIT_COUNT) return OK;
    if (catalog_unit_prices(&rows, &count, b->catalog, m->id, b->app->opt.now_unix_s, a,
                            e))
        return e->code;
    if (strcmp(l->is.scheme, "model unit") == 0)
        p = units_choose(rows, count, region, custom, term);
    else
        p = reserved_choose(rows, count, region,
                            strstr(l->is.scheme, "global") ? ROUTING_GLOBAL
                                                           : ROUTING_IN_REGION,
                            strcmp(l->is.kind, "output TPM") == 0, term);
    if (p.row) l->proof = proof_of_unit(p.row, p.other, p.marks, region, custom, a);
    return OK;
}

/* The item of a service that has no other; NULL. */
static const char *only_item(const struct item_price *rows, size_t count)
{
    const char *item = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].known) continue;
        if (item && strcmp(item, rows[i].item) != 0) return NULL;
        item = rows[i].item;
    }
    return item;
}

/* Training and storage of custom models; services around models. */
static enum err_code price_item(struct priced_usage *l, const struct bill_check *b,
                                const struct model *m, struct err *e)
{
    struct item_price *rows;
    size_t count;
    struct arena *a = b->app->arena;
    const char *region = *l->billed->region ? l->billed->region : NULL;
    int64_t now = b->app->opt.now_unix_s;
    bool tuning = l->is.sold == SOLD_TUNING;
    enum err_code code =
        tuning
            ? catalog_tuning_prices(&rows, &count, b->catalog, m->id, region, now, a, e)
            : catalog_other_prices(&rows, &count, b->catalog, l->is.service, region,
                                   now, a, e);
    if (code) return code;
    const char *item = l->is.item ? l->is.item : only_item(rows, count);
    if (!item) {
        l->why = "which of the service's prices it is, is not known";
        return OK;
    }
    const struct item_price *row =
        item_choose(rows, count, tuning ? l->is.method : "", item);
    if (row && row->known) l->proof = proof_of_item(row, a);
    return OK;
}

static int zeros_of(int32_t per)
{
    return per == 1000000 ? 6 : per == 1000 ? 3 : 0;
}

/* quantity × ours in a published unit × rate ÷ what the rate is for */
static enum err_code reckon(struct priced_usage *l, const struct bill_check *b,
                            struct err *e)
{
    struct longhand rate, each;
    char text[USD_TEXT];
    const struct proof *p = l->proof;
    if (!longhand_read(&rate, str_of(usd_rate_text(text, p->rate))) ||
        !longhand_read(&each,
                       str_of(arena_printf(b->app->arena, "%d", (int)l->is.per))) ||
        !longhand_times(&l->units, &l->billed->quantity, &each) ||
        !longhand_times(&l->catalog, &l->units, &rate) ||
        !longhand_shift(&l->catalog, zeros_of(p->rate.per)))
        return err_set(e, ERR_RANGE, "%s: more than can be reckoned",
                       l->billed->usage_type);
    l->priced = true;
    return OK;
}

enum err_code bill_price(struct priced_usage *l, const struct bill_check *b,
                         struct name_join *join, struct err *e)
{
    struct model m = { 0 };
    const struct billed *x = l->billed;
    enum err_code code = OK;
    l->is = usage_read(x->usage_type, x->product, x->unit, join, b->app->arena);
    l->logged = -1;
    l->why = l->is.why;
    if (l->why) return OK;
    l->logged = logged_tokens(b, l);
    if (l->is.model &&
        catalog_model(&m, NULL, b->catalog, l->is.model, b->app->arena, e))
        return e->code;
    switch (l->is.sold) {
    case SOLD_UNKNOWN:
        break;
    case SOLD_TOKENS:
        code = price_tokens(l, b, &m, e);
        break;
    case SOLD_UNITS:
        code = price_units(l, b, &m, e);
        break;
    case SOLD_TUNING:
    case SOLD_SERVICE:
        code = price_item(l, b, &m, e);
        break;
    }
    if (code) return code;
    if (l->proof) return reckon(l, b, e);
    if (!l->why) l->why = "the catalog has no price of it there";
    return OK;
}
