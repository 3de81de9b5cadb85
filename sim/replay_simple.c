#include "replay_private.h"

#include <string.h>

/* Arrivals only: no completion changes a level, nobody comes back. Then a bucket needs
 * one number, the moment at which it would be full again ("theoretical arrival time",
 * ITU-T I.371), here in ticks since a base: a request at T that takes n fits when
 * moment <= T + capacity - n; then max(moment, T) + n is the new moment. A refused
 * request changes nothing.
 *
 * What limits the speed is the chain from one moment to the next, so it is kept short,
 * and the choice is made without a branch: under load it cannot be predicted. Oversize
 * requests are rare and may branch. */

enum { MILLI = 1000 };

/* Sums of two such, and one need more, stay in 64 bits. */
static const int64_t ticks_limit = INT64_C(1) << 61;

enum need { NEED_INPUT, NEED_OUTPUT, NEED_BOTH, NEED_ONE };

struct simple_bucket {
    int64_t full_at;  /* ticks since the base */
    int64_t capacity; /* ticks */
    int64_t refill;   /* ticks a nanosecond */
    int64_t token;    /* ticks */
    int64_t most;     /* tokens that it can hold */
};

/* Requests go through in blocks: first what is decided for each, with the levels in
 * registers, then the sums, with vectors. In one loop the registers do not suffice. */
enum { BLOCK = 512 };

/* Bit k: bucket k has no room. */
enum { CODE_OVERSIZE = 1 << ADMISSION_BUCKETS, CODES = CODE_OVERSIZE + 1 };

struct simple {
    struct simple_bucket b[ADMISSION_BUCKETS];
    enum need need[ADMISSION_BUCKETS];
    int count;
    int64_t base_ns, reach_ns; /* longest time from the base in bounds */
    int64_t oversize;
    uint8_t code[BLOCK];
};

bool replay_is_simple(const struct admission_rules *rules)
{
    if (rules->settles || rules->retry != RETRY_NONE) return false;
    for (int k = 0; k < rules->count; k++) {
        const struct bucket *b = &rules->rule[k].full;
        if (b->capacity > ticks_limit || b->milli > ticks_limit / MILLI) return false;
    }
    return true;
}

static enum need need_of(const struct bucket_rule *b)
{
    if (b->request) return NEED_ONE;
    if (b->input && b->reserved) return NEED_BOTH;
    return b->input ? NEED_INPUT : NEED_OUTPUT;
}

static void start(struct simple *s, const struct admission_rules *rules,
                  int64_t base_ns)
{
    *s = (struct simple){ .count = rules->count,
                          .base_ns = base_ns,
                          .reach_ns = INT64_MAX };
    for (int k = 0; k < rules->count; k++) {
        const struct bucket *full = &rules->rule[k].full;
        int64_t capacity = (int64_t)full->capacity, token = full->milli * MILLI;
        int64_t reach_ns = ticks_limit / full->refill;
        s->b[k] = (struct simple_bucket){ .capacity = capacity,
                                          .refill = full->refill,
                                          .token = token,
                                          .most = capacity / token };
        s->need[k] = need_of(&rules->rule[k]);
        if (reach_ns < s->reach_ns) s->reach_ns = reach_ns;
    }
}

static void rebase(struct simple *s, int64_t base_ns)
{
    for (int k = 0; k < s->count; k++) {
        struct simple_bucket *b = &s->b[k];
        tick_count later = (tick_count)b->refill * (base_ns - s->base_ns);
        b->full_at = b->full_at > later ? (int64_t)(b->full_at - later) : 0;
    }
    s->base_ns = base_ns;
}

static inline int64_t tokens_of(const struct replay_request *r, enum need need)
{
    switch (need) {
    case NEED_INPUT:
        return r->input;
    case NEED_OUTPUT:
        return r->output;
    case NEED_BOTH:
        return (int64_t)r->input + r->output;
    case NEED_ONE:
        break;
    }
    return 1;
}

