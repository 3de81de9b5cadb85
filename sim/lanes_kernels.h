#ifndef SIM_LANES_KERNELS_H
#define SIM_LANES_KERNELS_H

/* The two hot loops, compiled once for each instruction set: lanes_base.c, lanes_avx2.c
 * and lanes_avx512.c say how many lanes a vector has. (GCC cuts up wider vectors badly,
 * so each takes as many lanes at a time as fit.) Lanes are independent of each other,
 * and no operation may be reassociated or fused: every set gives the same bits. */

#include <string.h>

#include "lanes_private.h"
#include "normal_pairs.h"

#ifndef LANES_WIDTH
#error "LANES_WIDTH: lanes in a vector"
#endif

typedef double lanes_real __attribute__((vector_size(LANES_WIDTH * 8)));
typedef int64_t lanes_int __attribute__((vector_size(LANES_WIDTH * 8)));
typedef uint64_t lanes_bits __attribute__((vector_size(LANES_WIDTH * 8)));

#define LANES_INLINE static inline __attribute__((always_inline))

#define LANES_LOAD(vector, array)  memcpy(&(vector), (array), sizeof(vector))
#define LANES_STORE(array, vector) memcpy((array), &(vector), sizeof(vector))

/* x in every lane */
LANES_INLINE lanes_real lanes_all(double x)
{
    return (lanes_real){ 0 } + x;
}

/* a where the mask is set, else b */
LANES_INLINE lanes_real lanes_select(lanes_int mask, lanes_real a, lanes_real b)
{
    return (lanes_real)(((lanes_int)a & mask) | ((lanes_int)b & ~mask));
}

LANES_INLINE lanes_real lanes_max(lanes_real a, lanes_real b)
{
    return lanes_select(a > b, a, b);
}

LANES_INLINE lanes_real lanes_min(lanes_real a, lanes_real b)
{
    return lanes_select(a < b, a, b);
}

/* To the nearest whole number, ties to even; 0 <= x < 2^51. */
LANES_INLINE lanes_real lanes_round(lanes_real x)
{
    return (x + 0x1p52) - 0x1p52;
}

/* xoshiro256++ in every lane, as rng_next() */
LANES_INLINE lanes_bits lanes_next(lanes_bits s[4])
{
    lanes_bits sum = s[0] + s[3];
    lanes_bits out = ((sum << 23) | (sum >> 41)) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return out;
}

/* (0,1), as rng_open(): odd multiples of 2^-53. */
LANES_INLINE lanes_real lanes_open(lanes_bits bits)
{
    const uint64_t one = UINT64_C(0x3ff0000000000000);
    return (lanes_real)((bits >> 12) | one) - (1 - 0x1p-53);
}

/* ln x, 0 < x <= 1 and normal: x = 2^e m with m in [sqrt ½, sqrt 2), and
 * ln m = 2 artanh((m-1)/(m+1)). Right to 4e-15 of 1. Shifts are of unsigned words: the
 * signed one is slow before AVX-512. */
LANES_INLINE lanes_real lanes_log(lanes_real x)
{
    const uint64_t sqrt_half = UINT64_C(0x3fe6a09e667f3bcd);
    const uint64_t magic = UINT64_C(0x4338000000000000); /* 1.5 × 2^52 */
    const uint64_t bias = 1024;
    lanes_bits bits = (lanes_bits)x;
    lanes_bits e = (bits - sqrt_half + (bias << 52)) >> 52;
    lanes_real m = (lanes_real)(bits - ((e - bias) << 52));
    lanes_real exponent = (lanes_real)(e + magic) - (0x1.8p52 + 1024);
    lanes_real s = (m - 1) / (m + 1), z = s * s;
    lanes_real p = z * (2.0 / 17) + 2.0 / 15;
    p = p * z + 2.0 / 13;
    p = p * z + 2.0 / 11;
    p = p * z + 2.0 / 9;
    p = p * z + 2.0 / 7;
    p = p * z + 2.0 / 5;
    p = p * z + 2.0 / 3;
    return exponent * 0x1.62e42fefa39efp-1 + (s * 2 + s * (z * p));
}

