#include <math.h>
#include <stdio.h>
#include <string.h>

#include "json_scan.h"
#include "json_tape.h"
#include "prompt.h"
#include "text.h"
#include "utf8.h"

const char *prompt_role_text(enum prompt_role r)
{
    static const char *const text[] = { "tools", "system", "user", "assistant" };
    return text[r];
}

struct reader {
    struct prompt *out;
    struct json_tape tape;
    struct str bytes;
    struct arena *arena;
    size_t capacity, message;
    struct err *e;
};

/* A fault at a node; returns its code. */
__attribute__((format(printf, 3, 4))) static enum err_code
fault(struct reader *r, uint32_t node, const char *fmt, ...)
{
    char what[384];
    int line, column;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    template_place(r->bytes, r->tape.node[node].at, &line, &column);
    return err_set(r->e, ERR_INPUT, "%d:%d: %s", line, column, what);
}

static const struct tape_node *node_of(const struct reader *r, uint32_t node)
{
    return &r->tape.node[node];
}

/* The value of a key when it is of this type; 0 when it is missing or null.
 * Another type is a fault. */
static enum err_code member(uint32_t *out, struct reader *r, uint32_t object,
                            const char *key, enum tape_type type)
{
    uint32_t found = tape_member(&r->tape, object, key);
    *out = 0;
    if (!found || node_of(r, found)->type == TAPE_NULL) return OK;
    if (node_of(r, found)->type != type)
        return fault(r, found, "'%s' is %s, want %s", key,
                     tape_type_text(node_of(r, found)->type), tape_type_text(type));
    *out = found;
    return OK;
}

static enum err_code required(uint32_t *out, struct reader *r, uint32_t object,
                              const char *key, enum tape_type type)
{
    if (member(out, r, object, key, type) || *out) return r->e->code;
    return fault(r, object, "'%s' is missing", key);
}

/* A text without its escapes. Its first NUL would end it: refused. */
static enum err_code unescape(struct str *out, struct reader *r, uint32_t node)
{
    struct str raw = tape_raw(&r->tape, node);
    char *p = ARENA_NEW(r->arena, char, raw.n + 1);
    long n = json_unescape(p, raw);
    if (n < 0 || memchr(p, '\0', (size_t)n))
        return fault(r, node, "a NUL character in a text");
    *out = (struct str){ p, (size_t)n };
    return OK;
}

/* NULL when it is missing. */
static enum err_code text_member(const char **out, struct reader *r, uint32_t object,
                                 const char *key)
{
    struct str s;
    uint32_t node;
    *out = NULL;
    if (member(&node, r, object, key, TAPE_TEXT) || !node) return r->e->code;
    if (unescape(&s, r, node)) return r->e->code;
    *out = s.p;
    return OK;
}

static enum err_code number_member(double *out, struct reader *r, uint32_t object,
                                   const char *key, double lo, double hi)
{
    uint32_t node;
    struct err why = { 0 };
    if (member(&node, r, object, key, TAPE_NUMBER) || !node) return r->e->code;
    struct str s = tape_raw(&r->tape, node);
    if (text_real(out, arena_text_n(r->arena, s.p, s.n), lo, hi, &why))
        return fault(r, node, "'%s': %s", key, why.msg);
    return OK;
}

/* JSON as it stands, the blanks between its words taken out. */
static struct str compact(struct reader *r, uint32_t node)
{
    struct str raw = tape_raw(&r->tape, node);
    if (node_of(r, node)->type == TAPE_TEXT) raw.p--, raw.n += 2;
    char *p = ARENA_NEW(r->arena, char, raw.n + 1);
    size_t n = 0;
    bool text = false;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        if (c == '"') text = !text;
        if (text && c == '\\') p[n++] = raw.p[i++], c = raw.p[i];
        if (text || !strchr(" \t\r\n", c)) p[n++] = c;
    }
    return (struct str){ p, n };
}

static struct prompt_block *add_block(struct reader *r, enum prompt_role role)
{
    struct prompt *p = r->out;
    p->block =
        arena_grow(r->arena, p->block, &r->capacity, p->blocks + 1, sizeof *p->block);
    p->block[p->blocks] = (struct prompt_block){ .role = role, .message = r->message };
    return &p->block[p->blocks++];
}

