#ifndef MODELS_BEDROCK_URI_H
#define MODELS_BEDROCK_URI_H

/* Percent-encoding as SigV4 wants it (RFC 3986, upper-case hex, space is %20), and
 * URLs taken apart. */

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "str.h"

/* Appends `s` with all but A-Z a-z 0-9 - . _ ~ and the bytes of `also_kept` encoded. */
void uri_encode(struct buf *out, struct str s, const char *also_kept);

/* Appends `path` without "." and ".." segments and doubled slashes. */
void uri_normal_path(struct buf *out, struct str path);

/* "https://user@host:8443/base?q" in parts; host without brackets. */
struct uri {
    char scheme[8];  /* "http", "https" */
    char host[256];  /* lower case, no brackets */
    int port;        /* 0: the scheme's */
    char path[1024]; /* "" or "/…", without a slash at its end */
    bool has_query, has_user;
};
/* Errors: ERR_INPUT: no scheme, another scheme, empty host, bad port, too long, blanks
 * or control characters. */
NODISCARD enum err_code uri_parse(struct uri *out, const char *text, struct err *e);

/* "localhost", "127.…", "::1" */
bool uri_host_is_loopback(const char *host);

#endif
