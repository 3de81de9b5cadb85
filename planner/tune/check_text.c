#include "check_answer.h"

#include <math.h>

#include "date.h"
#include "table.h"
#include "text.h"
#include "wrap.h"

static const char *count_of(struct arena *a, int64_t n, const char *what)
{
    char text[32];
    return arena_printf(a, "%s %s%s", text_thousands(text, n), what, n == 1 ? "" : "s");
}

int64_t check_tokens(const struct check_answer *c)
{
    int64_t chars = c->train.file[0].chars;
    if (!c->count) return train_tokens(chars);
    return (int64_t)ceil((double)chars * c->count->tokens_per_char);
}

/* What the estimate is worth, by the records that were counted. */
static void print_count(struct app *app, const struct check_answer *c)
{
    struct arena *a = app->arena;
    const struct train_count *n = c->count;
    char tokens[32], low[32], high[32];
    double chars = (double)c->train.file[0].chars;
    const char *interval = "";
    if (!isnan(n->half_width))
        interval = arena_printf(
            a, " (95%%: %s to %s)",
            text_thousands(low,
                           (int64_t)(chars * (n->tokens_per_char - n->half_width))),
            text_thousands(high,
                           (int64_t)(chars * (n->tokens_per_char + n->half_width))));
    wrap_text(arena_printf(
                  a,
                  "CountTokens of %s: %s of %s counted, %.2f characters a token; the "
                  "file has about %s tokens%s, %+.1f%% of the estimate; %s failed",
                  n->model, count_of(a, n->counted, "record"),
                  text_thousands(low, n->records), 1 / n->tokens_per_char,
                  text_thousands(tokens, check_tokens(c)), interval,
                  100 * (n->tokens_per_char * TRAIN_CHARS_PER_TOKEN - 1),
                  n->failed ? arena_printf(a, "%lld", (long long)n->failed) : "none"),
              app->columns, 0, 2, app->out);
}

static void print_verdict(struct app *app, const struct check_answer *c)
{
    struct arena *a = app->arena;
    const struct train_answer *t = &c->train;
    int64_t errors = train_log_total(&t->log, true),
            warnings = train_log_total(&t->log, false);
    char tokens[32];
    fprintf(app->out, "%s: %s: %s, %s in %s of format %s\n", c->path,
            c->refused ? "would be refused" : "good to train on",
            count_of(a, errors, "error"), count_of(a, warnings, "warning"),
            count_of(a, t->file[0].records, "record"), train_format_name(t->format));
    if (t->file[0].records == 0) return;
    char longest[32];
    text_thousands(longest, train_tokens(t->file[0].longest_chars));
    wrap_text(
        arena_printf(a,
                     "about %s tokens (characters / 6, AWS's planning figure; a "
                     "tokenizer may differ by 30%%); the longest record, line %lld, "
                     "has about %s",
                     text_thousands(tokens, train_tokens(t->file[0].chars)),
                     (long long)t->file[0].longest_line, longest),
        app->columns, 0, 0, app->out);
}

static void print_issues(struct app *app, const struct check_answer *c)
{
    static const struct table_column column[] = {
        { .key = "line", .heading = "line", .align = RIGHT },
        { .key = "column", .heading = "column", .align = RIGHT, .droppable = true },
        { .key = "rule", .heading = "rule" },
        { .key = "severity", .heading = "", .droppable = true },
        { .key = "what", .heading = "what", .min_width = 30 },
    };
    const struct train_log *log = &c->train.log;
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (int refused = 1; refused >= 0; refused--)
        for (size_t i = 0; i < log->count; i++) {
            const struct train_issue *issue = &log->issue[i];
            if (train_rule_refused(issue->rule) != (bool)refused) continue;
            const char **row = table_row(&t);
            row[0] = issue->line ? arena_printf(a, "%s%lld", issue->file ? "v" : "",
                                                (long long)issue->line)
                                 : (issue->file ? "v" : "file");
            row[1] = issue->column ? arena_printf(a, "%zu", issue->column) : "";
            row[2] = train_rule_name(issue->rule);
            row[3] = refused ? "error" : "warning";
            row[4] = issue->what;
        }
    if (c->validation && t.rows)
        table_note(&t, "v: a line of the validation file %s", c->validation);
    int64_t hidden =
        train_log_total(log, true) + train_log_total(log, false) - (int64_t)log->count;
    if (hidden > 0)
        table_note(&t, "%lld more are counted and not shown: --issues N shows N",
                   (long long)hidden);
    if (app->format == FORMAT_TEXT && t.rows) fputc('\n', app->out);
    if (t.rows || app->format != FORMAT_TEXT) app_print_table(app, &t);
}

