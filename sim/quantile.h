#ifndef SIM_QUANTILE_H
#define SIM_QUANTILE_H

/* Percentiles of a sample, and how sure they are. */

#include <stdbool.h>
#include <stddef.h>

/* The k-th smallest with k = ceil(q n): an order statistic, so a value that occurred.
 * `sorted` ascending, n >= 1, 0 < q < 1. */
double quantile_sorted(const double *sorted, size_t n, double q);

/* Distribution-free interval of the q-quantile: indices (from 0) of the order
 * statistics l = binom.ppf(a/2), u = binom.ppf(1-a/2) + 1. False when the sample cannot
 * carry it. Source: order-statistic interval, David & Nagaraja, Order Statistics, 3rd
 * ed., §7.1. */
bool quantile_interval(size_t *lo, size_t *hi, size_t n, double q, double confidence);

/* Runs needed so that their maximum bounds the q-quantile with `confidence`:
 * ceil(ln(1-confidence)/ln q): 0.99 at 95 % needs 299. */
size_t quantile_runs_needed(double q, double confidence);

double mean_of(const double *x, size_t n); /* compensated */

#endif
