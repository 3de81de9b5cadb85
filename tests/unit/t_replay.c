#include "check.h"

#include "admission.h"
#include "md1b.h"
#include "replay.h"
#include "replay_private.h"
#include "replay_reference.h"
#include "splitmix.h"

static struct ref_setup random_setup(uint64_t *seed)
{
    struct ref_setup s = {
        .quota = next_below(seed, 2),
        .reserve_max = next_below(seed, 2),
        .input_per_s = 1 + next_below(seed, 40),
        .output_per_s = 1 + next_below(seed, 20),
        .tpm_per_s = 1 + next_below(seed, 60),
        .rpm_per_s = next_below(seed, 3),
        .tpd_per_s = next_below(seed, 2) * (1 + next_below(seed, 3)),
        .burndown = 1 + next_below(seed, 2) * next_below(seed, 15),
        .window_s = 1 + next_below(seed, 12),
        .max_tokens = 1 + next_below(seed, 60),
        .ttft_ms = next_below(seed, 4) * 250,
        .tpot_ms = next_below(seed, 3) * 50,
    };
    return s;
}

/* Coarse times make ties of arrivals with arrivals and with completions common. */
static void random_requests(struct ref_request *r, size_t n, uint64_t *seed)
{
    static const int64_t grain_ms[] = { 1, 50, 250, 1000 };
    int64_t grain = grain_ms[next_below(seed, 4)], at_ms = next_below(seed, 5000);
    for (size_t i = 0; i < n; i++) {
        at_ms += grain * next_below(seed, 5);
        int64_t input = next_below(seed, 90);
        r[i] = (struct ref_request){
            .at_ms = at_ms,
            .input = input,
            .cached = next_below(seed, 2) * next_below(seed, input + 1),
            .output = next_below(seed, 40),
            .max_tokens = next_below(seed, 2) * next_below(seed, 50)
        };
    }
}

static struct admission admission_of(const struct ref_setup *s)
{
    return (struct admission){
        .kind = s->quota ? CAPACITY_QUOTA : CAPACITY_UNITS,
        .input_tpm = (double)s->input_per_s * 60,
        .output_tpm = (double)s->output_per_s * 60,
        .quota_tpm = (double)s->tpm_per_s * 60,
        .rpm = (double)s->rpm_per_s * 60,
        .tpd = (double)s->tpd_per_s * 86400,
        .burndown = (double)s->burndown,
        .window_s = (double)s->window_s,
        .reserve = s->reserve_max ? RESERVE_MAX : RESERVE_ACTUAL,
        .max_tokens = s->max_tokens,
        .ttft_ms = (double)s->ttft_ms,
        .tpot_ms = (double)s->tpot_ms,
    };
}

enum { MOST = 80 };

static void to_replay(struct replay_request *out, const struct ref_request *r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = (struct replay_request){ .at_ns = r[i].at_ms * 1000000,
                                          .input = (int32_t)(r[i].input - r[i].cached),
                                          .cached = (int32_t)r[i].cached,
                                          .output = (int32_t)r[i].output,
                                          .max_tokens = (int32_t)r[i].max_tokens };
    }
}

static void check_identities(const struct replay_result *got)
{
    assert_int_equal(got->requests, got->admitted + got->throttled + got->oversize);
    assert_true(got->attempts >= got->requests);
    assert_true(got->first_try_throttled >= got->throttled);
}

/* One case by both; returns the reference's refusals. */
static int compare(const struct ref_setup *s, const struct ref_request *r, size_t n,
                   struct arena *a)
{
    struct err e = { 0 };
    struct replay_request request[MOST];
    struct replay_result got = { 0 }, quick = { 0 };
    struct admission_rules rules;
    struct admission admission = admission_of(s);
    uint8_t outcome[MOST];
    int want[MOST], refused = 0;
    int64_t input = 0, output = 0, oversize = 0;
    to_replay(request, r, n);
    ref_replay(want, s, r, n);
    assert_ok(admission_rules(&rules, &admission, &e), e);
    assert_ok(replay_run(&got, &rules, request, n, 1, outcome, a, &e), e);
    assert_ok(replay_run(&quick, &rules, request, n, 1, NULL, a, &e), e);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(outcome[i] & 0xc0, want[i] * 64);
        assert_int_equal((outcome[i] & 7) != 0, want[i] != REF_ADMITTED);
        refused += want[i] != REF_ADMITTED;
        oversize += want[i] == REF_OVERSIZE;
        input += want[i] == REF_ADMITTED ? r[i].input - r[i].cached : 0;
        output += want[i] == REF_ADMITTED ? r[i].output : 0;
    }
    check_identities(&got);
    assert_int_equal(got.oversize, oversize);
    assert_int_equal(got.throttled + got.oversize, refused);
    assert_int_equal(got.input_tokens, input);
    assert_int_equal(got.output_tokens, output);
    assert_int_equal(got.attempts, n);
    assert_memory_equal(&got.requests, &quick.requests,
                        offsetof(struct replay_result, span_s));
    return refused;
}

