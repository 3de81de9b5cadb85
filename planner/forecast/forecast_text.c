#include <math.h>

#include "date.h"
#include "forecast_answer.h"
#include "table.h"
#include "text.h"

enum { HOUR_S = 3600, DAY_S = 86400, MOST_NAMED = 3, MOST_COLUMNS = 32 };
enum { MOST_STEPS = 100, FIRST_STEPS = 48 };

const char *forecast_step_text(const struct forecast_answer *x, size_t i,
                               struct arena *a)
{
    char text[DATE_TEXT];
    size_t n = x->f->series[0].count;
    if (!x->f->dated) return arena_printf(a, "%zu", i + 1);
    int64_t at = series_at(x->f, n + i);
    bool days = x->f->step_months || x->f->step_s % DAY_S == 0;
    if (days && x->f->first_unix_s % DAY_S == 0)
        return arena_text(a, date_text(text, at));
    return arena_text(a, date_time_text(text, at));
}

const char *forecast_number(const struct app *app, double value, double largest)
{
    if (!isfinite(value)) return NULL;
    if (app->format != FORMAT_TEXT && app->format != FORMAT_MD)
        return arena_printf(app->arena, "%.9g", value);
    int digits = largest > 0 ? 3 - (int)floor(log10(largest)) : 0;
    if (digits > 9 || largest >= 1e15) return arena_printf(app->arena, "%.4g", value);
    if (digits > 0) return arena_printf(app->arena, "%.*f", digits, value);
    char text[32];
    return arena_text(app->arena, text_thousands(text, llrint(value)));
}

static double largest_of(const double *value, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(value[i]));
    return most;
}

/* name | step or time, point, and two columns a level */
static void open_steps(struct table *t, struct app *app,
                       const struct forecast_answer *x, const char *title)
{
    struct arena *a = app->arena;
    struct table_column *c = ARENA_NEW(a, struct table_column, MOST_COLUMNS);
    size_t n = 0;
    if (x->f->named) c[n++] = (struct table_column){ "name", "NAME", LEFT, 8, false };
    c[n++] = x->f->dated ? (struct table_column){ "time", "TIME (UTC)", LEFT, 0, false }
                         : (struct table_column){ "step", "STEP", RIGHT, 0, false };
    c[n++] = (struct table_column){ "forecast", "FORECAST", RIGHT, 0, false };
    for (size_t k = 0; k < x->shown_levels; k++) {
        int level = x->of[0].interval[k].level;
        c[n++] = (struct table_column){ arena_printf(a, "lower_%d", level),
                                        arena_printf(a, "%d %% FROM", level), RIGHT, 0,
                                        k > 0 };
        c[n++] = (struct table_column){ arena_printf(a, "upper_%d", level), "TO", RIGHT,
                                        0, k > 0 };
    }
    table_init(t, title, c, n, a);
}

/* People are shown the first ones of very many. */
static size_t shown_steps(const struct app *app, const struct forecast *o)
{
    bool people = app->format == FORMAT_TEXT || app->format == FORMAT_MD;
    return people && o->horizon > MOST_STEPS ? FIRST_STEPS : o->horizon;
}

static void add_steps(struct table *t, struct app *app, const struct forecast_answer *x,
                      size_t series)
{
    const struct forecast *o = &x->of[series];
    double most = largest_of(o->point, o->horizon);
    for (size_t i = 0; i < shown_steps(app, o); i++) {
        const char **cell = table_row(t);
        size_t n = 0;
        if (x->f->named) cell[n++] = x->f->series[series].name;
        cell[n++] = forecast_step_text(x, i, app->arena);
        cell[n++] = forecast_number(app, o->point[i], most);
        for (size_t k = 0; k < x->shown_levels; k++) {
            cell[n++] = forecast_number(app, o->interval[k].lower[i], most);
            cell[n++] = forecast_number(app, o->interval[k].upper[i], most);
        }
    }
}

static const char *season_list(const struct forecast *o, struct arena *a)
{
    const char *text = o->seasons ? "" : "none";
    for (size_t i = 0; i < o->seasons; i++)
        text = arena_printf(a, "%s%s%zu", text, i ? ", " : "", o->season[i]);
    return text;
}

static void note_method(struct table *t, const struct forecast *o, struct arena *a)
{
    if (o->method != FORECAST_AUTO) {
        table_note(t, "method %s", forecast_method_text(o->method));
        return;
    }
    const char *text = "";
    size_t n = 0;
    for (; n < o->weights && n < MOST_NAMED; n++)
        text = arena_printf(a, "%s%s%.0f %% %s", text, n ? ", " : "",
                            100 * o->weight[n].weight, o->weight[n].name);
    table_note(t, "weighted from %zu methods by their errors so far: %s%s", o->weights,
               text, n < o->weights ? ", …" : "");
}

