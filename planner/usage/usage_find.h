#ifndef USAGE_FIND_H
#define USAGE_FIND_H

/* Imported usage by its NAME, as the summary that a planner reads. */

#include "usage_stats.h"
#include "usage_summary.h"

/* Whether `usage = text` means a NAME: no folder, no ending ".json". */
bool usage_is_name(const char *text);

/* All that is kept of NAME but its requests. `data` as in usage_store_open().
 * Errors: ERR_NOT_FOUND; ERR_DB. Owns: the arena. */
NODISCARD enum err_code usage_find_stats(struct usage_stats *out, const char *name,
                                         const char *data, struct arena *a,
                                         struct err *e);

/* The same as a summary. Errors: those and ERR_INPUT nothing is known
 * of the lengths; ERR_DB. Owns: the arena. */
NODISCARD enum err_code usage_find(struct usage_summary *out, const char *name,
                                   const char *data, struct arena *a, struct err *e);

/* The summary file of figures, as usage_write() makes it of a trace. Errors: ERR_INPUT
 * as above, ERR_IO. */
NODISCARD enum err_code usage_write_stats(FILE *f, const struct usage_stats *s,
                                          const struct usage_attribution *by,
                                          struct err *e);

#endif
