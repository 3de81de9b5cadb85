#ifndef SIM_FORECAST_H
#define SIM_FORECAST_H

/* What a series will do next, how sure that is, and paths it may take.
 *
 * A family of cheap methods forecasts from up to 16 past origins ("rolling origins").
 * Each is weighted by (1 / its mean absolute error there)^6, late origins counting
 * more, and the weighted mean is the forecast. The errors of the combination at an
 * origin, made with weights from origins whose futures do not overlap with its own,
 * are what intervals are calibrated on (split-conformal). Nothing after the series'
 * end, and no other series, has a part in it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

enum { FORECAST_SEASONS = 4, FORECAST_LEVELS = 8 };

/* AUTO is the combination; the others are the M4 competition's benchmarks (classic.h).
 */
#define FORECAST_METHODS(X)                                                            \
    X(AUTO, "auto")                                                                    \
    X(NAIVE, "naive")                                                                  \
    X(SNAIVE, "snaive")                                                                \
    X(NAIVE2, "naive2")                                                                \
    X(SES, "ses")                                                                      \
    X(HOLT, "holt")                                                                    \
    X(DAMPED, "damped")                                                                \
    X(COMB, "comb")                                                                    \
    X(THETA, "theta")

enum forecast_method {
#define X(id, text) FORECAST_##id,
    FORECAST_METHODS(X)
#undef X
};
const char *forecast_method_text(enum forecast_method m);

struct forecast_spec {
    const double *value; /* one a step; NAN: a gap */
    size_t count;
    size_t season[FORECAST_SEASONS]; /* steps, any order, each at least 2 */
    size_t seasons;
    size_t horizon;
    int level[FORECAST_LEVELS]; /* per cent, 1 to 99 */
    size_t levels;
    enum forecast_method method;
    size_t paths; /* 0: none */
    uint64_t seed;
};

struct forecast_interval {
    int level;
    double *lower, *upper;
    double coverage; /* at the origins, each held out in turn; NAN without origins */
};

struct forecast_weight {
    const char *name;
    double weight;
};

struct forecast {
    enum forecast_method method;
    size_t season[FORECAST_SEASONS], seasons; /* used, ascending */
    size_t dropped[FORECAST_SEASONS], drops;  /* too long for the series */
    size_t gaps;                              /* filled before anything else */
    size_t horizon;
    double *point;
    struct forecast_interval interval[FORECAST_LEVELS]; /* in the spec's order */
    size_t levels;
    struct forecast_weight *weight; /* heaviest first; all methods that took part */
    size_t weights;
    size_t origins, reach; /* rolling origins, steps looked at from each */
    double smape, mase;    /* of the origins, each held out; NAN without, or for a flat
                              series; mase is scaled by the first season used, or 1 */
    double *path;          /* paths × horizon, row by row */
    size_t paths;
};

/* Values a season needs: two whole cycles before the last origin, which leaves the
 * horizon or a third of the series. */
size_t forecast_season_needs(size_t season, size_t horizon);

/* A forecast is never negative when the series never was. Where there are too few
 * errors for a level, Student's t of as many degrees stands in for their quantile. The
 * steps of a path hang together as the errors did; at each step the paths are spread
 * like the intervals.
 * Errors: ERR_SAMPLES fewer than two values; ERR_RANGE: infinite values, horizon 0 or
 * over 100 000, level, season; ERR_INTERNAL out of memory.
 * Owns: the arena. */
NODISCARD enum err_code forecast_run(struct forecast *out,
                                     const struct forecast_spec *spec, struct arena *a,
                                     struct err *e);

#endif
