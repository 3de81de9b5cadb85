#ifndef SIM_MINIMISE_H
#define SIM_MINIMISE_H

/* Smallest value of a function of a few variables by the simplex method of Nelder and
 * Mead (GSL's nmsimplex2), on one workspace for many searches. */

#include <stddef.h>

#include "err.h"

enum { MINIMISE_DIMENSIONS = 8 };

struct minimiser;

/* Errors: ERR_INTERNAL out of memory. Release with minimiser_close(), which accepts
 * NULL. */
NODISCARD enum err_code minimiser_open(struct minimiser **out, struct err *e);
void minimiser_close(struct minimiser *m);

/* From `x` (dimensions values, first steps of 1) to the best point found. A value that
 * is not finite counts as very large. Stops after `evaluations`, or when the simplex is
 * smaller than `size`. Returns: the value there. */
double minimise(double *x, size_t dimensions, struct minimiser *m,
                double (*f)(const double *x, void *context), void *context,
                int evaluations, double size);

#endif
