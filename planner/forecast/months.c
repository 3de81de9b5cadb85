#include "months.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "gaps.h"
#include "quantile.h"

/* What the months are computed from. */
struct work {
    const struct series_file *f;
    const struct forecast *o;
    const double *known; /* the series, its gaps filled */
    size_t n;
    size_t *month; /* number of the month of each forecast step, from 0 */
    double budget;
    struct arena *a;
};

enum { DAY_S = 86400 };

bool months_apply(const struct series_file *f)
{
    if (!f->dated) return false;
    return f->step_months == 1 || (f->step_s > 0 && DAY_S % f->step_s == 0);
}

static int64_t month_of(int64_t unix_s)
{
    struct date d = date_of_unix(unix_s);
    d.day = 1;
    return date_unix(d);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The months that forecast steps lie in, and what is known of the first. */
static void list_months(struct months *out, struct work *w)
{
    out->month = ARENA_NEW(w->a, struct month_total, w->o->horizon);
    for (size_t i = 0; i < w->o->horizon; i++) {
        int64_t month = month_of(series_at(w->f, w->n + i));
        if (!out->count || out->month[out->count - 1].unix_s != month)
            out->month[out->count++].unix_s = month;
        w->month[i] = out->count - 1;
    }
    int64_t end = series_at(w->f, w->n + w->o->horizon);
    for (size_t m = 0; m < out->count; m++) {
        struct month_total *x = &out->month[m];
        bool begins = m > 0 || w->f->first_unix_s <= x->unix_s;
        x->whole = begins && date_add_months(x->unix_s, 1) <= end;
    }
    for (size_t t = w->n; t > 0; t--) {
        if (month_of(series_at(w->f, t - 1)) != out->month[0].unix_s) break;
        out->month[0].known += w->known[t - 1];
    }
}

/* Sums of each month on each path: sum[m × paths + p]. */
static double *sum_paths(const struct months *out, const struct work *w)
{
    size_t paths = w->o->paths, h = w->o->horizon;
    double *sum = ARENA_NEW(w->a, double, out->count *paths);
    for (size_t p = 0; p < paths; p++) {
        for (size_t m = 0; m < out->count; m++)
            sum[m * paths + p] = out->month[m].known;
        for (size_t i = 0; i < h; i++)
            sum[w->month[i] * paths + p] += w->o->path[p * h + i];
    }
    return sum;
}

/* When the budget broke on a path, or INT64_MAX. */
static int64_t first_breach(const struct months *out, const struct work *w, size_t p)
{
    double sum = 0;
    size_t n = w->n, h = w->o->horizon, t = n;
    while (t > 0 && month_of(series_at(w->f, t - 1)) == out->month[0].unix_s)
        t--;
    for (; t < n; t++) {
        sum += w->known[t];
        if (sum > w->budget) return series_at(w->f, t);
    }
    for (size_t i = 0; i < h; i++) {
        if (i > 0 && w->month[i] != w->month[i - 1]) sum = 0;
        sum += w->o->path[p * h + i];
        if (sum > w->budget) return series_at(w->f, n + i);
    }
    return INT64_MAX;
}

static int earlier(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void find_breaches(struct months *out, const struct work *w)
{
    size_t paths = w->o->paths;
    int64_t *at = ARENA_NEW(w->a, int64_t, paths);
    for (size_t p = 0; p < paths; p++) {
        int64_t first = first_breach(out, w, p);
        if (first != INT64_MAX) at[out->breaches++] = first;
    }
    out->breach = (double)out->breaches / (double)paths;
    if (!out->breaches) return;
    qsort(at, out->breaches, sizeof *at, earlier);
    double last = (double)(out->breaches - 1);
    out->p10 = at[(size_t)(0.1 * last)];
    out->p50 = at[(size_t)(0.5 * last)];
    out->p90 = at[(size_t)(0.9 * last + 0.5)];
}

static void summarise(struct months *out, const struct work *w, double *sum)
{
    size_t paths = w->o->paths;
    for (size_t m = 0; m < out->count; m++) {
        struct month_total *x = &out->month[m];
        double *of = sum + m * paths;
        size_t over = 0;
        for (size_t p = 0; p < paths; p++)
            over += of[p] > w->budget;
        x->breach = (double)over / (double)paths;
        qsort(of, paths, sizeof *of, ascending);
        x->p05 = quantile_sorted(of, paths, 0.05);
        x->p25 = quantile_sorted(of, paths, 0.25);
        x->p50 = quantile_sorted(of, paths, 0.5);
        x->p75 = quantile_sorted(of, paths, 0.75);
        x->p95 = quantile_sorted(of, paths, 0.95);
    }
}

/* Totals of the whole months that the series has, forecast as a series of their own. */
static enum err_code top_down(struct months *out, const struct work *w, struct err *e)
{
    double *total = ARENA_NEW(w->a, double, w->n + 1);
    size_t count = 0;
    int64_t last = INT64_MIN;
    for (size_t t = 0; t < w->n; t++) {
        int64_t month = month_of(series_at(w->f, t));
        if (month < w->f->first_unix_s) continue; /* it began before the series */
        if (month == out->month[0].unix_s) break;
        if (month != last) count++;
        last = month;
        total[count - 1] += w->known[t];
    }
    if (count < MONTHS_TOP_DOWN_LEAST || w->f->step_months) return OK;
    struct forecast_spec spec = { .value = total,
                                  .count = count,
                                  .season = { 12 },
                                  .seasons = 1,
                                  .horizon = out->count,
                                  .level = { MONTHS_TOP_DOWN_LEVEL },
                                  .levels = 1 };
    struct forecast o;
    if (forecast_run(&o, &spec, w->a, e)) return err_wrap(e, "month totals: ");
    for (size_t m = 0; m < out->count; m++) {
        struct month_total *x = &out->month[m];
        x->has_top_down = x->whole; /* else it is of another stretch of time */
        x->top_down = o.point[m];
        x->top_down_lower = o.interval[0].lower[m];
        x->top_down_upper = o.interval[0].upper[m];
    }
    return OK;
}

enum err_code months_of(struct months *out, const struct series_file *f,
                        const struct forecast *o, double budget, struct arena *a,
                        struct err *e)
{
    const struct series *s = &f->series[0];
    double *known = ARENA_NEW(a, double, s->count);
    struct work w = { .f = f, .o = o, .known = known, .n = s->count, .budget = budget };
    w.a = a;
    w.month = ARENA_NEW(a, size_t, o->horizon);
    gaps_fill(known, s->value, s->count, o->seasons ? o->season[0] : 0);
    *out = (struct months){ 0 };
    list_months(out, &w);
    summarise(out, &w, sum_paths(out, &w));
    if (!isnan(budget)) find_breaches(out, &w);
    return top_down(out, &w, e);
}
