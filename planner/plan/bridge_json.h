#ifndef PLANNER_PLAN_BRIDGE_JSON_H
#define PLANNER_PLAN_BRIDGE_JSON_H

/* The bills of a saved plan answer, written and read again. */

#include "bridge.h"
#include "json.h"

struct cJSON;

void bridge_side_json(struct json *j, const char *key, const struct bridge_side *s);
/* `item` is what the above wrote. Errors: ERR_INPUT naming what is missing.
 * Owns: the arena, nothing of `item`. */
NODISCARD enum err_code bridge_side_read(struct bridge_side *out,
                                         const struct cJSON *item, struct arena *a,
                                         struct err *e);

#endif
