#ifndef MODELS_BEDROCK_CLIENT_H
#define MODELS_BEDROCK_CLIENT_H

/* Requests to AWS, many at a time in one thread. A request is signed, sent once, never
 * repeated behind the caller's back, and ends in exactly one call of `on_end`.
 *
 *   client_open(&c, &options, e);
 *   client_start(c, &request, handler, e);            as often as wanted
 *   while (client_in_flight(c)) client_run(c, until_ns, e);
 *   client_close(c);
 *
 * All times are CLOCK_MONOTONIC in nanoseconds and are taken when bytes have left the
 * socket, before they are looked at. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"
#include "endpoint.h"
#include "err.h"
#include "failure.h"
#include "str.h"

struct client;

struct client_options {
    const char *profile;        /* NULL: AWS_PROFILE, else "default" */
    const char *region;         /* NULL: the ARN's, AWS_REGION, the profile's */
    const char *endpoint_url;   /* NULL: environment, profile, AWS's own */
    const char *model;          /* whose ARN may name the region; NULL */
    int64_t connect_timeout_ms; /* 0: 10 000 */
    bool without_credentials;   /* for --dry-run where none can be found */
    void (*say)(void *context, const char *line); /* -v: no secrets; NULL silent */
    void *say_context;
};

/* Finds profile, region and endpoints; credentials are looked for at the first request.
 * Errors: ERR_INPUT, ERR_USAGE of config files and region, ERR_IO libcurl missing. */
NODISCARD enum err_code client_open(struct client **out, const struct client_options *o,
                                    struct err *e);
void client_close(struct client *c);

/* Looks for credentials now: a probe does so before its clock starts. Errors: as
 * credentials_find(). */
NODISCARD enum err_code client_sign_in(struct client *c, struct err *e);

const char *client_region(const struct client *c);
const char *client_profile(const struct client *c);
/* "profile dev, assumed role arn:…", "" before client_sign_in(). */
const char *client_provider(const struct client *c);
/* Where requests of this service go. */
NODISCARD enum err_code client_endpoint(const struct endpoint **out, struct client *c,
                                        enum aws_service service, struct err *e);

/* X(operation, service, method, path, content type, X-Amz-Target) */
/* clang-format off */
#define AWS_OPERATION_LIST(X)                                                            \
    X(AWS_CONVERSE, AWS_BEDROCK_RUNTIME, "POST", "/model/%/converse", JSON, "")          \
    X(AWS_CONVERSE_STREAM, AWS_BEDROCK_RUNTIME, "POST", "/model/%/converse-stream",      \
      JSON, "")                                                                          \
    X(AWS_INVOKE_MODEL, AWS_BEDROCK_RUNTIME, "POST", "/model/%/invoke", JSON, "")        \
    X(AWS_COUNT_TOKENS, AWS_BEDROCK_RUNTIME, "POST", "/model/%/count-tokens", JSON, "")  \
    X(AWS_LIST_FOUNDATION_MODELS, AWS_BEDROCK, "GET", "/foundation-models", "", "")      \
    X(AWS_GET_AVAILABILITY, AWS_BEDROCK, "GET", "/foundation-model-availability/%", "", "")  \
    X(AWS_LIST_INFERENCE_PROFILES, AWS_BEDROCK, "GET", "/inference-profiles", "", "")    \
    X(AWS_LIST_PROVISIONED, AWS_BEDROCK, "GET", "/provisioned-model-throughputs", "",    \
      "")                                                                                \
    X(AWS_GET_PROVISIONED, AWS_BEDROCK, "GET", "/provisioned-model-throughput/%", "",    \
      "")                                                                                \
    X(AWS_LIST_CUSTOM_MODELS, AWS_BEDROCK, "GET", "/custom-models", "", "")              \
    X(AWS_LIST_QUOTAS, AWS_SERVICE_QUOTAS, "POST", "/", JSON11,                          \
      "ServiceQuotasV20190624.ListServiceQuotas")                                        \
    X(AWS_GET_METRIC_DATA, AWS_CLOUDWATCH, "POST", "/", JSON10,                          \
      "GraniteServiceVersion20100801.GetMetricData")                                     \
    X(AWS_GET_CALLER_IDENTITY, AWS_STS, "POST", "/", FORM, "")
/* clang-format on */

