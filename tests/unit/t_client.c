#include "check.h"

#include <stdlib.h>
#include <sys/prctl.h>

#include "canned.h"
#include "client.h"
#include "converse.h"
#include "eventstream.h"

static const char model[] = "us.amazon.nova-lite-v1:0";

/* An environment with keys and nothing else of AWS's. */
static void set_environment(void)
{
    static const char *const away[] = { "AWS_PROFILE",
                                        "AWS_DEFAULT_PROFILE",
                                        "AWS_SESSION_TOKEN",
                                        "AWS_SECURITY_TOKEN",
                                        "AWS_BEARER_TOKEN_BEDROCK",
                                        "AWS_ENDPOINT_URL",
                                        "AWS_ENDPOINT_URL_BEDROCK",
                                        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
                                        "AWS_REGION",
                                        "AWS_DEFAULT_REGION",
                                        "AWS_CREDENTIAL_EXPIRATION",
                                        "AWS_USE_FIPS_ENDPOINT",
                                        "AWS_USE_DUALSTACK_ENDPOINT",
                                        "AWS_CA_BUNDLE",
                                        "http_proxy",
                                        "https_proxy" };
    for (size_t i = 0; i < COUNT(away); i++)
        unsetenv(away[i]);
    setenv("AWS_CONFIG_FILE", "/nonexistent/config", 1);
    setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials", 1);
    setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
    setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", 1);
}

/* --- a stream ----------------------------------------------------------------------
 */

struct seen {
    enum aws_event_kind kind[64];
    char text[64][64];
    int64_t at_ns[64];
    size_t events;
    struct aws_answer answer;
    char stop_reason[64];
    int ended;
};

static void on_event(void *context, const struct aws_event *event)
{
    struct seen *s = context;
    assert_true(s->events < 64);
    s->kind[s->events] = event->kind;
    s->at_ns[s->events] = event->at_ns;
    snprintf(s->text[s->events++], 64, "%.*s", STR_ARG(event->text));
}

static void on_end(void *context, const struct aws_answer *answer)
{
    struct seen *s = context;
    s->answer = *answer;
    snprintf(s->stop_reason, sizeof s->stop_reason, "%s", answer->stop_reason);
    s->ended++;
}

static struct client *open_client(const struct canned *server)
{
    struct client *c = NULL;
    struct err e = { 0 };
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", server->port);
    struct client_options o = { .region = "us-east-1",
                                .endpoint_url = url,
                                .connect_timeout_ms = 2000 };
    assert_ok(client_open(&c, &o, &e), e);
    return c;
}

static void run_stream(struct seen *seen, struct client *c, int64_t timeout_ms)
{
    struct err e = { 0 };
    struct aws_request r = { .operation = AWS_CONVERSE_STREAM,
                             .subject = model,
                             .body = STR("{\"messages\":[]}"),
                             .timeout_ms = timeout_ms };
    struct aws_handler h = { seen, on_event, on_end };
    assert_ok(client_start(c, &r, h, &e), e);
    assert_int_equal(client_in_flight(c), 1);
    while (!seen->ended)
        assert_ok(client_run(c, INT64_MAX, &e), e);
    assert_int_equal(seen->ended, 1);
    assert_int_equal(client_in_flight(c), 0);
}

static void add_event(struct buf *b, const char *type, const char *payload)
{
    eventstream_write(b, str_of(payload),
                      (const char *[]){ ":event-type", type, ":content-type",
                                        "application/json", ":message-type", "event",
                                        NULL });
}

/* An answer that ends with the connection. */
static struct buf stream_head(void)
{
    struct buf b = { .max = 1 << 20 };
    buf_text(&b,
             "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\n"
             "x-amzn-RequestId: 11112222-aaaa\r\nConnection: close\r\n\r\n");
    return b;
}

