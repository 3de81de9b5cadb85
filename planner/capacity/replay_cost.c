#include <math.h>

#include "replay_report.h"
#include "tariff.h"

/* What a replayed capacity costs: units by the hour whether they are used or not, a
 * quota by the token. */

static enum err_code cost_units(struct replay_report *r, struct app *app,
                                struct catalog *c, const struct model *m,
                                const char *region, bool custom, struct err *e)
{
    struct unit_price *rows;
    size_t count;
    struct bill bill = { .arena = app->arena };
    int64_t hours = (int64_t)ceil(r->result.span_s / 3600);
    if (catalog_unit_prices(&rows, &count, c, m->id, app->opt.now_unix_s, app->arena,
                            e))
        return e->code;
    struct unit_pick pick = units_choose(rows, count, region, custom, COMMIT_NONE);
    if (units_bill(&bill, &pick, m->id, r->units, hours > 0 ? hours : 1, 0, e))
        return e->code;
    if (usd_round(&r->usd, bill.total, e)) return e->code;
    return proof_add_bill(&r->cost, NULL, &bill, region, custom, e);
}

/* At the prices of short requests: sums of a trace do not tell which were long. */
static enum err_code cost_tokens(struct replay_report *r, struct app *app,
                                 struct catalog *c, const struct model *m,
                                 enum routing routing, const char *region, bool custom,
                                 struct err *e)
{
    struct price_row *rows;
    struct item_price *items;
    size_t count, item_count;
    struct tariff t;
    const struct replay_result *x = &r->result;
    struct price_offer offer = catalog_offer(m, region);
    struct bill bill = { .arena = app->arena };
    if (catalog_prices(&rows, &count, c, m->id, app->arena, e) ||
        catalog_tuning_prices(&items, &item_count, c, m->id, region,
                              app->opt.now_unix_s, app->arena, e))
        return e->code;
    if (custom)
        rows = deployment_rows(&count, rows, count, items, item_count, app->arena);
    if (tariff_build(&t, m->id, rows, count, &offer, routing,
                     custom ? TIER_CUSTOM : TIER_STANDARD, app->opt.now_unix_s, e))
        return e->code;
    struct request_tokens all = { .input_tokens = x->input_tokens,
                                  .output_tokens = x->output_tokens,
                                  .cache_read_tokens = x->cached_tokens };
    t.long_above_tokens = 0;
    if (bill_requests(&bill, &t, all, 1, 0, e) || usd_round(&r->usd, bill.total, e))
        return e->code;
    return proof_add_bill(&r->cost, NULL, &bill, region, custom, e);
}

enum err_code replay_cost(struct replay_report *r, struct app *app, const char *model,
                          const char *region, bool custom, struct err *e)
{
    struct catalog *c;
    struct model m;
    enum routing routing = ROUTING_DEFAULT;
    r->cost = (struct proof_list){ .arena = app->arena };
    if (app_catalog(app, &c, e) ||
        catalog_model(&m, &routing, c, model, app->arena, e) ||
        catalog_check_region(c, region, app->arena, e))
        return e->code;
    r->model = m.id;
    return r->units ? cost_units(r, app, c, &m, region, custom, e)
                    : cost_tokens(r, app, c, &m, routing, region, custom, e);
}
