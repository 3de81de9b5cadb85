/* Questions to the loopback Bedrock: the cap, repetitions, interrupts; what was asked
 * is counted. */
#include <stdlib.h>

#include "check.h"
#include "eval_run_engine.h"
#include "loopback.h"

enum { QUESTIONS = 24 };

struct rig {
    struct loopback_options server;
    struct loopback *loopback;
    struct client *client;
    struct probe_price price;
    struct eval_order order;
    struct eval_tally tally;
    enum aws_operation operation;
    int64_t done[QUESTIONS];
    char text[QUESTIONS][256];
    struct eval_answer answer[QUESTIONS];
    volatile sig_atomic_t interrupts;
    int64_t interrupt_after, ended; /* interrupts once so many have ended */
    struct err e;
};

static enum err_code ask(void *context, struct eval_ask *out, struct buf *body,
                         size_t index, struct err *e)
{
    struct rig *r = context;
    (void)e;
    *out = (struct eval_ask){ .operation = r->operation,
                              .model = "test.model-v1:0",
                              .price = &r->price,
                              .input_worst = 1000,
                              .output_worst = 100 };
    buf_printf(body,
               "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"q%zu\"}]}]}",
               index);
    return OK;
}

static enum err_code done(void *context, size_t index, const struct eval_answer *a,
                          struct err *e)
{
    struct rig *r = context;
    (void)e;
    r->done[index]++;
    r->answer[index] = *a;
    snprintf(r->text[index], sizeof r->text[index], "%.*s", STR_ARG(a->text));
    if (++r->ended == r->interrupt_after) r->interrupts = 1;
    return OK;
}

/* 24 questions, four at a time; 0.5 and 2 USD per million tokens; an answer is 100
 * tokens in and 40 out: 0.00013 USD, at worst 0.0007. */
static void set_up(struct rig *r)
{
    static const char *const off[] = { "AWS_PROFILE", "AWS_ENDPOINT_URL",
                                       "AWS_BEARER_TOKEN_BEDROCK" };
    for (size_t i = 0; i < COUNT(off); i++)
        unsetenv(off[i]);
    setenv("AWS_CONFIG_FILE", "/dev/null", 1);
    setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1);
    setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", 1);
    *r = (struct rig){ .operation = AWS_CONVERSE_STREAM };
    r->server.answer = loopback_answer();
    r->server.answer.first_us = 2000;
    r->server.answer.gap_us = 50;
    snprintf(r->server.answer.text, sizeof r->server.answer.text,
             "{\"score\": 4, \"reason\": \"so\"}");
    assert_ok(usd_rate_parse(&r->price.input, "0.5", 1000000, &r->e), r->e);
    assert_ok(usd_rate_parse(&r->price.output, "2", 1000000, &r->e), r->e);
    r->price.priced = r->price.manual = true;
    r->order = (struct eval_order){ .count = QUESTIONS,
                                    .concurrency = 4,
                                    .timeout_ms = 5000,
                                    .retries = 3,
                                    .backoff_ns = 2000000,
                                    .seed = 5,
                                    .interrupts = &r->interrupts,
                                    .context = r,
                                    .ask = ask,
                                    .done = done };
}

static void run(struct rig *r)
{
    r->loopback = loopback_start(&r->server);
    assert_non_null(r->loopback);
    struct client_options o = { .region = "us-east-1",
                                .endpoint_url = loopback_url(r->loopback) };
    assert_ok(client_open(&r->client, &o, &r->e), r->e);
    assert_ok(eval_run_order(&r->tally, &r->order, r->client, &r->e), r->e);
    assert_true(r->tally.asked == r->tally.answered + r->tally.failed);
    assert_true(r->tally.attempts == r->tally.repeated + r->tally.asked);
    assert_int_equal(r->tally.attempts, loopback_requests(r->loopback));
    assert_true(r->tally.spend.flying.ausd == 0);
}

static void tear_down(struct rig *r)
{
    client_close(r->client);
    loopback_stop(r->loopback);
}

static void every_question_is_asked_once_and_its_words_come_back(void **state)
{
    static const enum aws_operation operation[] = { AWS_CONVERSE_STREAM, AWS_CONVERSE };
    (void)state;
    for (size_t k = 0; k < COUNT(operation); k++) {
        struct rig r;
        set_up(&r);
        r.operation = operation[k];
        run(&r);
        assert_int_equal(r.tally.answered, QUESTIONS);
        assert_int_equal(r.tally.attempts, QUESTIONS);
        for (size_t i = 0; i < QUESTIONS; i++) {
            const struct eval_answer *a = &r.answer[i];
            assert_int_equal(r.done[i], 1);
            assert_string_equal(r.text[i], "{\"score\": 4, \"reason\": \"so\"}");
            assert_true(a->priced && a->latency_ns >= 2000000);
            assert_true(operation[k] == AWS_CONVERSE
                            ? a->ttft_ns == -1
                            : a->ttft_ns >= 2000000 && a->ttft_ns <= a->latency_ns);
            /* 100 × 0.5e-6 + 40 × 2e-6 USD */
            assert_true(a->cost.ausd == (i128)130 * 1000000000000);
        }
        assert_true(r.tally.spend.spent.ausd == QUESTIONS * (i128)130 * 1000000000000);
        tear_down(&r);
    }
}

/* The first answers of every question are refusals. */
static void throttle_first(void *context, const struct loopback_request *q,
                           struct loopback_answer *out)
{
    const int64_t *refusals = context;
    if (q->index >= *refusals) return;
    out->fault = LOOPBACK_STATUS;
    out->status = 429;
    snprintf(out->error, sizeof out->error, "ThrottlingException");
    snprintf(out->words, sizeof out->words, "Too many tokens, please wait");
}

