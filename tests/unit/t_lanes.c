#include "check.h"

#define LANES_WIDTH 2
#include "lanes_kernels.h"

#include "lanes.h"
#include "md1b.h"
#include "splitmix.h"

/* what the vectors compute, against the C library */
static void logarithm_and_exponential_are_right(void **state)
{
    (void)state;
    uint64_t seed = 3;
    double worst_log = 0, worst_exp = 0;
    for (int i = 0; i < 200000; i++) {
        lanes_bits bits = { next_bits(&seed),
                            next_bits(&seed) >> next_below(&seed, 60) };
        lanes_real u = lanes_open(bits), l = lanes_log(u);
        lanes_real x = l + 20.0, y = lanes_exp(x);
        for (int k = 0; k < 2; k++) {
            assert_true(u[k] > 0 && u[k] < 1);
            assert_close(u[k], rng_open(bits[k]), 0);
            worst_log = fmax(worst_log, fabs(l[k] - log(u[k])) / fmax(1, fabs(l[k])));
            worst_exp = fmax(worst_exp, fabs(y[k] / exp(x[k]) - 1));
        }
    }
    assert_true(worst_log < 4e-15);
    assert_true(worst_exp < 1e-14);
    lanes_real ends = lanes_log((lanes_real){ 0x1p-53, 1 - 0x1p-53 });
    assert_close(ends[0], -53 * log(2), 1e-15);
    assert_close(ends[1], -0x1p-53, 1e-25);
    lanes_real whole = lanes_round((lanes_real){ 2.5, 385.50001 });
    assert_true(whole[0] <= 2 && whole[0] >= 2 && whole[1] >= 386 && whole[1] <= 386);
}

static struct length_cell cells[] = {
    { 0.5, 200, 44 }, { 0.3, 1020, 129 }, { 0.15, 2735, 424 }, { 0.05, 7436, 900 }
};
static struct lengths joint = { cells, COUNT(cells) };

/* A model of each kind. */
static struct traffic_model model_of(int kind)
{
    static const double hours[2] = { 0.25, 1.75 };
    struct traffic_model m = {
        .requests_per_s = 9.5,
        .span_s = 7000,
        .batch_mean = kind >= 1 ? 1.4 : 1,
        .input = { 2, { 0.6, 0.4 }, { 6.3, 7.1 }, { 1, 0.2 } },
        .output = { 1, { 1 }, { 4.6 }, { 0.8 } },
        .cached_share = 0.2,
    };
    if (kind >= 2) m.lengths = &joint;
    if (kind >= 3) m.modulator[1] = (struct traffic_modulator){ 0.3, 20 };
    if (kind >= 4) m.modulator[0] = (struct traffic_modulator){ 2.5, 1.5 };
    if (kind >= 5) m.hour_factor = hours;
    return m;
}
enum { KINDS = 6 };

enum { CAPACITIES = 7 };

static void capacities(struct admission_rules out[CAPACITIES], double scale)
{
    struct err e = { 0 };
    struct admission a[CAPACITIES] = {
        { .input_tpm = 500000, .output_tpm = 90000, .window_s = 60 },
        { .kind = CAPACITY_QUOTA, .quota_tpm = 700000, .burndown = 1, .window_s = 10 },
        { .kind = CAPACITY_QUOTA,
          .quota_tpm = 700000,
          .rpm = 560,
          .burndown = 1,
          .window_s = 60 },
        { .kind = CAPACITY_QUOTA,
          .quota_tpm = 600000,
          .rpm = 700,
          .tpd = 4e7,
          .burndown = 1,
          .window_s = 3 },
        /* what settles at once, above and below what was reserved */
        { .kind = CAPACITY_QUOTA, .quota_tpm = 1e6, .burndown = 5, .window_s = 60 },
        { .kind = CAPACITY_QUOTA,
          .quota_tpm = 1e6,
          .rpm = 700,
          .tpd = 5e7,
          .burndown = 5,
          .window_s = 20,
          .reserve = RESERVE_MAX,
          .max_tokens = 3000 },
        { .input_tpm = 500000,
          .output_tpm = 90000,
          .window_s = 12,
          .reserve = RESERVE_MAX,
          .max_tokens = 600 },
    };
    for (size_t i = 0; i < COUNT(a); i++) {
        a[i].input_tpm *= scale;
        a[i].output_tpm *= scale;
        a[i].quota_tpm *= scale;
        assert_ok(admission_rules(&out[i], &a[i], &e), e);
        assert_true(lanes_can_judge(&out[i]));
    }
}

