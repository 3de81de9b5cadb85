#include <math.h>

#include "app.h"
#include "commit_answer.h"
#include "date.h"
#include "table.h"
#include "text.h"

enum { MOST_ACTIONS = 12 };

enum column { TERM, HOUR, START, UNTIL, END, UNITS, UNIT_USD, USD, COLUMNS };
static const struct table_column purchase_column[COLUMNS] = {
    { .key = "term", .heading = "BUY", .align = LEFT, .min_width = 8 },
    { .key = "start_hour", .heading = "HOUR", .align = RIGHT },
    { .key = "start", .heading = "START (UTC)", .align = LEFT },
    { .key = "end_hour", .heading = "UNTIL HOUR", .align = RIGHT, .droppable = true },
    { .key = "end", .heading = "END (UTC)", .align = LEFT },
    { .key = "units", .heading = "UNITS", .align = RIGHT },
    { .key = "unit_usd", .heading = "$ A UNIT", .align = RIGHT, .droppable = true },
    { .key = "usd", .heading = "$", .align = RIGHT },
};

static const struct table_column value_column[] = {
    { .key = "unit", .heading = "UNIT", .align = RIGHT },
    { .key = "committed_hours", .heading = "COMMITTED HOURS", .align = RIGHT },
    { .key = "saves_usd_per_month", .heading = "PLAN SAVES $/MONTH", .align = RIGHT },
    { .key = "always_usd_per_month",
      .heading = "KEPT ALL ALONG $/MONTH",
      .align = RIGHT },
};
enum { VALUE_COLUMNS = sizeof value_column / sizeof *value_column };

static const char *show(const struct app *app, struct usd amount)
{
    char text[USD_TEXT];
    return arena_text(app->arena, app->format == FORMAT_TEXT ? usd_show(text, amount)
                                                             : usd_text(text, amount));
}

static const char *count(const struct app *app, int64_t n)
{
    char text[32];
    return arena_text(app->arena, text_thousands(text, n));
}

/* Money over the horizon as money a month of 730 hours. */
static struct usd monthly(const struct commit_answer *x, struct usd amount)
{
    double months = (double)x->problem.hours / MONTH_HOURS;
    return (struct usd){ llrint((double)amount.nusd / months) };
}

/* For people, dates only where there are some; scripts get every column always. */
static void print_purchases(struct app *app, const struct commit_answer *x,
                            struct table *t)
{
    bool all = x->q->dated || !t->title;
    struct table_column *column = ARENA_NEW(app->arena, struct table_column, COLUMNS);
    enum column shown[COLUMNS];
    t->columns = 0;
    for (enum column c = TERM; c < COLUMNS; c++) {
        if (!all && (c == START || c == END)) continue;
        column[t->columns] = purchase_column[c];
        shown[t->columns++] = c;
    }
    t->column = column;
    for (size_t i = 0; i < x->plan.purchases; i++) {
        const struct commit_purchase *b = &x->plan.purchase[i];
        int64_t one = b->cost * x->plan.weight;
        const char *value[COLUMNS] = {
            [TERM] = x->q->term[b->term].name,
            [HOUR] = count(app, b->start),
            [UNTIL] = count(app, b->end),
            [UNITS] = count(app, b->units),
            [UNIT_USD] = show(app, commit_usd(x, one)),
            [USD] = show(app, commit_usd(x, one * b->units)),
        };
        if (x->q->dated) {
            value[START] = commit_date(x, b->start, app->arena);
            value[END] = commit_date(x, b->end, app->arena);
        }
        const char **cell = table_row(t);
        for (size_t c = 0; c < t->columns; c++)
            cell[c] = value[shown[c]];
    }
}

