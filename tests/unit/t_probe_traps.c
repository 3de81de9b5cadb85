/* The common errors of latency tools, one test each: against a server whose times are
 * known, the wrong way gives another number.
 * Tolerances are wide because the machine may be busy; wrong ways miss by far more. */
#include "check.h"

#include <time.h>
#include <unistd.h>

#include "probe_rig.h"

static double p50(const struct rig *r, enum probe_metric m)
{
    return r->result.metric[m].p[PROBE_P50];
}

/* 1: the time to the first token is no gap. */
static void time_to_first_token_is_not_among_the_gaps(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.server.answer.first_us = 150000;
    r.server.answer.gap_us = 2000;
    r.server.answer.deltas = 10;
    r.order.requests = 8;
    r.order.concurrency = 8;
    rig_run(&r);
    assert_int_equal(r.result.metric[PROBE_GAP].n, 8 * 9);
    assert_true(r.result.metric[PROBE_GAP].mean < 20);
    assert_true(p50(&r, PROBE_TTFT) >= 150);
    rig_close(&r);
}

/* 2 and 3: 11 events carry 45 tokens; 200 ms are 44 steps of a token, not 10, not 45.
 */
static void tokens_are_counted_by_the_service_not_by_chunks(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.server.answer.deltas = 11;
    r.server.answer.gap_us = 20000;
    r.server.answer.output_tokens = 45;
    r.order.requests = 8;
    r.order.concurrency = 8;
    rig_run(&r);
    for (size_t i = 0; i < r.run.count; i++) {
        const struct probe_record *q = &r.run.record[i];
        double span_ms = (double)(q->last_ns - q->first_ns) / 1e6, tpot;
        assert_int_equal(q->content_events, 11);
        assert_int_equal(probe_values(&tpot, PROBE_TPOT, q, 1), 1);
        assert_close(tpot, span_ms / 44, 1e-9);
        assert_true(span_ms > 150);
    }
    assert_close(r.result.tokens_per_event, 45.0 / 11, 1e-9);
    rig_close(&r);
}

static void without_usage_no_time_per_token_is_made_up(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.server.answer.without_usage = true;
    r.order.requests = 6;
    rig_run(&r);
    assert_int_equal(r.result.ok, 6);
    assert_int_equal(r.result.metric[PROBE_TPOT].n, 0);
    assert_int_equal(r.result.unbilled, 6);
    rig_close(&r);
}

/* 4: AWS's own sample stream begins with an empty text. */
static void an_empty_first_delta_is_no_token(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.server.answer.empty_first = true;
    r.server.answer.headers_us = 1000;
    r.server.answer.first_us = 120000;
    r.order.requests = 6;
    r.order.concurrency = 6;
    rig_run(&r);
    assert_true(p50(&r, PROBE_TTFT) >= 119);
    assert_int_equal(r.run.record[0].content_events, 20);
    rig_close(&r);
}

/* 5 */
static void reasoning_is_the_first_token_and_counted_once(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.server.answer.deltas = 10;
    r.server.answer.reasoning = 5;
    r.server.answer.gap_us = 30000;
    r.server.answer.output_tokens = 31;
    r.order.requests = 6;
    r.order.concurrency = 6;
    rig_run(&r);
    assert_true(p50(&r, PROBE_TTFT) < p50(&r, PROBE_VISIBLE) - 100);
    assert_int_equal(r.run.record[0].reasoning_events, 5);
    assert_int_equal(r.run.record[0].content_events, 10);
    assert_int_equal(r.result.output_tokens, 6 * 31);
    rig_close(&r);
}

struct slow {
    int64_t at_ns[64];
    int n, ended;
};
static void slow_event(void *context, const struct aws_event *ev)
{
    struct slow *s = context;
    if (ev->kind != AWS_EVENT_TEXT || s->n == 64) return;
    s->at_ns[s->n++] = ev->at_ns;
    usleep(5000); /* as if to understand an event took so long */
}
static void slow_end(void *context, const struct aws_answer *a)
{
    assert_int_equal(a->failure.class_, FAILURE_NONE);
    ((struct slow *)context)->ended++;
}

