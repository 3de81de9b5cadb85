#ifndef SIM_SMOOTH_H
#define SIM_SMOOTH_H

/* Exponential smoothing in error-correction form: level, damped trend, one season.
 *
 *   additive        f = l + phi b + s        multiplicative  f = (l + phi b) s
 *   e = y - f                                (e / s moves level and trend,
 *   l' = l + phi b + alpha e                  e / (l + phi b) the season)
 *   b' = phi b + beta e
 *   s' = s + gamma e
 *
 * beta and gamma multiply the error directly. alpha alone is simple smoothing; with
 * beta and phi = 1 it is Holt's.
 * Source: Hyndman, Koehler, Ord, Snyder, Forecasting with Exponential Smoothing, 2008,
 * models ETS(A,Ad,A) and ETS(A,Ad,M) with additive errors. */

#include <stdbool.h>
#include <stddef.h>

struct smooth {
    double alpha, beta, gamma, phi;
    size_t season; /* steps; 0: none */
    bool multiplicative;
};

struct smooth_state {
    double level, trend;
    double *index; /* of times t with t mod season = j; the caller's */
    size_t t;      /* of the next value */
};

/* Takes in y[0 … n). `error` (n values) may be NULL. Returns: the sum of squared
 * one-step errors. A NAN is a gap: the state moves on as if it had been foreseen, and
 * its error is 0. */
double smooth_run(const struct smooth *s, struct smooth_state *state, const double *y,
                  size_t n, double *error);

void smooth_forecast(double *out, size_t h, const struct smooth *s,
                     const struct smooth_state *state);

/* State before y[0] by the first year's rule: level the mean of the first season, trend
 * (second season's mean - first's) / season, index y - level or y / level. Range: n >=
 * 2 seasons. */
void smooth_start(struct smooth_state *state, const struct smooth *s, const double *y,
                  size_t n);

#endif
