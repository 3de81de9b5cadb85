#include "check.h"

#include "sizing.h"

static struct length_cell one_cell[] = { { 1, 1, 0 } };
static struct lengths one_token = { one_cell, 1 };
static struct length_cell some_cells[] = {
    { 0.5, 200, 44 }, { 0.3, 1020, 129 }, { 0.15, 2735, 424 }, { 0.05, 7436, 900 }
};
static struct lengths some_lengths = { some_cells, COUNT(some_cells) };

static struct sizing sizing_for(const struct traffic_model *m, double target,
                                int batches, struct arena *a)
{
    struct err e = { 0 };
    struct traffic *t = NULL;
    assert_ok(traffic_prepare(&t, m, a, &e), e);
    return (struct sizing){ .traffic = t,
                            .target = target,
                            .seed = 4,
                            .batches = batches,
                            .threads = 1,
                            .arena = a };
}

/* One request a second of one token, units of a tenth, a window of 60 s: n units are
 * M/D/1/B with load 10/n and depth 6n. Nine refuse a tenth and more (load 1.11), ten
 * 0.8 % (load 1, depth 60: 1/(2·60+…)), eleven 2e-6 or so. */
static void finds_the_smallest_number_of_units(void **state)
{
    (void)state;
    static const struct {
        double target;
        int64_t units;
    } row[] = { { 0.002, 11 }, { 0.02, 10 }, { 0.15, 9 }, { 0.25, 8 }, { 0.55, 5 } };
    const struct traffic_model m = {
        .requests_per_s = 1, .span_s = 20000, .batch_mean = 1, .lengths = &one_token
    };
    const struct admission unit = { .input_tpm = 6, .output_tpm = 1, .window_s = 60 };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct sizing s = sizing_for(&m, row[i].target, 2, &a);
        struct sizing_point point, less;
        int64_t units = 0;
        assert_ok(sizing_units(&units, &point, &unit, &s, &e), e);
        assert_int_equal(units, row[i].units);
        assert_true(sizing_meets(&point, &s) && point.refused.hi < row[i].target);
        struct admission fewer = sizing_of_units(&unit, units - 1);
        assert_ok(sizing_judge(&less, &fewer, 1, &s, &e), e);
        assert_false(sizing_meets(&less, &s));
        arena_clear(&a);
    }
}

/* The interval holds the exact blocking (M/D/1/B, depth 10, load 0.9) 19 times of 20.
 */
static void intervals_cover_the_truth(void **state)
{
    (void)state;
    const double blocking = 0.016631747828946448311;
    const struct traffic_model m = {
        .requests_per_s = 0.9, .span_s = 4000, .batch_mean = 1, .lengths = &one_token
    };
    const struct admission bucket = {
        .kind = CAPACITY_QUOTA, .quota_tpm = 60, .burndown = 1, .window_s = 10
    };
    struct arena a = { 0 };
    struct sizing s = sizing_for(&m, 0.1, 2, &a);
    int held = 0;
    enum { TRIALS = 200 };
    for (uint64_t seed = 0; seed < TRIALS; seed++) {
        struct err e = { 0 };
        struct sizing_point p;
        s.seed = seed;
        assert_ok(sizing_judge(&p, &bucket, 1, &s, &e), e);
        assert_true(p.refused.lo <= p.refused.mean && p.refused.mean <= p.refused.hi);
        held += p.refused.lo <= blocking && blocking <= p.refused.hi;
    }
    /* 190 of 200 expected, 4 standard deviations of 3.1 */
    assert_true(held >= 190 - 13 && held <= 200);
    arena_clear(&a);
}

static struct traffic_model busy(void)
{
    return (struct traffic_model){
        .requests_per_s = 7.3,
        .span_s = 1800,
        .batch_mean = 1.3,
        .lengths = &some_lengths,
        .modulator = { { 0.4, 3 }, { 0.2, 40 }, { 0, 0 } },
    };
}

