#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "date.h"
#include "json.h"
#include "nearest_model.h"
#include "region.h"
#include "table.h"
#include "text.h"
#include "usage_store.h"

enum { DAY_S = 86400, NEAREST = 3 };

struct settings {
    const char *region, *usage, *data;
    bool all, explain;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "region", .type = OPT_TEXT, .offset = AT(const char *, region), .unit = "R",
      .preset = "us-east-1", .help = "AWS region that prices and neighbours are of" },
    { .key = "usage", .type = OPT_TEXT, .offset = AT(const char *, usage), .unit = "NAME",
      .help = "only the models that this imported usage calls, priced on its tokens" },
    { .key = "all", .type = OPT_FLAG, .offset = AT(bool, all), .unit = "",
      .help = "also those that have ended" },
    { .key = "data", .type = OPT_TEXT, .offset = AT(const char *, data), .unit = "DIR",
      .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
    PROOF_OPTION(AT(bool, explain)),
};
#undef AT
/* clang-format on */

/* A model that ends, with what else there is. */
struct ending {
    struct model model;
    const char *region;
    int64_t requests; /* of the usage; 0 without */
    struct token_mix mix;
    struct usd usd;
    bool priced;
    struct proof_list why;
    struct near_model near[NEAREST];
    size_t nears;
};

struct endings {
    struct ending *row;
    size_t count, capacity, unknown; /* unknown: called, not in the catalog */
};

static enum err_code add(struct endings *out, struct app *app, struct catalog *c,
                         struct ending x, struct err *e)
{
    int64_t now = app->opt.now_unix_s;
    int64_t until = x.model.eol_unix_s > now && x.model.eol_unix_s != DATE_UNKNOWN
                        ? x.model.eol_unix_s
                        : now;
    if (nearest_models(x.near, &x.nears, NEAREST, &x.usd, &x.priced, &x.why, c,
                       &x.model, x.region, x.mix, now, until, app->arena, e)) {
        return e->code;
    }
    out->row = arena_grow(app->arena, out->row, &out->capacity, out->count + 1,
                          sizeof *out->row);
    out->row[out->count++] = x;
    return OK;
}

static bool has_end(const struct model *m)
{
    return m->eol_unix_s != DATE_UNKNOWN || m->legacy_unix_s != DATE_UNKNOWN;
}

static enum err_code of_catalog(struct endings *out, struct app *app, struct catalog *c,
                                const struct settings *s, struct err *e)
{
    struct model *m = NULL;
    size_t count = 0;
    if (catalog_models(&m, &count, c, app->arena, e)) return e->code;
    for (size_t i = 0; i < count; i++) {
        bool over = strcmp(model_lifecycle(&m[i], app->opt.now_unix_s), "ended") == 0 ||
                    strcmp(m[i].lifecycle, "gone") == 0;
        if (*m[i].variant_of || !has_end(&m[i]) || (over && !s->all)) continue;
        /* three tokens read for one written, a million together */
        struct ending x = { .model = m[i],
                            .region = region_asked(app, s->region),
                            .mix = { 750000, 250000 } };
        if (add(out, app, c, x, e)) return e->code;
    }
    return OK;
}

static enum err_code load_usage(struct usage_stats *out, struct app *app,
                                const struct settings *s, struct err *e)
{
    struct usage_store *store = NULL;
    struct usage_entry entry = { 0 };
    if (usage_store_open(&store, s->data, false, app->arena, e)) return e->code;
    if (!usage_store_find(&entry, store, s->usage, app->arena, e) &&
        usage_store_load(out, store, &entry, app->arena, e))
        err_wrap(e, "%s: ", s->usage);
    usage_store_close(store);
    return e->code;
}

