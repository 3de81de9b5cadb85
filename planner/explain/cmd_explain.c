#include <string.h>

#include "explain.h"
#include "json.h"
#include "region.h"
#include "table.h"
#include "wrap.h"

struct settings {
    const char *region;
    int64_t at_unix_s;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "region", .letter = 'r', .type = OPT_TEXT, .offset = AT(const char *, region),
      .unit = "R", .preset = "us-east-1", .help = "region of the answer; else AWS_REGION, AWS_DEFAULT_REGION" },
    { .key = "at", .type = OPT_DATE, .offset = AT(int64_t, at_unix_s), .unit = "DATE",
      .help = "answer with the catalog as it was known on that day" },
};
#undef AT
/* clang-format on */

/* ---- the list of topics ---- */

static enum err_code list_json(struct app *app, const struct explain_book *b,
                               struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.explain/1");
    json_array(j, "topics");
    for (size_t i = 0; i < b->topics; i++) {
        json_object(j, NULL);
        json_text(j, "topic", b->topic[i].name);
        json_text(j, "title", b->topic[i].title);
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static enum err_code list_topics(struct app *app, const struct explain_book *b,
                                 struct err *e)
{
    static const struct table_column columns[] = {
        { "topic", "TOPIC", LEFT, 0, false },
        { "title", "WHAT IT IS", LEFT, 0, false },
    };
    struct table t;
    if (app->format == FORMAT_JSON) return list_json(app, b, e);
    table_init(&t, NULL, columns, sizeof columns / sizeof *columns, app->arena);
    for (size_t i = 0; i < b->topics; i++) {
        const char **cell = table_row(&t);
        cell[0] = b->topic[i].name;
        cell[1] = b->topic[i].title;
    }
    if (app->format == FORMAT_TEXT)
        table_note(&t, "bedplan explain TOPIC MODEL says what holds for a model");
    app_print_table(app, &t);
    return OK;
}

/* ---- one of them ---- */

static void json_fact(struct json *j, const struct explain_fact *f)
{
    json_object(j, NULL);
    json_text(j, "what", f->what);
    json_text(j, "value", f->value);
    json_text(j, "source", f->source);
    json_text(j, "as_of", f->as_of);
    json_text(j, "trust", f->trust);
    json_end(j);
}

static void json_statement(struct json *j, const struct explain_statement *s)
{
    json_object(j, NULL);
    json_text(j, "statement", s->text);
    json_text(j, "models", s->prefix);
    json_text(j, "source", s->source);
    json_text(j, "as_of", s->as_of);
    json_text(j, "trust", s->trust);
    json_end(j);
}

static enum err_code write_json(struct app *app, const struct explain_answer *x,
                                struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.explain/1");
    json_text(j, "topic", x->topic->name);
    json_text(j, "title", x->topic->title);
    json_text(j, "model", x->model ? x->model->id : NULL);
    json_text(j, "region", x->region);
    json_text(j, "answer", x->answer);
    json_text(j, "sentence", x->sentence);
    if (x->idles) {
        json_usd(j, "idle_usd_per_hour", x->idle_per_hour);
        json_usd(j, "idle_usd_per_month", x->idle_per_month);
    } else {
        json_null(j, "idle_usd_per_hour");
        json_null(j, "idle_usd_per_month");
    }
    json_array(j, "facts");
    for (size_t i = 0; i < x->facts; i++)
        json_fact(j, &x->fact[i]);
    json_end(j);
    proof_json(j, "prices", &x->price, true);
    json_array(j, "statements");
    for (size_t i = 0; i < x->statements; i++)
        json_statement(j, x->statement[i]);
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static void say(struct app *app, int indent, const char *text)
{
    fprintf(app->out, "%*s", indent, "");
    wrap_text(text, app->columns, indent, indent + 2, app->out);
}

static void say_answer(struct app *app, const struct explain_answer *x)
{
    struct arena *a = app->arena;
    char hour[USD_TEXT], month[USD_TEXT];
    say(app, 0,
        x->model
            ? arena_printf(a, "%s: %s in %s", x->topic->title, x->model->id, x->region)
            : x->topic->title);
    if (x->answer) say(app, 0, arena_printf(a, "%s: %s", x->answer, x->sentence));
    if (!x->idles) return;
    if (x->idle_per_hour.nusd == 0)
        say(app, 0, "never called it costs nothing by the hour");
    else
        say(app, 0,
            arena_printf(a,
                         "never called, one unit costs %s USD an hour, %s a month of "
                         "730 hours",
                         usd_show(hour, x->idle_per_hour),
                         usd_show(month, x->idle_per_month)));
}

static void say_facts(struct app *app, const struct explain_answer *x)
{
    struct arena *a = app->arena;
    if (x->facts) fputs("\nknown:\n", app->out);
    for (size_t i = 0; i < x->facts; i++) {
        const struct explain_fact *f = &x->fact[i], *next = f + 1;
        say(app, 2,
            arena_printf(a, "%s: %s", f->what, f->value ? f->value : "not known"));
        /* once for all facts that it is the source of */
        if (i + 1 < x->facts && strcmp(next->source, f->source) == 0) continue;
        say(app, 4,
            arena_printf(a, "source: %s, %s%s%s", f->source, f->as_of,
                         f->trust ? ", trust " : "", f->trust ? f->trust : ""));
    }
    if (x->price.count) fputs("\nprices:\n", app->out);
    proof_text_lines(app, &x->price);
}

static enum err_code write_text(struct app *app, const struct explain_answer *x,
                                struct err *e)
{
    struct arena *a = app->arena;
    say_answer(app, x);
    say_facts(app, x);
    if (x->statements) fputs("\nstatements:\n", app->out);
    for (size_t i = 0; i < x->statements; i++) {
        const struct explain_statement *s = x->statement[i];
        const char *models =
            strcmp(s->prefix, "*") == 0 ? "" : arena_printf(a, "%s…: ", s->prefix);
        say(app, 2,
            arena_printf(a, "%s%s (%s, %s, trust %s)", models, s->text, s->source,
                         s->as_of, s->trust));
    }
    const char *footer = app_footer(app, e);
    if (e->code) return e->code;
    fprintf(app->out, "\n%s\n", footer);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    const char *region = region_asked(app, s->region);
    struct explain_book book;
    const struct explain_topic *topic = NULL;
    struct explain_answer x;
    struct catalog *c;
    struct model m;
    if (args->count > 2)
        return err_set(e, ERR_USAGE, "explain takes a TOPIC and a MODEL, not '%s'",
                       args->text[2]);
    if (explain_book(&book, app->arena, e)) return e->code;
    if (!args->count) return list_topics(app, &book, e);
    app->catalog_dated = app_origin(app, "at") != OPT_PRESET;
    app->catalog_at_unix_s = s->at_unix_s;
    if (app->catalog_dated) app->opt.now_unix_s = s->at_unix_s;
    if (explain_find(&topic, &book, args->text[0], app->arena, e) ||
        app_catalog(app, &c, e) || catalog_check_region(c, region, app->arena, e))
        return e->code;
    bool of_model = args->count == 2;
    if (of_model && catalog_model(&m, NULL, c, args->text[1], app->arena, e))
        return e->code;
    if (explain_answer(&x, app, &book, topic, of_model ? &m : NULL, region, e))
        return e->code;
    return app->format == FORMAT_JSON ? write_json(app, &x, e) : write_text(app, &x, e);
}

const struct command cmd_explain = {
    .name = "explain",
    .usage = "[TOPIC [MODEL]] [options]",
    .summary = "what a model must, may or cannot use, where, since when, idle cost",
    .details =
        "Without a topic the topics are listed. With a topic: what AWS says of it, "
        "each statement with source, date and trust. With a model too: whether the "
        "model must, may or cannot be used so in the region, where else, since when, "
        "its prices and why each is the one, and what a unit costs that nobody calls. "
        "These are read from the catalog, so an import or --at DATE changes them.\n\n"
        "JSON: topic, title, model, region, answer (must, may, cannot, unknown), "
        "sentence, idle_usd_per_hour, idle_usd_per_month, facts[{what, value, source, "
        "as_of, trust}], prices[], statements[{statement, models, source, as_of, "
        "trust}]; without a topic topics[{topic, title}].",
    .example = "bedplan explain\n"
               "bedplan explain provisioned-throughput amazon.nova-lite-v1:0\n"
               "bedplan explain prompt-caching anthropic.claude-sonnet-4-6 --json",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .sealed = true,
    .minor = true,
    .run = run,
};
