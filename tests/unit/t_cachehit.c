#include "check.h"

#include "cachehit.h"
#include "splitmix.h"

static struct arena a;

static double hit(struct cache_arrivals in, double ttl_s, double part)
{
    return cache_hit(cache_life_new(&in, ttl_s, &a), part);
}

/* Gaps of a Poisson process are exponential: P(gap < T) = 1 - exp(-rate T). */
static void poisson_at_an_even_rate_has_the_closed_form(void **state)
{
    (void)state;
    static const struct {
        double rate, ttl_s, part;
    } row[] = {
        { 0.00291, 300, 1 },   { 0.0291, 300, 0.1 }, { 2.9095, 3600, 1.0 / 7919 },
        { 1e-6, 3600, 1 },     { 250, 300, 1 },      { 0, 300, 1 },
        { 0.004, 1800, 0.385 }
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        double mean = row[i].rate * row[i].part * row[i].ttl_s;
        double got = hit((struct cache_arrivals){ .requests_per_s = row[i].rate },
                         row[i].ttl_s, row[i].part);
        assert_close(got, -expm1(-mean), 1e-12);
    }
}

/* Two hours, one of rate 2r and one of none, T = 300 s: inside the busy hour a request
 * s seconds after its start sees min(s, T) busy seconds.
 *   miss = (1 - exp(-2rT)) / (2r) + (3600 - T) exp(-2rT), over 3600 s. */
static void an_idle_hour_before_a_busy_one_costs_its_first_requests(void **state)
{
    (void)state;
    static const double factor[] = { 2, 0 };
    const double r = 0.00171, T = 300;
    double x = 2 * r * T;
    double miss = (-expm1(-x) / (2 * r) + (3600 - T) * exp(-x)) / 3600;
    struct cache_arrivals in = { .requests_per_s = r,
                                 .hour_factor = factor,
                                 .hours = 2 };
    assert_close(hit(in, T, 1), 1 - miss, 1e-12);
    /* by hand: x = 1.026, exp(-x) = 0.358436, so miss = (187.592 + 1182.84) / 3600 */
    assert_close(hit(in, T, 1), 1 - 0.380676, 1e-5);
}

/* A request of the busy hour; the rate of the quiet one does not matter to it when the
 * time to live is shorter than the time since. */
static void requests_meet_the_busy_hours(void **state)
{
    (void)state;
    double office[168], flat = 0.003;
    for (int h = 0; h < 168; h++)
        office[h] = h / 24 < 5 && h % 24 >= 8 && h % 24 < 18 ? 2.823 : 0.2230;
    struct cache_arrivals in = { .requests_per_s = flat,
                                 .hour_factor = office,
                                 .hours = 168 };
    assert_true(hit(in, 300, 1) >
                hit((struct cache_arrivals){ .requests_per_s = flat }, 300, 1) + 0.05);
}

static double uniform(uint64_t *seed)
{
    return ((double)(next_bits(seed) >> 11) + 0.5) * 0x1p-53;
}

/* The cache itself, request by request: a clock of a thousandth of a second, one
 * prefix's last use, and its time to live started anew by each. */
static void hours_agree_with_a_cache_that_is_run(void **state)
{
    (void)state;
    static const double factor[] = { 0.2, 1.9, 0.5, 1.4 };
    static const double ttl_s[] = { 300, 1800, 3600, 5000 };
    struct cache_arrivals in = { .requests_per_s = 0.00193,
                                 .hour_factor = factor,
                                 .hours = 4 };
    for (size_t k = 0; k < COUNT(ttl_s); k++) {
        uint64_t seed = 20261122 + k;
        double t = 0, top = 1.9 * in.requests_per_s, last = -1e9, requests = 0,
               hits = 0;
        while (requests < 400000) { /* thinning: candidates at the top rate */
            t -= log(uniform(&seed)) / top;
            double f = factor[(size_t)(t / 3600) % 4];
            if (uniform(&seed) * 1.9 > f) continue;
            requests++;
            hits += t - last < ttl_s[k];
            last = t;
        }
        double want = hit(in, ttl_s[k], 1), share = hits / requests;
        /* four standard errors; neighbouring requests share a gap, twice the variance
         */
        assert_true(fabs(share - want) <
                    4 * sqrt(2 * want * (1 - want) / requests) + 1e-9);
    }
}

/* The generator of sim/traffic.h makes the requests, prefixes are picked at random, and
 * a use at the very moment of a write cannot read it. */
