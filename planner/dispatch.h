#ifndef PLANNER_DISPATCH_H
#define PLANNER_DISPATCH_H

/* From a command line to a command that has run and whose result is written. */

#include <stdint.h>

#include "arena.h"
#include "err.h"

/* `now_unix_s` is the clock's, unless --now or BEDPLAN_NOW says otherwise.
 * Errors: those of the command; ERR_USAGE; ERR_IO when the result could not be
 * written; ERR_PIPE when nobody reads it. */
NODISCARD enum err_code dispatch(int argc, char **argv, int64_t now_unix_s,
                                 struct arena *a, struct err *e);

#endif
