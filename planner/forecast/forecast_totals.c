#include <math.h>

#include "date.h"
#include "forecast_answer.h"
#include "table.h"

/* Month, quarter or fiscal year totals, and what is said under them. */

static const struct table_column column[] = {
    { .key = "period", .heading = "", .align = LEFT },
    { .key = "known", .heading = "SO FAR", .align = RIGHT },
    { .key = "p05", .heading = "P5", .align = RIGHT },
    { .key = "p50", .heading = "P50", .align = RIGHT },
    { .key = "p95", .heading = "P95", .align = RIGHT },
    { .key = "breach", .heading = "OVER BUDGET", .align = RIGHT },
    { .key = "top_down", .heading = "TOP-DOWN", .align = RIGHT },
    { .key = "top_down_p05", .heading = "P5", .align = RIGHT, .droppable = true },
    { .key = "top_down_p95", .heading = "P95", .align = RIGHT, .droppable = true },
};
enum { BREACH = 5, TOP_DOWN = 6, COLUMNS = 9 };

static const struct {
    const char *title, *heading, *one;
} words[PERIOD_KINDS] = {
    { "Month totals", "MONTH", "a month" },
    { "Fiscal quarters", "FROM", "a quarter" },
    { "Fiscal years", "FROM", "a fiscal year" },
};

/* What the table has: a limit, totals from above. */
struct shape {
    bool limit, top_down;
};

/* Of all columns, those that say something here. */
static size_t choose(struct table_column *out, size_t *which, struct shape has,
                     enum period_kind kind)
{
    size_t n = 0;
    for (size_t c = 0; c < COLUMNS; c++) {
        if (c == BREACH && !has.limit) continue;
        if (c >= TOP_DOWN && !has.top_down) continue;
        out[n] = column[c];
        if (c == 0) out[n].heading = words[kind].heading;
        which[n++] = c;
    }
    return n;
}

static void fill(const char **cell, struct app *app, const struct period_total *t,
                 double most)
{
    char text[DATE_TEXT];
    struct arena *a = app->arena;
    cell[0] = arena_printf(a, "%s%s", date_month_text(text, t->from_unix_s),
                           t->whole ? "" : " *");
    cell[1] = forecast_number(app, t->known, most);
    cell[2] = forecast_number(app, t->p05, most);
    cell[3] = forecast_number(app, t->p50, most);
    cell[4] = forecast_number(app, t->p95, most);
    cell[BREACH] =
        isnan(t->breach) ? NULL : arena_printf(a, "%.1f %%", 100 * t->breach);
    if (!t->has_top_down) return;
    cell[TOP_DOWN] = forecast_number(app, t->top_down, most);
    cell[TOP_DOWN + 1] = forecast_number(app, t->top_down_lower, most);
    cell[TOP_DOWN + 2] = forecast_number(app, t->top_down_upper, most);
}

static void note_breach(struct table *t, struct app *app,
                        const struct forecast_answer *x, enum period_kind kind,
                        double most)
{
    const struct periods *p = &x->totals.of[kind];
    char text[3][DATE_TEXT];
    if (isnan(p->breach)) return;
    table_note(t, "%s over %s: %.1f %% of paths", words[kind].one,
               forecast_number(app, x->limits.most[kind], most), 100 * p->breach);
    if (p->breaches)
        table_note(t, "first broken on %s (P10), %s (P50), %s (P90) of those",
                   date_text(text[0], p->p10), date_text(text[1], p->p50),
                   date_text(text[2], p->p90));
}

static void print_kind(struct app *app, const struct forecast_answer *x,
                       enum period_kind kind)
{
    const struct periods *p = &x->totals.of[kind];
    struct table_column shown[COLUMNS];
    size_t which[COLUMNS];
    struct table t;
    struct shape has = { .limit = !isnan(p->breach) };
    bool partial = false;
    double most = 0;
    for (size_t i = 0; i < p->count; i++) {
        has.top_down = has.top_down || p->period[i].has_top_down;
        partial = partial || !p->period[i].whole;
        most = fmax(most, p->period[i].p95);
    }
    table_init(&t, words[kind].title, shown, choose(shown, which, has, kind),
               app->arena);
    for (size_t i = 0; i < p->count; i++) {
        const char *cell[COLUMNS] = { NULL }, **row = table_row(&t);
        fill(cell, app, &p->period[i], most);
        for (size_t c = 0; c < t.columns; c++)
            row[c] = cell[which[c]];
    }
    table_note(&t, "sums of %zu sample paths, seed %llu", x->of[0].paths,
               (unsigned long long)x->seed);
    if (has.top_down)
        table_note(&t, "top-down: the series of month totals forecast by itself");
    if (partial) table_note(&t, "* not all of it is covered");
    note_breach(&t, app, x, kind, most);
    fputc('\n', app->out);
    app_print_table(app, &t);
}

/* Parts of months say less than the steps do, unless there is a limit. */
void forecast_print_totals(struct app *app, const struct forecast_answer *x)
{
    for (enum period_kind k = 0; k < PERIOD_KINDS; k++) {
        const struct periods *p = &x->totals.of[k];
        bool whole = false;
        for (size_t i = 0; i < p->count; i++)
            whole = whole || p->period[i].whole;
        if (!isnan(p->breach) || (k == PERIOD_MONTH && whole)) print_kind(app, x, k);
    }
}
