#include <string.h>

#include "app.h"
#include "catalog_facts.h"
#include "date.h"
#include "feed.h"
#include "json.h"
#include "table.h"
#include "text.h"

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

static void json_imports(struct json *j, const struct feed_import *im, size_t count)
{
    char time[DATE_TEXT];
    json_array(j, "imports");
    for (size_t i = 0; i < count; i++) {
        const char trust[] = { im[i].trust, '\0' };
        json_object(j, NULL);
        json_text(j, "source", im[i].source);
        json_text(j, "kind", im[i].kind);
        json_text(j, "published", im[i].published);
        json_text(j, "imported", date_time_text(time, im[i].imported_unix_s));
        json_text(j, "file", im[i].file);
        json_int(j, "bytes", im[i].bytes);
        json_text(j, "sha256", im[i].sha256);
        json_text(j, "trust", trust);
        json_int(j, "read", im[i].read);
        json_int(j, "prices", im[i].prices);
        json_int(j, "facts", im[i].facts);
        json_int(j, "skipped", im[i].skipped);
        json_end(j);
    }
    json_end(j);
}

static enum err_code write_json(struct app *app, const struct catalog_source *s,
                                size_t count, const struct feed_import *im,
                                size_t imports, struct err *e)
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
    json_imports(j, im, imports);
    json_end(j);
    return json_close(j, e);
}

static bool is_listed(const struct catalog_source *s, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(s[i].id, id) == 0) return true;
    return false;
}

static enum err_code write_table(struct app *app, const struct catalog_source *s,
                                 size_t count, const struct feed_import *im,
                                 size_t imports, struct err *e)
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
    for (size_t i = 0; i < imports; i++) { /* lists of models bring no prices */
        if (is_listed(s, count, im[i].source)) continue;
        const char **cell = table_row(&t);
        cell[0] = im[i].source;
        cell[1] = arena_printf(app->arena, "%lld", (long long)im[i].facts);
        cell[2] = im[i].published;
        cell[3] = im[i].text;
    }
    const char *footer = app_footer(app, e);
    if (e->code) return e->code;
    table_note(&t, "%zu sources%s; %s", count,
               imports ? arena_printf(app->arena, ", %zu imports", imports) : "",
               footer);
    app_print_table(app, &t);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct catalog *c = NULL;
    struct catalog_source *sources = NULL;
    struct feed_import *im = NULL;
    size_t count = 0, imports = 0;
    (void)settings;
    if (args->count)
        return err_set(e, ERR_USAGE, "'%s': catalog sources takes no argument",
                       args->text[0]);
    if (app_catalog(app, &c, e) ||
        catalog_sources(&sources, &count, c, app->arena, e) ||
        (!app->opt.catalog &&
         catalog_imports(&im, &imports, app_overlay(app), app->arena, e))) {
        return e->code;
    }
    return app->format == FORMAT_JSON
               ? write_json(app, sources, count, im, imports, e)
               : write_table(app, sources, count, im, imports, e);
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
