/* Keys from where we run: a container's endpoint, or the instance's metadata (IMDSv2).
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "credentials_private.h"
#include "text.h"
#include "uri.h"

enum { CONTAINER_MS = 2000, INSTANCE_MS = 1000 };

/* Both services answer with this object, in one spelling. */
static enum err_code read_keys(struct credentials *out, struct finder *f,
                               struct str reply, const char *provider, struct err *e)
{
    struct credentials c = { .provider = provider };
    const char *expires = NULL;
    cJSON *json = cJSON_ParseWithLength(reply.p, reply.n);
    if (keep_json_text(&c.access_key_id, f, json, "AccessKeyId", e) ||
        keep_json_text(&c.secret_access_key, f, json, "SecretAccessKey", e) ||
        keep_json_text(&c.session_token, f, json, "Token", e) ||
        keep_json_text(&c.account, f, json, "AccountId", e) ||
        keep_json_text(&expires, f, json, "Expiration", e)) {
        goto done;
    }
    c.expires_unix_s = expiry_of(expires);
    if (!c.access_key_id || !c.secret_access_key)
        err_set(e, ERR_CREDENTIALS, "%s answered without keys", provider);
    else
        *out = c;
done:
    json_wipe(json);
    return e->code;
}

/* Addresses that only the machine itself serves. */
static bool is_metadata_host(const char *host)
{
    static const char *const own[] = { "169.254.170.2", "169.254.170.23",
                                       "fd00:ec2::23", "169.254.169.254",
                                       "fd00:ec2::254" };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(host, own[i]) == 0) return true;
    return uri_host_is_loopback(host);
}

static enum err_code check_url(const char *url, const char *variable, struct err *e)
{
    struct uri u;
    if (uri_parse(&u, url, e)) {
        e->code = ERR_CREDENTIALS;
        return err_wrap(e, "%s: ", variable);
    }
    if (strcmp(u.scheme, "https") != 0 && !is_metadata_host(u.host)) {
        return err_set(e, ERR_CREDENTIALS,
                       "%s: '%s' is no address of this machine; keys are not asked for "
                       "there in plain http",
                       variable, u.host);
    }
    return OK;
}

/* The header of the container's endpoint; `*token` NULL where none is wanted. */
static enum err_code container_token(const char **token, struct finder *f,
                                     struct err *e)
{
    const char *file = getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char *text = getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    struct str kept = STR("");
    char *copy = NULL, *read = NULL;
    size_t size = 0;
    if (file && *file) {
        if (secret_file(&read, &size, f->secrets, file, 65536, e)) {
            e->code = ERR_CREDENTIALS;
            return err_wrap(e, "the container's token: ");
        }
        kept = (struct str){ read, size };
    } else if (text && *text) {
        kept = str_of(text);
    } else {
        return OK;
    }
    kept = str_trim(kept);
    if (memchr(kept.p, '\r', kept.n) || memchr(kept.p, '\n', kept.n))
        return err_set(e, ERR_CREDENTIALS,
                       "the container's token has a line end in it");
    if (secret_keep(&copy, f->secrets, kept, e)) return e->code;
    *token = copy;
    return OK;
}

enum err_code from_container(struct credentials *out, bool *found, struct finder *f,
                             struct err *e)
{
    const char *relative = getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const char *full = getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    const char *url = full, *token = NULL;
    struct buf body = { .max = SECRET_REPLY_BYTES };
    int status = 0;
    if (relative && *relative)
        url = arena_printf(f->arena, "http://169.254.170.2%s", relative);
    if (!url || !*url) return OK;
    if (check_url(url, "AWS_CONTAINER_CREDENTIALS_FULL_URI", e) ||
        container_token(&token, f, e)) {
        return e->code;
    }
    struct sign_header header[] = { { "accept", "application/json" },
                                    { "authorization", token } };
    struct http_request r = { .method = "GET",
                              .url = url,
                              .header = header,
                              .headers = token ? 2 : 1,
                              .timeout_ms = CONTAINER_MS,
                              .connect_timeout_ms = CONTAINER_MS,
                              .link_local = true };
    if (ask_for_secret(&status, &body, f, "the container's credentials endpoint", &r,
                       e))
        goto done;
    if (status != 200) {
        err_set(e, ERR_CREDENTIALS,
                "the container's credentials endpoint answered with status %d", status);
    } else {
        *found = read_keys(out, f, (struct str){ body.p, body.n },
                           "the container's credentials endpoint", e) == OK;
    }
done:
    secret_buf_clear(&body);
    return e->code;
}