static void print_labels(struct app *app, const struct labels *l)
{
    static const struct table_column column[] = {
        { .key = "label", .heading = "label", .min_width = 12 },
        { .key = "records", .heading = "records", .align = RIGHT },
        { .key = "share", .heading = "share", .align = RIGHT },
    };
    struct arena *a = app->arena;
    struct table t;
    if (!labels_classify(l)) return;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < l->count && i < 12; i++) {
        const char **row = table_row(&t);
        char n[32];
        row[0] = l->label[i].text;
        row[1] = arena_text(a, text_thousands(n, l->label[i].records));
        row[2] = arena_printf(a, "%.1f%%",
                              100 * (double)l->label[i].records / (double)l->records);
    }
    if (l->count > 12) table_note(&t, "and %zu more labels", l->count - 12);
    fputs("\nanswers repeat, as labels do\n", app->out);
    app_print_table(app, &t);
}

static const char *money(struct arena *a, struct usd usd)
{
    char text[USD_TEXT];
    return arena_printf(a, "$%s", usd_show(text, usd));
}

static enum err_code print_training(struct app *app, const struct tune_cost *c,
                                    struct err *e)
{
    struct arena *a = app->arena;
    char tokens[32], rate[USD_TEXT];
    struct usd usd;
    fputc('\n', app->out);
    if (c->training.count == 0) {
        fprintf(app->out, "training  unknown: %s\n", c->training_unknown);
    } else {
        const struct bill_line *line = &c->training.line[0];
        if (usd_round(&usd, c->training.total, e)) return e->code;
        wrap_text(arena_printf(a, "training  %s: %s tokens x %s at $%s per %d (%s, %s)",
                               money(a, usd), text_thousands(tokens, c->tokens),
                               count_of(a, c->epochs, "epoch"),
                               usd_rate_text(rate, line->rate), (int)line->rate.per,
                               line->source, line->as_of),
                  app->columns, 0, 10, app->out);
    }
    if (c->storage.count == 0) return OK;
    if (usd_round(&usd, c->storage.total, e)) return e->code;
    fprintf(app->out,
            "storage   %s a month for each custom model, until it is deleted\n",
            money(a, usd));
    return OK;
}

static void print_hosting(struct app *app, const struct tune_cost *c)
{
    static const struct table_column column[] = {
        { .key = "hosting", .heading = "hosting" },
        { .key = "idle_usd_per_month", .heading = "idle $/month", .align = RIGHT },
        { .key = "usd_per_month", .heading = "$/month", .align = RIGHT },
        { .key = "ended_by", .heading = "ended by" },
        { .key = "source", .heading = "source", .min_width = 12, .droppable = true },
    };
    struct arena *a = app->arena;
    struct table t;
    fputc('\n', app->out);
    if (c->hosting_unknown) {
        fprintf(app->out, "hosting   unknown: %s\n", c->hosting_unknown);
        return;
    }
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < c->hostings; i++) {
        const struct hosting_cost *h = &c->hosting[i];
        const char **row = table_row(&t);
        row[0] = h->option;
        row[1] = money(a, h->idle_per_month);
        row[2] = h->by_token ? "by token" : money(a, h->per_month);
        row[3] = h->delete_by;
        row[4] = h->source;
    }
    table_note(&t, "idle: what it costs when nobody calls it; units: one, for %d hours",
               MONTH_HOURS);
    app_print_table(app, &t);
}

enum err_code check_print_text(struct app *app, const struct check_answer *c,
                               struct err *e)
{
    bool text = app->format == FORMAT_TEXT;
    if (text) print_verdict(app, c);
    if (text && c->count) print_count(app, c);
    print_issues(app, c);
    if (!text) return OK;
    print_labels(app, &c->train.labels);
    if (c->fix)
        fprintf(app->out, "\n%s: %lld lines mended, %lld left out\n", c->fix,
                (long long)c->train.fixed, (long long)c->train.dropped);
    if (c->train.near_full)
        fputs("\nnear-duplicates were looked for among the first 500,000 records\n",
              app->out);
    if (!c->cost) return OK;
    if (print_training(app, c->cost, e)) return e->code;
    print_hosting(app, c->cost);
    const char *footer = app_footer(app, e);
    if (!footer) return e->code;
    fprintf(app->out, "\n%s\n", footer);
    return OK;
}
