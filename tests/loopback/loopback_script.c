/* An answer of the loopback server as bytes and times. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eventstream.h"
#include "loopback_private.h"

enum { PIECE_US = 150, BYTES_MAX = 64 << 20 };

struct loopback_answer loopback_answer(void)
{
    struct loopback_answer a;
    memset(&a, 0, sizeof a);
    a.first_us = 50000;
    a.gap_us = 5000;
    a.deltas = 20;
    a.input_tokens = 100;
    a.output_tokens = 40;
    a.latency_ms = 140;
    memcpy(a.stop_reason, "end_turn", 9);
    return a;
}

static void add_step(struct loopback_script *s, int64_t at_us, enum loopback_act act,
                     unsigned marks)
{
    if (s->steps == s->capacity) {
        s->capacity = s->capacity ? 2 * s->capacity : 64;
        s->step = realloc(s->step, s->capacity * sizeof *s->step);
        if (!s->step) abort();
    }
    s->step[s->steps++] = (struct loopback_step){ at_us, s->bytes.n, act, marks };
}

static void add_chunk(struct loopback_script *s, const char *p, size_t n)
{
    buf_printf(&s->bytes, "%zx\r\n", n);
    buf_add(&s->bytes, p, n);
    buf_text(&s->bytes, "\r\n");
}

/* One frame, whole or in pieces; the last piece leaves at `at_us`. */
static void add_frame(struct loopback_script *s, int64_t at_us, const struct buf *frame,
                      unsigned marks)
{
    size_t piece = s->answer.split_bytes > 0 ? (size_t)s->answer.split_bytes : frame->n;
    size_t pieces = (frame->n + piece - 1) / piece;
    int64_t before_us = s->steps ? s->step[s->steps - 1].at_us : 0;
    for (size_t i = 0; i < pieces; i++) {
        size_t from = i * piece;
        size_t n = frame->n - from < piece ? frame->n - from : piece;
        int64_t us = at_us - (int64_t)(pieces - 1 - i) * PIECE_US;
        bool last = i + 1 == pieces;
        if (us < before_us) us = before_us;
        add_chunk(s, frame->p + from, n);
        add_step(s, last ? at_us : us, ACT_WRITE, last ? marks : 0);
    }
}

static struct buf frame_of(const char *kind, const char *type, const char *payload)
{
    const char *type_name =
        strcmp(kind, "exception") == 0 ? ":exception-type" : ":event-type";
    const char *headers[] = {
        type_name, type, ":content-type", "application/json", ":message-type",
        kind,      NULL
    };
    struct buf b = { .max = BYTES_MAX };
    eventstream_write(&b, str_of(payload), headers);
    return b;
}

static void add_event(struct loopback_script *s, int64_t at_us, const char *type,
                      const char *payload, unsigned marks)
{
    struct buf b = frame_of("event", type, payload);
    add_frame(s, at_us, &b, marks);
    buf_clear(&b);
}

static const char *usage_of(const struct loopback_answer *a, char out[512])
{
    int n =
        snprintf(out, 512, "\"metrics\":{\"latencyMs\":%" PRId64 "},\"p\":\"abcdefgh\"",
                 a->latency_ms);
    if (a->without_usage) return out;
    snprintf(out + n, 512 - (size_t)n,
             ",\"usage\":{\"inputTokens\":%" PRId64 ",\"outputTokens\":%" PRId64
             ",\"totalTokens\":%" PRId64 ",\"cacheReadInputTokens\":%" PRId64
             ",\"cacheWriteInputTokens\":%" PRId64 "}",
             a->input_tokens, a->output_tokens,
             a->input_tokens + a->output_tokens + a->cache_read + a->cache_write,
             a->cache_read, a->cache_write);
    return out;
}

