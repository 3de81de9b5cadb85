#include "check.h"

#include "gsl_quiet.h"
#include "smooth_fit.h"
#include "splitmix.h"

static struct minimiser *minimiser;

static int open_minimiser(void **state)
{
    (void)state;
    struct err e = { 0 };
    sim_quiet_gsl();
    return minimiser_open(&minimiser, &e) != OK;
}

static int close_minimiser(void **state)
{
    (void)state;
    minimiser_close(minimiser);
    return 0;
}

/* Expected: golden section search in 40-digit arithmetic, outside of this program. The
 * sum of squares is flat around its minimum, so alpha has half of its digits. */
static void simple_smoothing_finds_its_optimum(void **state)
{
    (void)state;
    const double y[] = { 52, 48, 55, 50, 47, 53, 58, 54, 49, 51,
                         57, 60, 55, 53, 59, 62, 58, 56, 61, 57 };
    struct smooth_fit fit;
    double ahead[3];
    smooth_fit(&fit, SMOOTH_SIMPLE, y, COUNT(y), minimiser, true);
    assert_close(fit.sse, 289.3250993990384178791303, 1e-12);
    assert_close(fit.s.alpha, 0.2939886187071663418570192, 1e-7);
    assert_close(fit.level, 51.4585683060659476137188, 1e-7);
    struct smooth_state at = { .level = fit.level };
    assert_close(smooth_run(&fit.s, &at, y, COUNT(y), NULL), fit.sse, 1e-12);
    smooth_forecast(ahead, 3, &fit.s, &at);
    assert_close(ahead[2], 57.95067530960371425401222, 1e-7);
}

/* A walk wants all of each step: alpha ends at its bound, as R's does (0.9999). */
static void alpha_stops_at_its_bound(void **state)
{
    (void)state;
    const double air[] = { 112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118,
                           115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140 };
    struct smooth_fit fit;
    smooth_fit(&fit, SMOOTH_SIMPLE, air, COUNT(air), minimiser, true);
    assert_true(fit.s.alpha <= 0.9999);
    assert_close(fit.s.alpha, 0.9999, 1e-4);
    /* with alpha free up to 0.99999: 4838.01980009660013000143 */
    assert_close(fit.sse, 4838.0198, 1e-4);
}

/* The concentrated start is the best one: moving it makes the errors larger. */
static void the_start_is_the_best_for_its_parameters(void **state)
{
    (void)state;
    uint64_t seed = 20261122;
    double y[60];
    for (size_t t = 0; t < COUNT(y); t++)
        y[t] = 500 + 3.7 * (double)t + (double)next_below(&seed, 100);
    for (enum smooth_kind kind = SMOOTH_SIMPLE; kind <= SMOOTH_DAMPED; kind++) {
        struct smooth_fit fit;
        smooth_fit(&fit, kind, y, COUNT(y), minimiser, false);
        const double by[][2] = {
            { 0, 0 }, { 1.5, 0 }, { -1.5, 0 }, { 0, .25 }, { 0, -.25 }
        };
        for (size_t i = 0; i < COUNT(by); i++) {
            if (kind == SMOOTH_SIMPLE && by[i][1] != 0) continue;
            struct smooth_state at = { .level = fit.level + by[i][0],
                                       .trend = fit.trend + by[i][1] };
            double sse = smooth_run(&fit.s, &at, y, COUNT(y), NULL);
            if (i == 0) {
                assert_close(sse, fit.sse, 1e-9);
            } else {
                assert_true(sse > fit.sse);
            }
        }
    }
}

