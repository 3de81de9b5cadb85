#ifndef SIM_SEASON_H
#define SIM_SEASON_H

/* Seasons in a series: autocorrelation, the M4 test, classical decomposition. No gaps
 * here: the caller fills them first. */

#include <stdbool.h>
#include <stddef.h>

/* acf[k-1] for lags k = 1 … lags < n; 0 for a constant series. */
void season_acf(double *acf, size_t lags, const double *y, size_t n);

/* What |acf| at lag m must exceed to stand out at 90 %:
 * 1.645 / sqrt(n) sqrt(1 + 2 sum_(i<m) acf_i²). */
double season_limit(const double *acf, size_t m, size_t n);

/* Whether lag m stands out; false for n < 3m and for m < 2. `acf`: m values of scratch.
 * Source: M4's SeasonalityTest(). */
bool season_test(const double *y, size_t n, size_t m, double *acf);

/* Classical indices: the mean over all cycles of y over (or minus) its centred moving
 * average, then divided by (less) their own mean. index[j] is of times t with
 * t mod m = j. Range: n >= 2m, m >= 2. False when a ratio is not finite (a
 * moving average of 0). Source: R's stats::decompose(). */
bool season_indices(double *index, const double *y, size_t n, size_t m,
                    bool multiplicative);

#endif
