#include "minimise.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <gsl/gsl_multimin.h>

static const double VERY_LARGE = 1e300; /* GSL wants finite values */

struct minimiser {
    gsl_multimin_fminimizer *of[MINIMISE_DIMENSIONS]; /* [dimensions - 1] */
};

void minimiser_close(struct minimiser *m)
{
    if (!m) return;
    for (int i = 0; i < MINIMISE_DIMENSIONS; i++)
        if (m->of[i]) gsl_multimin_fminimizer_free(m->of[i]);
    free(m);
}

enum err_code minimiser_open(struct minimiser **out, struct err *e)
{
    struct minimiser *m = calloc(1, sizeof *m);
    bool failed = !m;
    for (size_t i = 0; !failed && i < MINIMISE_DIMENSIONS; i++) {
        m->of[i] =
            gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, i + 1);
        failed = !m->of[i];
    }
    if (failed) {
        minimiser_close(m);
        return err_set(e, ERR_INTERNAL, "out of memory");
    }
    *out = m;
    return OK;
}

struct call {
    double (*f)(const double *x, void *context);
    void *context;
    int left;
};

static double bounded(const gsl_vector *v, void *context)
{
    struct call *c = context;
    double value = c->f(v->data, c->context);
    c->left--;
    return isfinite(value) ? value : VERY_LARGE;
}

double minimise(double *x, size_t dimensions, struct minimiser *m,
                double (*f)(const double *x, void *context), void *context,
                int evaluations, double size)
{
    assert(dimensions >= 1 && dimensions <= MINIMISE_DIMENSIONS);
    gsl_multimin_fminimizer *search = m->of[dimensions - 1];
    struct call call = { f, context, evaluations };
    gsl_multimin_function function = { bounded, dimensions, &call };
    double step[MINIMISE_DIMENSIONS];
    for (int i = 0; i < MINIMISE_DIMENSIONS; i++)
        step[i] = 1;
    gsl_vector_view at = gsl_vector_view_array(x, dimensions);
    gsl_vector_view steps = gsl_vector_view_array(step, dimensions);
    if (gsl_multimin_fminimizer_set(search, &function, &at.vector, &steps.vector))
        return bounded(&at.vector, &call);
    while (call.left > 0 && gsl_multimin_fminimizer_iterate(search) == GSL_SUCCESS &&
           gsl_multimin_fminimizer_size(search) > size) {
    }
    for (size_t i = 0; i < dimensions; i++)
        x[i] = gsl_vector_get(search->x, i);
    return search->fval;
}
