/* Traffic that a known quota throttled: the cause comes out, and so does what would
 * have been enough. */
#include "check.h"

#include "arena.h"
#include "replay.h"
#include "rng.h"
#include "usage_why.h"

enum { N = 6000 };

/* Requests of about ten a second in bursts; every answer is as long as the others, so
 * that the mean stands for those that were refused. */
static struct usage_record *traffic(uint32_t output, uint32_t max_tokens,
                                    struct arena *a)
{
    struct usage_record *r = ARENA_NEW(a, struct usage_record, N);
    struct rng g;
    int64_t at_us = 1776643021000000;
    rng_init(&g, 20261122, 37, 0);
    for (int i = 0; i < N; i++) {
        bool busy = i / 2000 == 1;
        at_us += (int64_t)(-(busy ? 30000 : 150000) * log(rng_uniform(&g)));
        r[i] = (struct usage_record){ .at_us = at_us,
                                      .input = 200 + (uint32_t)(800 * rng_uniform(&g)),
                                      .cached = 100,
                                      .output = output,
                                      .max_tokens = max_tokens };
    }
    return r;
}

/* Marks what `quota` refuses, as the log of an account with that quota would. */
static int64_t throttle(struct usage_record *r, const struct admission *quota,
                        struct arena *a)
{
    struct err e = { 0 };
    struct admission_rules rules;
    struct replay_result result;
    struct replay_request *q = ARENA_NEW(a, struct replay_request, N);
    uint8_t *outcome = ARENA_NEW(a, uint8_t, N);
    for (int i = 0; i < N; i++)
        q[i] = (struct replay_request){ .at_ns = (r[i].at_us - r[0].at_us) * 1000,
                                        .input = (int32_t)(r[i].input - r[i].cached),
                                        .cached = (int32_t)r[i].cached,
                                        .output = (int32_t)r[i].output,
                                        .max_tokens = (int32_t)r[i].max_tokens };
    assert_ok(admission_rules(&rules, quota, &e), e);
    assert_ok(replay_run(&result, &rules, q, N, 1, outcome, a, &e), e);
    for (int i = 0; i < N; i++) {
        if (outcome[i] == OUTCOME_ADMITTED) continue;
        r[i].status = USAGE_THROTTLED;
        r[i].output = 0;
    }
    return result.throttled + result.oversize;
}

static const struct {
    const char *what;
    struct admission quota;
    uint32_t output, max_tokens;
    enum why_cause cause;
} rows[] = {
    { "tokens",
      { .kind = CAPACITY_QUOTA, .quota_tpm = 300000, .burndown = 1, .window_s = 60 },
      20,
      0,
      WHY_TPM },
    { "requests",
      { .kind = CAPACITY_QUOTA,
        .quota_tpm = 90e6,
        .rpm = 700,
        .burndown = 1,
        .window_s = 60 },
      20,
      0,
      WHY_RPM },
    { "burndown",
      { .kind = CAPACITY_QUOTA,
        .quota_tpm = 1.6e6,
        .burndown = 15,
        .window_s = 60,
        .ttft_ms = 500,
        .tpot_ms = 10 },
      150,
      0,
      WHY_BURNDOWN },
    { "reservation",
      { .kind = CAPACITY_QUOTA,
        .quota_tpm = 1.6e6,
        .burndown = 1,
        .window_s = 60,
        .reserve = RESERVE_MAX,
        .ttft_ms = 500,
        .tpot_ms = 10 },
      150,
      32000,
      WHY_RESERVATION },
    { "a day",
      { .kind = CAPACITY_QUOTA,
        .quota_tpm = 90e6,
        .tpd = 2.5e6,
        .burndown = 1,
        .window_s = 60 },
      20,
      0,
      WHY_TPD },
};

static void the_cause_of_known_throttling_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct why_answer why;
        struct usage_record *r = traffic(rows[i].output, rows[i].max_tokens, &a);
        int64_t throttled = throttle(r, &rows[i].quota, &a), minutes = 0, seen = 0;
        assert_true(throttled > 20);
        assert_ok(usage_why(&why, &rows[i].quota, r, N, &a, &e), e);
        assert_int_equal(why.throttled, throttled);
        assert_int_equal(why.refused_elsewhere, 0);
        for (size_t m = 0; m < why.minutes; m++) {
            if (why.minute[m].cause != rows[i].cause)
                print_error("%s: minute %zu: %s\n", rows[i].what, m,
                            why_cause_words(why.minute[m].cause));
            assert_int_equal(why.minute[m].cause, rows[i].cause);
            assert_int_equal(why.minute[m].refused, why.minute[m].throttled);
            seen += why.minute[m].throttled;
        }
        for (int c = 0; c < WHY_CAUSE_COUNT; c++)
            minutes += why.minutes_by_cause[c];
        assert_int_equal(minutes, why.minutes);
        assert_int_equal(seen, throttled);
        arena_clear(&a);
    }
}

