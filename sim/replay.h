#ifndef SIM_REPLAY_H
#define SIM_REPLAY_H

/* Requests against a capacity, one by one, by the admission rules.
 *
 * Events in order of time; at equal times completions come before attempts, attempts
 * in the order of the requests. Times are whole nanoseconds and levels integers, so
 * that the answer does not depend on how it is computed. */

#include <stddef.h>
#include <stdint.h>

#include "admission.h"
#include "arena.h"
#include "err.h"
#include "summary.h"

struct replay_request {
    int64_t at_ns;
    int32_t input; /* tokens, without cached reads */
    int32_t cached;
    int32_t output;
    int32_t max_tokens; /* 0: not stated */
};

/* Times count from the first request. Errors: ERR_INPUT none; ERR_RANGE with "request
 * N: ": time going back, a count that is negative, beyond REQUEST_MAX_TOKENS or cached
 * beyond input, over 100 years. Owns: the arena. */
NODISCARD enum err_code replay_requests(struct replay_request **out,
                                        const struct traffic_request *r, size_t n,
                                        struct arena *a, struct err *e);

enum { WAIT_P50, WAIT_P95, WAIT_P99, WAIT_MAX, WAITS };

/* requests = admitted + throttled + oversize */
struct replay_result {
    int64_t requests, admitted, throttled, oversize;
    int64_t first_try_throttled;
    int64_t attempts; /* an oversize request makes one */
    int64_t
        refused_by[ADMISSION_BUCKETS]; /* attempts that this bucket had no room for */
    int64_t input_tokens, cached_tokens, output_tokens; /* of admitted requests */
    double span_s;                                      /* first to last arrival */
    /* tokens (requests) charged to a bucket, and that ÷ (rate × span); NaN where the
     * span is 0 */
    double charged[ADMISSION_BUCKETS], utilisation[ADMISSION_BUCKETS];
    /* admitted and not completed: mean from the first arrival to the last completion,
     * and most at once; NaN and 0 where completions change nothing and are not followed
     */
    double in_flight_mean;
    int64_t in_flight_max;
    double wait_ms[WAITS]; /* first attempt to admission; NaN when none was admitted */
};

/* What became of a request, where the caller wants to know. */
enum outcome { OUTCOME_ADMITTED = 0, OUTCOME_THROTTLED = 64, OUTCOME_OVERSIZE = 128 };

/* `outcome` NULL, or n bytes: enum outcome, and for what was refused at the last
 * attempt 1 << k for every bucket k without room. Retry delays are drawn from (seed,
 * request, attempt). `a` is for scratch, which is freed. Errors: ERR_INPUT "request N:
 * no max_tokens" under RESERVE_MAX. */
NODISCARD enum err_code replay_run(struct replay_result *out,
                                   const struct admission_rules *rules,
                                   const struct replay_request *r, size_t n,
                                   uint64_t seed, uint8_t *outcome, struct arena *a,
                                   struct err *e);

#endif
