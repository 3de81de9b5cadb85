#include "sketch.h"

#include <string.h>

#include "rng.h"

void sketcher_init(struct sketcher *s)
{
    for (unsigned c = 0; c < 256; c++) {
        uint64_t like = c;
        if (c >= 'A' && c <= 'Z') like = c - 'A' + 'a';
        if (c >= '0' && c <= '9') like = '0';
        if (c == '\t' || c == '\n' || c == '\r') like = ' ';
        s->byte[c] = splitmix64(&like);
    }
}

static void insert(struct sketch *s, uint64_t h)
{
    int last = s->count < SKETCH_SIZE ? s->count : SKETCH_SIZE - 1, i = s->count;
    while (i > 0 && s->least[i - 1] > h)
        i--;
    if ((i > 0 && s->least[i - 1] == h) || i == SKETCH_SIZE) return;
    memmove(&s->least[i + 1], &s->least[i], (size_t)(last - i) * sizeof h);
    s->least[i] = h;
    if (s->count < SKETCH_SIZE) s->count++;
}

/* Windows below `most`. A byte is shifted out of the sum after 22 of them. Nearly all
 * windows are above: one shift, one sum and one comparison a byte. */
static void add_below(struct sketch *out, const struct sketcher *s, struct str text,
                      uint64_t most)
{
    const unsigned char *p = (const unsigned char *)text.p, *end = p + text.n;
    uint64_t h = 0;
    for (int i = 1; i < SKETCH_WINDOW; i++)
        h = (h << 3) + s->byte[*p++];
    for (; p < end; p++) {
        h = (h << 3) + s->byte[*p];
        if (h >= most) continue;
        insert(out, h);
        if (out->count == SKETCH_SIZE && out->least[SKETCH_SIZE - 1] < most)
            most = out->least[SKETCH_SIZE - 1];
    }
}

/* The 32 smallest of n are below a share of 64 / n of the range, or, in a text that
 * repeats itself, are looked for again without that bound. */
void sketch_add(struct sketch *out, const struct sketcher *s, struct str text)
{
    if (text.n < SKETCH_WINDOW) return;
    uint64_t most = UINT64_MAX;
    if (out->count == SKETCH_SIZE)
        most = out->least[SKETCH_SIZE - 1];
    else if (text.n > 4 * SKETCH_SIZE)
        most = UINT64_MAX / text.n * 2 * SKETCH_SIZE;
    add_below(out, s, text, most);
    if (out->count < SKETCH_SIZE) add_below(out, s, text, UINT64_MAX);
}

double sketch_alike(const struct sketch *a, const struct sketch *b, double least)
{
    int both = 0, i = 0, k = 0, apart = (int)(SKETCH_SIZE * (1 - least));
    if (a->count < SKETCH_SIZE || b->count < SKETCH_SIZE) return 0;
    for (int seen = 0; seen < SKETCH_SIZE; seen++) {
        uint64_t x = a->least[i], y = b->least[k];
        both += x == y;
        if (seen - both >= apart) return 0;
        i += x <= y;
        k += y <= x;
    }
    return (double)both / SKETCH_SIZE;
}

/* One multiplication to 128 bits for 8 bytes, its halves folded. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t text_hash(uint64_t seed, struct str text)
{
    const uint64_t odd = 0x9e3779b97f4a7c15U;
    uint64_t h = seed ^ (text.n * odd), w;
    const char *p = text.p;
    size_t n = text.n;
    for (; n >= 8; n -= 8, p += 8) {
        memcpy(&w, p, 8);
        h = fold(h ^ w, odd) + 0x632be59bd9b4e019U;
    }
    w = 0;
    if (n > 0) memcpy(&w, p, n);
    return fold(h ^ w, 0xd1342543de82ef95U);
}
