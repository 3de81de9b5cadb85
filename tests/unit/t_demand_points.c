#include "check.h"

#include <stdbool.h>
#include <stdlib.h>

#include <gsl/gsl_qrng.h>

#include "arena.h"
#include "demand.h"
#include "rng.h"

enum { PATHS = 1024 };

static double *points(size_t workloads, size_t paths, uint64_t seed, struct arena *a)
{
    struct err e = { 0 };
    double *u = NULL;
    assert_ok(demand_points(&u, workloads, paths, seed, a, &e), e);
    return u;
}

/* Source: measured on Debian 12's GSL 2.7.1; Joe & Kuo's directions. */
static void gsl_gives_the_sobol_points_we_build_on(void **state)
{
    (void)state;
    static const double want[][3] = { { 0.5, 0.5, 0.5 },
                                      { 0.75, 0.25, 0.75 },
                                      { 0.25, 0.75, 0.25 },
                                      { 0.375, 0.375, 0.625 },
                                      { 0.875, 0.875, 0.125 } };
    gsl_qrng *q = gsl_qrng_alloc(gsl_qrng_sobol, 3);
    for (size_t i = 0; i < COUNT(want); i++) {
        double v[3];
        assert_int_equal(gsl_qrng_get(q, v), 0);
        for (int d = 0; d < 3; d++)
            assert_close(v[d], want[i][d], 0);
    }
    gsl_qrng_free(q);
    assert_int_equal(gsl_qrng_sobol->max_dimension, 40);
}

/* Undoing the shift of path 0, the origin, gives back GSL's points. */
static void the_shift_is_one_word_a_coordinate(void **state)
{
    (void)state;
    struct arena a = { 0 };
    const double *u = points(1, 6, 20260222, &a);
    static const double sobol[][3] = {
        { 0, 0, 0 },          { 0.5, 0.5, 0.5 },       { 0.75, 0.25, 0.75 },
        { 0.25, 0.75, 0.25 }, { 0.375, 0.375, 0.625 }, { 0.875, 0.875, 0.125 }
    };
    for (int p = 0; p < 6; p++) {
        for (int d = 0; d < 3; d++) {
            uint32_t shift = (uint32_t)(u[d] * 0x1p32);
            uint32_t cell = (uint32_t)(u[p * DRIVER_COUNT + d] * 0x1p32) ^ shift;
            assert_close(cell * 0x1p-32, sobol[p][d], 0);
        }
    }
    arena_clear(&a);
}

/* 2^k points put one into each of 2^k slices of every Sobol coordinate. */
static void powers_of_two_paths_fill_every_slice_once(void **state)
{
    (void)state;
    struct arena a = { 0 };
    const double *u = points(1, PATHS, 3, &a);
    for (int d = 0; d < DRIVER_COUNT; d++) {
        bool seen[PATHS] = { false };
        for (int p = 0; p < PATHS; p++) {
            int slice = (int)(u[p * DRIVER_COUNT + d] * PATHS);
            assert_false(seen[slice]);
            seen[slice] = true;
        }
    }
    arena_clear(&a);
}

static int slices_hit(const double *u, size_t step)
{
    bool seen[PATHS] = { false };
    int hit = 0;
    for (int p = 0; p < PATHS; p++) {
        int slice = (int)(u[(size_t)p * step] * PATHS);
        hit += !seen[slice];
        seen[slice] = true;
    }
    return hit;
}

/* With 9 workloads the 40 coordinates reach the fourth workload's fifth driver. */
static void important_drivers_of_every_workload_get_sobol_points(void **state)
{
    (void)state;
    struct arena a = { 0 };
    enum { WORKLOADS = 9, DIMS = WORKLOADS * DRIVER_COUNT };
    const double *u = points(WORKLOADS, PATHS, 3, &a);
    for (int w = 0; w < WORKLOADS; w++) {
        for (int d = 0; d < DRIVER_COUNT; d++) {
            bool sobol = d * WORKLOADS + w < 40;
            int hit = slices_hit(u + w * DRIVER_COUNT + d, DIMS);
            /* pseudo-random points hit 1 - 1/e of the slices, give or take 1 % */
            if (sobol)
                assert_int_equal(hit, PATHS);
            else
                assert_true(abs(hit - 647) < 70);
        }
    }
    arena_clear(&a);
}

static void every_coordinate_is_inside_the_unit_interval(void **state)
{
    (void)state;
    struct arena a = { 0 };
    for (uint64_t seed = 0; seed < 20; seed++) {
        const double *u = points(3, 64, seed, &a);
        double sum = 0;
        for (size_t i = 0; i < 64 * 3 * DRIVER_COUNT; i++) {
            assert_true(u[i] > 0 && u[i] < 1);
            sum += u[i];
        }
        assert_true(fabs(sum / (64 * 3 * DRIVER_COUNT) - 0.5) < 0.02);
    }
    arena_clear(&a);
}

/* More paths add to the same ones; more workloads leave the paths' count alone. */
static void fewer_paths_are_a_prefix(void **state)
{
    (void)state;
    struct arena a = { 0 };
    const double *many = points(3, PATHS, 11, &a), *few = points(3, 100, 11, &a);
    assert_memory_equal(many, few, 100 * 3 * DRIVER_COUNT * sizeof *few);
    const double *other = points(3, 100, 12, &a);
    assert_memory_not_equal(few, other, 100 * 3 * DRIVER_COUNT * sizeof *few);
    arena_clear(&a);
}

static void no_paths_or_too_many_are_refused(void **state)
{
    (void)state;
    static const size_t bad[][2] = {
        { 1, 0 }, { 0, 1 }, { 1, (size_t)1 << 25 }, { 2000, 1 }
    };
    struct arena a = { 0 };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct err e = { 0 };
        double *u = NULL;
        assert_int_equal(demand_points(&u, bad[i][0], bad[i][1], 1, &a, &e), ERR_RANGE);
        assert_null(u);
    }
    arena_clear(&a);
}

/* What the points are for: the mean of a kinked cost over three drivers. */
static void sobol_paths_beat_random_ones(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct rng r;
    rng_init(&r, 20261122, 5, 0);
    double sobol = 0, plain = 0, exact = 0.5; /* E max(0, x+y+z-1) = 1/2 + 1/24 */
    exact += 1.0 / 24;
    enum { REPEATS = 20 };
    for (uint64_t seed = 0; seed < REPEATS; seed++) {
        const double *u = points(1, PATHS, seed, &a);
        double s = 0, m = 0;
        for (int p = 0; p < PATHS; p++) {
            const double *x = u + p * DRIVER_COUNT;
            s += fmax(0, x[0] + x[1] + x[2] - 1) / PATHS;
            double y = rng_uniform(&r) + rng_uniform(&r) + rng_uniform(&r);
            m += fmax(0, y - 1) / PATHS;
        }
        sobol += (s - exact) * (s - exact);
        plain += (m - exact) * (m - exact);
    }
    assert_true(plain / sobol > 100);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gsl_gives_the_sobol_points_we_build_on),
        cmocka_unit_test(the_shift_is_one_word_a_coordinate),
        cmocka_unit_test(powers_of_two_paths_fill_every_slice_once),
        cmocka_unit_test(important_drivers_of_every_workload_get_sobol_points),
        cmocka_unit_test(every_coordinate_is_inside_the_unit_interval),
        cmocka_unit_test(fewer_paths_are_a_prefix),
        cmocka_unit_test(no_paths_or_too_many_are_refused),
        cmocka_unit_test(sobol_paths_beat_random_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
