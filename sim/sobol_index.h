#ifndef SIM_SOBOL_INDEX_H
#define SIM_SOBOL_INDEX_H

/* Which input makes an output vary: first-order and total Sobol indices.
 *
 * With rows A and B of independent points and AB_i = A with the coordinates of input i
 * taken from B, V the variance of f:
 *   first  S_i = mean(f(B) × (f(AB_i) − f(A))) / V
 *   total  T_i = mean((f(A) − f(AB_i))²) / (2 V)
 * Source: A. Saltelli et al., "Variance based sensitivity analysis of model output",
 *         Computer Physics Communications 181 (2010), table 2, (b) and (f). */

#include <stddef.h>

struct sobol_index {
    double first,
        total; /* of the variance; small negatives are sampling noise, cut at 0 */
};

/* `fa` and `fb` have n values, `fab[i × n + row]`. All zero when f does not vary. */
void sobol_indices(struct sobol_index *out, size_t inputs, const double *fa,
                   const double *fb, const double *fab, size_t n);

#endif
