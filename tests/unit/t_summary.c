#include "check.h"

#include <stdlib.h>

#include "arena.h"
#include "rng.h"
#include "summary.h"

static void buckets_are_an_eighth_of_an_octave(void **state)
{
    (void)state;
    for (int64_t n = 0; n < 16; n++)
        assert_int_equal(summary_bucket(n), n);
    /* 1024 … 1151 is the first eighth of the octave of 1024 */
    int64_t lo, hi;
    summary_bucket_range(summary_bucket(1100), &lo, &hi);
    assert_int_equal(lo, 1024);
    assert_int_equal(hi, 1151);
    assert_int_equal(summary_bucket(1152), summary_bucket(1151) + 1);
    assert_int_equal(summary_bucket(SUMMARY_MAX_TOKENS), SUMMARY_BUCKETS - 1);
}

static void buckets_follow_each_other_without_gaps(void **state)
{
    (void)state;
    int64_t next = 0;
    for (int32_t b = 0; b < SUMMARY_BUCKETS - 1; b++) {
        int64_t lo, hi;
        summary_bucket_range(b, &lo, &hi);
        assert_true(lo == next && hi >= lo);
        assert_int_equal(summary_bucket(lo), b);
        assert_int_equal(summary_bucket(hi), b);
        assert_true((double)(hi - lo) <= 0.125 * (double)lo);
        next = hi + 1;
    }
    assert_true(next == SUMMARY_MAX_TOKENS);
}

enum { MOST = 4000 };

static size_t some_requests(struct traffic_request *r, uint64_t replica)
{
    struct rng g;
    rng_init(&g, 20261122, 8, replica);
    size_t n = 2 + (size_t)(rng_uniform(&g) * (MOST - 2));
    double t = 100 * rng_uniform(&g), gap = 5 * rng_uniform(&g);
    for (size_t i = 0; i < n; i++) {
        r[i] = (struct traffic_request){ .at_s = t };
        r[i].input_tokens = (int64_t)exp(12 * rng_uniform(&g));
        r[i].output_tokens = (int64_t)exp(7 * rng_uniform(&g)) - 1;
        r[i].cached_tokens = (int64_t)(rng_uniform(&g) * (double)r[i].input_tokens);
        if (rng_uniform(&g) < 0.9) t -= gap * log(rng_uniform(&g));
    }
    return n;
}

static void counts_and_sums_are_conserved(void **state)
{
    (void)state;
    static struct traffic_request r[MOST];
    for (uint64_t k = 0; k < 40; k++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct traffic_summary s;
        size_t n = some_requests(r, k);
        assert_ok(summary_of_requests(&s, r, n, &a, &e), e);
        int64_t requests = 0, in = 0, out = 0, seconds = 0, minutes = 0, want = 0;
        for (size_t i = 0; i < s.cells; i++) {
            const struct summary_cell *c = &s.cell[i];
            requests += c->requests;
            in += c->input_tokens;
            out += c->output_tokens;
            assert_true(i == 0 || c[-1].input_bucket < c->input_bucket ||
                        (c[-1].input_bucket == c->input_bucket &&
                         c[-1].output_bucket < c->output_bucket));
        }
        for (size_t i = 0; i < s.seconds; i++)
            seconds += s.per_second[i];
        for (size_t i = 0; i < s.minutes; i++)
            minutes += s.per_minute[i];
        for (size_t i = 0; i < n; i++)
            want += r[i].input_tokens;
        assert_int_equal(requests, n);
        assert_int_equal(s.requests, n);
        assert_int_equal(seconds, n);
        assert_int_equal(minutes, n);
        assert_int_equal(in, want);
        assert_int_equal(in, s.input_tokens);
        assert_int_equal(out, s.output_tokens);
        struct lengths l;
        assert_ok(lengths_of_summary(&l, &s, &a, &e), e);
        assert_close(lengths_input_mean(&l), (double)in / (double)n, 1e-12);
        assert_close(lengths_output_mean(&l), (double)out / (double)n, 1e-12);
        /* cells lose only what is inside them: width / sqrt(12) of 1/8 octave */
        assert_true(lengths_input_cv(&l) <= s.input_cv * (1 + 1e-12));
        assert_close(lengths_input_cv(&l), s.input_cv, 0.01);
        arena_clear(&a);
    }
}

