#ifndef PROMPT_STORE_H
#define PROMPT_STORE_H

/* Prompts and their versions in SQLite, $XDG_DATA_HOME/bedplan/prompt/prompt.db. A
 * version is never changed: the database refuses it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "prompt.h"

struct prompt_store;

struct prompt_version {
    const char *name;
    int64_t number; /* from 1 */
    int64_t added_unix_s;
    const char *note; /* where it came from, what was said of it */
    struct str body;  /* as prompt_write() made it */
};

/* `data` NULL: $BEDPLAN_DATA, else $XDG_DATA_HOME/bedplan. Without `write` a store that
 * is not there is empty. Errors: ERR_DB, ERR_IO with the file's path.
 * prompt_store_close() accepts NULL. */
NODISCARD enum err_code prompt_store_open(struct prompt_store **out, const char *data,
                                          bool write, struct arena *a, struct err *e);
void prompt_store_close(struct prompt_store *s);

/* Sets v->number: the next one, or, with `*added` false, that of the version that has
 * these very bytes. Errors: ERR_USAGE a bad name; ERR_DB. */
NODISCARD enum err_code prompt_store_add(struct prompt_version *v, bool *added,
                                         struct prompt_store *s, struct err *e);

/* All versions of a name (NULL: of every one), by name, then number.
 * Errors: ERR_NOT_FOUND with the nearest name. Owns: the arena. */
NODISCARD enum err_code prompt_store_list(struct prompt_version **out, size_t *count,
                                          struct prompt_store *s, const char *name,
                                          struct arena *a, struct err *e);

/* "support" the newest, "support:2" that one. Errors: ERR_NOT_FOUND. */
NODISCARD enum err_code prompt_store_find(struct prompt_version *out,
                                          struct prompt_store *s, const char *text,
                                          struct arena *a, struct err *e);

/* All versions of a name. */
NODISCARD enum err_code prompt_store_drop(struct prompt_store *s, const char *name,
                                          struct err *e);

/* "support:2" taken apart; 0: no number. Errors: ERR_USAGE. */
NODISCARD enum err_code prompt_reference(const char **name, int64_t *number,
                                         const char *text, struct arena *a,
                                         struct err *e);

#endif
