#ifndef MODELS_BEDROCK_SIGN_H
#define MODELS_BEDROCK_SIGN_H

/* AWS Signature Version 4 in the Authorization header. Our own, because the one of
 * libcurl 7.88 signs paths and queries as they are and so fails for every model id
 * with ':' in it.
 * Source: AWS General Reference, "Create a signed AWS API request". */

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"
#include "err.h"
#include "str.h"

enum {
    SIGN_HEADERS_MAX = 32,
    SIGN_TIME_TEXT = 17, /* "20260101T000000Z" and NUL */
    SIGN_HEX_TEXT = 2 * DIGEST_SHA256_BYTES + 1,
};

struct sign_header {
    const char *name, *value; /* in any case and order; value NULL: the same as "" */
};

struct sign_input {
    const char *method;
    const char *path;  /* as sent: segments already percent-encoded once */
    const char *query; /* as sent, without '?'; "" none; any order */
    const struct sign_header *header; /* all that are signed: host, x-amz-date, … */
    size_t headers;
    struct str body;
    const char *region, *service;
    const char *time;     /* "20260101T000000Z", the value of x-amz-date */
    bool keep_path_as_is; /* no removal of "." and "//" (S3's way) */
};

/* The key of one day, region and service, kept between requests: 4 of 5 HMACs. { 0 } is
 * empty; it is derived again when day, region, service or secret change. Holds a
 * secret: sign_key_clear() wipes it. */
struct sign_key {
    unsigned char key[DIGEST_SHA256_BYTES];
    unsigned char secret_sha256[DIGEST_SHA256_BYTES];
    char scope[96]; /* "20260101/us-east-1/bedrock/aws4_request" */
    bool set;
};
void sign_key_clear(struct sign_key *k);

/* "20260101T000000Z" of unix seconds. Range: years 1 to 9999. */
void sign_time(char out[SIGN_TIME_TEXT], int64_t unix_s);

/* Appends the canonical request, a form that AWS echoes when it refuses one. */
NODISCARD enum err_code sign_canonical(struct buf *out, const struct crypto *c,
                                       const struct sign_input *in, struct err *e);
/* Appends the string to sign for a canonical request. */
NODISCARD enum err_code sign_string(struct buf *out, const struct crypto *c,
                                    const struct sign_input *in, struct str canonical,
                                    struct err *e);
/* Appends the value of the Authorization header. `key` may be NULL.
 * Errors: ERR_INTERNAL too many headers, a scope that does not fit. */
NODISCARD enum err_code
sign_authorization(struct buf *out, struct sign_key *key, const struct crypto *c,
                   const struct sign_input *in, const char *access_key_id,
                   const char *secret_access_key, struct err *e);

#endif
