#include "import.h"

#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "json_scan.h"

enum field {
    F_TIMESTAMP,
    F_REGION,
    F_REQUEST_ID,
    F_MODEL,
    F_ERROR,
    F_SCHEMA,
    F_EVENTS,
    F_MESSAGE,
    F_INPUT,
    F_OUTPUT,
    F_INPUT_TOKENS,
    F_CACHE_READ,
    F_CACHE_WRITE,
    F_MAX_TOKENS,
    F_OUTPUT_TOKENS,
    F_LATENCY,
    F_TRACE_INPUT,
    F_TRACE_OUTPUT,
    F_ROUTED,
    FIELDS
};

enum place { TOP, INPUT, OUTPUT, REQUEST, CONFIG, ANSWER, METRICS, TRACE, ROUTER };

/* max_tokens has a name in each family's request. Source: AWS docs, "Inference request
 * parameters and response fields", and the Converse API's inferenceConfig. */
static const struct scan_rule rules[] = {
    { TOP, "timestamp", F_TIMESTAMP, -1 },
    { TOP, "region", F_REGION, -1 },
    { TOP, "requestId", F_REQUEST_ID, -1 },
    { TOP, "modelId", F_MODEL, -1 },
    { TOP, "errorCode", F_ERROR, -1 },
    { TOP, "schemaType", F_SCHEMA, -1 },
    { TOP, "logEvents", F_EVENTS, -1 },
    { TOP, "events", F_EVENTS, -1 },
    { TOP, "message", F_MESSAGE, -1 },
    { TOP, "input", F_INPUT, INPUT },
    { TOP, "output", F_OUTPUT, OUTPUT },
    { TOP, "input_length", F_TRACE_INPUT, -1 },
    { TOP, "output_length", F_TRACE_OUTPUT, -1 },
    { INPUT, "inputTokenCount", F_INPUT_TOKENS, -1 },
    { INPUT, "cacheReadInputTokenCount", F_CACHE_READ, -1 },
    { INPUT, "cacheWriteInputTokenCount", F_CACHE_WRITE, -1 },
    { INPUT, "inputBodyJson", -1, REQUEST },
    { REQUEST, "max_tokens", F_MAX_TOKENS, -1 },
    { REQUEST, "max_tokens_to_sample", F_MAX_TOKENS, -1 },
    { REQUEST, "max_completion_tokens", F_MAX_TOKENS, -1 },
    { REQUEST, "max_gen_len", F_MAX_TOKENS, -1 },
    { REQUEST, "maxTokens", F_MAX_TOKENS, -1 },
    { REQUEST, "inferenceConfig", -1, CONFIG },
    { REQUEST, "textGenerationConfig", -1, CONFIG },
    { CONFIG, "maxTokens", F_MAX_TOKENS, -1 },
    { CONFIG, "max_new_tokens", F_MAX_TOKENS, -1 },
    { CONFIG, "maxTokenCount", F_MAX_TOKENS, -1 },
    { OUTPUT, "outputTokenCount", F_OUTPUT_TOKENS, -1 },
    { OUTPUT, "outputBodyJson", -1, ANSWER },
    { ANSWER, "metrics", -1, METRICS },
    { ANSWER, "metadata", -1, ANSWER },
    { ANSWER, "amazon-bedrock-invocationMetrics", -1, METRICS },
    { ANSWER, "trace", -1, TRACE },
    { TRACE, "promptRouter", -1, ROUTER },
    { ROUTER, "invokedModelId", F_ROUTED, -1 },
    { METRICS, "latencyMs", F_LATENCY, -1 },
    { METRICS, "invocationLatency", F_LATENCY, -1 },
};
enum { RULES = sizeof rules / sizeof *rules };

static const int64_t SECOND_US = 1000000, MILLISECOND_US = 1000;

/* Without escapes; in `im->scratch` where there were any. */
static bool plain(struct import *im, struct str *out, struct str raw)
{
    *out = raw;
    if (raw.n == 0 || !memchr(raw.p, '\\', raw.n)) return true;
    if (im->scratch_bytes < raw.n) {
        char *grown = realloc(im->scratch, raw.n);
        if (!grown) return false;
        im->scratch = grown;
        im->scratch_bytes = raw.n;
    }
    long n = json_unescape(im->scratch, raw);
    *out = (struct str){ im->scratch, n < 0 ? 0 : (size_t)n };
    return n >= 0;
}