static void a_throttled_question_waits_is_repeated_and_counted(void **state)
{
    struct rig r;
    int64_t refusals = 9, throttled = 0;
    (void)state;
    set_up(&r);
    r.server.choose = throttle_first;
    r.server.context = &refusals;
    run(&r);
    for (size_t i = 0; i < QUESTIONS; i++)
        throttled += r.answer[i].throttled;
    assert_int_equal(r.tally.answered, QUESTIONS);
    assert_int_equal(r.tally.throttled, 9);
    assert_int_equal(r.tally.repeated, 9);
    assert_int_equal(throttled, 9);
    assert_true(r.tally.waited_ns > 0);
    /* refusals cost nothing */
    assert_true(r.tally.spend.spent.ausd == QUESTIONS * (i128)130 * 1000000000000);
    tear_down(&r);
}

static void a_question_that_stays_throttled_fails_after_its_repetitions(void **state)
{
    struct rig r;
    int64_t refusals = INT64_MAX;
    (void)state;
    set_up(&r);
    r.server.choose = throttle_first;
    r.server.context = &refusals;
    r.order.count = 2;
    run(&r);
    assert_int_equal(r.tally.failed, 2);
    assert_int_equal(r.tally.failures[FAILURE_THROTTLED], 2);
    assert_int_equal(r.tally.attempts, 8); /* one and three repetitions each */
    assert_int_equal(r.answer[1].attempts, 4);
    assert_true(r.tally.spend.spent.ausd == 0);
    tear_down(&r);
}

static void a_daily_quota_is_not_waited_for(void **state)
{
    struct rig r;
    (void)state;
    set_up(&r);
    r.server.answer.fault = LOOPBACK_STATUS;
    r.server.answer.status = 429;
    snprintf(r.server.answer.error, 48, "ThrottlingException");
    snprintf(r.server.answer.words, 96, "Too many tokens per day, please wait");
    r.order.count = 1;
    run(&r);
    assert_int_equal(r.tally.attempts, 1);
    tear_down(&r);
}

static void the_cap_is_never_passed(void **state)
{
    (void)state;
    /* 0.0007 at worst each: 0.0015 lets 2 start, then as many as 0.00013 each leaves
     * room for 0.0007: the k-th when (k - 1) × 0.00013 + 0.0007 <= 0.0015, k = 7 */
    struct rig r;
    set_up(&r);
    r.tally.spend =
        (struct probe_spend){ .capped = true, .cap = { (i128)1500 * 1000000000000 } };
    run(&r);
    assert_int_equal(r.tally.stop, PROBE_STOPPED_CAP);
    assert_int_equal(r.tally.answered, 7);
    assert_true(r.tally.spend.spent.ausd == 7 * (i128)130 * 1000000000000);
    assert_ok(eval_run_order(&r.tally, &r.order, r.client, &r.e), r.e);
    assert_int_equal(r.tally.asked, 7); /* nothing more is asked after that */
    tear_down(&r);
}

static void an_answer_that_breaks_off_counts_as_its_worst(void **state)
{
    struct rig r;
    (void)state;
    set_up(&r);
    r.server.answer.fault = LOOPBACK_CUT;
    r.server.answer.fault_at = 3;
    r.order.count = 1;
    run(&r);
    assert_int_equal(r.tally.failures[FAILURE_TRUNCATED], 1);
    assert_int_equal(r.tally.attempts, 1); /* it may have been paid: not repeated */
    assert_int_equal(r.tally.unpriced, 1);
    assert_true(r.tally.spend.spent.ausd == (i128)700 * 1000000000000);
    tear_down(&r);
}

static void an_interrupt_waits_for_what_is_in_flight(void **state)
{
    struct rig r;
    (void)state;
    set_up(&r);
    r.server.answer.first_us = 20000;
    r.interrupt_after = 5;
    run(&r);
    assert_int_equal(r.tally.stop, PROBE_STOPPED_USER);
    assert_true(r.tally.answered >= 5 && r.tally.answered <= 8);
    assert_int_equal(r.tally.failed, 0);
    tear_down(&r);
}

static void the_body_of_an_embedding_tells_its_tokens(void **state)
{
    struct rig r;
    (void)state;
    set_up(&r);
    r.operation = AWS_INVOKE_MODEL;
    r.order.count = 1;
    snprintf(r.server.answer.text, sizeof r.server.answer.text,
             "{\"embedding\":[1,2],\"inputTextTokenCount\":30}");
    run(&r);
    assert_int_equal(r.answer[0].input_tokens, 30);
    assert_true(r.answer[0].cost.ausd == (i128)15 * 1000000000000);
    assert_non_null(strstr(r.text[0], "[1,2]"));
    tear_down(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_question_is_asked_once_and_its_words_come_back),
        cmocka_unit_test(a_throttled_question_waits_is_repeated_and_counted),
        cmocka_unit_test(a_question_that_stays_throttled_fails_after_its_repetitions),
        cmocka_unit_test(a_daily_quota_is_not_waited_for),
        cmocka_unit_test(the_cap_is_never_passed),
        cmocka_unit_test(an_answer_that_breaks_off_counts_as_its_worst),
        cmocka_unit_test(an_interrupt_waits_for_what_is_in_flight),
        cmocka_unit_test(the_body_of_an_embedding_tells_its_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
