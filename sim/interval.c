#include "interval.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "rng.h"

double interval_z(double p)
{
    return gsl_cdf_ugaussian_Pinv(p);
}

double interval_t(double p, double freedom)
{
    return gsl_cdf_tdist_Pinv(p, freedom);
}

double interval_t_above(double t, double freedom)
{
    return gsl_cdf_tdist_Q(t, freedom);
}

struct interval interval_wilson(int64_t hits, int64_t n, double level)
{
    double z = interval_z((1 + level) / 2), m = (double)n, p = (double)hits / m;
    double middle = (p + z * z / (2 * m)) / (1 + z * z / m);
    double half = z * sqrt(p * (1 - p) / m + z * z / (4 * m * m)) / (1 + z * z / m);
    return (struct interval){ hits == 0 ? 0 : fmax(0, middle - half),
                              hits == n ? 1 : fmin(1, middle + half) };
}

struct interval interval_exact(int64_t hits, int64_t n, double level)
{
    double tail = (1 - level) / 2, k = (double)hits, m = (double)n;
    return (struct interval){
        hits == 0 ? 0 : gsl_cdf_beta_Pinv(tail, k, m - k + 1),
        hits == n ? 1 : gsl_cdf_beta_Qinv(tail, k + 1, m - k),
    };
}

struct interval interval_newcombe(int64_t hits, int64_t n, int64_t other_hits,
                                  int64_t other_n, double level)
{
    struct interval x = interval_wilson(hits, n, level);
    struct interval y = interval_wilson(other_hits, other_n, level);
    double p = (double)hits / (double)n, q = (double)other_hits / (double)other_n;
    return (struct interval){ p - q - hypot(p - x.lo, y.hi - q),
                              p - q + hypot(x.hi - p, q - y.lo) };
}

struct interval interval_student(double mean, double sd, size_t n, double level)
{
    double half = interval_t((1 + level) / 2, (double)n - 1) * sd / sqrt((double)n);
    return (struct interval){ mean - half, mean + half };
}

void interval_moments(double *mean, double *sd, const double *x, size_t n)
{
    double sum = 0, squares = 0, rest = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    *mean = sum / (double)n;
    for (size_t i = 0; i < n; i++) {
        double off = x[i] - *mean;
        rest += off;
        squares += off * off;
    }
    *mean += rest / (double)n; /* what rounding left */
    squares -= rest * rest / (double)n;
    *sd = n > 1 ? sqrt(fmax(0, squares) / (double)(n - 1)) : 0;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sum of cubes over 6 (sum of squares)^1.5. */
static double acceleration(const double *x, size_t n, double mean)
{
    double squares = 0, cubes = 0;
    for (size_t i = 0; i < n; i++) {
        double off = x[i] - mean;
        squares += off * off;
        cubes += off * off * off;
    }
    return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0;
}

/* Share of the resamples below the mean; of equal ones half count. */
static double share_below(const double *sorted, size_t n, double mean)
{
    double below = 0;
    for (size_t i = 0; i < n; i++)
        below += sorted[i] < mean ? 1 : sorted[i] > mean ? 0 : 0.5;
    double least = 1 / (2 * (double)n);
    return fmin(1 - least, fmax(least, below / (double)n));
}

struct interval interval_bootstrap(const double *x, size_t n, double level,
                                   size_t resamples, uint64_t seed, double *work)
{
    struct rng r;
    double mean, sd, end[2];
    interval_moments(&mean, &sd, x, n);
    rng_init(&r, seed, 0x626f6f74, n);
    for (size_t b = 0; b < resamples; b++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) /* n < 2^32: the product's upper half */
            sum += x[(rng_next(&r) >> 32) * n >> 32];
        work[b] = sum / (double)n;
    }
    qsort(work, resamples, sizeof *work, ascending);
    double z0 = interval_z(share_below(work, resamples, mean));
    double a = acceleration(x, n, mean);
    for (int side = 0; side < 2; side++) {
        double z = z0 + interval_z(side ? (1 + level) / 2 : (1 - level) / 2);
        double p = gsl_cdf_ugaussian_P(z0 + z / (1 - a * z));
        double at = floor(p * (double)(resamples + 1)) - 1;
        at = fmin((double)resamples - 1, fmax(0, at));
        end[side] = work[(size_t)at];
    }
    return (struct interval){ end[0], end[1] };
}
