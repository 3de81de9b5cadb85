#include "check.h"

#include "adjust.h"
#include "copies.h"
#include "season.h"
#include "splitmix.h"

/* three seasons of 4, the last one begun */
static const double y[] = { 8, 1, 5, 2, 9.5, 3, 6, 4, 11, 2 };
enum { N = COUNT(y) };

static void the_last_and_the_line_through_it(void **state)
{
    (void)state;
    double out[3];
    copy_last(out, 3, y, N);
    assert_close(out[2], 2, 0);
    copy_drift(out, 3, y, N, 4); /* from 3 to 2 in 4 steps */
    assert_close(out[2], 2 - 3 * 0.25, 1e-15);
    copy_drift(out, 3, y, N, 100); /* from 8 in 9 */
    assert_close(out[0], 2 - 6.0 / 9, 1e-15);
    copy_drift(out, 3, y, 1, 100);
    assert_close(out[0], 8, 0);
}

static void seasons_come_again(void **state)
{
    (void)state;
    double out[6];
    copy_mean(out, 6, y, N, 4, 1);
    const double once[] = { 6, 4, 11, 2, 6, 4 };
    for (size_t i = 0; i < 6; i++)
        assert_close(out[i], once[i], 0);
    copy_mean(out, 6, y, N, 4, 3); /* of two places there are only two */
    assert_close(out[0], 5.5, 1e-15);
    assert_close(out[2], (11 + 9.5 + 8) / 3, 1e-15);
    copy_median(out, 6, y, N, 4, 3);
    assert_close(out[2], 9.5, 0);
    assert_close(out[0], 5.5, 1e-15);
    copy_mean(out, 6, y, 3, 4, 2); /* not one season yet */
    assert_close(out[0], 5, 0);    /* of this place there is none: the last value */
    assert_close(out[1], 8, 0);    /* of this there is one */
}

static void a_miss_fades(void **state)
{
    (void)state;
    double out[2], now = 0, before = 0;
    for (size_t t = 5; t < N; t++) {
        now += (y[t] - y[t - 4]) * (y[t - 1] - y[t - 5]);
        before += (y[t - 1] - y[t - 5]) * (y[t - 1] - y[t - 5]);
    }
    double r = now / before;
    assert_true(r > 0 && r < 1);
    copy_corrected(out, 2, y, N, 4);
    assert_close(out[0], 6 + r * (2 - 3), 1e-14);
    assert_close(out[1], 4 + r * r * (2 - 3), 1e-14);
}

static void the_profile_moves_to_the_level(void **state)
{
    (void)state;
    double work[4], out[4];
    /* whole seasons are y[2 … 9]: sums by place 8+… = 9.5+11, 3+2, 5+6, 2+4 */
    copy_profile(out, 4, y, N, 4, 2, work);
    double factor = (11 + 2) / (20.5 + 5);
    assert_close(out[0], 11 * factor, 1e-14);
    assert_close(out[3], 5 * factor, 1e-14);
    const double nothing[] = { 0, 0, 0, 0, 0, 0 };
    copy_profile(out, 4, nothing, 6, 3, 3, work);
    assert_close(out[1], 0, 0);
}

static void indices_grow_with_the_series(void **state)
{
    (void)state;
    double x[90];
    uint64_t seed = 99;
    for (size_t t = 0; t < COUNT(x); t++)
        x[t] = (double)next_below(&seed, 1000) + 50 * (double)(t % 7);
    const size_t season[] = { 2, 5, 6, 7, 12 }, cut[] = { 9, 14, 15, 33, 60, 90 };
    for (size_t s = 0; s < COUNT(season); s++) {
        struct arena a = { 0 };
        size_t m = season[s];
        double *index = adjust_indices(x, m, cut, COUNT(cut), &a), want[12];
        for (size_t k = 0; k < COUNT(cut); k++) {
            bool known = cut[k] >= 2 * m && season_indices(want, x, cut[k], m, false);
            for (size_t j = 0; j < m; j++)
                assert_close(index[k * m + j], known ? want[j] : 0, 1e-10);
        }
        arena_clear(&a);
    }
}

static void what_is_taken_off_comes_back(void **state)
{
    (void)state;
    const double index[] = { 3, -1, -2 };
    double z[6], out[4];
    adjust_remove(z, y, 2, 8, 3, index);
    assert_close(z[0], y[2] + 2, 0);
    assert_close(z[1], y[3] - 3, 0);
    for (size_t i = 0; i < 4; i++)
        out[i] = z[i];
    adjust_restore(out, 4, 2, 3, index);
    for (size_t i = 0; i < 4; i++)
        assert_close(out[i], y[2 + i], 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_and_the_line_through_it),
        cmocka_unit_test(seasons_come_again),
        cmocka_unit_test(a_miss_fades),
        cmocka_unit_test(the_profile_moves_to_the_level),
        cmocka_unit_test(indices_grow_with_the_series),
        cmocka_unit_test(what_is_taken_off_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
