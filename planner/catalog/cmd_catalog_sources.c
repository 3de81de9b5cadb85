#include "app.h"
#include "catalog_facts.h"
#include "json.h"
#include "table.h"
#include "text.h"

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

static enum err_code write_json(struct app *app, const struct catalog_source *s,
                                size_t count, struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.catalog-sources/1");
    json_array(j, "sources");
    for (size_t i = 0; i < count; i++) {
        json_object(j, NULL);
        json_text(j, "id", s[i].id);
        json_int(j, "rows", s[i].rows);
        json_text(j, "newest", text_or_null(s[i].newest));
        json_text(j, "oldest", text_or_null(s[i].oldest));
        json_text(j, "text", s[i].text);
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static enum err_code write_table(struct app *app, const struct catalog_source *s,
                                 size_t count, struct err *e)
{
    static const struct table_column columns[] = {
        { "id", "SOURCE", LEFT, 24, false },
        { "rows", "ROWS", RIGHT, 0, false },
        { "newest", "NEWEST", LEFT, 0, false },
        { "text", "WHAT IT IS", LEFT, 20, false },
    };
    struct table t;
    table_init(&t, NULL, columns, sizeof columns / sizeof *columns, app->arena);
    for (size_t i = 0; i < count; i++) {
        const char **cell = table_row(&t);
        cell[0] = s[i].id;
        cell[1] = arena_printf(app->arena, "%lld", (long long)s[i].rows);
        cell[2] = text_or_null(s[i].newest);
        cell[3] = s[i].text;
    }
    const char *footer = app_footer(app, e);
    if (e->code) return e->code;
    table_note(&t, "%zu sources; %s", count, footer);
    app_print_table(app, &t);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct catalog *c = NULL;
    struct catalog_source *sources = NULL;
    size_t count = 0;
    (void)settings;
    if (args->count)
        return err_set(e, ERR_USAGE, "'%s': catalog sources takes no argument",
                       args->text[0]);
    if (app_catalog(app, &c, e) ||
        catalog_sources(&sources, &count, c, app->arena, e)) {
        return e->code;
    }
    return app->format == FORMAT_JSON ? write_json(app, sources, count, e)
                                      : write_table(app, sources, count, e);
}

const struct command cmd_catalog_sources = {
    .name = "catalog sources",
    .usage = "",
    .summary = "where the catalog's figures come from",
    .details =
        "Every price, model and quota names its source. ROWS counts what rests on "
        "it, NEWEST is the date of its newest row.",
    .example = "bedplan catalog sources --format csv",
    .formats = FORMATS_TABLE,
    .run = run,
};
