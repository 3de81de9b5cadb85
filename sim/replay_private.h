#ifndef SIM_REPLAY_PRIVATE_H
#define SIM_REPLAY_PRIVATE_H

#include "replay.h"

/* Whether replay_simple() can do it: nothing happens but arrivals, and levels fit 64
 * bits. */
bool replay_is_simple(const struct admission_rules *rules);

/* Counts and tokens of `out` as replay_run() fills them; the rest is the caller's. */
void replay_simple(struct replay_result *out, const struct admission_rules *rules,
                   const struct replay_request *r, size_t n);

#endif