/* 6: what is done with an event does not move the stamps of those behind it. */
static void stamps_are_taken_before_anything_is_parsed(void **state)
{
    (void)state;
    struct rig r = rig_make();
    struct slow s = { .n = 0 };
    r.server.answer.gap_us = 0;
    rig_open(&r);
    struct aws_request q = { .operation = AWS_CONVERSE_STREAM,
                             .subject = "test.model-v1:0",
                             .body = STR("{\"messages\":[]}") };
    struct aws_handler h = { &s, slow_event, slow_end };
    assert_ok(client_start(r.client, &q, h, &r.e), r.e);
    while (!s.ended)
        assert_ok(client_run(r.client, INT64_MAX, &r.e), r.e);
    assert_int_equal(s.n, 20);
    int late = 0; /* one read may have ended in the middle of the burst */
    for (int i = 1; i < s.n; i++)
        late += s.at_ns[i] - s.at_ns[i - 1] > 4000000;
    assert_true(late <= 2);
    rig_close(&r);
}

/* 7 */
static void times_are_on_the_monotonic_clock(void **state)
{
    (void)state;
    struct rig r = rig_make();
    struct timespec before, after;
    struct loopback_seen seen;
    r.order.requests = 3;
    rig_open(&r);
    clock_gettime(CLOCK_MONOTONIC, &before);
    rig_run(&r);
    clock_gettime(CLOCK_MONOTONIC, &after);
    int64_t zero = r.run.zero_ns;
    assert_true(zero / 1000000000 >= before.tv_sec &&
                zero / 1000000000 <= after.tv_sec);
    for (int64_t i = 0; i < 3; i++) { /* and so do the server's stamps fit in */
        const struct probe_record *q = &r.run.record[i];
        assert_true(loopback_seen(&seen, r.loopback, q->index));
        assert_true(zero + q->start_ns <= seen.arrived_ns);
        assert_true(seen.arrived_ns <= seen.first_ns);
        assert_true(seen.first_ns <= zero + q->first_ns + 2000000);
        assert_true(seen.last_ns <= zero + q->last_ns + 2000000);
    }
    rig_close(&r);
}

/* 8 */
static void nothing_is_repeated_behind_our_back(void **state)
{
    (void)state;
    static const struct {
        enum loopback_fault fault;
        int64_t status;
        const char *error;
        enum failure_class class_;
    } row[] = {
        { LOOPBACK_STATUS, 429, "ThrottlingException", FAILURE_THROTTLED },
        { LOOPBACK_STATUS, 429, "ModelNotReadyException", FAILURE_NOT_READY },
        { LOOPBACK_STATUS, 503, "ServiceUnavailableException", FAILURE_SERVICE },
        { LOOPBACK_STATUS, 500, "InternalServerException", FAILURE_SERVICE },
        { LOOPBACK_RESET, 0, "", FAILURE_TRUNCATED },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct rig r = rig_make();
        r.server.answer.fault = row[i].fault;
        r.server.answer.status = row[i].status;
        snprintf(r.server.answer.error, sizeof r.server.answer.error, "%s",
                 row[i].error);
        r.order.requests = 7; /* refused at once */
        rig_run(&r);
        assert_int_equal(loopback_requests(r.loopback), 7);
        assert_int_equal(r.result.requests, 7);
        assert_int_equal(r.result.ok, 0);
        if (r.result.errors[row[i].class_] != 7)
            print_error("row %zu: %s\n", i, failure_name(r.run.record[0].failure));
        assert_int_equal(r.result.errors[row[i].class_], 7);
        rig_close(&r);
    }
}

/* 9: usage comes a round trip after the last content. */
static void latency_ends_at_the_last_content(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.server.answer.deltas = 5;
    r.server.answer.tail_us = 150000;
    r.order.requests = 6;
    r.order.concurrency = 6;
    rig_run(&r);
    assert_true(p50(&r, PROBE_STREAM) > p50(&r, PROBE_LATENCY) + 120);
    rig_close(&r);
}

/* 10 */
static void a_stream_that_fails_is_no_success(void **state)
{
    (void)state;
    static const struct {
        enum loopback_fault fault;
        const char *error;
        enum failure_class class_;
    } row[] = {
        { LOOPBACK_ERROR_EVENT, "modelStreamErrorException", FAILURE_STREAM },
        { LOOPBACK_ERROR_EVENT, "throttlingException", FAILURE_THROTTLED },
        { LOOPBACK_ERROR_EVENT, "internalServerException", FAILURE_STREAM },
        { LOOPBACK_ENDED, "", FAILURE_TRUNCATED },
        { LOOPBACK_CUT, "", FAILURE_TRUNCATED },
        { LOOPBACK_BAD_CRC, "", FAILURE_CHECKSUM },
        { LOOPBACK_STALL, "", FAILURE_TIMEOUT },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct rig r = rig_make();
        r.server.answer.fault = row[i].fault;
        r.server.answer.fault_at = 6;
        snprintf(r.server.answer.error, sizeof r.server.answer.error, "%s",
                 row[i].error);
        r.order.requests = 2;
        r.order.concurrency = 2;
        r.order.timeout_ms = 700;
        rig_run(&r);
        assert_int_equal(r.result.ok, 0);
        if (r.result.errors[row[i].class_] != 2)
            print_error("row %zu: %s\n", i, failure_name(r.run.record[0].failure));
        assert_int_equal(r.result.errors[row[i].class_], 2);
        assert_int_equal(r.result.metric[PROBE_LATENCY].n, 0);
        assert_int_equal(r.result.metric[PROBE_ATTEMPTS].censored, 2);
        rig_close(&r);
    }
}

