#include "client.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client_private.h"

enum { FRESH_S = 300, LOOK_AGAIN_S = 60 };

int64_t client_now_ns(void)
{
    return http_now_ns();
}

void client_say(struct client *c, const char *fmt, ...)
{
    char line[1024];
    if (!c->say) return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    c->say(c->say_context, line);
}

static const char *ca_file(const struct client *c)
{
    const char *named = getenv("AWS_CA_BUNDLE");
    return named && *named ? named
                           : aws_profile_get(&c->config, c->profile, "ca_bundle");
}

static enum err_code open_parts(struct client *c, const struct client_options *o,
                                struct err *e)
{
    if (aws_config_load(&c->config, &c->config_secrets, &c->arena, e)) return e->code;
    c->profile = arena_text(&c->arena, profile_find(o->profile, &c->profile_asked));
    if (region_find(&c->region, o->region, &c->config, c->profile, o->model, &c->arena,
                    e) ||
        crypto_open(&c->crypto, e)) {
        return e->code;
    }
    struct http_options http = { .connect_timeout_ms = o->connect_timeout_ms,
                                 .ca_file = ca_file(c),
                                 .user_agent = "bedplan/" BEDPLAN_VERSION };
    return http_open(&c->http, &http, e);
}

enum err_code client_open(struct client **out, const struct client_options *o,
                          struct err *e)
{
    struct client *c = calloc(1, sizeof *c);
    if (!c) return err_set(e, ERR_INTERNAL, "out of memory");
    secret_no_core();
    c->without_credentials = o->without_credentials;
    c->say = o->say;
    c->say_context = o->say_context;
    c->url.max = c->path.max = c->authorization.max = 65536;
    secret_buf_reserve(&c->authorization, 8192); /* it may hold a bearer key */
    if (o->endpoint_url) c->endpoint_url = arena_text(&c->arena, o->endpoint_url);
    if (open_parts(c, o, e)) {
        client_close(c);
        return e->code;
    }
    client_say(c, "profile %s, region %s", c->profile, c->region);
    *out = c;
    return OK;
}

void client_close(struct client *c)
{
    if (!c) return;
    if (c->http) http_cancel_all(c->http);
    http_close(c->http);
    while (c->idle) {
        struct call *call = c->idle;
        c->idle = call->next;
        call_free(call);
    }
    for (size_t i = 0; i < AWS_SERVICE_COUNT; i++)
        sign_key_clear(&c->key[i]);
    for (size_t i = 0; i < sizeof c->identity / sizeof *c->identity; i++)
        secrets_clear(&c->identity[i].secrets);
    secrets_clear(&c->config_secrets);
    secret_buf_clear(&c->authorization);
    buf_clear(&c->url);
    buf_clear(&c->path);
    crypto_close(c->crypto);
    arena_clear(&c->arena);
    free(c);
}

const char *client_region(const struct client *c)
{
    return c->region;
}

const char *client_profile(const struct client *c)
{
    return c->profile;
}

const char *client_provider(const struct client *c)
{
    return c->identity[0].known ? c->identity[0].credentials.provider : "";
}

enum err_code client_endpoint(const struct endpoint **out, struct client *c,
                              enum aws_service service, struct err *e)
{
    struct endpoint_input in = { .region = c->region,
                                 .endpoint_url = c->endpoint_url,
                                 .config = &c->config,
                                 .profile = c->profile };
    if (!c->endpoint_known[service]) {
        if (endpoint_find(&c->endpoint[service], service, &in, &c->arena, e))
            return e->code;
        c->endpoint_known[service] = true;
        client_say(c, "endpoint %s (%s)", c->endpoint[service].url,
                   c->endpoint[service].origin);
    }
    *out = &c->endpoint[service];
    return OK;
}

/* --- identity ----------------------------------------------------------------------
 */

static bool serves_bedrock(enum aws_service s)
{
    return s == AWS_BEDROCK || s == AWS_BEDROCK_RUNTIME;
}

static enum err_code look(struct identity *id, struct client *c, bool bearer_serves,
                          int64_t now_unix_s, struct err *e)
{
    struct credentials_input in = {
        .config = &c->config,
        .profile = c->profile,
        .profile_asked = c->profile_asked,
        .bearer_serves = bearer_serves,
        .region = c->region,
        .now_unix_s = now_unix_s,
        .http = c->http,
        .crypto = c->crypto,
    };
    struct secrets fresh = { 0 };
    struct credentials found = { 0 };
    id->next_look_unix_s = now_unix_s + LOOK_AGAIN_S;
    if (credentials_find(&found, &in, &fresh, &c->arena, e)) {
        secrets_clear(&fresh);
        return e->code;
    }
    secrets_clear(&id->secrets);
    id->secrets = fresh;
    id->credentials = found;
    id->known = true;
    client_say(c, "credentials: %s", found.provider);
    return OK;
}

enum err_code client_identity(const struct credentials **out, struct client *c,
                              enum aws_service service, struct err *e)
{
    bool bedrock = serves_bedrock(service);
    struct identity *id = &c->identity[bedrock ? 0 : 1];
    int64_t now = (int64_t)time(NULL);
    bool fresh = id->known && id->credentials.expires_unix_s - now > FRESH_S;
    *out = id->known ? &id->credentials : NULL;
    if (fresh || (id->known && now < id->next_look_unix_s)) return OK;
    struct err trouble = { 0 };
    if (look(id, c, bedrock, now, &trouble)) {
        bool usable = id->known && id->credentials.expires_unix_s > now;
        if (usable || c->without_credentials) return OK;
        return err_set(e, trouble.code, "%s", trouble.msg);
    }
    *out = &id->credentials;
    return OK;
}

enum err_code client_sign_in(struct client *c, struct err *e)
{
    const struct credentials *who = NULL;
    return client_identity(&who, c, AWS_BEDROCK_RUNTIME, e);
}

/* --- the loop ----------------------------------------------------------------------
 */

enum err_code client_run(struct client *c, int64_t until_ns, struct err *e)
{
    return http_run(c->http, until_ns, e);
}

size_t client_in_flight(const struct client *c)
{
    return http_in_flight(c->http);
}

void client_wake(struct client *c)
{
    http_wake(c->http);
}

void client_cancel_all(struct client *c)
{
    http_cancel_all(c->http);
}

/* --- one at a time -----------------------------------------------------------------
 */

struct single {
    struct aws_answer *out;
    struct arena *arena;
    bool ended;
};

static void single_end(void *context, const struct aws_answer *answer)
{
    struct single *s = context;
    *s->out = *answer;
    s->out->stop_reason = arena_text(s->arena, answer->stop_reason);
    s->out->body =
        (struct str){ arena_text_n(s->arena, answer->body.n ? answer->body.p : "",
                                   answer->body.n),
                      answer->body.n };
    s->ended = true;
}

enum err_code client_call(struct aws_answer *out, struct client *c,
                          const struct aws_request *r, struct arena *a, struct err *e)
{
    struct single s = { .out = out, .arena = a };
    struct aws_handler h = { .context = &s, .on_end = single_end };
    *out = (struct aws_answer){ .stop_reason = "", .service_latency_ms = -1 };
    if (client_start(c, r, h, e)) {
        if (e->code == ERR_CREDENTIALS)
            failure_set(&out->failure, FAILURE_CREDENTIALS, "%s", e->msg);
        return e->code;
    }
    while (!s.ended)
        if (client_run(c, INT64_MAX, e)) return e->code;
    return out->failure.class_ ? failure_err(e, &out->failure) : OK;
}