static void equals_the_rules_written_directly(void **state)
{
    (void)state;
    uint64_t seed = 20261122;
    struct arena a = { 0 };
    int simple = 0, settling = 0, refused = 0, total = 0;
    for (int i = 0; i < 20000; i++) {
        struct ref_setup s = random_setup(&seed);
        struct ref_request r[MOST];
        size_t n = 1 + (size_t)next_below(&seed, MOST - 1);
        random_requests(r, n, &seed);
        refused += compare(&s, r, n, &a);
        total += (int)n;
        bool quick = !s.reserve_max && (!s.quota || s.burndown == 1);
        simple += quick;
        settling += !quick;
    }
    /* the draw covers what it should */
    assert_true(simple > 4000 && settling > 4000);
    assert_true(refused > total / 10 && refused < total * 9 / 10);
    arena_clear(&a);
}

static void a_token_that_is_just_back_is_there(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct traffic_request t[40];
    struct replay_request *r = NULL;
    struct replay_result got;
    struct admission_rules rules;
    /* ten a second, one every tenth of a second, room for one */
    struct admission ten = {
        .kind = CAPACITY_QUOTA, .quota_tpm = 600, .burndown = 1, .window_s = 0.1
    };
    for (int i = 0; i < 40; i++)
        t[i] = (struct traffic_request){ .at_s = i * 0.1, .input_tokens = 1 };
    assert_ok(replay_requests(&r, t, 40, &a, &e), e);
    assert_ok(admission_rules(&rules, &ten, &e), e);
    assert_ok(replay_run(&got, &rules, r, 40, 1, NULL, &a, &e), e);
    assert_int_equal(got.admitted, 40);
    /* span 3.9 s, 39 tokens refilled, 40 charged */
    assert_close(got.span_s, 3.9, 1e-12);
    assert_close(got.utilisation[0], 40 / 39.0, 1e-12);
    arena_clear(&a);
}

/* The quick loop counts ticks in 64 bits from a base that it moves; the event engine
 * needs none. Awkward rates and long gaps use up the bits soon. */
static void both_engines_agree_over_long_spans(void **state)
{
    (void)state;
    enum { N = 3000 };
    static struct replay_request r[N];
    static uint8_t outcome[N];
    uint64_t seed = 41;
    int refused = 0, simple = 0;
    for (int trial = 0; trial < 60; trial++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct replay_result slow, quick;
        struct admission_rules rules;
        double tpm = (double)(100000 + next_below(&seed, 900000));
        struct admission q = { .kind = trial % 2 ? CAPACITY_QUOTA : CAPACITY_UNITS,
                               .input_tpm = tpm,
                               .output_tpm = tpm / 4,
                               .quota_tpm = tpm,
                               .rpm = (double)next_below(&seed, 2) * tpm / 1000,
                               .burndown = 1,
                               .window_s = (double)(1 + next_below(&seed, 60)) };
        int64_t at_ns = 0;
        for (size_t i = 0; i < N; i++) {
            /* mostly busy, sometimes idle for up to a day */
            int64_t ns = next_below(&seed, 200000000);
            at_ns += next_below(&seed, 300) ? ns : ns * 430 * next_below(&seed, 1000);
            r[i] = (struct replay_request){ .at_ns = at_ns,
                                            .input = (int32_t)next_below(&seed, 3000),
                                            .output = (int32_t)next_below(&seed, 700) };
        }
        assert_ok(admission_rules(&rules, &q, &e), e);
        simple += replay_is_simple(&rules);
        assert_ok(replay_run(&slow, &rules, r, N, 1, outcome, &a, &e), e);
        assert_ok(replay_run(&quick, &rules, r, N, 1, NULL, &a, &e), e);
        assert_memory_equal(&slow.requests, &quick.requests,
                            offsetof(struct replay_result, span_s));
        refused += slow.throttled > 0;
        arena_clear(&a);
    }
    assert_true(simple > 50 && refused > 20);
}

