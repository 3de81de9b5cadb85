#include "demand.h"

#include <math.h>
#include <stdbool.h>

static const char *const driver_text[] = { "growth", "level", "season", "length drift",
                                           "shock count" };

const char *demand_driver_text(enum demand_driver d)
{
    if (d < DRIVER_SHOCK_TIME) return driver_text[d];
    return d < DRIVER_SHOCK_SIZE ? "shock time" : "shock size";
}

/* Bounds of the plain fields: generous, but no product of them overflows. */
/* clang-format off */
#define FIELD(f, lo, hi) { #f, offsetof(struct demand_spec, f), lo, hi }
static const struct {
    const char *name;
    size_t offset;
    double lo, hi;
} field[] = {
    FIELD(requests_per_day,        0,     1e12),
    FIELD(level_sd,                0,     10),
    FIELD(growth_per_month,        -0.99, 10),
    FIELD(growth_sd,               0,     10),
    FIELD(season_sd,               0,     10),
    FIELD(length_drift_per_month,  -0.99, 10),
    FIELD(length_drift_sd,         0,     10),
    FIELD(shocks_per_year,         0,     1e3),
    FIELD(shock_factor,            0,     1e3),
    FIELD(shock_factor_sd,         0,     1e3),
    FIELD(shock_days,              0,     1e4),
    FIELD(input_mean,              0,     1e9),
    FIELD(output_mean,             0,     1e9),
    FIELD(input_cv,                0,     1e3),
    FIELD(output_cv,               0,     1e3),
    FIELD(dispersion,              0,     1e6),
};
#undef FIELD
/* clang-format on */

static enum err_code check_profile(const struct demand_spec *s, struct err *e)
{
    double sum = 0;
    for (int i = 0; i < DEMAND_WEEK_HOURS; i++) {
        if (!(s->profile[i] >= 0 && isfinite(s->profile[i]))) {
            return err_set(e, ERR_RANGE, "profile: hour %d of the week is %g", i,
                           s->profile[i]);
        }
        sum += s->profile[i];
    }
    if (!(sum > 0)) return err_set(e, ERR_RANGE, "profile: all hours are 0");
    const double mean_slack = 1e-6; /* of a profile that was normalised in double */
    if (fabs(sum / DEMAND_WEEK_HOURS - 1) > mean_slack) {
        return err_set(e, ERR_RANGE, "profile: the mean of its hours is %g, not 1",
                       sum / DEMAND_WEEK_HOURS);
    }
    return OK;
}

/* A path holds at most DEMAND_MAX_SHOCKS: refuse a mean for which that would leave out
 * more than a few per cent of them, instead of planning for fewer than was said. */
static enum err_code check_shocks(const struct demand_spec *s, struct err *e)
{
    const double most = DEMAND_MAX_SHOCKS * 0.6;
    double expected = s->shocks_per_year * (double)s->hours / (12 * DEMAND_MONTH_HOURS);
    if (expected <= most) return OK;
    return err_set(e, ERR_RANGE,
                   "shocks_per_year %g expects %.1f shocks over the horizon, at most "
                   "%.1f can be simulated",
                   s->shocks_per_year, expected, most);
}

enum err_code demand_check(const struct demand_spec *s, struct err *e)
{
    const int64_t most_hours = INT64_C(100) * 8784; /* a century */
    if (s->hours < 1 || s->hours > most_hours) {
        return err_set(e, ERR_RANGE, "hours must be 1 to %lld, not %lld",
                       (long long)most_hours, (long long)s->hours);
    }
    if (s->start_unix_s % 3600 != 0) {
        return err_set(e, ERR_RANGE, "start is not on the hour");
    }
    for (size_t i = 0; i < sizeof field / sizeof *field; i++) {
        double value = *(const double *)((const char *)s + field[i].offset);
        if (value >= field[i].lo && value <= field[i].hi) continue; /* false for NaN */
        return err_set(e, ERR_RANGE, "%s must be %g to %g, not %g", field[i].name,
                       field[i].lo, field[i].hi, value);
    }
    if (check_profile(s, e)) return e->code;
    return check_shocks(s, e);
}
