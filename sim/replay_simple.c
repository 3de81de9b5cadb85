#include "replay_private.h"

/* Arrivals only: no completion changes a level, nobody comes back. Then every request
 * is a few additions on numbers that stay in registers; what limits the speed is the
 * chain from one level to the next (refill, take, compare, choose), so the choice is
 * made without a branch: under load it cannot be predicted. */

struct simple_bucket {
    int64_t used, capacity;
    int64_t refill, full_ns; /* from empty to full */
    int64_t token;           /* ticks */
    int64_t most;            /* tokens that it can hold */
    int64_t input, output;   /* masks: all ones where they count */
    int64_t request;
    int64_t refused;
};

enum { MILLI = 1000 };

/* Levels, one addition more, and products of both stay in 64 bits. */
static const int64_t capacity_limit = INT64_C(1) << 61;

bool replay_is_simple(const struct admission_rules *rules)
{
    if (rules->settles || rules->retry != RETRY_NONE) return false;
    for (int k = 0; k < rules->count; k++)
        if (rules->rule[k].full.capacity > capacity_limit) return false;
    return true;
}

static struct simple_bucket simple_bucket(const struct bucket_rule *b)
{
    int64_t capacity = (int64_t)b->full.capacity, token = b->full.milli * MILLI;
    return (struct simple_bucket){
        .capacity = capacity,
        .refill = b->full.refill,
        .full_ns = capacity / b->full.refill,
        .token = token,
        .most = capacity / token,
        .input = -(int64_t)(b->input != 0),
        .output = -(int64_t)(b->reserved != 0),
        .request = b->request / MILLI,
    };
}

static inline int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline __attribute__((always_inline)) void
run(struct replay_result *out, struct simple_bucket *bucket, const int count,
    const struct replay_request *r, size_t n)
{
    struct simple_bucket b[ADMISSION_BUCKETS];
    for (int k = 0; k < count; k++)
        b[k] = bucket[k];
    int64_t before_ns = n ? r[0].at_ns : 0;
    int64_t admitted = 0, oversize = 0, input = 0, cached = 0, output = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t gap_ns = r[i].at_ns - before_ns;
        before_ns = r[i].at_ns;
        int64_t never = 0, no = 0, after[ADMISSION_BUCKETS], level[ADMISSION_BUCKETS];
#pragma GCC unroll 3
        for (int k = 0; k < count; k++) {
            int64_t need =
                (r[i].input & b[k].input) + (r[i].output & b[k].output) + b[k].request;
            int64_t too_long = (b[k].most - need) >> 63;
            never |= too_long;
            int64_t back = least(gap_ns, b[k].full_ns) * b[k].refill;
            int64_t take = (need & ~too_long) * b[k].token;
            int64_t used = b[k].used - back;
            level[k] = used & ~(used >> 63);
            after[k] = level[k] + take;
        }
#pragma GCC unroll 3
        for (int k = 0; k < count; k++) {
            int64_t lacks = (b[k].capacity - after[k]) >> 63;
            no |= lacks;
            b[k].refused -= lacks & ~never;
        }
        int64_t yes = ~(no | never);
#pragma GCC unroll 3
        for (int k = 0; k < count; k++)
            b[k].used = yes ? after[k] : level[k];
        admitted -= yes;
        oversize -= never;
        input += r[i].input & yes;
        cached += r[i].cached & yes;
        output += r[i].output & yes;
    }
    for (int k = 0; k < count; k++)
        out->refused_by[k] = b[k].refused;
    out->admitted = admitted;
    out->oversize = oversize;
    out->input_tokens = input;
    out->cached_tokens = cached;
    out->output_tokens = output;
}

void replay_simple(struct replay_result *out, const struct admission_rules *rules,
                   const struct replay_request *r, size_t n)
{
    struct simple_bucket b[ADMISSION_BUCKETS];
    for (int k = 0; k < rules->count; k++)
        b[k] = simple_bucket(&rules->rule[k]);
    switch (rules->count) { /* so that the compiler unrolls the buckets */
    case 1:
        run(out, b, 1, r, n);
        break;
    case 2:
        run(out, b, 2, r, n);
        break;
    default:
        run(out, b, 3, r, n);
        break;
    }
    out->requests = (int64_t)n;
    out->throttled = (int64_t)n - out->admitted - out->oversize;
    out->first_try_throttled = out->throttled;
    out->attempts = (int64_t)n;
}