/* A short text, copied with its end: false when it is not one. */
static bool short_text(char *out, size_t size, const struct scan_value *v)
{
    if (v->type != SCAN_TEXT || v->raw.n >= size) return false;
    memcpy(out, v->raw.p, v->raw.n);
    size_t n = v->raw.n;
    if (memchr(out, '\\', n)) {
        long plain_n = json_unescape(out, v->raw);
        if (plain_n < 0) return false;
        n = (size_t)plain_n;
    }
    out[n] = '\0';
    return !memchr(out, '\0', n);
}

/* Numbers of milliseconds: since 1970 when they are that large, else since a trace's
 * start. */
static bool read_time(int64_t *at_us, bool *dated, const struct scan_value *v)
{
    char text[DATE_TEXT];
    int64_t unix_s = 0;
    int32_t ns = 0;
    struct err ignored = { 0 };
    const double since_1970_ms = 1e11, most_ms = 1e14;
    if (v->type == SCAN_NUMBER && v->raw.n < sizeof text) {
        char *end = NULL;
        memcpy(text, v->raw.p, v->raw.n);
        text[v->raw.n] = '\0';
        double ms = strtod(text, &end);
        if (*end || !(ms >= 0 && ms < most_ms)) return false;
        *dated = ms >= since_1970_ms;
        *at_us = (int64_t)(ms * (double)MILLISECOND_US);
        return true;
    }
    if (!short_text(text, sizeof text, v)) return false;
    if (date_parse(&unix_s, &ns, text, &ignored)) return false;
    *dated = true;
    *at_us = unix_s * SECOND_US + ns / 1000;
    return true;
}

static bool given(const struct scan_value *v)
{
    return v->type != SCAN_ABSENT && !(v->type == SCAN_LITERAL && v->raw.n == 4 &&
                                       memcmp(v->raw.p, "null", 4) == 0);
}

/* 0 where it is not given. False: skipped, and counted. */
static bool count(uint32_t *out, struct import *im, const struct scan_value *v)
{
    enum import_skip why = SKIP_NOT_COUNT;
    *out = 0;
    if (!given(v)) return true;
    if (v->type == SCAN_NUMBER && import_count(out, v->raw, &why)) return true;
    import_skip(im, why, v->type == SCAN_NUMBER ? v->raw : (struct str){ 0 });
    return false;
}

/* What a request asked for at most, or how long it took, is worth less than the
 * request: what cannot be read counts as not stated. */
static uint32_t optional_count(const struct scan_value *v)
{
    enum import_skip why;
    uint32_t value = 0;
    if (v->type != SCAN_NUMBER || !import_count(&value, v->raw, &why)) return 0;
    return value;
}

static struct str text_or_none(const struct scan_value *v)
{
    return v->type == SCAN_TEXT ? v->raw : (struct str){ "", 0 };
}

static bool lengths(struct usage_record *r, struct import *im,
                    const struct scan_value *f)
{
    uint32_t uncached = 0;
    if (!count(&uncached, im, &f[F_INPUT_TOKENS]) ||
        !count(&r->cached, im, &f[F_CACHE_READ]) ||
        !count(&r->written, im, &f[F_CACHE_WRITE]) ||
        !count(&r->output, im, &f[F_OUTPUT_TOKENS])) {
        return false;
    }
    bool counted = given(&f[F_INPUT_TOKENS]) || given(&f[F_OUTPUT_TOKENS]);
    if (!counted && r->status == USAGE_OK) {
        import_skip(im, SKIP_NO_TOKENS, (struct str){ 0 });
        return false;
    }
    /* inputTokenCount is of uncached tokens; three counts of at most 1e8 fit */
    r->input = uncached + r->cached + r->written;
    if (r->input <= USAGE_MAX_TOKENS) return true;
    import_skip(im, SKIP_ABSURD, (struct str){ 0 });
    return false;
}

static bool record_time(struct usage_record *r, struct import *im,
                        const struct scan_value *v)
{
    bool dated = false;
    if (!read_time(&r->at_us, &dated, v)) {
        import_skip(im, SKIP_NO_TIME, text_or_none(v));
        return false;
    }
    bool possible = dated && r->at_us >= im->earliest_us && r->at_us <= im->latest_us;
    if (!possible) import_skip(im, SKIP_BAD_TIME, text_or_none(v));
    return possible;
}