static struct buf whole_stream(void)
{
    struct buf b = stream_head();
    add_event(&b, "messageStart", "{\"role\":\"assistant\"}");
    add_event(&b, "contentBlockDelta",
              "{\"delta\":{\"text\":\"\"},\"contentBlockIndex\":0}");
    add_event(&b, "contentBlockDelta",
              "{\"delta\":{\"reasoningContent\":{\"text\":\"hm\"}},"
              "\"contentBlockIndex\":0}");
    add_event(
        &b, "contentBlockDelta",
        "{\"delta\":{\"text\":\"caf\\u00e9\"},\"contentBlockIndex\":1,\"p\":\"ab\"}");
    add_event(&b, "contentBlockDelta",
              "{\"delta\":{\"toolUse\":{\"input\":\"{\"}},\"contentBlockIndex\":2}");
    add_event(&b, "somethingNew", "not even JSON");
    add_event(&b, "contentBlockStop", "{\"contentBlockIndex\":2}");
    add_event(&b, "messageStop", "{\"stopReason\":\"end_turn\"}");
    add_event(&b, "metadata",
              "{\"usage\":{\"inputTokens\":125,\"outputTokens\":61,\"totalTokens\":186,"
              "\"cacheReadInputTokens\":17,\"cacheWriteInputTokens\":9},"
              "\"metrics\":{\"latencyMs\":1175}}");
    return b;
}

static void a_stream_comes_as_its_events_and_its_usage(void **state)
{
    (void)state;
    struct buf b = whole_stream();
    struct canned_answer answers[] = {
        { .request = "POST /model/us.amazon.nova-lite-v1%3A0/converse-stream HTTP/1.1",
          .bytes = b.p,
          .n = b.n,
          .close = true },
        { .request = NULL },
    };
    struct canned *server = canned_start(answers);
    struct client *c = open_client(server);
    struct seen s = { .events = 0 };
    run_stream(&s, c, 5000);
    static const struct {
        enum aws_event_kind kind;
        const char *text;
    } want[] = {
        { AWS_EVENT_MESSAGE_START, "" }, { AWS_EVENT_TEXT, "" },
        { AWS_EVENT_REASONING, "hm" },   { AWS_EVENT_TEXT, "caf\xc3\xa9" },
        { AWS_EVENT_TOOL, "{" },         { AWS_EVENT_UNKNOWN, "" },
        { AWS_EVENT_BLOCK_STOP, "" },    { AWS_EVENT_MESSAGE_STOP, "" },
        { AWS_EVENT_METADATA, "" },
    };
    assert_int_equal(s.answer.failure.class_, FAILURE_NONE);
    assert_int_equal(s.events, COUNT(want));
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_int_equal(s.kind[i], want[i].kind);
        assert_string_equal(s.text[i], want[i].text);
    }
    assert_string_equal(s.stop_reason, "end_turn");
    assert_string_equal(s.answer.failure.request_id, "11112222-aaaa");
    assert_true(s.answer.tokens.known);
    assert_int_equal(s.answer.tokens.input, 125);
    assert_int_equal(s.answer.tokens.output, 61);
    assert_int_equal(s.answer.tokens.cache_read, 17);
    assert_int_equal(s.answer.tokens.cache_write, 9);
    assert_int_equal(s.answer.service_latency_ms, 1175);
    const struct aws_times *t = &s.answer.times;
    assert_true(t->new_connection);
    assert_true(t->start_ns < t->connected_ns && t->connected_ns <= t->sent_ns);
    assert_true(t->sent_ns < t->first_byte_ns && t->first_byte_ns <= s.at_ns[0]);
    assert_true(s.at_ns[8] <= t->end_ns && t->end_ns <= client_now_ns());
    client_close(c);
    canned_stop(server);
    const char *asked = server->asked[0];
    assert_non_null(strstr(asked, "\r\nauthorization: AWS4-HMAC-SHA256 "
                                  "Credential=AKIDEXAMPLE/"));
    assert_non_null(strstr(asked, "/us-east-1/bedrock/aws4_request, "
                                  "SignedHeaders=content-type;host;x-amz-date, Sig"));
    assert_non_null(strstr(asked, "\r\ncontent-type: application/json\r\n"));
    assert_null(strstr(asked, "Expect"));
    assert_null(strstr(asked, "wJalrXUtnFEMI"));
    canned_free(server);
    buf_clear(&b);
}

/* --- failures ----------------------------------------------------------------------
 */

