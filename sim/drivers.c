#include "drivers.h"

#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_cdf.h>

double lognormal_sigma(double median, double sd)
{
    if (!(sd > 0) || !(median > 0)) return 0;
    double r = sd / median;
    /* w - 1 without cancellation when r is small */
    double w_less_1 = 2 * r * r / (1 + sqrt(1 + 4 * r * r));
    return sqrt(log1p(w_less_1));
}

static double log_factor(double median, double sd, double u)
{
    double sigma = lognormal_sigma(median, sd);
    return log(median) + (sigma > 0 ? sigma * gsl_cdf_ugaussian_Pinv(u) : 0);
}

/* Poisson by inversion; what exceeds DEMAND_MAX_SHOCKS counts as that many. */
static int shock_count(const struct demand_spec *s, double u)
{
    double years = (double)s->hours / (12 * DEMAND_MONTH_HOURS);
    double mean = s->shocks_per_year * years;
    double p = exp(-mean), sum = p;
    int k = 0;
    while (u > sum && k < DEMAND_MAX_SHOCKS)
        sum += p *= mean / ++k;
    return k;
}

static struct shock draw_shock(const struct demand_spec *s, double u_time,
                               double u_size)
{
    int64_t first = (int64_t)(u_time * (double)s->hours);
    int64_t lasts = llround(s->shock_days * 24);
    int64_t end = first + (lasts > 1 ? lasts : 1);
    return (struct shock){
        .first = first,
        .end = end < s->hours ? end : s->hours,
        .factor = s->shock_factor > 0
                      ? exp(log_factor(s->shock_factor, s->shock_factor_sd, u_size))
                      : 0,
    };
}

struct drivers drivers_draw(const struct demand_spec *s, const double *u)
{
    struct drivers d = {
        .log_growth_per_hour =
            log_factor(1 + s->growth_per_month, s->growth_sd, u[DRIVER_GROWTH]) /
            DEMAND_MONTH_HOURS,
        .log_drift_per_hour = log_factor(1 + s->length_drift_per_month,
                                         s->length_drift_sd, u[DRIVER_LENGTH]) /
                              DEMAND_MONTH_HOURS,
        .level = exp(log_factor(1, s->level_sd, u[DRIVER_LEVEL])),
        .season = 1,
        .shocks = shock_count(s, u[DRIVER_SHOCK_COUNT]),
    };
    if (s->season_sd > 0) {
        d.season = fmax(0, 1 + s->season_sd * gsl_cdf_ugaussian_Pinv(u[DRIVER_SEASON]));
    }
    for (int i = 0; i < d.shocks; i++) {
        d.shock[i] = draw_shock(s, u[DRIVER_SHOCK_TIME + i], u[DRIVER_SHOCK_SIZE + i]);
    }
    return d;
}

double drivers_shock(const struct drivers *d, int64_t hour, int64_t hours,
                     int64_t *until)
{
    double factor = 1;
    *until = hours;
    for (int i = 0; i < d->shocks; i++) {
        const struct shock *k = &d->shock[i];
        bool before = hour < k->first, in = !before && hour < k->end;
        if (before && k->first < *until) *until = k->first;
        if (in && k->end < *until) *until = k->end;
        if (in) factor *= k->factor;
    }
    return factor;
}

struct demand_factors demand_factors(const struct demand_spec *s, const double *u)
{
    struct drivers d = drivers_draw(s, u);
    struct demand_factors f = {
        .growth_per_month = exp(d.log_growth_per_hour * DEMAND_MONTH_HOURS),
        .level = d.level,
        .season = d.season,
        .length_drift_per_month = exp(d.log_drift_per_hour * DEMAND_MONTH_HOURS),
    };
    int64_t until;
    for (int64_t h = 0; h < s->hours; h = until) {
        double factor = drivers_shock(&d, h, s->hours, &until);
        f.shocks += factor * (double)(until - h) / (double)s->hours;
    }
    return f;
}
