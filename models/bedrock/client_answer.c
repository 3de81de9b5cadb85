#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "client_private.h"
#include "json_view.h"
#include "text.h"

enum { BODY_KEPT_BYTES = 65536 };

struct call *call_take(struct client *c, const struct aws_request *r,
                       struct aws_handler h)
{
    struct call *call = c->idle;
    if (call) {
        c->idle = call->next;
    } else {
        call = calloc(1, sizeof *call);
        if (!call) return NULL;
        call->body.max = call->text.max = ANSWER_MAX_BYTES;
    }
    struct buf body = call->body, text = call->text;
    struct eventstream stream = call->stream;
    *call = (struct call){ .client = c,
                           .operation = r->operation,
                           .handler = h,
                           .body = body,
                           .text = text,
                           .stream = stream };
    call->body.n = 0;
    call->body.overflow = false;
    call->answer.service_latency_ms = -1;
    return call;
}

void call_give_back(struct call *call)
{
    struct buf kept = call->stream.kept;
    if (kept.cap > BODY_KEPT_BYTES) buf_clear(&kept);
    kept.n = 0;
    kept.overflow = false;
    call->stream = (struct eventstream){ .kept = kept };
    if (call->body.cap > BODY_KEPT_BYTES) buf_clear(&call->body);
    if (call->text.cap > BODY_KEPT_BYTES) buf_clear(&call->text);
    call->next = call->client->idle;
    call->client->idle = call;
}

void call_free(struct call *call)
{
    eventstream_clear(&call->stream);
    buf_clear(&call->body);
    buf_clear(&call->text);
    free(call);
}

/* --- headers -----------------------------------------------------------------------
 */

static void keep_text(char *out, size_t room, struct str value)
{
    size_t n = value.n < room - 1 ? value.n : room - 1;
    memcpy(out, value.p, n);
    out[n] = '\0';
}

static bool read_count(int64_t *out, struct str value)
{
    char text[24];
    struct err bad = { 0 };
    keep_text(text, sizeof text, value);
    return text_int(out, text, 0, INT64_MAX / 4, &bad) == OK;
}

static bool named(struct str name, const char *wanted)
{
    return name.n == strlen(wanted) && strncasecmp(name.p, wanted, name.n) == 0;
}

/* Counts of InvokeModel, which AWS does not document but sends. */
static void on_bedrock_header(struct call *call, struct str name, struct str value)
{
    struct aws_tokens *t = &call->answer.tokens;
    if (named(name, "x-amzn-bedrock-input-token-count"))
        t->known = read_count(&t->input, value) || t->known;
    else if (named(name, "x-amzn-bedrock-output-token-count"))
        t->known = read_count(&t->output, value) || t->known;
    else if (named(name, "x-amzn-bedrock-cache-read-input-token-count"))
        t->known = read_count(&t->cache_read, value) || t->known;
    else if (named(name, "x-amzn-bedrock-cache-write-input-token-count"))
        t->known = read_count(&t->cache_write, value) || t->known;
    else if (named(name, "x-amzn-bedrock-invocation-latency"))
        (void)read_count(&call->answer.service_latency_ms, value);
}

static void on_status(void *context, int status)
{
    struct call *call = context;
    call->answer.http_status = status;
    call->is_stream = false;
    call->error_type[0] = call->date[0] = '\0';
}

static void on_header(void *context, struct str name, struct str value)
{
    static const char stream[] = "application/vnd.amazon.eventstream";
    struct call *call = context;
    if (named(name, "content-type"))
        call->is_stream = call->operation == AWS_CONVERSE_STREAM &&
                          value.n >= sizeof stream - 1 &&
                          strncasecmp(value.p, stream, sizeof stream - 1) == 0;
    else if (named(name, "x-amzn-errortype"))
        keep_text(call->error_type, sizeof call->error_type, value);
    else if (named(name, "x-amzn-requestid"))
        keep_text(call->answer.failure.request_id,
                  sizeof call->answer.failure.request_id, value);
    else if (named(name, "date"))
        keep_text(call->date, sizeof call->date, value);
    else if (name.n > 15 && strncasecmp(name.p, "x-amzn-bedrock-", 15) == 0)
        on_bedrock_header(call, name, value);
}

/* --- body --------------------------------------------------------------------------
 */