static void failures_have_their_class_and_awss_words(void **state)
{
    (void)state;
#define ERROR(status, type, message)                                                   \
    "HTTP/1.1 " status "\r\nx-amzn-ErrorType: " type                                   \
    ":http://internal.amazon.com/coral/com.amazon.bedrock/\r\n"                        \
    "x-amzn-RequestId: req-1\r\nConnection: close\r\n"                                 \
    "Content-Type: application/json\r\n\r\n{\"message\":\"" message "\"}"
    static const struct {
        const char *bytes;
        enum failure_class class_;
        const char *code, *words;
    } row[] = {
        { ERROR("429 Too Many Requests", "ThrottlingException",
                "Too many tokens, please wait before trying again."),
          FAILURE_THROTTLED, "ThrottlingException", "Too many tokens, please" },
        { ERROR("429 Too Many Requests", "ModelNotReadyException",
                "Model is not ready"),
          FAILURE_NOT_READY, "ModelNotReadyException", "Model is not ready" },
        { ERROR("403 Forbidden", "AccessDeniedException",
                "User: arn:aws:iam::123456789012:user/x is not authorized to perform: "
                "bedrock:InvokeModel"),
          FAILURE_ACCESS, "AccessDeniedException", "bedrock:InvokeModel" },
        { ERROR("403 Forbidden", "AccessDeniedException", "Bearer Token has expired"),
          FAILURE_CREDENTIALS, "AccessDeniedException", "Bearer Token has expired" },
        { ERROR("403 Forbidden", "InvalidSignatureException",
                "The request signature we calculated does not match"),
          FAILURE_CREDENTIALS, "InvalidSignatureException", "does not match" },
        { ERROR("403 Forbidden", "UnrecognizedClientException",
                "The security token included in the request is invalid."),
          FAILURE_CREDENTIALS, "UnrecognizedClientException", "is invalid" },
        { ERROR("403 Forbidden", "ExpiredTokenException",
                "The security token included in the request is expired"),
          FAILURE_CREDENTIALS, "ExpiredTokenException", "is expired" },
        { ERROR("400 Bad Request", "ValidationException",
                "The provided model identifier is invalid."),
          FAILURE_VALIDATION, "ValidationException", "identifier is invalid" },
        { ERROR("400 Bad Request", "ValidationException",
                "Invocation of model ID x with on-demand throughput isn\xe2\x80\x99t "
                "supported. Retry your request with the ID or ARN of an inference "
                "profile that contains this model."),
          FAILURE_NEEDS_PROFILE, "ValidationException", "isn\xe2\x80\x99t supported" },
        { ERROR("404 Not Found", "ResourceNotFoundException", "Model not found"),
          FAILURE_NOT_FOUND, "ResourceNotFoundException", "Model not found" },
        { ERROR("408 Request Timeout", "ModelTimeoutException", "Model timed out"),
          FAILURE_TIMEOUT, "ModelTimeoutException", "Model timed out" },
        { ERROR("500 Internal Server Error", "InternalServerException", "oops"),
          FAILURE_SERVICE, "InternalServerException", "oops" },
        { ERROR("503 Service Unavailable", "ServiceUnavailableException", "busy"),
          FAILURE_SERVICE, "ServiceUnavailableException", "busy" },
        { ERROR("424 Failed Dependency", "ModelErrorException", "it broke"),
          FAILURE_SERVICE, "ModelErrorException", "it broke" },
        { "HTTP/1.1 418 Teapot\r\nContent-Length: 0\r\n\r\n", FAILURE_OTHER, "",
          "HTTP status 418" },
        { "HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n<html>\nbad</html>",
          FAILURE_SERVICE, "", "<html> bad</html>" },
        { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", FAILURE_OTHER, "",
          "not an event stream" },
        { "hello, this is no HTTP\r\n\r\n", FAILURE_OTHER, "", "" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct canned_answer answers[] = {
            { .request = "", .bytes = row[i].bytes, .close = true }, { .request = NULL }
        };
        struct canned *server = canned_start(answers);
        struct client *c = open_client(server);
        struct seen s = { .events = 0 };
        run_stream(&s, c, 5000);
        if (s.answer.failure.class_ != row[i].class_)
            print_error("row %zu: %s: %s\n", i, s.answer.failure.code,
                        s.answer.failure.message);
        assert_int_equal(s.answer.failure.class_, row[i].class_);
        assert_string_equal(s.answer.failure.code, row[i].code);
        assert_non_null(strstr(s.answer.failure.message, row[i].words));
        assert_int_equal(s.events, 0);
        client_close(c);
        canned_stop(server);
        assert_int_equal(server->asks, 1); /* nothing was repeated */
        canned_free(server);
    }
}

/* What goes wrong after the status 200. */
static void broken_streams_are_told_apart(void **state)
{
    (void)state;
    enum {
        WHOLE,
        CUT_IN_FRAME,
        BEFORE_STOP,
        FLIPPED,
        THROTTLED,
        MODEL,
        UNMODELLED,
        RESET,
        NOT_JSON,
        BAD_LENGTH
    };
    static const struct {
        int what;
        enum failure_class class_;
        const char *words;
    } row[] = {
        { WHOLE, FAILURE_NONE, "" },
        { CUT_IN_FRAME, FAILURE_TRUNCATED, "inside a frame" },
        { BEFORE_STOP, FAILURE_TRUNCATED, "before messageStop" },
        { FLIPPED, FAILURE_CHECKSUM, "checksum" },
        { THROTTLED, FAILURE_THROTTLED, "Too many tokens" },
        { MODEL, FAILURE_STREAM, "it stopped" },
        { UNMODELLED, FAILURE_STREAM, "gone wrong" },
        { RESET, FAILURE_TRUNCATED, "" },
        { NOT_JSON, FAILURE_STREAM, "not JSON" },
        { BAD_LENGTH, FAILURE_STREAM, "shorter" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct buf b = row[i].what <= FLIPPED && row[i].what != BEFORE_STOP
                           ? whole_stream()
                           : stream_head();
        if (row[i].what > FLIPPED || row[i].what == BEFORE_STOP)
            add_event(&b, "contentBlockDelta",
                      "{\"delta\":{\"text\":\"a\"},\"contentBlockIndex\":0}");
        if (row[i].what == CUT_IN_FRAME) b.n -= 7;
        if (row[i].what == FLIPPED) b.p[b.n - 30] ^= 4;
        if (row[i].what == THROTTLED || row[i].what == MODEL)
            eventstream_write(
                &b,
                row[i].what == MODEL ? STR("{\"message\":\"it stopped\"}")
                                     : STR("{\"message\":\"Too many tokens\"}"),
                (const char *[]){ ":exception-type",
                                  row[i].what == MODEL ? "modelStreamErrorException"
                                                       : "throttlingException",
                                  ":message-type", "exception", NULL });
        if (row[i].what == UNMODELLED)
            eventstream_write(&b, STR(""),
                              (const char *[]){ ":message-type", "error", ":error-code",
                                                "InternalError", ":error-message",
                                                "gone wrong", NULL });
        if (row[i].what == NOT_JSON) add_event(&b, "contentBlockDelta", "[1");
        if (row[i].what == BAD_LENGTH) {
            /* total 15, headers 0, and the right checksum of that */
            static const char bad[] = {
                0, 0, 0, 15, 0, 0, 0, 0, (char)0xe7, (char)0x72, (char)0x48, (char)0xb8
            };
            buf_add(&b, bad, sizeof bad);
        }
        struct canned_answer answers[] = { { .request = "",
                                             .bytes = b.p,
                                             .n = b.n,
                                             .close = true,
                                             .reset = row[i].what == RESET },
                                           { .request = NULL } };
        struct canned *server = canned_start(answers);
        struct client *c = open_client(server);
        struct seen s = { .events = 0 };
        run_stream(&s, c, 5000);
        if (s.answer.failure.class_ != row[i].class_)
            print_error("row %zu: %d %s\n", i, s.answer.failure.class_,
                        s.answer.failure.message);
        assert_int_equal(s.answer.failure.class_, row[i].class_);
        assert_non_null(strstr(s.answer.failure.message, row[i].words));
        assert_true(s.events >= 1); /* what came before was handed out */
        client_close(c);
        canned_stop(server);
        canned_free(server);
        buf_clear(&b);
    }
}

static void silence_is_a_timeout_and_a_closed_port_is_connect(void **state)
{
    (void)state;
    struct canned_answer answers[] = { { .request = "", .bytes = NULL },
                                       { .request = NULL } };
    struct canned *server = canned_start(answers);
    struct client *c = open_client(server);
    struct seen s = { .events = 0 };
    run_stream(&s, c, 150);
    assert_int_equal(s.answer.failure.class_, FAILURE_TIMEOUT);
    int64_t took_ms = (s.answer.times.end_ns - s.answer.times.start_ns) / 1000000;
    assert_true(took_ms >= 149 && took_ms < 2000);
    canned_stop(server);
    s = (struct seen){ .events = 0 };
    run_stream(&s, c, 5000);
    assert_int_equal(s.answer.failure.class_, FAILURE_CONNECT);
    assert_int_equal(s.answer.http_status, 0);
    client_close(c);
    canned_free(server);
}

/* libcurl repeats a request on a fresh connection when a kept one turns out dead; here
 * it fails instead, and the server sees it once. */
static void a_request_is_never_repeated_behind_our_back(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "POST",
          .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
          .once = 1 },
        { .request = "POST", .bytes = "", .close = true, .once = 1 },
        { .request = "POST",
          .bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}" },
        { .request = NULL },
    };
    struct arena a = { 0 };
    struct canned *server = canned_start(answers);
    struct client *c = open_client(server);
    struct aws_request r = { .operation = AWS_INVOKE_MODEL,
                             .subject = model,
                             .body = STR("{}"),
                             .timeout_ms = 5000 };
    struct aws_answer answer;
    struct err e = { 0 };
    assert_ok(client_call(&answer, c, &r, &a, &e), e);
    assert_true(answer.times.new_connection);
    assert_int_equal(client_call(&answer, c, &r, &a, &e), ERR_NET);
    assert_int_equal(answer.failure.class_, FAILURE_TRUNCATED);
    client_close(c);
    canned_stop(server);
    assert_int_equal(server->asks, 2);
    canned_free(server);
    arena_clear(&a);
}

