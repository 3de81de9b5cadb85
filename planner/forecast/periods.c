#include "periods.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "gaps.h"
#include "quantile.h"

const char *const period_word[PERIOD_KINDS] = { "monthly", "quarterly", "yearly" };
static const int length_months[PERIOD_KINDS] = { 1, 3, 12 };

/* What the periods of one kind are computed from. */
struct work {
    const struct series_file *f;
    const struct forecast *o;
    const struct budget_limits *limits;
    enum period_kind kind;
    const double *known; /* the series, its gaps filled */
    size_t n;
    size_t *period; /* number of the period of each forecast step, from 0 */
    size_t began;   /* first step of the series in period 0 */
    double spent;   /* of period 0, before the series */
    bool *broken;   /* paths that broke a limit of any kind */
    struct arena *a;
};

enum { DAY_S = 86400, YEAR_MONTHS = 12 };

bool periods_apply(const struct series_file *f)
{
    if (!f->dated) return false;
    return f->step_months == 1 || (f->step_s > 0 && DAY_S % f->step_s == 0);
}

int64_t period_start(enum period_kind kind, int fiscal_year_start, int64_t unix_s)
{
    struct date d = date_of_unix(unix_s);
    int into_year = (d.month - fiscal_year_start + YEAR_MONTHS) % YEAR_MONTHS;
    d.day = 1;
    return date_add_months(date_unix(d), -(into_year % length_months[kind]));
}

