#include "app.h"
#include "feed.h"
#include "json.h"

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    int64_t prices = 0;
    (void)settings;
    if (args->count != 1)
        return err_set(e, ERR_USAGE,
                       "catalog drop wants one SOURCE; 'bedplan catalog "
                       "sources' lists them");
    if (catalog_drop(&prices, app_overlay(app), args->text[0], app->arena, e))
        return e->code;
    if (app->format != FORMAT_JSON) {
        fprintf(app->out, "dropped %s, %lld prices\n", args->text[0],
                (long long)prices);
        return OK;
    }
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.catalog-drop/1");
    json_text(j, "source", args->text[0]);
    json_int(j, "prices", prices);
    json_end(j);
    return json_close(j, e);
}

const struct command cmd_catalog_drop = {
    .name = "catalog drop",
    .usage = "SOURCE",
    .summary = "forget an import",
    .details =
        "What it had replaced holds again. The built-in catalog cannot be dropped.",
    .example = "bedplan catalog drop litellm@2026-07-24",
    .run = run,
};