/* Enough is enough, and a little less is not. */
static void enough_is_enough_and_less_is_not(void **state)
{
    (void)state;
    static const double scale[] = { 1, 0.995 };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct why_answer why;
        struct usage_record *r = traffic(rows[i].output, rows[i].max_tokens, &a);
        throttle(r, &rows[i].quota, &a);
        assert_ok(usage_why(&why, &rows[i].quota, r, N, &a, &e), e);
        assert_true((why.enough_rpm > 0) == (rows[i].cause == WHY_RPM));
        assert_true((why.enough_tpd > 0) == (rows[i].cause == WHY_TPD));
        assert_true((why.enough_tpm > 0) ==
                    (rows[i].cause != WHY_RPM && rows[i].cause != WHY_TPD));
        for (size_t k = 0; k < COUNT(scale); k++) {
            struct admission changed = rows[i].quota;
            int64_t refused = -1;
            if (why.enough_tpm > 0) changed.quota_tpm = why.enough_tpm * scale[k];
            if (why.enough_rpm > 0) changed.rpm = why.enough_rpm * scale[k];
            if (why.enough_tpd > 0) changed.tpd = why.enough_tpd * scale[k];
            assert_ok(usage_why_refused(&refused, &why, &changed, r, N, &a, &e), e);
            assert_true((refused == 0) == (k == 0));
        }
        arena_clear(&a);
    }
}

static void a_smaller_max_tokens_is_the_remedy_of_reservations(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct why_answer why;
    const struct admission *quota = &rows[3].quota;
    struct usage_record *r = traffic(rows[3].output, rows[3].max_tokens, &a);
    throttle(r, quota, &a);
    assert_ok(usage_why(&why, quota, r, N, &a, &e), e);
    assert_true(why.enough_max_tokens > 150 && why.enough_max_tokens < 32000);
    assert_close(why.over_max_tokens_share, 0, 0); /* all answers have 150 tokens */
    for (int more = 0; more < 2; more++) {
        int64_t refused = -1;
        for (int i = 0; i < N; i++)
            r[i].max_tokens = (uint32_t)(why.enough_max_tokens + more);
        assert_ok(usage_why_refused(&refused, &why, quota, r, N, &a, &e), e);
        assert_true((refused == 0) == (more == 0));
    }
    arena_clear(&a);
}

static void a_large_quota_explains_nothing(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct why_answer why;
    struct admission quota = rows[0].quota;
    struct usage_record *r = traffic(rows[0].output, 0, &a);
    throttle(r, &quota, &a);
    quota.quota_tpm = 1e9;
    assert_ok(usage_why(&why, &quota, r, N, &a, &e), e);
    assert_int_equal(why.minutes_by_cause[WHY_UNEXPLAINED], why.minutes);
    assert_true(why.minutes > 0);
    arena_clear(&a);
}

static void latencies_give_their_line(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct why_answer why;
    struct admission quota = rows[0].quota;
    struct usage_record *r = traffic(20, 0, &a);
    for (int i = 0; i < N; i++) {
        r[i].output = 10 + (uint32_t)i % 300;
        r[i].latency_ms = 640 + 12 * r[i].output;
    }
    r[N / 2].status = USAGE_THROTTLED;
    assert_ok(usage_why(&why, &quota, r, N, &a, &e), e);
    assert_true(why.latency_known);
    assert_close(why.ttft_ms, 640, 1e-9);
    assert_close(why.tpot_ms, 12, 1e-9);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cause_of_known_throttling_is_found),
        cmocka_unit_test(enough_is_enough_and_less_is_not),
        cmocka_unit_test(a_smaller_max_tokens_is_the_remedy_of_reservations),
        cmocka_unit_test(a_large_quota_explains_nothing),
        cmocka_unit_test(latencies_give_their_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
