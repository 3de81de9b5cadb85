#ifndef PLANNER_RUN_NAME_H
#define PLANNER_RUN_NAME_H

/* The name of a saved run that was given none. */

#include <stdint.h>

#include "arena.h"

/* "nova-lite-v1-0-20261122-202301123": of what was run (a path or a model), behind its
 * last slash and without `ending` and all behind it ("": none is taken off), at most 40
 * bytes of letters, digits and, where no ending is taken off, dots; then the time, UTC,
 * to the millisecond. `otherwise` stands for a text of which nothing is left. Owns: the
 * arena. */
const char *run_name(const char *text, const char *ending, const char *otherwise,
                     int64_t unix_ms, struct arena *a);

#endif