static int64_t start_of(const struct work *w, int64_t unix_s)
{
    return period_start(w->kind, w->limits->fiscal_year_start, unix_s);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* When the series begins: of months it has the first one whole. */
static int64_t first_known(const struct work *w)
{
    int64_t first = w->f->first_unix_s;
    return w->f->step_months ? period_start(PERIOD_MONTH, 1, first) : first;
}

/* The periods that forecast steps lie in, and what is known of the first. */
static void list_periods(struct periods *out, struct work *w)
{
    out->period = ARENA_NEW(w->a, struct period_total, w->o->horizon);
    for (size_t i = 0; i < w->o->horizon; i++) {
        int64_t from = start_of(w, series_at(w->f, w->n + i));
        if (!out->count || out->period[out->count - 1].from_unix_s != from)
            out->period[out->count++].from_unix_s = from;
        w->period[i] = out->count - 1;
    }
    int64_t end = series_at(w->f, w->n + w->o->horizon);
    for (size_t k = 0; k < out->count; k++) {
        struct period_total *x = &out->period[k];
        bool begins = k > 0 || w->spent > 0 || first_known(w) <= x->from_unix_s;
        x->to_unix_s = date_add_months(x->from_unix_s, length_months[w->kind]);
        x->whole = begins && x->to_unix_s <= end;
    }
    out->period[0].known = w->spent;
    for (w->began = w->n; w->began > 0; w->began--) {
        if (series_at(w->f, w->began - 1) < out->period[0].from_unix_s) break;
        out->period[0].known += w->known[w->began - 1];
    }
}

/* Sums of each period on each path: sum[k × paths + p]. */
static double *sum_paths(const struct periods *out, const struct work *w)
{
    size_t paths = w->o->paths, h = w->o->horizon;
    double *sum = ARENA_NEW(w->a, double, out->count *paths);
    for (size_t p = 0; p < paths; p++) {
        for (size_t k = 0; k < out->count; k++)
            sum[k * paths + p] = out->period[k].known;
        for (size_t i = 0; i < h; i++)
            sum[w->period[i] * paths + p] += w->o->path[p * h + i];
    }
    return sum;
}

/* When the limit broke before the forecast begins, or INT64_MAX. */
static int64_t broken_already(double most, const struct work *w)
{
    double sum = w->spent;
    for (size_t t = w->began; t < w->n; t++) {
        sum += w->known[t];
        if (sum > most) return series_at(w->f, t);
    }
    return INT64_MAX;
}

/* When it broke on a path, or INT64_MAX. */
static int64_t first_breach(const struct periods *out, const struct work *w, size_t p,
                            double most)
{
    double sum = out->period[0].known;
    for (size_t i = 0; i < w->o->horizon; i++) {
        if (i > 0 && w->period[i] != w->period[i - 1]) sum = 0;
        sum += w->o->path[p * w->o->horizon + i];
        if (sum > most) return series_at(w->f, w->n + i);
    }
    return INT64_MAX;
}

static int earlier(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void find_breaches(struct periods *out, const struct work *w)
{
    size_t paths = w->o->paths;
    double most = w->limits->most[w->kind];
    int64_t *at = ARENA_NEW(w->a, int64_t, paths), already = broken_already(most, w);
    for (size_t p = 0; p < paths; p++) {
        int64_t first = already < INT64_MAX ? already : first_breach(out, w, p, most);
        if (first == INT64_MAX) continue;
        at[out->breaches++] = first;
        w->broken[p] = true;
    }
    out->breach = (double)out->breaches / (double)paths;
    if (!out->breaches) return;
    qsort(at, out->breaches, sizeof *at, earlier);
    double last = (double)(out->breaches - 1);
    out->p10 = at[(size_t)(0.1 * last)];
    out->p50 = at[(size_t)(0.5 * last)];
    out->p90 = at[(size_t)(0.9 * last + 0.5)];
}

static void summarise(struct periods *out, const struct work *w, double *sum)
{
    size_t paths = w->o->paths;
    double most = w->limits->most[w->kind];
    for (size_t k = 0; k < out->count; k++) {
        struct period_total *x = &out->period[k];
        double *of = sum + k * paths;
        size_t over = 0;
        for (size_t p = 0; p < paths; p++)
            over += of[p] > most;
        x->breach = isnan(most) ? most : (double)over / (double)paths;
        qsort(of, paths, sizeof *of, ascending);
        x->p05 = quantile_sorted(of, paths, 0.05);
        x->p25 = quantile_sorted(of, paths, 0.25);
        x->p50 = quantile_sorted(of, paths, 0.5);
        x->p75 = quantile_sorted(of, paths, 0.75);
        x->p95 = quantile_sorted(of, paths, 0.95);
    }
}

/* Totals of the whole months that the series has, forecast as a series of their own. */
static enum err_code top_down(struct periods *months, const struct work *w,
                              struct err *e)
{
    double *total = ARENA_NEW(w->a, double, w->n + 1);
    size_t count = 0;
    int64_t last = INT64_MIN;
    for (size_t t = 0; t < w->n; t++) {
        int64_t month = period_start(PERIOD_MONTH, 1, series_at(w->f, t));
        if (month < w->f->first_unix_s) continue; /* it began before the series */
        if (month == months->period[0].from_unix_s) break;
        if (month != last) count++;
        last = month;
        total[count - 1] += w->known[t];
    }
    if (count < TOP_DOWN_LEAST_MONTHS || w->f->step_months) return OK;
    struct forecast_spec spec = { .value = total,
                                  .count = count,
                                  .season = { YEAR_MONTHS },
                                  .seasons = 1,
                                  .horizon = months->count,
                                  .level = { TOP_DOWN_LEVEL },
                                  .levels = 1 };
    struct forecast o;
    if (forecast_run(&o, &spec, w->a, e)) return err_wrap(e, "month totals: ");
    for (size_t m = 0; m < months->count; m++) {
        struct period_total *x = &months->period[m];
        x->has_top_down = x->whole; /* else it is of another stretch of time */
        x->top_down = o.point[m];
        x->top_down_lower = o.interval[0].lower[m];
        x->top_down_upper = o.interval[0].upper[m];
    }
    return OK;
}

/* Money spent before the series belongs to the fiscal year that the series begins in,
 * and counts when the forecast begins in it too. */
static enum err_code find_spent(struct work *w, struct err *e)
{
    int64_t year = start_of(w, series_at(w->f, w->n));
    w->spent = 0;
    if (w->kind != PERIOD_YEAR || !(w->limits->spent > 0)) return OK;
    if (first_known(w) <= year) {
        char text[DATE_TEXT];
        return err_set(e, ERR_USAGE,
                       "--spent-to-date: the series has the fiscal year from its "
                       "start, %s, on",
                       date_text(text, year));
    }
    w->spent = w->limits->spent;
    return OK;
}

enum err_code periods_of(struct totals *out, const struct series_file *f,
                         const struct forecast *o, const struct budget_limits *limits,
                         struct arena *a, struct err *e)
{
    const struct series *s = &f->series[0];
    double *known = ARENA_NEW(a, double, s->count);
    struct work w = { .f = f, .o = o, .limits = limits, .known = known, .a = a };
    w.n = s->count;
    w.period = ARENA_NEW(a, size_t, o->horizon);
    w.broken = ARENA_NEW(a, bool, o->paths);
    gaps_fill(known, s->value, s->count, o->seasons ? o->season[0] : 0);
    bool limited = false;
    *out = (struct totals){ .any = (double)NAN };
    for (w.kind = 0; w.kind < PERIOD_KINDS; w.kind++) {
        struct periods *x = &out->of[w.kind];
        if (find_spent(&w, e)) return e->code;
        list_periods(x, &w);
        summarise(x, &w, sum_paths(x, &w));
        x->breach = (double)NAN;
        if (isnan(limits->most[w.kind])) continue;
        find_breaches(x, &w);
        limited = true;
    }
    size_t broken = 0;
    for (size_t p = 0; p < o->paths; p++)
        broken += w.broken[p];
    if (limited) out->any = (double)broken / (double)o->paths;
    return top_down(&out->of[PERIOD_MONTH], &w, e);
}
