#ifndef SIM_GAPS_H
#define SIM_GAPS_H

/* Missing steps of a series. */

#include <stddef.h>

/* Copies y to out with each NAN filled: on the line between its known neighbours, plus,
 * with a season (m > 1), what the same steps whole seasons before and after stood above
 * their own such line. A gap at either end takes its one neighbour. Returns: how many
 * were filled; n when nothing is known, and `out` is then untouched. */
size_t gaps_fill(double *out, const double *y, size_t n, size_t m);

#endif
