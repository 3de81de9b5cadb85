/* The M4 benchmarks against independent computations, and the combination on a few
 * series of the competition. Its data stay where they are: without them these are
 * skipped. */
#include "check.h"

#include <stdlib.h>

#include "classic.h"
#include "forecast.h"
#include "gsl_quiet.h"
#include "score.h"

enum { MOST = 250, VALUES = 2400 };

struct set {
    const char *name;
    int horizon, season; /* of M4's scaling and benchmarks */
    size_t seasons[2], count;
};
static const struct set hourly = { "hourly", 48, 24, { 24, 168 }, 2 };
static const struct set weekly = { "weekly", 13, 1, { 52 }, 1 };

static struct series {
    double train[VALUES], test[64];
    int n;
} series[MOST];
static struct minimiser *minimiser;

static int read_values(const char *set, const char *part)
{
    const char *folder = getenv("BEDPLAN_SHARED");
    char path[4096], *line = NULL;
    size_t room = 0;
    int count = 0;
    snprintf(path, sizeof path, "%s/data/m4/%s-%s.csv", folder ? folder : "../shared",
             set, part);
    FILE *f = fopen(path, "r");
    if (!f) return 0;
    for (; count < MOST && getline(&line, &room, f) > 0; count++) {
        bool test = part[1] == 'e';
        double *out = test ? series[count].test : series[count].train;
        int n = 0;
        for (char *at = strchr(line, ','); at && *at == ','; n++)
            out[n] = strtod(at + 1, &at);
        if (!test) series[count].n = n;
    }
    free(line);
    fclose(f);
    return count;
}

/* Naive2 by its definition, in long double. */
static bool seasonal_by_definition(const long double *y, int n, int m)
{
    long double mean = 0, variance = 0, squares = 0, last = 0;
    for (int t = 0; t < n; t++)
        mean += (long double)y[t] / n;
    for (int t = 0; t < n; t++)
        variance += (y[t] - mean) * (y[t] - mean);
    for (int k = 1; k <= m; k++) {
        long double product = 0;
        for (int t = k; t < n; t++)
            product += (y[t] - mean) * (y[t - k] - mean);
        last = product / variance;
        if (k < m) squares += last * last;
    }
    return m > 1 && n >= 3 * m &&
           fabsl(last) > 1.645L / sqrtl(n) * sqrtl(1 + 2 * squares);
}

static void naive2_by_definition(long double *out, int h, const double *values, int n,
                                 int m)
{
    static long double y[VALUES];
    for (int t = 0; t < n; t++)
        y[t] = (long double)values[t];
    long double index[24] = { 0 }; /* their mean cancels out */
    bool seasonal = seasonal_by_definition(y, n, m);
    for (int j = 0; seasonal && j < m; j++) {
        long double sum = 0;
        int count = 0;
        for (int t = j; t < n; t += m) {
            long double around = 0;
            if (t < m / 2 || t + m / 2 >= n) continue;
            for (int k = t - m / 2; k <= t + m / 2; k++)
                around += y[k] * (k == t - m / 2 || k == t + m / 2 ? 0.5L : 1.0L) / m;
            sum += y[t] / around;
            count++;
        }
        index[j] = sum / count;
    }
    for (int i = 0; i < h; i++)
        out[i] =
            !seasonal ? y[n - 1] : y[n - 1] / index[(n - 1) % m] * index[(n + i) % m];
}

static void the_naive_benchmarks_are_exact(const struct set *set)
{
    int count = read_values(set->name, "train"), h = set->horizon, m = set->season;
    if (!count) skip();
    for (int k = 0; k < count; k++) {
        struct arena a = { 0 };
        const double *y = series[k].train;
        int n = series[k].n;
        double naive[64], season[64], naive2[64];
        long double want[64];
        classic_forecast(naive, (size_t)h, CLASSIC_NAIVE, y, (size_t)n, (size_t)m,
                         minimiser, &a);
        classic_forecast(season, (size_t)h, CLASSIC_SNAIVE, y, (size_t)n, (size_t)m,
                         minimiser, &a);
        classic_forecast(naive2, (size_t)h, CLASSIC_NAIVE2, y, (size_t)n, (size_t)m,
                         minimiser, &a);
        naive2_by_definition(want, h, y, n, m);
        for (int i = 0; i < h; i++) {
            assert_close(naive[i], y[n - 1], 0);
            assert_close(season[i], y[n - m + i % m], 0);
            assert_close(naive2[i], (double)want[i], 1e-9);
        }
        arena_clear(&a);
    }
}

