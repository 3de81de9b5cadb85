/* Differences between models: intervals, tests, and non-inferiority's error rate. */
#include "check.h"

#include "eval_compare.h"
#include "paired.h"
#include "rng.h"

static struct arena arena;

static int clear(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

/* The score is the root of its own definition: at the ends of the interval it is z; and
 * the most likely shares there beat their neighbours. Zero of 10: symmetric. */
static void the_score_interval_ends_where_the_score_is_z(void **state)
{
    static const int64_t rows[][3] = {
        { 0, 0, 10 }, { 1, 0, 7 }, { 12, 5, 80 }, { 3, 30, 33 }, { 40, 40, 300 }
    };
    (void)state;
    double z = interval_z(0.975);
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t b = rows[i][0], c = rows[i][1], n = rows[i][2];
        struct interval x = paired_shares(b, c, n, 0.95),
                        y = paired_shares(c, b, n, 0.95);
        assert_close(paired_score(b, c, n, x.lo), z, 1e-6);
        assert_close(paired_score(b, c, n, x.hi), -z, 1e-6);
        assert_close(x.lo, -y.hi, 1e-9);
        double d = (double)(b - c) / (double)n;
        assert_true(x.lo <= d && d <= x.hi);
    }
    /* with b = c = 0, q = max(0, -d) and the score is Wilson's of 0 in n */
    struct interval none = paired_shares(0, 0, 10, 0.95);
    assert_close(none.hi, z * z / (10 + z * z), 1e-9);
}

/* The likelihood itself, by brute force: no share beats the closed root. */
static void the_most_likely_shares_are_found(void **state)
{
    (void)state;
    for (int i = -8; i <= 8; i++) {
        double d = i / 20.0, best = -HUGE_VAL, at = 0;
        const double b = 12, c = 5, n = 80;
        for (double q = fmax(0, -d) + 1e-6; q < (1 - d) / 2; q += 1e-5) {
            double l = b * log(q + d) + c * log(q) + (n - b - c) * log(1 - 2 * q - d);
            if (l > best) {
                best = l;
                at = q;
            }
        }
        double want = (b - c - n * d) / sqrt(n * (2 * at + d * (1 - d)));
        assert_close(paired_score(12, 5, 80, d), want, 1e-3);
    }
}

/* By hand: 2 (1 + 10 + 45) / 1024 for 2 and 8. */
static void mcnemar_is_the_binomial_law(void **state)
{
    (void)state;
    assert_close(paired_mcnemar(2, 8), 2 * 56.0 / 1024, 1e-12);
    assert_close(paired_mcnemar(8, 2), 2 * 56.0 / 1024, 1e-12);
    assert_close(paired_mcnemar(0, 0), 1, 0);
    assert_close(paired_mcnemar(5, 5), 1, 0);
}

/* By hand from Holm's rule: 0.01 x 4, 0.02 x 3, 0.03 x 2, 0.04 (not below the last). */
static void holm_multiplies_by_the_tests_that_are_left(void **state)
{
    double p[] = { 0.03, 0.01, (double)NAN, 0.04, 0.02 };
    double same[] = { 0.02, 0.02, 0.9 };
    (void)state;
    paired_holm(p, 5);
    assert_close(p[1], 0.04, 1e-12);
    assert_close(p[4], 0.06, 1e-12);
    assert_close(p[0], 0.06, 1e-12);
    assert_close(p[3], 0.06, 1e-12);
    assert_true(isnan(p[2]));
    paired_holm(same, 3);
    assert_close(same[0], 0.06, 1e-12);
    assert_close(same[1], 0.06, 1e-12);
    assert_close(same[2], 0.9, 1e-12);
}

