#include "adjust.h"

#include <string.h>

/* Takes the moving average around `t` off y[t], for the t it can be known for when
 * `cut` values are. `sum` runs over y[t - half … t + half]. */
struct run {
    const double *y;
    size_t m, half, t;
    double sum;
    double *total; /* of y - average, by place in the season */
    size_t *count;
};

static void run_to(struct run *r, size_t cut)
{
    for (; r->t + r->half < cut; r->t++) {
        r->sum += r->y[r->t + r->half];
        if (r->t >= r->half) {
            double span = r->sum, first = r->y[r->t - r->half];
            if (r->m % 2 == 0) span -= (first + r->y[r->t + r->half]) / 2;
            r->total[r->t % r->m] += r->y[r->t] - span / (double)r->m;
            r->count[r->t % r->m]++;
            r->sum -= first;
        }
    }
}

double *adjust_indices(const double *y, size_t m, const size_t *cut, size_t cuts,
                       struct arena *a)
{
    double *index = ARENA_NEW(a, double, cuts *m);
    struct run r = { .y = y, .m = m, .half = m / 2 };
    r.total = ARENA_NEW(a, double, m);
    r.count = ARENA_NEW(a, size_t, m);
    for (size_t t = 0; t < r.half && t < cut[cuts - 1]; t++)
        r.sum += y[t]; /* what lies before y[0 + half] */
    for (size_t k = 0; k < cuts; k++) {
        if (cut[k] < 2 * m) continue;
        run_to(&r, cut[k]);
        double mean = 0;
        for (size_t j = 0; j < m; j++) {
            index[k * m + j] = r.total[j] / (double)r.count[j];
            mean += index[k * m + j] / (double)m;
        }
        for (size_t j = 0; j < m; j++)
            index[k * m + j] -= mean;
    }
    return index;
}

void adjust_remove(double *out, const double *y, size_t from, size_t to, size_t m,
                   const double *index)
{
    for (size_t t = from; t < to; t++)
        out[t - from] = y[t] - index[t % m];
}

void adjust_restore(double *out, size_t h, size_t n, size_t m, const double *index)
{
    for (size_t i = 0; i < h; i++)
        out[i] += index[(n + i) % m];
}
