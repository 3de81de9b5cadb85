#ifndef SIM_SCORE_H
#define SIM_SCORE_H

/* How wrong a forecast was. Definitions of the M4 competition.
 * Source: Makridakis, Spiliotis, Assimakopoulos, "The M4 Competition: 100,000 time
 * series and 61 forecasting methods", IJF 36(1), 2020, and its published R code. */

#include <stddef.h>

/* (1/h) sum of 200 |y - f| / (|y| + |f|): 0 to 200. A step where both are 0 is right
 * and counts 0. */
double score_smape(const double *actual, const double *forecast, size_t h);

/* Mean |y_t - y_(t-m)| of a history: what "one unit of error" is. A NAN (a gap) on
 * either side leaves the pair out. NAN when no pair is left. */
double score_scale(const double *history, size_t n, size_t m);

double score_mae(const double *actual, const double *forecast, size_t h);

/* Interval score over `scale`: width, and 2/alpha times what lies outside. */
double score_msis(const double *actual, const double *lower, const double *upper,
                  size_t h, double alpha, double scale);

/* Share of `actual` within its interval, bounds included. */
double score_coverage(const double *actual, const double *lower, const double *upper,
                      size_t h);

/* Overall weighted average: mean of the two ratios to a benchmark's. */
double score_owa(double smape, double mase, double base_smape, double base_mase);

#endif