static void connections_are_kept(void **state)
{
    (void)state;
    struct canned_answer answers[] = {
        { .request = "POST",
          .bytes = "HTTP/1.1 200 OK\r\nX-Amzn-Bedrock-Input-Token-Count: 12\r\n"
                   "X-Amzn-Bedrock-Invocation-Latency: 345\r\n"
                   "Content-Length: 2\r\n\r\n{}" },
        { .request = NULL },
    };
    struct arena a = { 0 };
    struct canned *server = canned_start(answers);
    struct client *c = open_client(server);
    struct aws_request r = { .operation = AWS_INVOKE_MODEL,
                             .subject = model,
                             .body = STR("{\"inputText\":\"x\"}"),
                             .timeout_ms = 5000 };
    for (int i = 0; i < 5; i++) {
        struct aws_answer answer;
        struct err e = { 0 };
        assert_ok(client_call(&answer, c, &r, &a, &e), e);
        assert_int_equal(answer.times.new_connection, i == 0);
        assert_int_equal(answer.tokens.input, 12);
        assert_int_equal(answer.service_latency_ms, 345);
        assert_true(str_eq(answer.body, "{}"));
    }
    client_close(c);
    canned_stop(server);
    assert_int_equal(server->connections, 1);
    assert_int_equal(server->asks, 5);
    assert_non_null(strstr(server->asked[4], "\r\n\r\n{\"inputText\":\"x\"}"));
    canned_free(server);
    arena_clear(&a);
}

