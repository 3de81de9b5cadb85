#include "json_view.h"

#include <string.h>

enum { DEPTH_MAX = 64 };

/* Each step takes a position and gives the one behind; NULL: not JSON. */
static const char *blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
        p++;
    return p;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static const char *skip_text(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++) {
        if ((unsigned char)*p < ' ') return NULL;
        if (*p != '\\') continue;
        if (++p == end) return NULL;
        if (*p == 'u') {
            for (int i = 0; i < 4; i++)
                if (++p == end || hex_digit(*p) < 0) return NULL;
        } else if (!*p || !strchr("\"\\/bfnrt", *p)) {
            return NULL;
        }
    }
    return p < end ? p + 1 : NULL;
}

static const char *skip_digits(const char *p, const char *end)
{
    const char *start = p;
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p > start ? p : NULL;
}

static const char *skip_number(const char *p, const char *end)
{
    if (*p == '-') p++;
    const char *first = p;
    p = skip_digits(p, end);
    if (!p || (*first == '0' && p > first + 1)) return NULL;
    if (p < end && *p == '.') p = skip_digits(p + 1, end);
    if (p && p < end && (*p == 'e' || *p == 'E')) {
        p++;
        if (p < end && (*p == '+' || *p == '-')) p++;
        p = skip_digits(p, end);
    }
    return p;
}

static const char *skip_word(const char *p, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - p) >= n && memcmp(p, word, n) == 0 ? p + n : NULL;
}

static const char *skip_value(const char *p, const char *end, int depth);

/* Behind '{' or '[' to behind the bracket that closes it. */
static const char *skip_group(const char *p, const char *end, int depth)
{
    bool object = *p == '{';
    char close = object ? '}' : ']';
    p = blanks(p + 1, end);
    if (p < end && *p == close) return p + 1;
    for (;;) {
        if (object) {
            p = p < end && *p == '"' ? skip_text(p, end) : NULL;
            if (!p) return NULL;
            p = blanks(p, end);
            if (p == end || *p != ':') return NULL;
            p = blanks(p + 1, end);
        }
        p = skip_value(p, end, depth);
        if (!p) return NULL;
        p = blanks(p, end);
        if (p == end) return NULL;
        if (*p == close) return p + 1;
        if (*p != ',') return NULL;
        p = blanks(p + 1, end);
    }
}

static const char *skip_value(const char *p, const char *end, int depth)
{
    if (p == end) return NULL;
    switch (*p) {
    case '"':
        return skip_text(p, end);
    case '{':
    case '[':
        return depth < DEPTH_MAX ? skip_group(p, end, depth + 1) : NULL;
    case 't':
        return skip_word(p, end, "true");
    case 'f':
        return skip_word(p, end, "false");
    case 'n':
        return skip_word(p, end, "null");
    default:
        return *p == '-' || (*p >= '0' && *p <= '9') ? skip_number(p, end) : NULL;
    }
}

bool view_valid(struct str text)
{
    if (text.n == 0) return false;
    const char *end = text.p + text.n;
    const char *p = skip_value(blanks(text.p, end), end, 0);
    return p && blanks(p, end) == end;
}

struct str view_member(struct str object, const char *name)
{
    size_t n = strlen(name);
    if (object.n == 0) return STR("");
    const char *end = object.p + object.n, *p = blanks(object.p, end);
    if (p == end || *p != '{') return STR("");
    for (p = blanks(p + 1, end); p < end && *p == '"';) {
        const char *key = p + 1;
        p = skip_text(p, end);
        bool found = (size_t)(p - key) == n + 1 && memcmp(key, name, n) == 0;
        const char *value = blanks(blanks(p, end) + 1, end); /* ':' */
        p = skip_value(value, end, 0);
        if (found) return (struct str){ value, (size_t)(p - value) };
        p = blanks(p, end);
        if (p < end && *p == ',') p = blanks(p + 1, end);
    }
    return STR("");
}

bool view_is_text(struct str value)
{
    return value.n >= 2 && value.p[0] == '"';
}

bool view_count(int64_t *out, struct str value)
{
    int64_t n = 0;
    if (value.n == 0 || value.n > 16) return false;
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] < '0' || value.p[i] > '9') return false;
        n = n * 10 + (value.p[i] - '0');
    }
    if (n > 1000000000000000) return false;
    *out = n;
    return true;
}

static void add_code_point(struct buf *out, unsigned c)
{
    char b[4];
    size_t n = 0;
    if (c < 0x80) {
        b[n++] = (char)c;
    } else if (c < 0x800) {
        b[n++] = (char)(0xc0 | c >> 6);
    } else if (c < 0x10000) {
        b[n++] = (char)(0xe0 | c >> 12);
        b[n++] = (char)(0x80 | (c >> 6 & 63));
    } else {
        b[n++] = (char)(0xf0 | c >> 18);
        b[n++] = (char)(0x80 | (c >> 12 & 63));
        b[n++] = (char)(0x80 | (c >> 6 & 63));
    }
    if (c >= 0x80) b[n++] = (char)(0x80 | (c & 63));
    buf_add(out, b, n);
}

static unsigned four_digits(const char *p)
{
    unsigned c = 0;
    for (int i = 0; i < 4; i++)
        c = c << 4 | (unsigned)hex_digit(p[i]);
    return c;
}

/* At the 'u' of an escape; gives the position behind it, and behind the second half of
 * a pair. */
static const char *add_escaped(struct buf *out, const char *p, const char *end)
{
    unsigned c = four_digits(p + 1);
    p += 5;
    if (c >= 0xd800 && c < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
        unsigned low = four_digits(p + 2);
        if (low >= 0xdc00 && low < 0xe000) {
            c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
            p += 6;
        }
    }
    add_code_point(out, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
    return p;
}

void view_text(struct buf *out, struct str value)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    if (!view_is_text(value)) return;
    const char *p = value.p + 1, *end = value.p + value.n - 1;
    while (p < end) {
        const char *escape = memchr(p, '\\', (size_t)(end - p));
        buf_add(out, p, (size_t)((escape ? escape : end) - p));
        if (!escape) return;
        p = escape + 1;
        if (*p == 'u') {
            p = add_escaped(out, p, end);
            continue;
        }
        const char *at = strchr(from, *p);
        buf_add(out, at ? to + (at - from) : p, 1);
        p++;
    }
}
