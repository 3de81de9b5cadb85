#include <math.h>

#include <gsl/gsl_multimin.h>

#include "gsl_quiet.h"
#include "summary.h"
#include "traffic.h"

/* Variance of the count in a window, over its mean: batches give a constant, the
 * wandering rate the double integral of its autocovariance. */

enum { UNKNOWNS = 1 + TRAFFIC_MODULATORS };

/* How long the modulators hold: between the windows of a summary, and beyond the
 * longest. They are not fitted: four targets carry four unknowns. */
static const double hold_s[TRAFFIC_MODULATORS] = { 2, 30, 450 };

/* Integral over [0,w]² of exp(-rate |x-y|). */
static double square_integral(double rate, double w)
{
    double x = rate * w;
    const double small = 1e-4;
    if (x < small) return w * w * (1 - x / 3);
    return 2 * (x - 1 + exp(-x)) / (rate * rate);
}

/* Variance of the count in a window of w seconds, over requests_per_s. */
static double variance(const struct traffic_model *m, double w)
{
    double sum = 0;
    for (unsigned set = 1; set < 1U << TRAFFIC_MODULATORS; set++) {
        double product = 1, rate = 0;
        for (int j = 0; j < TRAFFIC_MODULATORS; j++) {
            if (!(set >> j & 1)) continue;
            product *= m->modulator[j].variance;
            if (m->modulator[j].variance > 0) rate += 1 / m->modulator[j].hold_s;
        }
        if (product > 0) sum += product * square_integral(rate, w);
    }
    /* of a geometric batch: E b² / E b = 2 E b - 1 */
    return (2 * m->batch_mean - 1) * w + m->requests_per_s * sum;
}

double traffic_dispersion(const struct traffic_model *m, double window_s)
{
    return variance(m, window_s) / window_s;
}

double traffic_sample_dispersion(const struct traffic_model *m, double window_s,
                                 double span_s)
{
    double n = span_s / window_s;
    if (n < 2) return (double)NAN;
    double within = variance(m, window_s) - variance(m, span_s) / (n * n);
    return within * n / (n - 1) / window_s;
}

struct fit {
    struct traffic_model model;
    const double *target;
    double sample_s;
};

/* What a window counts: quotas act by the minute or faster. */
static const double weight[SUMMARY_DISPERSIONS] = { 1, 1, 1, 0.25 };

static void set_unknowns(struct traffic_model *m, const double x[UNKNOWNS])
{
    m->batch_mean = 1 + exp(x[0]);
    for (int j = 0; j < TRAFFIC_MODULATORS; j++)
        m->modulator[j] = (struct traffic_modulator){ exp(x[1 + j]), hold_s[j] };
}

static double misfit(const gsl_vector *v, void *context)
{
    struct fit *f = context;
    double x[UNKNOWNS], sum = 0;
    const double far = 12, least = 0.1; /* below 1 nothing can be done but be even */
    for (size_t i = 0; i < UNKNOWNS; i++) {
        x[i] = fmax(-far, fmin(far, gsl_vector_get(v, i)));
        sum += 1e-3 * fabs(gsl_vector_get(v, i) - x[i]); /* back into the range */
    }
    set_unknowns(&f->model, x);
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        if (!isfinite(f->target[i])) continue;
        double d = traffic_sample_dispersion(&f->model, summary_dispersion_window_s[i],
                                             f->sample_s);
        double off = log(d) - log(fmax(least, f->target[i]));
        sum += weight[i] * off * off;
    }
    return isfinite(sum) ? sum : HUGE_VAL;
}

/* From one start to the nearest minimum. */
static enum err_code descend(double *out, double x[UNKNOWNS], struct fit *f,
                             struct err *e)
{
    const int most_steps = 4000;
    const double done = 1e-7;
    gsl_multimin_function function = { misfit, UNKNOWNS, f };
    gsl_vector *start = gsl_vector_alloc(UNKNOWNS), *step = gsl_vector_alloc(UNKNOWNS);
    gsl_multimin_fminimizer *s =
        gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, UNKNOWNS);
    if (!start || !step || !s) {
        err_set(e, ERR_NUMERIC, "no memory to fit the burstiness");
        goto done;
    }
    for (size_t i = 0; i < UNKNOWNS; i++)
        gsl_vector_set(start, i, x[i]);
    gsl_vector_set_all(step, 1);
    gsl_multimin_fminimizer_set(s, &function, start, step);
    for (int i = 0; i < most_steps; i++)
        if (gsl_multimin_fminimizer_iterate(s) ||
            gsl_multimin_test_size(gsl_multimin_fminimizer_size(s), done) == 0)
            break;
    for (size_t i = 0; i < UNKNOWNS; i++)
        x[i] = gsl_vector_get(s->x, i);
    *out = s->fval;
done:
    gsl_vector_free(start);
    gsl_vector_free(step);
    if (s) gsl_multimin_fminimizer_free(s);
    return e->code;
}

/* Wandering that no window notices is left out: it would only cost time. */
static void drop_the_unseen(struct traffic_model *m)
{
    const double unseen_variance = 1e-4, unseen_batch = 1e-3;
    if (m->batch_mean < 1 + unseen_batch) m->batch_mean = 1;
    for (int j = 0; j < TRAFFIC_MODULATORS; j++)
        if (m->modulator[j].variance < unseen_variance) m->modulator[j].variance = 0;
}

static enum err_code check_targets(const double *target, int *known, struct err *e)
{
    *known = 0;
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        if (isnan(target[i])) continue;
        if (!(target[i] >= 0 && target[i] < 1e6))
            return err_set(e, ERR_RANGE,
                           "index of dispersion at %d s must be 0 to 1e6, "
                           "not %g",
                           summary_dispersion_window_s[i], target[i]);
        (*known)++;
    }
    return OK;
}

enum err_code traffic_fit(struct traffic_model *m, const double *target,
                          double sample_s, struct err *e)
{
    static const double starts[][UNKNOWNS] = {
        { -2, -2, -3, -3 }, { -4, 0, 0, -4 }, { 0, -4, -4, 0 }, { -6, 1, -2, -1 }
    };
    int known = 0;
    if (check_targets(target, &known, e)) return e->code;
    m->batch_mean = 1;
    for (int j = 0; j < TRAFFIC_MODULATORS; j++)
        m->modulator[j] = (struct traffic_modulator){ 0, hold_s[j] };
    if (known == 0 || !(m->requests_per_s > 0)) return OK;
    if (known == 1) {
        for (int i = 0; i < SUMMARY_DISPERSIONS; i++)
            if (target[i] > 1) m->batch_mean = (target[i] + 1) / 2;
        return OK;
    }
    sim_quiet_gsl();
    struct fit f = { *m, target, sample_s };
    double best = HUGE_VAL, best_x[UNKNOWNS] = { 0 };
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        double x[UNKNOWNS], value = HUGE_VAL;
        for (int k = 0; k < UNKNOWNS; k++)
            x[k] = starts[i][k];
        if (descend(&value, x, &f, e)) return e->code;
        if (value >= best) continue;
        best = value;
        for (int k = 0; k < UNKNOWNS; k++)
            best_x[k] = x[k];
    }
    set_unknowns(m, best_x);
    drop_the_unseen(m);
    return OK;
}
