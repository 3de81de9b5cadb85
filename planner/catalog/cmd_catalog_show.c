#include <string.h>

#include "show.h"

struct show_settings {
    const char *region;
    int routing;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct show_settings, T, f)
static const struct opt opts[] = {
    { .key = "region", .letter = 'r', .type = OPT_TEXT, .offset = AT(const char *, region),
      .unit = "R", .preset = "us-east-1", .help = "say what bills in region R" },
    { .key = "routing", .type = OPT_CHOICE, .offset = AT(int, routing), .unit = "HOW",
      .choices = "default|in-region|geo|global", .preset = "default", .hi = ROUTING_GLOBAL,
      .help = "how requests reach the model" },
};
#undef AT
/* clang-format on */

static bool same_price_key(const struct price_row *a, const struct price_row *b)
{
    return strcmp(a->dimension, b->dimension) == 0 &&
           strcmp(a->context_tier, b->context_tier) == 0;
}

/* The rows come sorted by dimension and context tier. */
static void pick_bills(struct show *s, int64_t at_unix_s, struct arena *a)
{
    s->bill = ARENA_NEW(a, struct show_bill, s->prices + 1);
    for (size_t i = 0; s->routed && i < s->prices; i++) {
        const struct price_row *r = &s->price[i];
        if (i && same_price_key(r, r - 1)) continue;
        struct price_pick pick = choose_row(s->price, s->prices, &s->offer, s->routing,
                                            r->dimension, r->context_tier, at_unix_s);
        if (!pick.row) continue;
        s->bill[s->bills++] = (struct show_bill){ r->dimension, r->context_tier, pick };
    }
}

static enum err_code gather(struct show *s, struct app *app, struct catalog *c,
                            const struct show_settings *set, const char *id,
                            struct err *e)
{
    struct arena *a = app->arena;
    struct err refused = { 0 };
    enum routing routing = (enum routing)set->routing;
    enum routing said = ROUTING_DEFAULT;
    if (catalog_check_region(c, set->region, a, e) ||
        catalog_model(&s->model, &said, c, id, a, e)) {
        return e->code;
    }
    const char *model = s->model.id;
    if (catalog_prices(&s->price, &s->prices, c, model, a, e) ||
        catalog_unit_prices(&s->unit, &s->units, c, model, DATE_UNKNOWN, a, e) ||
        catalog_tuning_prices(&s->tuning, &s->tunings, c, model, NULL, DATE_UNKNOWN, a,
                              e) ||
        catalog_held_units(&s->held, &s->helds, c, model, a, e) ||
        catalog_quotas(&s->quota, &s->quotas, c, model, a, e) ||
        catalog_quota(&s->burndown, c, model, "*", ROUTING_DEFAULT, false, a, e)) {
        return e->code;
    }
    if (routing == ROUTING_DEFAULT) routing = said; /* "us.…", "global.…" */
    s->offer = catalog_offer(&s->model, set->region);
    s->routed = choose_routing(&s->routing, routing, &s->offer, &refused) == OK;
    s->why_not = arena_text(a, refused.msg);
    pick_bills(s, app->opt.now_unix_s, a);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct catalog *c = NULL;
    struct show s = { 0 };
    if (args->count != 1) {
        return err_set(e, ERR_USAGE,
                       "catalog show wants one MODEL; 'bedplan catalog "
                       "list' has their ids");
    }
    if (app_catalog(app, &c, e) || gather(&s, app, c, settings, args->text[0], e))
        return e->code;
    if (app->format == FORMAT_JSON) return show_json(app, &s, e);
    const char *footer = app_footer(app, e);
    if (e->code) return e->code;
    show_text(app, &s);
    fprintf(app->out, "%s\n", footer);
    return OK;
}

const struct command cmd_catalog_show = {
    .name = "catalog show",
    .usage = "MODEL [options]",
    .summary = "everything known of a model, with its sources",
    .details =
        "MODEL is a model id, the id of an inference profile (us.ID, global.ID) or an "
        "ARN "
        "that names either. First what the model can do, then what bills in --region, "
        "then every price row, the model units, customization and default quotas, and "
        "the sources that the numbers in brackets stand for.\n\n"
        "Trust A is a page, document or Price List record of AWS, B somebody's reading "
        "of one, C an aggregator alone.",
    .example = "bedplan catalog show amazon.nova-lite-v1:0\n"
               "bedplan catalog show us.anthropic.claude-sonnet-4-6 --json",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct show_settings),
    .run = run,
};
