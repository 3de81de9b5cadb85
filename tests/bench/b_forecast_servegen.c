/* Backtest on real traffic: the request rate of ServeGen's m-mid model over 14 days
 * (BEDPLAN_SHARED/data/traces), forecast from rolling origins in its second week. How
 * often do 80 and 95 % intervals hold what came, and is that within binomial error?
 * Every step forecast counts as one try; futures do not overlap, but the steps of one
 * origin hang together, so that fewer tries are independent than there are: the error
 * is also shown for origins alone, each step's share within counting as the origin's.
 *
 * b_forecast_servegen */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "arena.h"
#include "classic.h"
#include "forecast.h"
#include "gsl_quiet.h"
#include "score.h"

enum { MOST = 4000, PATHS = 2000, LEVELS = 2, PER_HOUR = 6 };
static const int level[LEVELS] = { 80, 95 };

struct tally {
    size_t origins, steps, within[LEVELS], sums_within[LEVELS];
    double mae, naive, snaive, smape;
};

static size_t read_rates(double *out, const char *path)
{
    FILE *f = fopen(path, "r");
    char line[256];
    size_t n = 0;
    if (!f) return 0;
    while (n < MOST && fgets(line, sizeof line, f)) {
        char *comma = strchr(line, ',');
        char *end = NULL;
        double v = comma ? strtod(comma + 1, &end) : 0;
        if (comma && end != comma + 1) out[n++] = v;
    }
    fclose(f);
    return n;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Whether what came, summed, lies within the paths' sums. */
static void score_sum(struct tally *t, const struct forecast *f, const double *y)
{
    double *sum = calloc(PATHS, sizeof *sum), actual = 0;
    for (size_t i = 0; i < f->horizon; i++)
        actual += y[i];
    for (size_t p = 0; p < PATHS; p++)
        for (size_t i = 0; i < f->horizon; i++)
            sum[p] += f->path[p * f->horizon + i];
    qsort(sum, PATHS, sizeof *sum, ascending);
    for (int k = 0; k < LEVELS; k++) {
        size_t tail = (size_t)(PATHS * (100 - level[k]) / 200);
        t->sums_within[k] += actual >= sum[tail] && actual <= sum[PATHS - 1 - tail];
    }
    free(sum);
}

static void try_origin(struct tally *t, const double *y, size_t n, size_t h, size_t day)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct forecast f;
    const struct forecast_spec spec = { .value = y,
                                        .count = n,
                                        .season = { day, 7 * day },
                                        .seasons = 2,
                                        .horizon = h,
                                        .level = { level[0], level[1] },
                                        .levels = LEVELS,
                                        .paths = PATHS,
                                        .seed = n };
    if (forecast_run(&f, &spec, &a, &e)) {
        fprintf(stderr, "%s\n", e.msg);
        exit(1);
    }
    t->origins++;
    for (size_t i = 0; i < h; i++, t->steps++) {
        double actual = y[n + i];
        for (int k = 0; k < LEVELS; k++)
            t->within[k] +=
                actual >= f.interval[k].lower[i] && actual <= f.interval[k].upper[i];
        t->mae += fabs(actual - f.point[i]);
        t->smape += score_smape(&actual, &f.point[i], 1);
        t->naive += fabs(actual - y[n - 1]);
        t->snaive += fabs(actual - y[n + i - day * (i / day + 1)]);
    }
    score_sum(t, &f, y + n);
    arena_clear(&a);
}

/* Exact 95 % interval of a share, k of n (Clopper and Pearson). */
static void binomial(double *low, double *high, double k, double n)
{
    *low = k > 0 ? gsl_cdf_beta_Pinv(0.025, k, n - k + 1) : 0;
    *high = k < n ? gsl_cdf_beta_Pinv(0.975, k + 1, n - k) : 1;
}

static void print_share(const char *what, int percent, double k, double n)
{
    double low, high;
    binomial(&low, &high, k, n);
    printf("    %2d %% %-24s %6.1f of %4.0f: %5.1f %%, 95 %% confidence %5.1f to %5.1f "
           "%%: %s\n",
           percent, what, k, n, 100 * k / n, 100 * low, 100 * high,
           low <= percent / 100.0 && percent / 100.0 <= high ? "within" : "NOT within");
}

static void run(const char *name, const double *y, size_t n, size_t day, size_t h)
{
    struct tally t = { 0 };
    for (size_t origin = n / 2; origin + h <= n; origin += h)
        try_origin(&t, y, origin, h, day);
    double steps = (double)t.steps, origins = (double)t.origins;
    printf("%s, %zu step%s ahead, %zu origins: sMAPE %.1f %%; mean error %.3f of the "
           "last value's, %.3f of the day before's\n",
           name, h, h == 1 ? "" : "s", t.origins, t.smape / steps, t.mae / t.naive,
           t.mae / t.snaive);
    for (int k = 0; k < LEVELS; k++) {
        print_share("steps", level[k], (double)t.within[k], steps);
        if (h == 1) continue;
        print_share("steps, by origins", level[k],
                    (double)t.within[k] / steps * origins, origins);
        print_share("sums over the horizon", level[k], (double)t.sums_within[k],
                    origins);
    }
}

int main(void)
{
    static double rate[MOST], hourly[MOST];
    const char *shared = getenv("BEDPLAN_SHARED");
    char path[4096];
    snprintf(path, sizeof path, "%s/data/traces/servegen-language-m-mid-rate.csv",
             shared ? shared : "../shared");
    size_t n = read_rates(rate, path), hours = n / PER_HOUR;
    if (!n) {
        fprintf(stderr, "no ServeGen rates; BEDPLAN_SHARED names their folder\n");
        return 77;
    }
    sim_quiet_gsl();
    for (size_t t = 0; t < hours * PER_HOUR; t++)
        hourly[t / PER_HOUR] += rate[t] / PER_HOUR;
    static const size_t ahead[] = { 1, 6, 24 };
    for (size_t i = 0; i < sizeof ahead / sizeof *ahead; i++)
        run("hours", hourly, hours, 24, ahead[i]);
    run("10 minutes", rate, n, 24 * PER_HOUR, 1);
    run("10 minutes", rate, n, 24 * PER_HOUR, PER_HOUR);
    return 0;
}
