#ifndef SIM_LOADCURVE_H
#define SIM_LOADCURVE_H

/* What N units carry of an hourly demand, for every N at once.
 *
 * With d_h the demand of hour h in units, the overflow of N units is
 * sum over h of max(0, d_h − N). Counting hours and demand by floor(d_h) gives it
 * exactly for every whole N in O(hours + N). */

#include <stddef.h>
#include <stdint.h>

struct load_curve {
    int64_t *hours; /* hours with floor(d) = k, k = 0 … levels */
    double *demand; /* sum of their d */
    size_t levels;  /* the last bucket takes everything from `levels` on */
    double total;   /* unit-hours */
    double peak;    /* largest d */
    int64_t count;
};

/* Buffers are the caller's, `levels` + 1 long each; cleared here. */
void load_curve_init(struct load_curve *c, int64_t *hours, double *demand,
                     size_t levels);
void load_curve_add(struct load_curve *c, double demand_units);
/* Unit-hours above `units` (0 … levels): exact for whole units. */
double load_curve_overflow(const struct load_curve *c, int64_t units);
/* The same for units 0 … levels at once; `overflow` is levels + 1 long. */
void load_curve_overflows(double *overflow, const struct load_curve *c);

#endif
