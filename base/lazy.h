#ifndef BASE_LAZY_H
#define BASE_LAZY_H

/* Shared libraries that are loaded when they are first needed, through a table of
 * function pointers: a command that does not talk to AWS does not pay for them. */

#include <stddef.h>

#include "err.h"

struct lazy_symbol {
    const char *name;
    size_t offset; /* of the pointer in the table */
};

/* Opens `soname` and fills `table`. `*handle` is for lazy_close(), which accepts NULL.
 * Errors: ERR_IO "libcurl.so.4 cannot be loaded: …; install …" with `package`. */
NODISCARD enum err_code lazy_load(void **handle, void *table, const char *soname,
                                  const char *package, const struct lazy_symbol *symbol,
                                  size_t count, struct err *e);
void lazy_close(void *handle);

#endif