/* --- many --------------------------------------------------------------------------
 */

static void many_at_once_all_end_once(void **state)
{
    (void)state;
    struct buf b = whole_stream();
    struct canned_answer answers[] = {
        { .request = "", .bytes = b.p, .n = b.n, .close = true }, { .request = NULL }
    };
    struct canned *server = canned_start(answers);
    struct client *c = open_client(server);
    static struct seen s[50];
    struct err e = { 0 };
    struct aws_request r = { .operation = AWS_CONVERSE_STREAM,
                             .subject = model,
                             .body = STR("{}"),
                             .timeout_ms = 20000 };
    for (size_t i = 0; i < COUNT(s); i++)
        assert_ok(
            client_start(c, &r, (struct aws_handler){ &s[i], on_event, on_end }, &e),
            e);
    assert_int_equal(client_in_flight(c), COUNT(s));
    while (client_in_flight(c))
        assert_ok(client_run(c, INT64_MAX, &e), e);
    for (size_t i = 0; i < COUNT(s); i++) {
        assert_int_equal(s[i].ended, 1);
        assert_int_equal(s[i].answer.failure.class_, FAILURE_NONE);
        assert_int_equal(s[i].events, 9);
    }
    client_close(c);
    canned_stop(server);
    canned_free(server);
    buf_clear(&b);
}

