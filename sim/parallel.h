#ifndef SIM_PARALLEL_H
#define SIM_PARALLEL_H

/* Independent jobs on a few threads. Jobs are numbered, results are stored by
 * number and added up in that order by the caller: the same bytes for any number of
 * threads. */

#include <stddef.h>

/* 0 … jobs-1, each once, on `threads` threads (at least one; the caller's counts).
 * `job` must not fail: it writes where its number says. `thread` is 0 … threads-1, for
 * scratch memory. */
void parallel_run(size_t jobs, int threads,
                  void (*job)(void *context, size_t number, int thread), void *context);

/* Processors of this machine, at most `most`. */
int parallel_processors(int most);

#endif