/* Arrivals of a Poisson process, one token each. */
static struct replay_request *poisson(struct arena *a, size_t n, double per_s,
                                      uint64_t *seed)
{
    struct replay_request *r = ARENA_NEW(a, struct replay_request, n);
    double at_s = 0;
    for (size_t i = 0; i < n; i++) {
        at_s -= log(((double)(next_bits(seed) >> 11) + 0.5) * 0x1p-53) / per_s;
        r[i] = (struct replay_request){ .at_ns = llround(at_s * 1e9), .input = 1 };
    }
    return r;
}

static void blocks_as_md1b(void **state)
{
    (void)state;
    enum { BATCHES = 40, BATCH = 40000 };
    uint64_t seed = 7351;
    for (size_t i = 0; i < COUNT(md1b); i++) {
        struct arena a = { 0 };
        struct err e = { 0 };
        struct admission_rules rules;
        struct admission bucket = { .kind = CAPACITY_QUOTA,
                                    .quota_tpm = 60,
                                    .burndown = 1,
                                    .window_s = md1b[i].depth };
        assert_ok(admission_rules(&rules, &bucket, &e), e);
        double sum = 0, squares = 0;
        for (int b = 0; b < BATCHES; b++) {
            struct replay_result got;
            struct replay_request *r = poisson(&a, BATCH, md1b[i].load, &seed);
            assert_ok(replay_run(&got, &rules, r, BATCH, 1, NULL, &a, &e), e);
            double share = (double)got.throttled / BATCH;
            sum += share;
            squares += share * share;
            arena_clear(&a);
        }
        double mean = sum / BATCHES;
        double error = sqrt(fmax(0, squares / BATCHES - mean * mean) / (BATCHES - 1));
        /* 4 standard errors; a start with a full bucket forgives up to `depth` of each
         * batch; one refusal of all is within chance anywhere */
        double allowed = 4 * error + md1b[i].depth / BATCH * md1b[i].blocking +
                         1.5 / ((double)BATCHES * BATCH);
        if (!(fabs(mean - md1b[i].blocking) <= allowed)) {
            print_error("depth %g load %g: %g, wanted %g +- %g\n", md1b[i].depth,
                        md1b[i].load, mean, md1b[i].blocking, allowed);
            fail();
        }
    }
}

/* Number in flight = arrivals a second × time in flight: what the events add up to
 * equals what the requests say. */
static void obeys_littles_law(void **state)
{
    (void)state;
    enum { N = 5000 };
    static uint8_t outcome[N];
    struct arena a = { 0 };
    struct err e = { 0 };
    struct replay_result got;
    struct admission_rules rules;
    struct admission units = { .input_tpm = 90000,
                               .output_tpm = 24000,
                               .window_s = 10,
                               .reserve = RESERVE_MAX,
                               .max_tokens = 160,
                               .ttft_ms = 385,
                               .tpot_ms = 21.5 };
    uint64_t seed = 99;
    struct replay_request *r = poisson(&a, N, 6.5, &seed);
    for (size_t i = 0; i < N; i++) {
        r[i].input = 1 + (int32_t)next_below(&seed, 400);
        r[i].output = 1 + (int32_t)next_below(&seed, 150);
    }
    assert_ok(admission_rules(&rules, &units, &e), e);
    assert_ok(replay_run(&got, &rules, r, N, 1, outcome, &a, &e), e);
    assert_true(got.throttled > 50 && got.admitted > 500);
    double time_s = 0, last_s = 0;
    for (size_t i = 0; i < N; i++) {
        double service_s = (385 + r[i].output * 21.5) / 1000;
        double end_s = (double)r[i].at_ns * 1e-9 + service_s;
        if (outcome[i] != OUTCOME_ADMITTED) continue;
        time_s += service_s;
        if (end_s > last_s) last_s = end_s;
    }
    double span_s =
        fmax(last_s, (double)r[N - 1].at_ns * 1e-9) - (double)r[0].at_ns * 1e-9;
    assert_close(got.in_flight_mean, time_s / span_s, 1e-6);
    assert_true((double)got.in_flight_max > got.in_flight_mean);
    arena_clear(&a);
}

