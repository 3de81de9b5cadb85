#ifndef TESTS_SPLITMIX_H
#define TESTS_SPLITMIX_H

/* Random bits for property tests: small, seeded, and not the simulator's generator.
 * Source: S. Vigna, splitmix64.c, 2015 (public domain), the published constants. */

#include <stdint.h>

static inline uint64_t next_bits(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* 0 to below - 1; the bias is below 2^-20 for any bound under 2^44 */
static inline int64_t next_below(uint64_t *state, int64_t below)
{
    return (int64_t)(next_bits(state) % (uint64_t)below);
}

/* 0 to 10^18, each number of digits as likely as the next */
static inline int64_t next_size(uint64_t *state, int max_digits)
{
    int64_t limit = 1;
    for (int64_t digits = next_below(state, max_digits + 1); digits > 0; digits--)
        limit *= 10;
    return next_below(state, limit);
}

#endif
