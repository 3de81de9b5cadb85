#ifndef SIM_CLASSIC_H
#define SIM_CLASSIC_H

/* The benchmark methods of the M4 competition, as its code defines them: SES, Holt,
 * Damped, their mean and Theta run on the series divided by its classical indices where
 * season_test() finds a season. Source: "Benchmarks and Evaluation.R" of M4-methods. */

#include <stddef.h>

#include "arena.h"
#include "minimise.h"

enum classic {
    CLASSIC_NAIVE,
    CLASSIC_SNAIVE,
    CLASSIC_NAIVE2,
    CLASSIC_SES,
    CLASSIC_HOLT,
    CLASSIC_DAMPED,
    CLASSIC_COMB,
    CLASSIC_THETA
};

/* Forecasts of y[n] … y[n + h - 1]. `m` is the season, 1 for none. Range: n >= 1. */
void classic_forecast(double *out, size_t h, enum classic what, const double *y,
                      size_t n, size_t m, struct minimiser *minimiser,
                      struct arena *scratch);

#endif
