/* A service that stands still for a while: what an open loop sees and a closed one
 * does not. The example of coordinated omission (one stall of 20 s in 120 s, 10
 * requests a second, answers in 0.6 s) forty times faster: 0.5 s in 3 s, 400 a second,
 * 15 ms. */
#include "check.h"

#include "probe_rig.h"

static struct rig stalled(void)
{
    struct rig r = rig_make();
    r.server.answer.first_us = 15000;
    r.server.answer.deltas = 1;
    r.server.stall_from_us = 1500000;
    r.server.stall_for_us = 500000;
    return r;
}

/* 200 of 1 200 requests start in the stall and wait 0 to 500 ms, evenly: the 12th worst
 * (p99) waits 12/400 s less than the longest. */
static void an_open_loop_sees_the_whole_stall(void **state)
{
    (void)state;
    struct rig r = stalled();
    r.rate_per_s = 400;
    r.order.requests = 1200;
    rig_run(&r);
    const struct probe_stats *s = &r.result.metric[PROBE_RESPONSE];
    assert_int_equal(r.result.ok, 1200);
    assert_true(s->p[PROBE_P99] > 450 && s->p[PROBE_P99] < 700);
    assert_true(s->p[PROBE_P90] > 150);
    assert_true(s->lo[PROBE_P99] <= s->p[PROBE_P99] &&
                s->p[PROBE_P99] <= s->hi[PROBE_P99]);
    rig_close(&r);
}

/* Six users of 15 ms each are 400 requests a second as well, and hide it: six requests
 * of a thousand are slow. */
static void a_closed_loop_hides_it(void **state)
{
    (void)state;
    struct rig r = stalled();
    r.order.requests = 0;
    r.order.for_ns = 3000000000;
    r.order.concurrency = 6;
    rig_run(&r);
    const struct probe_stats *s = &r.result.metric[PROBE_RESPONSE];
    assert_true(r.result.ok > 300);
    assert_true(s->max > 450);
    if (r.result.ok > 700) /* not on a machine that is too busy for it */
        assert_true(s->p[PROBE_P99] < 250);
    rig_close(&r);
}

/* With a cap on what is in flight the wait for a place is in the response time. */
static void a_cap_on_requests_in_flight_does_not_hide_it(void **state)
{
    (void)state;
    struct rig r = stalled();
    r.rate_per_s = 400;
    r.order.requests = 1200;
    r.order.max_in_flight = 20;
    rig_run(&r);
    assert_true(r.run.capped_starts >
                5); /* one for each twenty that follow the stall */
    assert_true(r.result.late_starts > 50);
    assert_false(r.result.open_loop_held);
    assert_true(r.result.metric[PROBE_RESPONSE].p[PROBE_P99] > 450);
    /* timed from the actual start it would be 20 slow requests */
    assert_true(r.result.metric[PROBE_LATENCY].p[PROBE_P95] < 250);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_loop_sees_the_whole_stall),
        cmocka_unit_test(a_closed_loop_hides_it),
        cmocka_unit_test(a_cap_on_requests_in_flight_does_not_hide_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