static void retries_come_back_within_their_delays(void **state)
{
    (void)state;
    enum { N = 40000 };
    struct arena a = { 0 };
    struct err e = { 0 };
    struct replay_result once, again, other, with;
    struct admission_rules rules, patient;
    struct admission quota = {
        .kind = CAPACITY_QUOTA, .quota_tpm = 60 * 9.0, .burndown = 1, .window_s = 2
    };
    uint64_t seed = 5;
    struct replay_request *r = poisson(&a, N, 10, &seed);
    assert_ok(admission_rules(&rules, &quota, &e), e);
    quota.retry = RETRY_SDK;
    assert_ok(admission_rules(&patient, &quota, &e), e);
    assert_ok(replay_run(&once, &rules, r, N, 1, NULL, &a, &e), e);
    assert_ok(replay_run(&with, &patient, r, N, 1, NULL, &a, &e), e);
    assert_ok(replay_run(&again, &patient, r, N, 1, NULL, &a, &e), e);
    assert_ok(replay_run(&other, &patient, r, N, 2, NULL, &a, &e), e);
    check_identities(&with);
    assert_memory_equal(&with, &again, sizeof with);
    assert_int_not_equal(with.attempts, other.attempts);
    /* fewer give up, more are turned away at first: retries add load */
    assert_true(with.throttled < once.throttled);
    assert_true(with.first_try_throttled > once.first_try_throttled);
    /* every refused attempt but the last comes back: attempts = requests + retries */
    assert_true(with.attempts > N + with.first_try_throttled);
    assert_true(with.attempts <= N + 2 * with.first_try_throttled);
    assert_int_equal(with.attempts - with.admitted, with.refused_by[0]);
    /* U(0,1) × 1 s, then U(0,1) × 2 s */
    assert_true(with.wait_ms[WAIT_MAX] > 2000 && with.wait_ms[WAIT_MAX] < 3000);
    assert_true(with.wait_ms[WAIT_P50] == 0 && with.wait_ms[WAIT_P99] > 1000);
    assert_true(once.wait_ms[WAIT_MAX] == 0);
    arena_clear(&a);
}

/* First delays alone: one bucket that never refills in time, so that the second
 * attempt's wait is the first delay. */
static void delays_are_uniform(void **state)
{
    (void)state;
    enum { N = 2000 };
    struct arena a = { 0 };
    struct err e = { 0 };
    struct replay_result got;
    struct admission_rules rules;
    struct admission quota = { .kind = CAPACITY_QUOTA,
                               .quota_tpm = 60 * 1000.0,
                               .burndown = 1,
                               .window_s = 0.001,
                               .retry = RETRY_SDK };
    struct replay_request *r = ARENA_NEW(&a, struct replay_request, N * 2);
    for (size_t i = 0; i < N; i++) { /* pairs; the second of a pair finds it empty */
        r[2 * i] =
            (struct replay_request){ .at_ns = (int64_t)i * 5000000000, .input = 1 };
        r[2 * i + 1] = r[2 * i];
    }
    assert_ok(admission_rules(&rules, &quota, &e), e);
    assert_ok(replay_run(&got, &rules, r, 2 * N, 3, NULL, &a, &e), e);
    assert_int_equal(got.admitted, 2 * N);
    assert_int_equal(got.first_try_throttled, N);
    assert_int_equal(got.attempts, 3 * N);
    /* of 4000 admitted 2000 waited, uniformly on 0 to 1000 ms: P95 is their 90th, P99
     * their 98th percentile, within 5 standard errors */
    assert_true(fabs(got.wait_ms[WAIT_P95] - 900) < 5 * 1000 * sqrt(0.9 * 0.1 / N));
    assert_true(fabs(got.wait_ms[WAIT_P99] - 980) < 5 * 1000 * sqrt(0.98 * 0.02 / N));
    assert_true(got.wait_ms[WAIT_P50] == 0 && got.wait_ms[WAIT_MAX] < 1000);
    arena_clear(&a);
}

/* Source: AWS docs, quotas-token-burndown, the example: 3,000 input, 1,000 cache-write,
 * 32,000 max_tokens reserve 36,000; 1,000 output at 5× leave 9,000 charged. */