/* 11 is in t_probe_stats.c; here: the result has no p95 of 20 requests. */
static void twenty_requests_have_no_p95(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.server.answer = loopback_answer();
    r.server.answer.first_us = 1000;
    r.server.answer.gap_us = 100;
    rig_run(&r);
    assert_int_equal(r.result.metric[PROBE_TTFT].n, 20);
    assert_true(isfinite(p50(&r, PROBE_TTFT)));
    assert_true(isnan(r.result.metric[PROBE_TTFT].p[PROBE_P90]));
    assert_true(isnan(r.result.metric[PROBE_TTFT].p[PROBE_P95]));
    assert_true(isnan(r.result.metric[PROBE_TTFT].p[PROBE_P99]));
    rig_close(&r);
}

/* 12 */
static void a_closed_loop_has_no_offered_rate(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.server.answer.first_us = 1000;
    r.server.answer.gap_us = 100;
    rig_run(&r);
    assert_true(isnan(r.result.offered_rate));
    rig_close(&r);
    r = rig_make();
    r.rate_per_s = 200;
    r.server.answer.first_us = 1000;
    rig_run(&r);
    assert_close(r.result.offered_rate, 200, 0);
    rig_close(&r);
}

/* 13 */
static void all_rates_are_of_one_window(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.rate_per_s = 100;
    r.order.requests = 50;
    r.server.answer.fault = LOOPBACK_FINE;
    rig_run(&r);
    int64_t first = INT64_MAX, last = 0;
    for (size_t i = 0; i < r.run.count; i++) {
        const struct probe_record *q = &r.run.record[i];
        first = q->start_ns < first ? q->start_ns : first;
        last = q->end_ns > last ? q->end_ns : last;
    }
    assert_close(r.result.seconds, (double)(last - first) / 1e9, 1e-12);
    assert_close(r.result.completed_rate * r.result.seconds, 50, 1e-9);
    assert_close(r.result.output_tokens_per_s * r.result.seconds, 50 * 40, 1e-9);
    rig_close(&r);
}

/* 14 */
static void no_two_prompts_are_alike_in_this_run_or_the_next(void **state)
{
    (void)state;
    uint64_t hash[2][10];
    for (uint64_t run = 0; run < 2; run++) {
        struct rig r = rig_make();
        struct loopback_seen seen;
        r.prompt.nonce = 1000 + run;
        r.order.requests = 10;
        r.server.answer.first_us = 0;
        rig_run(&r);
        for (int64_t i = 0; i < 10; i++) {
            assert_true(loopback_seen(&seen, r.loopback, i));
            hash[run][i] = seen.body_hash;
        }
        rig_close(&r);
    }
    for (int i = 0; i < 20; i++)
        for (int k = 0; k < i; k++)
            assert_true(hash[i / 10][i % 10] != hash[k / 10][k % 10]);
}

static void requests_that_read_a_cache_are_counted(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.server.answer.cache_read = 77;
    r.server.answer.first_us = 0;
    r.order.requests = 5;
    rig_run(&r);
    assert_int_equal(r.result.cache_hits, 5);
    assert_int_equal(r.result.cache_read_tokens, 5 * 77);
    rig_close(&r);
}

/* 15: the service says 20 ms, the way there and back adds the rest. */
static void time_outside_the_service_shows(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.server.answer.latency_ms = 20;
    r.server.answer.first_us = 200000;
    r.server.answer.deltas = 2;
    r.order.requests = 6;
    r.order.concurrency = 6;
    rig_run(&r);
    assert_close(p50(&r, PROBE_SERVICE), 20, 1e-12);
    assert_true(p50(&r, PROBE_OUTSIDE) > 170);
    rig_close(&r);
}

