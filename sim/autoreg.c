#include "autoreg.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_statistics_double.h>

/* Ridge, as a share of each diagonal entry: lags of smooth series are nearly
 * collinear. */
static const double RIDGE = 1e-4;
static const double BEYOND_RANGE = 0.5;
/* In median absolute misses; 10 are 6.7 standard deviations of a normal. */
static const double FAR_OUT = 10;
/* More misses of that size than 1 and this share are how the series is. */
static const double FEW = 0.05;

enum { ROWS_PER_LAG = 3 };

/* Sums over the rows t of products of x_0 = z_t, x_1 … x_p = its lags, x_(p+1) = 1. */
struct sums {
    size_t lags, size;
    size_t from, to; /* rows taken in */
    size_t out;      /* of them, taken out again */
    double usual;    /* median size of the misses of the first rows */
    double s[(AUTOREG_LAGS + 2) * (AUTOREG_LAGS + 2)]; /* lower triangle */
};

/* Two numbers side by side, as every x86-64 and ARM64 adds them. */
typedef double pair __attribute__((vector_size(16)));

static pair pair_at(const double *x)
{
    pair p;
    memcpy(&p, x, sizeof p);
    return p;
}

/* Four sums side by side: an addition need not wait for the one before it. */
static double dot(const double *x, const double *y, size_t n)
{
    pair a = { 0 }, b = { 0 };
    double rest = 0;
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        a += pair_at(x + i) * pair_at(y + i);
        b += pair_at(x + i + 2) * pair_at(y + i + 2);
    }
    for (; i < n; i++)
        rest += x[i] * y[i];
    return (a[0] + a[1]) + (b[0] + b[1]) + rest;
}

static double total(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum;
}

/* Rows up to `to`. */
static void sums_add(struct sums *s, const double *z, size_t to, const size_t *lag)
{
    size_t n = to - s->to, ones = s->lags + 1;
    for (size_t i = 0; i <= s->lags; i++) {
        const double *x = z + s->to - (i ? lag[i - 1] : 0);
        for (size_t j = 0; j <= i; j++)
            s->s[i * s->size + j] += dot(x, z + s->to - (j ? lag[j - 1] : 0), n);
        s->s[ones * s->size + i] += total(x, n);
    }
    s->s[ones * s->size + ones] += (double)n;
    s->to = to;
}

/* Row t out again. */
static void sums_take(struct sums *s, const double *z, size_t t, const size_t *lag)
{
    double x[AUTOREG_LAGS + 2] = { z[t] };
    for (size_t i = 0; i < s->lags; i++)
        x[i + 1] = z[t - lag[i]];
    x[s->lags + 1] = 1;
    for (size_t i = 0; i < s->size; i++)
        for (size_t j = 0; j <= i; j++)
            s->s[i * s->size + j] -= x[i] * x[j];
}

/* Lags that `n` values of z can carry. */
static size_t usable_lags(const struct autoreg *a, size_t n)
{
    size_t p = a->lags;
    while (p > 0 && 2 * a->lag[p - 1] >= n)
        p--;
    while (p > 0 && a->lag[p - 1] + ROWS_PER_LAG * p > n)
        p--;
    return p;
}

/* Coefficients of the lags and, last, of the constant. Products are taken around the
 * rows' means, which is what a constant column does. */
static bool solve(double *coefficient, const struct sums *s, bool with_mean)
{
    size_t p = s->lags, size = s->size;
    double g[AUTOREG_LAGS * AUTOREG_LAGS], right[AUTOREG_LAGS];
    const double *ones = s->s + (p + 1) * size; /* sums of each x */
    double share_of_mean = with_mean ? 1 / ones[p + 1] : 0;
    for (size_t i = 0; i < p; i++) {
        const double *row = s->s + (i + 1) * size;
        right[i] = row[0] - ones[0] * ones[i + 1] * share_of_mean;
        for (size_t j = 0; j <= i; j++) {
            g[i * p + j] = row[j + 1] - ones[i + 1] * ones[j + 1] * share_of_mean;
            g[j * p + i] = g[i * p + j];
        }
        g[i * p + i] *= 1 + RIDGE;
        if (!(g[i * p + i] > 0)) return false;
    }
    gsl_matrix_view m = gsl_matrix_view_array(g, p, p);
    gsl_vector_view b = gsl_vector_view_array(right, p);
    gsl_vector_view x = gsl_vector_view_array(coefficient, p);
    if (gsl_linalg_cholesky_decomp1(&m.matrix)) return false;
    if (gsl_linalg_cholesky_solve(&m.matrix, &b.vector, &x.vector)) return false;
    coefficient[p] = 0;
    if (!with_mean) return true;
    coefficient[p] = ones[0];
    for (size_t i = 0; i < p; i++)
        coefficient[p] -= coefficient[i] * ones[i + 1];
    coefficient[p] *= share_of_mean;
    return isfinite(coefficient[p]);
}

