#ifndef PROBE_STATS_H
#define PROBE_STATS_H

/* Percentiles that the sample carries, with intervals that assume no distribution. */

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

enum { PROBE_P50, PROBE_P90, PROBE_P95, PROBE_P99, PROBE_QUANTILES };
extern const double probe_quantile[PROBE_QUANTILES];
/* "p50" … */
extern const char *const probe_quantile_name[PROBE_QUANTILES];

/* NaN stands for what the sample cannot carry. `sorted` lives in the arena. */
struct probe_stats {
    size_t n;
    double mean, max;
    double p[PROBE_QUANTILES];
    double lo[PROBE_QUANTILES], hi[PROBE_QUANTILES]; /* 95 % */
    const double *sorted;
    size_t censored; /* of n, that are known to be longer than they look */
};

/* A percentile is given when the largest of n values is above the true one with 95 %:
 * 5 values for p50, 29 for p90, 59 for p95, 299 for p99. Its value is interpolated
 * (type 7 of Hyndman and Fan), so it is never above the largest.
 * Intervals: order statistics l < u with P(l <= B < u) >= 0.95 for B binomial (n, q).
 * `x` is copied. */
void probe_stats_of(struct probe_stats *out, const double *x, size_t n,
                    struct arena *a);

/* The same with `censored` further values of which is only known that they are above
 * all others: what reaches into them is NaN, as are mean and max. */
void probe_stats_censored(struct probe_stats *out, const double *x, size_t n,
                          size_t censored, struct arena *a);

/* `sorted` ascending, n >= 1. */
double probe_type7(const double *sorted, size_t n, double q);

/* Indices (from 0) of the order statistics that bound the q-quantile with 95 %; false
 * when n is too small. */
bool probe_interval(size_t *lo, size_t *hi, size_t n, double q);

#endif
