#ifndef BASE_INTERN_H
#define BASE_INTERN_H

/* Texts to small numbers and back: each is kept once, numbered from 0 in the order of
 * first sight. */

#include <stddef.h>
#include <stdint.h>

#include "arena.h"

struct intern {
    const char **text; /* of each number */
    uint32_t count;
    size_t capacity;
    uint32_t *slot; /* number + 1, 0 empty */
    uint32_t slots; /* a power of two */
    struct arena *arena;
};

/* The number of the `n` bytes at `p`, which hold no NUL. Owns: a copy, in the arena. */
uint32_t intern_n(struct intern *in, const char *p, size_t n);
uint32_t intern(struct intern *in, const char *text);

/* The product's halves, folded. */
static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* 64 well-mixed bits of `n` bytes. Source: D. Lemire's multiply-and-fold over words. */
uint64_t hash_bytes(const void *p, size_t n, uint64_t seed);

#endif
