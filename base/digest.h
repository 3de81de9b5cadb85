#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

/* SHA-256, SHA-1 and HMAC by OpenSSL's libcrypto, which is loaded when it is first
 * needed: it costs more to start than most commands take to run. */

#include <stddef.h>

#include "err.h"
#include "str.h"

enum { DIGEST_SHA256_BYTES = 32, DIGEST_SHA1_BYTES = 20 };

struct crypto;

/* Cheap after the first one in a process. Errors: ERR_IO "libcrypto.so.3 cannot be
 * loaded: …". crypto_close() accepts NULL. */
NODISCARD enum err_code crypto_open(struct crypto **out, struct err *e);
void crypto_close(struct crypto *c);

void digest_sha256(unsigned char out[DIGEST_SHA256_BYTES], const struct crypto *c,
                   struct str bytes);
void digest_sha1(unsigned char out[DIGEST_SHA1_BYTES], const struct crypto *c,
                 struct str bytes);
void digest_hmac_sha256(unsigned char out[DIGEST_SHA256_BYTES], const struct crypto *c,
                        struct str key, struct str bytes);

/* A running SHA-256. */
struct digest;
NODISCARD enum err_code digest_open(struct digest **out, struct err *e);
void digest_add(struct digest *d, struct str bytes);
/* Once; then only digest_close(), which accepts NULL. */
void digest_final(unsigned char out[DIGEST_SHA256_BYTES], struct digest *d);
void digest_close(struct digest *d);

/* Lower-case hex of `n` bytes and NUL: 2 n + 1 characters at `out`. */
void digest_hex(char *out, const unsigned char *bytes, size_t n);

#endif
