#include <math.h>
#include <string.h>

#include "access.h"
#include "app.h"
#include "json.h"
#include "table.h"
#include "text.h"

struct settings {
    struct opt_list regions;
    const char *profile, *endpoint_url;
    bool all;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "region", .type = OPT_LIST, .offset = AT(struct opt_list, regions), .unit = "R",
      .help = "ask in this region, else the AWS CLI's; again for more" },
    { .key = "profile", .type = OPT_TEXT, .offset = AT(const char *, profile), .unit = "P",
      .help = "profile of the AWS CLI's files" },
    { .key = "endpoint_url", .type = OPT_TEXT, .offset = AT(const char *, endpoint_url),
      .unit = "URL", .help = "ask this address instead of AWS's" },
    { .key = "all", .type = OPT_FLAG, .offset = AT(bool, all), .unit = "",
      .help = "models that cannot be called, too" },
};
#undef AT
/* clang-format on */

struct report {
    struct caller_identity who;
    bool who_known;
    struct access_region *region;
    size_t regions;
};

static void say(void *context, const char *line)
{
    (void)context;
    fprintf(stderr, "bedplan: %s\n", line);
}

static enum err_code ask_region(struct report *report, const char *region,
                                const struct settings *set, const struct opt_list *args,
                                struct app *app, struct err *e)
{
    struct client *c = NULL;
    struct catalog *catalog = NULL;
    struct err who = { 0 };
    struct access_region *r = &report->region[report->regions];
    struct client_options o = { .profile = set->profile,
                                .region = region,
                                .endpoint_url = set->endpoint_url,
                                .say = app->opt.verbose ? say : NULL };
    if (app_catalog(app, &catalog, e) || client_open(&c, &o, e)) return e->code;
    *r = (struct access_region){ .region = "" };
    if (access_ask(r, c, app->arena, e) ||
        access_judge(r, catalog, args->text, args->count, c, app->arena, e)) {
        goto done;
    }
    r->region = arena_text(app->arena, client_region(c));
    r->profile = arena_text(app->arena, client_profile(c));
    r->provider = arena_text(app->arena, client_provider(c));
    if (!report->who_known) { /* a bearer key has no identity: not an error */
        report->who_known =
            get_caller_identity(&report->who, c, NULL, app->arena, &who) == OK;
    }
    report->regions++;
done:
    client_close(c);
    return e->code;
}

/* --- the answer
 * ------------------------------------------------------------------------- */

static void write_model(struct json *j, const struct access_model *m)
{
    json_object(j, NULL);
    json_text(j, "id", m->id);
    json_text(j, "name", m->name);
    json_bool(j, "in_catalog", m->in_catalog);
    json_text(j, "call", answer_text(m->call));
    json_text(j, "through", m->through);
    json_text(j, "provision", answer_text(m->provision));
    json_int(j, "units", m->units);
    json_text(j, "tune", m->tune);
    json_real(j, "tokens_per_min", m->tokens_per_min);
    json_text(j, "missing", m->missing);
    json_end(j);
}