static bool take_stream(struct call *call, struct str bytes, int64_t at_ns)
{
    struct eventstream_message m;
    enum eventstream_state state;
    eventstream_feed(&call->stream, bytes.p, bytes.n);
    while ((state = eventstream_next(&m, &call->stream)) == EVENTSTREAM_MESSAGE)
        if (!answer_take_event(call, &m, at_ns)) return false;
    if (state == EVENTSTREAM_MORE) return true;
    failure_set(&call->answer.failure,
                state == EVENTSTREAM_BAD_CRC ? FAILURE_CHECKSUM : FAILURE_STREAM, "%s",
                call->stream.why);
    return false;
}

static bool on_bytes(void *context, struct str bytes, int64_t at_ns)
{
    struct call *call = context;
    call->answer.wire_bytes += (int64_t)bytes.n;
    if (call->is_stream && call->answer.http_status == 200)
        return take_stream(call, bytes, at_ns);
    buf_add(&call->body, bytes.p, bytes.n);
    if (!call->body.overflow) return true;
    failure_set(&call->answer.failure, FAILURE_OTHER, "an answer of more than %d MB",
                ANSWER_MAX_BYTES >> 20);
    return false;
}

/* --- the end -----------------------------------------------------------------------
 */

static void fail_call(struct call *call, enum failure_class class_, const char *words)
{
    failure_set(&call->answer.failure, class_, "%s", words);
}

static void judge_stream(struct call *call, bool cut, const char *words)
{
    if (call->saw_stop && call->saw_metadata) return; /* nothing is missing */
    if (cut)
        fail_call(call, FAILURE_TRUNCATED, words);
    else if (!call->is_stream)
        fail_call(call, FAILURE_OTHER, "the answer is not an event stream");
    else if (!eventstream_at_boundary(&call->stream))
        fail_call(call, FAILURE_TRUNCATED, "the stream ended inside a frame");
    else if (!call->saw_stop)
        fail_call(call, FAILURE_TRUNCATED, "the stream ended before messageStop");
}

static void judge_answer(struct call *call, const struct http_end *end)
{
    struct aws_failure *f = &call->answer.failure;
    struct str body = { call->body.p, call->body.n };
    int status = call->answer.http_status;
    bool cut = end->trouble == HTTP_CUT;
    if (status >= 300 && (end->trouble == HTTP_DONE || cut)) {
        failure_of_answer(f, status, call->error_type, call->date, body,
                          (int64_t)time(NULL));
    } else if (call->operation == AWS_CONVERSE_STREAM) {
        judge_stream(call, cut, end->words);
    } else if (cut) {
        fail_call(call, FAILURE_TRUNCATED, end->words);
    } else if (call->operation == AWS_CONVERSE || call->operation == AWS_COUNT_TOKENS) {
        if (view_valid(body))
            answer_read_json(call, body);
        else
            fail_call(call, FAILURE_OTHER, "the answer is not JSON");
    }
}

static void judge(struct call *call, const struct http_end *end)
{
    if (call->answer.failure.class_) return; /* found while it came in */
    switch (end->trouble) {
    case HTTP_DONE:
    case HTTP_CUT:
        judge_answer(call, end);
        break;
    case HTTP_CONNECT:
        fail_call(call, FAILURE_CONNECT, end->words);
        break;
    case HTTP_TIMEOUT:
        fail_call(call, FAILURE_TIMEOUT, end->words);
        break;
    case HTTP_STOPPED:
        fail_call(call, FAILURE_OTHER, "cancelled");
        break;
    case HTTP_OTHER:
        fail_call(call, FAILURE_OTHER, end->words);
        break;
    }
}

static void on_end(void *context, const struct http_end *end)
{
    struct call *call = context;
    struct aws_answer *a = &call->answer;
    a->times = (struct aws_times){ end->start_ns, end->connected_ns,
                                   end->sent_ns,  end->first_byte_ns,
                                   end->end_ns,   end->new_connection };
    judge(call, end);
    a->stop_reason = call->stop_reason;
    a->body = (struct str){ call->body.n ? call->body.p : "", call->body.n };
    client_say(call->client, "status %d in %.1f ms%s%s", a->http_status,
               (double)(end->end_ns - end->start_ns) / 1e6,
               *a->failure.request_id ? ", request " : "", a->failure.request_id);
    if (call->handler.on_end) call->handler.on_end(call->handler.context, a);
    call_give_back(call);
}

struct http_sink call_sink(struct call *call)
{
    return (struct http_sink){ .context = call,
                               .on_status = on_status,
                               .on_header = on_header,
                               .on_bytes = on_bytes,
                               .on_end = on_end };
}
