#include "json_tape.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "utf8.h"

struct reader {
    struct json_tape *t;
    const char *start, *p, *end;
    struct tape_fault *fault;
};

static bool fail(struct reader *r, const char *at, const char *what)
{
    *r->fault = (struct tape_fault){ (size_t)(at - r->start), what };
    return false;
}

static void skip_blanks(struct reader *r)
{
    while (r->p < r->end &&
           (*r->p == ' ' || *r->p == '\t' || *r->p == '\r' || *r->p == '\n'))
        r->p++;
}

static uint32_t add_node(struct reader *r, enum tape_type type, const char *at)
{
    struct json_tape *t = r->t;
    if (t->count == t->capacity)
        t->node =
            arena_grow(t->arena, t->node, &t->capacity, t->count + 1, sizeof *t->node);
    uint32_t i = (uint32_t)t->count++;
    t->node[i] = (struct tape_node){ .at = (uint32_t)(at - r->start), .type = type };
    return i;
}

static void close_node(struct reader *r, uint32_t i, const char *end)
{
    struct tape_node *n = &r->t->node[i];
    n->bytes = (uint32_t)(end - r->start) - n->at;
    n->end = (uint32_t)r->t->count;
}

/* Where the next byte is that is a quote, a backslash, a control character or not
 * ASCII.
 */
#ifdef __SSE2__
static const char *special_before(const char *p, const char *end)
{
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                  blank = _mm_set1_epi8(' ');
    for (; end - p >= 16; p += 16) {
        __m128i x = _mm_loadu_si128((const void *)p);
        /* what is not ASCII is negative, below a blank as control characters are */
        __m128i hit = _mm_or_si128(
            _mm_cmplt_epi8(x, blank),
            _mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)));
        unsigned bits = (unsigned)_mm_movemask_epi8(hit);
        if (bits) return p + __builtin_ctz(bits);
    }
    return p;
}
#elif __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* The high bit of the lowest such byte; of bytes above it the bits mean nothing. */
static uint64_t special(uint64_t w)
{
    const uint64_t ones = 0x0101010101010101U, high = ones << 7;
    uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';
    return ((w - ones * 0x20) | (quote - ones) | (slash - ones) | w) & high;
}

static const char *special_before(const char *p, const char *end)
{
    for (uint64_t w; end - p >= 8; p += 8) {
        memcpy(&w, p, 8);
        uint64_t hit = special(w);
        if (hit) return p + __builtin_ctzll(hit) / 8;
    }
    return p;
}
#else
static const char *special_before(const char *p, const char *end)
{
    (void)end;
    return p;
}
#endif

static const char *plain_end(const char *p, const char *end)
{
    p = special_before(p, end);
    while (p < end && *p >= 0x20 && *p < 0x7f && *p != '"' && *p != '\\')
        p++;
    return p;
}