static enum err_code log_record(struct import *im, const struct scan_value *f,
                                struct err *e)
{
    char model[2048], region[64], id[256], error[128];
    struct usage_record r = { 0 };
    if (!record_time(&r, im, &f[F_TIMESTAMP])) return OK;
    bool failed = given(&f[F_ERROR]);
    if (failed)
        r.status = short_text(error, sizeof error, &f[F_ERROR])
                       ? (uint8_t)usage_status_of(str_of(error))
                       : (uint8_t)USAGE_OTHER;
    if (!lengths(&r, im, f)) return OK;
    r.max_tokens = optional_count(&f[F_MAX_TOKENS]);
    r.latency_ms = optional_count(&f[F_LATENCY]);
    if (short_text(id, sizeof id, &f[F_REQUEST_ID]) && *id)
        r.id = usage_hash(str_of(id));
    /* behind a prompt router, the model that it chose is the one that answered */
    const struct scan_value *who = &f[given(&f[F_ROUTED]) ? F_ROUTED : F_MODEL];
    if (!short_text(model, sizeof model, who)) *model = '\0';
    if (!short_text(region, sizeof region, &f[F_REGION])) *region = '\0';
    im->dated = true;
    return import_add(im, &r, str_of(model), str_of(region), e);
}

static enum err_code trace_record(struct import *im, const struct scan_value *f,
                                  struct err *e)
{
    struct usage_record r = { 0 };
    bool dated = false;
    if (!read_time(&r.at_us, &dated, &f[F_TIMESTAMP])) {
        import_skip(im, SKIP_NO_TIME, text_or_none(&f[F_TIMESTAMP]));
        return OK;
    }
    if (!count(&r.input, im, &f[F_TRACE_INPUT]) ||
        !count(&r.output, im, &f[F_TRACE_OUTPUT])) {
        return OK;
    }
    im->dated = im->dated || dated;
    im->undated = im->undated || !dated;
    return import_add(im, &r, STR(""), STR(""), e);
}

static enum err_code object(struct import *im, const struct scan_value *f, bool nested,
                            struct err *e);

/* CloudWatch's envelope: a list of events, each with a record as text. The texts are
 * unescaped one by one, in place of each other. */
static enum err_code events(struct import *im, struct str list, struct err *e)
{
    struct str event;
    while (json_scan_next_object(&event, &list)) {
        struct scan_value f[FIELDS];
        struct str message;
        const char *p = event.p;
        if (json_scan(f, FIELDS, rules, RULES, &p, event.p + event.n) != SCAN_OK ||
            f[F_MESSAGE].type != SCAN_TEXT || !plain(im, &message, f[F_MESSAGE].raw)) {
            im->read++;
            import_skip(im, SKIP_NOT_USAGE, (struct str){ 0 });
            continue;
        }
        p = message.p;
        if (json_scan(f, FIELDS, rules, RULES, &p, message.p + message.n) != SCAN_OK) {
            im->read++;
            import_skip(im, SKIP_NOT_JSON, (struct str){ 0 });
            continue;
        }
        if (object(im, f, true, e)) return e->code;
    }
    return OK;
}

static bool is_log(const struct scan_value *f)
{
    if (f[F_SCHEMA].type == SCAN_TEXT)
        return str_eq(f[F_SCHEMA].raw, "ModelInvocationLog");
    return f[F_MODEL].type == SCAN_TEXT && (given(&f[F_INPUT]) || given(&f[F_ERROR]));
}

static enum err_code object(struct import *im, const struct scan_value *f, bool nested,
                            struct err *e)
{
    if (!nested && f[F_EVENTS].type == SCAN_ARRAY)
        return events(im, f[F_EVENTS].raw, e);
    im->read++;
    if (f[F_TRACE_INPUT].type != SCAN_ABSENT && f[F_TRACE_OUTPUT].type != SCAN_ABSENT)
        return trace_record(im, f, e);
    if (is_log(f)) return log_record(im, f, e);
    import_skip(im, SKIP_NOT_USAGE, (struct str){ 0 });
    return OK;
}

static bool between_objects(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == ',' || c == '[' || c == ']';
}

enum err_code import_json_line(struct import *im, struct str line, bool last,
                               struct err *e)
{
    if (im->line == 1) line = str_without_bom(line);
    const char *p = line.p, *end = line.p + line.n;
    for (;;) {
        struct scan_value f[FIELDS];
        while (p < end && between_objects(*p))
            p++;
        if (p == end) return OK;
        enum scan_result result = json_scan(f, FIELDS, rules, RULES, &p, end);
        if (result != SCAN_OK) {
            im->read++;
            bool cut = result == SCAN_CUT && last;
            import_skip(im, cut ? SKIP_CUT : SKIP_NOT_JSON, (struct str){ 0 });
            return OK;
        }
        if (object(im, f, false, e)) return e->code;
    }
}
