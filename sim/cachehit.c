#include "cachehit.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "gsl_quiet.h"

enum {
    HOUR_S = 3600,
    LEVELS = 8,  /* of a modulator */
    STEPS = 192, /* of the time to live */
    POINTS = 48, /* of the table, even in the logarithm of rate × time to live */
    GAUSS = 5,   /* nodes of a piece of an hour */
    STATES = LEVELS * LEVELS * LEVELS
};
_Static_assert(TRAFFIC_MODULATORS == 3, "a state is a level of each of three");

static const double LEAST_X = 1e-3, MOST_X = 1e5, LEAST_VARIANCE = 4e-3;

struct cache_life {
    struct cache_arrivals arrivals;
    double ttl_s;
    double batch_mean;
    double *until; /* integral of the factor up to each hour; hours + 1 of them */
    bool bursty;
    double decay[POINTS]; /* -log(miss) / (rate × ttl) */
};

/* A modulator as levels. What a request meets is the gamma law weighted by its value, a
 * gamma law of one more shape; misses come when it is low, so the levels carry parts of
 * the mean that grow from there: 1, 3, 5, … of LEVELS². */
struct levels {
    double value[LEVELS], probability[LEVELS], keep; /* keep: not redrawn in a step */
};

static void make_levels(struct levels *l, double variance, double hold_s, double step_s)
{
    *l = (struct levels){ .keep = exp(-step_s / hold_s) };
    for (int i = 0; i < LEVELS; i++)
        l->value[i] = 1, l->probability[i] = 1.0 / LEVELS;
    /* what changes within a step acts by its mean over the step */
    double x = step_s / hold_s;
    if (x > 1) variance *= 2 * (x - 1 + exp(-x)) / (x * x), l->keep = 0;
    if (variance < LEAST_VARIANCE) return;
    double shape = 1 / variance, below = 0;
    for (int i = 0; i < LEVELS; i++) {
        double to = (i + 1.0) * (i + 1.0) / LEVELS / LEVELS, up = 0, cdf = 1;
        if (i + 1 < LEVELS) {
            up = gsl_cdf_gamma_Pinv(to, shape + 1, variance);
            cdf = gsl_cdf_gamma_P(up, shape, variance);
        }
        l->probability[i] = cdf - below;
        l->value[i] = (2 * i + 1.0) / LEVELS / LEVELS / l->probability[i];
        below = cdf;
    }
}

/* One modulator may draw a new value, the others stay: `stride` apart are its levels.
 */
static void redraw(double u[STATES], const struct levels *l, size_t stride)
{
    for (size_t first = 0; first < STATES; first++) {
        if (first / stride % LEVELS) continue;
        double mean = 0;
        for (size_t i = 0; i < LEVELS; i++)
            mean += l->probability[i] * u[first + i * stride];
        for (size_t i = 0; i < LEVELS; i++) {
            double *at = &u[first + i * stride];
            *at = l->keep * *at + (1 - l->keep) * mean;
        }
    }
}

/* E[M exp(-x × mean of M over the window)]: half a step of decay, a step of redrawing,
 * half a step of decay, second order in the step. */
static double miss_of_bursts(const struct levels l[TRAFFIC_MODULATORS], double x)
{
    double u[STATES], half[STATES], miss = 0;
    for (size_t s = 0; s < STATES; s++) {
        double m = l[0].value[s % LEVELS] * l[1].value[s / LEVELS % LEVELS] *
                   l[2].value[s / LEVELS / LEVELS];
        half[s] = exp(-x * m / STEPS / 2);
        u[s] = 1;
    }
    for (int step = 0; step < STEPS; step++) {
        for (size_t s = 0; s < STATES; s++)
            u[s] *= half[s];
        for (size_t j = 0, stride = 1; j < TRAFFIC_MODULATORS; j++, stride *= LEVELS)
            redraw(u, &l[j], stride);
        for (size_t s = 0; s < STATES; s++)
            u[s] *= half[s];
    }
    for (size_t s = 0; s < STATES; s++) {
        size_t at[] = { s % LEVELS, s / LEVELS % LEVELS, s / LEVELS / LEVELS };
        double weight = u[s];
        for (int j = 0; j < TRAFFIC_MODULATORS; j++)
            weight *= l[j].value[at[j]] * l[j].probability[at[j]];
        miss += weight;
    }
    return miss;
}

static double point(int i)
{
    return LEAST_X * pow(MOST_X / LEAST_X, (double)i / (POINTS - 1));
}

static void tabulate(struct cache_life *c)
{
    const struct traffic_model *b = c->arrivals.bursts;
    struct levels l[TRAFFIC_MODULATORS];
    const double least = 1e-300;
    sim_quiet_gsl();
    for (int j = 0; j < TRAFFIC_MODULATORS; j++) {
        double variance = b->modulator[j].variance;
        c->bursty |= variance >= LEAST_VARIANCE;
        make_levels(&l[j], variance, variance > 0 ? b->modulator[j].hold_s : 1,
                    c->ttl_s / STEPS);
    }
    for (int i = 0; c->bursty && i < POINTS; i++)
        c->decay[i] = -log(fmax(least, miss_of_bursts(l, point(i)))) / point(i);
}

