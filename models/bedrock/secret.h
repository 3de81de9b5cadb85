#ifndef MODELS_BEDROCK_SECRET_H
#define MODELS_BEDROCK_SECRET_H

/* Memory for keys and tokens: on pages of its own that core files leave out, locked
 * where the limit allows, wiped before it is given back. */

#include <stddef.h>

#include "err.h"
#include "str.h"

struct secret_page;

/* { 0 } is empty. */
struct secrets {
    struct secret_page *last;
};

/* NUL-terminated copy, lives until secrets_clear(). Errors: ERR_IO no memory pages. */
NODISCARD enum err_code secret_keep(char **out, struct secrets *s, struct str text,
                                    struct err *e);
/* A whole file; ERR_INPUT when it cannot be read or is larger than `max_bytes`. */
NODISCARD enum err_code secret_file(char **bytes, size_t *size, struct secrets *s,
                                    const char *path, size_t max_bytes, struct err *e);
/* `n` zeroed bytes. */
NODISCARD enum err_code secret_bytes(char **out, struct secrets *s, size_t n,
                                     struct err *e);
void secrets_clear(struct secrets *s);

/* No core file of this process, whatever the system's settings: libcurl and OpenSSL
 * keep copies of headers that nobody wipes. */
void secret_no_core(void);

/* Wiping that the compiler keeps. */
void secret_wipe(void *p, size_t n);
/* Room for `n` bytes at once: a text that grows leaves copies behind. */
void secret_buf_reserve(struct buf *b, size_t n);
/* Wipes, then buf_clear(). */
void secret_buf_clear(struct buf *b);

#endif