static void charges_the_burndown_at_completion(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct admission_rules rules;
    struct replay_result got;
    struct admission quota = { .kind = CAPACITY_QUOTA,
                               .quota_tpm = 60000,
                               .burndown = 5,
                               .window_s = 60,
                               .reserve = RESERVE_MAX,
                               .max_tokens = 32000,
                               .ttft_ms = 1000 };
    /* 60,000 at the start; 36,000 reserved leave 24,000 and the refill is 1,000 a
     * second. At 0.5 s 24,500 are there; at 1 s the first ends, 60,000 - 9,000 + 1,000.
     */
    struct replay_request r[] = {
        { .at_ns = 0, .input = 4000, .output = 1000 },
        { .at_ns = 500000000, .input = 24501, .max_tokens = 1 }, /* 2 too many */
        { .at_ns = 500000000, .input = 24499, .max_tokens = 1 },
    };
    uint8_t outcome[3];
    assert_ok(admission_rules(&rules, &quota, &e), e);
    assert_ok(replay_run(&got, &rules, r, 3, 1, outcome, &a, &e), e);
    assert_int_equal(outcome[0], OUTCOME_ADMITTED);
    assert_int_equal(outcome[1], OUTCOME_THROTTLED | 1);
    assert_int_equal(outcome[2], OUTCOME_ADMITTED);
    assert_close(got.charged[0], 9000 + 24499, 1e-12);
    struct replay_request then[] = {
        { .at_ns = 0, .input = 4000, .output = 1000 },
        { .at_ns = 1000000000, .input = 52001, .max_tokens = 0 },
        { .at_ns = 1000000000, .input = 51999, .max_tokens = 1 },
    };
    then[1].max_tokens = 1; /* 52,002 against 52,000 */
    assert_ok(replay_run(&got, &rules, then, 3, 1, outcome, &a, &e), e);
    assert_int_equal(outcome[1], OUTCOME_THROTTLED | 1);
    assert_int_equal(outcome[2], OUTCOME_ADMITTED);
    arena_clear(&a);
}

static void names_what_is_out_of_range(void **state)
{
    (void)state;
    static const struct {
        struct admission a;
        const char *msg;
    } row[] = {
        { { .output_tpm = 1, .window_s = 60 }, "input tokens per minute must be" },
        { { .input_tpm = 1, .output_tpm = (double)INFINITY, .window_s = 60 },
          "output tokens per minute must be" },
        { { .input_tpm = 1, .output_tpm = 1, .window_s = 86401 },
          "window (s) must be" },
        { { .input_tpm = 1, .output_tpm = 1, .window_s = (double)NAN },
          "window (s) must be" },
        { { .input_tpm = 1, .output_tpm = 1, .window_s = 1, .max_tokens = -1 },
          "max_tokens must be" },
        { { .kind = CAPACITY_QUOTA, .window_s = 1 },
          "quota (tokens per minute) must be" },
        { { .kind = CAPACITY_QUOTA, .window_s = 1, .quota_tpm = 2e12 },
          "quota (tokens per minute) must be" },
        { { .kind = CAPACITY_QUOTA, .window_s = 1, .quota_tpm = 1, .rpm = -3 },
          "quota (requests per minute) must be" },
        { { .kind = CAPACITY_QUOTA, .window_s = 1, .quota_tpm = 1, .tpd = -3 },
          "quota (tokens per day) must be" },
        { { .kind = CAPACITY_QUOTA, .window_s = 1, .quota_tpm = 1, .burndown = 101 },
          "burndown must be" },
        { { .kind = CAPACITY_QUOTA, .window_s = 1, .quota_tpm = 1, .ttft_ms = -1 },
          "time to first token (ms) must be" },
        { { .kind = CAPACITY_QUOTA, .window_s = 1, .quota_tpm = 1, .tpot_ms = 1e7 },
          "time per output token (ms) must be" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        struct admission_rules rules = { .count = -7 };
        assert_int_equal(admission_rules(&rules, &row[i].a, &e), ERR_RANGE);
        assert_ptr_equal(strstr(e.msg, row[i].msg), e.msg);
        assert_int_equal(rules.count, -7);
    }
}

static void names_the_request_that_cannot_be(void **state)
{
    (void)state;
    static const struct {
        struct traffic_request second;
        const char *msg;
    } row[] = {
        { { .at_s = 2.5, .input_tokens = -1 }, "request 2: -1 tokens" },
        { { .at_s = 2.5, .output_tokens = 100000001 }, "request 2: 100000001 tokens" },
        { { .at_s = 2.5, .cached_tokens = -4 }, "request 2: -4 tokens" },
        { { .at_s = 2.5, .max_tokens = -5 }, "request 2: -5 tokens" },
        { { .at_s = 2.5, .input_tokens = 3, .cached_tokens = 4 },
          "request 2: 4 cached tokens of 3 input tokens" },
        { { .at_s = 2.4 }, "request 2: -0.1 s after the first" },
        { { .at_s = (double)NAN }, "request 2: nan s after the first" },
        { { .at_s = 1e10 }, "request 2: 1e+10 s after the first" },
    };
    struct arena a = { 0 };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct err e = { 0 };
        struct replay_request *r = NULL;
        struct traffic_request t[] = { { .at_s = 2.5 }, row[i].second };
        assert_int_equal(replay_requests(&r, t, 2, &a, &e), ERR_RANGE);
        assert_ptr_equal(strstr(e.msg, row[i].msg), e.msg);
    }
    struct err e = { 0 };
    struct replay_request *r = NULL;
    struct traffic_request back[] = { { .at_s = 1 }, { .at_s = 3 }, { .at_s = 2.999 } };
    assert_int_equal(replay_requests(&r, back, 3, &a, &e), ERR_RANGE);
    assert_string_equal(e.msg, "request 3: time goes back");
    e = (struct err){ 0 };
    assert_int_equal(replay_requests(&r, back, 0, &a, &e), ERR_INPUT);
    assert_string_equal(e.msg, "no requests");
    arena_clear(&a);
}

