#ifndef SIM_COPIES_H
#define SIM_COPIES_H

/* Forecasts that repeat what was seen: the last value, the same place in earlier
 * seasons. One origin each: y[0 … n) is the past, n >= 1. Where the series is shorter
 * than a season they fall back to the last value. */

#include <stddef.h>

void copy_last(double *out, size_t h, const double *y, size_t n);

/* Last value and the mean step of the last `window` steps. */
void copy_drift(double *out, size_t h, const double *y, size_t n, size_t window);

/* Mean, or median, of the same place in the last `cycles` seasons of m steps (as many
 * as there are). One cycle: the seasonal naive forecast. */
enum { COPY_CYCLES = 8 };
void copy_mean(double *out, size_t h, const double *y, size_t n, size_t m,
               size_t cycles);
void copy_median(double *out, size_t h, const double *y, size_t n, size_t m,
                 size_t cycles);

/* Seasonal naive, corrected by r^h times the last step's miss; r is the first
 * autocorrelation of the misses, within 0 … 0.995. */
void copy_corrected(double *out, size_t h, const double *y, size_t n, size_t m);

/* The mean shape of all whole seasons of m steps, scaled to the level of the last
 * `recent` steps. */
void copy_profile(double *out, size_t h, const double *y, size_t n, size_t m,
                  size_t recent, double *work);

#endif