/* y_t = 5 + 2.5 t without noise: any alpha is perfect when the trend is right. */
static void a_line_is_fitted_without_error(void **state)
{
    (void)state;
    double y[30], ahead[4];
    for (size_t t = 0; t < COUNT(y); t++)
        y[t] = 5 + 2.5 * (double)t;
    struct smooth_fit fit;
    smooth_fit(&fit, SMOOTH_HOLT, y, COUNT(y), minimiser, true);
    assert_true(fit.sse < 1e-15);
    struct smooth_state at = { .level = fit.level, .trend = fit.trend };
    smooth_run(&fit.s, &at, y, COUNT(y), NULL);
    smooth_forecast(ahead, 4, &fit.s, &at);
    assert_close(ahead[3], 5 + 2.5 * 33, 1e-9);
    struct smooth_line line = smooth_line(y, COUNT(y));
    assert_close(line.intercept, 5, 1e-13);
    assert_close(line.slope, 2.5, 1e-14);
}

static void one_value_is_its_own_level(void **state)
{
    (void)state;
    const double y[] = { 42.625 };
    for (enum smooth_kind kind = SMOOTH_SIMPLE; kind <= SMOOTH_DAMPED; kind++) {
        struct smooth_fit fit;
        smooth_fit(&fit, kind, y, 1, minimiser, false);
        assert_close(fit.level, 42.625, 1e-12);
        assert_close(fit.sse, 0, 1e-20);
    }
}

static void a_season_is_fitted_within_its_bounds(void **state)
{
    (void)state;
    const double shape[] = { -12, -3, 4, 11 };
    uint64_t seed = 7;
    double y[80], work[4], ahead[4];
    for (size_t t = 0; t < COUNT(y); t++)
        y[t] = 90 + shape[t % 4] + 0.01 * (double)next_below(&seed, 100);
    struct smooth_fit fit;
    smooth_fit_season(&fit, shape, 4, y, 20, COUNT(y), minimiser, work);
    assert_true(fit.s.alpha >= 0 && fit.s.beta <= fit.s.alpha);
    assert_true(fit.s.gamma >= 0 && fit.s.gamma <= 1 - fit.s.alpha);
    assert_true(fit.s.phi >= 0.8 && fit.s.phi <= 0.98);
    assert_true(sqrt(fit.sse / 60) < 0.5); /* the noise is 0 … 0.99 wide */
    memcpy(work, shape, sizeof work);
    struct smooth_state at = { .level = fit.level, .index = work, .t = 20 };
    assert_close(smooth_run(&fit.s, &at, y + 20, 60, NULL), fit.sse, 1e-12);
    smooth_forecast(ahead, 4, &fit.s, &at);
    for (size_t i = 0; i < 4; i++)
        assert_true(fabs(ahead[i] - 90.5 - shape[i]) < 0.75);
}

static double bowl(const double *x, void *context)
{
    const double *centre = context;
    double sum = 3.5;
    for (int i = 0; i < 4; i++)
        sum += (x[i] - centre[i]) * (x[i] - centre[i]) * (i + 1);
    return sum;
}

static double nowhere(const double *x, void *context)
{
    (void)context;
    return x[0] > 1 ? (double)NAN : x[0] * x[0];
}

static void the_simplex_finds_the_bottom_of_a_bowl(void **state)
{
    (void)state;
    double centre[] = { 1.25, -2, 0.5, 3 }, x[4] = { 0 };
    double found = minimise(x, 4, minimiser, bowl, centre, 5000, 1e-10);
    assert_close(found, 3.5, 1e-15);
    for (int i = 0; i < 4; i++)
        assert_close(x[i], centre[i], 1e-7); /* squares hide what is below 1e-8 */
    double from[] = { 0.75 };
    assert_close(minimise(from, 1, minimiser, nowhere, NULL, 500, 1e-9), 0, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(simple_smoothing_finds_its_optimum),
        cmocka_unit_test(alpha_stops_at_its_bound),
        cmocka_unit_test(the_start_is_the_best_for_its_parameters),
        cmocka_unit_test(a_line_is_fitted_without_error),
        cmocka_unit_test(one_value_is_its_own_level),
        cmocka_unit_test(a_season_is_fitted_within_its_bounds),
        cmocka_unit_test(the_simplex_finds_the_bottom_of_a_bowl),
    };
    return cmocka_run_group_tests(tests, open_minimiser, close_minimiser);
}