static void threads_do_not_change_a_byte(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    const struct traffic_model m = busy();
    struct sizing s = sizing_for(&m, 0.001, 5, &a);
    const struct admission capacity[] = {
        { .input_tpm = 450000, .output_tpm = 90000, .window_s = 60 },
        { .input_tpm = 500000, .output_tpm = 70000, .window_s = 10 },
        /* with a memory of requests */
        { .input_tpm = 450000,
          .output_tpm = 90000,
          .window_s = 60,
          .retry = RETRY_SDK },
        { .kind = CAPACITY_QUOTA,
          .quota_tpm = 700000,
          .burndown = 5,
          .window_s = 60,
          .reserve = RESERVE_MAX,
          .max_tokens = 1000,
          .ttft_ms = 700,
          .tpot_ms = 15 },
    };
    for (size_t first = 0; first < COUNT(capacity); first += 2) {
        struct sizing_point one[2], two[2];
        memset(one, 0, sizeof one);
        memset(two, 0, sizeof two);
        s.threads = 1;
        assert_ok(sizing_judge(one, capacity + first, 2, &s, &e), e);
        s.threads = 2;
        assert_ok(sizing_judge(two, capacity + first, 2, &s, &e), e);
        assert_memory_equal(&one[0].refused, &two[0].refused,
                            offsetof(struct sizing_point, wait_ms));
        assert_memory_equal(&one[1], &two[1], offsetof(struct sizing_point, wait_ms));
        assert_true(one[0].refused.mean > 0);
    }
    arena_clear(&a);
}

/* Reserving what comes out anyway, and giving nothing back, is no reservation: event by
 * event and in lanes the same is refused. */
static void both_ways_of_judging_agree(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    static struct length_cell cell[] = { { 0.7, 385, 210 }, { 0.3, 2385, 210 } };
    static struct lengths same_output = { cell, 2 };
    struct traffic_model m = busy();
    m.lengths = &same_output;
    struct sizing s = sizing_for(&m, 0.001, 2, &a);
    const struct admission lanes = { .input_tpm = 420000,
                                     .output_tpm = 92000,
                                     .window_s = 20 };
    struct admission events = lanes;
    struct sizing_point p, q;
    events.reserve = RESERVE_MAX;
    events.max_tokens = 210;
    events.ttft_ms = 1e-6; /* one by one */
    assert_ok(sizing_judge(&p, &lanes, 1, &s, &e), e);
    assert_ok(sizing_judge(&q, &events, 1, &s, &e), e);
    assert_true(p.refused.mean > 0.001);
    assert_close(p.refused.mean / q.refused.mean, 1, 1e-3);
    assert_close(p.refused.hi / q.refused.hi, 1, 1e-3);
    assert_close(p.utilisation[0] / q.utilisation[0], 1, 1e-4);
    assert_close(p.utilisation[1] / q.utilisation[1], 1, 1e-4);
    arena_clear(&a);
}

static void rates_meet_the_target_narrowly(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    const struct traffic_model m = busy();
    struct sizing s = sizing_for(&m, 0.004, 4, &a);
    struct admission like = { .window_s = 60 };
    double input = 0, output = 0, offered_input, offered_output;
    assert_ok(sizing_rates(&input, &output, &like, &s, &e), e);
    sizing_offered(&offered_input, &offered_output, s.traffic);
    /* 7.3 × 60 × (0.5 × 200 + 0.3 × 1020 + 0.15 × 2735 + 0.05 × 7436) */
    assert_close(offered_input, 7.3 * 60 * 1188.05, 1e-9);
    assert_close(offered_output, 7.3 * 60 * 169.3, 1e-9);
    assert_true(input > offered_input && output > offered_output);
    struct sizing_point p[2];
    struct admission at[2] = { like, like };
    at[0].input_tpm = input;
    at[0].output_tpm = output;
    at[1].input_tpm = input * 0.98;
    at[1].output_tpm = output * 0.98;
    assert_ok(sizing_judge(p, at, 2, &s, &e), e);
    assert_true(sizing_meets(&p[0], &s) && !sizing_meets(&p[1], &s));

    double quota = 0;
    struct admission q = { .kind = CAPACITY_QUOTA,
                           .burndown = 5,
                           .window_s = 60,
                           .ttft_ms = 500,
                           .tpot_ms = 20 };
    assert_ok(sizing_quota(&quota, &q, &s, &e), e);
    at[0] = at[1] = q;
    at[0].quota_tpm = quota;
    at[1].quota_tpm = quota * 0.98;
    assert_ok(sizing_judge(p, at, 2, &s, &e), e);
    assert_true(sizing_meets(&p[0], &s) && !sizing_meets(&p[1], &s));
    assert_true(quota > offered_input + 5 * offered_output);
    arena_clear(&a);
}

