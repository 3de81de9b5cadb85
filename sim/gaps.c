#include "gaps.h"

#include <math.h>
#include <stdbool.h>

/* Known neighbours of a gap. */
struct gap {
    size_t before, after;
};

static double on_line(const double *y, struct gap g, size_t t)
{
    double share = (double)(t - g.before) / (double)(g.after - g.before);
    return y[g.before] + (y[g.after] - y[g.before]) * share;
}

/* How far y stands above the gap's line where all three are known. */
static bool excess(double *out, const double *y, struct gap g, size_t t)
{
    if (isnan(y[t]) || isnan(y[g.before]) || isnan(y[g.after])) return false;
    *out = y[t] - on_line(y, g, t);
    return true;
}

/* Mean excess at the nearest whole season before and the nearest after. */
static double seasonal(const double *y, size_t n, struct gap g, size_t t, size_t m)
{
    double sum = 0, one = 0;
    int found = 0;
    for (size_t by = m; by <= g.before; by += m) {
        struct gap then = { g.before - by, g.after - by };
        if (!excess(&one, y, then, t - by)) continue;
        sum += one;
        found++;
        break;
    }
    for (size_t by = m; g.after + by < n; by += m) {
        struct gap then = { g.before + by, g.after + by };
        if (!excess(&one, y, then, t + by)) continue;
        sum += one;
        found++;
        break;
    }
    return found ? sum / found : 0;
}

size_t gaps_fill(double *out, const double *y, size_t n, size_t m)
{
    size_t filled = 0, first = 0;
    while (first < n && isnan(y[first]))
        first++;
    if (first == n) return n;
    for (size_t t = 0; t < first; t++, filled++)
        out[t] = y[first];
    out[first] = y[first];
    struct gap g = { first, first };
    for (size_t t = first + 1; t < n; t++) {
        if (!isnan(y[t])) {
            g.before = t;
            out[t] = y[t];
            continue;
        }
        if (g.after <= t) g.after = t + 1;
        while (g.after < n && isnan(y[g.after]))
            g.after++;
        out[t] = g.after == n ? y[g.before] : on_line(y, g, t);
        if (g.after < n && m > 1) out[t] += seasonal(y, n, g, t, m);
        filled++;
    }
    return filled;
}
