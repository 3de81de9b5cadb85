#include "app.h"
#include "date.h"
#include "eval_saved.h"
#include "json.h"
#include "table.h"

struct settings {
    const char *data;
};

/* clang-format off */
static const struct opt opts[] = {
    { .key = "data", .type = OPT_TEXT, .offset = OPT_FIELD(struct settings, const char *, data),
      .unit = "DIR", .help = "folder of saved evaluations, else $XDG_DATA_HOME/bedplan" },
};
/* clang-format on */

static const char *shown(const struct eval_saved *s, struct arena *a)
{
    struct usd usd;
    struct err e = { 0 };
    return usd_round(&usd, s->usd, &e) ? NULL : usd_shown(usd, a);
}

static enum err_code print_json(struct app *app, const struct eval_saved *s,
                                size_t count, struct err *e)
{
    char time[DATE_TEXT];
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.evaluate-list/1");
    json_array(j, "evaluations");
    for (size_t i = 0; i < count; i++) {
        struct usd usd = { 0 };
        json_object(j, NULL);
        json_text(j, "name", s[i].meta.name);
        json_text(j, "dataset", s[i].meta.dataset);
        json_text(j, "started", date_time_text(time, s[i].meta.started_unix_ms / 1000));
        json_text(j, "ended", eval_ended_text(&s[i].meta));
        json_int(j, "prompts", s[i].meta.prompts);
        json_int(j, "answers", s[i].answers);
        json_int(j, "verdicts", s[i].verdicts);
        json_int(j, "unreadable", s[i].unreadable);
        json_int(j, "scores", (int64_t)s[i].scores);
        if (usd_round(&usd, s[i].usd, e)) break;
        json_usd(j, "usd", usd);
        json_int(j, "without_price", s[i].unpriced);
        json_end(j);
    }
    if (e->code) return e->code;
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static void print_table(struct app *app, const struct eval_saved *s, size_t count)
{
    static const struct table_column column[] = {
        { .key = "name", .heading = "name", .min_width = 16 },
        { .key = "dataset", .heading = "dataset", .min_width = 12 },
        { .key = "started", .heading = "started" },
        { .key = "ended", .heading = "ended", .droppable = true },
        { .key = "prompts", .heading = "prompts", .align = RIGHT },
        { .key = "answers", .heading = "answers", .align = RIGHT },
        { .key = "verdicts", .heading = "verdicts", .align = RIGHT, .droppable = true },
        { .key = "usd", .heading = "$", .align = RIGHT },
    };
    struct arena *a = app->arena;
    struct table t;
    char text[DATE_TEXT];
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < count; i++) {
        const char **row = table_row(&t);
        row[0] = s[i].meta.name;
        row[1] = s[i].meta.dataset;
        row[2] = arena_text(a, date_time_text(text, s[i].meta.started_unix_ms / 1000));
        row[3] = eval_ended_text(&s[i].meta);
        row[4] = arena_printf(a, "%lld", (long long)s[i].meta.prompts);
        row[5] = arena_printf(a, "%lld", (long long)s[i].answers);
        row[6] = arena_printf(a, "%lld", (long long)s[i].verdicts);
        row[7] = shown(&s[i], a);
    }
    app_print_table(app, &t);
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *set = settings;
    struct eval_store *store = NULL;
    struct eval_meta *meta = NULL;
    struct eval_saved *s = NULL;
    size_t count = 0;
    if (args->count)
        return err_set(e, ERR_USAGE, "evaluate list takes no argument, not '%s'",
                       args->text[0]);
    if (eval_store_open(&store, set->data, false, app->arena, e)) return e->code;
    if (!eval_store_list(&meta, &count, store, app->arena, e))
        s = ARENA_NEW(app->arena, struct eval_saved, count + 1);
    for (size_t i = 0; i < count && !e->code; i++)
        if (eval_saved_read(&s[i], store, &meta[i], app->arena, e)) break;
    eval_store_close(store);
    if (e->code) return e->code;
    if (app->format == FORMAT_JSON) return print_json(app, s, count, e);
    if (count == 0) app_note(app, "no evaluation was saved yet; see 'evaluate --help'");
    if (count || app->format != FORMAT_TEXT) print_table(app, s, count);
    return OK;
}

const struct command cmd_evaluate_list = {
    .name = "evaluate list",
    .usage = "[options]",
    .summary = "name the saved evaluations",
    .example = "bedplan evaluate list",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