static void hourly_benchmarks_are_exact(void **state)
{
    (void)state;
    the_naive_benchmarks_are_exact(&hourly);
}

static void weekly_benchmarks_are_exact(void **state)
{
    (void)state;
    the_naive_benchmarks_are_exact(&weekly);
}

/* AirPassengers 1949-50. Source of the values: thetaf() of R's forecast 8.20, whose
 * alpha ends at 0.9999 here too. */
static void theta_is_that_of_r(void **state)
{
    (void)state;
    const double air[] = { 112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118,
                           115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140 };
    const double want[] = { 140.48267, 140.96788, 141.45310,
                            141.93832, 142.42354, 142.90875 };
    struct arena a = { 0 };
    double out[6];
    classic_forecast(out, 6, CLASSIC_THETA, air, COUNT(air), 1, minimiser, &a);
    for (size_t i = 0; i < 6; i++)
        assert_close(out[i], want[i], 1e-5);
    classic_forecast(out, 6, CLASSIC_SES, air, COUNT(air), 12, minimiser, &a);
    assert_close(out[5], 139.9974, 1e-5); /* no season: two years are too few */
    arena_clear(&a);
}

static void comb_is_the_mean_of_its_three(void **state)
{
    (void)state;
    const double y[] = { 5, 7.5, 6, 9, 8, 11.25, 10, 12, 13.5, 12 };
    struct arena a = { 0 };
    double part[3][4], all[4];
    for (int k = 0; k < 3; k++)
        classic_forecast(part[k], 4, (enum classic)(CLASSIC_SES + k), y, COUNT(y), 1,
                         minimiser, &a);
    classic_forecast(all, 4, CLASSIC_COMB, y, COUNT(y), 1, minimiser, &a);
    for (int i = 0; i < 4; i++)
        assert_close(all[i], (part[0][i] + part[1][i] + part[2][i]) / 3, 1e-13);
    arena_clear(&a);
}

/* Far from the benchmark on every tenth series, with honest intervals. The figures for
 * all of them: tests/bench/b_forecast_m4. */
static void the_combination_beats_naive2(const struct set *set, double most_owa)
{
    int count = read_values(set->name, "train"), h = set->horizon;
    if (!count || read_values(set->name, "test") != count) skip();
    double smape = 0, mase = 0, base_smape = 0, base_mase = 0, cover = 0, runs = 0;
    for (int k = 0; k < count; k += 10, runs++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct forecast f;
        struct forecast_spec spec = { .value = series[k].train,
                                      .count = (size_t)series[k].n,
                                      .season = { set->seasons[0], set->seasons[1] },
                                      .seasons = set->count,
                                      .horizon = (size_t)h,
                                      .level = { 95 },
                                      .levels = 1 };
        double naive2[64], *y = series[k].test, steps = h;
        double scale =
            score_scale(series[k].train, (size_t)series[k].n, (size_t)set->season);
        assert_ok(forecast_run(&f, &spec, &a, &e), e);
        classic_forecast(naive2, (size_t)h, CLASSIC_NAIVE2, series[k].train,
                         (size_t)series[k].n, (size_t)set->season, minimiser, &a);
        smape += score_smape(y, f.point, (size_t)steps);
        mase += score_mae(y, f.point, (size_t)steps) / scale;
        base_smape += score_smape(y, naive2, (size_t)steps);
        base_mase += score_mae(y, naive2, (size_t)steps) / scale;
        cover += score_coverage(y, f.interval[0].lower, f.interval[0].upper, (size_t)h);
        arena_clear(&a);
    }
    double owa = score_owa(smape, mase, base_smape, base_mase);
    print_message("%s: %.0f series, OWA %.3f, coverage %.3f\n", set->name, runs, owa,
                  cover / runs);
    assert_true(owa < most_owa);
    assert_true(cover / runs > 0.88 && cover / runs <= 1);
}

static void hourly_forecasts_beat_naive2(void **state)
{
    (void)state;
    the_combination_beats_naive2(&hourly, 0.6);
}

static void weekly_forecasts_beat_naive2(void **state)
{
    (void)state;
    the_combination_beats_naive2(&weekly, 0.95);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hourly_benchmarks_are_exact),
        cmocka_unit_test(weekly_benchmarks_are_exact),
        cmocka_unit_test(theta_is_that_of_r),
        cmocka_unit_test(comb_is_the_mean_of_its_three),
        cmocka_unit_test(hourly_forecasts_beat_naive2),
        cmocka_unit_test(weekly_forecasts_beat_naive2),
    };
    return cmocka_run_group_tests(tests, open_minimiser, close_minimiser);
}
