#include "check.h"

#include <stdlib.h>

#include "quantile.h"
#include "rng.h"
#include "splitmix.h"
#include "traffic.h"

static struct length_cell cells[] = {
    { 0.5, 200, 44 }, { 0.3, 1020, 129 }, { 0.15, 2735, 424 }, { 0.05, 7436, 900 }
};
static struct lengths joint = { cells, COUNT(cells) };

static struct traffic_model poisson(double per_s, double span_s)
{
    return (struct traffic_model){
        .requests_per_s = per_s, .span_s = span_s, .batch_mean = 1, .lengths = &joint
    };
}

static struct traffic *prepared(const struct traffic_model *m, struct arena *a)
{
    struct err e = { 0 };
    struct traffic *t = NULL;
    assert_ok(traffic_prepare(&t, m, a, &e), e);
    return t;
}

/* Sample index of dispersion of a replica's counts. */
static double dispersion_of(const struct traffic_requests *r, double window_s,
                            double span_s)
{
    size_t windows = (size_t)(span_s / window_s), i = 0;
    double sum = 0, squares = 0, w = (double)windows;
    for (size_t k = 0; k < windows; k++) {
        double count = 0, end_ns = (double)(k + 1) * window_s * 1e9;
        for (; i < r->count && (double)r->request[i].at_ns < end_ns; i++)
            count++;
        sum += count;
        squares += count * count;
    }
    return (squares - sum * sum / w) / (w - 1) / (sum / w);
}

/* Arrivals of a lane are those of its own scalar stream. */
static void a_replica_is_its_own_stream(void **state)
{
    (void)state;
    enum { STREAM_TRAFFIC = 0x74726166 };
    struct arena a = { 0 };
    struct traffic_requests r[TRAFFIC_LANES] = { 0 };
    struct traffic_model m = poisson(3.75, 500);
    traffic_requests(r, prepared(&m, &a), 21, 4, 385, &a);
    for (int lane = 0; lane < TRAFFIC_LANES; lane++) {
        struct rng g;
        double at_s = 0;
        rng_init(&g, 21, STREAM_TRAFFIC, 4 * TRAFFIC_LANES + (uint64_t)lane);
        assert_true(r[lane].count > 1500 && r[lane].count < 2300);
        for (size_t i = 0; i < r[lane].count; i++) {
            at_s -= log(rng_uniform(&g)) / 3.75;
            rng_next(&g); /* the lengths */
            assert_true(fabs((double)r[lane].request[i].at_ns - at_s * 1e9) < 2);
            assert_int_equal(r[lane].request[i].max_tokens, 385);
        }
        assert_true(at_s - log(rng_uniform(&g)) / 3.75 >= 500);
    }
    arena_clear(&a);
}

/* Counts have the dispersion that the formula says, for batches, wandering and both. */
static void counts_have_the_dispersion_of_the_model(void **state)
{
    (void)state;
    static const double window_s[] = { 1, 10, 60, 300 };
    const double span_s = 40000;
    for (int kind = 0; kind < 4; kind++) {
        struct arena a = { 0 };
        struct traffic_model m = poisson(2.5, span_s);
        if (kind & 1) m.batch_mean = 1.9;
        if (kind & 2) {
            m.modulator[0] = (struct traffic_modulator){ 1.3, 2.5 };
            m.modulator[1] = (struct traffic_modulator){ 0.4, 30 };
            m.modulator[2] = (struct traffic_modulator){ 0.1, 300 };
        }
        struct traffic *t = prepared(&m, &a);
        double sum[COUNT(window_s)] = { 0 }, squares[COUNT(window_s)] = { 0 }, n = 0;
        double requests = 0;
        for (uint64_t batch = 0; batch < 5; batch++) {
            struct traffic_requests r[TRAFFIC_LANES] = { 0 };
            traffic_requests(r, t, 77, batch, 0, &a);
            for (int lane = 0; lane < TRAFFIC_LANES; lane++, n++) {
                requests += (double)r[lane].count;
                for (size_t w = 0; w < COUNT(window_s); w++) {
                    double d = dispersion_of(&r[lane], window_s[w], span_s);
                    sum[w] += d;
                    squares[w] += d * d;
                }
            }
        }
        double rate_error = sqrt(traffic_dispersion(&m, span_s) / requests);
        assert_close(requests / n / span_s, 2.5, 4 * rate_error);
        for (size_t w = 0; w < COUNT(window_s); w++) {
            double mean = sum[w] / n, want = traffic_dispersion(&m, window_s[w]);
            double error = sqrt((squares[w] / n - mean * mean) / (n - 1));
            if (!(fabs(mean - want) < 4 * error + 0.004 * want)) {
                print_error("kind %d window %g: %g, wanted %g +- %g\n", kind,
                            window_s[w], mean, want, error);
                fail();
            }
            assert_close(traffic_sample_dispersion(&m, window_s[w], span_s), want,
                         0.02);
        }
        arena_clear(&a);
    }
}