static void wants_a_max_tokens_to_reserve(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct replay_result got;
    struct admission_rules rules;
    struct admission units = {
        .input_tpm = 60, .output_tpm = 60, .window_s = 60, .reserve = RESERVE_MAX
    };
    struct replay_request r[] = { { .at_ns = 5, .max_tokens = 3 }, { .at_ns = 6 } };
    assert_ok(admission_rules(&rules, &units, &e), e);
    assert_int_equal(replay_run(&got, &rules, r, 2, 1, NULL, &a, &e), ERR_INPUT);
    assert_string_equal(e.msg, "request 2: no max_tokens to reserve");
    e = (struct err){ 0 };
    assert_ok(replay_run(&got, &rules, r, 1, 1, NULL, &a, &e), e);
    assert_int_equal(got.admitted, 1);
    assert_true(isnan(got.utilisation[0])); /* one request has no span */
    arena_clear(&a);
}

/* Beyond 64 bits of ticks the event engine takes over, with the same answers. */
static void large_quotas_stay_exact(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct replay_result got;
    struct admission_rules rules;
    struct admission quota = { .kind = CAPACITY_QUOTA,
                               .quota_tpm = 999999999.999,
                               .tpd = 1e12,
                               .burndown = 1,
                               .window_s = 3600 };
    struct replay_request r[] = {
        { .at_ns = 0, .input = 100000000 },
        { .at_ns = 1, .input = 100000000, .output = 100000000 },
    };
    assert_ok(admission_rules(&rules, &quota, &e), e);
    assert_false(replay_is_simple(&rules));
    assert_ok(replay_run(&got, &rules, r, 2, 1, NULL, &a, &e), e);
    assert_int_equal(got.admitted, 2);
    assert_close(got.charged[1], 3e8, 1e-15);
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_the_rules_written_directly),
        cmocka_unit_test(a_token_that_is_just_back_is_there),
        cmocka_unit_test(both_engines_agree_over_long_spans),
        cmocka_unit_test(blocks_as_md1b),
        cmocka_unit_test(obeys_littles_law),
        cmocka_unit_test(retries_come_back_within_their_delays),
        cmocka_unit_test(delays_are_uniform),
        cmocka_unit_test(charges_the_burndown_at_completion),
        cmocka_unit_test(names_what_is_out_of_range),
        cmocka_unit_test(names_the_request_that_cannot_be),
        cmocka_unit_test(wants_a_max_tokens_to_reserve),
        cmocka_unit_test(large_quotas_stay_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