static void cancelling_ends_each_with_other(void **state)
{
    (void)state;
    struct canned_answer answers[] = { { .request = "", .bytes = NULL },
                                       { .request = NULL } };
    struct canned *server = canned_start(answers);
    struct client *c = open_client(server);
    struct seen s[3] = { { .events = 0 } };
    struct err e = { 0 };
    struct aws_request r = { .operation = AWS_CONVERSE_STREAM,
                             .subject = model,
                             .body = STR("{}") };
    for (size_t i = 0; i < COUNT(s); i++)
        assert_ok(
            client_start(c, &r, (struct aws_handler){ &s[i], on_event, on_end }, &e),
            e);
    assert_ok(client_run(c, client_now_ns() + 20000000, &e), e);
    client_cancel_all(c);
    for (size_t i = 0; i < COUNT(s); i++) {
        assert_int_equal(s[i].ended, 1);
        assert_int_equal(s[i].answer.failure.class_, FAILURE_OTHER);
        assert_string_equal(s[i].answer.failure.message, "cancelled");
    }
    assert_int_equal(client_in_flight(c), 0);
    client_close(c);
    canned_stop(server);
    canned_free(server);
}

static void waiting_ends_on_time_or_when_woken(void **state)
{
    (void)state;
    struct canned_answer answers[] = { { .request = NULL } };
    struct canned *server = canned_start(answers);
    struct client *c = open_client(server);
    struct err e = { 0 };
    int64_t start = client_now_ns(), until = start + 30000000;
    assert_ok(client_run(c, until, &e), e);
    assert_true(client_now_ns() >= until);
    client_wake(c);
    assert_ok(client_run(c, INT64_MAX, &e), e); /* returns at all */
    client_close(c);
    canned_stop(server);
    canned_free(server);
}

/* --- shown, not sent ----------------------------------------------------------------
 */

static char *shown(struct client *c, const struct aws_request *r)
{
    char *text = NULL;
    size_t n = 0;
    struct err e = { 0 };
    FILE *f = open_memstream(&text, &n);
    assert_ok(client_show(c, r, f, &e), e);
    fclose(f);
    return text;
}

static void a_shown_request_has_all_but_the_secrets(void **state)
{
    (void)state;
    struct client *c = NULL;
    struct err e = { 0 };
    struct client_options o = { .region = "eu-central-1" };
    struct aws_request r = { .operation = AWS_CONVERSE,
                             .subject = model,
                             .body = STR("{\"messages\":[]}") };
    setenv("AWS_SESSION_TOKEN", "very-secret-token", 1);
    assert_ok(client_open(&c, &o, &e), e);
    char *text = shown(c, &r);
    assert_non_null(strstr(text,
                           "POST https://bedrock-runtime.eu-central-1.amazonaws.com"
                           "/model/us.amazon.nova-lite-v1%3A0/converse\n"));
    assert_non_null(strstr(text, "Credential=AKIDEXAMPLE/"));
    assert_non_null(strstr(text, "Signature=(hidden)"));
    assert_non_null(strstr(text, "x-amz-security-token: (hidden)"));
    assert_non_null(strstr(text, "\"messages\":"));
    assert_null(strstr(text, "very-secret"));
    free(text);
    client_close(c);
    unsetenv("AWS_SESSION_TOKEN");

    setenv("AWS_BEARER_TOKEN_BEDROCK", "bedrock-api-key-abc", 1);
    assert_ok(client_open(&c, &o, &e), e);
    text = shown(c, &r);
    assert_non_null(strstr(text, "authorization: Bearer (hidden)"));
    assert_null(strstr(text, "api-key-abc"));
    free(text);
    /* a key of Bedrock does not serve elsewhere */
    r.operation = AWS_LIST_QUOTAS;
    text = shown(c, &r);
    assert_non_null(
        strstr(text, "POST https://servicequotas.eu-central-1.amazonaws.com/\n"));
    assert_non_null(
        strstr(text, "x-amz-target: ServiceQuotasV20190624.ListServiceQuotas"));
    assert_non_null(strstr(text, "/eu-central-1/servicequotas/aws4_request"));
    free(text);
    client_close(c);
    unsetenv("AWS_BEARER_TOKEN_BEDROCK");
}

