#include "score.h"

#include <math.h>

double score_smape(const double *actual, const double *forecast, size_t h)
{
    double sum = 0;
    for (size_t i = 0; i < h; i++) {
        double size = fabs(actual[i]) + fabs(forecast[i]);
        if (size > 0) sum += 200 * fabs(actual[i] - forecast[i]) / size;
    }
    return sum / (double)h;
}

double score_scale(const double *history, size_t n, size_t m)
{
    double sum = 0;
    size_t pairs = 0;
    for (size_t t = m; t < n; t++) {
        double step = fabs(history[t] - history[t - m]);
        if (isnan(step)) continue;
        sum += step;
        pairs++;
    }
    if (!pairs) return (double)NAN;
    return sum / (double)pairs;
}

double score_mae(const double *actual, const double *forecast, size_t h)
{
    double sum = 0;
    for (size_t i = 0; i < h; i++)
        sum += fabs(actual[i] - forecast[i]);
    return sum / (double)h;
}

double score_msis(const double *actual, const double *lower, const double *upper,
                  size_t h, double alpha, double scale)
{
    double sum = 0;
    for (size_t i = 0; i < h; i++) {
        sum += upper[i] - lower[i];
        if (actual[i] < lower[i]) sum += 2 / alpha * (lower[i] - actual[i]);
        if (actual[i] > upper[i]) sum += 2 / alpha * (actual[i] - upper[i]);
    }
    return sum / (double)h / scale;
}

double score_coverage(const double *actual, const double *lower, const double *upper,
                      size_t h)
{
    size_t within = 0;
    for (size_t i = 0; i < h; i++)
        within += actual[i] >= lower[i] && actual[i] <= upper[i];
    return (double)within / (double)h;
}

double score_owa(double smape, double mase, double base_smape, double base_mase)
{
    return (smape / base_smape + mase / base_mase) / 2;
}
