#include "check.h"

#include "overflow.h"
#include "rng.h"

/* sum of w × max(0, 1 − X/d), the plain way */
static double brute(const double *d, const double *w, size_t n, double x)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        if (d[i] > x) sum += w[i] * (1 - x / d[i]);
    return sum;
}

enum { HOURS = 5000 };

static void fill(struct overflow *o, double *d, double *w, uint64_t seed, double scale)
{
    struct rng r;
    rng_init(&r, seed, 1, 0);
    for (int i = 0; i < HOURS; i++) {
        d[i] = scale * -log(rng_uniform(&r));
        w[i] = rng_uniform(&r);
        overflow_add(o, d[i], w[i]);
    }
    overflow_sum(o);
}

static void is_exact_at_every_whole_number_of_units(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct overflow o;
    double d[HOURS], w[HOURS];
    overflow_init(&o, 64, &a);
    fill(&o, d, w, 20261122, 7.3);
    for (int n = 0; n <= 64; n++)
        assert_close(overflow_above(&o, n), brute(d, w, HOURS, n), 1e-9);
    arena_clear(&a);
}

static void is_close_at_any_capacity_on_the_logarithmic_scale(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct overflow o;
    double d[HOURS], w[HOURS];
    overflow_init(&o, 0, &a);
    fill(&o, d, w, 7, 431000.0);
    double all = brute(d, w, HOURS, 0);
    for (double x = 1; x < 4e6; x *= 1.37)
        assert_true(fabs(overflow_above(&o, x) - brute(d, w, HOURS, x)) < 2e-5 * all);
    assert_close(overflow_above(&o, 0), all, 1e-12);
    assert_int_equal(overflow_above(&o, 1e12), 0);
    arena_clear(&a);
}

static void falls_with_capacity_and_ignores_idle_hours(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct overflow o;
    double d[HOURS], w[HOURS], before = HUGE_VAL;
    overflow_init(&o, 0, &a);
    fill(&o, d, w, 99, 12.5);
    overflow_add(&o, 0, 1000); /* an hour without demand leaves nothing over */
    overflow_sum(&o);
    assert_close(o.total_weight, brute(d, w, HOURS, 0), 1e-12);
    for (double x = 0; x < 100; x += 0.37) {
        double now = overflow_above(&o, x);
        assert_true(now <= before + 1e-9);
        before = now;
    }
    arena_clear(&a);
}

static void merged_parts_equal_the_whole(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct overflow whole, left, right;
    overflow_init(&whole, 100, &a);
    overflow_init(&left, 100, &a);
    overflow_init(&right, 100, &a);
    for (int i = 1; i < 3000; i++) {
        double d = 0.0313 * i, w = 1.0 + i % 7;
        overflow_add(&whole, d, w);
        overflow_add(i % 2 ? &left : &right, d, w);
    }
    overflow_merge(&left, &right);
    overflow_sum(&left);
    overflow_sum(&whole);
    for (int n = 0; n <= 100; n++)
        assert_close(overflow_above(&left, n), overflow_above(&whole, n), 1e-12);
    assert_close(left.peak, whole.peak, 0);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_exact_at_every_whole_number_of_units),
        cmocka_unit_test(is_close_at_any_capacity_on_the_logarithmic_scale),
        cmocka_unit_test(falls_with_capacity_and_ignores_idle_hours),
        cmocka_unit_test(merged_parts_equal_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
