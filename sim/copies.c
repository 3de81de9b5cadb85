#include "copies.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void copy_last(double *out, size_t h, const double *y, size_t n)
{
    for (size_t i = 0; i < h; i++)
        out[i] = y[n - 1];
}

void copy_drift(double *out, size_t h, const double *y, size_t n, size_t window)
{
    size_t steps = window < n - 1 ? window : n - 1;
    double step = steps ? (y[n - 1] - y[n - 1 - steps]) / (double)steps : 0;
    for (size_t i = 0; i < h; i++)
        out[i] = y[n - 1] + (double)(i + 1) * step;
}

/* The values at the place of y[n + i] in the last `cycles` seasons, latest first. */
static size_t places(double *out, const double *y, size_t n, size_t i, size_t m,
                     size_t cycles)
{
    size_t count = 0, back = m * (i / m + 1) - i; /* y[n - back] is the latest */
    for (; count < cycles && back <= n; back += m)
        out[count++] = y[n - back];
    if (!count) out[count++] = y[n - 1];
    return count;
}

void copy_mean(double *out, size_t h, const double *y, size_t n, size_t m,
               size_t cycles)
{
    double seen[COPY_CYCLES];
    assert(cycles <= COPY_CYCLES && m > 0);
    for (size_t i = 0; i < h; i++) {
        size_t count = places(seen, y, n, i, m, cycles);
        double sum = 0;
        for (size_t k = 0; k < count; k++)
            sum += seen[k];
        out[i] = sum / (double)count;
    }
}

static void sort_few(double *x, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        double value = x[i];
        size_t j = i;
        for (; j > 0 && x[j - 1] > value; j--)
            x[j] = x[j - 1];
        x[j] = value;
    }
}

void copy_median(double *out, size_t h, const double *y, size_t n, size_t m,
                 size_t cycles)
{
    double seen[COPY_CYCLES];
    assert(cycles <= COPY_CYCLES && m > 0);
    for (size_t i = 0; i < h; i++) {
        size_t count = places(seen, y, n, i, m, cycles);
        sort_few(seen, count);
        out[i] = (seen[(count - 1) / 2] + seen[count / 2]) / 2;
    }
}

void copy_corrected(double *out, size_t h, const double *y, size_t n, size_t m)
{
    const double most = 0.995;
    copy_mean(out, h, y, n, m, 1);
    if (n < m + 2) return;
    double products = 0, squares = 0;
    for (size_t t = m + 1; t < n; t++) {
        double now = y[t] - y[t - m], before = y[t - 1] - y[t - 1 - m];
        products += now * before;
        squares += before * before;
    }
    double r = squares > 0 ? products / squares : 0;
    r = r > most ? most : r < 0 ? 0 : r;
    double miss = y[n - 1] - y[n - 1 - m];
    for (size_t i = 0; i < h; i++) {
        miss *= r;
        out[i] += miss;
    }
}

void copy_profile(double *out, size_t h, const double *y, size_t n, size_t m,
                  size_t recent, double *work)
{
    if (n < m || recent > n) {
        copy_last(out, h, y, n);
        return;
    }
    memset(work, 0, m * sizeof *work);
    for (size_t t = n % m; t < n; t++)
        work[t % m] += y[t];
    double level = 0, usual = 0;
    for (size_t t = n - recent; t < n; t++) {
        level += y[t];
        usual += work[t % m];
    }
    double cycles = (double)(n / m);
    double factor = usual > 0 ? level / usual : 1 / cycles;
    for (size_t i = 0; i < h; i++)
        out[i] = work[(n + i) % m] * factor;
}
