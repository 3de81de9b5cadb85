/* IAM Identity Center: the token that 'aws sso login' left in ~/.aws/sso/cache, made
 * fresh where it can be, and exchanged for keys. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "credentials_private.h"
#include "date.h"
#include "digest.h"
#include "failure.h"
#include "file.h"
#include "json.h"
#include "uri.h"

struct sso {
    const char *session; /* NULL: the older way, settings in the profile itself */
    const char *start_url, *region, *account, *role;
    const char *profile;
    const char *cache; /* path */
    const char *token;
};

static enum err_code sign_in_again(const struct sso *s, const char *why, struct err *e)
{
    return err_set(e, ERR_CREDENTIALS, "%s; run 'aws sso login --profile %s'", why,
                   s->profile);
}

static bool read_settings(struct sso *s, const struct aws_config *c,
                          const char *profile)
{
    *s = (struct sso){ .profile = profile,
                       .session = aws_profile_get(c, profile, "sso_session"),
                       .start_url = aws_profile_get(c, profile, "sso_start_url"),
                       .region = aws_profile_get(c, profile, "sso_region"),
                       .account = aws_profile_get(c, profile, "sso_account_id"),
                       .role = aws_profile_get(c, profile, "sso_role_name") };
    if (s->session) {
        const struct aws_section *section =
            aws_config_section(c, AWS_SSO_SESSION, s->session);
        s->start_url = aws_section_get(section, "", "sso_start_url");
        s->region = aws_section_get(section, "", "sso_region");
    }
    return s->session || s->start_url;
}

static enum err_code check_settings(const struct sso *s, struct err *e)
{
    const struct {
        const char *value, *name;
    } row[] = { { s->start_url, "sso_start_url" },
                { s->region, "sso_region" },
                { s->account, "sso_account_id" },
                { s->role, "sso_role_name" } };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        if (!row[i].value || !*row[i].value)
            return err_set(e, ERR_CREDENTIALS,
                           "profile '%s' signs in by SSO but has no %s", s->profile,
                           row[i].name);
    }
    return OK;
}

static enum err_code find_cache(struct sso *s, struct finder *f, struct err *e)
{
    const char *home = getenv("HOME");
    const char *key = s->session ? s->session : s->start_url;
    unsigned char sum[DIGEST_SHA1_BYTES];
    char hex[2 * DIGEST_SHA1_BYTES + 1];
    if (!home || !*home)
        return err_set(e, ERR_CREDENTIALS, "HOME is not set: no cache of SSO tokens");
    digest_sha1(sum, f->in->crypto, str_of(key));
    digest_hex(hex, sum, sizeof sum);
    s->cache = arena_printf(f->arena, "%s/.aws/sso/cache/%s.json", home, hex);
    return OK;
}

static const char *text_of(const cJSON *o, const char *name)
{
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(o, name);
    return cJSON_IsString(m) ? m->valuestring : NULL;
}

/* The body of CreateToken; NULL where the cache does not have what it takes. */
static char *refresh_body(const cJSON *cache, int64_t now_unix_s)
{
    static const char *const needed[] = { "clientId", "clientSecret", "refreshToken" };
    cJSON *body = cJSON_CreateObject();
    bool whole =
        body && expiry_of(text_of(cache, "registrationExpiresAt")) > now_unix_s;
    for (size_t i = 0; whole && i < sizeof needed / sizeof *needed; i++) {
        const char *value = text_of(cache, needed[i]);
        whole = value && cJSON_AddStringToObject(body, needed[i], value);
    }
    whole = whole && cJSON_AddStringToObject(body, "grantType", "refresh_token");
    char *text = whole ? cJSON_PrintUnformatted(body) : NULL;
    json_wipe(body);
    return text;
}

static void set_text(cJSON *o, const char *name, const char *value)
{
    cJSON *fresh = cJSON_CreateString(value);
    if (cJSON_HasObjectItem(o, name))
        cJSON_ReplaceItemInObjectCaseSensitive(o, name, fresh);
    else
        cJSON_AddItemToObject(o, name, fresh);
}

/* The refresh token is spent by its use, so the new one must reach the cache, or the
 * AWS CLI could not go on with it. */
static enum err_code store_cache(const struct sso *s, const cJSON *cache, struct err *e)
{
    struct file_out out;
    char *text = cJSON_Print(cache);
    if (!text) return err_set(e, ERR_INTERNAL, "out of memory");
    mode_t before = umask(077);
    if (file_out_open(&out, s->cache, e) == OK) {
        fprintf(out.stream, "%s\n", text);
        (void)!file_out_commit(&out, e);
    }
    umask(before);
    secret_wipe(text, strlen(text));
    free(text);
    return e->code;
}

static enum err_code use_fresh_token(cJSON *cache, struct sso *s, struct finder *f,
                                     struct str reply, struct err *e)
{
    char until[DATE_TEXT];
    cJSON *json = cJSON_ParseWithLength(reply.p, reply.n);
    const char *token = text_of(json, "accessToken");
    const char *refresh = text_of(json, "refreshToken");
    const cJSON *seconds = cJSON_GetObjectItemCaseSensitive(json, "expiresIn");
    if (!token || !cJSON_IsNumber(seconds)) {
        json_wipe(json);
        return sign_in_again(s, "the SSO service answered without a token", e);
    }
    double lasts_s = seconds->valuedouble;
    if (!(lasts_s > 0 && lasts_s < 1e9)) lasts_s = 0;
    set_text(cache, "accessToken", token);
    set_text(cache, "expiresAt",
             date_time_text(until, f->in->now_unix_s + (int64_t)lasts_s));
    if (refresh) set_text(cache, "refreshToken", refresh);
    json_wipe(json);
    return store_cache(s, cache, e);
}

