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

static void put_score(struct json *j, const struct eval_kept_score *s)
{
    json_object(j, NULL);
    json_text(j, "model", s->model);
    json_text(j, "metric", s->metric);
    json_int(j, "n", s->n);
    json_real(j, "mean", s->mean);
    if (s->has_interval) {
        json_real(j, "ci_low", s->lo);
        json_real(j, "ci_high", s->hi);
    } else {
        json_null(j, "ci_low");
        json_null(j, "ci_high");
    }
    json_bool(j, "lower_is_better", s->lower_is_better);
    json_end(j);
}

static enum err_code print_json(struct app *app, const struct eval_saved *s,
                                struct err *e)
{
    char time[DATE_TEXT];
    struct usd usd;
    if (usd_round(&usd, s->usd, e)) return e->code;
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.evaluate-show/1");
    json_text(j, "name", s->meta.name);
    json_text(j, "dataset", s->meta.dataset);
    json_text(j, "prompts_sha256", s->meta.prompts_hash);
    json_text(j, "task", s->meta.task);
    json_text(j, "params", *s->meta.params ? s->meta.params : NULL);
    json_text(j, "region", *s->meta.region ? s->meta.region : NULL);
    json_text(j, "started", date_time_text(time, s->meta.started_unix_ms / 1000));
    json_text(j, "ended", eval_ended_text(&s->meta));
    json_int(j, "prompts", s->meta.prompts);
    json_int(j, "answers", s->answers);
    json_int(j, "failed", s->failed);
    json_int(j, "verdicts", s->verdicts);
    json_int(j, "unreadable", s->unreadable);
    json_int(j, "vectors", s->vectors);
    json_usd(j, "usd", usd);
    json_int(j, "without_price", s->unpriced);
    json_array(j, "scores");
    for (size_t i = 0; i < s->scores; i++)
        put_score(j, &s->score[i]);
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static void print_head(struct app *app, const struct eval_saved *s)
{
    char time[DATE_TEXT];
    struct usd usd = { 0 };
    struct err e = { 0 };
    bool known = usd_round(&usd, s->usd, &e) == OK;
    fprintf(app->out, "%s: %lld prompts of %s, %s, %s\n", s->meta.name,
            (long long)s->meta.prompts, s->meta.dataset,
            date_time_text(time, s->meta.started_unix_ms / 1000),
            eval_ended_text(&s->meta));
    fprintf(app->out,
            "%lld answers (%lld failed), %lld verdicts (%lld unreadable), %lld "
            "embeddings, %s%s USD\n\n",
            (long long)s->answers, (long long)s->failed, (long long)s->verdicts,
            (long long)s->unreadable, (long long)s->vectors,
            s->unpriced ? "at least " : "", known ? usd_shown(usd, app->arena) : "?");
}

static void print_scores(struct app *app, const struct eval_saved *s)
{
    static const struct table_column column[] = {
        { .key = "model", .heading = "model", .min_width = 12 },
        { .key = "metric", .heading = "metric" },
        { .key = "n", .heading = "n", .align = RIGHT },
        { .key = "mean", .heading = "mean", .align = RIGHT },
        { .key = "ci_low", .heading = "from", .align = RIGHT },
        { .key = "ci_high", .heading = "to", .align = RIGHT },
    };
    struct table t;
    struct arena *a = app->arena;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < s->scores; i++) {
        const struct eval_kept_score *k = &s->score[i];
        const char **row = table_row(&t);
        row[0] = k->model;
        row[1] = k->metric;
        row[2] = arena_printf(a, "%lld", (long long)k->n);
        row[3] = arena_printf(a, "%.3f", k->mean);
        if (!k->has_interval) continue;
        row[4] = arena_printf(a, "%.3f", k->lo);
        row[5] = arena_printf(a, "%.3f", k->hi);
    }
    app_print_table(app, &t);
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *set = settings;
    struct eval_store *store = NULL;
    struct eval_meta meta;
    struct eval_saved s;
    if (args->count != 1) return err_set(e, ERR_USAGE, "evaluate show wants one NAME");
    if (eval_store_open(&store, set->data, false, app->arena, e)) return e->code;
    if (!eval_store_find(&meta, store, args->text[0], app->arena, e))
        (void)!eval_saved_read(&s, store, &meta, app->arena, e);
    eval_store_close(store);
    if (e->code) return e->code;
    if (app->format == FORMAT_JSON) return print_json(app, &s, e);
    if (app->format == FORMAT_TEXT) print_head(app, &s);
    if (s.scores || app->format != FORMAT_TEXT) print_scores(app, &s);
    if (!s.scores) app_note(app, "no scores yet: --resume %s goes on", s.meta.name);
    return OK;
}

const struct command cmd_evaluate_show = {
    .name = "evaluate show",
    .usage = "NAME [options]",
    .summary = "the scores of a saved evaluation",
    .details =
        "What plan reads where [require] names the evaluation: each model's mean "
        "by each metric with its 95 % interval, and what was spent.",
    .example = "bedplan evaluate show qa-monday --json",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