/* Tiled windows counted one by one, and the textbook variance. */
static void dispersion_agrees_with_counting(void **state)
{
    (void)state;
    static struct traffic_request r[MOST];
    static int64_t count[100000];
    for (uint64_t k = 0; k < 20; k++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct traffic_summary s;
        size_t n = some_requests(r, k);
        assert_ok(summary_of_requests(&s, r, n, &a, &e), e);
        for (int w = 0; w < SUMMARY_DISPERSIONS; w++) {
            int width = summary_dispersion_window_s[w];
            size_t windows = (size_t)(s.span_s / width);
            if (windows < 2) {
                assert_true(isnan(s.dispersion[w]));
                continue;
            }
            memset(count, 0, sizeof count);
            double mean = 0, variance = 0, most = 0;
            for (size_t i = 0; i < n; i++)
                count[(size_t)((r[i].at_s - r[0].at_s) / width)]++;
            for (size_t i = 0; i < windows; i++)
                mean += (double)count[i] / (double)windows;
            for (size_t i = 0; i < windows; i++) {
                variance += ((double)count[i] - mean) * ((double)count[i] - mean) /
                            (double)(windows - 1);
                most = fmax(most, (double)count[i]);
            }
            assert_close(s.dispersion[w], variance / mean, 1e-9);
            if (w < SUMMARY_PEAKS) assert_close(s.peak_to_mean[w], most / mean, 1e-12);
        }
        arena_clear(&a);
    }
}

static void equal_gaps_have_no_dispersion(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct traffic_summary s;
    static struct traffic_request r[3601];
    for (int i = 0; i <= 3600; i++)
        r[i] = (struct traffic_request){ i * 0.25, 800 + i, 4 * (800 + i), 0, 0 };
    assert_ok(summary_of_requests(&s, r, 3601, &a, &e), e);
    for (int w = 0; w < SUMMARY_DISPERSIONS; w++)
        assert_close(s.dispersion[w], 0, 0);
    assert_close(s.peak_to_mean[2], 1, 0);
    assert_close(s.interarrival_cv, 0, 1e-12);
    assert_close(s.length_correlation, 1, 1e-12);
    assert_close(s.log_length_correlation, 1, 1e-12);
    assert_int_equal(s.minutes, 16);
    arena_clear(&a);
}

static void what_a_short_trace_cannot_say_is_nan(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct traffic_summary s;
    struct traffic_request one = { 5.5, 1020, 129, 0, 0 };
    assert_ok(summary_of_requests(&s, &one, 1, &a, &e), e);
    assert_true(isnan(s.interarrival_cv) && isnan(s.dispersion[0]) &&
                isnan(s.peak_to_mean[0]) && isnan(s.length_correlation));
    assert_close(s.span_s, 0, 0);
    assert_int_equal(s.seconds, 1);
    struct traffic_request same[3] = { one, one, one };
    assert_ok(summary_of_requests(&s, same, 3, &a, &e), e);
    assert_true(isnan(s.interarrival_cv) && isnan(s.dispersion[0]));
    arena_clear(&a);
}

static void impossible_requests_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct traffic_request second;
        enum err_code code;
        const char *says;
    } row[] = {
        { { 6, -1, 5, 0, 0 }, ERR_RANGE, "request 2: negative" },
        { { 6, 1, -5, 0, 0 }, ERR_RANGE, "negative" },
        { { 6, 10, 5, -1, 0 }, ERR_RANGE, "negative" },
        { { 6, 10, 5, 11, 0 }, ERR_RANGE, "cached" },
        { { 4.25, 10, 5, 0, 0 }, ERR_RANGE, "goes back by 1.25 s" },
        { { 6, SUMMARY_MAX_TOKENS + 1, 5, 0, 0 }, ERR_RANGE, "2^40" },
        { { 35e6, 10, 5, 0, 0 }, ERR_RANGE, "405 days" },
        { { HUGE_VAL, 10, 5, 0, 0 }, ERR_RANGE, "finite" },
    };
    struct arena a = { 0 };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        struct traffic_summary s = { .requests = -7 };
        struct traffic_request r[2] = { { 5.5, 1020, 129, 0, 0 }, row[i].second };
        assert_int_equal(summary_of_requests(&s, r, 2, &a, &e), row[i].code);
        if (!strstr(e.msg, row[i].says)) print_error("%s\n", e.msg);
        assert_non_null(strstr(e.msg, row[i].says));
        assert_int_equal(s.requests, -7);
    }
    struct err e = { 0 };
    struct traffic_summary s;
    assert_int_equal(summary_of_requests(&s, NULL, 0, &a, &e), ERR_INPUT);
    struct lengths l;
    e = (struct err){ 0 };
    assert_int_equal(lengths_of_cells(&l, NULL, 0, &a, &e), ERR_INPUT);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_are_an_eighth_of_an_octave),
        cmocka_unit_test(buckets_follow_each_other_without_gaps),
        cmocka_unit_test(counts_and_sums_are_conserved),
        cmocka_unit_test(dispersion_agrees_with_counting),
        cmocka_unit_test(equal_gaps_have_no_dispersion),
        cmocka_unit_test(what_a_short_trace_cannot_say_is_nan),
        cmocka_unit_test(impossible_requests_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
