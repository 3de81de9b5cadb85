#include "plan_extras.h"

#include <math.h>

#include "customize.h"
#include "proof.h"

/* Where the price of a line comes from: the catalog's rows of a service or of a model,
 * or the plan itself. */

enum err_code plan_service_price(struct extra_price *out, struct plan *p,
                                 const char *service, const char *item, struct err *e)
{
    struct catalog *c;
    struct item_price *rows;
    size_t count;
    if (app_catalog(p->app, &c, e) ||
        catalog_other_prices(&rows, &count, c, service, p->config.plan.region,
                             p->month_start_unix_s[0], p->arena, e))
        return e->code;
    const struct item_price *row = item_choose(rows, count, "", item);
    if (!row || !row->known)
        return err_set(e, ERR_UNPRICED, "no price of %s, %s is known", service, item);
    app_used(p->app, item, row->source, row->as_of);
    *out = (struct extra_price){ .rate = row->rate,
                                 .unit = row->unit,
                                 .source = row->source,
                                 .as_of = row->as_of,
                                 .trust = row->trust,
                                 .marks = row->trust == TRUST_C ? MARK_TRUST_C : 0,
                                 .proof = proof_of_item(row, p->arena) };
    return OK;
}

struct extra_price plan_stated_price(const struct plan *p, double usd, int32_t per,
                                     const char *unit)
{
    return (struct extra_price){ .rate = { (int64_t)nearbyint(usd * 1e12), per },
                                 .unit = unit,
                                 .source = plan_stated(p),
                                 .stated = true };
}

enum err_code plan_price_or_stated(struct extra_price *out, struct plan *p,
                                   const char *service, const char *item,
                                   const char *unit, double stated_per_1k,
                                   const char *key, struct err *e)
{
    struct err none = { 0 };
    if (!isnan(stated_per_1k)) {
        *out = plan_stated_price(p, stated_per_1k, 1000, unit);
        return OK;
    }
    if (plan_service_price(out, p, service, item, &none) == OK) return OK;
    return err_set(e, ERR_UNPRICED,
                   "the catalog has no price in the row '%s'%s%s: state %s, from your "
                   "bill or AWS's page",
                   service, *item ? ", " : "", item, key);
}

static struct extra_price of_pick(const struct price_pick *pick, const char *region,
                                  struct arena *a)
{
    if (!pick->row) return (struct extra_price){ 0 };
    return (struct extra_price){ .rate = pick->row->rate,
                                 .unit = pick->row->unit,
                                 .source = pick->row->source,
                                 .as_of = pick->row->as_of,
                                 .trust = pick->row->trust,
                                 .marks = pick->marks,
                                 .proof = proof_of_price(pick, region, a) };
}

static enum err_code token_prices(struct extra_price *in, struct extra_price *out,
                                  struct plan *p, const struct model *m,
                                  const char *region, enum routing routing,
                                  enum tier tier, struct err *e)
{
    struct catalog *c;
    struct price_row *rows;
    size_t count;
    struct tariff t;
    struct price_offer offer = catalog_offer(m, region);
    if (app_catalog(p->app, &c, e) ||
        catalog_prices(&rows, &count, c, m->id, p->arena, e))
        return e->code;
    if (tier == TIER_CUSTOM) {
        struct item_price *items;
        size_t item_count;
        if (catalog_tuning_prices(&items, &item_count, c, m->id, region,
                                  p->month_start_unix_s[0], p->arena, e))
            return e->code;
        rows = deployment_rows(&count, rows, count, items, item_count, p->arena);
    }
    if (tariff_build(&t, m->id, rows, count, &offer, routing, tier,
                     p->month_start_unix_s[0], e))
        return e->code;
    *in = of_pick(&t.pick[TOKEN_INPUT], region, p->arena);
    *out = of_pick(&t.pick[TOKEN_OUTPUT], region, p->arena);
    return OK;
}

enum err_code plan_model_price(struct model *m, struct extra_price *in,
                               struct extra_price *out, struct plan *p,
                               const char *model, struct err *e)
{
    struct catalog *c;
    enum routing routing = (enum routing)p->config.plan.routing;
    if (app_catalog(p->app, &c, e) || catalog_model(m, &routing, c, model, p->arena, e))
        return e->code;
    return token_prices(in, out, p, m, p->config.plan.region, routing, TIER_STANDARD,
                        e);
}

enum err_code plan_own_price(struct extra_price *in, struct extra_price *out,
                             struct plan *p, const struct plan_option *o, struct err *e)
{
    enum tier tier = o->candidate->tuned != TUNED_NO ? TIER_CUSTOM : TIER_STANDARD;
    return token_prices(in, out, p, &o->model, o->region, o->routing, tier, e);
}

enum err_code plan_head_wrap(struct err *e, const struct plan *p,
                             const struct section_head *h, const char *section)
{
    return err_wrap(e, "%s:%d: [%s]: ", p->config.path, h->line,
                    plan_head_text(h, section, p->arena));
}
