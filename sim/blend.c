#include "blend.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

static const double FAR = 3;

/* Value below which half of the weight lies; sorts both by insertion. */
static double weighted_median(double *x, double *w, size_t n)
{
    double all = 0, below = 0;
    for (size_t i = 0; i < n; i++) {
        double value = x[i], weight = w[i];
        size_t j = i;
        for (; j > 0 && x[j - 1] > value; j--) {
            x[j] = x[j - 1];
            w[j] = w[j - 1];
        }
        x[j] = value;
        w[j] = weight;
        all += weight;
    }
    for (size_t i = 0; i + 1 < n; i++) {
        below += w[i];
        if (below >= all / 2) return x[i];
    }
    return x[n - 1];
}

static double clipped(const double *forecast, const double *weight, size_t n,
                      double low, double high)
{
    double x[BLEND_MOST], w[BLEND_MOST];
    size_t finite = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(forecast[i])) continue;
        x[finite] = forecast[i];
        w[finite++] = weight[i];
    }
    if (finite == 0) return (double)NAN;
    double middle = weighted_median(x, w, finite);
    for (size_t i = 0; i < finite; i++)
        x[i] = fabs(x[i] - middle);
    double far = FAR * weighted_median(x, w, finite), sum = 0;
    low = fmin(low, middle - far);
    high = fmax(high, middle + far);
    for (size_t i = 0; i < n; i++) {
        double f = isfinite(forecast[i]) ? forecast[i] : middle;
        sum += weight[i] * fmin(fmax(f, low), high);
    }
    return sum;
}

double blend(const double *forecast, const double *weight, size_t n, double low,
             double high)
{
    assert(n <= BLEND_MOST);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(weight[i] > 0)) continue;
        if (!(forecast[i] >= low && forecast[i] <= high))
            return clipped(forecast, weight, n, low, high);
        sum += weight[i] * forecast[i];
    }
    return sum;
}
