#include "converse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "utf8.h"

/* The text as a JSON string with its quotes. Runs without escapes are copied whole. */
static void add_string(struct buf *out, struct str s)
{
    static const char hex[] = "0123456789abcdef";
    size_t plain = 0;
    buf_text(out, "\"");
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= ' ' && c != '"' && c != '\\') continue;
        buf_add(out, s.p + plain, i - plain);
        plain = i + 1;
        if (c == '"' || c == '\\') {
            char two[2] = { '\\', (char)c };
            buf_add(out, two, sizeof two);
        } else if (c == '\n') {
            buf_text(out, "\\n");
        } else {
            char six[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
            buf_add(out, six, sizeof six);
        }
    }
    buf_add(out, s.p + plain, s.n - plain);
    buf_text(out, "\"");
}

/* RFC 4648 base 64 with its quotes. */
static void add_base64(struct buf *out, struct str s)
{
    static const char letter[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *p = (const unsigned char *)s.p;
    buf_text(out, "\"");
    for (size_t i = 0; i < s.n; i += 3) {
        size_t left = s.n - i;
        unsigned v = (unsigned)p[i] << 16;
        if (left > 1) v |= (unsigned)p[i + 1] << 8;
        if (left > 2) v |= p[i + 2];
        char four[4] = { letter[v >> 18], letter[v >> 12 & 63],
                         left > 1 ? letter[v >> 6 & 63] : '=',
                         left > 2 ? letter[v & 63] : '=' };
        buf_add(out, four, sizeof four);
    }
    buf_text(out, "\"");
}

static void add_cache_point(struct buf *out, const char *ttl)
{
    buf_text(out, "{\"cachePoint\":{\"type\":\"default\"");
    if (ttl) buf_printf(out, ",\"ttl\":\"%s\"", ttl);
    buf_text(out, "}}");
}

static enum err_code add_text_block(struct buf *out, struct str text, struct err *e)
{
    if (!utf8_valid(text.p, text.n, NULL))
        return err_set(e, ERR_INPUT, "a prompt's text is not UTF-8");
    buf_text(out, "{\"text\":");
    add_string(out, text);
    buf_text(out, "}");
    return OK;
}

static enum err_code add_part(struct buf *out, const struct converse_part *p,
                              const char *ttl, struct err *e)
{
    if (p->kind == CONVERSE_TEXT) return add_text_block(out, p->bytes, e);
    if (p->kind == CONVERSE_CACHE_POINT) {
        add_cache_point(out, ttl);
        return OK;
    }
    bool image = p->kind == CONVERSE_IMAGE;
    if (!p->format || !*p->format)
        return err_set(e, ERR_INPUT, "%s without a format",
                       image ? "an image" : "a document");
    buf_printf(out, "{\"%s\":{\"format\":\"%s\",", image ? "image" : "document",
               p->format);
    if (!image) {
        buf_text(out, "\"name\":");
        add_string(out, str_of(p->name ? p->name : "document"));
        buf_text(out, ",");
    }
    buf_text(out, "\"source\":{\"bytes\":");
    add_base64(out, p->bytes);
    buf_text(out, "}}}");
    return OK;
}

static enum err_code add_messages(struct buf *out, const struct converse *q,
                                  struct err *e)
{
    buf_text(out, "\"messages\":[");
    for (size_t i = 0; i < q->messages; i++) {
        const struct converse_message *m = &q->message[i];
        buf_printf(out, "%s{\"role\":\"%s\",\"content\":[", i ? "," : "",
                   m->assistant ? "assistant" : "user");
        for (size_t k = 0; k < m->parts; k++) {
            if (k) buf_text(out, ",");
            if (add_part(out, &m->part[k], q->cache_ttl, e)) return e->code;
        }
        buf_text(out, "]}");
    }
    buf_text(out, "]");
    if (!q->system) return OK;
    buf_text(out, ",\"system\":[");
    if (add_text_block(out, str_of(q->system), e)) return e->code;
    if (q->system_cache_point) {
        buf_text(out, ",");
        add_cache_point(out, q->cache_ttl);
    }
    buf_text(out, "]");
    return OK;
}

static void add_inference(struct buf *out, const struct converse *q)
{
    const char *comma = "";
    if (q->max_tokens <= 0 && isnan(q->temperature) && isnan(q->top_p)) return;
    buf_text(out, ",\"inferenceConfig\":{");
    if (q->max_tokens > 0) {
        buf_printf(out, "\"maxTokens\":%lld", (long long)q->max_tokens);
        comma = ",";
    }
    if (!isnan(q->temperature)) {
        buf_printf(out, "%s\"temperature\":%.15g", comma, q->temperature);
        comma = ",";
    }
    if (!isnan(q->top_p)) buf_printf(out, "%s\"topP\":%.15g", comma, q->top_p);
    buf_text(out, "}");
}

static enum err_code add_extra(struct buf *out, const char *text, struct err *e)
{
    if (!text) return OK;
    cJSON *json = cJSON_Parse(text);
    bool good = cJSON_IsObject(json);
    cJSON_Delete(json);
    if (!good)
        return err_set(e, ERR_INPUT, "the model's extra fields are not a JSON object");
    buf_text(out, ",\"additionalModelRequestFields\":");
    buf_text(out, text);
    return OK;
}

static enum err_code finish(struct buf *out, struct err *e)
{
    if (out->overflow)
        return err_set(e, ERR_INPUT, "a request of more than %zu bytes", out->max);
    return OK;
}

enum err_code converse_body(struct buf *out, const struct converse *q, struct err *e)
{
    buf_text(out, "{");
    if (add_messages(out, q, e)) return e->code;
    add_inference(out, q);
    if (q->latency)
        buf_printf(out, ",\"performanceConfig\":{\"latency\":\"%s\"}", q->latency);
    if (q->service_tier)
        buf_printf(out, ",\"serviceTier\":{\"type\":\"%s\"}", q->service_tier);
    if (add_extra(out, q->extra_fields, e)) return e->code;
    buf_text(out, "}");
    return finish(out, e);
}

enum err_code converse_count_body(struct buf *out, const struct converse *q,
                                  struct err *e)
{
    buf_text(out, "{\"input\":{\"converse\":{");
    if (add_messages(out, q, e) || add_extra(out, q->extra_fields, e)) return e->code;
    buf_text(out, "}}}");
    return finish(out, e);
}

enum err_code converse_text(const char **out, struct str body, struct arena *a,
                            struct err *e)
{
    cJSON *json = cJSON_ParseWithLength(body.p, body.n);
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(json, "output"), *block;
    o = cJSON_GetObjectItemCaseSensitive(o, "message");
    o = cJSON_GetObjectItemCaseSensitive(o, "content");
    struct buf text = { .max = body.n + 1 };
    bool good = cJSON_IsArray(o);
    cJSON_ArrayForEach(block, o)
    {
        const cJSON *t = cJSON_GetObjectItemCaseSensitive(block, "text");
        if (cJSON_IsString(t)) buf_text(&text, t->valuestring);
    }
    if (good) *out = arena_text_n(a, text.n ? text.p : "", text.n);
    buf_clear(&text);
    cJSON_Delete(json);
    return good ? OK : err_set(e, ERR_NET, "an answer without a message");
}

enum err_code embedding_body(struct buf *out, const char *model, struct str text,
                             struct err *e)
{
    if (!utf8_valid(text.p, text.n, NULL))
        return err_set(e, ERR_INPUT, "a prompt's text is not UTF-8");
    if (strstr(model, "titan-embed")) {
        buf_text(out, "{\"inputText\":");
        add_string(out, text);
        buf_text(out, "}");
    } else if (strstr(model, "cohere.embed")) {
        buf_text(out, "{\"texts\":[");
        add_string(out, text);
        buf_text(out, "],\"input_type\":\"search_document\"}");
    } else {
        return err_set(
            e, ERR_INPUT,
            "'%s': embeddings are known of amazon.titan-embed and cohere.embed "
            "models",
            model);
    }
    return finish(out, e);
}
