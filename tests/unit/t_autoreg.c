#include "check.h"

#include "autoreg.h"
#include "gsl_quiet.h"
#include "splitmix.h"

static struct arena arena;

static int clear(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static double noise(uint64_t *seed)
{
    return (double)next_below(seed, 2000001) / 1e6 - 1;
}

/* z_t - 50 = 0.6 (z_(t-1) - 50) - 0.3 (z_(t-3) - 50) + noise: the forecast decays like
 * the recursion with those coefficients. */
static void a_known_recursion_is_found_again(void **state)
{
    (void)state;
    enum { N = 20000, H = 6 };
    static double y[N + H];
    uint64_t seed = 11;
    for (size_t t = 0; t < N; t++) {
        y[t] = 50 + noise(&seed);
        if (t >= 3) y[t] += 0.6 * (y[t - 1] - 50) - 0.3 * (y[t - 3] - 50);
    }
    y[N - 1] += 6; /* somewhere to decay from */
    const struct autoreg a = { .lag = { 1, 3 }, .lags = 2 };
    const size_t cut[] = { N };
    double out[H];
    autoreg_forecast(out, &a, y, cut, 1, H, &arena);
    for (size_t t = N; t < N + H; t++) {
        y[t] = 50 + 0.6 * (y[t - 1] - 50) - 0.3 * (y[t - 3] - 50);
        /* coefficients have standard errors of 0.007, on up to 7 off the mean */
        assert_true(fabs(out[t - N] - y[t]) < 0.2);
    }
}

static void many_origins_are_as_good_as_one_at_a_time(void **state)
{
    (void)state;
    enum { H = 9 };
    double y[300];
    uint64_t seed = 5;
    for (size_t t = 0; t < COUNT(y); t++)
        y[t] = 30 + 10 * cos((double)t * 2 * 3.14159265358979 / 12) + noise(&seed) +
               (t == 250 ? 40 : 0);
    const size_t cut[] = { 140, 152, 200, 251, 260, 299 };
    const struct autoreg row[] = {
        { .lag = { 1, 2, 11, 12, 13 }, .lags = 5 },
        { .lag = { 1, 2, 11, 12, 13 }, .lags = 5, .difference = 1 },
        { .lag = { 1, 12, 24 }, .lags = 3, .difference = 12, .window = 90 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        double all[COUNT(cut) * H], one[H];
        autoreg_forecast(all, &row[i], y, cut, COUNT(cut), H, &arena);
        for (size_t k = 0; k < COUNT(cut); k++) {
            autoreg_forecast(one, &row[i], y, &cut[k], 1, H, &arena);
            /* rows far out are judged by the coefficients of their time, so that
             * only origins before the spike must agree closely */
            for (size_t h = 0; h < H; h++)
                assert_true(fabs(all[k * H + h] - one[h]) <
                            (cut[k] < 250 ? 1e-9 : 1.5));
        }
    }
}

static void a_line_goes_on(void **state)
{
    (void)state;
    double y[60], out[5];
    for (size_t t = 0; t < COUNT(y); t++)
        y[t] = -10 - 2.5 * (double)t;
    const struct autoreg a = { .lag = { 1, 2, 3 }, .lags = 3, .difference = 1 };
    const size_t cut[] = { 60 };
    autoreg_forecast(out, &a, y, cut, 1, 5, &arena);
    for (size_t h = 0; h < 5; h++)
        assert_close(out[h], -10 - 2.5 * (double)(60 + h), 1e-3);
}

/* A spike at the very end would make coefficients of thousands. */
static void a_spike_does_not_explode(void **state)
{
    (void)state;
    double y[40], out[10];
    uint64_t seed = 3;
    for (size_t t = 0; t < COUNT(y); t++)
        y[t] = 100 + noise(&seed);
    y[39] = 1e6;
    const size_t cut[] = { 40 };
    for (size_t d = 0; d < 2; d++) {
        const struct autoreg a = { .lag = { 1, 2, 3, 7, 8 },
                                   .lags = 5,
                                   .difference = d };
        autoreg_forecast(out, &a, y, cut, 1, 10, &arena);
        for (size_t h = 0; h < 10; h++)
            assert_true(fabs(out[h]) < 2e6);
    }
}

static void too_little_is_the_last_value(void **state)
{
    (void)state;
    const double y[] = { 3.5, 9, 4.25, 6 };
    const struct autoreg plain = { .lag = { 1, 2 }, .lags = 2 };
    const struct autoreg season = { .lag = { 1, 2 }, .lags = 2, .difference = 2 };
    const size_t cut[] = { 1, 2, 4 };
    double out[3 * 3];
    autoreg_forecast(out, &plain, y, cut, 3, 3, &arena);
    assert_close(out[0], 3.5, 0);
    assert_close(out[2], 3.5, 0);
    assert_close(out[3], 9, 0);
    autoreg_forecast(out, &season, y, cut, 3, 3, &arena);
    assert_close(out[0], 3.5, 0);
    assert_close(out[6], 4.25, 0); /* the step two before, again and again */
    assert_close(out[7], 6, 0);
    assert_close(out[8], 4.25, 0);
}

static void a_constant_stays(void **state)
{
    (void)state;
    double y[50], out[4];
    for (size_t t = 0; t < COUNT(y); t++)
        y[t] = 6.125;
    const size_t cut[] = { 50 };
    for (size_t d = 0; d < 3; d++) {
        const struct autoreg a = { .lag = { 1, 2, 7 }, .lags = 3, .difference = d };
        autoreg_forecast(out, &a, y, cut, 1, 4, &arena);
        for (size_t h = 0; h < 4; h++)
            assert_close(out[h], 6.125, 1e-14);
    }
}

int main(void)
{
    sim_quiet_gsl();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_known_recursion_is_found_again, clear),
        cmocka_unit_test_teardown(many_origins_are_as_good_as_one_at_a_time, clear),
        cmocka_unit_test_teardown(a_line_goes_on, clear),
        cmocka_unit_test_teardown(a_spike_does_not_explode, clear),
        cmocka_unit_test_teardown(too_little_is_the_last_value, clear),
        cmocka_unit_test_teardown(a_constant_stays, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
