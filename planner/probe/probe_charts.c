#include "probe_charts.h"

#include <math.h>

#include "file.h"
#include "probe_print.h"

enum { ECDF_POINTS = 400 };

/* Half the width of the band that holds the whole distribution function with 95 %.
 * Source: Dvoretzky, Kiefer, Wolfowitz with Massart's constant, Ann. Probab. 1990. */
static double band_half(size_t n)
{
    return sqrt(log(2 / 0.05) / (2 * (double)n));
}

/* Two series: the band, then the steps; thinned to what a chart can show. */
static void add_ecdf(struct plot_series *out, const struct probe_stats *s,
                     const char *name, int colour, struct arena *a)
{
    size_t n = s->n - s->censored, points = n < ECDF_POINTS ? n : ECDF_POINTS;
    double *x = ARENA_NEW(a, double, 4 * points), *y = x + points, *lo = y + points,
           *hi = lo + points, half = band_half(s->n);
    for (size_t i = 0; i < points; i++) {
        size_t at = points == n ? i : (i + 1) * n / points - 1;
        double share = (double)(at + 1) / (double)s->n;
        x[i] = fmax(s->sorted[at], 1e-3);
        y[i] = 100 * share;
        lo[i] = 100 * fmax(0, share - half);
        hi[i] = 100 * fmin(1, share + half);
    }
    out[0] = (struct plot_series){ .style = PLOT_BAND,
                                   .x = x,
                                   .lo = lo,
                                   .hi = hi,
                                   .count = points,
                                   .colour = colour };
    out[1] = (struct plot_series){ .name = name,
                                   .style = PLOT_STEPS,
                                   .x = x,
                                   .y = y,
                                   .count = points,
                                   .colour = colour };
}

static bool draw_ecdf(struct plot *out, const struct probe_result *r, struct arena *a)
{
    struct plot_series *series = ARENA_NEW(a, struct plot_series, 4);
    const struct probe_stats *first = &r->metric[PROBE_TTFT];
    const struct probe_stats *whole = &r->metric[PROBE_RESPONSE];
    if (first->n > 1) {
        add_ecdf(series, first, "first token", 0, a);
        out->series_count += 2;
    }
    if (whole->n > 1) {
        add_ecdf(series + out->series_count, whole, "response", 1, a);
        out->series_count += 2;
    }
    out->title = arena_printf(a, "Latency of %s", r->meta->model);
    out->x_label = "milliseconds (log)";
    out->y_label = "% of requests within";
    out->log_x = true;
    out->y_from_zero = true;
    out->footnote = arena_printf(
        a, "%zu requests that succeeded, %s; bands hold the whole curve with 95 %%",
        whole->n, probe_load_text(r->meta, a));
    out->series = series;
    return out->series_count > 0;
}

static double ms_between(int64_t from_ns, int64_t to_ns)
{
    return fmax((double)(to_ns - from_ns) / 1e6, 1e-3);
}

static bool draw_timeline(struct plot *out, const struct probe_result *r,
                          const struct probe_record *record, size_t count,
                          struct arena *a)
{
    static const char *const name[] = { "succeeded", "failed" };
    struct plot_series *series = ARENA_NEW(a, struct plot_series, 2);
    for (int failed = 0; failed < 2; failed++) {
        double *x = ARENA_NEW(a, double, 2 * count + 1), *y = x + count;
        size_t n = 0;
        for (size_t i = 0; i < count; i++) {
            const struct probe_record *q = &record[i];
            if (q->phase != PROBE_MEASURED || (q->failure != FAILURE_NONE) != failed)
                continue;
            int64_t end = failed ? q->end_ns : q->last_ns;
            if (end == PROBE_NEVER) continue;
            x[n] = (double)(q->intended_ns - r->meta->measured_ns) / 1e9;
            y[n++] = ms_between(q->intended_ns, end);
        }
        if (!n) continue;
        series[out->series_count++] = (struct plot_series){ .name = name[failed],
                                                            .style = PLOT_POINTS,
                                                            .x = x,
                                                            .y = y,
                                                            .count = n,
                                                            .colour = failed };
    }
    out->title = arena_printf(a, "Requests to %s, one after the other", r->meta->model);
    out->x_label = "intended start, seconds from the first";
    out->y_label = "response, or failure, after milliseconds (log)";
    out->log_y = true;
    out->footnote =
        arena_printf(a, "%lld requests, %lld failed, %s", (long long)r->requests,
                     (long long)r->failed, probe_load_text(r->meta, a));
    out->series = series;
    return out->series_count > 0;
}

bool probe_chart(struct plot *out, enum probe_chart which, const struct probe_result *r,
                 const struct probe_record *record, size_t count, struct arena *a)
{
    *out = (struct plot){ 0 };
    return which == PROBE_CHART_ECDF ? draw_ecdf(out, r, a)
                                     : draw_timeline(out, r, record, count, a);
}

enum err_code probe_charts(const struct probe_result *r,
                           const struct probe_record *record, size_t count,
                           const char *dir, struct app *app, struct err *e)
{
    static const char *const file[] = { "ecdf.svg", "timeline.svg" };
    struct plot p;
    if (file_make_dirs(dir, e)) return e->code;
    for (int i = 0; i < 2; i++) {
        const char *path = arena_printf(app->arena, "%s/%s", dir, file[i]);
        if (!probe_chart(&p, (enum probe_chart)i, r, record, count, app->arena)) {
            app_note(app, "%s: too little to draw", path);
            continue;
        }
        if (plot_write(&p, path, e)) return e->code;
    }
    return OK;
}