static enum err_code add_text(struct reader *r, enum prompt_role role, uint32_t node)
{
    struct str s;
    struct err inner = { 0 };
    struct template t;
    if (unescape(&s, r, node)) return r->e->code;
    if (template_parse(&t, &r->out->variables, s, r->arena, &inner))
        return fault(r, node, "in this text, %s", inner.msg);
    add_block(r, role)->template = t;
    return OK;
}

static enum err_code add_cache_point(struct reader *r, enum prompt_role role,
                                     uint32_t node)
{
    const char *type, *ttl;
    if (text_member(&type, r, node, "type") || text_member(&ttl, r, node, "ttl"))
        return r->e->code;
    if (!type || strcmp(type, "default") != 0)
        return fault(r, node, "a cachePoint wants \"type\":\"default\"");
    if (ttl && strcmp(ttl, "5m") != 0 && strcmp(ttl, "1h") != 0)
        return fault(r, node, "a cachePoint lives \"5m\" or \"1h\", not \"%.16s\"",
                     ttl);
    struct prompt_block *b = add_block(r, role);
    b->cache_point = true;
    b->ttl = ttl;
    return OK;
}

/* Texts (tools: objects as they stand) and cache points of an array. */
static enum err_code add_blocks(struct reader *r, enum prompt_role role, uint32_t array)
{
    for (uint32_t i = array + 1; i < node_of(r, array)->end; i = node_of(r, i)->end) {
        uint32_t point, text;
        if (node_of(r, i)->type != TAPE_OBJECT)
            return fault(r, i, "%s, want an object",
                         tape_type_text(node_of(r, i)->type));
        if (member(&point, r, i, "cachePoint", TAPE_OBJECT)) return r->e->code;
        if (point) {
            if (add_cache_point(r, role, point)) return r->e->code;
            continue;
        }
        if (role == PROMPT_TOOLS) {
            struct prompt_block *b = add_block(r, role);
            struct str s = compact(r, i);
            struct template_part *part = ARENA_NEW(r->arena, struct template_part, 1);
            *part = (struct template_part){ .text = s, .variable = -1 };
            b->template = (struct template){ s, part, 1 };
            continue;
        }
        if (member(&text, r, i, "text", TAPE_TEXT)) return r->e->code;
        if (!text) return fault(r, i, "neither 'text' nor 'cachePoint' here");
        if (add_text(r, role, text)) return r->e->code;
    }
    return OK;
}

static enum err_code add_messages(struct reader *r, uint32_t array)
{
    for (uint32_t i = array + 1; i < node_of(r, array)->end; i = node_of(r, i)->end) {
        uint32_t content, role;
        if (node_of(r, i)->type != TAPE_OBJECT)
            return fault(r, i, "a message is an object");
        if (required(&role, r, i, "role", TAPE_TEXT) ||
            required(&content, r, i, "content", TAPE_ARRAY))
            return r->e->code;
        struct str who = tape_raw(&r->tape, role);
        bool user = str_eq(who, "user");
        if (!user && !str_eq(who, "assistant"))
            return fault(r, role, "role '%.*s': want user or assistant",
                         (int)(who.n < 24 ? who.n : 24), who.p);
        r->message++;
        if (add_blocks(r, user ? PROMPT_USER : PROMPT_ASSISTANT, content))
            return r->e->code;
    }
    return OK;
}

/* Tools first, then system, then messages. */
static enum err_code read_chat(struct reader *r, uint32_t chat)
{
    uint32_t tools, list, choice, system, messages;
    r->out->chat = true;
    if (member(&tools, r, chat, "toolConfiguration", TAPE_OBJECT)) return r->e->code;
    if (tools) {
        if (required(&list, r, tools, "tools", TAPE_ARRAY) ||
            add_blocks(r, PROMPT_TOOLS, list) ||
            member(&choice, r, tools, "toolChoice", TAPE_OBJECT))
            return r->e->code;
        if (choice) r->out->tool_choice = compact(r, choice).p;
    }
    if (member(&system, r, chat, "system", TAPE_ARRAY) ||
        (system && add_blocks(r, PROMPT_SYSTEM, system)) ||
        required(&messages, r, chat, "messages", TAPE_ARRAY))
        return r->e->code;
    return add_messages(r, messages);
}

