#ifndef PROBE_SCHEDULE_H
#define PROBE_SCHEDULE_H

/* When the requests of an open loop are to start: computed before the first one, so
 * that nothing that happens in the run can move them. */

#include <stdint.h>

#include "arena.h"
#include "err.h"

enum probe_arrivals { PROBE_CONSTANT, PROBE_POISSON };

struct probe_schedule {
    int64_t *at_ns; /* since the run's zero, ascending */
    size_t count;
};

enum { PROBE_REQUESTS_MAX = 10000000 };

/* `requests` starts, or those before `for_ns` when `requests` is 0. Constant: i / rate.
 * Poisson: gaps are exponential with mean 1 / rate, the first start at 0.
 * Range: 0 < rate. Errors: ERR_RANGE more than PROBE_REQUESTS_MAX. Owns: the arena. */
NODISCARD enum err_code
probe_schedule_make(struct probe_schedule *out, double rate_per_s,
                    enum probe_arrivals arrivals, int64_t requests, int64_t for_ns,
                    int64_t seed, struct arena *a, struct err *e);

/* "90", "90s", "5m", "1h", "250ms" -> ns. Errors: ERR_INPUT, ERR_RANGE (below 1 ms,
 * more than 7 days). */
NODISCARD enum err_code probe_duration(int64_t *out_ns, const char *text,
                                       struct err *e);

#endif
