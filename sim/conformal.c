#include "conformal.h"

#include <assert.h>
#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

enum { STEPS_AROUND = 3 };

/* Root mean square at the steps around i. NAN when nothing is known there. */
static double around(const double *square, const double *known, size_t reach, size_t i)
{
    size_t from = i > STEPS_AROUND ? i - STEPS_AROUND : 0;
    size_t to = i + STEPS_AROUND < reach ? i + STEPS_AROUND + 1 : reach;
    double sum = 0, count = 0;
    for (size_t j = from; j < to; j++) {
        sum += square[j];
        count += known[j];
    }
    return sqrt(sum / count);
}

static void learn_scale(struct conformal *c, const double *error, size_t origins,
                        size_t reach, size_t skip, struct arena *a)
{
    double *square = ARENA_NEW(a, double, reach), *known = ARENA_NEW(a, double, reach);
    for (size_t k = 0; k < origins; k++) {
        for (size_t i = 0; k != skip && i < reach; i++) {
            double e = error[k * reach + i];
            if (isnan(e)) continue;
            square[i] += e * e;
            known[i]++;
        }
    }
    double last = 0;
    for (size_t i = 0; i < c->horizon; i++) {
        double s = i < reach ? around(square, known, reach, i)
                             : last * sqrt((double)(i + 1) / (double)reach);
        c->scale[i] = isnan(s) ? last : s;
        if (i < reach) last = c->scale[i];
    }
}

void conformal_learn(struct conformal *c, const double *error, size_t origins,
                     size_t reach, size_t horizon, size_t skip, struct arena *a)
{
    assert(reach >= 1 && reach <= horizon);
    *c = (struct conformal){ .horizon = horizon };
    c->scale = ARENA_NEW(a, double, horizon);
    c->score = ARENA_NEW(a, double, origins *reach);
    learn_scale(c, error, origins, reach, skip, a);
    for (size_t k = 0; k < origins; k++) {
        size_t before = c->scores;
        for (size_t i = 0; k != skip && i < reach; i++) {
            double e = fabs(error[k * reach + i]);
            if (isnan(e)) continue;
            /* a scale is 0 where all squares are, be it that they underflow */
            c->score[c->scores++] = c->scale[i] > 0 ? e / c->scale[i] : 0;
        }
        size_t more = c->scores - before;
        c->independent += more < CONFORMAL_PER_ORIGIN ? more : CONFORMAL_PER_ORIGIN;
    }
}

void conformal_sort(struct conformal *c)
{
    gsl_sort(c->score, 1, c->scores);
    c->sorted = true;
}

static double of_rank(struct conformal *c, size_t rank)
{
    if (c->sorted) return c->score[rank - 1];
    return gsl_stats_select(c->score, 1, c->scores, rank - 1);
}

double conformal_quantile(struct conformal *c, double level)
{
    assert(level > 0 && level < 1);
    if (c->scores == 0) return (double)NAN;
    double n = (double)c->independent, all = (double)c->scores;
    double rank = ceil((n + 1) / n * level * all);
    if (rank <= all) return of_rank(c, (size_t)rank);
    double t = gsl_cdf_tdist_Pinv((1 + level) / 2, n);
    double largest = of_rank(c, c->scores);
    return t > largest ? t : largest;
}
