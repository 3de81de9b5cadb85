#include "check.h"

#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>

#include "arena.h"
#include "lengths.h"
#include "rng.h"

static struct length_law law_of(const char *text)
{
    struct err e = { 0 };
    struct length_law law = { 0 };
    assert_ok(length_law_parse(&law, text, &e), e);
    return law;
}

static void laws_have_the_facts_they_were_stated_by(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum length_family family;
        double mean, q, at_q; /* at_q 0: not stated */
    } row[] = {
        { "800", LENGTH_CONSTANT, 800, 0, 0 },
        { "constant 1.5k", LENGTH_CONSTANT, 1500, 0, 0 },
        { "lognormal mean 1155 p95 3500", LENGTH_LOGNORMAL, 1155, 0.95, 3500 },
        { "lognormal p95 3500 mean 1155", LENGTH_LOGNORMAL, 1155, 0.95, 3500 },
        /* exp(ln 900 + sigma²/2), sigma = ln(3500/900) / 1.6448536269514722 */
        { "lognormal p50 900 p95 3500", LENGTH_LOGNORMAL, 1265.55857721454, 0.95,
          3500 },
        { "lognormal p50 900 mean 1155", LENGTH_LOGNORMAL, 1155, 0.5, 900 },
        { "lognormal mean 1155 cv 0.9", LENGTH_LOGNORMAL, 1155, 0, 0 },
        { "lognormal p50 900 cv 0.9", LENGTH_LOGNORMAL, 1210.826164236634, 0.5, 900 },
        { "lognormal mean 200 p10 31.5", LENGTH_LOGNORMAL, 200, 0.1, 31.5 },
        { "uniform 100 2000", LENGTH_UNIFORM, 1050, 0.25, 575 },
        /* -200 ln 0.05 */
        { "exponential mean 200", LENGTH_GAMMA, 200, 0.95, 599.14645471 },
        { "gamma mean 200 cv 0.7", LENGTH_GAMMA, 200, 0, 0 },
        { "gamma mean 200 cv 0", LENGTH_CONSTANT, 200, 0, 0 },
        { "uniform 55 55", LENGTH_CONSTANT, 55, 0, 0 },
        { "lognormal mean 77.5 cv 0", LENGTH_CONSTANT, 77.5, 0, 0 },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct length_law law = law_of(row[i].text);
        assert_int_equal(law.family, row[i].family);
        assert_close(length_law_mean(&law), row[i].mean, 1e-7);
        if (row[i].at_q > 0)
            assert_close(length_law_quantile(&law, row[i].q), row[i].at_q, 1e-9);
    }
}

/* mean 1155 and p95 3500 also fit sigma 2.344, whose median is 74: not what is meant.
 */
static void of_two_lognormals_the_narrower_is_taken(void **state)
{
    (void)state;
    struct length_law law = law_of("lognormal mean 1155 p95 3500");
    double z = 1.6448536269514722, distance = log(3500.0 / 1155);
    assert_close(law.b, z - sqrt(z * z - 2 * distance), 1e-12);
    assert_true(law.b < z);
}

