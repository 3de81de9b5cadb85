#include "sign.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "date.h"
#include "secret.h"
#include "uri.h"

static void add_hash(struct buf *out, const struct crypto *c, struct str bytes)
{
    unsigned char sum[DIGEST_SHA256_BYTES];
    char hex[SIGN_HEX_TEXT];
    digest_sha256(sum, c, bytes);
    digest_hex(hex, sum, sizeof sum);
    buf_text(out, hex);
}

/* Each segment of the path as sent is encoded once more: "%3A" becomes "%253A". */
static void add_path(struct buf *out, const struct sign_input *in)
{
    if (in->keep_path_as_is) {
        uri_encode(out, str_of(*in->path ? in->path : "/"), "/");
        return;
    }
    struct buf normal = { .max = out->max };
    uri_normal_path(&normal, str_of(in->path));
    uri_encode(out, (struct str){ normal.p, normal.n }, "/");
    out->overflow = out->overflow || normal.overflow;
    buf_clear(&normal);
}

/* "name=value" with an empty value where there is none. Values come encoded. */
struct parameter {
    struct str name, value;
};

static int compare_str(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int way = n ? memcmp(a.p, b.p, n) : 0;
    return way ? way : (a.n > b.n) - (a.n < b.n);
}

static bool parameter_before(const struct parameter *a, const struct parameter *b)
{
    int way = compare_str(a->name, b->name);
    return way ? way < 0 : compare_str(a->value, b->value) < 0;
}

/* Encodes what is not, and leaves "%2F" as it was written. */
static void add_query_text(struct buf *out, struct str s)
{
    uri_encode(out, s, "%");
}

static enum err_code add_query(struct buf *out, const char *query, struct err *e)
{
    struct parameter p[SIGN_HEADERS_MAX];
    size_t n = 0;
    struct str rest = str_of(query);
    while (rest.n) {
        struct parameter next = { .name = str_cut(rest, '&', &rest) };
        if (next.name.n == 0) continue;
        if (n == SIGN_HEADERS_MAX)
            return err_set(e, ERR_INTERNAL, "too many parameters in a query");
        next.name = str_cut(next.name, '=', &next.value);
        size_t at = n++; /* insertion: there are few */
        for (; at > 0 && parameter_before(&next, &p[at - 1]); at--)
            p[at] = p[at - 1];
        p[at] = next;
    }
    for (size_t i = 0; i < n; i++) {
        if (i) buf_text(out, "&");
        add_query_text(out, p[i].name);
        buf_text(out, "=");
        add_query_text(out, p[i].value);
    }
    return OK;
}

/* The order of the headers by their lower-case names; equal names keep their order. */
static enum err_code sort_headers(size_t order[SIGN_HEADERS_MAX],
                                  const struct sign_input *in, struct err *e)
{
    if (in->headers > SIGN_HEADERS_MAX)
        return err_set(e, ERR_INTERNAL, "too many headers to sign");
    for (size_t i = 0; i < in->headers; i++) {
        size_t at = i;
        for (; at > 0 &&
               strcasecmp(in->header[i].name, in->header[order[at - 1]].name) < 0;
             at--) {
            order[at] = order[at - 1];
        }
        order[at] = i;
    }
    return OK;
}

static void add_lower(struct buf *out, const char *name)
{
    for (; *name; name++) {
        char c = (char)tolower((unsigned char)*name);
        buf_add(out, &c, 1);
    }
}

/* Without blanks at the ends, and with one for each run of them inside. */
static void add_header_value(struct buf *out, const char *value)
{
    struct str s = str_trim(str_of(value ? value : ""));
    for (size_t i = 0; i < s.n; i++) {
        bool blank = isspace((unsigned char)s.p[i]);
        if (blank && isspace((unsigned char)s.p[i - 1])) continue;
        buf_add(out, blank ? " " : s.p + i, 1);
    }
}

static void add_signed_names(struct buf *out, const struct sign_input *in,
                             const size_t *order)
{
    for (size_t i = 0; i < in->headers; i++) {
        const char *name = in->header[order[i]].name;
        if (i && strcasecmp(in->header[order[i - 1]].name, name) == 0) continue;
        if (i) buf_text(out, ";");
        add_lower(out, name);
    }
}

static void add_headers(struct buf *out, const struct sign_input *in,
                        const size_t *order)
{
    for (size_t i = 0; i < in->headers; i++) {
        const struct sign_header *h = &in->header[order[i]];
        bool again = i && strcasecmp(in->header[order[i - 1]].name, h->name) == 0;
        if (again) {
            out->n--; /* the line end of the value before */
            buf_text(out, ",");
        } else {
            add_lower(out, h->name);
            buf_text(out, ":");
        }
        add_header_value(out, h->value);
        buf_text(out, "\n");
    }
}

enum err_code sign_canonical(struct buf *out, const struct crypto *c,
                             const struct sign_input *in, struct err *e)
{
    size_t order[SIGN_HEADERS_MAX];
    if (sort_headers(order, in, e)) return e->code;
    buf_text(out, in->method);
    buf_text(out, "\n");
    add_path(out, in);
    buf_text(out, "\n");
    if (add_query(out, in->query, e)) return e->code;
    buf_text(out, "\n");
    add_headers(out, in, order);
    buf_text(out, "\n");
    add_signed_names(out, in, order);
    buf_text(out, "\n");
    add_hash(out, c, in->body);
    if (out->overflow)
        return err_set(e, ERR_INTERNAL, "the canonical request is large");
    return OK;
}

