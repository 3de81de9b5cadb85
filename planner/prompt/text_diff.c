#include "text_diff.h"

#include <stdint.h>
#include <string.h>

enum { MOST_CELLS = 1 << 23 };

struct pieces {
    struct str *p;
    size_t count, capacity;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void add(struct pieces *out, struct str s, struct arena *a)
{
    out->p = arena_grow(a, out->p, &out->capacity, out->count + 1, sizeof *out->p);
    out->p[out->count++] = s;
}

static struct pieces take_apart(struct str text, bool words, struct arena *a)
{
    struct pieces out = { 0 };
    if (!words) {
        while (text.n)
            add(&out, str_cut(text, '\n', &text), a);
        return out;
    }
    for (size_t i = 0, next; i < text.n; i = next) {
        for (next = i + 1; next < text.n; next++)
            if (is_blank(text.p[next]) != is_blank(text.p[i])) break;
        add(&out, (struct str){ text.p + i, next - i }, a);
    }
    return out;
}

static bool same(struct str x, struct str y)
{
    return x.n == y.n && memcmp(x.p, y.p, x.n) == 0;
}

struct middle {
    const struct str *a, *b;
    size_t n, m;
    uint16_t *best; /* [i × (m + 1) + j]: longest common of a[i…] and b[j…] */
};

static void fill(struct middle *k)
{
    for (size_t i = k->n; i-- > 0;)
        for (size_t j = k->m; j-- > 0;) {
            uint16_t *at = &k->best[i * (k->m + 1) + j];
            uint16_t down = at[k->m + 1], right = at[1];
            *at = same(k->a[i], k->b[j]) ? (uint16_t)(at[k->m + 2] + 1)
                  : down >= right        ? down
                                         : right;
        }
}

static void put(struct text_diff *out, char kind, size_t before, size_t after,
                struct str text)
{
    out->piece[out->pieces++] = (struct diff_piece){ kind, before, after, text };
    out->gone += kind == '-';
    out->added += kind == '+';
}

/* Walks the table; without one all of the middle is replaced. */
static void walk(struct text_diff *out, const struct middle *k, size_t head)
{
    size_t i = 0, j = 0;
    while (i < k->n || j < k->m) {
        const uint16_t *at = k->best ? &k->best[i * (k->m + 1) + j] : NULL;
        if (at && i < k->n && j < k->m && same(k->a[i], k->b[j])) {
            put(out, ' ', head + i + 1, head + j + 1, k->a[i]);
            i++, j++;
        } else if (i < k->n && (j == k->m || !at || at[k->m + 1] >= at[1])) {
            put(out, '-', head + i + 1, 0, k->a[i]);
            i++;
        } else {
            put(out, '+', 0, head + j + 1, k->b[j]);
            j++;
        }
    }
}

void text_diff(struct text_diff *out, struct str before, struct str after, bool words,
               struct arena *a)
{
    struct pieces x = take_apart(before, words, a), y = take_apart(after, words, a);
    size_t head = 0, tail = 0;
    *out = (struct text_diff){ .piece = ARENA_NEW(a, struct diff_piece,
                                                  x.count + y.count + 1) };
    while (head < x.count && head < y.count && same(x.p[head], y.p[head])) {
        put(out, ' ', head + 1, head + 1, x.p[head]);
        head++;
    }
    while (tail < x.count - head && tail < y.count - head &&
           same(x.p[x.count - 1 - tail], y.p[y.count - 1 - tail]))
        tail++;
    struct middle k = { .a = x.p + head, .b = y.p + head };
    k.n = x.count - head - tail;
    k.m = y.count - head - tail;
    out->coarse =
        k.n > UINT16_MAX || k.m > UINT16_MAX || (k.n + 1) * (k.m + 1) > MOST_CELLS;
    if (!out->coarse) {
        k.best = ARENA_NEW(a, uint16_t, (k.n + 1) * (k.m + 1));
        fill(&k);
    }
    walk(out, &k, head);
    for (size_t i = 0; i < tail; i++)
        put(out, ' ', x.count - tail + i + 1, y.count - tail + i + 1,
            x.p[x.count - tail + i]);
}