/* Inlined with constant needs, so that the buckets unroll. */
static inline __attribute__((always_inline)) void
decide(struct simple *s, const int count, const enum need n0, const enum need n1,
       const enum need n2, const struct replay_request *r, size_t n)
{
    const enum need need[ADMISSION_BUCKETS] = { n0, n1, n2 };
    struct simple_bucket b[ADMISSION_BUCKETS];
    const int64_t base_ns = s->base_ns;
    memcpy(b, s->b, sizeof b);
    for (size_t i = 0; i < n; i++) {
        int64_t after[ADMISSION_BUCKETS], tokens[ADMISSION_BUCKETS];
        replay_look_ahead(&r[i]);
        int64_t ns = r[i].at_ns - base_ns;
        bool never = false;
        int code = 0;
#pragma GCC unroll 3
        for (int k = 0; k < count; k++) {
            tokens[k] = tokens_of(&r[i], need[k]);
            never = never || tokens[k] > b[k].most;
        }
        if (__builtin_expect(never, 0)) {
            s->code[i] = CODE_OVERSIZE;
            s->oversize++;
            continue;
        }
#pragma GCC unroll 3
        for (int k = 0; k < count; k++) {
            int64_t at = ns * b[k].refill, take = tokens[k] * b[k].token;
            int lacks = b[k].full_at > at + b[k].capacity - take;
            code |= lacks << k;
            after[k] = (b[k].full_at > at ? b[k].full_at : at) + take;
        }
#pragma GCC unroll 3
        for (int k = 0; k < count; k++)
            b[k].full_at = code ? b[k].full_at : after[k];
        s->code[i] = (uint8_t)code;
    }
    for (int k = 0; k < count; k++)
        s->b[k].full_at = b[k].full_at;
}

/* The sets of buckets that admission_rules() makes. */
static void decide_block(struct simple *s, const struct replay_request *r, size_t n)
{
    if (s->need[0] == NEED_INPUT)
        decide(s, 2, NEED_INPUT, NEED_OUTPUT, NEED_ONE, r, n);
    else if (s->count == 1)
        decide(s, 1, NEED_BOTH, NEED_ONE, NEED_ONE, r, n);
    else if (s->count == 3)
        decide(s, 3, NEED_BOTH, NEED_ONE, NEED_BOTH, r, n);
    else if (s->need[1] == NEED_ONE)
        decide(s, 2, NEED_BOTH, NEED_ONE, NEED_ONE, r, n);
    else
        decide(s, 2, NEED_BOTH, NEED_BOTH, NEED_ONE, r, n);
}

/* Two 64-bit words: input with `cached` above it, output with max_tokens above it. */
#define PAIR __attribute__((vector_size(16))) uint64_t

/* By code: which bits of a request's tokens to keep. */
static const uint64_t keep[CODES] = { UINT64_MAX };

/* By code: what it counts for, 16 bits each: admitted, no room in bucket 0, 1, 2. */
#define NO_ROOM(k) (UINT64_C(0x10000) << 16 * (k))
static const uint64_t tally[CODES] = {
    1,
    NO_ROOM(0),
    NO_ROOM(1),
    NO_ROOM(0) + NO_ROOM(1),
    NO_ROOM(2),
    NO_ROOM(0) + NO_ROOM(2),
    NO_ROOM(1) + NO_ROOM(2),
    NO_ROOM(0) + NO_ROOM(1) + NO_ROOM(2),
    0,
};

static void add_up(struct replay_result *out, const uint8_t *code,
                   const struct replay_request *r, size_t n)
{
    const PAIR low = { UINT32_MAX, UINT32_MAX };
    PAIR input_output = { 0 }, cached = { 0 };
    uint64_t counts = 0;
    for (size_t i = 0; i < n; i++) {
        PAIR tokens;
        uint64_t mask = keep[code[i]];
        memcpy(&tokens, &r[i].input, sizeof tokens);
        tokens &= (PAIR){ mask, mask };
        input_output += tokens & low;
        cached += tokens >> 32;
        counts += tally[code[i]];
    }
    out->admitted += (int64_t)(counts & UINT16_MAX);
    for (int k = 0; k < ADMISSION_BUCKETS; k++)
        out->refused_by[k] += (int64_t)(counts >> 16 * (k + 1) & UINT16_MAX);
    out->input_tokens += (int64_t)input_output[0];
    out->output_tokens += (int64_t)input_output[1];
    out->cached_tokens += (int64_t)cached[0];
}

/* Requests of one block, all within reach of the base; at least one. */
static size_t block_length(struct simple *s, const struct replay_request *r, size_t n)
{
    size_t length = n < BLOCK ? n : BLOCK;
    if (r[length - 1].at_ns - s->base_ns <= s->reach_ns) return length;
    rebase(s, r[0].at_ns);
    while (r[length - 1].at_ns - s->base_ns > s->reach_ns)
        length /= 2;
    return length;
}

void replay_simple(struct replay_result *out, const struct admission_rules *rules,
                   const struct replay_request *r, size_t n)
{
    struct simple s;
    start(&s, rules, n ? r[0].at_ns : 0);
    out->attempts = (int64_t)n;
    for (size_t i = 0, length; i < n; i += length) {
        length = block_length(&s, r + i, n - i);
        decide_block(&s, r + i, length);
        add_up(out, s.code, r + i, length);
    }
    out->oversize = s.oversize;
    out->throttled = (int64_t)n - out->admitted - out->oversize;
    out->first_try_throttled = out->throttled;
}