/* 16: p50 of (1 … 9) with p50 of (100 … 900 by 100) is not 252.5, their mean. */
static void percentiles_are_of_all_values_never_of_percentiles(void **state)
{
    (void)state;
    struct arena a = { 0 };
    struct err e = { 0 };
    struct probe_record record[18] = { { 0 } };
    struct probe_meta meta = { .name = "" };
    struct probe_result result;
    for (int i = 0; i < 18; i++) {
        int64_t ms = i < 9 ? i + 1 : (i - 8) * 100;
        record[i] = (struct probe_record){ .phase = PROBE_MEASURED,
                                           .first_ns = ms * 1000000,
                                           .visible_ns = ms * 1000000,
                                           .last_ns = ms * 1000000,
                                           .end_ns = ms * 1000000,
                                           .service_ms = -1,
                                           .code = "",
                                           .message = "",
                                           .stop_reason = "" };
    }
    assert_ok(probe_result_of(&result, &meta, record, 18, &a, &e), e);
    assert_close(result.metric[PROBE_TTFT].p[PROBE_P50], (9 + 100) / 2.0, 1e-12);
    arena_clear(&a);
}

static enum err_code dawdle(void *context, const struct probe_record *r, struct err *e)
{
    (void)context, (void)e;
    if (r->index == 5) usleep(300000);
    return OK;
}

/* 17: a pause of ours is seen, and is in the response time. */
static void our_own_lateness_is_measured(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.rate_per_s = 100;
    r.order.requests = 60;
    r.order.on_record = dawdle;
    r.server.answer.first_us = 1000;
    r.server.answer.gap_us = 100;
    rig_run(&r);
    assert_true(r.result.metric[PROBE_LAG].max > 200);
    assert_true(r.result.late_starts >= 10);
    assert_false(r.result.open_loop_held);
    assert_true(r.result.metric[PROBE_RESPONSE].max > 200);
    rig_close(&r);
}

/* 18: those that still run when the time is over are the slow ones. */
static void requests_in_flight_at_the_end_are_counted(void **state)
{
    (void)state;
    for (int limited = 0; limited < 2; limited++) {
        struct rig r = rig_make();
        r.rate_per_s = 40;
        r.order.requests = 0;
        r.order.for_ns = 500000000;
        r.order.drain_ns = limited ? 100000000 : 0;
        r.server.answer.first_us = 900000;
        r.server.answer.deltas = 1;
        rig_run(&r);
        assert_int_equal(r.result.requests, 20);
        assert_int_equal(r.result.in_flight_at_end, 20);
        assert_int_equal(r.result.ok, limited ? 0 : 20);
        assert_int_equal(r.result.cut_off, limited ? 20 : 0);
        assert_int_equal(r.result.metric[PROBE_ATTEMPTS].n, 20);
        assert_int_equal(isnan(p50(&r, PROBE_ATTEMPTS)), limited);
        rig_close(&r);
    }
}

/* 19 */
static void answers_that_come_in_one_piece_are_flagged(void **state)
{
    (void)state;
    struct rig r = rig_make();
    r.server.answer.buffered = true;
    r.server.answer.first_us = 200000;
    r.order.requests = 4;
    r.order.concurrency = 4;
    rig_run(&r);
    assert_int_equal(r.result.ok, 4);
    assert_int_equal(r.result.buffered, 4);
    rig_close(&r);
    r = rig_make();
    r.order.requests = 4;
    r.order.concurrency = 4;
    rig_run(&r);
    assert_int_equal(r.result.buffered, 0);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_to_first_token_is_not_among_the_gaps),
        cmocka_unit_test(tokens_are_counted_by_the_service_not_by_chunks),
        cmocka_unit_test(without_usage_no_time_per_token_is_made_up),
        cmocka_unit_test(an_empty_first_delta_is_no_token),
        cmocka_unit_test(reasoning_is_the_first_token_and_counted_once),
        cmocka_unit_test(stamps_are_taken_before_anything_is_parsed),
        cmocka_unit_test(times_are_on_the_monotonic_clock),
        cmocka_unit_test(nothing_is_repeated_behind_our_back),
        cmocka_unit_test(latency_ends_at_the_last_content),
        cmocka_unit_test(a_stream_that_fails_is_no_success),
        cmocka_unit_test(twenty_requests_have_no_p95),
        cmocka_unit_test(a_closed_loop_has_no_offered_rate),
        cmocka_unit_test(all_rates_are_of_one_window),
        cmocka_unit_test(no_two_prompts_are_alike_in_this_run_or_the_next),
        cmocka_unit_test(requests_that_read_a_cache_are_counted),
        cmocka_unit_test(time_outside_the_service_shows),
        cmocka_unit_test(percentiles_are_of_all_values_never_of_percentiles),
        cmocka_unit_test(our_own_lateness_is_measured),
        cmocka_unit_test(requests_in_flight_at_the_end_are_counted),
        cmocka_unit_test(answers_that_come_in_one_piece_are_flagged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