static void note_backtest(struct table *t, const struct forecast_answer *x,
                          const struct forecast *o)
{
    struct arena *a = t->arena;
    if (!o->origins) {
        table_note(t, "too short to try anything: the width is that of one step taken, "
                      "by Student's t");
        return;
    }
    const char *text = "";
    for (size_t k = 0; k < x->shown_levels; k++)
        if (isfinite(o->interval[k].coverage))
            text = arena_printf(a, "%s; %d %% intervals held %.0f %%", text,
                                o->interval[k].level, 100 * o->interval[k].coverage);
    const char *mase = isfinite(o->mase) ? arena_printf(a, ", MASE %.3g", o->mase) : "";
    if (!isfinite(o->smape)) return;
    table_note(t, "tried from %zu past origins, %zu step%s each: sMAPE %.3g %%%s%s",
               o->origins, o->reach, o->reach == 1 ? "" : "s", o->smape, mase, text);
}

static void note_series(struct table *t, const struct forecast_answer *x)
{
    const struct forecast *o = &x->of[0];
    const struct series *s = &x->f->series[0];
    double most = largest_of(o->interval[0].upper, o->horizon);
    const char *gaps = o->gaps ? arena_printf(t->arena, ", %zu gap%s filled", o->gaps,
                                              o->gaps == 1 ? "" : "s")
                               : "";
    table_note(t, "from %zu values%s; season %s", s->count, gaps,
               season_list(o, t->arena));
    note_method(t, o, t->arena);
    note_backtest(t, x, o);
    bool flat = true;
    for (size_t k = 0; k < x->shown_levels; k++)
        for (size_t i = 0; i < o->horizon; i++)
            flat = flat &&
                   o->interval[k].upper[i] - o->interval[k].lower[i] <= 1e-9 * most;
    if (flat && x->shown_levels)
        table_note(t,
                   "it went exactly as expected so far: the intervals have no width");
}

static void print_batch(struct app *app, const struct forecast_answer *x)
{
    static const struct table_column column[] = {
        { .key = "name", .heading = "NAME", .align = LEFT, .min_width = 8 },
        { .key = "values", .heading = "VALUES", .align = RIGHT },
        { .key = "season", .heading = "SEASON", .align = LEFT },
        { .key = "horizon", .heading = "HORIZON", .align = RIGHT, .droppable = true },
        { .key = "first", .heading = "FIRST", .align = RIGHT },
        { .key = "last", .heading = "LAST", .align = RIGHT },
        { .key = "sum", .heading = "SUM", .align = RIGHT, .droppable = true },
        { .key = "origins", .heading = "ORIGINS", .align = RIGHT, .droppable = true },
        { .key = "smape", .heading = "SMAPE %", .align = RIGHT },
        { .key = "mase", .heading = "MASE", .align = RIGHT },
    };
    struct table t;
    struct arena *a = app->arena;
    table_init(
        &t,
        arena_printf(a, "Forecasts of %zu series of %s", x->f->count, x->source.name),
        column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < x->f->count; i++) {
        const struct forecast *o = &x->of[i];
        double sum = 0, most = largest_of(o->point, o->horizon);
        for (size_t k = 0; k < o->horizon; k++)
            sum += o->point[k];
        const char *cell[] = {
            x->f->series[i].name,
            arena_printf(a, "%zu", x->f->series[i].count),
            season_list(o, a),
            arena_printf(a, "%zu", o->horizon),
            forecast_number(app, o->point[0], most),
            forecast_number(app, o->point[o->horizon - 1], most),
            forecast_number(app, sum, fabs(sum)),
            arena_printf(a, "%zu", o->origins),
            isfinite(o->smape) ? arena_printf(a, "%.2f", o->smape) : NULL,
            isfinite(o->mase) ? arena_printf(a, "%.3f", o->mase) : NULL,
        };
        const char **row = table_row(&t);
        for (size_t c = 0; c < sizeof cell / sizeof *cell; c++)
            row[c] = cell[c];
    }
    table_note(&t, "--format csv or json prints every step");
    app_print_table(app, &t);
}

static const char *title_of(const struct forecast_answer *x, struct arena *a)
{
    if (!x->source.of) return arena_printf(a, "Forecast of %s", x->source.name);
    return arena_printf(a, "Forecast of %s: %s", x->source.name, x->source.of);
}

void forecast_print_text(struct app *app, const struct forecast_answer *x)
{
    struct table t;
    bool people = app->format == FORMAT_TEXT || app->format == FORMAT_MD;
    if (x->f->named && people) {
        print_batch(app, x);
        return;
    }
    open_steps(&t, app, x, title_of(x, app->arena));
    for (size_t i = 0; i < x->f->count; i++)
        add_steps(&t, app, x, i);
    if (shown_steps(app, &x->of[0]) < x->of[0].horizon)
        table_note(&t, "and %zu further steps; --format csv or json prints them",
                   x->of[0].horizon - FIRST_STEPS);
    if (!x->f->named) note_series(&t, x);
    app_print_table(app, &t);
    if (people && x->has_totals) forecast_print_totals(app, x);
}