static void run_cache(double *share, double *error, const struct traffic_model *m,
                      double ttl_s, int prefixes)
{
    struct err e = { 0 };
    struct traffic *t;
    double sum = 0, squares = 0;
    int runs = 0;
    assert_ok(traffic_prepare(&t, m, &a, &e), e);
    for (uint64_t batch = 0; batch < 4; batch++) {
        struct traffic_requests r[TRAFFIC_LANES] = { 0 };
        traffic_requests(r, t, 77, batch, 0, &a);
        for (int lane = 0; lane < TRAFFIC_LANES; lane++) {
            uint64_t seed = batch * 8 + (uint64_t)lane;
            double hits = 0, requests = 0, before[64], last[64];
            for (int p = 0; p < prefixes; p++)
                before[p] = last[p] = -1e9;
            for (size_t i = 0; i < r[lane].count; i++) {
                double at = (double)r[lane].request[i].at_ns * 1e-9;
                int p = (int)(next_bits(&seed) % (uint64_t)prefixes);
                if (at > last[p]) before[p] = last[p], last[p] = at;
                if (at < ttl_s) continue; /* before that nothing could be there */
                requests++;
                hits += at - before[p] < ttl_s;
            }
            sum += hits / requests;
            squares += hits / requests * (hits / requests);
            runs++;
        }
    }
    *share = sum / runs;
    *error = sqrt((squares / runs - *share * *share) / (runs - 1));
}

static void bursts_agree_with_a_cache_that_is_run(void **state)
{
    (void)state;
    static const struct {
        double rate, batch, variance[3], ttl_s;
        int prefixes;
    } row[] = {
        { 0.02, 1, { 0, 0, 0 }, 300, 3 },
        { 0.02, 3.5, { 0, 0, 0 }, 300, 5 },
        { 0.02, 1, { 0, 0, 1.7 }, 300, 3 },
        { 0.05, 1.4, { 0.5, 0.9, 2.6 }, 300, 9 },
        { 0.01, 1.2, { 0, 0.4, 6.0 }, 1800, 9 },
        { 0.004, 1, { 0, 0, 0.8 }, 3600, 3 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct traffic_model m = {
            .requests_per_s = row[i].rate,
            .span_s = 400000,
            .batch_mean = row[i].batch,
            .modulator = { { row[i].variance[0], 2 },
                           { row[i].variance[1], 30 },
                           { row[i].variance[2], 450 } },
            .input = { 1, { 1 }, { 5 }, { 0 } },
            .output = { 1, { 1 }, { 5 }, { 0 } },
        };
        struct cache_arrivals in = { .requests_per_s = row[i].rate, .bursts = &m };
        double want = hit(in, row[i].ttl_s, 1.0 / row[i].prefixes), share, error;
        run_cache(&share, &error, &m, row[i].ttl_s, row[i].prefixes);
        /* four standard errors, and a fifth of a per cent for the levels and steps */
        if (fabs(share - want) > 4 * error + 0.002)
            print_error("row %zu: run %.5f +- %.5f, computed %.5f\n", i, share, error,
                        want);
        assert_true(fabs(share - want) <= 4 * error + 0.002);
    }
}

static void more_traffic_longer_life_and_fewer_prefixes_never_hit_less(void **state)
{
    (void)state;
    struct traffic_model m = { .batch_mean = 1.3,
                               .modulator = { { 0.3, 2 }, { 0.7, 30 }, { 2.1, 450 } } };
    double before = 0;
    for (double rate = 1e-6; rate < 100; rate *= 7.9) {
        struct cache_arrivals in = { .requests_per_s = rate, .bursts = &m };
        struct cache_life *five = cache_life_new(&in, 300, &a);
        double all = cache_hit(five, 1), some = cache_hit(five, 0.37);
        assert_true(all >= before && some <= all && all <= 1 && some >= 0);
        assert_true(hit(in, 3600, 1) >= all);
        assert_close(
            cache_hit_at(five, 1, 2.385),
            hit((struct cache_arrivals){ .requests_per_s = rate * 2.385, .bursts = &m },
                300, 1),
            1e-12);
        before = all;
    }
}

/* Two stretches, the second with three times the requests: a quarter of all requests
 * meet the first rate. */
static void growth_counts_by_requests(void **state)
{
    (void)state;
    static const double growth[] = { 0.5, 1.5 };
    struct cache_arrivals in = { .requests_per_s = 0.0031,
                                 .growth = growth,
                                 .growths = 2 };
    double first = -expm1(-0.5 * 0.0031 * 300), second = -expm1(-1.5 * 0.0031 * 300);
    assert_close(hit(in, 300, 1), 0.25 * first + 0.75 * second, 1e-12);
}

static int clear(void **state)
{
    (void)state;
    arena_clear(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poisson_at_an_even_rate_has_the_closed_form),
        cmocka_unit_test(an_idle_hour_before_a_busy_one_costs_its_first_requests),
        cmocka_unit_test(requests_meet_the_busy_hours),
        cmocka_unit_test(hours_agree_with_a_cache_that_is_run),
        cmocka_unit_test(bursts_agree_with_a_cache_that_is_run),
        cmocka_unit_test(growth_counts_by_requests),
        cmocka_unit_test(more_traffic_longer_life_and_fewer_prefixes_never_hit_less),
    };
    return cmocka_run_group_tests(tests, NULL, clear);
}