enum aws_operation {
#define X(op, service, method, path, type, target) op,
    AWS_OPERATION_LIST(X)
#undef X
        AWS_OPERATION_COUNT
};

/* One request; copied, so it need not outlive client_start(). */
struct aws_request {
    enum aws_operation operation;
    const char *subject; /* what stands for % in the path: a model id or ARN */
    struct str body;     /* JSON, or the form; empty for GET */
    const char *query;   /* "name=value&…" with encoded values; NULL none */
    int64_t timeout_ms;  /* of the whole answer; 0: 600 000 */
};

struct aws_times {
    int64_t start_ns;      /* handed over to be sent, signed already */
    int64_t connected_ns;  /* TCP and TLS stood; = start_ns on a kept connection */
    int64_t sent_ns;       /* the request was on its way */
    int64_t first_byte_ns; /* of the answer's headers; 0: none came */
    int64_t end_ns;        /* the end of the answer, or the failure */
    bool new_connection;
};

struct aws_tokens {
    bool known;                                     /* the answer had a usage block */
    int64_t input, output, cache_read, cache_write; /* input without cached ones */
};

enum aws_event_kind {
    AWS_EVENT_MESSAGE_START,
    AWS_EVENT_BLOCK_START,
    AWS_EVENT_TEXT,      /* a delta of visible text, possibly empty */
    AWS_EVENT_REASONING, /* a delta of reasoning, possibly empty */
    AWS_EVENT_TOOL,      /* a delta of a tool's input */
    AWS_EVENT_OTHER_DELTA,
    AWS_EVENT_BLOCK_STOP,
    AWS_EVENT_MESSAGE_STOP,
    AWS_EVENT_METADATA,
    AWS_EVENT_UNKNOWN /* a type of a later day: passed on, harmless */
};

/* One event of ConverseStream; holds during the call. */
struct aws_event {
    enum aws_event_kind kind;
    struct str text;   /* of the delta, decoded; "" for others */
    int64_t at_ns;     /* its last byte left the socket */
    size_t wire_bytes; /* its frame */
    int block;         /* contentBlockIndex; -1 none */
};

/* How a request ended; holds during the call of on_end. */
struct aws_answer {
    struct aws_failure failure; /* class_ FAILURE_NONE: it succeeded */
    int http_status;
    struct aws_times times;
    struct aws_tokens tokens;   /* Converse, ConverseStream, InvokeModel's headers,
                                   CountTokens (input only) */
    int64_t service_latency_ms; /* AWS's own figure; -1 unknown */
    const char *stop_reason;    /* "end_turn"; "" unknown */
    struct str body;            /* of an answer that is not a stream */
    int64_t events, wire_bytes;
};

struct aws_handler {
    void *context;
    void (*on_event)(void *context, const struct aws_event *event); /* may be NULL */
    void (*on_end)(void *context, const struct aws_answer *answer);
};

/* Signs and sends. A failure before anything is sent is an error here, and on_end is
 * not called. Handlers may start further requests. */
NODISCARD enum err_code client_start(struct client *c, const struct aws_request *r,
                                     struct aws_handler h, struct err *e);

/* Works until `until_ns` (monotonic; precise to some microseconds), until a request
 * ended, or until client_wake(); at once when nothing is in flight and `until_ns` has
 * passed. Errors: ERR_NET of the loop itself, never of one request. */
NODISCARD enum err_code client_run(struct client *c, int64_t until_ns, struct err *e);
size_t client_in_flight(const struct client *c);
/* Makes client_run() return; may be called by a signal handler. */
void client_wake(struct client *c);
/* Ends every request in flight: FAILURE_OTHER "cancelled". */
void client_cancel_all(struct client *c);

/* One request to its end. OK when it succeeded; else `e` in the words of failure_err()
 * and out->failure says why. `out` and its texts live in the arena. */
NODISCARD enum err_code client_call(struct aws_answer *out, struct client *c,
                                    const struct aws_request *r, struct arena *a,
                                    struct err *e);

/* --dry-run: the request as it would be sent, secrets as "(hidden)". Nothing is sent
 * (but credentials are looked for, unless `without_credentials`). */
NODISCARD enum err_code client_show(struct client *c, const struct aws_request *r,
                                    FILE *f, struct err *e);

/* CLOCK_MONOTONIC */
int64_t client_now_ns(void);

#endif