static int hex4(const char *p, const char *end)
{
    int value = 0;
    if (end - p < 4) return -1;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* At a backslash; moves behind the escape, or the pair of them that is one character.
 */
static bool read_escape(struct reader *r, struct tape_node *n)
{
    const char *p = r->p;
    n->escaped = true;
    if (r->end - p < 2) return fail(r, p, "the line ends inside an escape");
    if (p[1] != 'u') {
        if (!memchr("\"\\/bfnrt", p[1], 8))
            return fail(r, p, "an escape that JSON does not have");
        r->p = p + 2;
        return true;
    }
    n->unicode = true;
    int high = hex4(p + 2, r->end);
    if (high < 0) return fail(r, p, "\\u wants four hexadecimal digits");
    r->p = p + 6;
    if (high < 0xd800 || high > 0xdfff) return true;
    int low = high < 0xdc00 && r->end - r->p >= 6 && r->p[0] == '\\' && r->p[1] == 'u'
                  ? hex4(r->p + 2, r->end)
                  : -1;
    if (low < 0xdc00 || low > 0xdfff) return fail(r, p, "half of a surrogate pair");
    r->p += 6;
    return true;
}

/* At the opening quote. */
static bool read_text(struct reader *r)
{
    const char *open = r->p++;
    uint32_t i = add_node(r, TAPE_TEXT, r->p);
    struct tape_node *n = &r->t->node[i];
    for (;;) {
        const char *stop = plain_end(r->p, r->end);
        n->chars += (uint32_t)(stop - r->p);
        r->p = stop;
        if (stop == r->end) return fail(r, open, "a text without its closing quote");
        if (*stop == '"') break;
        n->chars++;
        if (*stop == '\\') {
            if (!read_escape(r, n)) return false;
        } else if ((unsigned char)*stop < 0x20) {
            return fail(r, stop, "a control character in a text: write it as \\u00XX");
        } else {
            size_t bytes = utf8_char(stop, (size_t)(r->end - stop));
            if (!bytes) return fail(r, stop, "bytes that are not UTF-8");
            r->p += bytes;
        }
    }
    close_node(r, i, r->p++);
    return true;
}

static const char *digits(const char *p, const char *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

static bool read_number(struct reader *r)
{
    const char *p = r->p, *q;
    uint32_t i = add_node(r, TAPE_NUMBER, p);
    if (*p == '-') p++;
    q = digits(p, r->end);
    if (q == p || (*p == '0' && q > p + 1))
        return fail(r, r->p, "a number that JSON does not have");
    if (q < r->end && *q == '.') {
        p = q + 1;
        q = digits(p, r->end);
        if (q == p) return fail(r, r->p, "a number without digits after its point");
    }
    if (q < r->end && (*q == 'e' || *q == 'E')) {
        p = q + 1;
        if (p < r->end && (*p == '+' || *p == '-')) p++;
        q = digits(p, r->end);
        if (q == p) return fail(r, r->p, "a number without digits in its exponent");
    }
    close_node(r, i, q);
    r->p = q;
    return true;
}

static bool read_word(struct reader *r)
{
    static const struct {
        const char *text;
        size_t bytes;
        enum tape_type type;
    } words[] = { { "null", 4, TAPE_NULL },
                  { "false", 5, TAPE_FALSE },
                  { "true", 4, TAPE_TRUE } };
    for (size_t w = 0; w < 3; w++) {
        if ((size_t)(r->end - r->p) < words[w].bytes) continue;
        if (memcmp(r->p, words[w].text, words[w].bytes) != 0) continue;
        uint32_t i = add_node(r, words[w].type, r->p);
        r->p += words[w].bytes;
        close_node(r, i, r->p);
        return true;
    }
    return fail(r, r->p, "not a value of JSON");
}

/* A value that has no parts. */
static bool read_scalar(struct reader *r)
{
    if (*r->p == '"') return read_text(r);
    if (*r->p == '-' || (*r->p >= '0' && *r->p <= '9')) return read_number(r);
    return read_word(r);
}

/* A key and its colon, up to the value. */
static bool read_key(struct reader *r)
{
    skip_blanks(r);
    if (r->p == r->end || *r->p != '"')
        return fail(r, r->p, "a key in quotes is missing");
    if (!read_text(r)) return false;
    skip_blanks(r);
    if (r->p == r->end || *r->p != ':') return fail(r, r->p, "a ':' is missing");
    r->p++;
    return true;
}

struct open_nodes {
    uint32_t node[TAPE_DEPTH_MAX];
    int depth;
};

static bool is_object(const struct reader *r, const struct open_nodes *o)
{
    return r->t->node[o->node[o->depth - 1]].type == TAPE_OBJECT;
}

/* At a bracket. `*value_next` when an element follows. */
static bool open_node(struct reader *r, struct open_nodes *o, bool *value_next)
{
    if (o->depth == TAPE_DEPTH_MAX) return fail(r, r->p, "nested more than 64 deep");
    bool object = *r->p == '{';
    o->node[o->depth++] = add_node(r, object ? TAPE_OBJECT : TAPE_ARRAY, r->p);
    r->p++;
    skip_blanks(r);
    *value_next = !(r->p < r->end && *r->p == (object ? '}' : ']'));
    return !*value_next || !object || read_key(r);
}

/* Behind a value: closes what ends here; `*value_next` when another element follows. */
static bool after_value(struct reader *r, struct open_nodes *o, bool *value_next)
{
    *value_next = false;
    while (o->depth > 0) {
        bool object = is_object(r, o);
        skip_blanks(r);
        if (r->p == r->end)
            return fail(r, r->p,
                        object ? "the line ends inside an object"
                               : "the line ends inside an array");
        if (*r->p == ',') {
            r->p++;
            *value_next = true;
            return !object || read_key(r);
        }
        if (*r->p != (object ? '}' : ']'))
            return fail(r, r->p,
                        object ? "a ',' or '}' is missing" : "a ',' or ']' is missing");
        r->p++;
        close_node(r, o->node[--o->depth], r->p);
    }
    return true;
}

bool json_tape_read(struct json_tape *t, const char *line, size_t bytes,
                    struct tape_fault *fault)
{
    struct reader reader = { t, line, line, line + bytes, fault }, *r = &reader;
    struct open_nodes open = { .depth = 0 };
    bool value_next = true;
    t->count = 0;
    t->line = line;
    if (bytes >= UINT32_MAX) return fail(r, line, "a line of 4 GiB or more");
    while (value_next) {
        skip_blanks(r);
        if (r->p == r->end) return fail(r, r->p, "a value is missing");
        if (*r->p == '{' || *r->p == '[') {
            if (!open_node(r, &open, &value_next)) return false;
            if (value_next) continue;
        } else if (!read_scalar(r)) {
            return false;
        }
        if (!after_value(r, &open, &value_next)) return false;
    }
    skip_blanks(r);
    if (r->p < r->end) return fail(r, r->p, "more behind the end of the object");
    return true;
}

uint32_t tape_member(const struct json_tape *t, uint32_t object, const char *key)
{
    size_t bytes = strlen(key);
    for (uint32_t i = object + 1; i < t->node[object].end; i = t->node[i + 1].end) {
        const struct tape_node *n = &t->node[i];
        if (n->bytes == bytes && memcmp(t->line + n->at, key, bytes) == 0) return i + 1;
    }
    return 0;
}

struct str tape_raw(const struct json_tape *t, uint32_t node)
{
    return (struct str){ t->line + t->node[node].at, t->node[node].bytes };
}

const char *tape_type_text(enum tape_type type)
{
    static const char *const text[] = { "null",   "false",    "true",     "a number",
                                        "a text", "an array", "an object" };
    return text[type];
}
