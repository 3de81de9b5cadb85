#include "smooth.h"

#include <assert.h>
#include <math.h>

#include "quantile.h"

/* No season: the hot loop of fits. */
static double run_plain(const struct smooth *s, struct smooth_state *state,
                        const double *y, size_t n, double *error)
{
    double l = state->level, b = state->trend, sum = 0;
    for (size_t i = 0; i < n; i++) {
        double ahead = l + s->phi * b, e = y[i] - ahead;
        if (isnan(e)) e = 0;
        l = ahead + s->alpha * e;
        b = s->phi * b + s->beta * e;
        sum += e * e;
        if (error) error[i] = e;
    }
    state->level = l;
    state->trend = b;
    state->t += n;
    return sum;
}

static double run_additive(const struct smooth *s, struct smooth_state *state,
                           const double *y, size_t n, double *error)
{
    double l = state->level, b = state->trend, sum = 0;
    size_t j = state->t % s->season;
    for (size_t i = 0; i < n; i++) {
        double ahead = l + s->phi * b, e = y[i] - ahead - state->index[j];
        if (isnan(e)) e = 0;
        l = ahead + s->alpha * e;
        b = s->phi * b + s->beta * e;
        state->index[j] += s->gamma * e;
        if (++j == s->season) j = 0;
        sum += e * e;
        if (error) error[i] = e;
    }
    state->level = l;
    state->trend = b;
    state->t += n;
    return sum;
}

static double run_multiplicative(const struct smooth *s, struct smooth_state *state,
                                 const double *y, size_t n, double *error)
{
    double l = state->level, b = state->trend, sum = 0;
    size_t j = state->t % s->season;
    for (size_t i = 0; i < n; i++) {
        double ahead = l + s->phi * b, index = state->index[j];
        double e = y[i] - ahead * index;
        if (isnan(e)) e = 0;
        l = ahead + s->alpha * e / index;
        b = s->phi * b + s->beta * e / index;
        state->index[j] += s->gamma * e / ahead;
        if (++j == s->season) j = 0;
        sum += e * e;
        if (error) error[i] = e;
    }
    state->level = l;
    state->trend = b;
    state->t += n;
    return sum;
}

double smooth_run(const struct smooth *s, struct smooth_state *state, const double *y,
                  size_t n, double *error)
{
    if (!s->season) return run_plain(s, state, y, n, error);
    if (!s->multiplicative) return run_additive(s, state, y, n, error);
    return run_multiplicative(s, state, y, n, error);
}

void smooth_forecast(double *out, size_t h, const struct smooth *s,
                     const struct smooth_state *state)
{
    double level = state->level, step = state->trend;
    for (size_t i = 0; i < h; i++) {
        step *= s->phi;
        level += step;
        out[i] = level;
        if (!s->season) continue;
        double index = state->index[(state->t + i) % s->season];
        out[i] = s->multiplicative ? level * index : level + index;
    }
}

void smooth_start(struct smooth_state *state, const struct smooth *s, const double *y,
                  size_t n)
{
    size_t m = s->season;
    assert(m >= 1 && n >= 2 * m);
    double first = mean_of(y, m), second = mean_of(y + m, m);
    state->level = first;
    state->trend = (second - first) / (double)m;
    state->t = 0;
    for (size_t j = 0; j < m; j++)
        state->index[j] = s->multiplicative ? y[j] / first : y[j] - first;
}