/* A window of a second holds n × 1000 / 60 tokens: 7,436 of input want 447 units. */
static void oversize_requests_count_as_refused(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct traffic_model m = busy();
    m.requests_per_s = 0.01;
    m.span_s = 400000;
    struct sizing s = sizing_for(&m, 0.02, 2, &a);
    const struct admission unit = { .input_tpm = 1000,
                                    .output_tpm = 1000,
                                    .window_s = 1 };
    struct sizing_point p;
    int64_t units = 0;
    assert_ok(sizing_units(&units, &p, &unit, &s, &e), e);
    assert_true(units >= 447 && p.oversize <= 0);
    struct admission less = sizing_of_units(&unit, 446);
    assert_ok(sizing_judge(&p, &less, 1, &s, &e), e);
    assert_true(p.oversize > 0.04 && p.oversize < 0.06);
    assert_close(p.refused.mean, p.throttled.mean + p.oversize, 1e-12);
    arena_clear(&a);
}

static void says_what_it_cannot_answer(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    const struct traffic_model m = {
        .requests_per_s = 1, .span_s = 100, .batch_mean = 1, .lengths = &one_token
    };
    struct sizing s = sizing_for(&m, 0.001, 2, &a);
    struct sizing_point p;
    const struct admission unit = { .input_tpm = 6, .output_tpm = 6, .window_s = 60 };
    int64_t units = -1;
    double quota = -1;
    assert_int_equal(sizing_units(&units, &p, &unit, &s, &e), ERR_SAMPLES);
    assert_string_equal(e.msg,
                        "1.6e+03 requests in all replicas cannot show a share of "
                        "0.1%; ask for more replicas or a longer span");
    e = (struct err){ 0 };
    s.target = 0;
    assert_int_equal(sizing_units(&units, &p, &unit, &s, &e), ERR_RANGE);
    assert_int_equal(units, -1);
    /* six requests a minute pass, whatever the tokens */
    e = (struct err){ 0 };
    s.target = 0.05;
    struct admission q = {
        .kind = CAPACITY_QUOTA, .rpm = 6, .burndown = 1, .window_s = 10
    };
    assert_int_equal(sizing_quota(&quota, &q, &s, &e), ERR_INFEASIBLE);
    e = (struct err){ 0 };
    q.window_s = -1;
    q.quota_tpm = 5;
    assert_int_equal(sizing_judge(&p, &q, 1, &s, &e), ERR_RANGE);
    e = (struct err){ 0 };
    q.window_s = 60;
    q.reserve = RESERVE_MAX;
    assert_int_equal(sizing_judge(&p, &q, 1, &s, &e), ERR_INPUT);
    assert_string_equal(e.msg, "request 1: no max_tokens to reserve");
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_smallest_number_of_units),
        cmocka_unit_test(intervals_cover_the_truth),
        cmocka_unit_test(threads_do_not_change_a_byte),
        cmocka_unit_test(both_ways_of_judging_agree),
        cmocka_unit_test(rates_meet_the_target_narrowly),
        cmocka_unit_test(oversize_requests_count_as_refused),
        cmocka_unit_test(says_what_it_cannot_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
