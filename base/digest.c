#include "digest.h"

#include <assert.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "lazy.h"

struct crypto {
    void *handle;
    EVP_MD_CTX *(*ctx_new)(void);
    void (*ctx_free)(EVP_MD_CTX *);
    const EVP_MD *(*sha256)(void);
    const EVP_MD *(*sha1)(void);
    int (*digest)(const void *, size_t, unsigned char *, unsigned *, const EVP_MD *,
                  ENGINE *);
    int (*init)(EVP_MD_CTX *, const EVP_MD *, ENGINE *);
    int (*update)(EVP_MD_CTX *, const void *, size_t);
    int (*final)(EVP_MD_CTX *, unsigned char *, unsigned *);
    unsigned char *(*hmac)(const EVP_MD *, const void *, int, const unsigned char *,
                           size_t, unsigned char *, unsigned *);
};

enum err_code crypto_open(struct crypto **out, struct err *e)
{
    static const struct lazy_symbol symbol[] = {
        { "EVP_MD_CTX_new", offsetof(struct crypto, ctx_new) },
        { "EVP_MD_CTX_free", offsetof(struct crypto, ctx_free) },
        { "EVP_sha256", offsetof(struct crypto, sha256) },
        { "EVP_sha1", offsetof(struct crypto, sha1) },
        { "EVP_Digest", offsetof(struct crypto, digest) },
        { "EVP_DigestInit_ex", offsetof(struct crypto, init) },
        { "EVP_DigestUpdate", offsetof(struct crypto, update) },
        { "EVP_DigestFinal_ex", offsetof(struct crypto, final) },
        { "HMAC", offsetof(struct crypto, hmac) },
    };
    struct crypto *c = calloc(1, sizeof *c);
    if (!c) return err_set(e, ERR_INTERNAL, "out of memory");
    if (lazy_load(&c->handle, c, "libcrypto.so.3", "libssl3", symbol,
                  sizeof symbol / sizeof *symbol, e)) {
        free(c);
        return e->code;
    }
    *out = c;
    return OK;
}

void crypto_close(struct crypto *c)
{
    if (!c) return;
    lazy_close(c->handle);
    free(c);
}

/* Whole digests fail only without memory, where nothing sensible can follow. */
static void must(bool done)
{
    assert(done && "libcrypto refuses a digest");
    (void)done;
}

void digest_sha256(unsigned char out[DIGEST_SHA256_BYTES], const struct crypto *c,
                   struct str bytes)
{
    must(c->digest(bytes.p, bytes.n, out, NULL, c->sha256(), NULL) == 1);
}

void digest_sha1(unsigned char out[DIGEST_SHA1_BYTES], const struct crypto *c,
                 struct str bytes)
{
    must(c->digest(bytes.p, bytes.n, out, NULL, c->sha1(), NULL) == 1);
}

void digest_hmac_sha256(unsigned char out[DIGEST_SHA256_BYTES], const struct crypto *c,
                        struct str key, struct str bytes)
{
    must(c->hmac(c->sha256(), key.p, (int)key.n, (const unsigned char *)bytes.p,
                 bytes.n, out, NULL) != NULL);
}

struct digest {
    struct crypto *crypto;
    EVP_MD_CTX *ctx;
};

enum err_code digest_open(struct digest **out, struct err *e)
{
    struct digest *d = calloc(1, sizeof *d);
    if (!d) return err_set(e, ERR_INTERNAL, "out of memory");
    if (crypto_open(&d->crypto, e)) {
        free(d);
        return e->code;
    }
    d->ctx = d->crypto->ctx_new();
    if (!d->ctx || d->crypto->init(d->ctx, d->crypto->sha256(), NULL) != 1) {
        digest_close(d);
        return err_set(e, ERR_INTERNAL, "out of memory");
    }
    *out = d;
    return OK;
}

void digest_add(struct digest *d, struct str bytes)
{
    must(d->crypto->update(d->ctx, bytes.p, bytes.n) == 1);
}

void digest_final(unsigned char out[DIGEST_SHA256_BYTES], struct digest *d)
{
    must(d->crypto->final(d->ctx, out, NULL) == 1);
}

void digest_close(struct digest *d)
{
    if (!d) return;
    d->crypto->ctx_free(d->ctx);
    crypto_close(d->crypto);
    free(d);
}

void digest_hex(char *out, const unsigned char *bytes, size_t n)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = hex[bytes[i] >> 4];
        out[2 * i + 1] = hex[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}
