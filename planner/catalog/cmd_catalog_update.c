#include <string.h>

#include "app.h"
#include "feed_account.h"
#include "feed_mirror.h"
#include "import_report.h"

struct settings {
    const char *from, *pricing_url, *regions, *profile, *region, *endpoint_url;
    bool with_account;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "from", .type = OPT_TEXT, .offset = AT(const char *, from), .unit = "DIR",
      .help = "take all files of a folder instead of the network" },
    { .key = "regions", .type = OPT_TEXT, .offset = AT(const char *, regions), .unit = "R,R",
      .help = "only these regions, with commas between; else all" },
    { .key = "pricing_url", .type = OPT_TEXT, .offset = AT(const char *, pricing_url), .unit = "URL",
      .preset = "https://pricing.us-east-1.amazonaws.com", .help = "where the price list is" },
    { .key = "with_account", .type = OPT_FLAG, .offset = AT(bool, with_account), .unit = "",
      .help = "also models, profiles, quotas and provisioned units of your account" },
    { .key = "profile", .type = OPT_TEXT, .offset = AT(const char *, profile), .unit = "P",
      .help = "of AWS's config files, for --with-account" },
    { .key = "region", .type = OPT_TEXT, .offset = AT(const char *, region), .unit = "R",
      .help = "of the account's lists, else AWS_REGION or the profile's" },
    { .key = "endpoint_url", .type = OPT_TEXT, .offset = AT(const char *, endpoint_url), .unit = "URL",
      .help = "where the account is asked, instead of AWS" },
};
#undef AT
/* clang-format on */

static enum err_code find_files(struct mirror *out, struct app *app,
                                const struct settings *s, struct err *e)
{
    if (s->from) return mirror_of_folder(out, s->from, app->arena, e);
    return mirror_of_aws(out, app, s->pricing_url, s->regions, e);
}

static enum err_code write_result(struct app *app, const struct mirror *m,
                                  const struct feed_result *r, char *const *path,
                                  const struct feed_account *account, struct err *e)
{
    int64_t unchanged = m->unchanged;
    for (size_t i = 0; i < m->count; i++)
        unchanged += r[i].known;
    if (app->format != FORMAT_JSON) {
        for (size_t i = 0; i < m->count; i++)
            if (!r[i].known) import_print(app, &r[i]);
        if (unchanged)
            fprintf(app->out, "%lld file%s had been imported before\n",
                    (long long)unchanged, unchanged == 1 ? "" : "s");
        for (size_t i = 0; i < account->count; i++)
            fprintf(
                app->out, "provisioned: %s, %lld units, commitment %s, %s\n",
                account->provisioned[i].name, (long long)account->provisioned[i].units,
                *account->provisioned[i].commitment ? account->provisioned[i].commitment
                                                    : "none",
                account->provisioned[i].status);
        return OK;
    }
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.catalog-update/1");
    json_int(j, "downloaded_bytes", m->bytes);
    json_int(j, "files_unchanged", unchanged);
    import_json(j, r, path, m->count);
    json_array(j, "provisioned");
    for (size_t i = 0; i < account->count; i++) {
        const struct provisioned_model *p = &account->provisioned[i];
        json_object(j, NULL);
        json_text(j, "name", p->name);
        json_text(j, "model_arn", p->model_arn);
        json_int(j, "units", p->units);
        json_text(j, "commitment", *p->commitment ? p->commitment : NULL);
        json_text(j, "status", p->status);
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct mirror m;
    struct catalog *c = NULL;
    if (args->count)
        return err_set(e, ERR_USAGE,
                       "'%s': catalog update takes no argument; a folder is "
                       "--from DIR",
                       args->text[0]);
    if (app->opt.catalog)
        return err_set(e, ERR_USAGE,
                       "catalog update writes %s; --catalog cannot be changed",
                       app_overlay(app));
    struct feed_account account = { .region = NULL };
    if (find_files(&m, app, s, e)) return e->code;
    if (s->with_account) {
        m.folder = mirror_folder(app);
        if (account_fetch(&account, &m, app, s->profile, s->region, s->endpoint_url, e))
            return e->code;
    }
    struct feed_options o = { .overlay = app_overlay(app),
                              .region = account.region,
                              .again = s->with_account,
                              .now_unix_s = app->opt.now_unix_s };
    struct feed_result *r = ARENA_NEW(app->arena, struct feed_result, m.count + 1);
    const char **path = ARENA_NEW(app->arena, const char *, m.count + 1);
    char **name = ARENA_NEW(app->arena, char *, m.count + 1);
    for (size_t i = 0; i < m.count; i++) {
        path[i] = m.file[i].path;
        name[i] = arena_text(app->arena, m.file[i].name);
    }
    if (catalog_open_models(&c, app->opt.catalog, app_overlay(app), e)) return e->code;
    enum err_code code =
        m.count ? catalog_import(r, path, m.count, c, &o, app->arena, e) : OK;
    catalog_close(c);
    if (code) return code;
    if (!s->from) mirror_clear(&m, r);
    return write_result(app, &m, r, name, &account, e);
}

const struct command cmd_catalog_update = {
    .name = "catalog update",
    .usage = "[options]",
    .summary = "take the newest price lists of AWS into the catalog",
    .details =
        "Downloads the index and the region files of all Bedrock service codes from "
        "AWS's "
        "public price list, which wants no account: only what changed, from where an "
        "interrupted download ended. All files are imported in one transaction, or "
        "none; "
        "what they replace stays for --at and 'catalog diff'. --from DIR does the same "
        "with files that were brought to a machine without network: price lists, "
        "answers "
        "of the AWS CLI, maps and CSV, in the order of their names. --with-account "
        "asks AWS "
        "for the models, profiles and quotas that your account is shown, and for the "
        "throughput that it has provisioned: 'catalog show' lists both, plans say what "
        "is held already.",
    .example = "bedplan catalog update --regions us-east-1,eu-west-1\n"
               "bedplan catalog update --from /media/stick/bedrock",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