static enum err_code read_text(struct reader *r, uint32_t text)
{
    uint32_t body, point;
    if (required(&body, r, text, "text", TAPE_TEXT) || add_text(r, PROMPT_USER, body) ||
        member(&point, r, text, "cachePoint", TAPE_OBJECT))
        return r->e->code;
    return point ? add_cache_point(r, PROMPT_USER, point) : OK;
}

/* What the texts use must be declared, where anything is; what nobody uses is kept. */
static enum err_code read_variables(struct reader *r, uint32_t config)
{
    struct prompt_names declared = { 0 }, *used = &r->out->variables;
    uint32_t list, name;
    if (member(&list, r, config, "inputVariables", TAPE_ARRAY)) return r->e->code;
    for (uint32_t i = list + 1; list && i < node_of(r, list)->end;
         i = node_of(r, i)->end) {
        if (node_of(r, i)->type != TAPE_OBJECT)
            return fault(r, i, "a variable is an object with a \"name\"");
        if (required(&name, r, i, "name", TAPE_TEXT)) return r->e->code;
        struct str s = tape_raw(&r->tape, name);
        if (!template_is_name(s))
            return fault(r, name, "'%.*s' is no variable's name",
                         (int)(s.n < 40 ? s.n : 40), s.p);
        prompt_names_add(&declared, s, r->arena);
    }
    for (size_t i = 0; list && i < used->count; i++)
        if (prompt_names_find(&declared, used->name[i]) < 0)
            return fault(r, list, "{{%.80s}} is used and not declared here%s",
                         used->name[i],
                         text_did_you_mean(r->arena, used->name[i], declared.name,
                                           declared.count));
    for (size_t i = 0; i < declared.count; i++)
        prompt_names_add(used, str_of(declared.name[i]), r->arena);
    if (used->count > PROMPT_VARIABLES)
        return fault(r, config, "%zu variables, at most %d are allowed", used->count,
                     PROMPT_VARIABLES);
    return OK;
}

static enum err_code read_inference(struct reader *r, uint32_t variant)
{
    uint32_t config, text = 0, stops = 0;
    double tokens = 0;
    struct prompt *p = r->out;
    if (member(&config, r, variant, "inferenceConfiguration", TAPE_OBJECT) || !config)
        return r->e->code;
    if (member(&text, r, config, "text", TAPE_OBJECT) || !text) return r->e->code;
    if (number_member(&p->temperature, r, text, "temperature", 0, 1) ||
        number_member(&p->top_p, r, text, "topP", 0, 1) ||
        number_member(&tokens, r, text, "maxTokens", 0, 1e6) ||
        member(&stops, r, text, "stopSequences", TAPE_ARRAY))
        return r->e->code;
    p->max_tokens = (int64_t)tokens;
    for (uint32_t i = stops + 1; stops && i < node_of(r, stops)->end;
         i = node_of(r, i)->end) {
        struct str s;
        if (node_of(r, i)->type != TAPE_TEXT)
            return fault(r, i, "a stop sequence is a text");
        if (p->stops == PROMPT_STOPS)
            return fault(r, i, "more than %d stop sequences", PROMPT_STOPS);
        if (unescape(&s, r, i)) return r->e->code;
        p->stop[p->stops++] = s.p;
    }
    return OK;
}

static enum err_code read_variant(struct reader *r, uint32_t variant)
{
    uint32_t config, type, body, more;
    if (required(&type, r, variant, "templateType", TAPE_TEXT) ||
        required(&config, r, variant, "templateConfiguration", TAPE_OBJECT))
        return r->e->code;
    struct str kind = tape_raw(&r->tape, type);
    bool chat = str_eq(kind, "CHAT");
    if (!chat && !str_eq(kind, "TEXT"))
        return fault(r, type, "templateType '%.*s': want TEXT or CHAT",
                     (int)(kind.n < 24 ? kind.n : 24), kind.p);
    if (required(&body, r, config, chat ? "chat" : "text", TAPE_OBJECT) ||
        (chat ? read_chat(r, body) : read_text(r, body)) || read_variables(r, body) ||
        text_member(&r->out->model, r, variant, "modelId") ||
        read_inference(r, variant) ||
        member(&more, r, variant, "additionalModelRequestFields", TAPE_OBJECT))
        return r->e->code;
    if (more) r->out->more = compact(r, more).p;
    return OK;
}

