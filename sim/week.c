#include "week.h"

#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_fit.h>

#include "gsl_quiet.h"

enum { DAY_HOURS = 24, LEAST_WEEKS = 3, MOST_WEEKS = 60 };

static const double MEAN_MONTH_HOURS = 30.4375 * 24;

/* Logarithm of the hourly level = intercept + slope × hours from the start. */
struct trend {
    double intercept, slope, slope_sd;
    bool known;
};

/* Every stretch of 168 hours sees each hour of the week once: totals have no season. Of
 * more weeks than fit the last ones count. */
static struct trend trend_of(const double *count, size_t n)
{
    double middle[MOST_WEEKS], level[MOST_WEEKS], c00, c01, c11, squares;
    struct trend t = { .slope_sd = (double)NAN };
    size_t weeks = n / WEEK_HOURS, first = weeks > MOST_WEEKS ? weeks - MOST_WEEKS : 0;
    if (weeks < LEAST_WEEKS) return t;
    for (size_t w = first; w < weeks; w++) {
        double sum = 0;
        for (size_t h = 0; h < WEEK_HOURS; h++)
            sum += count[w * WEEK_HOURS + h];
        if (!(sum > 0)) return t;
        middle[w - first] = ((double)w + 0.5) * WEEK_HOURS;
        level[w - first] = log(sum / WEEK_HOURS);
    }
    sim_quiet_gsl();
    gsl_fit_linear(middle, 1, level, 1, weeks - first, &t.intercept, &t.slope, &c00,
                   &c01, &c11, &squares);
    t.slope_sd = sqrt(c11);
    t.known = true;
    return t;
}

static double level_at(const struct trend *t, double mean, double hour)
{
    return t->known ? exp(t->intercept + t->slope * hour) : mean;
}

static void season(struct week_fit *f, const double *count, size_t n, int first_hour,
                   const struct trend *t, double mean)
{
    double sum[WEEK_HOURS] = { 0 }, hours[WEEK_HOURS] = { 0 }, whole = 0;
    f->days = n >= WEEK_HOURS ? 7 : n >= DAY_HOURS ? 1 : 0;
    size_t period = (size_t)f->days * DAY_HOURS;
    if (!period) period = 1;
    for (size_t i = 0; i < n; i++) {
        size_t h = ((size_t)first_hour + i) % WEEK_HOURS % period;
        sum[h] += count[i] / level_at(t, mean, (double)i + 0.5);
        hours[h]++;
    }
    for (size_t h = 0; h < WEEK_HOURS; h++)
        whole += f->weight[h] = sum[h % period] / hours[h % period];
    for (size_t h = 0; h < WEEK_HOURS; h++)
        f->weight[h] *= WEEK_HOURS / whole;
    f->per_hour_at_end = level_at(t, mean, (double)n) * whole / WEEK_HOURS;
}

static double explained(const struct week_fit *f, const double *count, size_t n,
                        int first_hour, const struct trend *t, double mean)
{
    double all = 0, left = 0, scale = f->per_hour_at_end / level_at(t, mean, (double)n);
    for (size_t i = 0; i < n; i++) {
        double fitted = f->weight[((size_t)first_hour + i) % WEEK_HOURS] * scale *
                        level_at(t, mean, (double)i + 0.5);
        all += (count[i] - mean) * (count[i] - mean);
        left += (count[i] - fitted) * (count[i] - fitted);
    }
    return all > 0 ? 1 - left / all : (double)NAN;
}

enum err_code week_fit(struct week_fit *out, const double *count, size_t n,
                       int first_hour, struct err *e)
{
    double sum = 0;
    if (n == 0) return err_set(e, ERR_INPUT, "no whole hours to fit");
    for (size_t i = 0; i < n; i++)
        sum += count[i];
    if (!(sum > 0 && isfinite(sum)))
        return err_set(e, ERR_INPUT, "no requests in %zu hours", n);
    struct trend t = trend_of(count, n);
    struct week_fit f = { .growth_per_month = (double)NAN, .growth_sd = (double)NAN };
    double mean = sum / (double)n;
    season(&f, count, n, first_hour, &t, mean);
    if (t.known) {
        f.growth_per_month = expm1(t.slope * MEAN_MONTH_HOURS);
        f.growth_sd = (1 + f.growth_per_month) * t.slope_sd * MEAN_MONTH_HOURS;
    }
    f.explained = explained(&f, count, n, first_hour, &t, mean);
    *out = f;
    return OK;
}