/* e^x, |x| < 700: x = k ln 2 + r. Right to 1e-14. */
LANES_INLINE lanes_real lanes_exp(lanes_real x)
{
    lanes_real shifted = x * 0x1.71547652b82fep0 + 0x1.8p52, k = shifted - 0x1.8p52;
    lanes_real r = (x - k * 0x1.62e42fefa38p-1) - k * 0x1.ef35793c7673p-45;
    lanes_real p = r * (1.0 / 39916800) + 1.0 / 3628800;
    p = p * r + 1.0 / 362880;
    p = p * r + 1.0 / 40320;
    p = p * r + 1.0 / 5040;
    p = p * r + 1.0 / 720;
    p = p * r + 1.0 / 120;
    p = p * r + 1.0 / 24;
    p = p * r + 1.0 / 6;
    p = p * r + 0.5;
    p = p * r + 1;
    p = p * r + 1;
    return (lanes_real)((lanes_bits)p + ((lanes_bits)shifted << 52));
}

/* Joint lengths from the alias table. */
LANES_INLINE void lanes_cells(double *input, double *output, const struct traffic *t,
                              lanes_bits bits)
{
    for (int i = 0; i < LANES_WIDTH; i++) {
        const struct alias_cell *cell = &t->cell[(bits[i] >> 32) * t->cells >> 32];
        if ((uint32_t)bits[i] >= cell->keep) cell = &t->cell[cell->alias];
        input[i] = cell->input;
        output[i] = cell->output;
    }
}

/* mu + sigma z of a component drawn by 22 bits. */
LANES_INLINE double lanes_component(const struct traffic_mixture *m, uint64_t bits,
                                    double z)
{
    const uint64_t mask = (1 << 22) - 1;
    double u = (double)(int64_t)(bits & mask) * 0x1p-22;
    int c = 0;
    for (; c < m->count - 1 && u >= m->weight[c]; c++)
        u -= m->weight[c];
    return m->mu[c] + m->sigma[c] * z;
}

/* Independent lengths from lognormal mixtures, two normals from 20 bits. */
LANES_INLINE void lanes_mixtures(double *input, double *output, const struct traffic *t,
                                 lanes_bits bits)
{
    const struct traffic_model *m = &t->model;
    const lanes_real one = lanes_all(1), most = lanes_all(REQUEST_MAX_TOKENS);
    lanes_real in = one, out = one;
    for (int i = 0; i < LANES_WIDTH; i++) {
        struct normal_pair z = normal_pair_of(bits[i], 0);
        in[i] = lanes_component(&m->input, bits[i] >> 20, z.a);
        out[i] = lanes_component(&m->output, bits[i] >> 42, z.b);
    }
    in = lanes_min(lanes_max(lanes_exp(in), one), most) * (1 - m->cached_share);
    out = lanes_min(lanes_max(lanes_exp(out), one), most);
    in = lanes_round(in);
    out = lanes_round(out);
    LANES_STORE(input, in);
    LANES_STORE(output, out);
}

/* Lanes that would pass the moment at which their rate changes. */
static void lanes_cross_some(lanes_real *next, struct lanes_source *s, int first,
                             const lanes_int *crosses, const lanes_real *gaps)
{
    for (int i = 0; i < LANES_WIDTH; i++) {
        if (!(*crosses)[i]) continue;
        lanes_cross(s, first + i, (*gaps)[i]);
        (*next)[i] = s->at_s[first + i];
    }
}

/* Lanes first … first + LANES_WIDTH - 1. */
LANES_INLINE void lanes_fill_some(struct lanes_block *b, struct lanes_source *source,
                                  int first)
{
    const struct traffic *t = source->traffic;
    const double again = 1 - 1 / t->model.batch_mean;
    const bool batches = again > 0, changes = t->changes, cells = t->cells > 0;
    lanes_bits s[4];
    lanes_real at, gap, until;
    for (int i = 0; i < 4; i++)
        LANES_LOAD(s[i], source->rng[i] + first);
    LANES_LOAD(at, source->at_s + first);
    LANES_LOAD(gap, source->gap_s + first);
    LANES_LOAD(until, source->until_s + first);
    for (int step = 0; step < STEPS; step++) {
        lanes_real gaps = lanes_all(0) - lanes_log(lanes_open(lanes_next(s)));
        if (batches) {
            lanes_int with_last = lanes_open(lanes_next(s)) < again;
            gaps = (lanes_real)((lanes_int)gaps & ~with_last);
        }
        lanes_real next = at + gaps * gap;
        if (changes) {
            lanes_int crosses = next > until;
            int64_t any = 0;
            for (int i = 0; i < LANES_WIDTH; i++)
                any |= crosses[i];
            if (any) {
                LANES_STORE(source->at_s + first, at);
                lanes_cross_some(&next, source, first, &crosses, &gaps);
                LANES_LOAD(gap, source->gap_s + first);
                LANES_LOAD(until, source->until_s + first);
            }
        }
        at = next;
        LANES_STORE(b->at_s[step] + first, at);
        lanes_bits bits = lanes_next(s);
        if (cells)
            lanes_cells(b->input[step] + first, b->output[step] + first, t, bits);
        else
            lanes_mixtures(b->input[step] + first, b->output[step] + first, t, bits);
    }
    for (int i = 0; i < 4; i++)
        LANES_STORE(source->rng[i] + first, s[i]);
    LANES_STORE(source->at_s + first, at);
}

