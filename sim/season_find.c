#include "season_find.h"

#include <math.h>
#include <stdbool.h>

#include "gaps.h"
#include "season.h"

static const size_t candidate[] = { 4, 7, 12, 24, 52, 168 };
enum { CANDIDATES = sizeof candidate / sizeof *candidate, DAY = 24, WEEK = 168 };
/* An autocorrelation of changes without any pattern exceeds this / sqrt(n) once in 700
 * times; small ones are no use however sure. */
static const double STANDS_OUT = 3, LEAST = 0.1;

/* Autocorrelation at lag m; 0 when it does not stand out from noise and from the lags
 * an eighth of a season away. */
static double strength(const double *acf, size_t n, size_t m)
{
    size_t aside = m / 8 > 1 ? m / 8 : 1;
    double r = acf[m - 1];
    bool peak = r > acf[m - 1 - aside] && r > acf[m - 1 + aside];
    return peak && r > LEAST && r > STANDS_OUT / sqrt((double)n) ? r : 0;
}

static size_t strongest(const double *acf, size_t n, size_t lags)
{
    size_t best = 0;
    double most = 0;
    for (size_t i = 0; i < CANDIDATES && candidate[i] + candidate[i] / 8 < lags; i++) {
        double s = strength(acf, n, candidate[i]);
        if (s <= most) continue;
        most = s;
        best = candidate[i];
    }
    return best;
}

/* Mean distance of y from what it was `back` steps before, but for the mean change. */
static double distance(const double *y, size_t n, size_t back)
{
    double mean = 0, sum = 0;
    for (size_t t = WEEK; t < n; t++)
        mean += (y[t] - y[t - back]) / (double)(n - WEEK);
    for (size_t t = WEEK; t < n; t++)
        sum += fabs(y[t] - y[t - back] - mean);
    return sum / (double)(n - WEEK);
}

/* Whether y is clearly nearer to what it was a week before than to yesterday. */
static bool weekly(const double *y, size_t n)
{
    const double clearly = 0.9;
    return n >= 3 * WEEK && distance(y, n, WEEK) < clearly * distance(y, n, DAY);
}

size_t season_find(size_t season[SEASON_FIND_MOST], const double *y, size_t n,
                   struct arena *scratch)
{
    double acf[WEEK + WEEK / 8 + 1];
    double *x = ARENA_NEW(scratch, double, n + 1);
    size_t lags = 0;
    for (size_t i = 0; i < CANDIDATES; i++)
        if (n > 3 * candidate[i]) lags = candidate[i] + candidate[i] / 8 + 1;
    if (lags == 0 || gaps_fill(x, y, n, 0) == n) return 0;
    bool near_week = weekly(x, n);
    for (size_t t = 0; t + 1 < n; t++)
        x[t] = x[t + 1] - x[t];
    season_acf(acf, lags, x, n - 1);
    size_t first = strongest(acf, n - 1, lags);
    if (!first) return 0;
    bool hours = first == DAY || first == WEEK, week = first == WEEK || near_week;
    season[0] = hours ? DAY : first;
    season[1] = WEEK;
    return hours && week ? 2 : 1;
}
