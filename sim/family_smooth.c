/* Members that smooth exponentially, with the season taken off before or not. */
#include <math.h>
#include <string.h>

#include "adjust.h"
#include "family_private.h"
#include "quantile.h"

/* Old values only blur a level: this many of the latest are smoothed, or one of the
 * longest seasons when that is more; with a season of its own, ten of it. */
enum { SMOOTHED_VALUES = 100, SMOOTHED_SEASONS = 10 };
/* A trend shows in the long run only. */
enum { TREND_VALUES = 250, TREND_SEASONS = 2 };

static size_t smoothed_from(const struct family *f, size_t n)
{
    size_t want = family_season(f, LONGEST);
    if (want < SMOOTHED_VALUES) want = SMOOTHED_VALUES;
    return n > want ? n - want : 0;
}

static const double *index_at(const struct family *f, enum which season, size_t k)
{
    const double *all = season == LONGEST ? f->longest_index : f->shortest_index;
    return all + k * family_season(f, season);
}

/* The recent values at origin k, without the member's season. */
static size_t recent(double *z, const struct member *m, const struct family *f,
                     size_t k)
{
    size_t n = f->cut[k], from = smoothed_from(f, n),
           season = family_season(f, m->season);
    if (season) {
        adjust_remove(z, f->s->y, from, n, season, index_at(f, m->season, k));
    } else {
        memcpy(z, f->s->y + from, (n - from) * sizeof *z);
    }
    return n - from;
}

static void restore(double *out, const struct member *m, const struct family *f,
                    size_t k)
{
    size_t season = family_season(f, m->season);
    if (season)
        adjust_restore(out, f->horizon, f->cut[k], season, index_at(f, m->season, k));
}

/* Whether parameters are to be fitted at this origin. */
static bool fits_at(const struct family *f, size_t k)
{
    return k == 0 || k + 1 == f->cuts;
}

void member_smooth(double *out, const struct member *m, const struct family *f,
                   struct arena *scratch)
{
    double *z = ARENA_NEW(scratch, double, f->cut[f->cuts - 1]);
    struct smooth_fit fit = { 0 };
    for (size_t k = 0; k < f->cuts; k++, out += f->horizon) {
        size_t n = recent(z, m, f, k);
        if (fits_at(f, k)) {
            smooth_fit(&fit, m->smooth, z, n, f->minimiser, false);
        } else {
            smooth_fit_start(&fit, z, n);
        }
        struct smooth_state state = { .level = fit.level, .trend = fit.trend };
        smooth_run(&fit.s, &state, z, n, NULL);
        smooth_forecast(out, f->horizon, &fit.s, &state);
        restore(out, m, f, k);
    }
}

/* Half the linear trend, half simple smoothing of the series with twice its distance
 * from the trend. Source: Assimakopoulos & Nikolopoulos, "The theta model", IJF 16(4),
 * 2000. */
void member_theta(double *out, const struct member *m, const struct family *f,
                  struct arena *scratch)
{
    double *z = ARENA_NEW(scratch, double, f->cut[f->cuts - 1]);
    struct smooth_fit fit = { 0 };
    for (size_t k = 0; k < f->cuts; k++, out += f->horizon) {
        size_t n = recent(z, m, f, k);
        struct smooth_line line = smooth_line(z, n);
        for (size_t t = 0; t < n; t++)
            z[t] = 2 * z[t] - (line.intercept + line.slope * (double)t);
        if (fits_at(f, k)) {
            smooth_fit(&fit, SMOOTH_SIMPLE, z, n, f->minimiser, false);
        } else {
            smooth_fit_start(&fit, z, n);
        }
        struct smooth_state state = { .level = fit.level };
        smooth_run(&fit.s, &state, z, n, NULL);
        for (size_t i = 0; i < f->horizon; i++)
            out[i] = (state.level + line.intercept + line.slope * (double)(n + i)) / 2;
        restore(out, m, f, k);
    }
}

/* Values, or their logarithms, of the last `want` at origin k less their season. */
static size_t without_season(double *z, const struct member *m, const struct family *f,
                             const double *log_index, size_t k, size_t want)
{
    const double *y = m->log ? f->s->log : f->s->y;
    size_t n = f->cut[k], from = n > want ? n - want : 0;
    size_t season = family_season(f, m->season);
    if (!season) {
        memcpy(z, y + from, (n - from) * sizeof *z);
        return n - from;
    }
    const double *index =
        log_index ? log_index + k * season : index_at(f, m->season, k);
    adjust_remove(z, y, from, n, season, index);
    return n - from;
}

/* The straight line of a long stretch goes on, from the level that simple smoothing
 * finds around it. On logarithms: growth by the same per cent a step. */
void member_trend(double *out, const struct member *m, const struct family *f,
                  struct arena *scratch)
{
    size_t season = family_season(f, m->season), longest = family_season(f, LONGEST);
    size_t want = TREND_SEASONS * longest > TREND_VALUES ? TREND_SEASONS * longest
                                                         : (size_t)TREND_VALUES;
    double *z = ARENA_NEW(scratch, double, f->cut[f->cuts - 1]), *log_index = NULL;
    if (season && m->log)
        log_index = adjust_indices(f->s->log, season, f->cut, f->cuts, scratch);
    struct smooth_fit fit = { 0 };
    for (size_t k = 0; k < f->cuts; k++, out += f->horizon) {
        size_t n = without_season(z, m, f, log_index, k, want);
        struct smooth_line line = smooth_line(z, n);
        for (size_t t = 0; t < n; t++)
            z[t] -= line.intercept + line.slope * (double)t;
        if (fits_at(f, k)) {
            smooth_fit(&fit, SMOOTH_SIMPLE, z, n, f->minimiser, false);
        } else {
            smooth_fit_start(&fit, z, n);
        }
        struct smooth_state state = { .level = fit.level };
        smooth_run(&fit.s, &state, z, n, NULL);
        for (size_t i = 0; i < f->horizon; i++)
            out[i] = state.level + line.intercept + line.slope * (double)(n + i);
        if (log_index) {
            adjust_restore(out, f->horizon, f->cut[k], season, log_index + k * season);
        } else {
            restore(out, m, f, k);
        }
        for (size_t i = 0; m->log && i < f->horizon; i++)
            out[i] = exp(out[i]);
    }
}

/* Level, damped trend and season smoothed together. */
void member_smooth_season(double *out, const struct member *m, const struct family *f,
                          struct arena *scratch)
{
    size_t season = family_season(f, m->season);
    double *work = ARENA_NEW(scratch, double, season);
    struct smooth_fit fit = { 0 };
    for (size_t k = 0; k < f->cuts; k++, out += f->horizon) {
        const double *index = index_at(f, m->season, k);
        size_t n = f->cut[k], cycles = n / season;
        if (!cycles) {
            for (size_t i = 0; i < f->horizon; i++)
                out[i] = f->s->y[n - 1];
            continue;
        }
        if (cycles > SMOOTHED_SEASONS) cycles = SMOOTHED_SEASONS;
        size_t from = n - cycles * season;
        if (fits_at(f, k) || !fit.s.season) {
            smooth_fit_season(&fit, index, season, f->s->y, from, n, f->minimiser,
                              work);
        } else {
            fit.level = mean_of(f->s->y + from, season);
        }
        struct smooth_state state = { .level = fit.level, .index = work, .t = from };
        memcpy(work, index, season * sizeof *work);
        smooth_run(&fit.s, &state, f->s->y + from, n - from, NULL);
        smooth_forecast(out, f->horizon, &fit.s, &state);
    }
}