struct cache_life *cache_life_new(const struct cache_arrivals *a, double ttl_s,
                                  struct arena *arena)
{
    struct cache_life *c = ARENA_NEW(arena, struct cache_life, 1);
    assert(ttl_s > 0 && a->requests_per_s >= 0);
    *c = (struct cache_life){ .arrivals = *a, .ttl_s = ttl_s, .batch_mean = 1 };
    if (!a->hour_factor) { /* a day of equal hours is for ever */
        c->arrivals.hours = 24;
        double *factor = ARENA_NEW(arena, double, 24);
        for (size_t h = 0; h < 24; h++)
            factor[h] = 1;
        c->arrivals.hour_factor = factor;
    }
    assert(ttl_s < (double)c->arrivals.hours * HOUR_S);
    c->until = ARENA_NEW(arena, double, c->arrivals.hours + 1);
    for (size_t h = 0; h < c->arrivals.hours; h++)
        c->until[h + 1] = c->until[h] + HOUR_S * c->arrivals.hour_factor[h];
    if (!a->bursts) return c;
    c->batch_mean = fmax(1, a->bursts->batch_mean);
    tabulate(c);
    return c;
}

/* Miss of a prefix whose batches come at x = rate × ttl in the window. */
static double miss_at(const struct cache_life *c, double x)
{
    double at = log(fmax(x, LEAST_X) / LEAST_X) / log(MOST_X / LEAST_X) * (POINTS - 1);
    int i = at < POINTS - 2 ? (int)at : POINTS - 2;
    double part = fmin(1, at - i);
    return exp(-x * (c->decay[i] * (1 - part) + c->decay[i + 1] * part));
}

/* Integral of the factor from 0 to t seconds, t from -all hours up. */
static double factor_until(const struct cache_life *c, double t)
{
    double all = (double)c->arrivals.hours * HOUR_S, before = 0;
    if (t < 0) t += all, before = -c->until[c->arrivals.hours];
    size_t h = (size_t)(t / HOUR_S);
    if (h >= c->arrivals.hours) h = c->arrivals.hours - 1;
    return before + c->until[h] + (t - (double)h * HOUR_S) * c->arrivals.hour_factor[h];
}

/* Integral of exp(-(a + (b - a) s)) over s from 0 to 1. */
static double mean_decay(double a, double b)
{
    double d = b - a;
    const double small = 1e-6;
    if (fabs(d) < small) return exp(-(a + b) / 2);
    return exp(-a) * -expm1(-d) / d;
}

/* Mean miss between two moments of one hour, the window's rate linear between. */
static double mean_miss(const struct cache_life *c, double rate, double from, double to)
{
    /* Gauss and Legendre's five points and weights on [0,1] */
    static const double node[GAUSS] = { 0.046910077030668004, 0.23076534494715845, 0.5,
                                        0.76923465505284155, 0.953089922969332 };
    static const double weight[GAUSS] = { 0.11846344252809454, 0.23931433524968324,
                                          0.28444444444444444, 0.23931433524968324,
                                          0.11846344252809454 };
    double a = rate * (factor_until(c, from) - factor_until(c, from - c->ttl_s));
    double b = rate * (factor_until(c, to) - factor_until(c, to - c->ttl_s));
    double sum = 0;
    if (!c->bursty) return mean_decay(a, b);
    for (int i = 0; i < GAUSS; i++)
        sum += weight[i] * miss_at(c, a + (b - a) * node[i]);
    return sum;
}

/* Share of a geometric batch's that hold none of the prefix. */
static double batch_without(double batch_mean, double part)
{
    double z = 1 - part;
    return z / batch_mean / (1 - (1 - 1 / batch_mean) * z);
}

double cache_hit_at(const struct cache_life *c, double part, double factor)
{
    double rate = factor * c->arrivals.requests_per_s / c->batch_mean *
                  (1 - batch_without(c->batch_mean, part));
    double turn = fmod(c->ttl_s, HOUR_S); /* the window's start changes hours here */
    double all = 0, missed = 0;
    assert(part > 0 && part <= 1);
    for (size_t h = 0; h < c->arrivals.hours; h++) {
        double f = c->arrivals.hour_factor[h], start = (double)h * HOUR_S;
        if (f <= 0) continue;
        all += f;
        missed += f * turn / HOUR_S * mean_miss(c, rate, start, start + turn);
        missed +=
            f * (1 - turn / HOUR_S) * mean_miss(c, rate, start + turn, start + HOUR_S);
    }
    return all > 0 ? fmax(0, 1 - missed / all) : 0;
}

double cache_hit(const struct cache_life *c, double part)
{
    const struct cache_arrivals *in = &c->arrivals;
    double hits = 0, all = 0;
    if (!in->growth) return cache_hit_at(c, part, 1);
    for (size_t i = 0; i < in->growths; i++) {
        all += in->growth[i];
        hits += in->growth[i] * cache_hit_at(c, part, in->growth[i]);
    }
    return all > 0 ? hits / all : 0;
}