static void impossible_and_malformed_laws_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum err_code code;
        const char *says;
    } row[] = {
        { "", ERR_INPUT, "empty" },
        { "  ", ERR_INPUT, "empty" },
        { "lots", ERR_INPUT, "" },
        { "weibull mean 3", ERR_INPUT, "weibull" },
        { "lognormal mean 1000 p95 3900", ERR_RANGE, "at most 3868" },
        { "lognormal mean 1000 p95 800", ERR_RANGE, "below the mean" },
        { "lognormal mean 1000 p50 1200", ERR_RANGE, "at most 1000" },
        { "lognormal p50 900 p95 800", ERR_RANGE, "contradict" },
        { "lognormal p50 900 p50 950", ERR_RANGE, "contradict" },
        { "lognormal mean 1000 cv 99", ERR_RANGE, "sigma" },
        { "lognormal mean 1000", ERR_INPUT, "two of" },
        { "lognormal mean 1000 p95 2000 cv 1", ERR_INPUT, "two of" },
        { "lognormal mean 1000 mean 2000", ERR_INPUT, "one too many" },
        { "lognormal mean 0 cv 1", ERR_RANGE, "above 0" },
        { "lognormal mean -5 cv 1", ERR_RANGE, "mean" },
        { "lognormal mean 1000 p95", ERR_INPUT, "no value" },
        { "lognormal mean 1000 p100 2000", ERR_INPUT, "p100" },
        { "uniform 10", ERR_INPUT, "two lengths" },
        { "uniform 20 10", ERR_RANGE, "upside down" },
        { "exponential", ERR_INPUT, "needs a mean" },
        { "exponential mean 5 cv 1", ERR_INPUT, "needs a mean" },
        { "gamma mean 5", ERR_INPUT, "cv" },
        { "gamma mean 5 cv 2.6", ERR_RANGE, "0.05 to 2.5" },
        { "gamma mean 5 cv 0.04", ERR_RANGE, "0.05 to 2.5" },
        { "constant", ERR_INPUT, "" },
        { "800 900", ERR_INPUT, "" },
        { "nan", ERR_INPUT, "" },
        { "1 2 3 4 5 6 7 8 9 10", ERR_INPUT, "too many" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        struct length_law law = { LENGTH_UNIFORM, -1, -2 };
        enum err_code code = length_law_parse(&law, row[i].text, &e);
        if (code != row[i].code || !strstr(e.msg, row[i].says))
            print_error("'%s': %s\n", row[i].text, e.msg);
        assert_int_equal(code, row[i].code);
        assert_non_null(strstr(e.msg, row[i].says));
        assert_close(law.a, -1, 0);
    }
}

static void no_request_is_shorter_than_a_token(void **state)
{
    (void)state;
    struct length_law law = law_of("exponential mean 20");
    assert_close(length_law_quantile(&law, 1e-6), 1, 0);
}

static double lognormal_first_moment(double x, void *law_)
{
    const struct length_law *law = law_;
    return x * gsl_ran_lognormal_pdf(x, law->a, law->b);
}

static double gamma_first_moment(double x, void *law_)
{
    const struct length_law *law = law_;
    return x * gsl_ran_gamma_pdf(x, law->a, law->b);
}

/* Against quadrature of x f(x) between the quantiles, which knows no closed form. */
static void strata_keep_their_conditional_means(void **state)
{
    (void)state;
    static const char *const text[] = { "lognormal mean 1155 p95 3500",
                                        "gamma mean 200 cv 0.7",
                                        "exponential mean 340" };
    enum { STRATA = 16 };
    struct length_law one = law_of("1");
    gsl_integration_workspace *w = gsl_integration_workspace_alloc(1000);
    for (size_t k = 0; k < COUNT(text); k++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct lengths l;
        struct length_law law = law_of(text[k]);
        assert_ok(lengths_of_laws(&l, &law, &one, STRATA, &a, &e), e);
        assert_int_equal(l.count, STRATA);
        gsl_function f = { law.family == LENGTH_GAMMA ? gamma_first_moment
                                                      : lognormal_first_moment,
                           &law };
        for (int i = 1; i < STRATA - 1; i++) {
            double moment, error;
            gsl_integration_qags(&f, length_law_quantile(&law, (double)i / STRATA),
                                 length_law_quantile(&law, (i + 1.0) / STRATA), 0,
                                 1e-11, 1000, w, &moment, &error);
            assert_close(l.cell[i].input_tokens, moment * STRATA, 1e-9);
        }
        arena_clear(&a);
    }
    gsl_integration_workspace_free(w);
}

