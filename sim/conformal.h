#ifndef SIM_CONFORMAL_H
#define SIM_CONFORMAL_H

/* Intervals from the errors that forecasts have made (split-conformal prediction).
 *
 * Errors grow with the steps ahead: each is divided by the root mean square of the
 * errors around its step, and the sizes of these ratios, all steps together, say how
 * far the next error may lie out. Source: Vovk, Gammerman, Shafer, Algorithmic Learning
 * in a Random World, 2005; Lei et al., "Distribution-free predictive inference for
 * regression", JASA 113, 2018, for the scaled scores. */

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/* Errors are not independent: those of one origin follow each other. An origin counts
 * for this many. Chosen by the coverage on the training halves of M4 hourly and weekly.
 */
enum { CONFORMAL_PER_ORIGIN = 3 };

struct conformal {
    double *scale; /* of each of `horizon` steps */
    double *score; /* sizes over scale */
    bool sorted;
    size_t scores;
    size_t independent; /* scores that count */
    size_t horizon;
};

/* error[k × reach + i], of origin k at step i; NAN where nothing is known. `skip`: an
 * origin to leave out; origins for none. Steps beyond the reach are as wide as the last
 * one, growing with the root of time. */
void conformal_learn(struct conformal *c, const double *error, size_t origins,
                     size_t reach, size_t horizon, size_t skip, struct arena *a);

/* Ascending scores: quicker for more than a few quantiles. */
void conformal_sort(struct conformal *c);

/* Half-width over scale that holds a new error with probability `level` (0 … 1): the
 * score of rank (n + 1) level of n. Where n is too small for that, the larger of the
 * largest score and Student's t with n degrees of freedom. NAN without scores. */
double conformal_quantile(struct conformal *c, double level);

#endif
