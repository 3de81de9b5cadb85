#ifndef SIM_DRIVERS_H
#define SIM_DRIVERS_H

/* From driver coordinates to the factors of one path. */

#include "demand.h"

/* Purposes of the random streams here; never reused for anything else. */
enum {
    STREAM_DEMAND_SHIFT = 0x64736866,
    STREAM_DEMAND_TAIL = 0x64746c00,
    STREAM_DEMAND_HOURS = 0x64687273
};

/* Hours first … end-1 see demand × factor. */
struct shock {
    int64_t first, end;
    double factor;
};

struct drivers {
    double log_growth_per_hour, log_drift_per_hour, level, season;
    struct shock shock[DEMAND_MAX_SHOCKS];
    int shocks;
};

/* Standard deviation of the logarithm of a lognormal with this median and standard
 * deviation of itself: sd² = median² w (w - 1), w = exp(sigma²). */
double lognormal_sigma(double median, double sd);

struct drivers drivers_draw(const struct demand_spec *s, const double *u);

/* Product of the shocks at `hour`; `*until` becomes the first hour it may differ. */
double drivers_shock(const struct drivers *d, int64_t hour, int64_t hours,
                     int64_t *until);

#endif
