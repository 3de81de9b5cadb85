#include "windows.h"

#include <assert.h>
#include <math.h>

/* From here on a run of requests practically never ends: e^-40 is 4e-18. */
static const double ALWAYS = 40;

enum { TERMS = 64 }; /* of the polynomial in a window, and windows before the tail */

/* The root of g = a e^g in (0, 1]: how fast the tail of a run's length falls. */
static double tail_rate(double a)
{
    double g = a;
    for (int i = 0; i < 100; i++) {
        double next = g - (g - a * exp(g)) / (1 - g < 1e-6 ? 1e-6 : 1 - g);
        if (fabs(next - g) <= 1e-15 * next) return next;
        g = next;
    }
    return g;
}

/* The polynomial of the next window, from its own: v_k(s) = v_k(0) - a ∫ v_k-1. */
static void next_window(double *next, const double *last, int degree, double start,
                        double a)
{
    next[0] = start;
    for (int i = 0; i <= degree && i + 1 < TERMS; i++)
        next[i + 1] = -a * last[i] / (i + 1);
}

static double value_at_end(const double *p, int degree)
{
    double sum = 0;
    for (int i = degree; i >= 0; i--)
        sum += p[i];
    return sum;
}

/* The sum over k >= 1 of P(a run lasts at least k windows). */
static double longer_runs(double m)
{
    double a = m * exp(-m), last[TERMS] = { 1 }, next[TERMS] = { 0 };
    double start = -expm1(-m), sum = 0;
    int degree = 0;
    for (int k = 0; k < TERMS; k++) {
        next_window(next, last, degree, start, a);
        if (degree + 1 < TERMS) degree++;
        start = value_at_end(next, degree);
        if (start < 1e-17) return sum;
        sum += start;
        for (int i = 0; i <= degree; i++)
            last[i] = next[i];
    }
    return sum + start / expm1(tail_rate(a)); /* geometric from there */
}

double windows_poisson(double per_window)
{
    assert(per_window >= 0 && isfinite(per_window));
    if (per_window >= ALWAYS) return 1;
    return fmin(1, per_window * exp(-per_window) * (1 + longer_runs(per_window)));
}

enum { STEPS = 64 }; /* of the table, for one request a window */

/* The mean of f over Poisson numbers n = m × windows is f + m f'' / (2 windows) to
 * second order: that is taken off beforehand. */
void windows_table_fill(struct windows_table *t, int windows)
{
    double last = 0, now = 0, next = windows_poisson(1.0 / STEPS);
    t->share[0] = 0;
    for (int i = 1; i < WINDOWS_TABLE; i++) {
        last = now;
        now = next;
        next = windows_poisson((double)(i + 1) / STEPS);
        double bend = (next - 2 * now + last) * STEPS * STEPS;
        t->share[i] = now - (double)i / STEPS * bend / (2 * windows);
    }
}

double windows_table_share(const struct windows_table *t, double per_window)
{
    if (per_window >= ALWAYS) return 1;
    double at = per_window * STEPS;
    int i = (int)at;
    return t->share[i] + (at - i) * (t->share[i + 1] - t->share[i]);
}
