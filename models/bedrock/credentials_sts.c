/* Roles: AssumeRole and AssumeRoleWithWebIdentity of STS. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "credentials_private.h"
#include "failure.h"
#include "markup.h"
#include "sign.h"
#include "text.h"
#include "uri.h"

static void add_parameter(struct buf *out, const char *name, const char *value)
{
    if (!value || !*value) return;
    buf_printf(out, "&%s=", name);
    uri_encode(out, str_of(value), "");
}

static enum err_code keep_tag(const char **out, struct finder *f, struct str xml,
                              const char *tag, struct err *e)
{
    char *copy = NULL;
    struct str text = xml_between(xml, tag);
    if (text.n == 0) return OK;
    if (secret_keep(&copy, f->secrets, text, e)) return e->code;
    *out = copy;
    return OK;
}

static enum err_code read_keys(struct credentials *out, struct finder *f,
                               struct str xml, const char *provider, struct err *e)
{
    struct credentials c = { .provider = provider };
    struct str block = xml_between(xml, "Credentials");
    const char *expires = NULL;
    if (keep_tag(&c.access_key_id, f, block, "AccessKeyId", e) ||
        keep_tag(&c.secret_access_key, f, block, "SecretAccessKey", e) ||
        keep_tag(&c.session_token, f, block, "SessionToken", e) ||
        keep_tag(&expires, f, block, "Expiration", e)) {
        return e->code;
    }
    c.expires_unix_s = expiry_of(expires);
    if (!c.access_key_id || !c.secret_access_key || !c.session_token)
        return err_set(e, ERR_NET, "STS answered without keys");
    *out = c;
    return OK;
}

/* The headers of a signed form; their texts are the caller's. */
struct sts_signature {
    struct sign_header header[5];
    size_t headers;
    char time[SIGN_TIME_TEXT], host[280];
    struct buf authorization;
};

static enum err_code sign_form(struct sts_signature *s, const struct endpoint *p,
                               struct str body, const struct credentials *source,
                               const struct finder *f, struct err *e)
{
    if (p->uri.port)
        snprintf(s->host, sizeof s->host, "%s:%d", p->uri.host, p->uri.port);
    else
        snprintf(s->host, sizeof s->host, "%s", p->uri.host);
    s->header[s->headers++] =
        (struct sign_header){ "content-type", "application/x-www-form-urlencoded" };
    if (!source) return OK;
    sign_time(s->time, f->in->now_unix_s);
    s->header[s->headers++] = (struct sign_header){ "host", s->host };
    s->header[s->headers++] = (struct sign_header){ "x-amz-date", s->time };
    if (source->session_token) {
        s->header[s->headers++] =
            (struct sign_header){ "x-amz-security-token", source->session_token };
    }
    struct sign_input in = { .method = "POST",
                             .path = "/",
                             .query = "",
                             .header = s->header,
                             .headers = s->headers,
                             .body = body,
                             .region = p->signing_region,
                             .service = p->signing_name,
                             .time = s->time };
    s->authorization.max = 4096;
    if (sign_authorization(&s->authorization, NULL, f->in->crypto, &in,
                           source->access_key_id, source->secret_access_key, e)) {
        return e->code;
    }
    s->header[s->headers++] =
        (struct sign_header){ "authorization", s->authorization.p };
    return OK;
}

