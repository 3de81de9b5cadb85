#include "paths.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "rng.h"

/* Too short to learn from: errors of a random walk hang together about so. */
static const double USUAL_FADING = 0.9;
static const double MOST_FADING = 0.995, MOST_COMMON = 0.95;
static const double MOST_SIGMA = 4; /* further out the table of sizes is flat */

enum { LEAST_REACH = 4, SIZES = 256 };

static double product(const struct conformal *c, const double *e, size_t i, size_t j)
{
    return e[i] / c->scale[i] * (e[j] / c->scale[j]);
}

/* Mean square of an origin's whole error over what it would be if all steps missed
 * alike (1), and what fading alone makes of it. */
static void of_sums(double *seen, double *faded, const struct conformal *c,
                    const double *error, size_t origins, size_t reach, double fading)
{
    double squares = 0, whole = 0, scales = 0, faded_sum = 0, faded_square = 0;
    for (size_t k = 0; k < origins; k++) {
        double sum = 0;
        for (size_t i = 0; i < reach; i++)
            sum += error[k * reach + i];
        if (isnan(sum)) continue;
        squares += sum * sum;
        whole++;
    }
    for (size_t i = 0; i < reach; i++) { /* faded_sum: of s_j fading^(i - j), j < i */
        double s = c->scale[i];
        faded_sum *= fading;
        faded_square += s * s + 2 * s * faded_sum;
        faded_sum += s;
        scales += s;
    }
    *seen = squares / whole / (scales * scales);
    *faded = faded_square / (scales * scales);
}

/* Moments of the scaled errors: their square, neighbours, and steps half the reach or
 * more apart, which only what is common to all can relate. */
struct togetherness paths_togetherness(const struct conformal *c, const double *error,
                                       size_t origins, size_t reach)
{
    struct togetherness t = { 0, USUAL_FADING };
    double square = 0, next = 0, far = 0;
    size_t squares = 0, nexts = 0, fars = 0;
    for (size_t k = 0; k < origins; k++) {
        const double *e = error + k * reach;
        for (size_t i = 0; i < reach; i++) {
            if (isnan(e[i]) || !(c->scale[i] > 0)) continue;
            square += product(c, e, i, i);
            squares++;
            for (size_t j = i + 1; j < reach; j++) {
                bool apart = j - i >= (reach + 1) / 2;
                if ((j > i + 1 && !apart) || isnan(e[j]) || !(c->scale[j] > 0))
                    continue;
                *(apart ? &far : &next) += product(c, e, i, j);
                *(apart ? &fars : &nexts) += 1;
            }
        }
    }
    if (reach < LEAST_REACH || !nexts || !fars || !(square > 0)) return t;
    double one = square / (double)squares;
    t.common = fmin(fmax(far / (double)fars / one, 0), MOST_COMMON);
    double neighbours = next / (double)nexts / one;
    t.fading = fmin(fmax((neighbours - t.common) / (1 - t.common), 0), MOST_FADING);
    double seen, faded;
    of_sums(&seen, &faded, c, error, origins, reach, t.fading);
    double wanted = (seen - faded) / (1 - faded);
    if (wanted > t.common) t.common = fmin(wanted, MOST_COMMON);
    return t;
}

/* Size over scale of an error at z standard deviations of a normal one. */
static void tabulate(double *size, struct conformal *c)
{
    conformal_sort(c);
    size[0] = 0;
    for (int i = 1; i <= SIZES; i++) {
        double z = MOST_SIGMA * i / SIZES;
        size[i] = conformal_quantile(c, 1 - 2 * gsl_cdf_ugaussian_Q(z));
    }
}

static double size_at(const double *size, double z)
{
    double at = fabs(z) / MOST_SIGMA * SIZES;
    if (at >= SIZES) return copysign(size[SIZES], z);
    size_t i = (size_t)at;
    return copysign(size[i] + (size[i + 1] - size[i]) * (at - (double)i), z);
}

static double draw(struct rng *r)
{
    return gsl_cdf_ugaussian_Pinv(rng_uniform(r));
}

void paths_draw(double *path, size_t paths, const double *point, struct conformal *c,
                struct togetherness t, double least, uint64_t seed)
{
    double size[SIZES + 1];
    tabulate(size, c);
    double keep = sqrt(1 - t.fading * t.fading);
    for (size_t p = 0; p < paths; p++) {
        struct rng r;
        rng_init(&r, seed, STREAM_FORECAST, p);
        double common = sqrt(t.common) * draw(&r), own = draw(&r);
        for (size_t i = 0; i < c->horizon; i++) {
            double z = common + sqrt(1 - t.common) * own;
            double value = point[i] + c->scale[i] * size_at(size, z);
            path[p * c->horizon + i] = value < least ? least : value;
            own = t.fading * own + keep * draw(&r);
        }
    }
}
