#include "season.h"

#include <assert.h>
#include <math.h>

#include "quantile.h"

void season_acf(double *acf, size_t lags, const double *y, size_t n)
{
    assert(lags < n);
    double mean = mean_of(y, n), variance = 0;
    for (size_t t = 0; t < n; t++)
        variance += (y[t] - mean) * (y[t] - mean);
    for (size_t k = 1; k <= lags; k++) {
        double sum = 0;
        for (size_t t = k; t < n; t++)
            sum += (y[t] - mean) * (y[t - k] - mean);
        acf[k - 1] = variance > 0 ? sum / variance : 0;
    }
}

double season_limit(const double *acf, size_t m, size_t n)
{
    const double normal_95 = 1.645;
    double squares = 0;
    for (size_t k = 1; k < m; k++)
        squares += acf[k - 1] * acf[k - 1];
    return normal_95 / sqrt((double)n) * sqrt(1 + 2 * squares);
}

bool season_test(const double *y, size_t n, size_t m, double *acf)
{
    if (m < 2 || n < 3 * m) return false;
    season_acf(acf, m, y, n);
    return fabs(acf[m - 1]) > season_limit(acf, m, n);
}

/* Centred moving average at t of order m; an even one spans m + 1 with half ends.
 * NAN where it would reach over an end. */
static double centred(const double *y, size_t n, size_t m, size_t t)
{
    size_t half = m / 2;
    if (t < half || t + half >= n) return (double)NAN;
    double sum = 0;
    for (size_t i = t - half; i <= t + half; i++)
        sum += y[i];
    if (m % 2 == 0) sum -= (y[t - half] + y[t + half]) / 2;
    return sum / (double)m;
}

bool season_indices(double *index, const double *y, size_t n, size_t m,
                    bool multiplicative)
{
    assert(m >= 2 && n >= 2 * m);
    double all = 0;
    for (size_t j = 0; j < m; j++) {
        double sum = 0;
        size_t count = 0;
        for (size_t t = j; t < n; t += m) {
            double level = centred(y, n, m, t);
            if (isnan(level)) continue;
            sum += multiplicative ? y[t] / level : y[t] - level;
            count++;
        }
        index[j] = sum / (double)count;
        all += index[j];
    }
    all /= (double)m;
    for (size_t j = 0; j < m; j++) {
        index[j] = multiplicative ? index[j] / all : index[j] - all;
        if (!isfinite(index[j])) return false;
    }
    return true;
}
