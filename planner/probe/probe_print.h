#ifndef PROBE_PRINT_H
#define PROBE_PRINT_H

/* A result as people and programs read it. */

#include "app.h"
#include "json.h"
#include "probe_result.h"

/* In the format asked for. `schema` "bedplan.probe/1". */
NODISCARD enum err_code probe_print(struct app *app, const struct probe_result *r,
                                    struct err *e);

/* The same as a table with notes: every format but JSON. */
void probe_print_text(struct app *app, const struct probe_result *r);

/* {"n": …, "mean": …, …} with nulls for what the sample cannot carry. */
void probe_json_stats(struct json *j, const char *key, const struct probe_stats *s);

/* "312", "45.3", "1,234"; NULL for NaN. */
const char *probe_ms(double ms, struct arena *a);

/* "open loop, 20/s constant", "closed loop, 4 at a time" */
const char *probe_load_text(const struct probe_meta *m, struct arena *a);
/* "done", "stopped by the spend cap", … */
const char *probe_stop_text(const struct probe_meta *m);

#endif
