#include "check.h"

#include "rng.h"
#include "week.h"

enum { WEEKS = 9, FIRST = 101 };
static double truth(int h)
{
    return h / 24 < 5 && h % 24 >= 8 && h % 24 < 18 ? 2.375 : 0.42;
}

static void series(double *count, size_t n, double growth_per_month, double noise)
{
    struct rng g;
    rng_init(&g, 5, 1, 2);
    for (size_t i = 0; i < n; i++) {
        double months = ((double)i + 0.5) / (30.4375 * 24);
        count[i] = 731 * truth((int)((FIRST + i) % WEEK_HOURS)) *
                   pow(1 + growth_per_month, months) *
                   (1 + noise * (rng_uniform(&g) - 0.5));
    }
}

static void season_and_growth_are_found_again(void **state)
{
    (void)state;
    static const double noise[] = { 0, 0.3 };
    double mean = 0;
    for (int h = 0; h < WEEK_HOURS; h++)
        mean += truth(h) / WEEK_HOURS;
    for (size_t k = 0; k < COUNT(noise); k++) {
        static double count[WEEKS * WEEK_HOURS + 31];
        struct week_fit f;
        struct err e = { 0 };
        series(count, COUNT(count), 0.085, noise[k]);
        assert_ok(week_fit(&f, count, COUNT(count), FIRST, &e), e);
        assert_int_equal(f.days, 7);
        /* noise of 0.3/sqrt(12) an hour, 9 of them for a weight, 168 for a week */
        double error = noise[k] / sqrt(12);
        for (int h = 0; h < WEEK_HOURS; h++)
            assert_close(f.weight[h], truth(h) / mean, 0.002 + 4 * error / sqrt(WEEKS));
        assert_true(fabs(f.growth_per_month - 0.085) < 0.002 + 4 * f.growth_sd);
        assert_true(f.growth_sd < 0.03);
        double end = 731 * mean * pow(1.085, (double)COUNT(count) / (30.4375 * 24));
        assert_close(f.per_hour_at_end, end, 0.002 + error / 6);
        assert_true(f.explained > (k ? 0.95 : 0.999) && f.explained <= 1);
    }
}

static void little_is_known_of_a_short_time(void **state)
{
    (void)state;
    static double count[2 * WEEK_HOURS];
    struct week_fit f;
    struct err e = { 0 };
    series(count, COUNT(count), 0.085, 0.1);
    assert_ok(week_fit(&f, count, COUNT(count), FIRST, &e), e);
    assert_int_equal(f.days, 7);
    assert_true(isnan(f.growth_per_month) && isnan(f.growth_sd));
    assert_ok(week_fit(&f, count, 53, FIRST, &e), e);
    assert_int_equal(f.days, 1);
    for (int h = 24; h < WEEK_HOURS; h++)
        assert_close(f.weight[h], f.weight[h - 24], 1e-12);
    assert_ok(week_fit(&f, count, 7, FIRST, &e), e);
    assert_int_equal(f.days, 0);
    for (int h = 0; h < WEEK_HOURS; h++)
        assert_close(f.weight[h], 1, 1e-12);
    double sum = 0;
    for (int i = 0; i < 7; i++)
        sum += count[i];
    assert_close(f.per_hour_at_end, sum / 7, 1e-9);
}

static void an_empty_week_says_nothing_of_growth(void **state)
{
    (void)state;
    static double count[4 * WEEK_HOURS];
    struct week_fit f;
    struct err e = { 0 };
    series(count, COUNT(count), 0.085, 0.1);
    for (int i = 0; i < WEEK_HOURS; i++)
        count[WEEK_HOURS + i] = 0;
    assert_ok(week_fit(&f, count, COUNT(count), 0, &e), e);
    assert_true(isnan(f.growth_per_month));
    assert_int_equal(week_fit(&f, count + WEEK_HOURS, 20, 0, &e), ERR_INPUT);
    e = (struct err){ 0 };
    assert_int_equal(week_fit(&f, count, 0, 0, &e), ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(season_and_growth_are_found_again),
        cmocka_unit_test(little_is_known_of_a_short_time),
        cmocka_unit_test(an_empty_week_says_nothing_of_growth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
