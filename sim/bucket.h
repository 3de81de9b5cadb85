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
 * What is stored is the moment at which it would be full again, in ticks ("theoretical
 * arrival time", ITU-T I.371): a level that nobody asks for needs no work, and
 * level = capacity − max(0, moment − now). */

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 tick_count;

struct bucket {
    tick_count full_at;  /* before now: full */
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

/* Full at moment 0. Range: rate_milli 1 … 1e15 thousandths of a token per `period_s`,
 * window_ns up to a day, times up to a century: ticks then stay below 2^113, and a
 * billion charges of 1e13 thousandths below 2^127. */
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

/* Ticks of a moment, and of an amount. */
static inline tick_count bucket_time(const struct bucket *b, int64_t ns)
{
    return (tick_count)b->refill * ns;
}
static inline tick_count bucket_amount(const struct bucket *b, int64_t milli)
{
    return (tick_count)b->milli * milli;
}

/* Whether there is room for `need` at `now`, if it could ever hold it. */
static inline bool bucket_fits(const struct bucket *b, tick_count now, tick_count need)
{
    return b->full_at + need <= now + b->capacity;
}

/* Take, or give back what is negative; never above full. */
static inline void bucket_take(struct bucket *b, tick_count now, tick_count amount)
{
    b->full_at = (b->full_at > now ? b->full_at : now) + amount;
}

#endif
