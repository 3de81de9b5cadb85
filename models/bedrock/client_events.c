/* What an event of ConverseStream says, and the usage block of any answer. */
#include <stdio.h>
#include <string.h>

#include "client_private.h"
#include "json_view.h"

void answer_read_json(struct call *call, struct str json)
{
    struct aws_answer *a = &call->answer;
    struct str usage = view_member(json, "usage"),
               stop = view_member(json, "stopReason");
    bool input = view_count(&a->tokens.input, view_member(usage, "inputTokens"));
    bool output = view_count(&a->tokens.output, view_member(usage, "outputTokens"));
    view_count(&a->tokens.cache_read, view_member(usage, "cacheReadInputTokens"));
    view_count(&a->tokens.cache_write, view_member(usage, "cacheWriteInputTokens"));
    if (input && output) a->tokens.known = true;
    if (call->operation == AWS_COUNT_TOKENS)
        a->tokens.known =
            view_count(&a->tokens.input, view_member(json, "inputTokens"));
    view_count(&a->service_latency_ms,
               view_member(view_member(json, "metrics"), "latencyMs"));
    if (view_is_text(stop)) {
        struct buf text = { .max = sizeof call->stop_reason - 1 };
        view_text(&text, stop);
        snprintf(call->stop_reason, sizeof call->stop_reason, "%s",
                 text.p ? text.p : "");
        buf_clear(&text);
    }
}

/* A text as it is meant; without a copy where nothing in it is escaped. */
static struct str text_of(struct call *call, struct str value)
{
    if (!view_is_text(value)) return STR("");
    if (!memchr(value.p, '\\', value.n))
        return (struct str){ value.p + 1, value.n - 2 };
    call->text.n = 0;
    call->text.overflow = false;
    view_text(&call->text, value);
    return call->text.n ? (struct str){ call->text.p, call->text.n } : STR("");
}

static void read_delta(struct call *call, struct aws_event *event, struct str json)
{
    struct str delta = view_member(json, "delta"), part;
    event->kind = AWS_EVENT_OTHER_DELTA;
    if ((part = view_member(delta, "text")).n) {
        event->kind = AWS_EVENT_TEXT;
        event->text = text_of(call, part);
    } else if ((part = view_member(delta, "reasoningContent")).n) {
        event->kind = AWS_EVENT_REASONING;
        event->text = text_of(call, view_member(part, "text"));
        /* hidden reasoning is reasoning all the same */
        if (!event->text.n)
            event->text = text_of(call, view_member(part, "redactedContent"));
    } else if ((part = view_member(delta, "toolUse")).n) {
        event->kind = AWS_EVENT_TOOL;
        event->text = text_of(call, view_member(part, "input"));
    }
}

static enum aws_event_kind kind_of(struct str type)
{
#define NAME(s) s, sizeof(s) - 1
    static const struct {
        const char *type;
        size_t n;
        enum aws_event_kind kind;
    } row[] = {
        { NAME("contentBlockDelta"), AWS_EVENT_OTHER_DELTA },
        { NAME("messageStart"), AWS_EVENT_MESSAGE_START },
        { NAME("contentBlockStart"), AWS_EVENT_BLOCK_START },
        { NAME("contentBlockStop"), AWS_EVENT_BLOCK_STOP },
        { NAME("messageStop"), AWS_EVENT_MESSAGE_STOP },
        { NAME("metadata"), AWS_EVENT_METADATA },
    };
#undef NAME
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (type.n == row[i].n && memcmp(type.p, row[i].type, type.n) == 0)
            return row[i].kind;
    return AWS_EVENT_UNKNOWN;
}

static bool take_failure(struct call *call, const struct eventstream_message *m)
{
    struct str code = m->exception_type.n ? m->exception_type : m->error_code;
    failure_of_event(&call->answer.failure, code, m->payload);
    if (m->error_message.n && !m->payload.n) {
        failure_set(&call->answer.failure, call->answer.failure.class_, "%.*s",
                    STR_ARG(m->error_message));
    }
    return false;
}

bool answer_take_event(struct call *call, const struct eventstream_message *m,
                       int64_t at_ns)
{
    struct aws_event event = { .kind = kind_of(m->event_type),
                               .text = STR(""),
                               .at_ns = at_ns,
                               .wire_bytes = m->wire_bytes,
                               .block = -1 };
    if (str_eq(m->message_type, "exception") || str_eq(m->message_type, "error"))
        return take_failure(call, m);
    struct str json = m->payload;
    if (event.kind != AWS_EVENT_UNKNOWN) {
        int64_t block = -1;
        if (!view_valid(json)) {
            failure_set(&call->answer.failure, FAILURE_STREAM,
                        "an event of the stream is not JSON");
            return false;
        }
        if (view_count(&block, view_member(json, "contentBlockIndex")) &&
            block < 1 << 20)
            event.block = (int)block;
        if (event.kind == AWS_EVENT_OTHER_DELTA) read_delta(call, &event, json);
    }
    if (event.kind == AWS_EVENT_MESSAGE_STOP || event.kind == AWS_EVENT_METADATA)
        answer_read_json(call, json);
    call->saw_stop = call->saw_stop || event.kind == AWS_EVENT_MESSAGE_STOP;
    call->saw_metadata = call->saw_metadata || event.kind == AWS_EVENT_METADATA;
    call->answer.events++;
    if (call->handler.on_event) call->handler.on_event(call->handler.context, &event);
    return true;
}
