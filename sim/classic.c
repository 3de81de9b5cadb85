#include "classic.h"

#include <string.h>

#include "copies.h"
#include "season.h"
#include "smooth_fit.h"

static void smooth(double *out, size_t h, enum smooth_kind kind, const double *z,
                   size_t n, struct minimiser *m)
{
    struct smooth_fit fit;
    smooth_fit(&fit, kind, z, n, m, true);
    struct smooth_state state = { .level = fit.level, .trend = fit.trend };
    smooth_run(&fit.s, &state, z, n, NULL);
    smooth_forecast(out, h, &fit.s, &state);
}

static void theta(double *out, size_t h, const double *z, size_t n, struct minimiser *m,
                  struct arena *scratch)
{
    double *line = ARENA_NEW(scratch, double, n);
    struct smooth_line trend = smooth_line(z, n);
    for (size_t t = 0; t < n; t++)
        line[t] = 2 * z[t] - (trend.intercept + trend.slope * (double)t);
    smooth(out, h, SMOOTH_SIMPLE, line, n, m);
    for (size_t i = 0; i < h; i++)
        out[i] = (out[i] + trend.intercept + trend.slope * (double)(n + i)) / 2;
}

static void comb(double *out, size_t h, const double *z, size_t n, struct minimiser *m,
                 struct arena *scratch)
{
    double *one = ARENA_NEW(scratch, double, h);
    memset(out, 0, h * sizeof *out);
    for (enum smooth_kind kind = SMOOTH_SIMPLE; kind <= SMOOTH_DAMPED; kind++) {
        smooth(one, h, kind, z, n, m);
        for (size_t i = 0; i < h; i++)
            out[i] += one[i] / 3;
    }
}

static void adjusted(double *out, size_t h, enum classic what, const double *z,
                     size_t n, struct minimiser *m, struct arena *scratch)
{
    switch (what) {
    case CLASSIC_NAIVE:
    case CLASSIC_SNAIVE:
    case CLASSIC_NAIVE2:
        copy_last(out, h, z, n);
        break;
    case CLASSIC_SES:
        smooth(out, h, SMOOTH_SIMPLE, z, n, m);
        break;
    case CLASSIC_HOLT:
        smooth(out, h, SMOOTH_HOLT, z, n, m);
        break;
    case CLASSIC_DAMPED:
        smooth(out, h, SMOOTH_DAMPED, z, n, m);
        break;
    case CLASSIC_COMB:
        comb(out, h, z, n, m, scratch);
        break;
    case CLASSIC_THETA:
        theta(out, h, z, n, m, scratch);
        break;
    }
}

void classic_forecast(double *out, size_t h, enum classic what, const double *y,
                      size_t n, size_t m, struct minimiser *minimiser,
                      struct arena *scratch)
{
    double *index = ARENA_NEW(scratch, double, m);
    if (what == CLASSIC_SNAIVE) {
        copy_mean(out, h, y, n, m, 1);
        return;
    }
    bool seasonal = what != CLASSIC_NAIVE && season_test(y, n, m, index) &&
                    season_indices(index, y, n, m, true);
    for (size_t j = 0; seasonal && j < m; j++)
        seasonal = index[j] > 0;
    double *z = ARENA_NEW(scratch, double, n);
    for (size_t t = 0; t < n; t++)
        z[t] = seasonal ? y[t] / index[t % m] : y[t];
    adjusted(out, h, what, z, n, minimiser, scratch);
    for (size_t i = 0; seasonal && i < h; i++)
        out[i] *= index[(n + i) % m];
}