static const char *instance_base(struct arena *a)
{
    const char *named = getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    const char *mode = getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    if (named && *named) {
        size_t n = strlen(named);
        while (n && named[n - 1] == '/')
            n--;
        return arena_text_n(a, named, n);
    }
    return mode && strcasecmp(mode, "IPv6") == 0 ? "http://[fd00:ec2::254]"
                                                 : "http://169.254.169.254";
}

struct instance {
    struct finder *finder;
    const char *base;
    const char *token; /* IMDSv2's; NULL: version 1 */
};

/* One answer; `*status` 0: nobody is there. */
static enum err_code ask_instance(int *status, struct buf *body, struct instance *i,
                                  const char *method, const char *path, struct err *e)
{
    bool put = strcmp(method, "PUT") == 0;
    struct sign_header header = { put ? "x-aws-ec2-metadata-token-ttl-seconds"
                                      : "x-aws-ec2-metadata-token",
                                  put ? "21600" : i->token };
    struct http_request r = { .method = method,
                              .url =
                                  arena_printf(i->finder->arena, "%s%s", i->base, path),
                              .header = &header,
                              .headers = put || i->token ? 1 : 0,
                              .timeout_ms = INSTANCE_MS,
                              .connect_timeout_ms = INSTANCE_MS,
                              .link_local = true };
    struct http_end end = { 0 };
    secret_buf_clear(body);
    secret_buf_reserve(body, SECRET_REPLY_BYTES);
    if (http_fetch(&end, body, i->finder->in->http, &r, e)) return e->code;
    *status = end.trouble == HTTP_DONE ? end.status : 0;
    return OK;
}

/* A token, or none where only version 1 is spoken. `*there` false: no instance. */
static enum err_code instance_token(bool *there, struct buf *body, struct instance *i,
                                    struct err *e)
{
    const char *no_v1 = getenv("AWS_EC2_METADATA_V1_DISABLED");
    char *copy = NULL;
    int status = 0;
    if (ask_instance(&status, body, i, "PUT", "/latest/api/token", e)) return e->code;
    *there = status != 0;
    if (status == 200 && body->n) {
        struct str token = str_trim((struct str){ body->p, body->n });
        if (secret_keep(&copy, i->finder->secrets, token, e)) return e->code;
        i->token = copy;
        return OK;
    }
    bool old = status == 403 || status == 404 || status == 405;
    if (!old || (no_v1 && strcasecmp(no_v1, "true") == 0)) *there = false;
    return OK;
}

static const char role_path[] = "/latest/meta-data/iam/security-credentials/";

enum err_code from_instance(struct credentials *out, bool *found, struct finder *f,
                            struct err *e)
{
    const char *off = getenv("AWS_EC2_METADATA_DISABLED");
    struct instance i = { .finder = f, .base = instance_base(f->arena) };
    struct buf body = { .max = SECRET_REPLY_BYTES };
    bool there = false;
    int status = 0;
    if (off && strcasecmp(off, "true") == 0) return OK;
    if (check_url(i.base, "AWS_EC2_METADATA_SERVICE_ENDPOINT", e)) return e->code;
    if (instance_token(&there, &body, &i, e) || !there) goto done;
    if (ask_instance(&status, &body, &i, "GET", role_path, e) || status != 200)
        goto done;
    struct str rest,
        role = str_trim(str_cut((struct str){ body.p, body.n }, '\n', &rest));
    if (role.n == 0) goto done;
    const char *name = arena_text_n(f->arena, role.p, role.n);
    const char *path = arena_printf(f->arena, "%s%s", role_path, name);
    if (ask_instance(&status, &body, &i, "GET", path, e)) goto done;
    if (status != 200) {
        err_set(e, ERR_CREDENTIALS, "the instance's role %s has no keys: status %d",
                name, status);
        goto done;
    }
    *found = read_keys(out, f, (struct str){ body.p, body.n },
                       arena_printf(f->arena, "instance role %s", name), e) == OK;
done:
    secret_buf_clear(&body);
    return e->code;
}