static void means_are_exact_whatever_the_number_of_strata(void **state)
{
    (void)state;
    static const char *const text[] = {
        "lognormal mean 1155 p95 3500",
        "gamma mean 200 cv 2.37",
        "uniform 100 2000",
        "800",
        "exponential mean 12.25",
        "lognormal mean 51234 cv 2.4",
    };
    static const size_t strata[] = { 1, 2, 7, 64, 256 };
    for (size_t i = 0; i < COUNT(text); i++) {
        for (size_t k = 0; k < COUNT(strata); k++) {
            struct arena a = { 0 };
            struct err e = { 0 };
            struct lengths l;
            struct length_law in = law_of(text[i]);
            struct length_law out = law_of(text[(i + 1) % COUNT(text)]);
            assert_ok(lengths_of_laws(&l, &in, &out, strata[k], &a, &e), e);
            assert_close(lengths_input_mean(&l), length_law_mean(&in), 1e-9);
            assert_close(lengths_output_mean(&l), length_law_mean(&out), 1e-9);
            for (size_t c = 1; c < l.count; c++) {
                const struct length_cell *p = &l.cell[c - 1], *q = &l.cell[c];
                assert_true(p->input_tokens < q->input_tokens ||
                            (p->input_tokens <= q->input_tokens &&
                             p->output_tokens < q->output_tokens));
            }
            arena_clear(&a);
        }
    }
}

/* GSL's inverse of the gamma fails beyond the bounds of cv that we accept. */
static void every_gamma_in_bounds_has_its_quantiles(void **state)
{
    (void)state;
    enum { STRATA = 1024 };
    gsl_error_handler_t *before = gsl_set_error_handler_off();
    for (double cv = 0.05; cv <= 2.5; cv *= 1.06) {
        struct length_law law = { LENGTH_GAMMA, 1 / (cv * cv), 1e4 * cv * cv };
        for (int i = 1; i < STRATA; i++) {
            double u = (double)i / STRATA;
            double x = gsl_cdf_gamma_Pinv(u, law.a, law.b);
            assert_close(gsl_cdf_gamma_P(x, law.a, law.b), u, 1e-8);
            assert_close(length_law_quantile(&law, u), fmax(1, x), 0);
        }
    }
    gsl_set_error_handler(before);
}

static void strata_out_of_bounds_are_refused(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct lengths l = { 0 };
    struct length_law law = law_of("800");
    for (size_t n = 0; n <= 1025; n += 1025) {
        struct err e = { 0 };
        assert_int_equal(lengths_of_laws(&l, &law, &law, n, &a, &e), ERR_RANGE);
        assert_null(l.cell);
    }
    arena_clear(&a);
}

static struct length_cell some_cell[] = {
    { 0.25, 100.5, 30.25 },
    { 0.125, 100.5, 210 },
    { 0.5, 1200, 20.5 },
    { 0.125, 9000.75, 30.25 },
};
static const struct lengths some = { some_cell, COUNT(some_cell) };