LANES_INLINE void lanes_fill_kernel(struct lanes_block *b, struct lanes_source *s)
{
    for (int first = 0; first < LANES; first += LANES_WIDTH)
        lanes_fill_some(b, s, first);
}

/* Inlined with a constant count, so that the buckets unroll. */
LANES_INLINE void lanes_judge_some(struct lanes_capacity *c, const int count,
                                   const bool settles, const struct lanes_block *b,
                                   double span_s, int first)
{
    const lanes_int one = (lanes_int)lanes_all(1);
    struct lanes_result *result = &c->result;
    lanes_real wait[ADMISSION_BUCKETS], before, requests, admitted, oversize, input,
        output;
    for (int k = 0; k < count; k++)
        LANES_LOAD(wait[k], c->wait_s[k] + first);
    LANES_LOAD(before, c->before_s + first);
    LANES_LOAD(requests, result->requests + first);
    LANES_LOAD(admitted, result->admitted + first);
    LANES_LOAD(oversize, result->oversize + first);
    LANES_LOAD(input, result->input_tokens + first);
    LANES_LOAD(output, result->output_tokens + first);
    for (int step = 0; step < STEPS; step++) {
        lanes_real at, in, out, after[ADMISSION_BUCKETS];
        LANES_LOAD(at, b->at_s[step] + first);
        LANES_LOAD(in, b->input[step] + first);
        LANES_LOAD(out, b->output[step] + first);
        const lanes_int here = at < span_s;
        lanes_int yes = here, never = here ^ here;
        lanes_real passed = at - before;
        before = at;
        for (int k = 0; k < count; k++) {
            const struct lanes_bucket *bucket = &c->bucket[k];
            lanes_real cost = in * bucket->input + out * bucket->output;
            cost = cost + bucket->request;
            wait[k] = lanes_max(wait[k] - passed, lanes_all(0));
            after[k] = wait[k] + cost;
            yes &= after[k] <= bucket->window_s;
            never |= cost > bucket->window_s;
            if (!settles) continue;
            cost = in * bucket->input + out * bucket->settled;
            after[k] = wait[k] + (cost + bucket->once);
        }
        for (int k = 0; k < count; k++)
            wait[k] = lanes_select(yes, after[k], wait[k]);
        requests += (lanes_real)(here & one);
        admitted += (lanes_real)(yes & one);
        oversize += (lanes_real)(never & here & one);
        input += (lanes_real)(yes & (lanes_int)in);
        output += (lanes_real)(yes & (lanes_int)out);
    }
    for (int k = 0; k < count; k++)
        LANES_STORE(c->wait_s[k] + first, wait[k]);
    LANES_STORE(c->before_s + first, before);
    LANES_STORE(result->requests + first, requests);
    LANES_STORE(result->admitted + first, admitted);
    LANES_STORE(result->oversize + first, oversize);
    LANES_STORE(result->input_tokens + first, input);
    LANES_STORE(result->output_tokens + first, output);
}

LANES_INLINE void lanes_judge_kernel(struct lanes_capacity *c,
                                     const struct lanes_block *b, double span_s)
{
    for (int first = 0; first < LANES; first += LANES_WIDTH) {
        if (c->settles)
            lanes_judge_some(c, c->count, true, b, span_s, first);
        else if (c->count == 1)
            lanes_judge_some(c, 1, false, b, span_s, first);
        else if (c->count == 2)
            lanes_judge_some(c, 2, false, b, span_s, first);
        else
            lanes_judge_some(c, 3, false, b, span_s, first);
    }
}

/* The functions of one set, NAME_fill() and NAME_judge(). */
#define LANES_DEFINE(name)                                                             \
    void name##_fill(struct lanes_block *b, struct lanes_source *s)                    \
    {                                                                                  \
        lanes_fill_kernel(b, s);                                                       \
    }                                                                                  \
    void name##_judge(struct lanes_capacity *c, const struct lanes_block *b,           \
                      double span_s)                                                   \
    {                                                                                  \
        lanes_judge_kernel(c, b, span_s);                                              \
    }

#endif
