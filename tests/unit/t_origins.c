#include "check.h"

#include "blend.h"
#include "origins.h"

static void origins_leave_what_is_to_be_foreseen(void **state)
{
    (void)state;
    const struct {
        size_t n, horizon, shortest, longest;
    } row[] = { { 2, 6, 0, 0 },       { 3, 6, 0, 0 },       { 7, 12, 0, 0 },
                { 24, 12, 0, 0 },     { 60, 12, 12, 12 },   { 90, 14, 7, 7 },
                { 130, 13, 52, 52 },  { 700, 48, 24, 168 }, { 960, 48, 24, 168 },
                { 2284, 13, 52, 52 }, { 100, 1, 0, 0 },     { 50, 1000, 0, 0 } };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct origins o;
        size_t n = row[i].n;
        origins_plan(&o, n, row[i].horizon, row[i].shortest, row[i].longest);
        assert_int_equal(o.cut[o.count], n);
        assert_true(o.reach >= 1 && o.reach <= row[i].horizon);
        assert_true(o.count <= ORIGINS_MOST);
        assert_true(o.count >= 1 || n == 2);
        for (size_t k = 0; k < o.count; k++) {
            assert_true(o.cut[k] >= 2 && 2 * o.cut[k] + 1 >= n);
            assert_true(o.cut[k] >= 2 * row[i].longest);
            assert_true(o.cut[k] + o.reach <= n);
            if (k > 0) assert_int_equal(o.cut[k] - o.cut[k - 1], o.step);
        }
    }
}

/* M4's hourly series: every day one, and at the same hour. */
static void hourly_origins_are_days_apart(void **state)
{
    (void)state;
    struct origins o;
    origins_plan(&o, 960, 48, 24, 168);
    assert_int_equal(o.step, 24);
    assert_int_equal(o.count, 16);
    assert_int_equal(o.cut[15], 912);
    assert_true(origins_overlap(&o, 3, 4) && origins_overlap(&o, 4, 3));
    assert_false(origins_overlap(&o, 3, 5));
    assert_false(origins_overlap(&o, 15, 16)); /* the end foresees what nobody knows */
}

static void weights_follow_the_errors(void **state)
{
    (void)state;
    struct origins o;
    double mae[16 * 3], weight[3];
    origins_plan(&o, 960, 48, 24, 168);
    for (size_t k = 0; k < o.count; k++) {
        mae[3 * k] = 2.5;
        mae[3 * k + 1] = 5;
        mae[3 * k + 2] = (double)NAN;
    }
    origins_weigh(weight, &o, o.count, mae, 3);
    /* 16 origins of 3 errors: sharpness 6 × 48/53, and 1/49 of the mean error, 3.75,
     * for luck */
    double luck = 3.75 / 49, ratio = pow((2.5 + luck) / (5 + luck), 6.0 * 48 / 53);
    assert_close(weight[1] / weight[0], ratio, 1e-14);
    assert_close(weight[0] + weight[1], 1, 1e-15);
    assert_true(weight[2] == 0);
}

static void an_origin_does_not_judge_itself(void **state)
{
    (void)state;
    struct origins o;
    double mae[16 * 2], weight[2], other[2];
    origins_plan(&o, 960, 48, 24, 168);
    for (size_t i = 0; i < COUNT(mae); i++)
        mae[i] = 1.25 + 0.01 * (double)(i % 7);
    origins_weigh(weight, &o, 8, mae, 2);
    for (size_t k = 7; k <= 9; k++) /* 7 and 9 overlap with it */
        mae[2 * k] = 1000;
    origins_weigh(other, &o, 8, mae, 2);
    assert_memory_equal(weight, other, sizeof weight);
    origins_weigh(other, &o, 11, mae, 2);
    assert_true(other[0] < 0.01);
}

/* Origin 7 holds a spike that both miss by a thousand; elsewhere they miss by 2 and 3.
 * There it counts as five usual errors: 10 each. */
static void a_spike_does_not_drown_the_other_origins(void **state)
{
    (void)state;
    struct origins o;
    double spiked[16 * 2], softened[16 * 2], weight[2], want[2];
    origins_plan(&o, 960, 48, 24, 168);
    for (size_t k = 0; k < 16; k++) {
        softened[2 * k] = spiked[2 * k] = 2;
        softened[2 * k + 1] = spiked[2 * k + 1] = 3;
    }
    spiked[14] = spiked[15] = 1000;
    softened[14] = softened[15] = 10;
    origins_weigh(weight, &o, o.count, spiked, 2);
    origins_weigh(want, &o, o.count, softened, 2);
    assert_close(weight[0], want[0], 1e-14);
    assert_true(weight[0] > 0.8);
}

static void without_judges_all_are_equal(void **state)
{
    (void)state;
    struct origins o;
    double mae[] = { 1, 2, 3, 4 }, weight[4];
    origins_plan(&o, 3, 5, 0, 0);
    assert_int_equal(o.count, 1);
    origins_weigh(weight, &o, 0, mae, 4);
    for (size_t i = 0; i < 4; i++)
        assert_close(weight[i], 0.25, 1e-15);
}

static void a_perfect_method_takes_nearly_all(void **state)
{
    (void)state;
    struct origins o;
    double mae[16 * 2] = { 0 }, weight[2];
    origins_plan(&o, 100, 5, 0, 0);
    for (size_t k = 0; k < o.count; k++)
        mae[2 * k + 1] = 3;
    origins_weigh(weight, &o, o.count, mae, 2);
    assert_true(weight[0] > 0.9999 && weight[1] > 0);
    memset(mae, 0, sizeof mae);
    origins_weigh(weight, &o, o.count, mae, 2);
    assert_close(weight[0], 0.5, 1e-15);
}

static void a_blend_is_the_weighted_mean(void **state)
{
    (void)state;
    const double f[] = { 10, 14, 21.5 }, w[] = { 0.5, 0.25, 0.25 };
    assert_close(blend(f, w, 3, 0, 30), 13.875, 1e-15);
}

static void what_goes_wild_is_held(void **state)
{
    (void)state;
    const double f[] = { 10, 11, 12, 1e9 }, w[] = { 0.25, 0.25, 0.25, 0.25 };
    assert_close(blend(f, w, 4, 0, 30), (10 + 11 + 12 + 30) / 4.0, 1e-14);
    const double g[] = { 10, 11, (double)NAN, -HUGE_VAL };
    assert_close(blend(g, w, 4, 0, 30), (10 + 11 + 10 + 10) / 4.0, 1e-14);
    /* most go beyond what was seen: growth, not wildness */
    const double up[] = { 40, 44, 43, 41 };
    assert_close(blend(up, w, 4, 0, 30), 42, 1e-14);
    /* weightless methods have no say */
    const double v[] = { 0.5, 0.5, 0, 0 };
    assert_close(blend(f, v, 4, 0, 30), 10.5, 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(origins_leave_what_is_to_be_foreseen),
        cmocka_unit_test(hourly_origins_are_days_apart),
        cmocka_unit_test(weights_follow_the_errors),
        cmocka_unit_test(an_origin_does_not_judge_itself),
        cmocka_unit_test(a_spike_does_not_drown_the_other_origins),
        cmocka_unit_test(without_judges_all_are_equal),
        cmocka_unit_test(a_perfect_method_takes_nearly_all),
        cmocka_unit_test(a_blend_is_the_weighted_mean),
        cmocka_unit_test(what_goes_wild_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
