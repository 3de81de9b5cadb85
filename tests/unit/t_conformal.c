#include "check.h"

#include <stdlib.h>

#include "conformal.h"
#include "paths.h"
#include "rng.h"

static struct arena arena;

static int clear(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static double noise(struct rng *r)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += rng_uniform(r);
    return sum;
}

/* Split-conformal prediction covers new errors of the same law as often as it says,
 * whatever the law: 20 origins of 3 independent steps each, again and again. */
static void new_errors_are_covered_as_often_as_promised(void **state)
{
    (void)state;
    enum { ORIGINS = 20, REACH = 3, REPEATS = 3000 };
    struct rng r;
    double error[ORIGINS * REACH], next[REACH], level[] = { 0.5, 0.8, 0.95 };
    int within[3] = { 0 };
    rng_init(&r, 20261122, 1, 0);
    for (int k = 0; k < REPEATS; k++) {
        struct conformal c;
        for (int i = 0; i < ORIGINS * REACH; i++)
            error[i] = (1 + i % REACH) * exp(noise(&r));
        conformal_learn(&c, error, ORIGINS, REACH, REACH, ORIGINS, &arena);
        for (int i = 0; i < REACH; i++)
            next[i] = (1 + i) * exp(noise(&r));
        for (int j = 0; j < 3; j++)
            within[j] += next[k % REACH] <=
                         conformal_quantile(&c, level[j]) * c.scale[k % REACH];
        arena_clear(&arena);
    }
    for (int j = 0; j < 3; j++) {
        double share = (double)within[j] / REPEATS;
        double sd = sqrt(level[j] * (1 - level[j]) / REPEATS);
        /* 60 independent scores: up to 1/61 above the level; scales are learnt from the
         * same errors, which costs some */
        assert_true(share > level[j] - 0.015 - 4 * sd);
        assert_true(share < level[j] + 1.0 / 61 + 0.015 + 4 * sd);
    }
}

static void ranks_are_those_of_the_definition(void **state)
{
    (void)state;
    double error[40];
    for (size_t i = 0; i < 40; i++)
        error[i] = (double)(i % 2 ? i + 1 : 0) - (double)(i % 2 ? 0 : i + 1);
    struct conformal c;
    conformal_learn(&c, error, 40, 1, 4, 40, &arena);
    double rms = sqrt(41.0 * 81 / 6); /* of 1 … 40 */
    assert_close(c.scale[0], rms, 1e-14);
    assert_close(c.scale[3], 2 * rms, 1e-14); /* the root of 4 steps */
    assert_int_equal(c.independent, 40);
    assert_close(conformal_quantile(&c, 0.8) * rms, 33, 1e-13); /* ceil(41 × 0.8) */
    assert_close(conformal_quantile(&c, 0.5) * rms, 21, 1e-13);
    assert_close(conformal_quantile(&c, 0.95) * rms, 39, 1e-13);
    conformal_sort(&c);
    assert_close(conformal_quantile(&c, 0.8) * rms, 33, 1e-13);
}

/* Source: tables of Student's t: 0.975 quantile at 1 and at 5 degrees of freedom. */
static void few_errors_make_wide_intervals(void **state)
{
    (void)state;
    const double one[] = { -3.5 }, five[] = { 1, -1, 1, 1, -1 };
    struct conformal c;
    conformal_learn(&c, one, 1, 1, 2, 1, &arena);
    assert_close(conformal_quantile(&c, 0.95) * c.scale[0], 12.7062047364 * 3.5, 1e-10);
    assert_close(c.scale[1], 3.5 * sqrt(2), 1e-14);
    conformal_learn(&c, five, 5, 1, 1, 5, &arena);
    assert_close(conformal_quantile(&c, 0.95), 2.5705818356, 1e-10);
    assert_close(conformal_quantile(&c, 0.8), 1, 1e-14);
}

static void what_is_unknown_or_left_out_has_no_part(void **state)
{
    (void)state;
    const double error[] = { 1, 2, (double)NAN, 2, 100, 200 },
                 same[] = { 1, 2, (double)NAN, 2 };
    struct conformal c, d;
    conformal_learn(&c, error, 3, 2, 2, 2, &arena);
    conformal_learn(&d, same, 2, 2, 2, 2, &arena);
    assert_int_equal(c.scores, 3);
    assert_int_equal(c.independent, 3);
    assert_memory_equal(c.scale, d.scale, 2 * sizeof *c.scale);
    conformal_learn(&c, same, 0, 2, 2, 0, &arena);
    assert_true(isnan(conformal_quantile(&c, 0.5)));
}

