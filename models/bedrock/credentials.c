#include "credentials.h"

#include <stdlib.h>
#include <string.h>

#include "credentials_private.h"
#include "date.h"
#include "text.h"

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

int64_t expiry_of(const char *text)
{
    struct err bad = { 0 };
    int64_t at = 0;
    if (!text || date_parse(&at, NULL, text, &bad)) return INT64_MAX;
    return at;
}

static void wipe_all(const cJSON *json)
{
    for (const cJSON *x = json; x; x = x->next) {
        if (x->valuestring) secret_wipe(x->valuestring, strlen(x->valuestring));
        wipe_all(x->child);
    }
}

void json_wipe(cJSON *json)
{
    wipe_all(json);
    cJSON_Delete(json);
}

enum err_code keep_json_text(const char **out, struct finder *f, const cJSON *object,
                             const char *name, struct err *e)
{
    char *copy = NULL;
    const cJSON *m = cJSON_GetObjectItemCaseSensitive(object, name);
    if (!cJSON_IsString(m) || !*m->valuestring) return OK;
    if (secret_keep(&copy, f->secrets, str_of(m->valuestring), e)) return e->code;
    *out = copy;
    return OK;
}

enum err_code ask_for_secret(int *status, struct buf *body, struct finder *f,
                             const char *who, const struct http_request *r,
                             struct err *e)
{
    struct http_end end = { 0 };
    secret_buf_reserve(body, SECRET_REPLY_BYTES);
    if (http_fetch(&end, body, f->in->http, r, e)) return err_wrap(e, "%s: ", who);
    if (end.trouble != HTTP_DONE)
        return err_set(e, ERR_NET, "%s does not answer: %s", who, end.words);
    *status = end.status;
    return OK;
}

/* --- sources without a network -------------------------------------------------- */

static enum err_code keep(const char **out, struct finder *f, const char *text,
                          struct err *e)
{
    char *copy = NULL;
    if (!text) return OK;
    if (secret_keep(&copy, f->secrets, str_of(text), e)) return e->code;
    *out = copy;
    return OK;
}

