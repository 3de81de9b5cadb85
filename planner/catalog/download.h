#ifndef CATALOG_DOWNLOAD_H
#define CATALOG_DOWNLOAD_H

/* A file by HTTP that appears whole or not at all: asked for only when it changed, and
 * where an interrupted download ended. Beside `path` stand "PATH.part", what came so
 * far, and "PATH.etag", the version it is of. */

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "http.h"

struct download {
    bool unchanged;     /* the server says that `path` is still its version */
    int64_t bytes;      /* that came over the net */
    int64_t resumed_at; /* bytes that were there before; 0 from the beginning */
};

/* Up to three attempts, each where the last one ended. Errors: ERR_NET with the status
 * or libcurl's words; the part stays for the next time. ERR_IO. */
NODISCARD enum err_code download_file(struct download *out, struct http *h,
                                      const char *url, const char *path,
                                      struct arena *a, struct err *e);

#endif