/* In place of a delta; false: the stream goes on. */
static bool add_fault(struct loopback_script *s, int64_t at_us, const char *payload)
{
    const struct loopback_answer *a = &s->answer;
    struct buf b;
    char words[200];
    switch (a->fault) {
    case LOOPBACK_BAD_CRC:
        b = frame_of("event", "contentBlockDelta", payload);
        b.p[b.n - 8] ^= 0x20;
        add_frame(s, at_us, &b, 0);
        buf_clear(&b);
        return false;
    case LOOPBACK_CUT:
        b = frame_of("event", "contentBlockDelta", payload);
        b.n /= 2;
        add_frame(s, at_us, &b, 0);
        buf_clear(&b);
        add_step(s, at_us, ACT_CLOSE, 1U << MARK_END);
        return true;
    case LOOPBACK_ENDED:
        buf_text(&s->bytes, "0\r\n\r\n");
        add_step(s, at_us, ACT_FINISH, 1U << MARK_END);
        return true;
    case LOOPBACK_ERROR_EVENT:
        snprintf(words, sizeof words, "{\"message\":\"%s\"}", a->words);
        b = frame_of("exception", a->error, words);
        add_frame(s, at_us, &b, 0);
        buf_clear(&b);
        buf_text(&s->bytes, "0\r\n\r\n");
        add_step(s, at_us, ACT_FINISH, 1U << MARK_END);
        return true;
    case LOOPBACK_RESET:
        add_step(s, at_us, ACT_RESET, 1U << MARK_END);
        return true;
    case LOOPBACK_STALL:
        add_step(s, at_us, ACT_HANG, 0);
        return true;
    default:
        return false;
    }
}

/* The text as it stands in JSON, at most 6 bytes a byte. */
static const char *escaped(char out[6144], const char *text)
{
    size_t n = 0;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\' || c < ' ')
            n += (size_t)snprintf(out + n, 8, "\\u%04x", c);
        else
            out[n++] = *text;
    }
    out[n] = '\0';
    return out;
}

/* Delta i of a stream whose text is given: all of it in the first. */
static const char *said(char payload[6400], const struct loopback_answer *a, int64_t i)
{
    char text[6144];
    snprintf(payload, 6400,
             "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"%s\"},\"p\":\"abcdef\"}",
             i == a->reasoning ? escaped(text, a->text) : "");
    return payload;
}

static unsigned delta_marks(int64_t i, int64_t deltas)
{
    return (i == 0 ? 1U << MARK_FIRST : 0) | (i + 1 == deltas ? 1U << MARK_LAST : 0);
}

static void make_stream(struct loopback_script *s)
{
    const struct loopback_answer *a = &s->answer;
    char usage[512], payload[600], words[6400];
    int64_t at_us = a->first_us;
    bool failing = a->fault != LOOPBACK_FINE;
    buf_text(&s->bytes, "HTTP/1.1 200 OK\r\n"
                        "Content-Type: application/vnd.amazon.eventstream\r\n"
                        "Transfer-Encoding: chunked\r\n"
                        "x-amzn-RequestId: 00000000-0000-4000-8000-000000000000\r\n"
                        "\r\n");
    add_step(s, a->headers_us, ACT_WRITE, 1U << MARK_HEADERS);
    add_event(s, a->headers_us, "messageStart",
              "{\"p\":\"abc\",\"role\":\"assistant\"}", 0);
    if (a->empty_first)
        add_event(s, a->headers_us, "contentBlockDelta",
                  "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"\"},\"p\":\"ab\"}",
                  0);
    for (int64_t i = 0; i < a->deltas; i++) {
        bool thinking = i < a->reasoning;
        at_us = a->first_us + i * a->gap_us;
        const char *text =
            thinking ? "{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{"
                       "\"text\":\"so \"}},\"p\":\"abcd\"}"
                     : "{\"contentBlockIndex\":0,\"delta\":{\"text\":\" word\"},"
                       "\"p\":\"abcdef\"}";
        if (a->text[0] && !thinking) text = said(words, a, i);
        if (failing && i == a->fault_at) {
            if (add_fault(s, at_us, text)) return;
            if (a->fault == LOOPBACK_BAD_CRC) continue;
        }
        add_event(s, at_us, "contentBlockDelta", text, delta_marks(i, a->deltas));
    }
    at_us += a->stop_us;
    add_event(s, at_us, "contentBlockStop", "{\"contentBlockIndex\":0,\"p\":\"a\"}", 0);
    snprintf(payload, sizeof payload, "{\"p\":\"abc\",\"stopReason\":\"%s\"}",
             a->stop_reason);
    add_event(s, at_us, "messageStop", payload, 0);
    at_us += a->tail_us;
    snprintf(payload, sizeof payload, "{%s}", usage_of(a, usage));
    add_event(s, at_us, "metadata", payload, 0);
    buf_text(&s->bytes, "0\r\n\r\n");
    add_step(s, at_us, ACT_FINISH, 1U << MARK_END);
}