static void without_credentials_a_request_can_still_be_shown(void **state)
{
    (void)state;
    struct client *c = NULL;
    struct err e = { 0 };
    struct client_options o = { .region = "us-east-1", .without_credentials = true };
    struct aws_request r = { .operation = AWS_LIST_FOUNDATION_MODELS };
    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
    assert_ok(client_open(&c, &o, &e), e);
    char *text = shown(c, &r);
    assert_non_null(strstr(text, "GET https://bedrock.us-east-1.amazonaws.com"
                                 "/foundation-models\n"));
    assert_non_null(strstr(text, "authorization: (no credentials found)"));
    free(text);
    client_close(c);
    o.without_credentials = false;
    assert_ok(client_open(&c, &o, &e), e);
    assert_int_equal(client_sign_in(c, &e), ERR_CREDENTIALS);
    assert_non_null(strstr(e.msg, "aws configure"));
    client_close(c);
    set_environment();
}

static void nothing_of_the_process_is_dumped(void **state)
{
    (void)state;
    struct client *c = NULL;
    struct err e = { 0 };
    struct client_options o = { .region = "us-east-1" };
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    assert_ok(client_open(&c, &o, &e), e);
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
    client_close(c);
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static void bad_settings_are_refused_before_anything_is_sent(void **state)
{
    (void)state;
    static const struct {
        struct client_options o;
        enum err_code code;
        const char *words;
    } row[] = {
        { { .region = NULL }, ERR_USAGE, "no region" },
        { { .region = "US East" }, ERR_INPUT, "not a region" },
        { { .region = "us-east-1", .endpoint_url = "http://example.com" },
          ERR_INPUT,
          "plain http" },
        { { .region = "us-east-1", .endpoint_url = "example.com" },
          ERR_INPUT,
          "not a URL" },
        { { .region = "us-east-1", .profile = "nobody" },
          ERR_CREDENTIALS,
          "no profile 'nobody'" },
    };
    for (size_t i = 0; i < COUNT(row); i++) {
        struct client *c = NULL;
        struct err e = { 0 };
        struct aws_request r = { .operation = AWS_CONVERSE, .subject = model };
        struct aws_handler h = { NULL, NULL, NULL };
        if (client_open(&c, &row[i].o, &e) == OK)
            assert_int_not_equal(client_start(c, &r, h, &e), OK);
        assert_int_equal(e.code, row[i].code);
        assert_non_null(strstr(e.msg, row[i].words));
        client_close(c);
    }
}

static int setup(void **state)
{
    (void)state;
    set_environment();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_stream_comes_as_its_events_and_its_usage, setup),
        cmocka_unit_test_setup(failures_have_their_class_and_awss_words, setup),
        cmocka_unit_test_setup(broken_streams_are_told_apart, setup),
        cmocka_unit_test_setup(silence_is_a_timeout_and_a_closed_port_is_connect,
                               setup),
        cmocka_unit_test_setup(a_request_is_never_repeated_behind_our_back, setup),
        cmocka_unit_test_setup(connections_are_kept, setup),
        cmocka_unit_test_setup(many_at_once_all_end_once, setup),
        cmocka_unit_test_setup(cancelling_ends_each_with_other, setup),
        cmocka_unit_test_setup(waiting_ends_on_time_or_when_woken, setup),
        cmocka_unit_test_setup(a_shown_request_has_all_but_the_secrets, setup),
        cmocka_unit_test_setup(without_credentials_a_request_can_still_be_shown, setup),
        cmocka_unit_test_setup(nothing_of_the_process_is_dumped, setup),
        cmocka_unit_test_setup(bad_settings_are_refused_before_anything_is_sent, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