/* Sends a form; `source` NULL: unsigned, the form proves itself. */
static enum err_code ask_sts(struct credentials *out, struct finder *f, struct str form,
                             const struct credentials *source, const char *provider,
                             struct err *e)
{
    struct endpoint p = { 0 };
    struct endpoint_input where = { .region =
                                        f->in->region ? f->in->region : "us-east-1",
                                    .config = f->in->config,
                                    .profile = f->in->profile };
    struct sts_signature s = { .headers = 0 };
    struct buf body = { .max = SECRET_REPLY_BYTES };
    int status = 0;
    if (endpoint_find(&p, AWS_STS, &where, f->arena, e) ||
        sign_form(&s, &p, form, source, f, e)) {
        goto done;
    }
    struct http_request r = { .method = "POST",
                              .url = arena_printf(f->arena, "%s/", p.url),
                              .header = s.header,
                              .headers = s.headers,
                              .body = form,
                              .timeout_ms = 20000 };
    if (ask_for_secret(&status, &body, f, "STS", &r, e)) goto done;
    if (status != 200) {
        struct aws_failure why = { 0 };
        failure_of_answer(&why, status, "", "", (struct str){ body.p, body.n },
                          f->in->now_unix_s);
        err_set(e, ERR_CREDENTIALS, "%s was refused by STS: %s: %.300s", provider,
                why.code, why.message);
        goto done;
    }
    if (read_keys(out, f, (struct str){ body.p, body.n }, provider, e))
        err_wrap(e, "%s: ", provider);
done:
    secret_buf_clear(&body);
    buf_clear(&s.authorization);
    return e->code;
}

static const char *session_name(const struct finder *f, const char *configured)
{
    if (configured) return configured;
    return arena_printf(f->arena, "bedplan-%lld", (long long)f->in->now_unix_s);
}

enum err_code assume_role(struct credentials *out, struct finder *f,
                          const char *profile, const struct credentials *source,
                          struct err *e)
{
    const struct aws_config *c = f->in->config;
    const char *role = aws_profile_get(c, profile, "role_arn");
    struct buf form = { .max = 16384 };
    buf_text(&form, "Action=AssumeRole&Version=2011-06-15");
    add_parameter(&form, "RoleArn", role);
    add_parameter(&form, "RoleSessionName",
                  session_name(f, aws_profile_get(c, profile, "role_session_name")));
    add_parameter(&form, "ExternalId", aws_profile_get(c, profile, "external_id"));
    add_parameter(&form, "DurationSeconds",
                  aws_profile_get(c, profile, "duration_seconds"));
    enum err_code code =
        form.overflow
            ? err_set(e, ERR_CREDENTIALS, "profile '%s' is too long", profile)
            : ask_sts(out, f, (struct str){ form.p, form.n }, source,
                      arena_printf(f->arena, "profile %s, role %s", profile, role), e);
    buf_clear(&form);
    return code;
}

enum err_code from_web_identity(struct credentials *out, bool *found, struct finder *f,
                                const char *profile, struct err *e)
{
    const struct aws_config *c = f->in->config;
    const char *role = aws_profile_get(c, profile, "role_arn");
    const char *file = aws_profile_get(c, profile, "web_identity_token_file");
    const char *name = aws_profile_get(c, profile, "role_session_name");
    char *text = NULL;
    size_t size = 0;
    if (!file) {
        file = getenv("AWS_WEB_IDENTITY_TOKEN_FILE");
        role = getenv("AWS_ROLE_ARN");
        name = getenv("AWS_ROLE_SESSION_NAME");
        if (!file || !*file) return OK;
    }
    if (!role || !*role)
        return err_set(e, ERR_CREDENTIALS, "a web identity token without a role's ARN");
    if (secret_file(&text, &size, f->secrets, file, 65536, e)) {
        e->code = ERR_CREDENTIALS;
        return err_wrap(e, "the web identity token: ");
    }
    struct str token = str_trim((struct str){ text, size });
    struct buf form = { .max = 262144 };
    secret_buf_reserve(&form, 3 * token.n + 8192);
    buf_text(&form, "Action=AssumeRoleWithWebIdentity&Version=2011-06-15");
    add_parameter(&form, "RoleArn", role);
    add_parameter(&form, "RoleSessionName", session_name(f, name));
    buf_text(&form, "&WebIdentityToken=");
    uri_encode(&form, token, "");
    *found = ask_sts(out, f, (struct str){ form.p, form.n }, NULL,
                     arena_printf(f->arena, "web identity, role %s", role), e) == OK;
    secret_buf_clear(&form);
    return e->code;
}
