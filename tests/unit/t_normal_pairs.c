#include "check.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "normal_pairs.h"
#include "rng.h"

/* Means of equally likely slices of a normal, scaled to variance 1/2. */
static void the_table_is_what_gsl_makes_it(void **state)
{
    (void)state;
    double piece[NORMAL_PIECES], variance = 0;
    for (int i = 0; i < NORMAL_PIECES; i++) {
        double lo =
            i ? gsl_ran_ugaussian_pdf(gsl_cdf_ugaussian_Pinv((double)i / NORMAL_PIECES))
              : 0;
        double hi = i + 1 < NORMAL_PIECES
                        ? gsl_ran_ugaussian_pdf(
                              gsl_cdf_ugaussian_Pinv((i + 1.0) / NORMAL_PIECES))
                        : 0;
        piece[i] = NORMAL_PIECES * (lo - hi);
        variance += piece[i] * piece[i] / NORMAL_PIECES;
    }
    for (int i = 0; i < NORMAL_PIECES; i++)
        assert_close(normal_piece[i], piece[i] / sqrt(2 * variance), 1e-7);
}

/* All 2^20 sums: the distribution exactly, not a sample of it. */
static void sums_of_two_are_nearly_normal(void **state)
{
    (void)state;
    static const struct {
        double at, slack;
    } row[] = { { 0, 1e-3 }, { 0.5, 1e-3 }, { 1, 1e-3 }, { 2, 2e-3 },
                { 3, 1e-2 }, { 3.5, 7e-2 }, { -1, 1e-3 } };
    double moment[5] = { 0 };
    int64_t above[COUNT(row)] = { 0 };
    for (uint64_t bits = 0; bits < (uint64_t)NORMAL_PIECES * NORMAL_PIECES; bits++) {
        struct normal_pair p = normal_pair_of(bits << 20, 20);
        for (int k = 1; k < 5; k++)
            moment[k] += pow(p.a, k) * 0x1p-20;
        for (size_t i = 0; i < COUNT(row); i++)
            above[i] += p.a > row[i].at;
    }
    assert_close(moment[1], 0, 1e-7);
    assert_close(moment[2], 1, 1e-6);
    assert_close(moment[3], 0, 1e-6);
    assert_close(moment[4], 3, 0.002);
    for (size_t i = 0; i < COUNT(row); i++) {
        double share = (double)above[i] * 0x1p-20;
        assert_close(share / gsl_cdf_ugaussian_Q(row[i].at), 1, row[i].slack);
    }
}

static void sum_and_difference_are_two_normals(void **state)
{
    (void)state;
    enum { DRAWS = 400000 };
    struct rng r;
    rng_init(&r, 20261122, 6, 0);
    double cross = 0, squares = 0, second = 0;
    for (int i = 0; i < DRAWS; i++) {
        struct normal_pair p = normal_pair_of(rng_next(&r), 0);
        cross += p.a * p.b / DRAWS;
        squares += p.a * p.a * p.b * p.b / DRAWS;
        second += p.b * p.b / DRAWS;
    }
    assert_true(fabs(cross) < 4 / sqrt(DRAWS));
    assert_close(second, 1, 4 * sqrt(2.0 / DRAWS));
    /* independent normals: E a²b² = 1, its variance 8 */
    assert_close(squares, 1, 4 * sqrt(8.0 / DRAWS) + 0.003);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_what_gsl_makes_it),
        cmocka_unit_test(sums_of_two_are_nearly_normal),
        cmocka_unit_test(sum_and_difference_are_two_normals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
