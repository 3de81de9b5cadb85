#include <string.h>

#include "app.h"
#include "date.h"
#include "import_report.h"

struct settings {
    const char *source, *region;
    int64_t published_unix_s;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "source", .type = OPT_TEXT, .offset = AT(const char *, source), .unit = "NAME",
      .help = "name of our own CSV, else its file name" },
    { .key = "published", .type = OPT_DATE, .offset = AT(int64_t, published_unix_s), .unit = "DATE",
      .help = "date of what says none: maps, lists, CSV; else today" },
    { .key = "region", .type = OPT_TEXT, .offset = AT(const char *, region), .unit = "R",
      .help = "region of a list without ARNs" },
};
#undef AT
/* clang-format on */

static enum err_code import_one(struct feed_result *out, struct app *app,
                                const char *path, const struct settings *s,
                                struct err *e)
{
    struct catalog *c = NULL;
    char day[DATE_TEXT];
    struct feed_options o = { .overlay = app_overlay(app),
                              .source = s->source,
                              .region = s->region,
                              .now_unix_s = app->opt.now_unix_s };
    if (app_origin(app, "published") != OPT_PRESET)
        o.published = arena_text(app->arena, date_text(day, s->published_unix_s));
    /* with what the files before it brought: a list may name the models of a price list
     */
    if (catalog_open_models(&c, app->opt.catalog, app_overlay(app), e)) return e->code;
    enum err_code code = catalog_import(out, &path, 1, c, &o, app->arena, e);
    catalog_close(c);
    return code;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    if (!args->count)
        return err_set(e, ERR_USAGE, "catalog import wants at least one FILE");
    if (app->opt.catalog)
        return err_set(e, ERR_USAGE,
                       "catalog import writes %s; --catalog cannot be changed",
                       app_overlay(app));
    struct feed_result *r = ARENA_NEW(app->arena, struct feed_result, args->count);
    char **file = ARENA_NEW(app->arena, char *, args->count);
    for (size_t i = 0; i < args->count; i++) {
        file[i] = arena_text(app->arena, args->text[i]);
        if (import_one(&r[i], app, args->text[i], settings, e)) return e->code;
        if (app->format != FORMAT_JSON) import_print(app, &r[i]);
    }
    if (app->format == FORMAT_JSON) {
        struct json *j = json_open(app->out);
        json_object(j, NULL);
        json_text(j, "schema", "bedplan.catalog-import/1");
        import_json(j, r, file, args->count);
        json_end(j);
        return json_close(j, e);
    }
    return OK;
}

const struct command cmd_catalog_import = {
    .name = "catalog import",
    .usage = "FILE… [options]",
    .summary = "take prices and models from files of AWS or of public maps",
    .details =
        "Each FILE is known by its content: bulk offer files and GetProducts answers "
        "of "
        "the AWS Price List for all Bedrock service codes, answers of "
        "ListFoundationModels, GetFoundationModel, ListInferenceProfiles and Service "
        "Quotas as the AWS CLI prints them, LiteLLM's model_prices_and_context_window "
        "map, models.dev's api.json, and CSV with the columns model, usd, and "
        "dimension "
        "or commitment. '-' is stdin.\n"
        "A file is taken whole or not at all. Usage types and names that are not known "
        "for sure are listed with their counts and not guessed. What a price list says "
        "of a region replaces what an earlier one said; figures that differ from "
        "others "
        "are shown by 'catalog conflicts'. 'catalog drop' takes an import back.",
    .example =
        "bedplan catalog import AmazonBedrock-us-east-1.json\n"
        "bedplan catalog import model_prices_and_context_window.json --published "
        "2026-07-24",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