/* By hand: the mean of the ten is 0.9; tables of t give 2.2621572 for 9 degrees. */
static void students_interval_is_the_closed_form(void **state)
{
    static const double x[] = { 1, -1, 2, 0.5, 0.25, -0.5, 3, 1.5, 2.5, -0.25 };
    double squares = 0, mean = 0.9;
    struct eval_compare c = { 0 };
    (void)state;
    for (int i = 0; i < 10; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    double error = sqrt(squares / 9 / 10);
    eval_compare_differences(&c, x, 10, false, HUGE_VAL, 0.1);
    assert_int_equal(c.rule, EVAL_PAIR_STUDENT);
    assert_close(c.difference, mean, 1e-12);
    assert_close(c.ci_low, mean - 2.2621572 * error, 1e-6);
    assert_close(c.ci_high, mean + 2.2621572 * error, 1e-6);
    assert_int_equal(c.better, 7);
    assert_int_equal(c.worse, 3);
}

static void equal_answers_prove_little_when_they_are_few(void **state)
{
    double x[400] = { 0 };
    struct eval_compare c = { 0 };
    (void)state;
    eval_compare_differences(&c, x, 5, false, 1, 0.02);
    assert_int_equal(c.rule, EVAL_PAIR_SIGNS);
    assert_true(c.ci_low < -0.3 && c.p_margin > 0.3);
    eval_compare_differences(&c, x, 400, false, 1, 0.02);
    assert_true(c.ci_low > -0.02 && c.p_margin < 0.025);
    eval_compare_differences(&c, x, 400, false, HUGE_VAL, 0.02);
    assert_int_equal(c.rule, EVAL_PAIR_NONE); /* word errors have no bound */
    assert_true(isnan(c.ci_low));
}

/* How often "no worse" is said of a model that is worse by exactly the margin: 2.5 % is
 * promised. `kind` 0: right or wrong; 1: scores such as F1, mostly 0 or 1, some
 * between; 2: scores that rarely differ. */
static double difference_of(struct rng *r, int kind, double margin)
{
    double u = rng_uniform(r);
    if (kind == 0) { /* 20 % differ, apart by the margin */
        double half = 0.1 + margin / 2;
        return u < 0.2 - half ? 1 : u < 0.2 ? -1 : 0;
    }
    if (kind == 1) {
        double v = rng_uniform(r);
        if (u < 0.4) return -margin;
        return (v < 0.5 ? -1 : 1) * rng_uniform(r) * 0.8 - margin;
    }
    /* one prompt in 20 loses all of what it had: mean -0.05 */
    return u < margin ? -1 : 0;
}

static void non_inferiority_errs_as_rarely_as_it_says(void **state)
{
    enum { RUNS = 4000 };
    static const struct {
        int kind, n;
    } rows[] = { { 0, 50 },  { 0, 120 }, { 0, 500 }, { 1, 30 },
                 { 1, 100 }, { 1, 400 }, { 2, 60 },  { 2, 300 } };
    double x[500];
    (void)state;
    for (size_t k = 0; k < COUNT(rows); k++) {
        int said = 0;
        for (int run = 0; run < RUNS; run++) {
            struct eval_compare c = { 0 };
            struct rng r;
            rng_init(&r, 23, k, (uint64_t)run);
            for (int i = 0; i < rows[k].n; i++)
                x[i] = difference_of(&r, rows[k].kind, 0.05);
            eval_compare_differences(&c, x, (size_t)rows[k].n, rows[k].kind == 0, 1,
                                     0.05);
            said += c.p_margin <= 0.025;
        }
        /* 2.5 % and 4 standard errors of 4,000 runs */
        double share = said / (double)RUNS;
        print_message("kind %d, %d prompts: %.2f %%\n", rows[k].kind, rows[k].n,
                      100 * share);
        assert_true(share <= 0.025 + 4 * sqrt(0.025 * 0.975 / RUNS));
    }
}

/* And it is not said by never saying it: equal models, 500 prompts. */
static void non_inferiority_is_found_when_it_is_there(void **state)
{
    double x[800];
    int said = 0;
    (void)state;
    for (int run = 0; run < 200; run++) {
        struct eval_compare c = { 0 };
        struct rng r;
        rng_init(&r, 29, 1, (uint64_t)run);
        for (int i = 0; i < 800; i++)
            x[i] = difference_of(&r, 0, 0);
        eval_compare_differences(&c, x, 800, true, 1, 0.05);
        said += c.p_margin <= 0.025;
    }
    assert_in_range(said, 160, 200);
}

static void models_are_compared_on_the_prompts_that_both_answered(void **state)
{
    static const struct eval_metric wer = { .name = "wer",
                                            .lower_is_better = true,
                                            .hi = HUGE_VAL };
    double value[] = { 0.5,  0.25,        0,   1, /* the reference */
                       0.25, (double)NAN, 0.5, 1 };
    struct eval_scores s = { .metric = &wer, .value = value, .items = 4, .models = 2 };
    struct eval_compare *c;
    size_t n;
    (void)state;
    eval_compare_all(&c, &n, &s, 0, 0.1, 1, &arena);
    assert_int_equal(n, 1);
    assert_int_equal(c->n, 3);
    assert_int_equal(c->better, 1); /* fewer errors are better */
    assert_int_equal(c->worse, 1);
    assert_close(c->difference, (0.25 - 0.5 + 0) / 3, 1e-12);
    assert_int_equal(c->verdict, EVAL_MARGIN_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_score_interval_ends_where_the_score_is_z),
        cmocka_unit_test(the_most_likely_shares_are_found),
        cmocka_unit_test(mcnemar_is_the_binomial_law),
        cmocka_unit_test(holm_multiplies_by_the_tests_that_are_left),
        cmocka_unit_test(students_interval_is_the_closed_form),
        cmocka_unit_test(equal_answers_prove_little_when_they_are_few),
        cmocka_unit_test(non_inferiority_errs_as_rarely_as_it_says),
        cmocka_unit_test(non_inferiority_is_found_when_it_is_there),
        cmocka_unit_test(models_are_compared_on_the_prompts_that_both_answered),
    };
    return cmocka_run_group_tests(tests, NULL, clear);
}
