#include "quantile.h"

#include <assert.h>
#include <limits.h>
#include <math.h>

#include <gsl/gsl_cdf.h>

double quantile_sorted(const double *sorted, size_t n, double q)
{
    assert(n >= 1 && q > 0 && q < 1);
    /* 0.07 × 100 is 7.000000000000001 in binary: the 7th is meant, not the 8th. */
    const double slack = 4 * 0x1p-52;
    double k = ceil(q * (double)n * (1 - slack));
    size_t rank = k < 1 ? 1 : (size_t)k;
    return sorted[(rank < n ? rank : n) - 1];
}

/* Smallest k with P(X <= k) >= p for X binomial(n, q). */
static size_t binomial_quantile(double p, size_t n, double q)
{
    size_t below = 0, at = n; /* the answer is in [below, at] */
    while (below < at) {
        size_t middle = below + (at - below) / 2;
        if (gsl_cdf_binomial_P((unsigned)middle, q, (unsigned)n) >= p)
            at = middle;
        else
            below = middle + 1;
    }
    return at;
}

bool quantile_interval(size_t *lo, size_t *hi, size_t n, double q, double confidence)
{
    assert(q > 0 && q < 1 && confidence > 0 && confidence < 1);
    if (n < 1 || n > UINT_MAX) return false;
    double each_side = (1 - confidence) / 2;
    size_t l = binomial_quantile(each_side, n, q);
    size_t u = binomial_quantile(1 - each_side, n, q) + 1;
    if (l < 1 || u > n) return false;
    *lo = l - 1;
    *hi = u - 1;
    return true;
}

size_t quantile_runs_needed(double q, double confidence)
{
    assert(q > 0 && q < 1 && confidence > 0 && confidence < 1);
    return (size_t)ceil(log1p(-confidence) / log(q));
}

/* Neumaier's: the lost low parts are added up beside the sum. */
double mean_of(const double *x, size_t n)
{
    if (n == 0) return 0;
    double sum = 0, lost = 0;
    for (size_t i = 0; i < n; i++) {
        double next = sum + x[i];
        lost += fabs(sum) >= fabs(x[i]) ? (sum - next) + x[i] : (x[i] - next) + sum;
        sum = next;
    }
    return (sum + lost) / (double)n;
}
