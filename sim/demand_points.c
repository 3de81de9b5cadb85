#include "demand.h"

#include <gsl/gsl_qrng.h>

#include "drivers.h"
#include "rng.h"

/* gsl_qrng_alloc(gsl_qrng_sobol, 41) does not fail: it gives points of zeros. */
enum { SOBOL_DIMENSIONS = 40 };

/* Coordinates go driver by driver, so that every workload gets its important ones. */
static size_t place(size_t coordinate, size_t workloads)
{
    size_t driver = coordinate / workloads, workload = coordinate % workloads;
    return workload * DRIVER_COUNT + driver;
}

/* Middle of the 2^-32 wide cell that the shifted integer names: never 0, never 1. */
static double shifted(double v, uint32_t shift)
{
    uint32_t cell = (uint32_t)(v * 0x1p32) ^ shift;
    return ((double)cell + 0.5) * 0x1p-32;
}

static enum err_code fill_sobol(double *u, unsigned dims, size_t workloads,
                                size_t paths, uint64_t seed, struct err *e)
{
    if (dims > gsl_qrng_sobol->max_dimension) {
        return err_set(e, ERR_INTERNAL, "GSL's Sobol points have %u dimensions, not %u",
                       gsl_qrng_sobol->max_dimension, dims);
    }
    gsl_qrng *q = gsl_qrng_alloc(gsl_qrng_sobol, dims);
    if (!q) return err_set(e, ERR_INTERNAL, "Sobol points: out of memory");
    enum err_code code = OK;
    uint32_t shift[SOBOL_DIMENSIONS];
    for (unsigned d = 0; d < dims; d++)
        shift[d] = (uint32_t)(rng_key(seed, STREAM_DEMAND_SHIFT, d) >> 32);
    double v[SOBOL_DIMENSIONS] = { 0 }; /* the origin, which GSL leaves out */
    for (size_t p = 0; p < paths; p++) {
        if (p > 0 && gsl_qrng_get(q, v)) {
            code = err_set(e, ERR_NUMERIC, "Sobol points end at path %zu", p);
            break;
        }
        double *row = u + p * workloads * DRIVER_COUNT;
        for (unsigned d = 0; d < dims; d++)
            row[place(d, workloads)] = shifted(v[d], shift[d]);
    }
    gsl_qrng_free(q);
    return code;
}

enum err_code demand_points(double **u, size_t workloads, size_t paths, uint64_t seed,
                            struct arena *a, struct err *e)
{
    const size_t most_paths = (size_t)1 << 24, most_workloads = 1024;
    if (paths < 1 || paths > most_paths) {
        return err_set(e, ERR_RANGE, "paths must be 1 to %zu, not %zu", most_paths,
                       paths);
    }
    if (workloads < 1 || workloads > most_workloads) {
        return err_set(e, ERR_RANGE, "workloads must be 1 to %zu, not %zu",
                       most_workloads, workloads);
    }
    size_t dims = workloads * DRIVER_COUNT;
    unsigned sobol = dims < SOBOL_DIMENSIONS ? (unsigned)dims : SOBOL_DIMENSIONS;
    double *points = ARENA_NEW(a, double, paths *dims);
    if (fill_sobol(points, sobol, workloads, paths, seed, e)) return e->code;
    for (size_t p = 0; p < paths; p++) {
        struct rng r;
        rng_init(&r, seed, STREAM_DEMAND_TAIL, p);
        for (size_t c = sobol; c < dims; c++)
            points[p * dims + place(c, workloads)] = rng_uniform(&r);
    }
    *u = points;
    return OK;
}