static void hours_have_their_own_rate(void **state)
{
    (void)state;
    static const double factor[] = { 0.5, 0, 2.125, 1 };
    struct arena a = { 0 };
    struct traffic_model m = poisson(4, 3.5 * 3600);
    double count[4] = { 0 };
    m.hour_factor = factor;
    struct traffic *t = prepared(&m, &a);
    for (uint64_t batch = 0; batch < 4; batch++) {
        struct traffic_requests r[TRAFFIC_LANES] = { 0 };
        traffic_requests(r, t, 3, batch, 0, &a);
        for (int lane = 0; lane < TRAFFIC_LANES; lane++)
            for (size_t i = 0; i < r[lane].count; i++)
                count[r[lane].request[i].at_ns / 3600000000000]++;
    }
    for (int h = 0; h < 4; h++) {
        double want = 4 * factor[h] * (h == 3 ? 1800 : 3600) * 4 * TRAFFIC_LANES;
        assert_true(fabs(count[h] - want) <= 4.5 * sqrt(want));
    }
    arena_clear(&a);
}

/* An hour cut down to a number of seconds whose multiples are not exact. */
static void hours_may_be_cut_down(void **state)
{
    (void)state;
    enum { HOURS = 168 };
    static double factor[HOURS];
    const double length_s = 15625.0 / 168;
    struct arena a = { 0 };
    struct traffic_model m = poisson(4, HOURS * length_s);
    double count[2] = { 0 };
    for (int h = 0; h < HOURS; h++)
        factor[h] = h % 2 ? 1.75 : 0.25;
    m.hour_factor = factor;
    m.hour_length_s = length_s;
    struct traffic *t = prepared(&m, &a);
    assert_close(traffic_mean_rate(t), 4, 1e-12);
    struct traffic_requests r[TRAFFIC_LANES] = { 0 };
    traffic_requests(r, t, 3, 0, 0, &a);
    for (int lane = 0; lane < TRAFFIC_LANES; lane++)
        for (size_t i = 0; i < r[lane].count; i++) {
            double at_s = (double)r[lane].request[i].at_ns * 1e-9;
            count[(int)(at_s / length_s) % 2]++;
        }
    for (int k = 0; k < 2; k++) {
        double want = 4 * factor[k] * 15625 / 2 * TRAFFIC_LANES;
        assert_true(fabs(count[k] - want) <= 4.5 * sqrt(want));
    }
    arena_clear(&a);
}