/* The variant that is meant. */
static enum err_code find_variant(uint32_t *out, struct reader *r, uint32_t list)
{
    const char *preset;
    uint32_t name;
    size_t count = 0;
    if (text_member(&preset, r, 0, "defaultVariant")) return r->e->code;
    *out = 0;
    for (uint32_t i = list + 1; i < node_of(r, list)->end; i = node_of(r, i)->end) {
        if (node_of(r, i)->type != TAPE_OBJECT)
            return fault(r, i, "a variant is an object");
        if (member(&name, r, i, "name", TAPE_TEXT)) return r->e->code;
        bool meant = preset && name && str_eq(tape_raw(&r->tape, name), preset);
        if (!*out || meant) *out = i;
        if (meant) return OK;
        count++;
    }
    if (preset && count)
        return fault(r, list, "no variant is called '%.80s', the default one", preset);
    if (!count) return fault(r, list, "there is no variant");
    if (count > 1) return fault(r, list, "%zu variants and no defaultVariant", count);
    return OK;
}

enum err_code prompt_read(struct prompt *out, const char *bytes, size_t size,
                          struct arena *a, struct err *e)
{
    struct prompt p = { .temperature = (double)NAN, .top_p = (double)NAN };
    struct reader r = { .out = &p, .tape = { .arena = a }, .arena = a, .e = e };
    struct tape_fault bad = { 0 };
    uint32_t list, variant = 0;
    int line, column;
    r.bytes = (struct str){ bytes, size };
    if (size > 8 * PROMPT_BYTES)
        return err_set(e, ERR_INPUT, "a prompt of more than %d bytes",
                       8 * PROMPT_BYTES);
    if (!json_tape_read(&r.tape, bytes, size, &bad)) {
        template_place(r.bytes, bad.at, &line, &column);
        return err_set(e, ERR_INPUT, "%d:%d: %s", line, column, bad.what);
    }
    if (node_of(&r, 0)->type != TAPE_OBJECT)
        return fault(&r, 0, "a prompt is an object, not %s",
                     tape_type_text(node_of(&r, 0)->type));
    if (member(&list, &r, 0, "variants", TAPE_ARRAY) ||
        (list && find_variant(&variant, &r, list)) ||
        (list && text_member(&p.name, &r, 0, "name")) ||
        text_member(&p.description, &r, 0, "description") ||
        text_member(&p.version, &r, 0, "version") || read_variant(&r, variant))
        return e->code;
    *out = p;
    return OK;
}

enum err_code prompt_of_text(struct prompt *out, struct str text, struct arena *a,
                             struct err *e)
{
    struct prompt p = { .temperature = (double)NAN, .top_p = (double)NAN };
    if (!str_trim(text).n) return err_set(e, ERR_INPUT, "an empty prompt");
    if (text.n > PROMPT_BYTES)
        return err_set(e, ERR_INPUT, "a prompt of more than %d bytes", PROMPT_BYTES);
    p.block = ARENA_NEW(a, struct prompt_block, 1);
    p.block->role = PROMPT_USER;
    p.block->message = 1;
    p.blocks = 1;
    if (template_parse(&p.block->template, &p.variables, text, a, e)) return e->code;
    if (p.variables.count > PROMPT_VARIABLES)
        return err_set(e, ERR_INPUT, "%zu variables, at most %d are allowed",
                       p.variables.count, PROMPT_VARIABLES);
    *out = p;
    return OK;
}

enum err_code prompt_read_any(struct prompt *out, const char *name, const char *bytes,
                              size_t size, struct arena *a, struct err *e)
{
    struct str text = str_without_bom((struct str){ bytes, size });
    struct str trimmed = str_trim(text), rest;
    bool json = trimmed.n && *trimmed.p == '{';
    if (json && trimmed.n > 1 && trimmed.p[1] == '{') json = false; /* {{variable}} */
    if (json) {
        if (prompt_read(out, text.p, text.n, a, e)) return err_wrap(e, "%s:", name);
        return OK;
    }
    rest = text;
    if (rest.n && rest.p[rest.n - 1] == '\n')
        rest.n--; /* the file's, not the prompt's */
    if (prompt_of_text(out, rest, a, e)) return err_wrap(e, "%s: ", name);
    return OK;
}
