/* The chart of a budget: what each month has come to so far. */
#include <math.h>
#include <stdlib.h>

#include "date.h"
#include "forecast_answer.h"
#include "plot.h"
#include "quantile.h"

enum { MOST_POINTS = 400, MONTHS_BEFORE = 2 };

/* Numbers drawn, one a chosen step: its time, and quantiles of the month's sum. */
struct fan {
    double *at, *middle, *low[FORECAST_FAN], *high[FORECAST_FAN];
    size_t count;
    size_t *piece; /* where each month begins */
    size_t pieces;
};

static int64_t month_of(int64_t unix_s)
{
    return period_start(PERIOD_MONTH, 1, unix_s);
}

/* A step's sum is reached at its end. */
static double end_of(const struct forecast_answer *x, size_t i)
{
    return (double)series_at(x->f, i + 1);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void take_quantiles(struct fan *f, double *sum, size_t paths)
{
    qsort(sum, paths, sizeof *sum, ascending);
    f->middle[f->count] = quantile_sorted(sum, paths, 0.5);
    for (size_t k = 0; k < FORECAST_FAN; k++) {
        double tail = (1 - forecast_fan_level[k] / 100.0) / 2;
        f->low[k][f->count] = quantile_sorted(sum, paths, tail);
        f->high[k][f->count] = quantile_sorted(sum, paths, 1 - tail);
    }
    f->count++;
}

/* Where a piece begins, nothing is uncertain yet. */
static void start_at(struct fan *f, double at, double sum)
{
    f->at[f->count] = at;
    f->middle[f->count] = sum;
    for (size_t k = 0; k < FORECAST_FAN; k++)
        f->low[k][f->count] = f->high[k][f->count] = sum;
    f->piece[f->pieces++] = f->count++;
}

/* Steps are thinned to what a chart can show; a month's last is always there. */
static void sum_up(struct fan *f, const struct forecast_answer *x, struct arena *a)
{
    const struct forecast *o = &x->of[0];
    size_t n = x->f->series[0].count, h = o->horizon, every = h / MOST_POINTS + 1;
    size_t most = MOST_POINTS + 1 + 2 * x->totals.of[PERIOD_MONTH].count;
    double **const array[] = { &f->at, &f->middle };
    for (size_t i = 0; i < 2; i++)
        *array[i] = ARENA_NEW(a, double, most);
    for (size_t k = 0; k < FORECAST_FAN; k++) {
        f->low[k] = ARENA_NEW(a, double, most);
        f->high[k] = ARENA_NEW(a, double, most);
    }
    f->piece = ARENA_NEW(a, size_t, x->totals.of[PERIOD_MONTH].count);
    double *sum = ARENA_NEW(a, double, o->paths);
    double *sorted = ARENA_NEW(a, double, o->paths);
    double known = x->totals.of[PERIOD_MONTH].period[0].known;
    for (size_t i = 0; i < h; i++) {
        bool first = i == 0 || month_of(series_at(x->f, n + i)) !=
                                   month_of(series_at(x->f, n + i - 1));
        bool last = i + 1 == h || month_of(series_at(x->f, n + i)) !=
                                      month_of(series_at(x->f, n + i + 1));
        if (first) start_at(f, (double)series_at(x->f, n + i), i == 0 ? known : 0);
        for (size_t p = 0; p < o->paths; p++) {
            if (first) sum[p] = i == 0 ? known : 0;
            sorted[p] = sum[p] += o->path[p * h + i];
        }
        if (!last && i % every) continue;
        f->at[f->count] = end_of(x, n + i);
        take_quantiles(f, sorted, o->paths);
    }
}

/* Sums of the months before, gaps counting nothing; each month is a line of its own. */
static size_t history(struct plot_series *out, const struct forecast_answer *x,
                      struct arena *a)
{
    const struct series *s = &x->f->series[0];
    int64_t since = date_add_months(x->totals.of[PERIOD_MONTH].period[0].from_unix_s,
                                    -MONTHS_BEFORE);
    size_t from = s->count, pieces = 0, n = 0;
    while (from > 0 && series_at(x->f, from - 1) >= since)
        from--;
    size_t most = s->count - from + MONTHS_BEFORE + 2;
    double *at = ARENA_NEW(a, double, most), *sum = ARENA_NEW(a, double, most);
    for (size_t i = from; i < s->count; i++, n++) {
        bool first = i == from ||
                     month_of(series_at(x->f, i)) != month_of(series_at(x->f, i - 1));
        double value = isnan(s->value[i]) ? 0 : s->value[i];
        if (first) {
            out[pieces++] =
                (struct plot_series){ .style = PLOT_LINE, .x = at + n, .y = sum + n };
            at[n] = (double)series_at(x->f, i);
            sum[n] = 0;
            out[pieces - 1].count++;
            n++;
        }
        at[n] = end_of(x, i);
        sum[n] = sum[n - 1] + value;
        out[pieces - 1].count++;
    }
    if (pieces) out[pieces - 1].name = "so far";
    return pieces;
}

/* Bands and the middle, a piece for each month. */
static size_t pieces_of(struct plot_series *out, const struct fan *f, struct arena *a)
{
    size_t n = 0;
    for (size_t m = 0; m < f->pieces; m++) {
        size_t from = f->piece[m];
        size_t step = (m + 1 < f->pieces ? f->piece[m + 1] : f->count) - from;
        for (size_t k = 0; k <= FORECAST_FAN; k++) {
            bool band = k < FORECAST_FAN;
            const char *name = "median of the paths";
            if (band) name = arena_printf(a, "%d %% interval", forecast_fan_level[k]);
            out[n++] = (struct plot_series){
                .name = m + 1 < f->pieces ? NULL : name,
                .style = band ? PLOT_BAND : PLOT_LINE,
                .x = f->at + from,
                .y = band ? f->high[k] + from : f->middle + from,
                .lo = band ? f->low[k] + from : NULL,
                .hi = band ? f->high[k] + from : NULL,
                .count = step,
                .colour = 1,
            };
        }
    }
    return n;
}

enum err_code forecast_running_chart(const struct forecast_answer *x, const char *path,
                                     struct arena *a, struct err *e)
{
    struct fan f = { 0 };
    const struct periods *months = &x->totals.of[PERIOD_MONTH];
    size_t most = MONTHS_BEFORE + 2 + months->count * (FORECAST_FAN + 1), n;
    struct plot_series *series = ARENA_NEW(a, struct plot_series, most);
    struct plot_mark budget = { .y = x->limits.most[PERIOD_MONTH],
                                .text = "monthly budget" };
    sum_up(&f, x, a);
    n = pieces_of(series, &f, a);
    n += history(series + n, x, a);
    struct plot p = {
        .title = arena_printf(a, "Each month so far: %s", x->source.name),
        .y_label =
            x->source.of ? "USD since the month began" : "sum since the month began",
        .footnote = arena_printf(a,
                                 "%zu paths, seed %llu; a month breaks the budget "
                                 "on %.3g %% of them",
                                 x->of[0].paths, (unsigned long long)x->seed,
                                 100 * months->breach),
        .y_from_zero = true,
        .x_is_time = true,
        .series = series,
        .series_count = n,
        .h_line = &budget,
        .h_lines = 1,
    };
    return plot_write(&p, path, e);
}