static void every_instruction_set_gives_the_same_bytes(void **state)
{
    (void)state;
    struct arena a = { 0 };
    int tried = 0;
    assert_true(lanes_can(LANES_BASE) && lanes_can(lanes_best()));
    for (int kind = 0; kind < KINDS; kind++) {
        struct err e = { 0 };
        struct traffic *t = NULL;
        struct traffic_model m = model_of(kind);
        struct admission_rules rules[CAPACITIES];
        struct lanes_result want[CAPACITIES], got[CAPACITIES];
        capacities(rules, 1);
        assert_ok(traffic_prepare(&t, &m, &a, &e), e);
        lanes_run(want, rules, CAPACITIES, t, 11, 2, LANES_BASE, &a);
        for (int p = LANES_AVX2; p < LANES_PATHS; p++) {
            if (!lanes_can((enum lanes_path)p)) continue;
            lanes_run(got, rules, CAPACITIES, t, 11, 2, (enum lanes_path)p, &a);
            assert_memory_equal(got, want, sizeof want);
            tried++;
        }
        /* another batch of replicas is other traffic */
        lanes_run(got, rules, CAPACITIES, t, 11, 3, LANES_BASE, &a);
        assert_memory_not_equal(got[0].requests, want[0].requests,
                                sizeof got[0].requests);
    }
    if (tried == 0) print_message("no further instruction set on this machine\n");
    arena_clear(&a);
}

/* The lanes count in doubles and forget each request; the replay counts in integers. */
static void lanes_refuse_what_a_replay_refuses(void **state)
{
    (void)state;
    for (int kind = 0; kind < KINDS; kind++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct traffic *t = NULL;
        struct traffic_model m = model_of(kind);
        struct traffic_requests r[TRAFFIC_LANES] = { 0 };
        struct admission_rules rules[CAPACITIES];
        struct lanes_result lanes[CAPACITIES];
        double refused = 0, requests = 0;
        capacities(rules, 1);
        assert_ok(traffic_prepare(&t, &m, &a, &e), e);
        lanes_run(lanes, rules, CAPACITIES, t, 7, 1, lanes_best(), &a);
        traffic_requests(r, t, 7, 1, 0, &a);
        for (int c = 0; c < CAPACITIES; c++) {
            for (int lane = 0; lane < TRAFFIC_LANES; lane++) {
                struct replay_result got;
                assert_ok(replay_run(&got, &rules[c], r[lane].request, r[lane].count, 1,
                                     NULL, &a, &e),
                          e);
                /* whole numbers in doubles; a tie within 1e-9 s may fall either way */
                assert_true(fabs((double)got.admitted - lanes[c].admitted[lane]) <= 1);
                assert_close((double)got.requests, lanes[c].requests[lane], 0);
                assert_close((double)got.oversize, lanes[c].oversize[lane], 0);
                assert_close((double)got.input_tokens, lanes[c].input_tokens[lane],
                             1e-4);
                assert_close((double)got.output_tokens, lanes[c].output_tokens[lane],
                             1e-4);
                refused += (double)got.throttled;
                requests += (double)got.requests;
            }
        }
        assert_true(refused > 0.005 * requests && refused < 0.9 * requests);
        arena_clear(&a);
    }
}

/* M/D/1/B again (see t_replay.c), by the lanes. */
static void lanes_block_as_md1b(void **state)
{
    (void)state;
    static struct length_cell one[] = { { 1, 1, 0 } };
    static struct lengths unit = { one, 1 };
    for (size_t i = 0; i < COUNT(md1b); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct traffic *t = NULL;
        struct admission_rules rules;
        struct admission q = { .kind = CAPACITY_QUOTA,
                               .quota_tpm = 60,
                               .burndown = 1,
                               .window_s = md1b[i].depth };
        struct traffic_model m = { .requests_per_s = md1b[i].load,
                                   .span_s = 60000 / md1b[i].load,
                                   .batch_mean = 1,
                                   .lengths = &unit };
        double sum = 0, squares = 0, n = 0;
        assert_ok(traffic_prepare(&t, &m, &a, &e), e);
        assert_ok(admission_rules(&rules, &q, &e), e);
        for (uint64_t batch = 0; batch < 6; batch++) {
            struct lanes_result got;
            lanes_run(&got, &rules, 1, t, 5, batch, lanes_best(), &a);
            for (int lane = 0; lane < TRAFFIC_LANES; lane++, n++) {
                double share = 1 - got.admitted[lane] / got.requests[lane];
                sum += share;
                squares += share * share;
            }
        }
        double mean = sum / n, error = sqrt((squares / n - mean * mean) / (n - 1));
        /* a start with a full bucket forgives up to `depth` of 60,000; one refusal of
         * 48 × 60,000 is within chance anywhere */
        double allowed =
            4 * error + md1b[i].depth / 60000 * md1b[i].blocking + 1.5 / 2.88e6;
        assert_true(fabs(mean - md1b[i].blocking) < allowed);
        arena_clear(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logarithm_and_exponential_are_right),
        cmocka_unit_test(every_instruction_set_gives_the_same_bytes),
        cmocka_unit_test(lanes_refuse_what_a_replay_refuses),
        cmocka_unit_test(lanes_block_as_md1b),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
