#ifndef SIM_BLEND_H
#define SIM_BLEND_H

/* One forecast from many. */

#include <stddef.h>

/* Weighted mean of forecast[0 … n), weights summing to 1. What lies beyond `low` …
 * `high` may be right (growth) or a recursion gone wild: it counts as far out as three
 * weighted median distances from the weighted median, or as the bound it crosses,
 * whichever is further. What is not finite counts as the median. Range: n <= 64. */
double blend(const double *forecast, const double *weight, size_t n, double low,
             double high);

enum { BLEND_MOST = 64 };

#endif