static void note_money(const struct app *app, const struct commit_answer *x,
                       struct table *t)
{
    table_note(t, "total $%s: commitments $%s, units by the hour $%s, spill $%s",
               show(app, x->total), show(app, x->commitment), show(app, x->hourly),
               show(app, x->spill));
    table_note(t, "no plan costs less than $%s: proved and checked, gap $%s",
               show(app, x->bound), show(app, x->gap));
    if (x->has_without)
        table_note(t, "without new commitments $%s", show(app, x->without));
    if (x->has_spill_all)
        table_note(t, "all of it on demand $%s", show(app, x->spill_all));
    if (!x->exact)
        table_note(t, "parts of a unit are rounded to 1e-%d USD an hour", x->power);
    if (x->q->most_share < 0) return;
    double worst = 0;
    for (size_t i = 0; i < x->windows.count; i++)
        worst = fmax(worst, x->shares.share[i]);
    table_note(t,
               "spill: %.4g%% of the traffic, %.4g%% in the worst month (limit %.4g%%)",
               100 * x->spilled_share, 100 * worst, 100 * x->q->most_share);
}

/* "unit 4 would lose $310 a month" */
static void note_next_unit(const struct app *app, const struct commit_answer *x,
                           struct table *t)
{
    for (size_t i = 0; i < x->values; i++) {
        const struct commit_value *v = &x->value[i];
        if (v->hours > 0 || !v->always_known || v->always_saves >= 0) continue;
        struct usd loss = monthly(x, commit_usd(x, -v->always_saves));
        table_note(t, "unit %s would lose $%s a month", count(app, v->unit),
                   show(app, loss));
        return;
    }
}

static void note_actions(struct app *app, const struct commit_answer *x,
                         struct table *t)
{
    static const char *const how[] = {
        [STEP_BUY] = "buy", [STEP_RENEW] = "renew", [STEP_LET_GO] = "let go"
    };
    for (size_t i = 0; i < x->actions && i < MOST_ACTIONS; i++) {
        const struct commit_action *y = &x->action[i];
        const char *date = commit_date(x, y->hour, app->arena);
        bool end = y->step == STEP_LET_GO;
        table_note(t, "%s%shour %s: %s %s%s%s", date, *date ? ", " : "",
                   count(app, y->hour), how[y->step], count(app, y->units),
                   end ? " (billed until deleted)" : " × ", end ? "" : y->term);
    }
    if (x->actions > MOST_ACTIONS)
        table_note(t, "… and %zu more steps (--json has all)",
                   x->actions - MOST_ACTIONS);
}

static void print_values(struct app *app, const struct commit_answer *x)
{
    struct table t;
    table_init(&t, NULL, value_column, VALUE_COLUMNS, app->arena);
    for (size_t i = 0; i < x->values; i++) {
        const struct commit_value *v = &x->value[i];
        const char **cell = table_row(&t);
        cell[0] = count(app, v->unit);
        cell[1] = count(app, v->hours);
        if (v->needed) {
            cell[2] = "needed";
            continue;
        }
        cell[2] = show(app, monthly(x, commit_usd(x, v->saves)));
        if (v->always_known)
            cell[3] = show(app, monthly(x, commit_usd(x, v->always_saves)));
    }
    note_next_unit(app, x, &t);
    fputc('\n', app->out);
    app_print_table(app, &t);
}

static const char *title(struct app *app, const struct commit_answer *x)
{
    const char *scenarios = "";
    if (x->problem.scenarios > 1)
        scenarios = arena_printf(app->arena, ", %zu scenarios", x->problem.scenarios);
    return arena_printf(app->arena, "Commitments for %s: %s hours%s", x->q->file,
                        count(app, x->problem.hours), scenarios);
}

void commit_print_text(struct app *app, const struct commit_answer *x)
{
    bool people = app->format == FORMAT_TEXT || app->format == FORMAT_MD;
    struct table t;
    table_init(&t, people ? title(app, x) : NULL, NULL, COLUMNS, app->arena);
    print_purchases(app, x, &t);
    note_money(app, x, &t);
    note_actions(app, x, &t);
    app_print_table(app, &t);
    if (people && x->values) print_values(app, x);
}