static void lengths_come_as_often_as_their_share(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct traffic_model m = poisson(50, 4000);
    m.cached_share = 0.25;
    struct traffic_requests r[TRAFFIC_LANES] = { 0 };
    double count[COUNT(cells)] = { 0 }, n = 0;
    traffic_requests(r, prepared(&m, &a), 1, 0, 0, &a);
    for (int lane = 0; lane < TRAFFIC_LANES; lane++)
        for (size_t i = 0; i < r[lane].count; i++, n++)
            for (size_t c = 0; c < COUNT(cells); c++)
                if (r[lane].request[i].input ==
                        (int32_t)(cells[c].input_tokens * 0.75 + 0.5) &&
                    r[lane].request[i].output == (int32_t)cells[c].output_tokens)
                    count[c]++;
    double all = 0;
    for (size_t c = 0; c < COUNT(cells); c++) {
        double p = cells[c].share;
        all += count[c];
        assert_true(fabs(count[c] / n - p) < 4.5 * sqrt(p * (1 - p) / n));
    }
    assert_close(all, n, 0);
    arena_clear(&a);
}

/* Many cells of uneven shares: the alias table keeps every one of them. */
static void an_alias_table_keeps_uneven_shares(void **state)
{
    (void)state;
    enum { N = 300 };
    static struct length_cell cell[N];
    static double count[N];
    struct lengths l = { cell, N };
    uint64_t seed = 9;
    double sum = 0, n = 0, chi = 0;
    for (int i = 0; i < N; i++) {
        cell[i] = (struct length_cell){ (double)(1 + next_size(&seed, 3)), i, 1 };
        sum += cell[i].share;
    }
    for (int i = 0; i < N; i++)
        cell[i].share /= sum;
    struct arena a = { 0 };
    struct traffic_model m = poisson(200, 1000);
    m.lengths = &l;
    struct traffic_requests r[TRAFFIC_LANES] = { 0 };
    traffic_requests(r, prepared(&m, &a), 1, 0, 0, &a);
    for (int lane = 0; lane < TRAFFIC_LANES; lane++)
        for (size_t i = 0; i < r[lane].count; i++, n++)
            count[r[lane].request[i].input]++;
    for (int i = 0; i < N; i++) {
        double want = n * cell[i].share;
        chi += (count[i] - want) * (count[i] - want) / want;
    }
    /* chi-squared of 299 degrees of freedom: mean 299, sd 24.5 */
    assert_true(fabs(chi - (N - 1)) < 4.5 * sqrt(2.0 * (N - 1)));
    arena_clear(&a);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Azure's conversations, output: the two-component fit of mean 4.639 and 6.007. */
static void mixtures_have_their_quantiles(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct traffic_model m = poisson(100, 2000);
    m.lengths = NULL;
    m.input = (struct traffic_mixture){ 1, { 1 }, { 6.633 }, { 0.985 } };
    m.output = (struct traffic_mixture){
        2, { 0.722, 0.278 }, { 4.639, 6.007 }, { 0.709, 0.05 }
    };
    struct traffic_requests r[TRAFFIC_LANES] = { 0 };
    traffic_requests(r, prepared(&m, &a), 1, 0, 0, &a);
    size_t n = 0;
    double *in = ARENA_NEW(&a, double, TRAFFIC_LANES * 250000), xy = 0, xx = 0, yy = 0;
    double x1 = 0, y1 = 0, sum = 0;
    for (int lane = 0; lane < TRAFFIC_LANES; lane++)
        for (size_t i = 0; i < r[lane].count; i++) {
            double x = log(r[lane].request[i].input),
                   y = log(r[lane].request[i].output);
            in[n++] = r[lane].request[i].input;
            sum += r[lane].request[i].output;
            x1 += x, y1 += y, xy += x * y, xx += x * x, yy += y * y;
        }
    double k = (double)n;
    qsort(in, n, sizeof *in, ascending);
    /* exp(mu + z sigma), z of 5, 50, 95, 99 %; order statistics are good to 1 % here */
    assert_close(quantile_sorted(in, n, 0.05) / exp(6.633 - 1.6449 * 0.985), 1, 0.01);
    assert_close(quantile_sorted(in, n, 0.5) / exp(6.633), 1, 0.01);
    assert_close(quantile_sorted(in, n, 0.95) / exp(6.633 + 1.6449 * 0.985), 1, 0.01);
    assert_close(quantile_sorted(in, n, 0.99) / exp(6.633 + 2.3263 * 0.985), 1, 0.02);
    /* exp(mu + sigma²/2), weighted */
    double want = 0.722 * exp(4.639 + 0.709 * 0.709 / 2) + 0.278 * exp(6.007 + 0.00125);
    assert_close(sum / k / want, 1, 0.005);
    /* independent */
    double correlation =
        (xy - x1 * y1 / k) / sqrt((xx - x1 * x1 / k) * (yy - y1 * y1 / k));
    assert_true(fabs(correlation) < 4.5 / sqrt(k));
    arena_clear(&a);
}

static void a_fit_meets_its_targets(void **state)
{
    (void)state;
    static const struct {
        double per_s, span_s, target[4], within;
    } row[] = {
        /* Azure's conversations and code, 2023: facts of a public trace, CC-BY */
        { 5.53, 3502, { 1.39, 3.87, 16.4, 61.7 }, 0.02 },
        { 2.567, 3436, { 13.2, 71.9, 166.9, 151.6 }, 0.1 },
        { 40, 86400, { 1, 1, 1, 1 }, 1e-3 },
        { 7.5, 3600, { 3, 3, 3, 3 }, 0.01 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        static const double window_s[] = { 1, 10, 60 };
        struct err e = { 0 };
        struct traffic_model m = { .requests_per_s = row[i].per_s };
        assert_ok(traffic_fit(&m, row[i].target, row[i].span_s, &e), e);
        for (size_t w = 0; w < COUNT(window_s); w++) {
            double got = traffic_sample_dispersion(&m, window_s[w], row[i].span_s);
            assert_close(got / row[i].target[w], 1, row[i].within);
        }
    }
}

static void unknown_time_scales_become_batches(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct traffic_model m = { .requests_per_s = 3 };
    const double unknown = (double)NAN, minute[] = { unknown, unknown, 16.4, unknown };
    const double nothing[] = { unknown, unknown, unknown, unknown };
    assert_ok(traffic_fit(&m, minute, 3600, &e), e);
    /* 2 E b - 1 = 16.4 */
    assert_close(m.batch_mean, 8.7, 1e-12);
    assert_close(traffic_dispersion(&m, 60), 16.4, 1e-12);
    assert_ok(traffic_fit(&m, nothing, 3600, &e), e);
    assert_close(traffic_dispersion(&m, 60), 1, 1e-12);
    const double bad[] = { 1, -3, 1, 1 };
    assert_int_equal(traffic_fit(&m, bad, 3600, &e), ERR_RANGE);
    assert_string_equal(e.msg, "index of dispersion at 10 s must be 0 to 1e6, not -3");
    /* one every ten seconds: nothing is more even than Poisson's can be */
    const double even[] = { 0.9, 0, 0, 0.02 };
    e = (struct err){ 0 };
    assert_ok(traffic_fit(&m, even, 3600, &e), e);
    assert_close(traffic_dispersion(&m, 60), 1, 0.01);
}

static void names_what_is_out_of_range(void **state)
{
    (void)state;
    static const double below[] = { 1, -1 };
    static struct length_cell negative[] = { { 1, -5, 2 } };
    static struct lengths none = { NULL, 0 }, minus = { negative, 1 };
    struct traffic_model ok = poisson(1, 10), m;
    struct arena a = { 0 };
#define REFUSED(change, text)                                                          \
    do {                                                                               \
        struct err e = { 0 };                                                          \
        struct traffic *t = NULL;                                                      \
        m = ok;                                                                        \
        change;                                                                        \
        assert_int_equal(traffic_prepare(&t, &m, &a, &e), ERR_RANGE);                  \
        if (!strstr(e.msg, text)) print_error("%s\n", e.msg);                          \
        assert_non_null(strstr(e.msg, text));                                          \
        assert_null(t);                                                                \
    } while (0)
    REFUSED(m.requests_per_s = -1, "requests per second must be");
    REFUSED(m.span_s = 0, "span (s) must be");
    REFUSED(m.batch_mean = 0.5, "mean batch must be");
    REFUSED(m.cached_share = 1.5, "cached share must be");
    REFUSED(m.modulator[1].variance = -1, "variance of the rate must be");
    REFUSED(m.modulator[1].variance = 1, "time scale of the rate (s) must be");
    REFUSED((m.hour_factor = below, m.span_s = 5000), "factor of an hour must be");
    REFUSED(m.lengths = &none, "no lengths");
    REFUSED(m.lengths = &minus, "input tokens must be");
    REFUSED(m.lengths = NULL, "input lengths: 0 components");
    REFUSED((m.lengths = NULL,
             m.input = (struct traffic_mixture){ 2, { 0.5, 0.4 }, { 5, 5 }, { 1, 1 } }),
            "input lengths: the weights add up to 0.9, not 1");
    REFUSED((m.lengths = NULL,
             m.input = (struct traffic_mixture){ 1, { 1 }, { 19 }, { 1 } }),
            "input lengths: mu of a component must be");
#undef REFUSED
    struct err e = { 0 };
    struct traffic_request same[2] = { { .at_s = 5, .input_tokens = 1 },
                                       { .at_s = 5, .input_tokens = 1 } };
    assert_int_equal(traffic_of_requests(&m, same, 2, &a, &e), ERR_INPUT);
    assert_string_equal(e.msg, "all 2 requests come at one moment");
    arena_clear(&a);
}

/* A day and more: the hours keep their counts. */
static void long_samples_keep_their_hours(void **state)
{
    (void)state;
    enum { HOURS = 30 };
    struct arena a = { 0 };
    struct err e = { 0 };
    struct traffic_request *r = ARENA_NEW(&a, struct traffic_request, 200000);
    struct traffic_model m;
    uint64_t seed = 12;
    size_t n = 0;
    for (double at_s = 0; at_s < HOURS * 3600;) {
        double per_s = (int)(at_s / 3600) % 24 < 12 ? 0.5 : 2;
        at_s -= log(((double)(next_bits(&seed) >> 11) + 0.5) * 0x1p-53) / per_s;
        r[n++] = (struct traffic_request){
            .at_s = at_s, .input_tokens = 100, .cached_tokens = 40, .output_tokens = 7
        };
    }
    assert_ok(traffic_of_requests(&m, r, n, &a, &e), e);
    double mean = (double)n / (HOURS * 3600);
    assert_non_null(m.hour_factor);
    for (int h = 0; h < HOURS; h++) {
        double per_s = h % 24 < 12 ? 0.5 : 2;
        assert_close(m.hour_factor[h] * m.requests_per_s / per_s, 1,
                     5 / sqrt(per_s * 3600));
    }
    assert_close(m.requests_per_s / mean, 1, 1e-4);
    /* Poisson within the hours, though not between them */
    assert_close(traffic_dispersion(&m, 60), 1, 0.15);
    assert_close(m.lengths->cell[0].input_tokens, 60, 0);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replica_is_its_own_stream),
        cmocka_unit_test(counts_have_the_dispersion_of_the_model),
        cmocka_unit_test(hours_have_their_own_rate),
        cmocka_unit_test(hours_may_be_cut_down),
        cmocka_unit_test(lengths_come_as_often_as_their_share),
        cmocka_unit_test(an_alias_table_keeps_uneven_shares),
        cmocka_unit_test(mixtures_have_their_quantiles),
        cmocka_unit_test(a_fit_meets_its_targets),
        cmocka_unit_test(unknown_time_scales_become_batches),
        cmocka_unit_test(names_what_is_out_of_range),
        cmocka_unit_test(long_samples_keep_their_hours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
