#include "check.h"

#include "gaps.h"

static void gaps_are_filled_along_lines(void **state)
{
    (void)state;
    const double y[] = { (double)NAN, (double)NAN, 4,    (double)NAN,
                         (double)NAN, 10,          11.5, (double)NAN };
    const double want[] = { 4, 4, 4, 6, 8, 10, 11.5, 11.5 };
    double out[8];
    assert_int_equal(gaps_fill(out, y, 8, 0), 5);
    for (size_t t = 0; t < 8; t++)
        assert_close(out[t], want[t], 1e-14);
}

/* Season and trend are straight lines between seasons: filled exactly. */
static void a_seasonal_gap_keeps_its_shape(void **state)
{
    (void)state;
    const double shape[] = { 0, 12, 31, -7, 3 };
    double y[35], want[35], out[35];
    for (size_t t = 0; t < 35; t++)
        y[t] = want[t] = 20 + 1.5 * (double)t + shape[t % 5];
    for (size_t t = 11; t < 18; t++)
        y[t] = (double)NAN;
    y[27] = (double)NAN;
    assert_int_equal(gaps_fill(out, y, 35, 5), 8);
    for (size_t t = 0; t < 35; t++)
        assert_close(out[t], want[t], 1e-13);
}

static void a_gap_with_no_like_is_a_line(void **state)
{
    (void)state;
    const double y[] = { 3, (double)NAN, 6, 7 };
    double out[4];
    assert_int_equal(gaps_fill(out, y, 4, 3), 1);
    assert_close(out[1], 4.5, 1e-15);
}

static void nothing_known_is_said(void **state)
{
    (void)state;
    const double y[] = { (double)NAN, (double)NAN, (double)NAN };
    double out[] = { 1, 2, 3 };
    assert_int_equal(gaps_fill(out, y, 3, 2), 3);
    assert_close(out[0] + out[1] + out[2], 6, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_are_filled_along_lines),
        cmocka_unit_test(a_seasonal_gap_keeps_its_shape),
        cmocka_unit_test(a_gap_with_no_like_is_a_line),
        cmocka_unit_test(nothing_known_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