/* All models that are called, with an end or without: what is not announced is said. */
static enum err_code of_usage(struct endings *out, struct app *app, struct catalog *c,
                              const struct settings *s, struct err *e)
{
    struct usage_stats stats = { 0 };
    if (load_usage(&stats, app, s, e)) return e->code;
    for (size_t i = 0; i < stats.models; i++) {
        const struct usage_by_model *u = &stats.model[i];
        struct err none = { 0 };
        struct ending x = {
            .region = *u->region ? u->region : region_asked(app, s->region),
            .requests = u->requests,
            .mix = { u->input_tokens, u->output_tokens },
        };
        if (catalog_model(&x.model, NULL, c, u->id, app->arena, &none)) {
            app_note(app, "%s: %s", *u->id ? u->id : "a model without name", none.msg);
            out->unknown++;
            continue;
        }
        if (add(out, app, c, x, e)) return e->code;
    }
    return OK;
}

/* Soonest first; what has no end last. */
static int compare(const void *a, const void *b)
{
    const struct model *x = &((const struct ending *)a)->model;
    const struct model *y = &((const struct ending *)b)->model;
    int64_t l = x->eol_unix_s == DATE_UNKNOWN ? INT64_MAX : x->eol_unix_s;
    int64_t r = y->eol_unix_s == DATE_UNKNOWN ? INT64_MAX : y->eol_unix_s;
    return l != r ? (l > r) - (l < r) : strcmp(x->id, y->id);
}

static const char *day_or_null(int64_t unix_s, struct arena *a)
{
    char day[DATE_TEXT];
    return unix_s == DATE_UNKNOWN ? NULL : arena_text(a, date_text(day, unix_s));
}

static void json_day(struct json *j, const char *key, int64_t unix_s, struct arena *a)
{
    json_text(j, key, day_or_null(unix_s, a));
}

