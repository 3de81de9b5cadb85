#include "sketch.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "intern.h"

/* Its 16 bytes; the bit that tells capitals from small letters is set in all. */
static uint64_t window_hash(const char *p)
{
    const uint64_t small = 0x2020202020202020U;
    uint64_t a, b;
    memcpy(&a, p, 8);
    memcpy(&b, p + 8, 8);
    return hash_fold((a | small) ^ 0x9e3779b97f4a7c15U,
                     (b | small) ^ 0xd1342543de82ef95U);
}

/* One bit a byte of the 64 at `p`: a blank, or the first of a letter that is not ASCII,
 * where windows start. */
#ifdef __SSE2__
static uint64_t starts_of_64(const char *p)
{
    const __m128i blank = _mm_set1_epi8(' '), inner = _mm_set1_epi8((char)0xbf);
    uint64_t all = 0;
    for (int i = 0; i < 4; i++) {
        __m128i x = _mm_loadu_si128((const void *)(p + 16 * i));
        int high = _mm_movemask_epi8(x);                         /* 0x80 and above */
        int first = _mm_movemask_epi8(_mm_cmpgt_epi8(x, inner)); /* or below 0x80 */
        int hit = _mm_movemask_epi8(_mm_cmpeq_epi8(x, blank)) | (high & first);
        all |= (uint64_t)(uint32_t)hit << 16 * i;
    }
    return all;
}
#else
/* The high bit of every such byte of eight. */
static uint64_t starts(uint64_t w)
{
    const uint64_t ones = 0x0101010101010101U, low = ones * 0x7f, high = ones << 7;
    uint64_t x = w ^ ones * ' ';
    return (~(((x & low) + low) | x) | (w & w << 1)) & high;
}

static uint64_t starts_of_64(const char *p)
{
    uint64_t all = 0, w;
    for (int i = 0; i < 8; i++) {
        memcpy(&w, p + 8 * i, 8);
        /* the eight high bits move together into the top byte */
        all |= ((starts(w) >> 7) * 0x0102040810204080U >> 56) << 8 * i;
    }
    return all;
}
#endif

static void add_windows(struct sketch *out, const char *p, uint64_t bits)
{
    for (; bits; bits &= bits - 1) {
        uint64_t h = window_hash(p + __builtin_ctzll(bits)),
                 *most = &out->most[h >> 59];
        if (h > *most) *most = h;
    }
}

/* 64 bytes at a time: a loop whose length changes with every word costs more than its
 * work. */
void sketch_add(struct sketch *out, struct str text)
{
    if (text.n < SKETCH_WINDOW) return;
    const char *p = text.p, *end = text.p + text.n;
    char rest[64] = { 0 };
    for (; end - p >= 64 + SKETCH_WINDOW; p += 64)
        add_windows(out, p, starts_of_64(p));
    while (end - p >= SKETCH_WINDOW) { /* at most two: windows end within the text */
        size_t left = (size_t)(end - p), here = left < 64 ? left : 64;
        memset(rest, 0, sizeof rest);
        memcpy(rest, p, here);
        size_t whole = left - SKETCH_WINDOW + 1;
        uint64_t within = whole < 64 ? ((uint64_t)1 << whole) - 1 : UINT64_MAX;
        add_windows(out, p, starts_of_64(rest) & within);
        p += here;
    }
}

bool sketch_full(const struct sketch *s)
{
    int filled = 0;
    for (int i = 0; i < SKETCH_SIZE; i++)
        filled += s->most[i] != 0;
    return filled >= SKETCH_SIZE / 2;
}

bool sketch_differs(const struct sketch *a, const struct sketch *b, int most)
{
    int differ = 0;
    for (int i = 0; i < SKETCH_SIZE && differ <= most; i++)
        differ += a->most[i] != b->most[i];
    return differ > most;
}

double sketch_alike(const struct sketch *a, const struct sketch *b)
{
    int both = 0, either = 0;
    for (int i = 0; i < SKETCH_SIZE; i++) {
        either += (a->most[i] | b->most[i]) != 0;
        both += (a->most[i] == b->most[i]) & (a->most[i] != 0);
    }
    return either ? (double)both / either : 0;
}

uint64_t text_hash(uint64_t seed, struct str text)
{
    const uint64_t odd = 0x9e3779b97f4a7c15U;
    uint64_t h = seed ^ (text.n * odd), w;
    const char *p = text.p;
    size_t n = text.n;
    for (; n >= 8; n -= 8, p += 8) {
        memcpy(&w, p, 8);
        h = hash_fold(h ^ w, odd) + 0x632be59bd9b4e019U;
    }
    w = 0;
    if (n > 0) memcpy(&w, p, n);
    return hash_fold(h ^ w, 0xd1342543de82ef95U);
}
