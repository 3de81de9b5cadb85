#ifndef TESTS_PROBE_RIG_H
#define TESTS_PROBE_RIG_H

/* A probe against the loopback Bedrock: fill `answer` and `order`, rig_run(), look. */

#include <stdlib.h>

#include "loopback.h"
#include "probe_engine.h"
#include "probe_result.h"

struct rig {
    struct loopback_options server;
    struct probe_order order;
    struct probe_prompt_settings prompt;
    struct probe_price price;
    struct probe_meta meta;
    double rate_per_s; /* of an open loop */
    /* after rig_run(): */
    struct loopback *loopback;
    struct client *client;
    struct probe_prompts prompts;
    struct probe_run run;
    struct probe_result result;
    struct arena arena;
    struct err e;
};

/* 20 requests in a closed loop, one at a time. */
static inline struct rig rig_make(void)
{
    static const char *const off[] = { "AWS_PROFILE", "AWS_ENDPOINT_URL",
                                       "AWS_BEARER_TOKEN_BEDROCK" };
    struct rig r = { .server = { .keep = 20000 },
                     .order = { .model = "test.model-v1:0",
                                .stream = true,
                                .requests = 20,
                                .concurrency = 1,
                                .max_in_flight = 2000,
                                .timeout_ms = 30000 },
                     .prompt = { .input_tokens = 50, .max_tokens = 64, .seed = 7 },
                     .meta = { .name = "", .model = "test.model-v1:0" } };
    r.server.answer = loopback_answer();
    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        unsetenv(off[i]);
    setenv("AWS_CONFIG_FILE", "/dev/null", 1);
    setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1);
    setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", 1);
    return r;
}

static inline void rig_open(struct rig *r)
{
    r->loopback = loopback_start(&r->server);
    assert_non_null(r->loopback);
    struct client_options o = { .region = "us-east-1",
                                .endpoint_url = loopback_url(r->loopback) };
    assert_ok(client_open(&r->client, &o, &r->e), r->e);
    assert_ok(client_sign_in(r->client, &r->e), r->e);
}

static inline void rig_count(struct rig *r)
{
    r->meta.open_loop = r->order.open_loop;
    r->meta.rate_per_s = r->rate_per_s;
    r->meta.concurrency = r->order.concurrency;
    r->meta.stream = r->order.stream;
    r->meta.measured_ns = r->run.measured_ns;
    r->meta.in_flight_at_stop = r->run.in_flight_at_stop;
    r->meta.priced = r->price.priced;
    assert_ok(probe_result_of(&r->result, &r->meta, r->run.record, r->run.count,
                              &r->arena, &r->e),
              r->e);
}

static inline enum err_code rig_try(struct rig *r)
{
    if (!r->loopback) rig_open(r);
    assert_ok(probe_prompts_open(&r->prompts, &r->prompt, &r->arena, &r->e), r->e);
    r->order.prompts = &r->prompts;
    r->order.price = &r->price;
    if (r->rate_per_s > 0) {
        r->order.open_loop = true;
        assert_ok(probe_schedule_make(&r->order.schedule, r->rate_per_s, PROBE_CONSTANT,
                                      r->order.requests, r->order.for_ns, 1, &r->arena,
                                      &r->e),
                  r->e);
    }
    enum err_code code = probe_run(&r->run, &r->order, r->client, &r->arena, &r->e);
    rig_count(r);
    return code;
}

static inline void rig_run(struct rig *r)
{
    assert_ok(rig_try(r), r->e);
}

static inline void rig_close(struct rig *r)
{
    client_close(r->client);
    loopback_stop(r->loopback);
    arena_clear(&r->arena);
    *r = (struct rig){ 0 };
}

#endif
