#include "app.h"
#include "catalog_facts.h"
#include "model_words.h"
#include "table.h"

static void json_side(struct json *j, const char *key, const struct conflict_side *s)
{
    json_object(j, key);
    json_rate(j, "usd", s->rate);
    json_int(j, "per", s->rate.per);
    json_text(j, "source", s->source);
    json_text(j, "as_of", *s->as_of ? s->as_of : NULL);
    json_trust(j, s->trust);
    json_end(j);
}

/* By how much the other figure is above the one that bills, as a share of it. */
static bool difference(double *out, const struct conflict *k)
{
    double kept = (double)k->kept.rate.pusd / k->kept.rate.per;
    if (kept <= 0) return false;
    *out = (double)k->other.rate.pusd / k->other.rate.per / kept - 1;
    return true;
}

static void json_difference(struct json *j, const struct conflict *k)
{
    double share = 0;
    if (difference(&share, k))
        json_estimate(j, "difference", share, 4);
    else
        json_null(j, "difference");
}

static enum err_code write_json(struct app *app, const struct conflict *k, size_t count,
                                struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.catalog-conflicts/1");
    json_array(j, "conflicts");
    for (size_t i = 0; i < count; i++) {
        json_object(j, NULL);
        json_text(j, "model", k[i].model);
        json_text(j, "dimension", k[i].dimension);
        json_text(j, "context_tier", *k[i].context_tier ? k[i].context_tier : NULL);
        json_text(j, "scope", *k[i].scope ? k[i].scope : NULL);
        json_text(j, "region", k[i].region);
        json_text(j, "unit", k[i].unit);
        json_side(j, "kept", &k[i].kept);
        json_side(j, "other", &k[i].other);
        json_difference(j, &k[i]);
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static const char *side(const struct conflict_side *s, struct arena *a)
{
    char text[USD_TEXT];
    return arena_text(a, usd_rate_text(text, s->rate));
}

static enum err_code write_table(struct app *app, const struct conflict *k,
                                 size_t count, struct err *e)
{
    static const struct table_column columns[] = {
        { "model", "MODEL", LEFT, 24, false },
        { "dimension", "DIMENSION", LEFT, 0, false },
        { "scope", "SCOPE", LEFT, 0, false },
        { "region", "REGION", LEFT, 0, false },
        { "kept_usd", "KEPT", RIGHT, 0, false },
        { "kept_trust", "", LEFT, 0, false },
        { "other_usd", "OTHER", RIGHT, 0, false },
        { "other_trust", "", LEFT, 0, false },
        { "difference", "DIFFERS", RIGHT, 0, false },
        { "per", "PER", RIGHT, 0, true },
        { "other_as_of", "OTHER AS OF", LEFT, 0, true },
        { "other_source", "OTHER SOURCE", LEFT, 12, true },
        { "kept_source", "KEPT SOURCE", LEFT, 12, true },
    };
    static const char *const trust[] = { "A", "B", "C" };
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, columns, sizeof columns / sizeof *columns, a);
    for (size_t i = 0; i < count; i++) {
        const char **cell = table_row(&t);
        cell[0] = k[i].model;
        cell[1] = *k[i].context_tier
                      ? arena_printf(a, "%s %s", k[i].dimension, k[i].context_tier)
                      : k[i].dimension;
        cell[2] = *k[i].scope ? k[i].scope : NULL;
        cell[3] = k[i].region;
        cell[4] = side(&k[i].kept, a);
        cell[5] = trust[k[i].kept.trust];
        cell[6] = side(&k[i].other, a);
        cell[7] = trust[k[i].other.trust];
        double share = 0;
        if (difference(&share, &k[i]))
            cell[8] = arena_printf(a, "%+.1f%%", share * 100);
        cell[9] = arena_printf(a, "%d", k[i].kept.rate.per);
        cell[10] = *k[i].other.as_of ? k[i].other.as_of : NULL;
        cell[11] = k[i].other.source;
        cell[12] = k[i].kept.source;
    }
    const char *footer = app_footer(app, e);
    if (e->code) return e->code;
    table_note(&t, "%zu conflict%s; %s", count, count == 1 ? "" : "s", footer);
    app_print_table(app, &t);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct catalog *c = NULL;
    struct conflict *k = NULL;
    struct model m = { 0 };
    size_t count = 0;
    (void)settings;
    if (args->count > 1)
        return err_set(e, ERR_USAGE, "catalog conflicts takes one MODEL at most");
    if (app_catalog(app, &c, e)) return e->code;
    if (args->count && catalog_model(&m, NULL, c, args->text[0], app->arena, e))
        return e->code;
    if (catalog_conflicts(&k, &count, c, m.id, app->arena, e)) return e->code;
    return app->format == FORMAT_JSON ? write_json(app, k, count, e)
                                      : write_table(app, k, count, e);
}

const struct command cmd_catalog_conflicts = {
    .name = "catalog conflicts",
    .usage = "[MODEL]",
    .summary = "prices on which sources disagree, with both figures",
    .details = "KEPT is the figure in the catalog, OTHER one that lost to a better "
               "supported one; the letters say how far each source is to be trusted.",
    .example = "bedplan catalog conflicts meta.llama3-1-70b-instruct-v1:0",
    .formats = FORMATS_TABLE,
    .run = run,
};
