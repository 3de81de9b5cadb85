#include "plan.h"

#include <math.h>
#include <stdlib.h>

#include "file.h"
#include "plot.h"
#include "text.h"

/* The three charts of a plan: what each option costs, what the cheapest will have
 * spent, and what volume does to the order. */

enum { MOST_BARS = 14, MOST_CURVES = 5, VOLUMES = 81 };

const char *const plan_chart_name[CHART_COUNT] = { "candidates", "spend", "volume" };

/* Feasible, priced options in order, at most `most`. */
static size_t shown(const struct plan *p, size_t *out, size_t most)
{
    size_t n = 0;
    for (size_t i = 0; i < p->options && n < most; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        if (o->feasible && o->cost_nusd) out[n++] = p->order[i];
    }
    return n;
}

static bool chart_candidates(struct plot *out, const struct plan *p)
{
    struct arena *a = p->arena;
    size_t *best = ARENA_NEW(a, size_t, MOST_BARS), n = shown(p, best, MOST_BARS);
    if (!n) return false;
    double *x = ARENA_NEW(a, double, 4 * n), *y = x + n, *lo = y + n, *hi = lo + n;
    const char **names = ARENA_NEW(a, const char *, n);
    for (size_t i = 0; i < n; i++) {
        const struct plan_option *o = &p->option[best[i]];
        x[i] = (double)i;
        y[i] = o->monthly.mean;
        lo[i] = o->monthly.p05;
        hi[i] = o->monthly.p95;
        names[i] = plan_option_name(p, o);
    }
    struct plot_series *s = ARENA_NEW(a, struct plot_series, 1);
    *s = (struct plot_series){
        .style = PLOT_BARS, .x = x, .y = y, .lo = lo, .hi = hi, .count = n
    };
    struct plot_mark *line = ARENA_NEW(a, struct plot_mark, 1);
    *line = (struct plot_mark){ .y = p->config.budget.monthly_usd,
                                .text = "monthly budget" };
    *out = (struct plot){
        .title = "Cost per month by candidate",
        .y_label = "USD a month (mean; whiskers P5 to P95)",
        .footnote = arena_printf(a, "%s, %zu months, %zu paths, seed %lld",
                                 p->config.plan.region, p->months, p->paths,
                                 (long long)p->config.plan.seed),
        .y_from_zero = true,
        .category = names,
        .categories = n,
        .series = s,
        .series_count = 1,
        .h_line = line,
        .h_lines = line->y > 0,
    };
    return true;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* quantiles[k][month] of the spend up to the month's end */
static void cumulative(const struct plan *p, double *const quantile[5])
{
    static const double q[5] = { 0.05, 0.25, 0.50, 0.75, 0.95 };
    double *sum = ARENA_NEW(p->arena, double, 2 * p->paths), *sorted = sum + p->paths;
    for (size_t m = 0; m < p->months; m++) {
        for (size_t path = 0; path < p->paths; path++)
            sorted[path] = sum[path] += p->chosen[path * p->months + m];
        qsort(sorted, p->paths, sizeof *sorted, ascending);
        for (int k = 0; k < 5; k++)
            quantile[k][m + 1] = sorted[(size_t)(q[k] * (double)(p->paths - 1))];
    }
}

static bool chart_spend(struct plot *out, const struct plan *p)
{
    struct arena *a = p->arena;
    size_t n = p->months + 1;
    double *x = ARENA_NEW(a, double, n), *budget = ARENA_NEW(a, double, n),
           *quantile[5];
    for (int k = 0; k < 5; k++)
        quantile[k] = ARENA_NEW(a, double, n);
    cumulative(p, quantile);
    for (size_t m = 0; m < n; m++) {
        x[m] = (double)p->month_start_unix_s[m];
        budget[m] = p->config.budget.monthly_usd * (double)m;
    }
    struct plot_series *s = ARENA_NEW(a, struct plot_series, 4);
    s[0] = (struct plot_series){ .name = "P5 to P95",
                                 .style = PLOT_BAND,
                                 .x = x,
                                 .lo = quantile[0],
                                 .hi = quantile[4],
                                 .count = n };
    s[1] = (struct plot_series){ .name = "P25 to P75",
                                 .style = PLOT_BAND,
                                 .x = x,
                                 .lo = quantile[1],
                                 .hi = quantile[3],
                                 .count = n };
    s[2] = (struct plot_series){
        .name = "median", .style = PLOT_LINE, .x = x, .y = quantile[2], .count = n
    };
    s[3] = (struct plot_series){ .name = "budget",
                                 .style = PLOT_LINE,
                                 .x = x,
                                 .y = budget,
                                 .count = n,
                                 .colour = 1 };
    const char *what = "the choice of each workload";
    if (p->workloads == 1 && p->choice[0] < p->options)
        what = plan_option_name(p, &p->option[p->choice[0]]);
    *out = (struct plot){
        .title = arena_printf(a, "Spend to date: %s", what),
        .y_label = "USD since the start",
        .y_from_zero = true,
        .x_is_time = true,
        .series = s,
        .series_count = p->config.budget.monthly_usd > 0 ? 4 : 3,
    };
    return p->chosen_total.mean > 0;
}

static bool chart_volume(struct plot *out, const struct plan *p)
{
    struct arena *a = p->arena;
    size_t *best = ARENA_NEW(a, size_t, MOST_CURVES), n = shown(p, best, MOST_CURVES);
    if (!n) return false;
    double stated = p->workload[p->option[best[0]].workload].settings->requests_per_day;
    double *x = ARENA_NEW(a, double, VOLUMES);
    for (int i = 0; i < VOLUMES; i++)
        x[i] = stated * pow(10, -2 + 4.0 * i / (VOLUMES - 1));
    struct plot_series *s = ARENA_NEW(a, struct plot_series, n);
    size_t drawn = 0;
    for (size_t i = 0; i < n; i++) {
        const struct plan_option *o = &p->option[best[i]];
        if (o->workload != p->option[best[0]].workload || o->import_copies > 0 ||
            o->mix || o->reserved)
            continue;
        double *y = ARENA_NEW(a, double, VOLUMES);
        plan_volume_curve(p, o, x, y, VOLUMES);
        s[drawn] = (struct plot_series){ .name = plan_option_name(p, o),
                                         .style = PLOT_LINE,
                                         .x = x,
                                         .y = y,
                                         .count = VOLUMES,
                                         .colour = (int)drawn };
        drawn++;
    }
    struct plot_mark *mark = ARENA_NEW(a, struct plot_mark, p->evens + 1);
    size_t marks = 0;
    for (size_t i = 0; i < p->evens; i++) {
        double v = p->even[i].requests_per_day, y;
        if (v < x[0] || v > x[VOLUMES - 1]) continue;
        plan_volume_curve(p, &p->option[p->even[i].a], &v, &y, 1);
        mark[marks++] =
            (struct plot_mark){ v, y, arena_printf(a, "%.3gk/day", v / 1000) };
    }
    char volume[32];
    text_thousands(volume, (int64_t)nearbyint(stated));
    *out = (struct plot){
        .title = "Cost against volume",
        .x_label = "requests a day at the start (log)",
        .y_label = "USD a month (mean, log)",
        .footnote = arena_printf(a, "the plan's volume is %s requests a day", volume),
        .log_x = true,
        .log_y = true,
        .series = s,
        .series_count = drawn,
        .mark = mark,
        .marks = marks,
    };
    return drawn > 0;
}

bool plan_chart(struct plot *out, const struct plan *p, enum plan_chart chart)
{
    if (chart == CHART_CANDIDATES) return chart_candidates(out, p);
    return chart == CHART_SPEND ? chart_spend(out, p) : chart_volume(out, p);
}

enum err_code plan_plots(const struct plan *p, const char *folder, struct err *e)
{
    if (file_make_dirs(folder, e)) return e->code;
    for (int c = 0; c < CHART_COUNT; c++) {
        struct plot plot;
        if (!plan_chart(&plot, p, (enum plan_chart)c)) continue;
        for (int k = 0; k < 2; k++) {
            const char *path = arena_printf(p->arena, "%s/%s.%s", folder,
                                            plan_chart_name[c], k ? "png" : "svg");
            if (plot_write(&plot, path, e)) return e->code;
        }
    }
    return OK;
}
