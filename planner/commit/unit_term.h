#ifndef PLANNER_COMMIT_UNIT_TERM_H
#define PLANNER_COMMIT_UNIT_TERM_H

/* Model units of a commitment, as the optimiser buys them. */

#include "catalog.h"
#include "commit.h"
#include "units.h"

/* Billionths of a USD that a unit costs an hour. */
int64_t unit_nusd_per_hour(const struct unit_price *u);

/* A term of `u`, `k` long, that may start on any day of `hours` from `start_unix_s`;
 * its length is the calendar's. Range: hours >= 1. Owns: the arena. */
struct commit_term unit_term(const struct unit_price *u, enum commitment k,
                             int64_t hours, int64_t start_unix_s, struct arena *a);

#endif
