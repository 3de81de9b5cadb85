#ifndef SIM_DEMAND_H
#define SIM_DEMAND_H

/* Demand paths: what a workload might ask for, hour by hour.
 *
 * A path is one draw of the drivers (growth, level, season, length drift,
 * shocks) from scrambled Sobol points, then hour noise from a counter-based
 * stream keyed by (seed, workload, path, hour). Every path can be computed
 * alone, in any order, on any machine, with the same bytes. */

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

enum { DEMAND_WEEK_HOURS = 168, DEMAND_MAX_SHOCKS = 8 };

/* "A month" of growth and drift is the mean Gregorian one: 365.2425 × 24 / 12 hours.
 * Calendar months would give the same factor over a year and a kink at each turn. */
#define DEMAND_MONTH_HOURS 730.485

/* Drivers of one workload, in the order of their Sobol coordinates. */
enum demand_driver {
    DRIVER_GROWTH,
    DRIVER_LEVEL,
    DRIVER_SEASON,
    DRIVER_LENGTH,
    DRIVER_SHOCK_COUNT,
    DRIVER_SHOCK_TIME,                                         /* MAX_SHOCKS of them */
    DRIVER_SHOCK_SIZE = DRIVER_SHOCK_TIME + DEMAND_MAX_SHOCKS, /* MAX_SHOCKS of them */
    DRIVER_COUNT = DRIVER_SHOCK_SIZE + DEMAND_MAX_SHOCKS
};
const char *
demand_driver_text(enum demand_driver d); /* "growth", "level", "season", … */

struct demand_spec {
    int64_t start_unix_s; /* of hour 0, on the hour, UTC */
    int64_t hours;
    double requests_per_day;            /* median at start */
    double level_sd;                    /* of the level's factor; 0: known */
    double growth_per_month, growth_sd; /* lognormal factor, median 1 + growth */
    double season_sd;                   /* of the season's strength around 1 */
    double length_drift_per_month, length_drift_sd; /* of both lengths */
    double shocks_per_year;
    double shock_factor, shock_factor_sd; /* lognormal, median shock_factor */
    double shock_days;
    double profile[DEMAND_WEEK_HOURS]; /* Monday 00:00 UTC first; mean 1 */
    double input_mean, output_mean;    /* tokens a request */
    double input_cv, output_cv;
    /* Variance over mean of an hour's count; 1 Poisson; 0 no hour noise at all, in
     * counts or tokens. */
    double dispersion;
};

/* Errors: ERR_RANGE naming the field (negative demand, profile of zeros, not finite,
 * more shocks than DEMAND_MAX_SHOCKS can carry). */
NODISCARD enum err_code demand_check(const struct demand_spec *s, struct err *e);

/* Driver coordinates in (0,1) of paths 0 … paths-1. Workload w of path p has its
 * DRIVER_COUNT of them at u + (p × workloads + w) × DRIVER_COUNT. The first drivers of
 * every workload share the 40 Sobol dimensions (growth of each first, then level, …),
 * the tail is pseudo-random. Digital shift by `seed`; the origin is kept, so that 2^k
 * paths have one point in each of 2^k equal slices of every Sobol coordinate.
 * Errors: ERR_RANGE (no paths, no workloads, over 2^24 paths). Owns: the arena.
 * Source: Joe & Kuo's Sobol through GSL; shift: L'Ecuyer & Lemieux 2002. */
NODISCARD enum err_code demand_points(double **u, size_t workloads, size_t paths,
                                      uint64_t seed, struct arena *a, struct err *e);

/* Hours of one path; arrays of spec->hours, the caller's. */
struct demand_hours {
    double *requests, *input_tokens, *output_tokens;
};

/* The path, for a spec that passed demand_check(). Never negative.
 *
 * With f the drivers' factors and hour h, requests have the mean
 *   requests_per_day/24 × level × growth^(h / DEMAND_MONTH_HOURS) × season × shocks
 * and variance dispersion × mean; tokens are requests × length × drift, with
 * cv² / requests more relative variance for each side. Noise is gamma-shaped by the
 * cube of a normal (Wilson & Hilferty 1931): its mean is right to 1e-4 down to one
 * request an hour, where cut normals would add 8 %. Below `dispersion` (or cv²)
 * requests an hour the noise stops growing. */
void demand_path(struct demand_hours *out, const struct demand_spec *s,
                 const double *u /* DRIVER_COUNT */, uint64_t seed, uint64_t workload,
                 uint64_t path);

/* The drivers as factors, for sensitivities and charts. */
struct demand_factors {
    double growth_per_month, level, season, length_drift_per_month;
    double shocks; /* mean over the horizon's hours of the shocks' product */
};
struct demand_factors demand_factors(const struct demand_spec *s, const double *u);

#endif