static void json_ending(struct json *j, const struct app *app, const struct ending *x,
                        bool explain)
{
    struct arena *a = app->arena;
    const struct model *m = &x->model;
    json_object(j, NULL);
    json_text(j, "id", m->id);
    json_text(j, "region", x->region);
    json_text(j, "lifecycle", model_lifecycle(m, app->opt.now_unix_s));
    json_day(j, "legacy_date", m->legacy_unix_s, a);
    json_day(j, "extended_date", m->extended_unix_s, a);
    json_day(j, "eol_date", m->eol_unix_s, a);
    if (m->eol_unix_s == DATE_UNKNOWN)
        json_null(j, "days_left");
    else
        json_int(j, "days_left", (m->eol_unix_s - app->opt.now_unix_s) / DAY_S);
    json_int(j, "requests", x->requests);
    json_int(j, "input_tokens", x->mix.input);
    json_int(j, "output_tokens", x->mix.output);
    if (x->priced)
        json_usd(j, "usd", x->usd);
    else
        json_null(j, "usd");
    proof_json(j, "lines", &x->why, explain);
    json_array(j, "nearest");
    for (size_t i = 0; i < x->nears; i++) {
        json_object(j, NULL);
        json_text(j, "id", x->near[i].model.id);
        json_usd(j, "usd", x->near[i].usd);
        proof_json(j, "lines", &x->near[i].why, explain);
        json_int(j, "context_window", x->near[i].model.context_window);
        json_day(j, "eol_date", x->near[i].model.eol_unix_s, a);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

static enum err_code write_json(struct app *app, const struct endings *x, bool explain,
                                struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.catalog-eol/1");
    json_array(j, "models");
    for (size_t i = 0; i < x->count; i++)
        json_ending(j, app, &x->row[i], explain);
    json_end(j);
    json_int(j, "unknown_models", (int64_t)x->unknown);
    json_end(j);
    return json_close(j, e);
}

static enum err_code append(struct proof_list *all, const struct proof_list *some,
                            const char *name, struct err *e)
{
    for (size_t i = 0; i < some->count; i++) {
        struct proof_line line = some->line[i];
        line.name = name;
        if (proof_add(all, line, e)) return e->code;
    }
    return OK;
}

static enum err_code explain(struct app *app, const struct endings *x, struct err *e)
{
    struct proof_list all = { .arena = app->arena };
    for (size_t i = 0; i < x->count; i++) {
        const struct ending *r = &x->row[i];
        if (append(&all, &r->why, r->model.id, e)) return e->code;
        for (size_t k = 0; k < r->nears; k++)
            if (append(&all, &r->near[k].why, r->near[k].model.id, e)) return e->code;
    }
    proof_text(app, &all);
    return OK;
}

static enum err_code write_table(struct app *app, const struct endings *x,
                                 const struct settings *s, struct err *e)
{
    static const struct table_column columns[] = {
        { "model", "MODEL", LEFT, 24, false },
        { "state", "STATE", LEFT, 0, false },
        { "legacy", "LEGACY", LEFT, 0, true },
        { "extended", "DEARER FROM", LEFT, 0, true },
        { "ends", "ENDS", LEFT, 0, false },
        { "days", "DAYS", RIGHT, 0, false },
        { "requests", "REQUESTS", RIGHT, 0, true },
        { "usd", "COST $", RIGHT, 0, false },
        { "nearest", "NEAREST ACTIVE", LEFT, 22, false },
        { "nearest_usd", "COST $", RIGHT, 0, false },
        { "others", "THEN", LEFT, 16, true },
    };
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, columns, sizeof columns / sizeof *columns, a);
    for (size_t i = 0; i < x->count; i++) {
        const struct ending *r = &x->row[i];
        const struct model *m = &r->model;
        const char **cell = table_row(&t), *others = NULL;
        for (size_t k = 1; k < r->nears; k++)
            others = arena_printf(a, "%s%s%s", others ? others : "", k > 1 ? ", " : "",
                                  r->near[k].model.id);
        cell[0] = m->id;
        cell[1] = model_lifecycle(m, app->opt.now_unix_s);
        cell[2] = day_or_null(m->legacy_unix_s, a);
        cell[3] = day_or_null(m->extended_unix_s, a);
        cell[4] =
            m->eol_unix_s == DATE_UNKNOWN ? "unknown" : day_or_null(m->eol_unix_s, a);
        if (m->eol_unix_s != DATE_UNKNOWN)
            cell[5] = arena_printf(
                a, "%lld", (long long)((m->eol_unix_s - app->opt.now_unix_s) / DAY_S));
        if (r->requests) cell[6] = arena_printf(a, "%lld", (long long)r->requests);
        cell[7] = r->priced ? usd_shown(r->usd, a) : NULL;
        cell[8] = r->nears ? r->near[0].model.id : NULL;
        cell[9] = r->nears ? usd_shown(r->near[0].usd, a) : NULL;
        cell[10] = others;
    }
    const char *footer = app_footer(app, e);
    if (e->code) return e->code;
    table_note(&t,
               "costs on demand of %s; an end that is not announced is unknown, not "
               "never",
               s->usage ? "the usage's own tokens"
                        : "750,000 tokens read and 250,000 written");
    table_note(&t,
               "nearest by what it reads and writes, context and price: whether it "
               "does the work is for an evaluation; %s",
               footer);
    app_print_table(app, &t);
    return s->explain ? explain(app, x, e) : OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct catalog *c = NULL;
    struct endings x = { 0 };
    if (args->count)
        return err_set(e, ERR_USAGE, "'%s': catalog eol takes no argument",
                       args->text[0]);
    if (app_catalog(app, &c, e) ||
        catalog_check_region(c, region_asked(app, s->region), app->arena, e) ||
        (s->usage ? of_usage(&x, app, c, s, e) : of_catalog(&x, app, c, s, e)))
        return e->code;
    if (x.count) qsort(x.row, x.count, sizeof *x.row, compare);
    return app->format == FORMAT_JSON ? write_json(app, &x, s->explain, e)
                                      : write_table(app, &x, s, e);
}

const struct command cmd_catalog_eol = {
    .name = "catalog eol",
    .usage = "[options]",
    .summary = "which models end, when, and what the nearest would cost",
    .details = "Models with an announced end, soonest first, each with up to three "
               "active ones "
               "that are sold in the region, read and write at least the same kinds of "
               "content, "
               "and are nearest in context window and price. With --usage: the models "
               "that this "
               "traffic calls, and what it would cost on the nearest. AWS names no "
               "successors, "
               "and neither does this list.",
    .example = "bedplan catalog eol\nbedplan catalog eol --usage prod --json",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .sealed = true,
    .run = run,
};
