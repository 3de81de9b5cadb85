#ifndef SIM_BUCKET_H
#define SIM_BUCKET_H

/* A token bucket without rounding.
 *
 * It starts full, refills at `rate` up to rate × window, and may be overdrawn by a
 * charge that was not asked for beforehand. Time is whole nanoseconds, amounts are
 * thousandths of a token, rates thousandths a minute (a day); a tick is the common
 * fraction of both, so that level and refill stay integers and "just refilled" means
 * just that. With doubles a bucket of ten a second refuses every third request that
 * comes exactly when its token is back.
 *
 * What is stored is what was taken, capacity − level: then refilling needs no other
 * bound than zero. */

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 tick_count;

struct bucket {
    tick_count used;     /* 0: full; above capacity: overdrawn */
    tick_count capacity; /* ticks */
    int64_t refill;      /* ticks a nanosecond */
    int64_t milli;       /* ticks of a thousandth of a token */
};

static inline int64_t bucket_gcd(int64_t a, int64_t b)
{
    while (b) {
        int64_t r = a % b;
        a = b;
        b = r;
    }
    return a;
}

/* Full. Range: rate_milli 1 … 1e15 thousandths of a token per `period_s`, window_ns up
 * to a day: amounts up to 1e13 thousandths then stay below 2^127 by a billion. */
static inline struct bucket bucket_full(int64_t rate_milli, int64_t period_s,
                                        int64_t window_ns)
{
    int64_t period_ns = period_s * 1000000000;
    int64_t g = bucket_gcd(rate_milli, period_ns);
    int64_t refill = rate_milli / g;
    return (struct bucket){ .capacity = (tick_count)refill * window_ns,
                            .refill = refill,
                            .milli = period_ns / g };
}

static inline void bucket_refill(struct bucket *b, int64_t ns)
{
    tick_count back = (tick_count)b->refill * ns;
    b->used = b->used > back ? b->used - back : 0;
}

/* Whether an empty bucket's worth could ever hold it. */
static inline bool bucket_holds(const struct bucket *b, int64_t milli)
{
    return (tick_count)milli * b->milli <= b->capacity;
}

static inline bool bucket_fits(const struct bucket *b, int64_t milli)
{
    return b->used + (tick_count)milli * b->milli <= b->capacity;
}

static inline void bucket_take(struct bucket *b, int64_t milli)
{
    b->used += (tick_count)milli * b->milli;
}

/* Never above full. */
static inline void bucket_give(struct bucket *b, int64_t milli)
{
    tick_count back = (tick_count)milli * b->milli;
    b->used = b->used > back ? b->used - back : 0;
}

#endif
