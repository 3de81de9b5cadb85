#include "check.h"

#include <stdlib.h>

#include "mixture.h"
#include "rng.h"
#include "trace.h"

static double normal(struct rng *g)
{
    return sqrt(-2 * log(rng_uniform(g))) * cos(6.283185307179586 * rng_uniform(g));
}

/* Lengths of a mixture, rounded, in the buckets of a summary. */
static size_t sample(struct mixture_bin **out, const struct traffic_mixture *m,
                     int requests, uint64_t seed, struct arena *a)
{
    struct rng g;
    struct summary_cell *cell = ARENA_NEW(a, struct summary_cell, (size_t)requests);
    size_t n = 0;
    double none = 0;
    rng_init(&g, seed, 7, 0);
    for (int i = 0; i < requests; i++) {
        double u = rng_uniform(&g);
        int c = 0;
        for (; c < m->count - 1 && u >= m->weight[c]; c++)
            u -= m->weight[c];
        double tokens = nearbyint(exp(m->mu[c] + m->sigma[c] * normal(&g)));
        cell[i] =
            (struct summary_cell){ .input_bucket = 3,
                                   .output_bucket =
                                       summary_bucket(tokens < 1 ? 1 : (int64_t)tokens),
                                   .output_tokens = tokens < 1 ? 1 : (int64_t)tokens,
                                   .requests = 1 };
    }
    mixture_bins(out, &n, &none, cell, (size_t)requests, true, a);
    assert_close(none, 0, 0);
    return n;
}

/* Three standard errors of each parameter at 40,000 requests, about. */
static void a_mixture_is_found_again(void **state)
{
    (void)state;
    static const struct traffic_mixture mixture[] = {
        { 1, { 1 }, { 5.019 }, { 0.859 } },
        { 2, { 0.722, 0.278 }, { 4.639, 6.507 }, { 0.709, 0.25 } },
        { 3, { 0.31, 0.44, 0.25 }, { 2.37, 4.57, 7.21 }, { 0.52, 0.364, 0.41 } },
    };
    for (size_t k = 0; k < COUNT(mixture); k++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct mixture_bin *bin = NULL;
        struct mixture_fit fit;
        const struct traffic_mixture *want = &mixture[k];
        size_t n = sample(&bin, want, 40000, 11 + k, &a);
        assert_ok(mixture_best(&fit, bin, n, &e), e);
        assert_int_equal(fit.mixture.count, want->count);
        assert_true(fit.distance < 1.36 / sqrt(40000)); /* Kolmogorov, 95 % */
        for (int c = 0; c < want->count; c++) {
            assert_close(fit.mixture.weight[c], want->weight[c], 0.02);
            assert_close(fit.mixture.mu[c], want->mu[c], 0.02);
            assert_close(fit.mixture.sigma[c], want->sigma[c], 0.03);
        }
        arena_clear(&a);
    }
}

/* Azure's conversations; expected: mixtures fitted to the exact lengths of the same
 * trace by other code (expectation and maximisation): 2 components 0.722 4.639
 * 0.709 | 0.278 6.007 0.050 at a distance of 0.055; 3 components at 0.030. */
static void azure_outputs_have_the_known_mixture(void **state)
{
    (void)state;
    const char *shared = getenv("BEDPLAN_SHARED");
    struct arena a = { 0 };
    struct err e = { 0 };
    struct trace trace;
    struct traffic_summary s;
    struct mixture_fit two, best;
    struct mixture_bin *bin = NULL;
    size_t n = 0;
    double none = 0;
    const char *path = arena_printf(&a, "%s/data/traces/azure-llm-2023-conv.csv",
                                    shared ? shared : "../shared");
    if (trace_read(&trace, path, &a, &e)) {
        print_message("skipped: %s\n", e.msg);
        arena_clear(&a);
        skip();
    }
    assert_ok(summary_of_requests(&s, trace.request, trace.count, &a, &e), e);
    mixture_bins(&bin, &n, &none, s.cell, s.cells, true, &a);
    assert_ok(mixture_fit(&two, bin, n, 2, &e), e);
    assert_close(two.mixture.weight[1], 0.278, 0.015);
    assert_close(two.mixture.mu[0], 4.639, 0.015);
    assert_close(two.mixture.mu[1], 6.007, 0.003);
    assert_close(two.mixture.sigma[0], 0.709, 0.015);
    assert_close(two.mixture.sigma[1], 0.050, 0.01);
    assert_true(two.distance < 0.06);
    assert_ok(mixture_best(&best, bin, n, &e), e);
    assert_int_equal(best.mixture.count, 3);
    assert_true(best.log_likelihood > two.log_likelihood && best.distance < 0.04);
    arena_clear(&a);
}

/* What is generated from a mixture has its distribution function. */
static void generated_lengths_follow_the_mixture(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct traffic *t = NULL;
    struct traffic_requests r[TRAFFIC_LANES] = { 0 };
    struct traffic_model m = {
        .requests_per_s = 40,
        .span_s = 500,
        .batch_mean = 1,
        .input = { 2, { 0.65, 0.35 }, { 6.277, 8.316 }, { 1.013, 0.085 } },
        .output = { 3,
                    { 0.284, 0.435, 0.281 },
                    { 1.727, 4.573, 6.007 },
                    { 1.021, 0.364, 0.05 } },
    };
    assert_ok(traffic_prepare(&t, &m, &a, &e), e);
    traffic_requests(r, t, 5, 0, 0, &a);
    for (int64_t tokens = 1; tokens < 20000; tokens = tokens * 5 / 4 + 1) {
        double n = 0, in = 0, out = 0;
        for (int lane = 0; lane < TRAFFIC_LANES; lane++)
            for (size_t i = 0; i < r[lane].count; i++, n++) {
                in += r[lane].request[i].input <= tokens;
                out += r[lane].request[i].output <= tokens;
            }
        assert_close(in / n, mixture_below(&m.input, tokens), 2 / sqrt(n));
        assert_close(out / n, mixture_below(&m.output, tokens), 2 / sqrt(n));
    }
    arena_clear(&a);
}

static void what_cannot_be_fitted_is_refused(void **state)
{
    (void)state;
    struct err e = { 0 };
    struct mixture_fit fit;
    const struct mixture_bin one = { 384, 415, 17, 385 };
    assert_int_equal(mixture_best(&fit, &one, 0, &e), ERR_INPUT);
    e = (struct err){ 0 };
    assert_int_equal(mixture_fit(&fit, &one, 1, 4, &e), ERR_RANGE);
    e = (struct err){ 0 };
    /* one length only: a spike */
    assert_ok(mixture_best(&fit, &one, 1, &e), e);
    assert_int_equal(fit.mixture.count, 1);
    assert_close(exp(fit.mixture.mu[0]), 385, 0.01);
    assert_true(fit.mixture.sigma[0] < 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mixture_is_found_again),
        cmocka_unit_test(azure_outputs_have_the_known_mixture),
        cmocka_unit_test(generated_lengths_follow_the_mixture),
        cmocka_unit_test(what_cannot_be_fitted_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
