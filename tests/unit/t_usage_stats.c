/* Figures counted from a stream of records, against sim/summary.c, which has all the
 * requests at hand. */
#include "check.h"

#include <stdlib.h>

#include "arena.h"
#include "quantile.h"
#include "rng.h"
#include "usage_stats.h"

struct sample {
    struct usage_record *record;
    struct traffic_request *request;
    size_t n;
};

static struct sample some_traffic(uint64_t replica, struct arena *a)
{
    struct rng g;
    rng_init(&g, 20261122, 31, replica);
    size_t n = 1 + (size_t)(rng_uniform(&g) * 4000);
    struct sample s = { ARENA_NEW(a, struct usage_record, n),
                        ARENA_NEW(a, struct traffic_request, n), n };
    int64_t at_us = 1700158546680590;
    double mean_gap_us = replica % 3 ? 731000 : 41000000;
    for (size_t i = 0; i < n; i++) {
        uint32_t in = (uint32_t)exp(13 * rng_uniform(&g));
        uint32_t out = (uint32_t)exp(7 * rng_uniform(&g));
        uint32_t cached = (uint32_t)(in * rng_uniform(&g));
        s.record[i] = (struct usage_record){
            .at_us = at_us, .input = in, .output = out, .cached = cached
        };
        /* from the first one on: seconds since 1970 have no microseconds in a double */
        s.request[i] =
            (struct traffic_request){ .at_s =
                                          (double)(at_us - s.record[0].at_us) * 1e-6,
                                      .input_tokens = in,
                                      .output_tokens = out,
                                      .cached_tokens = cached };
        at_us += (int64_t)(-mean_gap_us * log(rng_uniform(&g)));
        if (replica % 2)
            at_us = (at_us + 999999) / 1000000 * 1000000; /* as logs have it */
    }
    return s;
}

static struct usage_stats stats_of(const struct sample *s, struct arena *a)
{
    struct err e = { 0 };
    struct usage_models models = { .arena = a };
    struct usage_stats out;
    uint16_t none;
    assert_ok(usage_models_index(&none, &models, STR(""), STR(""), &e), e);
    struct stats_run *run = stats_run_open(true, &models, a);
    for (size_t i = 0; i < s->n; i++)
        assert_ok(stats_run_add(run, &s->record[i], &e), e);
    assert_ok(stats_run_finish(&out, run, &e), e);
    return out;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void same_or_both_unknown(double got, double want)
{
    assert_true(isnan(got) == isnan(want));
    if (!isnan(want)) assert_close(got, want, 1e-9);
}

static void a_stream_gives_the_figures_of_the_whole(void **state)
{
    (void)state;
    for (uint64_t k = 0; k < 30; k++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct traffic_summary want;
        struct sample s = some_traffic(k, &a);
        struct usage_stats got = stats_of(&s, &a);
        assert_ok(summary_of_requests(&want, s.request, s.n, &a, &e), e);
        assert_int_equal(got.requests, want.requests);
        assert_int_equal(got.input.total, want.input_tokens);
        assert_int_equal(got.output.total, want.output_tokens);
        assert_int_equal(got.cached_tokens, want.cached_tokens);
        assert_int_equal(got.input.min, want.input_min);
        assert_int_equal(got.output.max, want.output_max);
        same_or_both_unknown(got.input.cv, want.input_cv);
        same_or_both_unknown(got.output.cv, want.output_cv);
        same_or_both_unknown(got.interarrival_cv, want.interarrival_cv);
        same_or_both_unknown(got.length_correlation, want.length_correlation);
        same_or_both_unknown(got.log_length_correlation, want.log_length_correlation);
        for (int i = 0; i < SUMMARY_DISPERSIONS; i++)
            same_or_both_unknown(got.dispersion[i], want.dispersion[i]);
        for (int i = 0; i < SUMMARY_PEAKS; i++)
            same_or_both_unknown(got.peak_to_mean[i], want.peak_to_mean[i]);
        assert_int_equal(got.cells, want.cells);
        assert_memory_equal(got.cell, want.cell, want.cells * sizeof *want.cell);
        assert_int_equal(got.minutes, want.minutes);
        assert_memory_equal(got.per_minute, want.per_minute,
                            want.minutes * sizeof(int64_t));
        int64_t seconds = 0, arrivals = 0;
        for (size_t i = 0; i < got.seconds; i++) {
            seconds += got.second[i][1];
            arrivals += got.second[i][0] * got.second[i][1];
        }
        assert_int_equal(seconds, want.seconds);
        assert_int_equal(arrivals, want.requests);
        arena_clear(&a);
    }
}

/* Quantiles: the order statistic itself below 2^18 tokens, at most 2^-10 under it
 * above. */
static void quantiles_are_order_statistics(void **state)
{
    (void)state;
    for (uint64_t k = 0; k < 20; k++) {
        struct arena a = { 0 };
        struct sample s = some_traffic(k, &a);
        struct usage_stats got = stats_of(&s, &a);
        double *in = ARENA_NEW(&a, double, s.n);
        for (size_t i = 0; i < s.n; i++)
            in[i] = s.record[i].input;
        qsort(in, s.n, sizeof *in, by_value);
        for (int q = 0; q < USAGE_QUANTILES; q++) {
            double want = quantile_sorted(in, s.n, usage_quantile[q]);
            double found = (double)got.input.quantile[q];
            assert_true(found <= want);
            if (want < 262144)
                assert_true(found >= want);
            else
                assert_true(found > want * (1 - 1.0 / 1024));
        }
        arena_clear(&a);
    }
}

static void failures_are_counted_apart(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct usage_record r[] = {
        { .at_us = 1776643021000000, .status = USAGE_THROTTLED },
        { .at_us = 1776643021000000, .input = 374, .output = 44 },
        { .at_us = 1776646621000000, .status = USAGE_VALIDATION, .input = 17 },
    };
    struct sample s = { r, NULL, COUNT(r) };
    struct usage_stats got = stats_of(&s, &a);
    assert_int_equal(got.requests, 1);
    assert_int_equal(got.input.total, 374);
    assert_int_equal(got.errors[USAGE_THROTTLED], 1);
    assert_int_equal(got.errors[USAGE_VALIDATION], 1);
    assert_int_equal(usage_errors(&got), 2);
    assert_int_equal(got.hours, 2); /* 23:57 and 00:57 of the clock */
    assert_int_equal(got.hour[0].throttled, 1);
    assert_int_equal(got.hour[0].requests, 1);
    assert_int_equal(got.model[0].errors, 2);
    arena_clear(&a);
}

static void nothing_that_ran_and_too_long_a_span_are_refused(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct usage_models models = { .arena = &a };
    struct usage_stats out;
    uint16_t none;
    assert_ok(usage_models_index(&none, &models, STR(""), STR(""), &e), e);
    struct stats_run *run = stats_run_open(true, &models, &a);
    struct usage_record r = { .at_us = 1776643021000000, .status = USAGE_THROTTLED };
    assert_ok(stats_run_add(run, &r, &e), e);
    assert_int_equal(stats_run_finish(&out, run, &e), ERR_INPUT);
    assert_string_equal(e.msg, "none of the 1 requests ran");
    e = (struct err){ 0 };
    r.at_us += INT64_C(401) * 86400 * 1000000;
    assert_int_equal(stats_run_add(run, &r, &e), ERR_RANGE);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_gives_the_figures_of_the_whole),
        cmocka_unit_test(quantiles_are_order_statistics),
        cmocka_unit_test(failures_are_counted_apart),
        cmocka_unit_test(nothing_that_ran_and_too_long_a_span_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
