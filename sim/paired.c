#include "paired.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

double paired_normal_above(double z)
{
    return gsl_cdf_ugaussian_Q(z);
}

/* The most likely share of `c` cases where the difference is given: a root of
 * 2n q^2 + (-(b + c) + (2n - b + c) d) q - c d (1 - d), the derivative of the
 * likelihood of three kinds of cases. */
static double likely_share(double b, double c, double n, double d)
{
    double linear = -(b + c) + (2 * n - b + c) * d, constant = -c * d * (1 - d);
    double root = linear * linear - 8 * n * constant;
    double q = (sqrt(fmax(0, root)) - linear) / (4 * n);
    return fmax(q, fmax(0, -d));
}

double paired_score(int64_t b, int64_t c, int64_t n, double difference)
{
    double m = (double)n, above = (double)(b - c) - m * difference;
    double q = likely_share((double)b, (double)c, m, difference);
    double variance = m * (2 * q + difference * (1 - difference));
    if (variance <= 0) return fabs(above) > 0 ? copysign(HUGE_VAL, above) : 0;
    return above / sqrt(variance);
}

/* The score falls as the difference rises. */
static double difference_at(int64_t b, int64_t c, int64_t n, double score)
{
    double lo = -1, hi = 1;
    for (int i = 0; i < 60; i++) {
        double middle = (lo + hi) / 2;
        if (paired_score(b, c, n, middle) > score)
            lo = middle;
        else
            hi = middle;
    }
    return (lo + hi) / 2;
}

struct interval paired_shares(int64_t b, int64_t c, int64_t n, double level)
{
    double z = interval_z((1 + level) / 2);
    return (struct interval){ difference_at(b, c, n, z), difference_at(b, c, n, -z) };
}

double paired_mcnemar(int64_t b, int64_t c)
{
    unsigned least = (unsigned)(b < c ? b : c);
    if (b + c == 0) return 1;
    return fmin(1, 2 * gsl_cdf_binomial_P(least, 0.5, (unsigned)(b + c)));
}

/* How many tests a p value stands against: those that are no smaller. */
static size_t not_smaller(const double *p, size_t n, size_t which)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += isfinite(p[i]) &&
                 (p[i] > p[which] || i == which || (!(p[i] < p[which]) && i > which));
    return count;
}

void paired_holm(double *p, size_t n)
{
    double factor[256];
    if (n > sizeof factor / sizeof *factor) n = sizeof factor / sizeof *factor;
    for (size_t i = 0; i < n; i++)
        factor[i] = isfinite(p[i]) ? (double)not_smaller(p, n, i) : 0;
    size_t most = 0;
    for (size_t i = 0; i < n; i++)
        most = factor[i] > (double)most ? (size_t)factor[i] : most;
    double before = 0;
    for (size_t rank = most; rank > 0; rank--) /* ascending p */
        for (size_t i = 0; i < n; i++) {
            if ((size_t)factor[i] != rank) continue;
            before = fmin(1, fmax(before, p[i] * factor[i]));
            p[i] = before;
        }
}
