#include "lengths.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

/* Share of the law's mean that lies in its n equal-probability strata i … n-1,
 * E[X; X > x_i] / E[X], x_i the i/n quantile. */
static double mean_above(const struct length_law *law, size_t i, size_t n)
{
    double u = (double)i / (double)n;
    if (i == 0) return 1;
    if (i == n) return 0;
    switch (law->family) {
    case LENGTH_CONSTANT:
        break;
    case LENGTH_LOGNORMAL:
        return gsl_cdf_ugaussian_Q(gsl_cdf_ugaussian_Pinv(u) - law->b);
    case LENGTH_UNIFORM: {
        double x = law->a + u * (law->b - law->a);
        return (1 - u) * (x + law->b) / (law->a + law->b);
    }
    case LENGTH_GAMMA: /* x times a gamma density is one of the next shape */
        return gsl_cdf_gamma_Q(gsl_cdf_gamma_Pinv(u, law->a, law->b), law->a + 1,
                               law->b);
    }
    return 1 - u;
}

static double *strata_means(const struct length_law *law, size_t n, struct arena *a)
{
    double *mean = ARENA_NEW(a, double, n), above = 1;
    for (size_t i = 0; i < n; i++) {
        double next = mean_above(law, i + 1, n);
        mean[i] = length_law_mean(law) * (double)n * (above - next);
        above = next;
    }
    return mean;
}

enum err_code lengths_of_laws(struct lengths *out, const struct length_law *input,
                              const struct length_law *output, size_t n,
                              struct arena *a, struct err *e)
{
    const size_t most = 1024;
    if (n < 1 || n > most) {
        return err_set(e, ERR_RANGE, "strata must be 1 to %zu, not %zu", most, n);
    }
    size_t ni = input->family == LENGTH_CONSTANT ? 1 : n;
    size_t no = output->family == LENGTH_CONSTANT ? 1 : n;
    const double *in = strata_means(input, ni, a),
                 *out_mean = strata_means(output, no, a);
    struct lengths l = { .cell = ARENA_NEW(a, struct length_cell, ni * no),
                         .count = ni * no };
    for (size_t i = 0; i < ni; i++) {
        for (size_t j = 0; j < no; j++) {
            l.cell[i * no + j] =
                (struct length_cell){ 1.0 / (double)(ni * no), in[i], out_mean[j] };
        }
    }
    for (size_t i = 0; i < l.count; i++) {
        if (!isfinite(l.cell[i].input_tokens) || !isfinite(l.cell[i].output_tokens)) {
            return err_set(e, ERR_NUMERIC, "length law has no finite strata");
        }
    }
    *out = l;
    return OK;
}
