#include "json_scan.h"

#include <stdint.h>
#include <string.h>

enum { MAX_DEPTH = 512, MAX_KEY = 64 };

struct scan {
    const char *p, *end;
    struct scan_value *field;
    const struct scan_rule *rules;
    size_t rule_count;
    enum scan_result result; /* of a failure */
};

static bool fail(struct scan *s)
{
    s->result = s->p < s->end ? SCAN_BAD : SCAN_CUT;
    return false;
}

static inline void skip_space(struct scan *s)
{
    while (s->p < s->end &&
           (*s->p == ' ' || *s->p == '\t' || *s->p == '\n' || *s->p == '\r'))
        s->p++;
}

/* Behind the opening quote; leaves `p` behind the closing one. */
static bool text(struct scan *s, struct scan_value *v)
{
    const char *start = s->p;
    for (;;) {
        const char *quote = memchr(s->p, '"', (size_t)(s->end - s->p));
        if (!quote) {
            s->p = s->end;
            return fail(s);
        }
        const char *before = quote;
        while (before > start && before[-1] == '\\')
            before--;
        s->p = quote + 1;
        if ((quote - before) % 2) continue; /* the quote is escaped */
        v->type = SCAN_TEXT;
        v->raw = (struct str){ start, (size_t)(quote - start) };
        return true;
    }
}

/* The end of an object or array that starts at `p`, by its brackets alone. */
static bool skip_nested(struct scan *s)
{
    struct scan_value ignored;
    int depth = 0;
    while (s->p < s->end) {
        switch (*s->p++) {
        case '"':
            if (!text(s, &ignored)) return false;
            break;
        case '{':
        case '[':
            depth++;
            break;
        case '}':
        case ']':
            if (--depth == 0) return true;
            break;
        default:
            break;
        }
    }
    return fail(s);
}

static bool is_bare(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '-' || c == '+' || c == '.';
}

static bool bare(struct scan *s, struct scan_value *v)
{
    const char *start = s->p;
    while (s->p < s->end && is_bare(*s->p))
        s->p++;
    if (s->p == start) return fail(s);
    v->type =
        (*start >= '0' && *start <= '9') || *start == '-' ? SCAN_NUMBER : SCAN_LITERAL;
    v->raw = (struct str){ start, (size_t)(s->p - start) };
    return true;
}

static bool object(struct scan *s, int place, int depth);

/* The objects of an array are entered one after the other. */
static bool array(struct scan *s, int place, int depth)
{
    s->p++;
    for (;;) {
        skip_space(s);
        if (s->p == s->end) return fail(s);
        if (*s->p == ']') break;
        if (*s->p == '{') {
            if (!object(s, place, depth)) return false;
        } else if (*s->p == '[') {
            if (!skip_nested(s)) return false;
        } else if (*s->p == ',') {
            s->p++;
        } else {
            struct scan_value ignored;
            bool quoted = *s->p == '"';
            s->p += quoted;
            if (!(quoted ? text(s, &ignored) : bare(s, &ignored))) return false;
        }
    }
    s->p++;
    return true;
}

static bool value(struct scan *s, struct scan_value *v, int enter, int depth)
{
    *v = (struct scan_value){ 0 };
    skip_space(s);
    if (s->p == s->end) return fail(s);
    const char *start = s->p;
    if (*start == '"') {
        s->p++;
        return text(s, v);
    }
    if (*start != '{' && *start != '[') return bare(s, v);
    if (depth == MAX_DEPTH) return fail(s);
    bool read = enter < 0       ? skip_nested(s)
                : *start == '{' ? object(s, enter, depth + 1)
                                : array(s, enter, depth + 1);
    v->type = *start == '{' ? SCAN_OBJECT : SCAN_ARRAY;
    v->raw = (struct str){ start, (size_t)(s->p - start) };
    return read;
}

static const struct scan_rule *rule_of(const struct scan *s, int place,
                                       const struct scan_value *key)
{
    char plain[MAX_KEY];
    struct str name = key->raw;
    if (memchr(name.p, '\\', name.n)) {
        if (name.n > sizeof plain) return NULL;
        long n = json_unescape(plain, name);
        if (n < 0) return NULL;
        name = (struct str){ plain, (size_t)n };
    }
    for (size_t i = 0; i < s->rule_count; i++) {
        const struct scan_rule *r = &s->rules[i];
        if (r->place == place && name.n > 0 && r->key[0] == name.p[0] &&
            str_eq(name, r->key))
            return r;
    }
    return NULL;
}