static void no_errors_make_no_width(void **state)
{
    (void)state;
    const double none[6] = { 0 };
    struct conformal c;
    conformal_learn(&c, none, 3, 2, 5, 3, &arena);
    assert_true(conformal_quantile(&c, 0.95) * c.scale[4] == 0);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* At each step the paths are spread like the intervals. */
static void paths_lie_within_intervals_as_often_as_they_say(void **state)
{
    (void)state;
    enum { ORIGINS = 16, REACH = 10, PATHS = 4000 };
    struct rng r;
    double error[ORIGINS * REACH], point[REACH], column[PATHS];
    static double path[PATHS * REACH];
    rng_init(&r, 3, 1, 0);
    for (int i = 0; i < ORIGINS * REACH; i++)
        error[i] = noise(&r) * (2 + i % REACH);
    for (int i = 0; i < REACH; i++)
        point[i] = 100 + i;
    struct conformal c;
    conformal_learn(&c, error, ORIGINS, REACH, REACH, ORIGINS, &arena);
    struct togetherness t = { 0.2, 0.7 };
    paths_draw(path, PATHS, point, &c, t, -HUGE_VAL, 42);
    for (int i = 0; i < REACH; i++) {
        for (int p = 0; p < PATHS; p++)
            column[p] = path[p * REACH + i];
        qsort(column, PATHS, sizeof *column, ascending);
        double width = conformal_quantile(&c, 0.8) * c.scale[i];
        int below = 0, above = 0;
        for (int p = 0; p < PATHS; p++) {
            below += column[p] < point[i] - width;
            above += column[p] > point[i] + width;
        }
        /* 400 each; four standard errors, and the grain of 160 scores */
        assert_true(abs(below - 400) < 76 + 50 && abs(above - 400) < 76 + 50);
    }
}

/* Errors made with a known togetherness give it back. */
static void togetherness_is_found_again(void **state)
{
    (void)state;
    enum { ORIGINS = 4000, REACH = 12 };
    static double error[ORIGINS * REACH];
    const double common = 0.3, fading = 0.6;
    struct rng r;
    rng_init(&r, 8, 1, 0);
    for (int k = 0; k < ORIGINS; k++) {
        double shared = noise(&r), own = noise(&r);
        for (int i = 0; i < REACH; i++) {
            error[k * REACH + i] = sqrt(common) * shared + sqrt(1 - common) * own;
            own = fading * own + sqrt(1 - fading * fading) * noise(&r);
        }
    }
    struct conformal c;
    conformal_learn(&c, error, ORIGINS, REACH, REACH, ORIGINS, &arena);
    struct togetherness t = paths_togetherness(&c, error, ORIGINS, REACH);
    /* the far half still hangs together by 0.6^6 and less */
    assert_true(fabs(t.common - common) < 0.05);
    assert_true(fabs(t.fading - fading) < 0.06);
}

static void a_path_depends_on_seed_and_number_alone(void **state)
{
    (void)state;
    const double error[] = { 1, -2, 0.5, 3, -1, 2, 0.25, 1 }, point[] = { 5, 6, 7, 8 };
    double many[5 * 4], few[2 * 4], other[2 * 4];
    struct conformal c;
    struct togetherness t = { 0.1, 0.5 };
    conformal_learn(&c, error, 2, 4, 4, 2, &arena);
    paths_draw(many, 5, point, &c, t, 0, 9);
    paths_draw(few, 2, point, &c, t, 0, 9);
    paths_draw(other, 2, point, &c, t, 0, 10);
    assert_memory_equal(many, few, sizeof few);
    assert_memory_not_equal(few, other, sizeof few);
    for (int i = 0; i < 20; i++)
        assert_true(many[i] >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(new_errors_are_covered_as_often_as_promised, clear),
        cmocka_unit_test_teardown(ranks_are_those_of_the_definition, clear),
        cmocka_unit_test_teardown(few_errors_make_wide_intervals, clear),
        cmocka_unit_test_teardown(what_is_unknown_or_left_out_has_no_part, clear),
        cmocka_unit_test_teardown(no_errors_make_no_width, clear),
        cmocka_unit_test_teardown(paths_lie_within_intervals_as_often_as_they_say,
                                  clear),
        cmocka_unit_test_teardown(togetherness_is_found_again, clear),
        cmocka_unit_test_teardown(a_path_depends_on_seed_and_number_alone, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
