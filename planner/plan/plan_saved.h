#ifndef PLANNER_PLAN_SAVED_H
#define PLANNER_PLAN_SAVED_H

/* A plan's answer read back from what `bedplan plan --json` wrote: enough of it for
 * tables, charts, pages and bridges. Nothing is simulated or priced again. */

#include "bridge.h"
#include "plan.h"

/* Fills the answers, the options as the answer shows them, and the parts of the
 * configuration that answers name. Errors: ERR_IO; ERR_INPUT with "PATH: …": no JSON,
 * not a plan's, or a part is missing. Owns: the app's arena. */
NODISCARD enum err_code plan_saved_read(struct plan *p, struct app *app,
                                        const char *path, struct err *e);

/* The same of bytes; `path` is for messages. */
NODISCARD enum err_code plan_saved_parse(struct plan *p, struct app *app,
                                         const char *path, const char *bytes,
                                         size_t size, struct err *e);

#endif
