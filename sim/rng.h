#ifndef SIM_RNG_H
#define SIM_RNG_H

/* Random streams: derived from (seed, purpose, replica), passed as arguments, inline
 * because GSL's generators cost 5 to 16 times more in a hot loop. */

#include <stdint.h>

/* One step of splitmix64. Source: S. Vigna, splitmix64.c, 2015 (public domain);
 * from 0 the first values are 0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4. */
static inline uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

/* A 64-bit hash of three numbers: the start of a stream, or a counter-based draw. */
static inline uint64_t rng_key(uint64_t seed, uint64_t purpose, uint64_t replica)
{
    uint64_t s = seed;
    uint64_t h = splitmix64(&s);
    s ^= purpose * 0xD1342543DE82EF95U;
    h ^= splitmix64(&s);
    s ^= replica * 0xDA942042E4DD58B5U;
    return h ^ splitmix64(&s);
}

/* xoshiro256++. Source: D. Blackman, S. Vigna, xoshiro256plusplus.c, 2019. */
struct rng {
    uint64_t s[4];
};

static inline void rng_init(struct rng *r, uint64_t seed, uint64_t purpose,
                            uint64_t replica)
{
    uint64_t k = rng_key(seed, purpose, replica);
    for (int i = 0; i < 4; i++)
        r->s[i] = splitmix64(&k);
}

static inline uint64_t rng_rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

static inline uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s;
    uint64_t out = rng_rotl(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rng_rotl(s[3], 45);
    return out;
}

/* in (0,1): never 0, never 1 */
static inline double rng_open(uint64_t bits)
{
    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}

static inline double rng_uniform(struct rng *r)
{
    return rng_open(rng_next(r));
}

#endif