enum err_code from_environment(struct credentials *out, bool *found, struct finder *f,
                               struct err *e)
{
    const char *id = variable("AWS_ACCESS_KEY_ID");
    const char *secret = variable("AWS_SECRET_ACCESS_KEY");
    const char *token = variable("AWS_SESSION_TOKEN");
    const char *expires = variable("AWS_CREDENTIAL_EXPIRATION");
    struct credentials c = { .provider = "environment",
                             .account = variable("AWS_ACCOUNT_ID"),
                             .expires_unix_s = expiry_of(expires) };
    if (!id && !secret) return OK;
    if (!id || !secret) {
        return err_set(e, ERR_CREDENTIALS, "%s is set without %s; set both or none",
                       id ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
                       id ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
    }
    if (!token) token = variable("AWS_SECURITY_TOKEN");
    if (c.expires_unix_s <= f->in->now_unix_s) {
        return err_set(e, ERR_CREDENTIALS,
                       "the keys in the environment have expired (%s); get new ones",
                       expires);
    }
    if (keep(&c.access_key_id, f, id, e) || keep(&c.secret_access_key, f, secret, e) ||
        keep(&c.session_token, f, token, e)) {
        return e->code;
    }
    if (c.account) c.account = arena_text(f->arena, c.account);
    *out = c;
    *found = true;
    return OK;
}

/* Keys in one of the two files; both keys must be in the same section. */
static enum err_code from_section(struct credentials *out, bool *found,
                                  struct finder *f, const char *profile,
                                  bool credentials_file, struct err *e)
{
    const struct aws_config *c = f->in->config;
    for (size_t i = c->sections; i > 0; i--) {
        const struct aws_section *s = &c->section[i - 1];
        if (s->kind != AWS_PROFILE || s->in_credentials_file != credentials_file ||
            strcmp(s->name, profile) != 0) {
            continue;
        }
        const char *id = aws_section_get(s, "", "aws_access_key_id");
        const char *secret = aws_section_get(s, "", "aws_secret_access_key");
        const char *token = aws_section_get(s, "", "aws_session_token");
        if ((!id || !*id) && (!secret || !*secret)) continue;
        if (!id || !*id || !secret || !*secret) {
            return err_set(e, ERR_CREDENTIALS, "%s:%d: profile '%s' has %s without %s",
                           s->path, s->line, profile,
                           id ? "aws_access_key_id" : "aws_secret_access_key",
                           id ? "aws_secret_access_key" : "aws_access_key_id");
        }
        *out = (struct credentials){
            .access_key_id = id,
            .secret_access_key = secret,
            .session_token = token && *token ? token : NULL,
            .expires_unix_s = INT64_MAX,
            .account = aws_section_get(s, "", "aws_account_id"),
            .provider = arena_printf(f->arena, "profile %s in %s", profile, s->path),
        };
        *found = true;
        return OK;
    }
    return OK;
}

/* --- roles -------------------------------------------------------------------------
 */

static enum err_code from_profile(struct credentials *out, bool *found,
                                  struct finder *f, const char *profile, struct err *e);

static enum err_code check_circle(const struct finder *f, const char *profile,
                                  struct err *e)
{
    for (size_t i = 0; i < f->depth; i++) {
        if (strcmp(f->role_profile[i], profile) == 0) {
            return err_set(e, ERR_CREDENTIALS,
                           "profile '%s' is its own source through source_profile",
                           profile);
        }
    }
    if (f->depth == CHAIN_MAX)
        return err_set(e, ERR_CREDENTIALS, "more than %d roles in a row", CHAIN_MAX);
    return OK;
}

static enum err_code role_source(struct credentials *out, bool *found, struct finder *f,
                                 const char *profile, struct err *e)
{
    const struct aws_config *c = f->in->config;
    const char *source = aws_profile_get(c, profile, "source_profile");
    const char *kind = aws_profile_get(c, profile, "credential_source");
    if (kind && strcmp(kind, "Environment") == 0)
        return from_environment(out, found, f, e);
    if (kind && strcmp(kind, "EcsContainer") == 0)
        return from_container(out, found, f, e);
    if (kind && strcmp(kind, "Ec2InstanceMetadata") == 0)
        return from_instance(out, found, f, e);
    if (kind) {
        return err_set(e, ERR_CREDENTIALS,
                       "profile '%s': credential_source '%s' is not Environment, "
                       "EcsContainer or Ec2InstanceMetadata",
                       profile, kind);
    }
    if (!aws_profile_exists(c, source)) {
        return err_set(e, ERR_CREDENTIALS,
                       "profile '%s': its source_profile '%s' does not exist", profile,
                       source);
    }
    /* its own source: the keys beside the role */
    if (strcmp(source, profile) == 0) {
        if (from_section(out, found, f, profile, true, e) || *found) return e->code;
        return from_section(out, found, f, profile, false, e);
    }
    return from_profile(out, found, f, source, e);
}

static enum err_code from_role(struct credentials *out, bool *found, struct finder *f,
                               const char *profile, struct err *e)
{
    const struct aws_config *c = f->in->config;
    struct credentials source = { 0 };
    bool source_found = false;
    if (!aws_profile_get(c, profile, "role_arn") ||
        (!aws_profile_get(c, profile, "source_profile") &&
         !aws_profile_get(c, profile, "credential_source"))) {
        return OK;
    }
    if (aws_profile_get(c, profile, "mfa_serial")) {
        return err_set(
            e, ERR_CREDENTIALS,
            "profile '%s' asks for an MFA code; sign in with the AWS CLI and "
            "pass its keys on: eval \"$(aws configure export-credentials "
            "--profile %s --format env)\"",
            profile, profile);
    }
    if (check_circle(f, profile, e)) return e->code;
    f->role_profile[f->depth++] = profile;
    if (role_source(&source, &source_found, f, profile, e)) {
        return err_wrap(e, "the source of profile '%s': ", profile);
    }
    if (!source_found) {
        return err_set(e, ERR_CREDENTIALS, "the source of profile '%s' has no keys",
                       profile);
    }
    if (assume_role(out, f, profile, &source, e)) return e->code;
    *found = true;
    return OK;
}

/* --- the chain ---------------------------------------------------------------------
 */

static enum err_code from_profile(struct credentials *out, bool *found,
                                  struct finder *f, const char *profile, struct err *e)
{
    static enum err_code (*const source[])(
        struct credentials *, bool *, struct finder *, const char *,
        struct err *) = { from_role, from_web_identity, from_sso };
    for (size_t i = 0; i < sizeof source / sizeof *source; i++)
        if (source[i](out, found, f, profile, e) || *found) return e->code;
    if (from_section(out, found, f, profile, true, e) || *found) return e->code;
    if (from_process(out, found, f, profile, e) || *found) return e->code;
    return from_section(out, found, f, profile, false, e);
}

static enum err_code check_profile(const struct finder *f, struct err *e)
{
    const struct aws_config *c = f->in->config;
    if (strcmp(f->in->profile, "default") == 0 || aws_profile_exists(c, f->in->profile))
        return OK;
    const char **names = ARENA_NEW(f->arena, const char *, c->sections + 1);
    size_t n = 0;
    for (size_t i = 0; i < c->sections; i++)
        if (c->section[i].kind == AWS_PROFILE) names[n++] = c->section[i].name;
    return err_set(e, ERR_CREDENTIALS,
                   "there is no profile '%s' in AWS's config and credentials files%s",
                   f->in->profile,
                   text_did_you_mean(f->arena, f->in->profile, names, n));
}

static enum err_code nothing_found(const struct finder *f, struct err *e)
{
    return err_set(
        e, ERR_CREDENTIALS,
        "no credentials: nothing in the environment, in profile '%s', from a "
        "container or an instance; run 'aws configure' or 'aws sso login', or "
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY%s",
        f->in->profile, f->in->bearer_serves ? ", or AWS_BEARER_TOKEN_BEDROCK" : "");
}

/* CR or LF in a header would be a header of its own. */
static enum err_code check_texts(const struct credentials *c, struct err *e)
{
    const char *text[] = { c->access_key_id, c->session_token, c->bearer };
    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        for (const char *p = text[i]; p && *p; p++) {
            if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f)
                return err_set(e, ERR_CREDENTIALS,
                               "the credentials of %s hold a blank or a control "
                               "character",
                               c->provider);
        }
    }
    return OK;
}

enum err_code credentials_find(struct credentials *out,
                               const struct credentials_input *in, struct secrets *s,
                               struct arena *a, struct err *e)
{
    struct finder f = { .in = in, .secrets = s, .arena = a };
    struct credentials c = { .expires_unix_s = INT64_MAX };
    const char *bearer =
        in->bearer_serves ? variable("AWS_BEARER_TOKEN_BEDROCK") : NULL;
    bool found = false;
    if (check_profile(&f, e)) return e->code;
    if (bearer) {
        c.provider = "AWS_BEARER_TOKEN_BEDROCK";
        found = true;
        if (keep(&c.bearer, &f, bearer, e)) return e->code;
    }
    if (!found && !in->profile_asked && from_environment(&c, &found, &f, e))
        return e->code;
    if (!found && from_profile(&c, &found, &f, in->profile, e)) return e->code;
    if (!found && from_container(&c, &found, &f, e)) return e->code;
    if (!found && from_instance(&c, &found, &f, e)) return e->code;
    if (!found) return nothing_found(&f, e);
    if (check_texts(&c, e)) return e->code;
    *out = c;
    return OK;
}
