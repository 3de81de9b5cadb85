#ifndef SIM_SMOOTH_FIT_H
#define SIM_SMOOTH_FIT_H

/* Exponential smoothing fitted to a series by least squares of its one-step errors. */

#include <stddef.h>

#include "minimise.h"
#include "smooth.h"

enum smooth_kind {
    SMOOTH_SIMPLE, /* level */
    SMOOTH_HOLT,   /* level and trend */
    SMOOTH_DAMPED, /* phi in 0.8 … 0.98 */
};

/* Parameters and the state before the first value. */
struct smooth_fit {
    struct smooth s;
    double level, trend;
    double sse;
};

/* alpha in 0 … 0.9999, beta in 0 … alpha. The starting level and trend enter the errors
 * linearly, so they are solved for and only the parameters are searched.
 * Range: n >= 1. `precise` searches to 1e-9 rather than to what forecasts can feel. */
void smooth_fit(struct smooth_fit *out, enum smooth_kind kind, const double *y,
                size_t n, struct minimiser *m, bool precise);

/* The starting state for given parameters out->s. */
void smooth_fit_start(struct smooth_fit *out, const double *y, size_t n);

/* Least squares line through z[0 … n). */
struct smooth_line {
    double intercept, slope;
};
struct smooth_line smooth_line(const double *z, size_t n);

/* With an additive season of `season` steps and damped trend, from given indices
 * (index[j] of times t with t mod season = j), level of the first season and no trend,
 * to y[from … n). `work` has `season` values. Range: n >= from + season. */
void smooth_fit_season(struct smooth_fit *out, const double *index, size_t season,
                       const double *y, size_t from, size_t n, struct minimiser *m,
                       double *work);

#endif
