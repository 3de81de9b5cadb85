#ifndef PROBE_SPEND_H
#define PROBE_SPEND_H

/* The spend cap: what is spent, plus the worst of what is in flight and of the next
 * request, never passes it. */

#include <stdbool.h>

#include "usd.h"

struct probe_spend {
    bool capped; /* false: no cap, or nothing is billed */
    struct usd_acc cap, spent, flying;
};

/* A request that could cost `worst` may start. */
bool probe_spend_may_start(const struct probe_spend *s, struct usd_acc worst);
void probe_spend_start(struct probe_spend *s, struct usd_acc worst);
/* It has ended and cost `cost`: its worst where nobody can know. */
void probe_spend_end(struct probe_spend *s, struct usd_acc worst, struct usd_acc cost);

/* `requests` times `worst`. Errors: ERR_RANGE. */
NODISCARD enum err_code probe_spend_all(struct usd_acc *out, struct usd_acc worst,
                                        int64_t requests, struct err *e);

#endif
