#include <string.h>

#include "app.h"
#include "model_words.h"
#include "region.h"
#include "table.h"
#include "text.h"

struct settings {
    const char *region;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "region", .letter = 'r', .type = OPT_TEXT, .offset = AT(const char *, region),
      .unit = "R", .preset = "us-east-1", .help = "what bills in region R" },
};
#undef AT
/* clang-format on */

static enum err_code write_json(struct app *app, const char *region,
                                const struct item_price *p, size_t count, struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.catalog-services/1");
    json_text(j, "region", region);
    json_array(j, "services");
    for (size_t i = 0; i < count; i++) {
        json_object(j, NULL);
        json_text(j, "service", p[i].subject);
        json_text(j, "item", *p[i].item ? p[i].item : NULL);
        json_text(j, "region", p[i].region);
        json_text(j, "unit", *p[i].unit ? p[i].unit : NULL);
        if (p[i].known)
            json_rate(j, "usd", p[i].rate);
        else
            json_null(j, "usd"); /* sold; the price was not found */
        json_int(j, "per", p[i].rate.per);
        json_text(j, "source", p[i].source);
        json_text(j, "as_of", *p[i].as_of ? p[i].as_of : NULL);
        json_trust(j, p[i].trust);
        json_text(j, "note", *p[i].note ? p[i].note : NULL);
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static const char *unit_text(const struct item_price *p, struct arena *a)
{
    if (p->rate.per == 1) return p->unit;
    const char *per = strstr(p->unit, " per "); /* "1K text units per policy" */
    size_t n = per ? (size_t)(per - p->unit) : strlen(p->unit);
    return arena_printf(a, "%s %.*ss%s", p->rate.per == 1000 ? "1K" : "1M", (int)n,
                        p->unit, p->unit + n);
}

static enum err_code write_table(struct app *app, const char *region,
                                 const struct item_price *p, size_t count,
                                 struct err *e)
{
    static const struct table_column columns[] = {
        { "service", "SERVICE", LEFT, 16, false },
        { "item", "ITEM", LEFT, 24, false },
        { "usd", "USD", RIGHT, 0, false },
        { "unit", "PER", LEFT, 0, false },
        { "trust", "", LEFT, 0, false },
        { "as_of", "AS OF", LEFT, 0, false },
        { "region", "REGION", LEFT, 0, true },
        { "source", "SOURCE", LEFT, 12, true },
        { "note", "NOTE", LEFT, 12, true },
    };
    struct arena *a = app->arena;
    struct table t;
    char usd[USD_TEXT];
    table_init(&t, NULL, columns, sizeof columns / sizeof *columns, a);
    for (size_t i = 0; i < count; i++) {
        const char **cell = table_row(&t);
        cell[0] = p[i].subject;
        cell[1] = *p[i].item ? p[i].item : NULL;
        cell[2] =
            p[i].known ? arena_text(a, usd_rate_text(usd, p[i].rate)) : "not found";
        cell[3] = *p[i].unit ? unit_text(&p[i], a) : NULL;
        cell[4] = arena_printf(a, "%c", "ABC"[p[i].trust]);
        cell[5] = *p[i].as_of ? p[i].as_of : NULL;
        cell[6] = strcmp(p[i].region, "*") == 0 ? NULL : p[i].region;
        cell[7] = p[i].source;
        cell[8] = *p[i].note ? p[i].note : NULL;
    }
    const char *footer = app_footer(app, e);
    if (e->code) return e->code;
    table_note(&t, "%zu price%s in %s; no REGION: the source names none; %s", count,
               count == 1 ? "" : "s", region, footer);
    app_print_table(app, &t);
    return OK;
}

static enum err_code unknown_service(const char *name, struct catalog *c,
                                     struct arena *a, struct err *e)
{
    struct item_price *all = NULL;
    size_t count = 0;
    if (catalog_other_prices(&all, &count, c, NULL, NULL, DATE_UNKNOWN, a, e))
        return e->code;
    const char **names = ARENA_NEW(a, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        names[i] = all[i].subject;
    return err_set(e, ERR_NOT_FOUND, "no service '%.60s'%s", name,
                   text_did_you_mean(a, name, names, count));
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    const char *region = region_asked(app, s->region);
    const char *service = args->count ? args->text[0] : NULL;
    struct catalog *c = NULL;
    struct item_price *rows = NULL;
    size_t count = 0;
    if (args->count > 1)
        return err_set(e, ERR_USAGE, "catalog services takes one SERVICE at most");
    if (app_catalog(app, &c, e) || catalog_check_region(c, region, app->arena, e) ||
        catalog_other_prices(&rows, &count, c, service, region, app->opt.now_unix_s,
                             app->arena, e))
        return e->code;
    if (!count && service) return unknown_service(service, c, app->arena, e);
    for (size_t i = 0; i < count; i++)
        if (rows[i].known) app_used(app, rows[i].item, rows[i].source, rows[i].as_of);
    return app->format == FORMAT_JSON ? write_json(app, region, rows, count, e)
                                      : write_table(app, region, rows, count, e);
}

const struct command cmd_catalog_services = {
    .name = "catalog services",
    .usage = "[SERVICE] [options]",
    .summary = "prices of what stands around models: Guardrails, Flows, …",
    .details =
        "The region's own prices, and where it has none those whose source names no "
        "region. Imported price lists add the other services of Bedrock, under "
        "their usage types where the catalog has no name for them.",
    .example = "bedplan catalog services Guardrails --region eu-west-1",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