static bool member(struct scan *s, int place, int depth)
{
    struct scan_value key, found;
    if (*s->p != '"') return fail(s);
    s->p++;
    if (!text(s, &key)) return false;
    const struct scan_rule *r = rule_of(s, place, &key);
    skip_space(s);
    if (s->p == s->end || *s->p != ':') return fail(s);
    s->p++;
    if (!value(s, &found, r ? r->enter : -1, depth)) return false;
    if (r && r->field >= 0) s->field[r->field] = found;
    return true;
}

static bool object(struct scan *s, int place, int depth)
{
    s->p++;
    skip_space(s);
    if (s->p < s->end && *s->p == '}') {
        s->p++;
        return true;
    }
    for (;;) {
        skip_space(s);
        if (s->p == s->end) return fail(s);
        if (!member(s, place, depth)) return false;
        skip_space(s);
        if (s->p == s->end) return fail(s);
        char c = *s->p++;
        if (c == '}') return true;
        if (c != ',') {
            s->p--;
            return fail(s);
        }
    }
}

enum scan_result json_scan(struct scan_value *field, size_t fields,
                           const struct scan_rule *rules, size_t rule_count,
                           const char **p, const char *end)
{
    struct scan s = {
        .p = *p, .end = end, .field = field, .rules = rules, .rule_count = rule_count
    };
    memset(field, 0, fields * sizeof *field);
    skip_space(&s);
    bool read = s.p < end && *s.p == '{' ? object(&s, 0, 0) : fail(&s);
    *p = s.p;
    return read ? SCAN_OK : s.result;
}

bool json_scan_next_object(struct str *object_out, struct str *rest)
{
    struct scan s = { .p = rest->p, .end = rest->p + rest->n };
    while (s.p < s.end && *s.p != '{') {
        if (*s.p == '"') {
            struct scan_value ignored;
            s.p++;
            if (!text(&s, &ignored)) break;
        } else {
            s.p++;
        }
    }
    const char *start = s.p;
    if (s.p >= s.end || !skip_nested(&s)) return false;
    *object_out = (struct str){ start, (size_t)(s.p - start) };
    *rest = (struct str){ s.p, (size_t)(s.end - s.p) };
    return true;
}

bool json_scan_next_value(struct scan_value *out, struct str *rest)
{
    struct scan s = { .p = rest->p, .end = rest->p + rest->n };
    while (s.p < s.end && (*s.p == '[' || *s.p == ','))
        s.p++; /* arrays of arrays are none of ours */
    skip_space(&s);
    while (s.p < s.end && *s.p == ',')
        s.p++;
    skip_space(&s);
    if (s.p >= s.end || *s.p == ']' || !value(&s, out, -1, 0)) return false;
    *rest = (struct str){ s.p, (size_t)(s.end - s.p) };
    return true;
}

static int hex4(const char *p, const char *end)
{
    int x = 0;
    if (end - p < 4) return -1;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        x = x * 16 + digit;
    }
    return x;
}

static char *put_utf8(char *out, int32_t c)
{
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const int lead[] = { 0, 0xc0, 0xe0, 0xf0 };
    *out++ = (char)(lead[more] | c >> 6 * more);
    while (more-- > 0)
        *out++ = (char)(0x80 | (c >> 6 * more & 0x3f));
    return out;
}

/* Behind "\u"; NULL when there are no four digits. */
static const char *unicode(const char *p, const char *end, char **out)
{
    int32_t c = hex4(p, end);
    if (c < 0) return NULL;
    p += 4;
    bool high = c >= 0xd800 && c < 0xdc00;
    if (high && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
        int low = hex4(p + 2, end);
        if (low >= 0xdc00 && low < 0xe000) {
            *out = put_utf8(*out, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
            return p + 6;
        }
    }
    *out = put_utf8(*out, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
    return p;
}

long json_unescape(char *out, struct str raw)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *p = raw.p, *end = raw.p + raw.n;
    char *start = out;
    while (p < end) {
        const char *slash = memchr(p, '\\', (size_t)(end - p));
        size_t plain = (size_t)((slash ? slash : end) - p);
        memmove(out, p, plain);
        out += plain;
        if (!slash) break;
        p = slash + 1;
        if (p == end) return -1;
        const char *known = *p ? strchr(from, *p) : NULL;
        if (known) {
            *out++ = to[known - from];
            p++;
        } else if (*p != 'u' || !(p = unicode(p + 1, end, &out))) {
            return -1;
        }
    }
    return (long)(out - start);
}
