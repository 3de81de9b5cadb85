#include <math.h>

#include "plot.h"
#include "size_answer.h"

enum { POINTS = 25, CHUNK = 8 };

/* Ascending numbers of units, from half the smallest answer to one and a half times the
 * largest. */
static size_t axis(int64_t *n, const struct size_answer *x)
{
    int64_t lo = INT64_MAX, hi = 0;
    size_t count = 0;
    for (size_t i = 0; i < x->windows; i++) {
        int64_t units = x->window[i].units;
        if (!units) continue;
        lo = units < lo ? units : lo;
        hi = units > hi ? units : hi;
    }
    lo = lo / 2 > 1 ? lo / 2 : 1;
    hi = hi + hi / 2 + 1;
    if (hi > 3 * x->window[x->main].units + 10) hi = 3 * x->window[x->main].units + 10;
    for (int i = 0; i < POINTS; i++) {
        int64_t at = lo + (int64_t)nearbyint((double)(hi - lo) * i / (POINTS - 1));
        if (count == 0 || at > n[count - 1]) n[count++] = at;
    }
    return count;
}

static enum err_code judge(struct sizing_point *p, const struct size_answer *x,
                           double window_s, const int64_t *n, size_t count,
                           struct err *e)
{
    struct admission a[CHUNK];
    for (size_t from = 0; from < count; from += CHUNK) {
        size_t k = count - from < CHUNK ? count - from : CHUNK;
        for (size_t i = 0; i < k; i++) {
            a[i] = sizing_of_units(&x->unit, n[from + i]);
            a[i].window_s = window_s;
        }
        if (sizing_judge(p + from, a, k, &x->sizing, e)) return e->code;
    }
    return OK;
}

/* What nothing was refused of has no place on an axis of logarithms: a curve ends at
 * its last share above a hundredth of the target. */
static struct plot_series series_of(const struct sizing_point *p, const int64_t *n,
                                    size_t count, const char *name, int colour,
                                    double floor_share, struct arena *a)
{
    double *x = ARENA_NEW(a, double, 4 * count), *y = x + count, *lo = y + count,
           *hi = lo + count;
    struct plot_series s = { .name = name,
                             .style = PLOT_POINTS,
                             .x = x,
                             .y = y,
                             .lo = lo,
                             .hi = hi,
                             .colour = colour };
    for (size_t i = 0; i < count; i++) {
        if (p[i].refused.mean < floor_share) continue;
        x[s.count] = (double)n[i];
        y[s.count] = 100 * p[i].refused.mean;
        lo[s.count] = 100 * fmax(p[i].refused.lo, floor_share);
        hi[s.count++] = 100 * p[i].refused.hi;
    }
    return s;
}

enum err_code size_chart(const struct size_answer *x, const char *path, struct arena *a,
                         struct err *e)
{
    int64_t n[POINTS];
    struct sizing_point p[POINTS];
    struct plot_series series[2 * SIZE_WINDOWS];
    size_t used = 0;
    if (!x->rate_known)
        return err_set(e, ERR_USAGE,
                       "--plot wants --unit-input-tpm and --unit-output-tpm");
    size_t count = axis(n, x);
    for (size_t i = 0; i < x->windows; i++) {
        const char *name = arena_printf(a, "window of %g s", x->window[i].window_s);
        if (judge(p, x, x->window[i].window_s, n, count, e)) return e->code;
        struct plot_series s =
            series_of(p, n, count, name, (int)i, x->sizing.target / 100, a);
        if (s.count == 0) continue;
        series[used++] = s;
        series[used] = s;
        series[used].style = PLOT_LINE;
        series[used++].name = NULL;
    }
    struct plot_mark target = {
        .y = 100 * x->sizing.target,
        .text = arena_printf(a, "target %s", capacity_share(x->sizing.target, a))
    };
    struct plot chart = {
        .title = "Requests refused by so many model units",
        .x_label = "model units",
        .y_label = "refused, % of requests (whiskers: 95 % interval)",
        .footnote = arena_printf(a, "%s, a unit of %s input and %s output tokens/min",
                                 x->source->name, capacity_number(x->unit.input_tpm, a),
                                 capacity_number(x->unit.output_tpm, a)),
        .log_y = true,
        .series = series,
        .series_count = used,
        .h_line = &target,
        .h_lines = 1,
    };
    return plot_write(&chart, path, e);
}
