#include "sobol_index.h"

#include "quantile.h"

void sobol_indices(struct sobol_index *out, size_t inputs, const double *fa,
                   const double *fb, const double *fab, size_t n)
{
    double mean = (mean_of(fa, n) + mean_of(fb, n)) / 2, variance = 0;
    for (size_t r = 0; r < n; r++)
        variance += (fa[r] - mean) * (fa[r] - mean) + (fb[r] - mean) * (fb[r] - mean);
    variance /= (double)(2 * n);
    for (size_t i = 0; i < inputs; i++) {
        double first = 0, total = 0;
        for (size_t r = 0; r < n; r++) {
            double ab = fab[i * n + r];
            /* f less its mean: the estimator's variance falls with it */
            first += (fb[r] - mean) * (ab - fa[r]);
            total += (fa[r] - ab) * (fa[r] - ab);
        }
        out[i] = (struct sobol_index){ 0 };
        if (variance <= 0) continue;
        first /= (double)n * variance;
        out[i].first = first > 0 ? first : 0;
        out[i].total = total / (2 * (double)n * variance);
    }
}
