/* What an event of ConverseStream says, and the usage block of any answer. */
#include <string.h>

#include <cjson/cJSON.h>

#include "client_private.h"

static const cJSON *member(const cJSON *o, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(o, name);
}

/* A count of AWS's: whole and not negative; else `*out` is left. */
static bool count_of(int64_t *out, const cJSON *o, const char *name)
{
    const cJSON *m = member(o, name);
    if (!cJSON_IsNumber(m) || !(m->valuedouble >= 0 && m->valuedouble < 1e15))
        return false;
    *out = (int64_t)m->valuedouble;
    return true;
}

void answer_read_json(struct call *call, const cJSON *json)
{
    struct aws_answer *a = &call->answer;
    const cJSON *usage = member(json, "usage"), *stop = member(json, "stopReason");
    bool input = count_of(&a->tokens.input, usage, "inputTokens");
    bool output = count_of(&a->tokens.output, usage, "outputTokens");
    count_of(&a->tokens.cache_read, usage, "cacheReadInputTokens");
    count_of(&a->tokens.cache_write, usage, "cacheWriteInputTokens");
    if (input && output) a->tokens.known = true;
    if (call->operation == AWS_COUNT_TOKENS)
        a->tokens.known = count_of(&a->tokens.input, json, "inputTokens");
    count_of(&a->service_latency_ms, member(json, "metrics"), "latencyMs");
    if (cJSON_IsString(stop))
        snprintf(call->stop_reason, sizeof call->stop_reason, "%s", stop->valuestring);
}

static struct str text_of(const cJSON *m)
{
    return cJSON_IsString(m) ? str_of(m->valuestring) : STR("");
}

static void read_delta(struct aws_event *event, const cJSON *json)
{
    const cJSON *delta = member(json, "delta"), *part;
    event->kind = AWS_EVENT_OTHER_DELTA;
    if ((part = member(delta, "text"))) {
        event->kind = AWS_EVENT_TEXT;
        event->text = text_of(part);
    } else if ((part = member(delta, "reasoningContent"))) {
        event->kind = AWS_EVENT_REASONING;
        event->text = text_of(member(part, "text"));
        /* hidden reasoning is reasoning all the same */
        if (!event->text.n) event->text = text_of(member(part, "redactedContent"));
    } else if ((part = member(delta, "toolUse"))) {
        event->kind = AWS_EVENT_TOOL;
        event->text = text_of(member(part, "input"));
    }
}

static enum aws_event_kind kind_of(struct str type)
{
    static const struct {
        const char *type;
        enum aws_event_kind kind;
    } row[] = {
        { "contentBlockDelta", AWS_EVENT_OTHER_DELTA },
        { "messageStart", AWS_EVENT_MESSAGE_START },
        { "contentBlockStart", AWS_EVENT_BLOCK_START },
        { "contentBlockStop", AWS_EVENT_BLOCK_STOP },
        { "messageStop", AWS_EVENT_MESSAGE_STOP },
        { "metadata", AWS_EVENT_METADATA },
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if (str_eq(type, row[i].type)) return row[i].kind;
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
    cJSON *json = NULL;
    if (event.kind != AWS_EVENT_UNKNOWN) {
        json = cJSON_ParseWithLength(m->payload.p, m->payload.n);
        const cJSON *block = member(json, "contentBlockIndex");
        if (!cJSON_IsObject(json)) {
            cJSON_Delete(json);
            failure_set(&call->answer.failure, FAILURE_STREAM,
                        "an event of the stream is not JSON");
            return false;
        }
        if (cJSON_IsNumber(block)) event.block = block->valueint;
        if (event.kind == AWS_EVENT_OTHER_DELTA) read_delta(&event, json);
    }
    if (event.kind == AWS_EVENT_MESSAGE_STOP || event.kind == AWS_EVENT_METADATA)
        answer_read_json(call, json);
    call->saw_stop = call->saw_stop || event.kind == AWS_EVENT_MESSAGE_STOP;
    call->saw_metadata = call->saw_metadata || event.kind == AWS_EVENT_METADATA;
    call->answer.events++;
    if (call->handler.on_event) call->handler.on_event(call->handler.context, &event);
    cJSON_Delete(json);
    return true;
}
