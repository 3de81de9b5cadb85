#include <math.h>
#include <string.h>

#include "prompt.h"

/* What prompt_read() reads, without a blank too many. */

static void quote(struct buf *out, struct str text)
{
    buf_text(out, "\"");
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c == '\n')
            buf_text(out, "\\n");
        else if (c < 0x20)
            buf_printf(out, "\\u%04x", c);
        else
            buf_add(out, text.p + i, 1);
    }
    buf_text(out, "\"");
}

static void put_block(struct buf *out, const struct prompt_block *b)
{
    if (b->cache_point) {
        buf_text(out, "{\"cachePoint\":{\"type\":\"default\"");
        if (b->ttl) buf_printf(out, ",\"ttl\":\"%s\"", b->ttl);
        buf_text(out, "}}");
    } else if (b->role == PROMPT_TOOLS) {
        buf_add(out, b->template.text.p, b->template.text.n);
    } else {
        buf_text(out, "{\"text\":");
        quote(out, b->template.text);
        buf_text(out, "}");
    }
}

/* Blocks from `*at` on that have the same role and message. */
static void put_blocks(struct buf *out, const struct prompt *p, size_t *at)
{
    const struct prompt_block *first = &p->block[*at];
    buf_text(out, "[");
    for (size_t i = *at; *at < p->blocks; ++*at) {
        const struct prompt_block *b = &p->block[*at];
        if (b->role != first->role || b->message != first->message) break;
        if (*at > i) buf_text(out, ",");
        put_block(out, b);
    }
    buf_text(out, "]");
}

static void put_variables(struct buf *out, const struct prompt *p)
{
    buf_text(out, "\"inputVariables\":[");
    for (size_t i = 0; i < p->variables.count; i++)
        buf_printf(out, "%s{\"name\":\"%s\"}", i ? "," : "", p->variables.name[i]);
    buf_text(out, "]");
}

static void put_chat(struct buf *out, const struct prompt *p)
{
    size_t at = 0;
    buf_text(out, "{\"chat\":{");
    if (at < p->blocks && p->block[at].role == PROMPT_TOOLS) {
        buf_text(out, "\"toolConfiguration\":{\"tools\":");
        put_blocks(out, p, &at);
        if (p->tool_choice) buf_printf(out, ",\"toolChoice\":%s", p->tool_choice);
        buf_text(out, "},");
    }
    if (at < p->blocks && p->block[at].role == PROMPT_SYSTEM) {
        buf_text(out, "\"system\":");
        put_blocks(out, p, &at);
        buf_text(out, ",");
    }
    buf_text(out, "\"messages\":[");
    for (bool first = true; at < p->blocks; first = false) {
        buf_printf(out, "%s{\"role\":\"%s\",\"content\":", first ? "" : ",",
                   prompt_role_text(p->block[at].role));
        put_blocks(out, p, &at);
        buf_text(out, "}");
    }
    buf_text(out, "],");
    put_variables(out, p);
    buf_text(out, "}}");
}

static void put_text(struct buf *out, const struct prompt *p)
{
    buf_text(out, "{\"text\":{\"text\":");
    quote(out, p->block[0].template.text);
    for (size_t i = 1; i < p->blocks; i++) {
        buf_text(out, ",\"cachePoint\":{\"type\":\"default\"");
        if (p->block[i].ttl) buf_printf(out, ",\"ttl\":\"%s\"", p->block[i].ttl);
        buf_text(out, "}");
    }
    buf_text(out, ",");
    put_variables(out, p);
    buf_text(out, "}}");
}

static void put_inference(struct buf *out, const struct prompt *p)
{
    const char *comma = "";
    if (isnan(p->temperature) && isnan(p->top_p) && !p->max_tokens && !p->stops) return;
    buf_text(out, ",\"inferenceConfiguration\":{\"text\":{");
    if (!isnan(p->temperature))
        buf_printf(out, "\"temperature\":%.9g", p->temperature), comma = ",";
    if (!isnan(p->top_p))
        buf_printf(out, "%s\"topP\":%.9g", comma, p->top_p), comma = ",";
    if (p->max_tokens)
        buf_printf(out, "%s\"maxTokens\":%lld", comma, (long long)p->max_tokens),
            comma = ",";
    if (p->stops) buf_printf(out, "%s\"stopSequences\":[", comma);
    for (size_t i = 0; i < p->stops; i++) {
        if (i) buf_text(out, ",");
        quote(out, str_of(p->stop[i]));
    }
    if (p->stops) buf_text(out, "]");
    buf_text(out, "}}");
}

struct str prompt_write(const struct prompt *p, struct arena *a)
{
    struct buf out = { .max = 16 * PROMPT_BYTES };
    buf_printf(&out, "{\"templateType\":\"%s\",\"templateConfiguration\":",
               p->chat ? "CHAT" : "TEXT");
    if (p->chat)
        put_chat(&out, p);
    else
        put_text(&out, p);
    if (p->model) {
        buf_text(&out, ",\"modelId\":");
        quote(&out, str_of(p->model));
    }
    put_inference(&out, p);
    if (p->more) buf_printf(&out, ",\"additionalModelRequestFields\":%s", p->more);
    buf_text(&out, "}");
    struct str s = { arena_text_n(a, out.p, out.n), out.n };
    buf_clear(&out);
    return s;
}
