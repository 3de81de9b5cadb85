#include "intern.h"

#include <string.h>

enum { FIRST_SLOTS = 64 };

uint64_t hash_bytes(const void *p, size_t n, uint64_t seed)
{
    static const uint64_t k = 0x9e3779b97f4a7c15U;
    const unsigned char *at = p;
    uint64_t h = hash_fold(seed ^ n ^ k, 0xd6e8feb86659fd93U);
    for (; n > 0; n -= n < 8 ? n : 8) {
        uint64_t word = 0;
        memcpy(&word, at, n < 8 ? n : 8);
        at += n < 8 ? n : 8;
        h = hash_fold(h ^ word, k);
    }
    return hash_fold(h, 0xa0761d6478bd642fU);
}

static void put(struct intern *in, uint32_t number)
{
    const char *text = in->text[number];
    uint32_t i = (uint32_t)hash_bytes(text, strlen(text), 0) & (in->slots - 1);
    while (in->slot[i])
        i = (i + 1) & (in->slots - 1);
    in->slot[i] = number + 1;
}

static void grow(struct intern *in)
{
    in->slots = in->slots ? in->slots * 2 : FIRST_SLOTS;
    in->slot = ARENA_NEW(in->arena, uint32_t, in->slots);
    for (uint32_t n = 0; n < in->count; n++)
        put(in, n);
}

uint32_t intern_n(struct intern *in, const char *p, size_t n)
{
    if (in->count * 2 >= in->slots) grow(in);
    uint32_t i = (uint32_t)hash_bytes(p, n, 0) & (in->slots - 1);
    for (; in->slot[i]; i = (i + 1) & (in->slots - 1)) {
        const char *text = in->text[in->slot[i] - 1];
        if (strncmp(text, p, n) == 0 && text[n] == '\0') return in->slot[i] - 1;
    }
    in->text =
        arena_grow(in->arena, in->text, &in->capacity, in->count + 1, sizeof *in->text);
    in->text[in->count] = arena_text_n(in->arena, p, n);
    in->slot[i] = ++in->count;
    return in->count - 1;
}

uint32_t intern(struct intern *in, const char *text)
{
    return intern_n(in, text, strlen(text));
}
