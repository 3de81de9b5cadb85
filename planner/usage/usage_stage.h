#ifndef USAGE_STAGE_H
#define USAGE_STAGE_H

/* Records in any order go in, come out by time, in bounded memory: sorted runs wait in
 * a nameless file beside the store, which vanishes with the process. */

#include <stdbool.h>

#include "usage_record.h"

struct usage_stage;

/* `folder` takes the runs; `run_records` 0: the default. */
NODISCARD enum err_code usage_stage_open(struct usage_stage **out, const char *folder,
                                         size_t run_records, struct err *e);
void usage_stage_close(struct usage_stage *s);

NODISCARD enum err_code usage_stage_add(struct usage_stage *s,
                                        const struct usage_record *r, struct err *e);
size_t usage_stage_count(const struct usage_stage *s);

/* After the last add: the records by usage_record_order(), `*more` false behind them.
 */
NODISCARD enum err_code usage_stage_sort(struct usage_stage *s, struct err *e);
NODISCARD enum err_code usage_stage_next(struct usage_stage *s, struct usage_record *r,
                                         bool *more, struct err *e);

#endif
