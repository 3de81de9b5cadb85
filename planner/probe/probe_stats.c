#include "probe_stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "quantile.h"

static const double confidence = 0.95;

const double probe_quantile[PROBE_QUANTILES] = { 0.50, 0.90, 0.95, 0.99 };
const char *const probe_quantile_name[PROBE_QUANTILES] = { "p50", "p90", "p95", "p99" };

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double probe_type7(const double *sorted, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t below = (size_t)at;
    if (below + 1 >= n) return sorted[n - 1];
    return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

/* P(B <= k), B binomial (n, q), in one pass by the ratio of neighbours from the mode:
 * the sum of its smaller half. */
static double binomial_below(size_t k, size_t n, double q)
{
    double log_q = log(q), log_p = log1p(-q), sum = 0;
    double head = lgamma((double)n + 1);
    for (size_t i = 0; i <= k; i++) {
        double term = head - lgamma((double)i + 1) - lgamma((double)(n - i) + 1) +
                      (double)i * log_q + (double)(n - i) * log_p;
        sum += exp(term);
    }
    return sum < 1 ? sum : 1;
}

/* Where equal tails do not fit, the upper end is the largest value and the lower one
 * takes what is left of the 5 %. */
bool probe_interval(size_t *lo, size_t *hi, size_t n, double q)
{
    if (n == 0) return false;
    if (quantile_interval(lo, hi, n, q, confidence)) return true;
    double above = pow(q, (double)n); /* the quantile is above all values */
    if (above > 1 - confidence) return false;
    size_t l = n - 1;
    while (l > 0 && binomial_below(l - 1, n, q) > 1 - confidence - above)
        l--;
    if (l == 0) return false;
    *lo = l - 1;
    *hi = n - 1;
    return true;
}

void probe_stats_censored(struct probe_stats *out, const double *x, size_t n,
                          size_t censored, struct arena *a)
{
    size_t all = n + censored;
    double *sorted = ARENA_NEW(a, double, all + 1);
    if (n) memcpy(sorted, x, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, rising);
    for (size_t i = n; i < all; i++)
        sorted[i] = (double)INFINITY;
    *out = (struct probe_stats){ .n = all,
                                 .mean = (double)NAN,
                                 .max = (double)NAN,
                                 .sorted = sorted,
                                 .censored = censored };
    if (n && !censored) {
        out->mean = mean_of(sorted, n);
        out->max = sorted[n - 1];
    }
    for (size_t i = 0; i < PROBE_QUANTILES; i++) {
        double q = probe_quantile[i];
        size_t lo, hi;
        out->p[i] = out->lo[i] = out->hi[i] = (double)NAN;
        if (all < quantile_runs_needed(q, confidence)) continue;
        double p = probe_type7(sorted, all, q);
        if (isfinite(p)) out->p[i] = p;
        if (!probe_interval(&lo, &hi, all, q)) continue;
        if (isfinite(sorted[lo])) out->lo[i] = sorted[lo];
        if (isfinite(sorted[hi])) out->hi[i] = sorted[hi];
    }
}

void probe_stats_of(struct probe_stats *out, const double *x, size_t n, struct arena *a)
{
    probe_stats_censored(out, x, n, 0, a);
}
