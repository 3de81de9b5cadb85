#include <inttypes.h>
#include <string.h>

#include "catalog_facts.h"
#include "explain_private.h"
#include "text.h"

/* What is paid by the token: tiers, caches, routings, long contexts; and what requests
 * may hold. */

/* Regions of the price rows of a dimension, each once; "no region" stands for sources
 * that named none. */
static const char *regions_of(struct explain_work *w, const char *dimension)
{
    const char *list = "";
    for (size_t i = 0; i < w->rows; i++) {
        const struct price_row *r = &w->row[i];
        if (strcmp(r->dimension, dimension) != 0 || strstr(r->region, "page-group"))
            continue;
        const char *region = strcmp(r->region, "*") == 0 ? "(unnamed)" : r->region;
        if (explain_lists(list, region)) continue;
        list = arena_printf(w->arena, "%s%s%s", list, *list ? " " : "", region);
    }
    return list;
}

static enum err_code add_picks(struct explain_work *w, const struct price_pick *pick,
                               int first, int last, bool *any, struct err *e)
{
    for (int k = first; k <= last; k++) {
        if (!pick[k].row) continue;
        *any = true;
        if (explain_price(w, proof_of_price(&pick[k], w->region, w->arena), e))
            return e->code;
    }
    return OK;
}

static bool tariff_of(struct tariff *t, struct explain_work *w, enum routing routing,
                      enum tier tier)
{
    struct price_offer offer = catalog_offer(w->m, w->region);
    struct err none = { 0 };
    return tariff_pick(t, w->m->id, w->row, w->rows, &offer, routing, tier,
                       w->app->opt.now_unix_s, &none) == OK;
}

enum err_code explain_tier(struct explain_work *w, enum tier tier, struct err *e)
{
    struct tariff t;
    bool any = false;
    const char *input = tariff_dimension(tier, TOKEN_INPUT);
    if (tariff_of(&t, w, ROUTING_DEFAULT, tier) &&
        add_picks(w, t.pick, TOKEN_INPUT, TOKEN_OUTPUT, &any, e))
        return e->code;
    const char *where = regions_of(w, input);
    explain_fact(w, "regions with a price", *where ? where : "none in the catalog");
    if (any)
        explain_says(w, "may",
                     arena_printf(w->arena, "it is priced in %s (%s)", w->region,
                                  routing_text(t.routing)));
    else if (*where)
        explain_says(
            w, "unknown",
            arena_printf(w->arena, "no price in %s, but elsewhere", w->region));
    else
        explain_says(w, "unknown",
                     "the catalog has no such price of it: probably not offered");
    return OK;
}

enum err_code explain_caching(struct explain_work *w, struct err *e)
{
    struct tariff t;
    bool any = false;
    char n[32];
    if (tariff_of(&t, w, ROUTING_DEFAULT, TIER_STANDARD) &&
        add_picks(w, t.pick, TOKEN_CACHE_READ, TOKEN_KINDS - 1, &any, e))
        return e->code;
    explain_says(w, any ? "may" : "unknown",
                 any ? "its cache has prices there"
                     : "no price of a cache is known: nothing is cached, or nothing "
                       "is billed for it");
    explain_fact(w, "smallest checkpoint",
                 w->m->cache_min_tokens
                     ? arena_printf(w->arena, "%s tokens",
                                    text_thousands(n, w->m->cache_min_tokens))
                     : NULL);
    return OK;
}

enum err_code explain_routing(struct explain_work *w, struct err *e)
{
    static const enum routing kinds[] = { ROUTING_IN_REGION, ROUTING_GEO,
                                          ROUTING_GLOBAL };
    struct price_offer offer = catalog_offer(w->m, w->region);
    const bool offered[] = { offer.in_region, offer.geo, offer.global };
    const char *list = "";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct tariff t;
        bool any = false;
        if (!offered[i]) continue;
        list = arena_printf(w->arena, "%s%s%s", list, *list ? ", " : "",
                            routing_text(kinds[i]));
        if (tariff_of(&t, w, kinds[i], TIER_STANDARD) &&
            add_picks(w, t.pick, TOKEN_INPUT, TOKEN_OUTPUT, &any, e))
            return e->code;
    }
    bool profile_only = *list && !offer.in_region;
    if (!*list)
        explain_says(w, "cannot",
                     arena_printf(w->arena, "it is not offered in %s", w->region));
    else if (profile_only)
        explain_says(
            w, "must",
            arena_printf(w->arena, "through an inference profile there: %s", list));
    else
        explain_says(w, "may", arena_printf(w->arena, "offered there: %s", list));
    explain_fact(w, "profiles", w->m->profiles);
    explain_fact(w, "regions", w->m->regions);
    return OK;
}