static enum err_code refresh(cJSON *cache, struct sso *s, struct finder *f,
                             struct err *e)
{
    struct endpoint p = { 0 };
    struct endpoint_input where = { .region = s->region,
                                    .config = f->in->config,
                                    .profile = f->in->profile };
    struct buf body = { .max = SECRET_REPLY_BYTES };
    struct sign_header json = { "content-type", "application/json" };
    int status = 0;
    char *ask = refresh_body(cache, f->in->now_unix_s);
    if (!ask) return sign_in_again(s, "the SSO session has expired", e);
    if (endpoint_find(&p, AWS_SSO_OIDC, &where, f->arena, e)) goto done;
    struct http_request r = { .method = "POST",
                              .url = arena_printf(f->arena, "%s/token", p.url),
                              .header = &json,
                              .headers = 1,
                              .body = str_of(ask),
                              .timeout_ms = 20000 };
    if (ask_for_secret(&status, &body, f, "the SSO service", &r, e)) goto done;
    if (status != 200)
        sign_in_again(s, "the SSO session has expired and cannot be renewed", e);
    else
        (void)!use_fresh_token(cache, s, f, (struct str){ body.p, body.n }, e);
done:
    secret_wipe(ask, strlen(ask));
    free(ask);
    secret_buf_clear(&body);
    return e->code;
}

static enum err_code read_token(struct sso *s, struct finder *f, struct err *e)
{
    char *text = NULL;
    size_t size = 0;
    struct err missing = { 0 };
    if (secret_file(&text, &size, f->secrets, s->cache, 1 << 20, &missing))
        return sign_in_again(s, "not signed in by SSO", e);
    cJSON *cache = cJSON_ParseWithLength(text, size);
    if (!text_of(cache, "accessToken")) {
        sign_in_again(s, "the cache of SSO tokens is damaged", e);
    } else if (expiry_of(text_of(cache, "expiresAt")) > f->in->now_unix_s + 60 ||
               refresh(cache, s, f, e) == OK) {
        (void)!keep_json_text(&s->token, f, cache, "accessToken", e);
    }
    json_wipe(cache);
    return e->code;
}

static enum err_code read_role_keys(struct credentials *out, struct finder *f,
                                    const struct sso *s, struct str reply,
                                    struct err *e)
{
    struct credentials c = { .expires_unix_s = INT64_MAX,
                             .account = arena_text(f->arena, s->account),
                             .provider =
                                 arena_printf(f->arena, "profile %s, SSO role %s of %s",
                                              s->profile, s->role, s->account) };
    cJSON *json = cJSON_ParseWithLength(reply.p, reply.n);
    const cJSON *keys = cJSON_GetObjectItemCaseSensitive(json, "roleCredentials");
    const cJSON *ms = cJSON_GetObjectItemCaseSensitive(keys, "expiration");
    if (cJSON_IsNumber(ms) && ms->valuedouble > 0 && ms->valuedouble < 1e15)
        c.expires_unix_s = (int64_t)ms->valuedouble / 1000;
    if (keep_json_text(&c.access_key_id, f, keys, "accessKeyId", e) ||
        keep_json_text(&c.secret_access_key, f, keys, "secretAccessKey", e) ||
        keep_json_text(&c.session_token, f, keys, "sessionToken", e)) {
        goto done;
    }
    if (!c.access_key_id || !c.secret_access_key)
        err_set(e, ERR_NET, "the SSO service answered without keys");
    else
        *out = c;
done:
    json_wipe(json);
    return e->code;
}

static enum err_code ask_for_keys(struct credentials *out, struct finder *f,
                                  const struct sso *s, struct err *e)
{
    struct endpoint p = { 0 };
    struct endpoint_input where = { .region = s->region,
                                    .config = f->in->config,
                                    .profile = f->in->profile };
    struct buf body = { .max = SECRET_REPLY_BYTES }, url = { .max = 4096 };
    struct sign_header token = { "x-amz-sso_bearer_token", s->token };
    int status = 0;
    if (endpoint_find(&p, AWS_SSO, &where, f->arena, e)) return e->code;
    buf_printf(&url, "%s/federation/credentials?role_name=", p.url);
    uri_encode(&url, str_of(s->role), "");
    buf_text(&url, "&account_id=");
    uri_encode(&url, str_of(s->account), "");
    struct http_request r = { .method = "GET",
                              .url = url.p,
                              .header = &token,
                              .headers = 1,
                              .timeout_ms = 20000 };
    if (ask_for_secret(&status, &body, f, "the SSO service", &r, e)) goto done;
    struct str reply = { body.p, body.n };
    if (status == 401) {
        sign_in_again(s, "the SSO session is not accepted any more", e);
    } else if (status != 200) {
        struct aws_failure why = { 0 };
        failure_of_answer(&why, status, "", "", reply, f->in->now_unix_s);
        err_set(e, ERR_CREDENTIALS, "SSO role %s of account %s was refused: %.300s",
                s->role, s->account, why.message);
    } else {
        (void)!read_role_keys(out, f, s, reply, e);
    }
done:
    secret_buf_clear(&body);
    buf_clear(&url);
    return e->code;
}

enum err_code from_sso(struct credentials *out, bool *found, struct finder *f,
                       const char *profile, struct err *e)
{
    struct sso s;
    if (!read_settings(&s, f->in->config, profile)) return OK;
    if (check_settings(&s, e) || find_cache(&s, f, e) || read_token(&s, f, e) ||
        ask_for_keys(out, f, &s, e)) {
        return e->code;
    }
    *found = true;
    return OK;
}
