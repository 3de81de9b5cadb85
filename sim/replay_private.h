#ifndef SIM_REPLAY_PRIVATE_H
#define SIM_REPLAY_PRIVATE_H

#include "replay.h"

/* Requests come from memory one after the other, faster than a processor looks ahead by
 * itself: asked for 32 KiB early they come 1.4 to 1.7 times as fast. The address is a
 * number, because near the end it lies behind the requests. */
static inline void replay_look_ahead(const struct replay_request *r)
{
    const uintptr_t ahead_bytes = 32 * 1024;
    __builtin_prefetch((const void *)((uintptr_t)r + ahead_bytes));
}

/* Whether replay_simple() can do it: nothing happens but arrivals, and levels fit 64
 * bits. */
bool replay_is_simple(const struct admission_rules *rules);

/* Both fill the counts and tokens of `out`, the second also waits and what is in
 * flight; the rest is the caller's. */
void replay_simple(struct replay_result *out, const struct admission_rules *rules,
                   const struct replay_request *r, size_t n);
void replay_events(struct replay_result *out, const struct admission_rules *rules,
                   const struct replay_request *r, size_t n, uint64_t seed,
                   uint8_t *outcome, struct arena *scratch);

/* Waits that are not 0, of admitted requests. */
struct waits {
    int64_t *ns;
    size_t count, capacity;
};

/* The k-th smallest with k = ceil(q n) of `admitted` waits, those that are 0 included.
 */
void waits_quantiles(double wait_ms[WAITS], const struct waits *w, int64_t admitted,
                     struct arena *scratch);

#endif
