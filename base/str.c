#include "str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct str str_of(const char *text)
{
    return (struct str){ text, strlen(text) };
}

bool str_eq(struct str a, const char *b)
{
    return strlen(b) == a.n && (a.n == 0 || memcmp(a.p, b, a.n) == 0);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

struct str str_trim(struct str s)
{
    while (s.n && is_space(s.p[0]))
        s.p++, s.n--;
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct str str_without_bom(struct str s)
{
    bool mark = s.n >= 3 && memcmp(s.p, "\xef\xbb\xbf", 3) == 0;
    return mark ? (struct str){ s.p + 3, s.n - 3 } : s;
}

struct str str_cut(struct str s, char sep, struct str *rest)
{
    *rest = s;
    if (!s.n) return s; /* where s.p may be NULL */
    const char *at = memchr(s.p, sep, s.n);
    struct str first = { s.p, at ? (size_t)(at - s.p) : s.n };
    rest->p += at ? first.n + 1 : s.n;
    rest->n -= at ? first.n + 1 : s.n;
    return first;
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
    size_t n = strlen(text), m = strlen(suffix);
    return n >= m && memcmp(text + n - m, suffix, m) == 0;
}

void buf_add(struct buf *b, const char *bytes, size_t n)
{
    if (b->overflow) return;
    if (n > b->max || b->n > b->max - n) {
        b->overflow = true;
        return;
    }
    if (b->n + n + 1 > b->cap) {
        size_t cap = b->cap ? b->cap : 256;
        while (cap < b->n + n + 1)
            cap *= 2;
        char *p = realloc(b->p, cap);
        if (!p) {
            b->overflow = true;
            return;
        }
        b->p = p;
        b->cap = cap;
    }
    if (n) memcpy(b->p + b->n, bytes, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_text(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    char small[512];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n < 0) {
        b->overflow = true;
    } else if ((size_t)n < sizeof small) {
        buf_add(b, small, (size_t)n);
    } else {
        char *large = malloc((size_t)n + 1);
        if (!large) {
            b->overflow = true;
            return;
        }
        va_start(ap, fmt);
        vsnprintf(large, (size_t)n + 1, fmt, ap);
        va_end(ap);
        buf_add(b, large, (size_t)n);
        free(large);
    }
}

void buf_clear(struct buf *b)
{
    free(b->p);
    *b = (struct buf){ .max = b->max };
}
