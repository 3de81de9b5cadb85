#include "seal.h"

#include <ctype.h>
#include <string.h>

#include "intern.h"

static const char key[] = "\"seal\"";

const char *seal_text(enum seal s)
{
    static const char *const text[] = { "missing", "holds", "broken" };
    return text[s];
}

/* A running check sum over the document as it counts. */
struct sum {
    uint64_t a, b;
    char block[256];
    size_t n;
};

static void flush(struct sum *s)
{
    s->a = hash_bytes(s->block, s->n, s->a ^ 0x243f6a8885a308d3U);
    s->b = hash_bytes(s->block, s->n, s->b ^ 0x13198a2e03707344U);
    s->n = 0;
}

static void add(struct sum *s, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s->n == sizeof s->block) flush(s);
        s->block[s->n++] = p[i];
    }
}

/* "0.0350", "3.5e-2" and "35E-3" are one number: its digits and the power of ten of the
 * last of them. */
static void add_number(struct sum *s, struct str number)
{
    char digits[64], tail[24];
    size_t n = 0;
    long power = 0;
    bool point = false;
    size_t i = 0;
    for (; i < number.n && number.p[i] != 'e' && number.p[i] != 'E'; i++) {
        char c = number.p[i];
        if (c == '.') {
            point = true;
        } else if (c == '-' || (isdigit((unsigned char)c) && (n > 0 || c != '0'))) {
            if (n < sizeof digits) digits[n++] = c;
            power -= point;
        } else {
            power -= point; /* a leading zero */
        }
    }
    if (i < number.n) {
        bool minus = i + 1 < number.n && number.p[i + 1] == '-';
        long e = 0;
        for (i++; i < number.n; i++)
            if (isdigit((unsigned char)number.p[i]) && e < 100000)
                e = e * 10 + (number.p[i] - '0');
        power += minus ? -e : e;
    }
    while (n > 0 && digits[n - 1] == '0') {
        n--;
        power++;
    }
    if (n == 0 || (n == 1 && digits[0] == '-')) n = 0, power = 0; /* zero */
    add(s, digits, n);
    int m = snprintf(tail, sizeof tail, "e%ld", power);
    add(s, tail, (size_t)m);
}

static size_t text_end(struct str json, size_t i)
{
    for (i++; i < json.n && json.p[i] != '"'; i++)
        if (json.p[i] == '\\') i++;
    return i < json.n ? i + 1 : json.n;
}

/* Where the top object's seal begins (its comma), or the end of the document. */
static size_t find_seal(struct str json, struct str *value)
{
    int depth = 0;
    size_t comma = json.n;
    *value = (struct str){ NULL, 0 };
    for (size_t i = 0; i < json.n;) {
        char c = json.p[i];
        if (c == '"') {
            size_t end = text_end(json, i);
            if (depth == 1 && end - i == sizeof key - 1 &&
                memcmp(json.p + i, key, sizeof key - 1) == 0) {
                size_t v = end;
                while (v < json.n && json.p[v] != '"')
                    v++;
                *value = (struct str){ json.p + v, text_end(json, v) - v };
                return comma;
            }
            i = end;
            continue;
        }
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        if (c == ',' && depth == 1) comma = i;
        i++;
    }
    return json.n;
}

void seal_of(char out[SEAL_TEXT], struct str json)
{
    struct sum s = { 0 };
    struct str value;
    size_t end = find_seal(json, &value);
    for (size_t i = 0; i < end;) {
        unsigned char c = (unsigned char)json.p[i];
        size_t from = i;
        if (c == '"') {
            i = text_end(json, i);
            if (i > end) i = end;
            add(&s, json.p + from, i - from);
        } else if (isdigit(c) || c == '-') {
            while (i < end && strchr("0123456789+-.eE", json.p[i]))
                i++;
            add_number(&s, (struct str){ json.p + from, i - from });
        } else {
            if (!isspace(c)) add(&s, json.p + i, 1);
            i++;
        }
    }
    /* without a seal the closing brace was added; with one it stands behind it */
    if (value.n) add(&s, "}", 1);
    flush(&s);
    snprintf(out, SEAL_TEXT, "%016llx%016llx", (unsigned long long)s.a,
             (unsigned long long)s.b);
}

enum seal seal_check(struct str json)
{
    char want[SEAL_TEXT];
    struct str value;
    find_seal(json, &value);
    if (!value.n) return SEAL_MISSING;
    seal_of(want, json);
    bool same =
        value.n == SEAL_TEXT + 1 && memcmp(value.p + 1, want, SEAL_TEXT - 1) == 0;
    return same ? SEAL_HOLDS : SEAL_BROKEN;
}

void seal_write(FILE *f, struct str json)
{
    char seal[SEAL_TEXT];
    size_t end = json.n;
    seal_of(seal, json);
    while (end && json.p[end - 1] != '}')
        end--;
    if (end) end--;
    while (end && isspace((unsigned char)json.p[end - 1]))
        end--;
    fwrite(json.p, 1, end, f);
    fprintf(f, ",\n  \"seal\": \"%s\"\n}\n", seal);
}
