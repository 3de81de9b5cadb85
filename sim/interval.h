#ifndef SIM_INTERVAL_H
#define SIM_INTERVAL_H

/* How sure a mean or a share is: two-sided intervals of a stated level. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct interval {
    double lo, hi;
};

/* Of a share, `hits` of `n`, 0 <= hits <= n, n >= 1; 0 < level < 1. Wilson's has about
 * the stated coverage on average, Clopper and Pearson's at least it, for every share.
 * Source: Brown, Cai, DasGupta, "Interval Estimation for a Binomial Proportion",
 * Statistical Science 16, 2001, §3.1.1, §4.2.1. */
struct interval interval_wilson(int64_t hits, int64_t n, double level);
struct interval interval_exact(int64_t hits, int64_t n, double level);

/* Of the difference of two independent shares, the first less the second; n >= 1.
 * Source: R. G. Newcombe, "Interval estimation for the difference between independent
 * proportions", Statistics in Medicine 17, 1998, method 10. */
struct interval interval_newcombe(int64_t hits, int64_t n, int64_t other_hits,
                                  int64_t other_n, double level);

/* Of a mean of `n` >= 2 values with standard deviation `sd` (divisor n - 1), by
 * Student's t. */
struct interval interval_student(double mean, double sd, size_t n, double level);

/* The quantile of Student's t with `freedom` degrees; of the normal law. 0 < p < 1. */
double interval_t(double p, double freedom);
double interval_z(double p);
/* How likely Student's t is to be above `t`. */
double interval_t_above(double t, double freedom);

/* Mean and standard deviation (divisor n - 1; 0 for n 1), compensated. */
void interval_moments(double *mean, double *sd, const double *x, size_t n);

/* Of a mean of `n` >= 2 values by `resamples` resamples of them, bias corrected and
 * accelerated. `work` holds `resamples` values. Same seed, same interval.
 * Source: Efron, Tibshirani, An Introduction to the Bootstrap, 1993, §14.3; for a mean
 * the acceleration is the sum of cubes over 6 (sum of squares)^1.5. */
struct interval interval_bootstrap(const double *x, size_t n, double level,
                                   size_t resamples, uint64_t seed, double *work);

#endif
