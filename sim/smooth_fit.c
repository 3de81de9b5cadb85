#include "smooth_fit.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "quantile.h"

/* R's bounds, so that results can be compared. Source: forecast::ets(), "lower" and
 * "upper". */
static const double MOST_ALPHA = 0.9999, LEAST_PHI = 0.8, MOST_PHI = 0.98;

static double share(double x)
{
    return 1 / (1 + exp(-x));
}

/* Search coordinates -> parameters within their bounds. */
static void set_plain(struct smooth *s, enum smooth_kind kind, const double *x)
{
    *s = (struct smooth){ .alpha = MOST_ALPHA * share(x[0]), .phi = 1 };
    if (kind == SMOOTH_SIMPLE) return;
    s->beta = s->alpha * share(x[1]);
    if (kind == SMOOTH_DAMPED)
        s->phi = LEAST_PHI + (MOST_PHI - LEAST_PHI) * share(x[2]);
}

struct plain {
    enum smooth_kind kind;
    const double *y;
    size_t n;
    struct smooth_fit at;
};

/* Errors are u - l0 p - b0 q: u those of y - y[0] from a zero start, p and q what a
 * unit of level and of trend contribute to the forecasts. Their sums of products. */
struct products {
    double uu, pp, pq, qq, up, uq;
};

/* Level alone: p shrinks by 1 - alpha a step. */
static struct products simple_products(double alpha, const double *y, size_t n)
{
    struct products s = { 0 };
    double keep = 1 - alpha, l = 0, p = 1;
    for (size_t t = 0; t < n; t++) {
        double z = y[t] - y[0], u = z - l;
        s.uu += u * u;
        s.pp += p * p;
        s.up += u * p;
        l = keep * l + alpha * z;
        p *= keep;
    }
    return s;
}

/* A state is taken from step to step by one matrix, so that no step waits for the error
 * of the one before:
 *   l' = (1 - alpha) (l + phi b) + alpha z      b' = phi b - beta (l + phi b) + beta z
 */
static struct products trend_products(const struct smooth *m, const double *y, size_t n)
{
    struct products s = { 0 };
    double phi = m->phi, ll = 1 - m->alpha, lb = ll * phi, bl = -m->beta,
           bb = phi - m->beta * phi;
    double l = 0, b = 0, pl = 1, pb = 0, ql = 0, qb = 1;
    for (size_t t = 0; t < n; t++) {
        double z = y[t] - y[0], u = z - (l + phi * b), p = pl + phi * pb,
               q = ql + phi * qb;
        s.uu += u * u;
        s.pp += p * p;
        s.up += u * p;
        s.pq += p * q;
        s.qq += q * q;
        s.uq += u * q;
        double next_l = ll * l + (lb * b + m->alpha * z);
        b = bl * l + (bb * b + m->beta * z);
        l = next_l;
        double next_pl = ll * pl + lb * pb;
        pb = bl * pl + bb * pb;
        pl = next_pl;
        double next_ql = ll * ql + lb * qb;
        qb = bl * ql + bb * qb;
        ql = next_ql;
    }
    return s;
}

/* Least squares for l0 and b0. Returns: the squares that are left. */
static double solve_start(struct smooth_fit *f, enum smooth_kind kind, const double *y,
                          size_t n)
{
    const double nearly_singular = 1e-12;
    struct products s = kind == SMOOTH_SIMPLE ? simple_products(f->s.alpha, y, n)
                                              : trend_products(&f->s, y, n);
    double determinant = s.pp * s.qq - s.pq * s.pq;
    f->level = s.up / s.pp;
    f->trend = 0;
    if (kind != SMOOTH_SIMPLE && determinant > nearly_singular * s.pp * s.qq) {
        f->level = (s.up * s.qq - s.uq * s.pq) / determinant;
        f->trend = (s.uq * s.pp - s.up * s.pq) / determinant;
    }
    double sse = s.uu - 2 * (f->level * s.up + f->trend * s.uq) +
                 f->level * f->level * s.pp + 2 * f->level * f->trend * s.pq +
                 f->trend * f->trend * s.qq;
    f->level += y[0];
    return sse > 0 ? sse : 0; /* a perfect fit may round below */
}

static double plain_cost(const double *x, void *context)
{
    struct plain *p = context;
    set_plain(&p->at.s, p->kind, x);
    return solve_start(&p->at, p->kind, p->y, p->n);
}

void smooth_fit(struct smooth_fit *out, enum smooth_kind kind, const double *y,
                size_t n, struct minimiser *m, bool precise)
{
    /* logits of alpha 0.9, 0.5, 0.1; small beta; phi high */
    static const double start[] = { 2.2, 0, -2.2 };
    assert(n >= 1);
    struct plain p = { .kind = kind, .y = y, .n = n };
    double x[3] = { 0, -3, 1 }, best = HUGE_VAL;
    for (size_t i = 0; i < sizeof start / sizeof *start; i++) {
        double try[3] = { start[i], x[1], x[2] }, cost = plain_cost(try, &p);
        if (cost >= best) continue;
        best = cost;
        x[0] = start[i];
    }
    minimise(x, (size_t)kind + 1, m, plain_cost, &p, precise ? 2000 : 80,
             precise ? 1e-9 : 1e-2);
    p.at.sse = plain_cost(x, &p);
    *out = p.at;
}

void smooth_fit_start(struct smooth_fit *out, const double *y, size_t n)
{
    out->sse = solve_start(out, out->s.beta > 0 ? SMOOTH_HOLT : SMOOTH_SIMPLE, y, n);
}

struct smooth_line smooth_line(const double *z, size_t n)
{
    double middle = (double)(n - 1) / 2, mean = mean_of(z, n);
    double products = 0, squares = 0;
    for (size_t t = 0; t < n; t++) {
        double from_middle = (double)t - middle;
        products += from_middle * (z[t] - mean);
        squares += from_middle * from_middle;
    }
    double slope = squares > 0 ? products / squares : 0;
    return (struct smooth_line){ mean - slope * middle, slope };
}

struct seasonal {
    const double *index, *y;
    double *work;
    size_t from, n, season;
    struct smooth_fit at;
};

static double seasonal_cost(const double *x, void *context)
{
    struct seasonal *c = context;
    struct smooth *s = &c->at.s;
    set_plain(s, SMOOTH_DAMPED, x);
    s->gamma = (1 - s->alpha) * share(x[3]);
    s->season = c->season;
    struct smooth_state state = { .level = c->at.level,
                                  .index = c->work,
                                  .t = c->from };
    memcpy(c->work, c->index, c->season * sizeof *c->work);
    return smooth_run(s, &state, c->y + c->from, c->n - c->from, NULL);
}

void smooth_fit_season(struct smooth_fit *out, const double *index, size_t season,
                       const double *y, size_t from, size_t n, struct minimiser *m,
                       double *work)
{
    assert(n >= from + season);
    struct seasonal c = {
        .index = index, .y = y, .work = work, .from = from, .n = n, .season = season
    };
    c.at.level = mean_of(y + from, season);
    double x[4] = { -1, -3, 1, -1 };
    minimise(x, 4, m, seasonal_cost, &c, 120, 1e-2);
    c.at.sse = seasonal_cost(x, &c);
    *out = c.at;
}
