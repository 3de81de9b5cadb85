#include <math.h>

#include "eval_answer.h"
#include "eval_run.h"
#include "eval_weigh.h"
#include "table.h"
#include "wrap.h"

void eval_print_issues(struct app *app, const struct eval_set *s)
{
    for (size_t i = 0; i < s->issues; i++) {
        const struct eval_issue *x = &s->issue[i];
        const char *kind = x->fatal ? "error" : "warning";
        if (!x->fatal && app->opt.quiet) continue;
        if (x->column)
            fprintf(stderr, "bedplan: %s: %s:%lld:%zu: %s\n", kind, s->path[x->file],
                    (long long)x->line, x->column, x->what);
        else if (x->line)
            fprintf(stderr, "bedplan: %s: %s:%lld: %s\n", kind, s->path[x->file],
                    (long long)x->line, x->what);
        else
            fprintf(stderr, "bedplan: %s: %s: %s\n", kind, s->path[x->file], x->what);
    }
    int64_t hidden = s->fatal + s->warnings - (int64_t)s->issues;
    if (hidden > 0)
        fprintf(stderr, "bedplan: %lld more of them are not shown\n",
                (long long)hidden);
}

static const char *number(struct arena *a, double x)
{
    return isnan(x) ? NULL : arena_printf(a, "%.3f", x);
}

static void fill_row(const char **row, const struct eval_answer *x,
                     const struct eval_summary *s, struct arena *a)
{
    row[0] = x->set->model[s->model];
    row[1] = s->metric->name;
    row[2] = arena_printf(a, "%lld", (long long)s->n);
    row[3] = number(a, s->mean);
    row[4] = number(a, s->ci_low);
    row[5] = number(a, s->ci_high);
    row[6] = eval_interval_text(s->interval);
}

static void print_scores(struct app *app, const struct eval_answer *x)
{
    static const struct table_column column[] = {
        { .key = "model", .heading = "model", .min_width = 20 },
        { .key = "metric", .heading = "metric" },
        { .key = "n", .heading = "n", .align = RIGHT },
        { .key = "mean", .heading = "mean", .align = RIGHT },
        { .key = "ci_low", .heading = "from", .align = RIGHT },
        { .key = "ci_high", .heading = "to", .align = RIGHT },
        { .key = "interval", .heading = "95 % by", .droppable = true },
    };
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, app->arena);
    for (size_t m = 0; m < x->set->models; m++)
        for (size_t k = 0; k < x->metrics; k++)
            fill_row(table_row(&t), x, eval_answer_of(x, m, k), app->arena);
    app_print_table(app, &t);
}

/* A mean of fewer prompts than the others' is no mean of the same thing. */
static void print_missing(struct app *app, const struct eval_answer *x)
{
    for (size_t m = 0; m < x->set->models; m++) {
        const struct eval_summary *s = eval_answer_of(x, m, 0);
        if (!s->missing) continue;
        wrap_text(arena_printf(app->arena,
                               "%s: %lld of %zu prompts have no score of it (no answer "
                               "or no reference) and are not in its means",
                               x->set->model[m], (long long)s->missing, x->set->items),
                  app->columns, 0, 2, app->out);
    }
}

static void print_head(struct app *app, const struct eval_answer *x)
{
    const struct eval_set *s = x->set;
    fprintf(app->out, "%s: %zu prompt%s, %zu with a reference, %zu model%s\n",
            eval_task_text(x->task), s->items, s->items == 1 ? "" : "s",
            eval_set_referenced(s), s->models, s->models == 1 ? "" : "s");
    fputc('\n', app->out);
}

enum err_code eval_print(struct app *app, const struct eval_answer *x, struct err *e)
{
    if (app->format == FORMAT_JSON) return eval_print_json(app, x, e);
    if (app->format == FORMAT_TEXT) print_head(app, x);
    print_scores(app, x);
    if (app->format == FORMAT_TEXT) print_missing(app, x);
    if (x->weight && app->format == FORMAT_TEXT) eval_weigh_print(app, x);
    if (x->run && app->format == FORMAT_TEXT) eval_run_print(x->run);
    return OK;
}
