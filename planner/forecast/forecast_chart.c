#include <math.h>
#include <string.h>

#include "forecast_answer.h"
#include "plot.h"

/* Widest first: narrower bands lie on top of it. */
const int forecast_fan_level[FORECAST_FAN] = { 95, 80, 50 };

enum { HISTORY_HORIZONS = 3, LEAST_HISTORY = 30 };

static double at(const struct forecast_answer *x, size_t i)
{
    return x->f->dated ? (double)series_at(x->f, i) : (double)(i + 1);
}

/* The end of the history; its gaps are left open. */
static size_t history(struct plot_series *out, const struct forecast_answer *x,
                      struct arena *a)
{
    const struct series *s = &x->f->series[0];
    size_t shown = HISTORY_HORIZONS * x->of[0].horizon;
    if (shown < LEAST_HISTORY) shown = LEAST_HISTORY;
    size_t from = s->count > shown ? s->count - shown : 0, pieces = 0;
    double *t = ARENA_NEW(a, double, s->count - from);
    for (size_t i = from; i < s->count; i++)
        t[i - from] = at(x, i);
    for (size_t i = from; i < s->count;) {
        size_t end = i;
        while (end < s->count && !isnan(s->value[end]))
            end++;
        if (end > i) {
            out[pieces] = (struct plot_series){ .name = pieces ? NULL : "history",
                                                .style = PLOT_LINE,
                                                .x = t + (i - from),
                                                .y = s->value + i,
                                                .count = end - i };
            pieces++;
        }
        i = end + 1;
    }
    return pieces;
}

static const struct forecast_interval *level(const struct forecast *o, int wanted)
{
    for (size_t k = 0; k < o->levels; k++)
        if (o->interval[k].level == wanted) return &o->interval[k];
    return NULL;
}

enum err_code forecast_chart(const struct forecast_answer *x, const char *path,
                             struct arena *a, struct err *e)
{
    bool limit = !isnan(x->limits.most[PERIOD_MONTH]);
    if (limit && x->f->step_months != 1) return forecast_running_chart(x, path, a, e);
    const struct forecast *o = &x->of[0];
    const struct series *s = &x->f->series[0];
    struct plot_series *series =
        ARENA_NEW(a, struct plot_series, s->count + FORECAST_FAN + 2);
    double *t = ARENA_NEW(a, double, o->horizon);
    size_t n = 0;
    for (size_t i = 0; i < o->horizon; i++)
        t[i] = at(x, s->count + i);
    for (size_t k = 0; k < FORECAST_FAN; k++) {
        const struct forecast_interval *band = level(o, forecast_fan_level[k]);
        if (!band) continue;
        series[n++] = (struct plot_series){ .name = arena_printf(a, "%d %% interval",
                                                                 forecast_fan_level[k]),
                                            .style = PLOT_BAND,
                                            .x = t,
                                            .y = band->upper,
                                            .lo = band->lower,
                                            .hi = band->upper,
                                            .count = o->horizon,
                                            .colour = 1 };
    }
    n += history(series + n, x, a);
    series[n++] = (struct plot_series){ .name = "forecast",
                                        .style = PLOT_LINE,
                                        .x = t,
                                        .y = o->point,
                                        .count = o->horizon,
                                        .colour = 1 };
    struct plot_mark budget = { .y = x->limits.most[PERIOD_MONTH],
                                .text = "monthly budget" };
    struct plot p = { .title = arena_printf(a, "Forecast of %s", x->source.name),
                      .x_label = x->f->dated ? NULL : "step",
                      .y_label = x->source.of,
                      .y_from_zero = true,
                      .x_is_time = x->f->dated,
                      .series = series,
                      .series_count = n,
                      .h_line = limit ? &budget : NULL,
                      .h_lines = limit };
    return plot_write(&p, path, e);
}
