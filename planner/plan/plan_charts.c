#include "plan.h"

#include <math.h>

#include "file.h"
#include "plot.h"
#include "text.h"

/* The charts of a plan: what each option costs, what the choice will have spent and
 * bills each month, what moves that, and what volume does to the order. */

enum { MOST_BARS = 14 };

const char *const plan_chart_name[CHART_COUNT] = { "candidates",  "spend",  "months",
                                                   "sensitivity", "volume", "extras" };

static bool chart_candidates(struct plot *out, const struct plan *p)
{
    struct arena *a = p->arena;
    size_t *best = ARENA_NEW(a, size_t, MOST_BARS), n = plan_shown(p, best, MOST_BARS);
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

/* What the choices are called. */
static const char *chosen_name(const struct plan *p)
{
    if (p->workloads == 1 && p->choice[0] < p->options)
        return plan_option_name(p, &p->option[p->choice[0]]);
    return "the choice of each workload";
}

/* Bands of 95, 80 and 50 % around the median, over x. Owns: the plan's arena. */
static struct plot_series *fan(const struct plan *p, const double *x,
                               const struct plan_stats *s, size_t n, size_t more)
{
    struct arena *a = p->arena;
    static const char *const name[] = { "95 % of paths", "80 %", "50 %" };
    struct plot_series *out = ARENA_NEW(a, struct plot_series, 4 + more);
    double *median = ARENA_NEW(a, double, n);
    for (int band = 0; band < 3; band++) {
        double *lo = ARENA_NEW(a, double, 2 * n), *hi = lo + n;
        for (size_t i = 0; i < n; i++) {
            const double from[] = { s[i].p025, s[i].p10, s[i].p25 };
            const double to[] = { s[i].p975, s[i].p90, s[i].p75 };
            lo[i] = from[band];
            hi[i] = to[band];
        }
        out[band] = (struct plot_series){ .name = name[band],
                                          .style = PLOT_BAND,
                                          .x = x,
                                          .lo = lo,
                                          .hi = hi,
                                          .count = n };
    }
    for (size_t i = 0; i < n; i++)
        median[i] = s[i].p50;
    out[3] = (struct plot_series){
        .name = "median", .style = PLOT_LINE, .x = x, .y = median, .count = n
    };
    return out;
}

static bool chart_spend(struct plot *out, const struct plan *p)
{
    struct arena *a = p->arena;
    size_t n = p->months + 1;
    double *x = ARENA_NEW(a, double, n), *budget = ARENA_NEW(a, double, n);
    for (size_t m = 0; m < n; m++) {
        x[m] = (double)p->month_start_unix_s[m];
        budget[m] = p->config.budget.monthly_usd * (double)m;
    }
    struct plot_series *s = fan(p, x, p->spend, n, 1);
    s[4] = (struct plot_series){ .name = "budget",
                                 .style = PLOT_LINE,
                                 .x = x,
                                 .y = budget,
                                 .count = n,
                                 .colour = 1 };
    *out = (struct plot){
        .title = arena_printf(a, "Spend to date: %s", chosen_name(p)),
        .y_label = "USD since the start",
        .y_from_zero = true,
        .x_is_time = true,
        .series = s,
        .series_count = p->config.budget.monthly_usd > 0 ? 5 : 4,
    };
    return p->spend[p->months].mean > 0;
}

/* A month's bill is drawn above its name, its first day. */
static bool chart_months(struct plot *out, const struct plan *p)
{
    struct arena *a = p->arena;
    double *x = ARENA_NEW(a, double, p->months);
    for (size_t m = 0; m < p->months; m++)
        x[m] = (double)p->month_start_unix_s[m];
    struct plot_mark *line = ARENA_NEW(a, struct plot_mark, 1);
    *line = (struct plot_mark){ .y = p->config.budget.monthly_usd, .text = "budget" };
    *out = (struct plot){
        .title = arena_printf(a, "Bill of each month: %s", chosen_name(p)),
        .y_label = "USD a month",
        .y_from_zero = true,
        .x_is_time = true,
        .series = fan(p, x, p->month, p->months, 0),
        .series_count = 4,
        .h_line = line,
        .h_lines = line->y > 0,
    };
    return p->months > 1 && p->spend[p->months].mean > 0;
}

/* Widest swing first. */
static void sort_swings(const struct driver_share **s, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && s[k]->high_usd - s[k]->low_usd >
                                        s[k - 1]->high_usd - s[k - 1]->low_usd;
             k--) {
            const struct driver_share *t = s[k];
            s[k] = s[k - 1];
            s[k - 1] = t;
        }
}