static enum err_code scope_of(char out[96], const struct sign_input *in, struct err *e)
{
    int n =
        snprintf(out, 96, "%.8s/%s/%s/aws4_request", in->time, in->region, in->service);
    if (n >= 96)
        return err_set(e, ERR_INTERNAL, "the region '%s' is too long", in->region);
    return OK;
}

enum err_code sign_string(struct buf *out, const struct crypto *c,
                          const struct sign_input *in, struct str canonical,
                          struct err *e)
{
    char scope[96];
    if (scope_of(scope, in, e)) return e->code;
    buf_printf(out, "AWS4-HMAC-SHA256\n%s\n%s\n", in->time, scope);
    add_hash(out, c, canonical);
    if (out->overflow) return err_set(e, ERR_INTERNAL, "the string to sign is large");
    return OK;
}

void sign_time(char out[SIGN_TIME_TEXT], int64_t unix_s)
{
    struct date d = date_of_unix(unix_s);
    int64_t s = unix_s - date_unix(d);
    unsigned year = (unsigned)d.year % 10000U;
    snprintf(out, SIGN_TIME_TEXT, "%04u%02u%02uT%02u%02u%02uZ", year,
             (unsigned)d.month % 100U, (unsigned)d.day % 100U,
             (unsigned)(s / 3600) % 100U, (unsigned)(s / 60 % 60), (unsigned)(s % 60));
}

void sign_key_clear(struct sign_key *k)
{
    secret_wipe(k, sizeof *k);
}

static void derive(struct sign_key *k, const struct crypto *c,
                   const struct sign_input *in, const char *secret)
{
    char first[4 + 128];
    unsigned char key[DIGEST_SHA256_BYTES];
    struct buf long_first = { .max = 1 << 16 };
    struct str start = { first, strlen(secret) + 4 };
    if (start.n < sizeof first) {
        memcpy(first, "AWS4", 4);
        memcpy(first + 4, secret, start.n - 4);
    } else { /* no AWS secret is that long, but whatever came is signed with */
        buf_text(&long_first, "AWS4");
        buf_text(&long_first, secret);
        start = (struct str){ long_first.p, long_first.n };
    }
    struct str k1 = { (const char *)key, sizeof key };
    digest_hmac_sha256(key, c, start, (struct str){ in->time, 8 });
    digest_hmac_sha256(key, c, k1, str_of(in->region));
    digest_hmac_sha256(key, c, k1, str_of(in->service));
    digest_hmac_sha256(k->key, c, k1, STR("aws4_request"));
    secret_wipe(first, sizeof first);
    secret_wipe(key, sizeof key);
    secret_buf_clear(&long_first);
}

static enum err_code key_for(struct sign_key *k, const struct crypto *c,
                             const struct sign_input *in, const char *secret,
                             struct err *e)
{
    char scope[96];
    unsigned char sum[DIGEST_SHA256_BYTES];
    if (scope_of(scope, in, e)) return e->code;
    digest_sha256(sum, c, str_of(secret));
    if (!k->set || strcmp(k->scope, scope) != 0 ||
        memcmp(sum, k->secret_sha256, sizeof sum) != 0) {
        derive(k, c, in, secret);
        memcpy(k->scope, scope, sizeof scope);
        memcpy(k->secret_sha256, sum, sizeof sum);
        k->set = true;
    }
    return OK;
}

enum err_code sign_authorization(struct buf *out, struct sign_key *key,
                                 const struct crypto *c, const struct sign_input *in,
                                 const char *access_key_id,
                                 const char *secret_access_key, struct err *e)
{
    struct buf canonical = { .max = 1 << 20 }, text = { .max = 4096 };
    struct sign_key once = { .set = false };
    size_t order[SIGN_HEADERS_MAX];
    unsigned char signature[DIGEST_SHA256_BYTES];
    char hex[SIGN_HEX_TEXT];
    if (!key) key = &once;
    secret_buf_reserve(&canonical, 8192);
    if (key_for(key, c, in, secret_access_key, e) ||
        sign_canonical(&canonical, c, in, e) ||
        sign_string(&text, c, in, (struct str){ canonical.p, canonical.n }, e) ||
        sort_headers(order, in, e)) {
        goto done;
    }
    digest_hmac_sha256(signature, c,
                       (struct str){ (const char *)key->key, sizeof key->key },
                       (struct str){ text.p, text.n });
    digest_hex(hex, signature, sizeof signature);
    buf_printf(out, "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=", access_key_id,
               key->scope);
    add_signed_names(out, in, order);
    buf_printf(out, ", Signature=%s", hex);
    if (out->overflow) err_set(e, ERR_INTERNAL, "the signature is too large");
done:
    sign_key_clear(&once);
    secret_buf_clear(&canonical); /* it holds the session token */
    buf_clear(&text);
    return e->code;
}