static void quantiles_are_cell_values(void **state)
{
    (void)state;
    assert_close(lengths_input_quantile(&some, 0.375), 100.5, 0);
    assert_close(lengths_input_quantile(&some, 0.376), 1200, 0);
    assert_close(lengths_input_quantile(&some, 0.875), 1200, 0);
    assert_close(lengths_input_quantile(&some, 0.88), 9000.75, 0);
    assert_close(lengths_output_quantile(&some, 0.001), 20.5, 0);
    assert_close(lengths_output_quantile(&some, 0.5), 20.5, 0);
    assert_close(lengths_output_quantile(&some, 0.6), 30.25, 0);
    assert_close(lengths_output_quantile(&some, 0.875), 30.25, 0);
    assert_close(lengths_output_quantile(&some, 0.9), 210, 0);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void quantiles_agree_with_sorting(void **state)
{
    (void)state;
    enum { N = 97 };
    struct rng r;
    rng_init(&r, 20261122, 3, 0);
    for (int repeat = 0; repeat < 50; repeat++) {
        struct length_cell cell[N];
        double value[N];
        for (int i = 0; i < N; i++) {
            value[i] = floor(40 * rng_uniform(&r)) / 8;
            cell[i] = (struct length_cell){ 1.0 / N, i, value[i] };
        }
        qsort(value, N, sizeof *value, by_value);
        struct lengths l = { cell, N };
        for (int k = 1; k < N; k++) {
            double q = (k - 0.5) / N;
            assert_close(lengths_output_quantile(&l, q), value[k - 1], 0);
        }
    }
}

static void tails_share_requests_and_tokens(void **state)
{
    (void)state;
    struct length_tail t = lengths_tail(&some, 1, 1200);
    double input = 0.375 * 100.5 + 0.5 * 1200 + 0.125 * 9000.75;
    double output = 0.25 * 30.25 + 0.125 * 210 + 0.5 * 20.5 + 0.125 * 30.25;
    assert_close(t.requests, 0.625, 1e-15);
    assert_close(t.input_tokens, (0.5 * 1200 + 0.125 * 9000.75) / input, 1e-14);
    assert_close(t.output_tokens, (0.5 * 20.5 + 0.125 * 30.25) / output, 1e-14);
    assert_close(lengths_tail(&some, 0.999, 1200).requests, 0.125, 1e-15);
    assert_close(lengths_tail(&some, 1, 0).input_tokens, 1, 1e-15);
    assert_close(lengths_tail(&some, 1, 1e6).requests, 0, 0);
}

static void a_window_is_exceeded_only_from_above(void **state)
{
    (void)state;
    assert_close(lengths_over_window(&some, 1, 1, 1220.5), 0.125, 0);
    assert_close(lengths_over_window(&some, 1, 1, 1220.4), 0.625, 0);
    assert_close(lengths_over_window(&some, 1, 1.3, 1220.5), 0.625, 0);
    assert_close(lengths_over_window(&some, 1.3, 1, 20000), 0, 0);
}

static void variation_is_of_the_cells(void **state)
{
    (void)state;
    double m = lengths_input_mean(&some);
    double second =
        0.375 * 100.5 * 100.5 + 0.5 * 1200 * 1200 + 0.125 * 9000.75 * 9000.75;
    assert_close(lengths_input_cv(&some), sqrt(second - m * m) / m, 1e-12);
    assert_true(lengths_output_cv(&some) > 1);
    /* 256 strata keep 97 % of a lognormal's cv of 0.9: the rest is inside the last */
    struct arena a = { 0 };
    struct err e = { 0 };
    struct lengths l;
    struct length_law in = law_of("lognormal mean 1155 cv 0.9"), one = law_of("1");
    assert_ok(lengths_of_laws(&l, &in, &one, 256, &a, &e), e);
    assert_true(lengths_input_cv(&l) > 0.97 * 0.9 && lengths_input_cv(&l) < 0.9);
    assert_close(lengths_output_cv(&l), 0, 0);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(laws_have_the_facts_they_were_stated_by),
        cmocka_unit_test(of_two_lognormals_the_narrower_is_taken),
        cmocka_unit_test(impossible_and_malformed_laws_are_refused),
        cmocka_unit_test(no_request_is_shorter_than_a_token),
        cmocka_unit_test(strata_keep_their_conditional_means),
        cmocka_unit_test(means_are_exact_whatever_the_number_of_strata),
        cmocka_unit_test(every_gamma_in_bounds_has_its_quantiles),
        cmocka_unit_test(strata_out_of_bounds_are_refused),
        cmocka_unit_test(quantiles_are_cell_values),
        cmocka_unit_test(quantiles_agree_with_sorting),
        cmocka_unit_test(tails_share_requests_and_tokens),
        cmocka_unit_test(a_window_is_exceeded_only_from_above),
        cmocka_unit_test(variation_is_of_the_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
