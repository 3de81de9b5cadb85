#ifndef PROMPT_KEEP_H
#define PROMPT_KEEP_H

/* Putting a prompt into the store, and saying so: `prompt add` and `prompt import`. */

#include "app.h"
#include "prompt_store.h"

struct prompt_kept {
    struct prompt_version version;
    struct prompt prompt;
    bool added; /* false: these bytes were there */
};

/* Sets k->version.number and k->added from name, note and prompt.
 * Errors: as prompt_store_add(). */
NODISCARD enum err_code prompt_keep(struct prompt_kept *k, struct prompt_store *s,
                                    struct app *app, struct err *e);

NODISCARD enum err_code prompt_kept_print(struct app *app, const char *schema,
                                          const struct prompt_kept *k, size_t count,
                                          struct err *e);

#endif