static bool chart_sensitivity(struct plot *out, const struct plan *p)
{
    struct arena *a = p->arena;
    size_t n = 0;
    const struct driver_share **s =
        ARENA_NEW(a, const struct driver_share *, p->drivers + 1);
    for (size_t i = 0; i < p->drivers; i++)
        if (p->sensitivity[i].high_usd > p->sensitivity[i].low_usd)
            s[n++] = &p->sensitivity[i];
    if (!n) return false;
    sort_swings(s, n);
    double *x = ARENA_NEW(a, double, 3 * n), *lo = x + n, *hi = lo + n;
    const char **name = ARENA_NEW(a, const char *, n);
    for (size_t i = 0; i < n; i++) {
        x[i] = (double)i;
        lo[i] = s[i]->low_usd;
        hi[i] = s[i]->high_usd;
        name[i] = s[i]->share < 0 ? s[i]->input
                                  : arena_printf(a, "%s, P10 to P90", s[i]->input);
    }
    struct plot_series *bars = ARENA_NEW(a, struct plot_series, 1);
    *bars = (struct plot_series){
        .style = PLOT_RANGES, .x = x, .y = hi, .lo = lo, .hi = hi, .count = n
    };
    struct plot_mark *line = ARENA_NEW(a, struct plot_mark, 1);
    *line = (struct plot_mark){ .y = p->spend[p->months].p50 / (double)p->months,
                                .text = "median" };
    *out = (struct plot){
        .title = arena_printf(a, "What moves the bill: %s", chosen_name(p)),
        .y_label = "USD a month, one input moved, the others at their medians",
        .category = name,
        .categories = n,
        .lying = true,
        .series = bars,
        .series_count = 1,
        .h_line = line,
        .h_lines = 1,
    };
    return true;
}

/* Break-evens that lie on the axes, on the curve of one of the two. */
static size_t crossings(struct plot_mark *mark, const struct plan *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->evens; i++) {
        double v = p->even[i].requests_per_day;
        for (size_t k = 0; k < p->curves; k++) {
            if (p->curve[k].option != p->even[i].a) continue;
            for (int j = 0; j + 1 < PLAN_VOLUMES; j++) {
                double a = p->volume[j], b = p->volume[j + 1];
                if (v < a || v >= b) continue;
                double t = log(v / a) / log(b / a); /* the axes are logarithmic */
                double y = exp(log(p->curve[k].usd[j]) * (1 - t) +
                               log(p->curve[k].usd[j + 1]) * t);
                mark[n++] =
                    (struct plot_mark){ v, y,
                                        arena_printf(p->arena, "%.3gk/day", v / 1000) };
            }
        }
    }
    return n;
}

static bool chart_volume(struct plot *out, const struct plan *p)
{
    struct arena *a = p->arena;
    struct plot_series *s = ARENA_NEW(a, struct plot_series, p->curves + 1);
    for (size_t i = 0; i < p->curves; i++)
        s[i] = (struct plot_series){ .name = plan_option_name(
                                         p, &p->option[p->curve[i].option]),
                                     .style = PLOT_LINE,
                                     .x = p->volume,
                                     .y = p->curve[i].usd,
                                     .count = PLAN_VOLUMES,
                                     .colour = (int)i };
    struct plot_mark *mark = ARENA_NEW(a, struct plot_mark, p->evens * PLAN_CURVES + 1);
    size_t marks = crossings(mark, p);
    char volume[32];
    text_thousands(volume, (int64_t)nearbyint(p->volume[PLAN_VOLUMES / 2]));
    *out = (struct plot){
        .title = "Cost against volume",
        .x_label = "requests a day at the start (log)",
        .y_label = "USD a month (mean, log)",
        .footnote = arena_printf(a, "the plan's volume is %s requests a day", volume),
        .log_x = true,
        .log_y = true,
        .series = s,
        .series_count = p->curves,
        .mark = mark,
        .marks = marks,
    };
    return p->curves > 0;
}

/* A bar for the tokens of each choice, and one for every line beside them. */
static bool chart_extras(struct plot *out, const struct plan *p)
{
    enum { MOST = 24 };
    struct arena *a = p->arena;
    double *x = ARENA_NEW(a, double, 2 * MOST), *y = x + MOST;
    const char **name = ARENA_NEW(a, const char *, MOST);
    size_t n = 0, lines = p->extras.count;
    for (size_t w = 0; w < p->workloads; w++) {
        size_t chosen = p->choice[w];
        if (chosen == p->options) continue;
        const struct plan_option *o = &p->option[chosen];
        double rest = o->monthly.mean;
        for (size_t i = 0; i < o->extras.count; i++)
            rest -= o->extras.line[i].usd;
        lines += o->extras.count;
        if (n < MOST) y[n] = rest, name[n++] = plan_option_name(p, o);
        for (size_t i = 0; i < o->extras.count && n < MOST; i++) {
            y[n] = o->extras.line[i].usd;
            name[n++] = extra_name(&o->extras.line[i], a);
        }
    }
    for (size_t i = 0; i < p->extras.count && n < MOST; i++) {
        y[n] = p->extras.line[i].usd;
        name[n++] = extra_name(&p->extras.line[i], a);
    }
    for (size_t i = 0; i < n; i++)
        x[i] = (double)i;
    struct plot_series *s = ARENA_NEW(a, struct plot_series, 1);
    *s = (struct plot_series){ .style = PLOT_BARS, .x = x, .y = y, .count = n };
    *out = (struct plot){
        .title = "What a mean month is made of",
        .y_label = "USD a month (mean)",
        .category = name,
        .categories = n,
        .lying = true,
        .y_from_zero = true,
        .series = s,
        .series_count = 1,
    };
    return lines > 0 && n > 0;
}

bool plan_chart(struct plot *out, const struct plan *p, enum plan_chart chart)
{
    static bool (*const draw[CHART_COUNT])(struct plot *, const struct plan *) = {
        chart_candidates,  chart_spend,  chart_months,
        chart_sensitivity, chart_volume, chart_extras
    };
    return draw[chart](out, p);
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
    return plan_mix_plots(p, folder, e);
}
