#include "check.h"

#include "score.h"
#include "season.h"

/* AirPassengers 1949-50 and the first half of 1951: Box & Jenkins, Time Series
 * Analysis, series G. */
static const double air[] = { 112, 118, 132, 129, 121, 135, 148, 148,
                              136, 119, 104, 118, 115, 126, 141, 135,
                              125, 149, 170, 170, 158, 133, 114, 140 };
static const double later[] = { 145, 150, 178, 163, 172, 178 };

/* Expected values: computed in 40-digit arithmetic outside of this program. */
static void scores_of_a_seasonal_naive_forecast(void **state)
{
    (void)state;
    double lower[6], upper[6], scale = score_scale(air, COUNT(air), 12);
    const double *naive = air + 12;
    for (size_t i = 0; i < 6; i++) {
        lower[i] = naive[i] - 20;
        upper[i] = naive[i] + 20;
    }
    assert_close(score_smape(later, naive, 6), 21.97408343406983764164942, 1e-15);
    assert_close(scale, 13, 1e-15);
    assert_close(score_mae(later, naive, 6) / scale, 2.5, 1e-15);
    assert_close(score_msis(later, lower, upper, 6, 0.05, scale), 41.53846153846153846,
                 1e-14);
    assert_close(score_coverage(later, lower, upper, 6), 0, 0);
}

static void a_bound_is_inside(void **state)
{
    (void)state;
    const double y[] = { 3, 5, 7 }, lower[] = { 3, 2, 7.5 }, upper[] = { 4, 5, 8 };
    assert_close(score_coverage(y, lower, upper, 3), 2.0 / 3, 1e-15);
    /* widths 1 + 3 + 0.5, and 40 × 0.5 below */
    assert_close(score_msis(y, lower, upper, 3, 0.05, 2), (4.5 + 20) / 3 / 2, 1e-15);
}

static void nothing_for_nothing_is_right(void **state)
{
    (void)state;
    const double y[] = { 0, 0, 4 }, f[] = { 0, 3, 4 };
    assert_close(score_smape(y, f, 3), 200.0 / 3, 1e-15);
}

static void the_scale_skips_gaps_and_says_when_it_has_none(void **state)
{
    (void)state;
    const double y[] = { 1.5, 4, (double)NAN, 9, 7.25 };
    assert_close(score_scale(y, 5, 1), (2.5 + 1.75) / 2, 1e-15);
    assert_close(score_scale(y, 5, 3), (7.5 + 3.25) / 2, 1e-15);
    assert_true(isnan(score_scale(y, 5, 5)));
    assert_true(isnan(score_scale(y, 2, 7)));
}

static void the_average_is_of_the_ratios(void **state)
{
    (void)state;
    /* M4 hourly, sNaive against Naive2: published 13.912/1.193 and 18.383/2.395, 0.627
     */
    assert_close(score_owa(13.912, 1.193, 18.383, 2.395), 0.627, 1e-3);
}

static const double air_acf[] = {
    0.6236788044160080291055075,   0.1506319784217789486889976,
    -0.07591974030861874294316899, -0.1471270856856103374733409,
    -0.1407563354660644837536068,  -0.1428067369213398569815581,
    -0.267693043532806423284406,   -0.2631570693764897754359553,
    -0.1257174444862627022958224,  0.01132229331326056956467194,
    0.1750368523397315267845942,   0.3141230711328566051938276
};

static void autocorrelations_are_those_of_the_reference(void **state)
{
    (void)state;
    double acf[12];
    season_acf(acf, 12, air, COUNT(air));
    for (size_t k = 0; k < 12; k++)
        assert_close(acf[k], air_acf[k], 1e-15);
    assert_close(season_limit(acf, 12, COUNT(air)), 0.512940200593095292447827, 1e-15);
    assert_false(season_test(air, COUNT(air), 12, acf)); /* two years are too few */
}

static void a_season_is_found_where_there_is_one(void **state)
{
    (void)state;
    double wave[60], acf[12], flat[60];
    for (size_t t = 0; t < 60; t++) {
        wave[t] = 40 + 7.5 * cos(2 * 3.14159265358979 * (double)t / 12);
        flat[t] = 6.125;
    }
    assert_true(season_test(wave, 60, 12, acf));
    assert_false(season_test(wave, 60, 9, acf)); /* a quarter turn away */
    assert_false(season_test(flat, 60, 12, acf));
    assert_false(season_test(wave, 60, 1, acf));
}

/* Classical decomposition by its definition, in long double, without sharing code. */
static void indices_by_definition(double *out, const double *y, int n, int m)
{
    long double raw[16], all = 0;
    for (int j = 0; j < m; j++) {
        long double sum = 0;
        int count = 0;
        for (int t = j; t < n; t += m) {
            long double average = 0;
            if (t < m / 2 || t + m / 2 > n - 1) continue;
            for (int k = -m / 2; k <= m / 2; k++)
                average += (m % 2 == 0 && (k == m / 2 || k == -m / 2) ? 0.5L : 1.0L) *
                           (long double)y[t + k] / m;
            sum += (long double)y[t] / average;
            count++;
        }
        raw[j] = sum / count;
        all += raw[j] / m;
    }
    for (int j = 0; j < m; j++)
        out[j] = (double)(raw[j] / all);
}

static void indices_are_the_mean_ratios_to_the_moving_average(void **state)
{
    (void)state;
    const int season[] = { 12, 7, 4 };
    for (size_t i = 0; i < COUNT(season); i++) {
        double got[12], want[12], mean = 0;
        int m = season[i];
        assert_true(season_indices(got, air, COUNT(air), (size_t)m, true));
        indices_by_definition(want, air, COUNT(air), m);
        for (int j = 0; j < m; j++) {
            assert_close(got[j], want[j], 1e-14);
            mean += got[j] / m;
        }
        assert_close(mean, 1, 1e-14);
    }
}

static void an_additive_season_is_taken_apart_exactly(void **state)
{
    (void)state;
    const double shape[] = { 3.25, -1.5, 0.75, -4, 1.5 };
    double y[31], index[5];
    for (size_t t = 0; t < COUNT(y); t++)
        y[t] = 100 + 0.375 * (double)t + shape[t % 5];
    assert_true(season_indices(index, y, COUNT(y), 5, false));
    for (size_t j = 0; j < 5; j++)
        assert_close(index[j], shape[j], 1e-13);
}

static void a_ratio_to_nothing_is_refused(void **state)
{
    (void)state;
    double zero[24] = { 0 }, index[12];
    assert_false(season_indices(index, zero, 24, 12, true));
    assert_true(season_indices(index, zero, 24, 12, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_of_a_seasonal_naive_forecast),
        cmocka_unit_test(a_bound_is_inside),
        cmocka_unit_test(nothing_for_nothing_is_right),
        cmocka_unit_test(the_scale_skips_gaps_and_says_when_it_has_none),
        cmocka_unit_test(the_average_is_of_the_ratios),
        cmocka_unit_test(autocorrelations_are_those_of_the_reference),
        cmocka_unit_test(a_season_is_found_where_there_is_one),
        cmocka_unit_test(indices_are_the_mean_ratios_to_the_moving_average),
        cmocka_unit_test(an_additive_season_is_taken_apart_exactly),
        cmocka_unit_test(a_ratio_to_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