/* z_t less what the coefficients say. */
static void misses(double *out, const struct sums *s, const double *coefficient,
                   const double *z, size_t from, const size_t *lag)
{
    for (size_t t = from; t < s->to; t++)
        out[t - from] = z[t] - coefficient[s->lags];
    for (size_t i = 0; i < s->lags; i++)
        for (size_t t = from; t < s->to; t++)
            out[t - from] -= coefficient[i] * z[t - lag[i]];
}

static double median_size(const double *miss, size_t n, double *work)
{
    for (size_t i = 0; i < n; i++)
        work[i] = fabs(miss[i]);
    return gsl_stats_select(work, 1, n, n / 2);
}

/* A few rows from `from` on that the fit misses by far more than it usually does (a
 * shift, a spike) are taken out of the sums: one of them could make a recursion that
 * explodes. `work` has room for the misses and for a copy of them. Returns: whether any
 * was. */
static bool leave_out(struct sums *s, const double *coefficient, const double *z,
                      size_t from, const size_t *lag, double *work)
{
    size_t n = s->to - from, far = 0;
    misses(work, s, coefficient, z, from, lag);
    if (from == s->from) s->usual = median_size(work, n, work + n);
    for (size_t i = 0; i < n; i++)
        if (fabs(work[i]) > FAR_OUT * s->usual) far++;
    if (far == 0 || (double)(s->out + far) > 1 + FEW * (double)(s->to - s->from))
        return false;
    s->out += far;
    for (size_t i = 0; i < n; i++)
        if (fabs(work[i]) > FAR_OUT * s->usual) sums_take(s, z, from + i, lag);
    return true;
}

/* Coefficients from the rows up to n; zeros when there is no solution. */
static void fit(double *coefficient, struct sums *s, const double *z, size_t n,
                const struct autoreg *a, double *work)
{
    size_t old = s->to;
    bool with_mean = a->difference == 0;
    sums_add(s, z, n, a->lag);
    bool solved = solve(coefficient, s, with_mean);
    if (solved && leave_out(s, coefficient, z, old, a->lag, work))
        solved = solve(coefficient, s, with_mean);
    if (!solved) memset(coefficient, 0, (s->lags + 1) * sizeof *coefficient);
}

/* z[n] … z[n + h - 1] by the recursion, within the range of what was seen. */
static void recurse(double *z, size_t n, size_t h, const struct autoreg *a, size_t p,
                    const double *coefficient)
{
    double low = z[0], high = z[0];
    for (size_t t = 1; t < n; t++) {
        if (z[t] < low) low = z[t];
        if (z[t] > high) high = z[t];
    }
    double margin = (high - low) * BEYOND_RANGE;
    for (size_t t = n; t < n + h; t++) {
        double sum = coefficient[p];
        for (size_t i = 0; i < p; i++)
            sum += coefficient[i] * z[t - a->lag[i]];
        if (sum < low - margin) sum = low - margin;
        if (sum > high + margin) sum = high + margin;
        z[t] = sum;
    }
}

/* From differences back to values. */
static void integrate(double *out, const double *z, size_t n, size_t h, const double *y,
                      size_t cut, size_t d)
{
    for (size_t i = 0; i < h; i++) {
        double before = 0;
        if (d) before = i < d ? y[cut + i - d] : out[i - d];
        out[i] = before + z[n + i];
    }
}

void autoreg_forecast(double *out, const struct autoreg *a, const double *y,
                      const size_t *cut, size_t cuts, size_t h, struct arena *scratch)
{
    assert(cuts > 0 && a->lags <= AUTOREG_LAGS);
    size_t last = cut[cuts - 1], d = a->difference;
    double *z = ARENA_NEW(scratch, double, last);
    double *work = ARENA_NEW(scratch, double, 2 * last + h);
    struct sums *sums = ARENA_NEW(scratch, struct sums, 1);
    double coefficient[AUTOREG_LAGS + 1], centre = d ? 0 : y[cut[0] - 1];
    for (size_t t = d; t < last; t++)
        z[t - d] = d ? y[t] - y[t - d] : y[t] - centre;

    for (size_t k = 0; k < cuts; k++, out += h) {
        size_t n = cut[k] > d ? cut[k] - d : 0, p = usable_lags(a, n);
        if (p == 0) {
            for (size_t i = 0; i < h; i++)
                out[i] = y[d && cut[k] >= d ? cut[k] - d + i % d : cut[k] - 1];
            continue;
        }
        if (a->window || p != sums->lags) {
            size_t first = a->lag[p - 1];
            if (a->window && n > a->window + first) first = n - a->window;
            *sums =
                (struct sums){ .lags = p, .size = p + 2, .from = first, .to = first };
        }
        fit(coefficient, sums, z, n, a, work);
        memcpy(work, z, n * sizeof *z);
        recurse(work, n, h, a, p, coefficient);
        integrate(out, work, n, h, y, cut[k], d);
        for (size_t i = 0; i < h; i++)
            out[i] += centre;
    }
}
