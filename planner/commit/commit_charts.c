#include "commit_answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot.h"

enum { MOST_POINTS = 1000, DAY_HOURS = 24, MOST_LAYERS = 12 };

struct weighted {
    double units, weight;
};

static int descending(const void *a, const void *b)
{
    const struct weighted *x = a, *y = b;
    return (x->units < y->units) - (x->units > y->units);
}

/* Units that are reached in at least x per cent of the time: at most MOST_POINTS steps.
 */
struct curve {
    double *x, *y;
    size_t count;
};

static struct curve duration(struct weighted *w, size_t n, struct arena *a)
{
    double all = 0, before = 0;
    size_t every = n / MOST_POINTS + 1;
    struct curve c = { ARENA_NEW(a, double, n / every + 3),
                       ARENA_NEW(a, double, n / every + 3), 0 };
    qsort(w, n, sizeof *w, descending);
    for (size_t i = 0; i < n; i++)
        all += w[i].weight;
    for (size_t i = 0; i < n; before += w[i].weight, i++) {
        bool same = c.count && w[i].units == c.y[c.count - 1];
        if (same || (i % every != 0 && i + 1 < n)) continue;
        c.x[c.count] = 100 * before / all;
        c.y[c.count++] = w[i].units;
    }
    c.x[c.count] = 100;
    c.y[c.count++] = w[n - 1].units;
    return c;
}

static double committed(const struct commit_answer *x, int64_t t)
{
    int64_t existing = x->problem.existing ? x->problem.existing[t] : 0;
    return (double)(existing + x->plan.units[t]);
}

enum err_code commit_chart_load(const struct commit_answer *x, const char *path,
                                struct arena *a, struct err *e)
{
    size_t hours = (size_t)x->problem.hours, n = hours * x->problem.scenarios;
    struct weighted *demand = ARENA_NEW(a, struct weighted, n);
    struct weighted *units = ARENA_NEW(a, struct weighted, hours);
    for (size_t i = 0; i < n; i++) {
        demand[i].units = (double)x->problem.demand[i] / COMMIT_UNIT;
        size_t scenario = i / hours;
        demand[i].weight = x->q->weight ? (double)x->q->weight[scenario] : 1;
    }
    for (size_t t = 0; t < hours; t++)
        units[t] = (struct weighted){ committed(x, (int64_t)t), 1 };
    struct curve d = duration(demand, n, a), u = duration(units, hours, a);
    struct plot_series series[] = {
        { .name = "demand", .style = PLOT_STEPS, .x = d.x, .y = d.y, .count = d.count },
        { .name = "committed units",
          .style = PLOT_STEPS,
          .x = u.x,
          .y = u.y,
          .count = u.count,
          .colour = 1 },
    };
    struct plot p = { .title = "Load duration and commitments",
                      .x_label = "share of hours, %",
                      .y_label = "model units",
                      .y_from_zero = true,
                      .series = series,
                      .series_count = sizeof series / sizeof *series };
    return plot_write(&p, path, e);
}

/* Lowest and highest demand of each day, over all scenarios. */
static struct plot_series daily_range(const struct commit_answer *x, const double *axis,
                                      struct arena *a)
{
    int64_t hours = x->problem.hours;
    size_t days = (size_t)(hours + DAY_HOURS - 1) / DAY_HOURS;
    double *at = ARENA_NEW(a, double, days + 1), *lo = ARENA_NEW(a, double, days + 1),
           *hi = ARENA_NEW(a, double, days + 1);
    for (size_t day = 0; day < days; day++) {
        at[day] = axis[day * DAY_HOURS];
        lo[day] = HUGE_VAL;
    }
    for (int64_t t = 0; t < hours; t++) {
        size_t day = (size_t)(t / DAY_HOURS);
        for (size_t i = 0; i < x->problem.scenarios; i++) {
            double d = (double)x->problem.demand[(int64_t)i * hours + t] / COMMIT_UNIT;
            lo[day] = fmin(lo[day], d);
            hi[day] = fmax(hi[day], d);
        }
    }
    at[days] = axis[hours];
    lo[days] = lo[days - 1];
    hi[days] = hi[days - 1];
    return (struct plot_series){ .name = "demand of a day",
                                 .style = PLOT_BAND,
                                 .x = at,
                                 .y = hi,
                                 .lo = lo,
                                 .hi = hi,
                                 .count = days + 1 };
}

/* Only where `level` changes, and the end. */
static struct curve steps(const double *axis, const double *level, int64_t hours,
                          struct arena *a)
{
    struct curve c = { ARENA_NEW(a, double, (size_t)hours + 1),
                       ARENA_NEW(a, double, (size_t)hours + 1), 0 };
    for (int64_t t = 0; t <= hours; t++) {
        double y = level[t < hours ? t : hours - 1];
        if (t > 0 && t < hours && y == level[t - 1]) continue;
        c.x[c.count] = axis[t];
        c.y[c.count++] = y;
    }
    return c;
}

/* Existing units, then each term's on top of those before it. */
enum err_code commit_chart_calendar(const struct commit_answer *x, const char *path,
                                    struct arena *a, struct err *e)
{
    int64_t hours = x->problem.hours;
    double *axis = ARENA_NEW(a, double, (size_t)hours + 1);
    double *level = ARENA_NEW(a, double, (size_t)hours);
    for (int64_t t = 0; t <= hours; t++)
        axis[t] = (double)(x->q->dated ? x->q->start_unix_s + t * 3600 : t);
    struct plot_series series[MOST_LAYERS];
    size_t n = 0;
    series[n++] = daily_range(x, axis, a);
    for (size_t k = 0; k <= x->q->terms && n < MOST_LAYERS; k++) {
        bool any = false;
        for (int64_t t = 0; k == 0 && x->problem.existing && t < hours; t++) {
            level[t] = (double)x->problem.existing[t];
            any = any || level[t] > 0;
        }
        for (size_t i = 0; k > 0 && i < x->plan.purchases; i++) {
            const struct commit_purchase *b = &x->plan.purchase[i];
            if (b->term != k - 1) continue;
            any = true;
            for (int64_t t = b->start; t < b->end && t < hours; t++)
                level[t] += (double)b->units;
        }
        if (!any) continue;
        struct curve c = steps(axis, level, hours, a);
        series[n] =
            (struct plot_series){ .name = k ? x->q->term[k - 1].name : "existing",
                                  .style = PLOT_STEPS,
                                  .x = c.x,
                                  .y = c.y,
                                  .count = c.count,
                                  .colour = (int)n };
        n++;
    }
    struct plot p = { .title = "Commitments over time, one term on top of the other",
                      .x_label = x->q->dated ? NULL : "hour",
                      .y_label = "model units",
                      .y_from_zero = true,
                      .x_is_time = x->q->dated,
                      .series = series,
                      .series_count = n };
    return plot_write(&p, path, e);
}