static void write_region(struct json *j, const struct access_region *r)
{
    json_object(j, NULL);
    json_text(j, "region", r->region);
    json_text(j, "profile", r->profile);
    json_text(j, "credentials", r->provider);
    json_array(j, "refused");
    for (size_t i = 0; i < r->troubles; i++) {
        json_object(j, NULL);
        json_text(j, "action", r->trouble[i].what);
        json_text(j, "class", r->trouble[i].class_);
        json_text(j, "message", r->trouble[i].message);
        json_end(j);
    }
    json_end(j);
    json_array(j, "models");
    for (size_t i = 0; i < r->models; i++)
        write_model(j, &r->model[i]);
    json_end(j);
    json_array(j, "provisioned");
    for (size_t i = 0; i < r->provisioned_count; i++) {
        json_object(j, NULL);
        json_text(j, "name", r->provisioned[i].name);
        json_text(j, "arn", r->provisioned[i].arn);
        json_int(j, "units", r->provisioned[i].units);
        json_text(j, "commitment", r->provisioned[i].commitment);
        json_text(j, "status", r->provisioned[i].status);
        json_end(j);
    }
    json_end(j);
    json_array(j, "custom_models");
    for (size_t i = 0; i < r->custom_count; i++) {
        json_object(j, NULL);
        json_text(j, "name", r->custom[i].name);
        json_text(j, "arn", r->custom[i].arn);
        json_text(j, "base", r->custom[i].base_name);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

static enum err_code write_json(struct app *app, const struct report *report,
                                struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.access/1");
    json_text(j, "account", report->who_known ? report->who.account : NULL);
    json_text(j, "arn", report->who_known ? report->who.arn : NULL);
    json_array(j, "regions");
    for (size_t i = 0; i < report->regions; i++)
        write_region(j, &report->region[i]);
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static const char *quota_text(double tokens_per_min, struct arena *a)
{
    char digits[32];
    if (!(tokens_per_min >= 0 && tokens_per_min < 1e15)) return NULL;
    return arena_text(a, text_thousands(digits, (int64_t)tokens_per_min));
}

static void add_rows(struct table *t, const struct access_region *r, bool all,
                     size_t *hidden, struct arena *a)
{
    for (size_t i = 0; i < r->models; i++) {
        const struct access_model *m = &r->model[i];
        if (m->call == NO && !all && !m->units) {
            ++*hidden;
            continue;
        }
        const char **cell = table_row(t);
        cell[0] = r->region;
        cell[1] = m->id;
        cell[2] = answer_text(m->call);
        cell[3] = *m->through ? m->through : NULL;
        cell[4] = m->units ? arena_printf(a, "%lld units", (long long)m->units)
                           : answer_text(m->provision);
        cell[5] = *m->tune ? m->tune : NULL;
        cell[6] = quota_text(m->tokens_per_min, a);
        cell[7] = *m->missing ? m->missing : NULL;
    }
}

static enum err_code write_table(struct app *app, const struct report *report, bool all,
                                 struct err *e)
{
    static const struct table_column columns[] = {
        { "region", "REGION", LEFT, 0, false },
        { "model", "MODEL", LEFT, 20, false },
        { "call", "CALL", LEFT, 0, false },
        { "through", "THROUGH", LEFT, 12, false },
        { "provision", "UNITS", LEFT, 0, true },
        { "tune", "TUNE", LEFT, 8, true },
        { "tokens_per_min", "TOKENS/MIN", RIGHT, 0, true },
        { "missing", "MISSING", LEFT, 12, false },
    };
    struct table t;
    size_t hidden = 0;
    table_init(&t, NULL, columns, sizeof columns / sizeof *columns, app->arena);
    for (size_t i = 0; i < report->regions; i++) {
        const struct access_region *r = &report->region[i];
        add_rows(&t, r, all, &hidden, app->arena);
        for (size_t k = 0; k < r->troubles; k++)
            table_note(&t, "%s: %s was refused (%s): %s", r->region, r->trouble[k].what,
                       r->trouble[k].class_, r->trouble[k].message);
        table_note(&t, "%s: %zu custom model%s, %zu provisioned, credentials: %s",
                   r->region, r->custom_count, r->custom_count == 1 ? "" : "s",
                   r->provisioned_count, r->provider);
    }
    if (report->who_known)
        table_note(&t, "account %s as %s", report->who.account, report->who.arn);
    if (hidden)
        table_note(&t,
                   "%zu that cannot be called are left out; --all shows them with "
                   "what is missing",
                   hidden);
    const char *footer = app_footer(app, e);
    if (e->code) return e->code;
    table_note(&t, "%s", footer);
    app_print_table(app, &t);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *set = settings;
    size_t count = set->regions.count ? set->regions.count : 1;
    struct report report = { .region =
                                 ARENA_NEW(app->arena, struct access_region, count) };
    for (size_t i = 0; i < count; i++) {
        const char *region = set->regions.count ? set->regions.text[i] : NULL;
        if (ask_region(&report, region, set, args, app, e)) return e->code;
    }
    if (app->format == FORMAT_JSON) return write_json(app, &report, e);
    return write_table(app, &report, set->all || args->count > 0, e);
}

const struct command cmd_access = {
    .name = "access",
    .usage = "[MODEL…] [--region R]… [options]",
    .summary = "which models this AWS account can call, provision and tune",
    .details =
        "Asks AWS for its models, inference profiles, provisioned units, custom models "
        "and quotas in each region, and for each model of the catalog whether this "
        "account may use it. MISSING says what stands in the way: an IAM action, "
        "access "
        "to the model, an inference profile, a quota of 0. Nothing is invoked and "
        "nothing costs money. A list that is refused is noted and leaves its column "
        "unknown; 'bedplan iam-policy --for access' prints what it takes.\n\n"
        "Tokens per minute are matched by the model's name, since Service Quotas knows "
        "no ids: no match is no number.",
    .example = "bedplan access --region us-east-1 --region eu-west-1\n"
               "bedplan access amazon.nova-lite-v1:0 --profile dev --json",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