static const char *reason_of(int64_t status)
{
    static const struct {
        int64_t status;
        const char *words;
    } reason[] = { { 200, "OK" },
                   { 400, "Bad Request" },
                   { 403, "Forbidden" },
                   { 404, "Not Found" },
                   { 408, "Timeout" },
                   { 424, "Failed Dependency" },
                   { 429, "Too Many Requests" },
                   { 500, "Internal Server Error" },
                   { 503, "Service Unavailable" } };
    for (size_t i = 0; i < sizeof reason / sizeof *reason; i++)
        if (reason[i].status == status) return reason[i].words;
    return "Other";
}

/* Converse, and every refusal. */
static void make_plain(struct loopback_script *s)
{
    const struct loopback_answer *a = &s->answer;
    bool refused = a->fault == LOOPBACK_STATUS;
    int64_t status = refused ? a->status : 200;
    char usage[512], error[160] = "", text[6144];
    struct buf body = { .max = BYTES_MAX };
    if (refused) {
        buf_printf(&body, "{\"message\":\"%s\"}", a->words);
        snprintf(error, sizeof error,
                 "x-amzn-ErrorType: %s:http://internal.amazon.com/coral/"
                 "com.amazon.bedrock/\r\n",
                 a->error);
    } else if (a->raw) {
        buf_text(&body, a->text);
    } else {
        buf_text(&body, "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":"
                        "[{\"text\":\"");
        for (int64_t i = 0; i < a->deltas && !a->text[0]; i++)
            buf_text(&body, " word");
        buf_text(&body, escaped(text, a->text));
        buf_printf(&body, "\"}]}},\"stopReason\":\"%s\",%s}", a->stop_reason,
                   usage_of(a, usage));
    }
    buf_printf(&s->bytes,
               "HTTP/1.1 %" PRId64 " %s\r\nContent-Type: application/json\r\n"
               "%sx-amzn-RequestId: 00000000-0000-4000-8000-000000000000\r\n"
               "Content-Length: %zu\r\n\r\n",
               status, reason_of(status), error, body.n);
    buf_add(&s->bytes, body.p, body.n);
    buf_clear(&body);
    int64_t at_us = refused
                        ? a->headers_us
                        : a->first_us + (a->deltas > 0 ? a->deltas - 1 : 0) * a->gap_us;
    add_step(s, at_us, a->fault == LOOPBACK_RESET ? ACT_RESET : ACT_FINISH,
             1U << MARK_HEADERS | 1U << MARK_FIRST | 1U << MARK_LAST | 1U << MARK_END);
}

void loopback_script_make(struct loopback_script *out, const struct loopback_answer *a,
                          bool stream)
{
    *out = (struct loopback_script){ .stream = stream, .bytes = { .max = BYTES_MAX } };
    memcpy(&out->answer, a, sizeof *a);
    if (stream && a->fault != LOOPBACK_STATUS)
        make_stream(out);
    else
        make_plain(out);
    if (!a->buffered) return;
    for (size_t i = 0; i < out->steps; i++)
        out->step[i].at_us = out->step[out->steps - 1].at_us;
}

void loopback_script_clear(struct loopback_script *s)
{
    buf_clear(&s->bytes);
    free(s->step);
}
