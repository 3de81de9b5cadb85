#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "client_private.h"
#include "uri.h"

#define JSON   "application/json"
#define JSON10 "application/x-amz-json-1.0"
#define JSON11 "application/x-amz-json-1.1"
#define FORM   "application/x-www-form-urlencoded"

static const struct {
    enum aws_service service;
    const char *method, *path, *type, *target;
} operation_row[AWS_OPERATION_COUNT] = {
#define X(op, service, method, path, type, target)                                     \
    [op] = { service, method, path, type, target },
    AWS_OPERATION_LIST(X)
#undef X
};

static void restart(struct buf *b)
{
    b->n = 0;
    b->overflow = false;
}

/* "/model/%/converse" with the subject encoded: ':' is %3A, '/' is %2F. */
static enum err_code add_path(struct client *c, const struct endpoint *p,
                              const struct aws_request *r, struct err *e)
{
    const char *path = operation_row[r->operation].path;
    const char *mark = strchr(path, '%');
    restart(&c->path);
    buf_text(&c->path, p->uri.path);
    buf_add(&c->path, path, mark ? (size_t)(mark - path) : strlen(path));
    if (mark) {
        if (!r->subject || !*r->subject)
            return err_set(e, ERR_USAGE, "a request without a model");
        uri_encode(&c->path, str_of(r->subject), "");
        buf_text(&c->path, mark + 1);
    }
    if (c->path.overflow) return err_set(e, ERR_INPUT, "a model id is too long");
    return OK;
}

static enum err_code add_url(struct prepared *out, struct client *c,
                             const struct endpoint *p, struct err *e)
{
    bool six = strchr(p->uri.host, ':') != NULL;
    char port[8] = "";
    /* libcurl leaves the scheme's own port out of Host, and so must the signature */
    bool usual = p->uri.port == (p->uri.scheme[4] ? 443 : 80);
    if (p->uri.port && !usual) snprintf(port, sizeof port, ":%d", p->uri.port);
    snprintf(out->host, sizeof out->host, "%s%s%s%s", six ? "[" : "", p->uri.host,
             six ? "]" : "", port);
    restart(&c->url);
    buf_printf(&c->url, "%s://%s", p->uri.scheme, out->host);
    buf_text(&c->url, c->path.p);
    if (*out->query) {
        buf_text(&c->url, "?");
        buf_text(&c->url, out->query);
    }
    if (c->url.overflow)
        return err_set(e, ERR_INPUT, "a request's address is too long");
    out->path = c->path.p;
    out->url = c->url.p;
    return OK;
}

static void add_header(struct prepared *p, const char *name, const char *value)
{
    p->header[p->headers++] = (struct sign_header){ name, value };
}

static enum err_code authorize(struct prepared *p, struct client *c,
                               const struct endpoint *at, const struct aws_request *r,
                               struct err *e)
{
    enum aws_service service = operation_row[r->operation].service;
    const struct credentials *who = NULL;
    if (client_identity(&who, c, service, e)) return e->code;
    if (!who) return OK; /* shown, not sent */
    secret_wipe(c->authorization.p, c->authorization.n);
    restart(&c->authorization);
    if (who->bearer) {
        buf_text(&c->authorization, "Bearer ");
        buf_text(&c->authorization, who->bearer);
    } else {
        sign_time(p->time, (int64_t)time(NULL));
        add_header(p, "host", p->host);
        add_header(p, "x-amz-date", p->time);
        if (who->session_token)
            add_header(p, "x-amz-security-token", who->session_token);
        struct sign_input in = { .method = p->method,
                                 .path = p->path,
                                 .query = p->query,
                                 .header = p->header,
                                 .headers = p->headers,
                                 .body = r->body,
                                 .region = at->signing_region,
                                 .service = at->signing_name,
                                 .time = p->time };
        if (sign_authorization(&c->authorization, &c->key[service], c->crypto, &in,
                               who->access_key_id, who->secret_access_key, e)) {
            return e->code;
        }
    }
    if (c->authorization.overflow)
        return err_set(e, ERR_CREDENTIALS, "the credentials are too long for a header");
    add_header(p, "authorization", c->authorization.p);
    return OK;
}

enum err_code client_prepare(struct prepared *out, struct client *c,
                             const struct aws_request *r, struct err *e)
{
    const struct endpoint *at = NULL;
    *out = (struct prepared){ .method = operation_row[r->operation].method,
                              .query = r->query ? r->query : "" };
    if (client_endpoint(&at, c, operation_row[r->operation].service, e) ||
        add_path(c, at, r, e) || add_url(out, c, at, e)) {
        return e->code;
    }
    if (*operation_row[r->operation].type)
        add_header(out, "content-type", operation_row[r->operation].type);
    if (*operation_row[r->operation].target)
        add_header(out, "x-amz-target", operation_row[r->operation].target);
    if (r->operation == AWS_INVOKE_MODEL) add_header(out, "accept", JSON);
    return authorize(out, c, at, r, e);
}

enum err_code client_start(struct client *c, const struct aws_request *r,
                           struct aws_handler h, struct err *e)
{
    struct prepared p;
    if (client_prepare(&p, c, r, e)) return e->code;
    struct call *call = call_take(c, r, h);
    if (!call) return err_set(e, ERR_INTERNAL, "out of memory");
    struct http_request request = { .method = p.method,
                                    .url = p.url,
                                    .header = p.header,
                                    .headers = p.headers,
                                    .body = r->body,
                                    .timeout_ms = r->timeout_ms };
    if (http_start(c->http, &request, call_sink(call), e)) call_give_back(call);
    return e->code;
}

/* --- --dry-run ---------------------------------------------------------------------
 */

/* Hides what proves who we are; the rest of a signature is no secret. */
static void show_header(const struct sign_header *h, FILE *f)
{
    if (strcasecmp(h->name, "x-amz-security-token") == 0) {
        fprintf(f, "%s: (hidden)\n", h->name);
    } else if (strcasecmp(h->name, "authorization") == 0) {
        const char *signature = strstr(h->value, "Signature=");
        if (signature) {
            int shown = (int)(signature - h->value);
            fprintf(f, "%s: %.*sSignature=(hidden)\n", h->name, shown, h->value);
        } else {
            fprintf(f, "%s: Bearer (hidden)\n", h->name);
        }
    } else {
        fprintf(f, "%s: %s\n", h->name, h->value);
    }
}

static void show_body(struct str body, FILE *f)
{
    if (body.n == 0) return;
    cJSON *json = cJSON_ParseWithLength(body.p, body.n);
    char *text = json ? cJSON_Print(json) : NULL;
    if (text)
        fprintf(f, "\n%s\n", text);
    else
        fprintf(f, "\n%.*s\n", STR_ARG(body));
    free(text);
    cJSON_Delete(json);
}

enum err_code client_show(struct client *c, const struct aws_request *r, FILE *f,
                          struct err *e)
{
    struct prepared p;
    if (client_prepare(&p, c, r, e)) return e->code;
    bool has_host = false, signed_ = false;
    fprintf(f, "%s %s\n", p.method, p.url);
    for (size_t i = 0; i < p.headers; i++) {
        has_host = has_host || strcasecmp(p.header[i].name, "host") == 0;
        signed_ = signed_ || strcasecmp(p.header[i].name, "authorization") == 0;
        show_header(&p.header[i], f);
    }
    if (!has_host) fprintf(f, "host: %s\n", p.host);
    if (!signed_) fprintf(f, "authorization: (no credentials found)\n");
    show_body(r->body, f);
    return OK;
}
