#include "origins.h"

#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_sort.h>

/* Tried on the training halves of M4 hourly and weekly: 4 to 8 are as good. */
static const double SHARPNESS = 6;
/* For each further origin. */
static const double FADING = 0.9;

/* An origin's errors follow each other: they say as much as this many. A few may be
 * small by luck, so each method's mean error is mixed with one usual error, and few
 * errors make a blunt choice: the sharpness is halved at this many. */
enum { ERRORS_AN_ORIGIN = 3, BLUNT = 5 };

enum { FEW = 8 };
static const double FAR = 5;

static size_t at_least(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t at_most(size_t a, size_t b)
{
    return a < b ? a : b;
}

void origins_plan(struct origins *o, size_t n, size_t horizon, size_t shortest,
                  size_t longest)
{
    o->reach = at_most(horizon, at_least(1, n / 3));
    size_t last = n - o->reach;
    size_t first = at_most(last, at_least(at_least(2, n / 2), 2 * longest));
    size_t room = last - first, half = (o->reach + 1) / 2;
    o->step = half;
    if (shortest > 0 && shortest <= o->reach)
        o->step = shortest * at_least(1, (half + shortest / 2) / shortest);
    if (room / o->step + 1 < FEW)
        o->step = at_most(half, at_least(1, room / (ORIGINS_MOST - 1)));
    o->count = last < 2 ? 0 : at_most(room / o->step + 1, ORIGINS_MOST);
    for (size_t k = 0; k < o->count; k++)
        o->cut[k] = last - (o->count - 1 - k) * o->step;
    o->cut[o->count] = n;
}

int origins_overlap(const struct origins *o, size_t a, size_t b)
{
    size_t early = at_most(o->cut[a], o->cut[b]), late = at_least(o->cut[a], o->cut[b]);
    return late - early < o->reach;
}

/* Whether origin k may have a say at `at`. */
static bool speaks(const struct origins *o, size_t k, size_t at, bool apart)
{
    return k != at && !(apart && origins_overlap(o, k, at));
}

/* An origin at which even the best method misses by far more than usual (a spike came
 * that nobody foresees) would drown what the others tell of the methods: its errors
 * are scaled down to FAR usual ones. factor[k] of the origins that speak. */
static void soften(double *factor, const struct origins *o, size_t at, bool apart,
                   const double *mae, size_t methods)
{
    double least[ORIGINS_MOST], sorted[ORIGINS_MOST];
    size_t n = 0;
    for (size_t k = 0; k < o->count; k++) {
        if (!speaks(o, k, at, apart)) continue;
        least[k] = HUGE_VAL;
        for (size_t i = 0; i < methods; i++)
            least[k] = fmin(least[k], mae[k * methods + i]);
        sorted[n++] = least[k];
    }
    if (n == 0) return;
    gsl_sort(sorted, 1, n);
    double most = FAR * sorted[n / 2];
    for (size_t k = 0; k < o->count; k++)
        if (speaks(o, k, at, apart)) factor[k] = least[k] > most ? most / least[k] : 1;
}

/* Mean error of a method, near origins counting more. */
static double fame(const struct origins *o, size_t at, bool apart, const double *factor,
                   const double *mae, size_t methods, size_t method)
{
    double sum = 0, share = 0;
    for (size_t k = 0; k < o->count; k++) {
        if (!speaks(o, k, at, apart)) continue;
        double w = pow(FADING, fabs((double)k - (double)at));
        sum += w * factor[k] * mae[k * methods + method];
        share += w;
    }
    return share > 0 ? sum / share : 1;
}

void origins_weigh(double *weight, const struct origins *o, size_t at,
                   const double *mae, size_t methods)
{
    double best = HUGE_VAL, all = 0, sum = 0, seen = 0, finite = 0;
    double factor[ORIGINS_MOST];
    bool apart = false;
    for (size_t k = 0; k < o->count; k++)
        apart = apart || speaks(o, k, at, true);
    for (size_t k = 0; k < o->count; k++)
        seen +=
            speaks(o, k, at, apart) ? (double)at_most(o->reach, ERRORS_AN_ORIGIN) : 0;
    soften(factor, o, at, apart, mae, methods);
    for (size_t i = 0; i < methods; i++) {
        weight[i] = fame(o, at, apart, factor, mae, methods, i);
        if (!isfinite(weight[i])) continue;
        best = fmin(best, weight[i]);
        sum += weight[i];
        finite++;
    }
    double luck = sum / finite / (1 + seen),
           sharpness = SHARPNESS * seen / (seen + BLUNT);
    for (size_t i = 0; i < methods; i++) {
        double ratio = 1;
        if (weight[i] > best) ratio = (best + luck) / (weight[i] + luck);
        weight[i] = isfinite(weight[i]) ? pow(ratio, sharpness) : 0;
        all += weight[i];
    }
    for (size_t i = 0; i < methods; i++)
        weight[i] /= all;
}
