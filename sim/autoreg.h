#ifndef SIM_AUTOREG_H
#define SIM_AUTOREG_H

/* Autoregression on chosen lags, fitted by least squares.
 *
 * With lags 1, 2, 3 and those around each season it does what a seasonal ARIMA does,
 * at the price of one pass over the series: the normal equations grow with the series,
 * so that forecasts from many origins cost little more than one. */

#include <stddef.h>

#include "arena.h"

enum { AUTOREG_LAGS = 32 };

struct autoreg {
    size_t lag[AUTOREG_LAGS]; /* ascending, each at least 1 */
    size_t lags;
    size_t difference; /* d: z_t = y_t - y_(t-d); 0: z = y, with a mean */
    size_t window;     /* rows fitted, the latest; 0: all */
};

/* Forecasts of y[cut] … y[cut + h - 1] from y[0] … y[cut-1] for each of the ascending
 * `cut`s: out[k × h + i]. Where a cut has not twice as many values as a lag, or not
 * three rows a lag, the longest lags are left out; where none is left the forecast is
 * the last value (of d steps before). A recursion that leaves the range seen by more
 * than half of its width is held there.
 * Range: cut >= 1, y finite. */
void autoreg_forecast(double *out, const struct autoreg *a, const double *y,
                      const size_t *cut, size_t cuts, size_t h, struct arena *scratch);

#endif