enum err_code explain_context(struct explain_work *w, struct err *e)
{
    struct tariff t;
    bool any = false;
    char n[32];
    const struct model *m = w->m;
    explain_fact(w, "context window",
                 m->context_window ? arena_printf(w->arena, "%s tokens",
                                                  text_thousands(n, m->context_window))
                                   : NULL);
    explain_fact(w, "longest answer",
                 m->max_output ? arena_printf(w->arena, "%s tokens",
                                              text_thousands(n, m->max_output))
                               : NULL);
    if (!tariff_of(&t, w, ROUTING_DEFAULT, TIER_STANDARD)) return OK;
    if (add_picks(w, t.pick, TOKEN_INPUT, TOKEN_OUTPUT, &any, e)) return e->code;
    if (t.long_above_tokens > 0) {
        explain_fact(w, "long requests",
                     arena_printf(w->arena, "above %s tokens read",
                                  text_thousands(n, t.long_above_tokens)));
        if (add_picks(w, t.long_pick, TOKEN_INPUT, TOKEN_OUTPUT, &any, e))
            return e->code;
    }
    explain_says(w, "may",
                 t.long_above_tokens > 0 ? "longer requests cost more"
                                         : "one price for any length it takes");
    return OK;
}

static const char *quota_text(struct explain_work *w, const struct quota_row *q)
{
    static const char *const unit[] = { "tokens/min", "requests/min", "tokens/day" };
    const int64_t n[] = { q->tokens_per_min, q->requests_per_min, q->tokens_per_day };
    const char *list = "";
    for (int i = 0; i < 3; i++) {
        char text[32];
        if (n[i] < 0) continue;
        list = arena_printf(w->arena, "%s%s%s %s", list, *list ? ", " : "",
                            text_thousands(text, n[i]), unit[i]);
    }
    return list;
}

enum err_code explain_quotas(struct explain_work *w, struct err *e)
{
    struct quota_row *rows;
    size_t count;
    struct quota q;
    if (catalog_quotas(&rows, &count, w->catalog, w->m->id, w->arena, e) ||
        catalog_quota(&q, w->catalog, w->m->id, w->region, ROUTING_IN_REGION, false,
                      w->arena, e))
        return e->code;
    explain_says(w, count ? "may" : "unknown",
                 count ? "defaults; an account's own may be lower or raised"
                       : "no default quota of it is known");
    explain_fact(w, "output counts",
                 q.burndown ? arena_printf(w->arena, "%d time%s", q.burndown,
                                           q.burndown == 1 ? "" : "s")
                            : NULL);
    if (q.burndown_source) {
        struct explain_fact *f = &w->out->fact[w->out->facts - 1];
        f->source = q.burndown_source;
        f->as_of = q.burndown_as_of;
        f->trust = NULL; /* the source says: AWS's page, or a quotation of it */
    }
    for (size_t i = 0; i < count; i++) {
        static const char *const trust[] = { "A", "B", "C" };
        const struct quota_row *r = &rows[i];
        explain_fact(
            w,
            arena_printf(w->arena, "%s%s, %s",
                         r->account  ? "this account, "
                         : r->custom ? "custom, "
                                     : "",
                         *r->routing ? r->routing : "any routing",
                         strcmp(r->region, "*") == 0 ? "other regions" : r->region),
            quota_text(w, r));
        struct explain_fact *f = &w->out->fact[w->out->facts - 1];
        f->source = r->source;
        f->as_of = r->as_of;
        f->trust = trust[r->trust];
    }
    return OK;
}

enum err_code explain_attachments(struct explain_work *w, struct err *e)
{
    static const enum modality kinds[] = { MODALITY_IMAGE, MODALITY_VIDEO,
                                           MODALITY_DOCUMENT, MODALITY_AUDIO };
    const char *list = "";
    bool unknown = false;
    (void)e;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        enum answer a = w->m->input[kinds[i]];
        explain_fact(w, arena_printf(w->arena, "reads %s", modality_text(kinds[i])),
                     a == UNKNOWN ? NULL : answer_text(a));
        unknown = unknown || a == UNKNOWN;
        if (a == YES)
            list = arena_printf(w->arena, "%s%s%s", list, *list ? ", " : "",
                                modality_text(kinds[i]));
    }
    explain_says(w,
                 *list     ? "may"
                 : unknown ? "unknown"
                           : "cannot",
                 *list ? arena_printf(w->arena, "it reads %s", list)
                       : "nothing but text is known to be read by it");
    return OK;
}
