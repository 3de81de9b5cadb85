/* One HTTP request: what libcurl is told of it, and what it tells. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "http_private.h"
#include "secret.h"
#include "uri.h"

enum { RECEIVE_BYTES = 16384, SEND_BYTES = 16384, BODY_KEPT_BYTES = 65536 };

int64_t http_now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* When the bytes that libcurl is handing over left the socket: the same for all that
 * one read brought, however long it takes to understand them. libcurl reads several
 * times in one call, each time to the start of its buffer: bytes that do not stand
 * behind the last ones are of another read. */
static int64_t stamp(struct transfer *t, const char *bytes)
{
    uint64_t turn = t->http->turn;
    if (t->stamp_turn != turn || bytes <= t->last_byte) t->stamp_ns = http_now_ns();
    t->stamp_turn = turn;
    t->last_byte = bytes;
    return t->stamp_ns;
}

/* "HTTP/1.1 200 OK", "HTTP/2 200" -> 200; 0 else */
static int status_of(struct str line)
{
    struct str rest;
    str_cut(line, ' ', &rest);
    if (rest.n < 3) return 0;
    int status = 0;
    for (int i = 0; i < 3; i++) {
        if (rest.p[i] < '0' || rest.p[i] > '9') return 0;
        status = status * 10 + (rest.p[i] - '0');
    }
    return status;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *t = context;
    struct str line = { bytes, size * count }, value;
    if (!t->end.first_byte_ns) t->end.first_byte_ns = stamp(t, bytes);
    t->last_byte = (const char *)UINTPTR_MAX; /* headers stand elsewhere: the body's
                                                 first bytes get a stamp of their own */
    if (line.n > 5 && memcmp(line.p, "HTTP/", 5) == 0) {
        t->end.status = status_of(line);
        if (t->sink.on_status) t->sink.on_status(t->sink.context, t->end.status);
        return line.n;
    }
    struct str name = str_cut(line, ':', &value);
    if (t->sink.on_header && value.n)
        t->sink.on_header(t->sink.context, str_trim(name), str_trim(value));
    return line.n;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *t = context;
    struct str got = { bytes, size * count };
    int64_t at_ns = stamp(t, bytes);
    if (t->sink.on_bytes && !t->sink.on_bytes(t->sink.context, got, at_ns)) {
        t->stopped = true;
        return 0;
    }
    return got.n;
}

/* Just before the request goes out. A second time means that libcurl found a kept
 * connection dead and would repeat the request on a new one: not behind our back. */
static int on_send(void *context, char *ip, char *local_ip, int port, int local_port)
{
    struct transfer *t = context;
    (void)ip, (void)local_ip, (void)port, (void)local_port;
    if (t->sends++) return CURL_PREREQFUNC_ABORT;
    t->end.sent_ns = http_now_ns();
    return CURL_PREREQFUNC_OK;
}

/* What is the same for every request of a handle. */
static void set_once(struct http *h, struct transfer *t)
{
    const struct curl_library *c = &h->curl;
    c->set(t->easy, CURLOPT_PRIVATE, t);
    c->set(t->easy, CURLOPT_ERRORBUFFER, t->words);
    c->set(t->easy, CURLOPT_NOSIGNAL, 1L);
    c->set(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    c->set(t->easy, CURLOPT_SSL_VERIFYPEER, 1L);
    c->set(t->easy, CURLOPT_SSL_VERIFYHOST, 2L);
    c->set(t->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (h->ca_file) c->set(t->easy, CURLOPT_CAINFO, h->ca_file);
    c->set(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    c->set(t->easy, CURLOPT_FOLLOWLOCATION, 0L);
    c->set(t->easy, CURLOPT_PATH_AS_IS, 1L);
    c->set(t->easy, CURLOPT_USERAGENT, h->user_agent);
    c->set(t->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    /* middle boxes forget connections that are silent for 350 s */
    c->set(t->easy, CURLOPT_TCP_KEEPALIVE, 1L);
    c->set(t->easy, CURLOPT_TCP_KEEPIDLE, 60L);
    c->set(t->easy, CURLOPT_TCP_KEEPINTVL, 60L);
    c->set(t->easy, CURLOPT_BUFFERSIZE, (long)RECEIVE_BYTES);
    c->set(t->easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)SEND_BYTES);
    c->set(t->easy, CURLOPT_HEADERFUNCTION, on_header);
    c->set(t->easy, CURLOPT_HEADERDATA, t);
    c->set(t->easy, CURLOPT_WRITEFUNCTION, on_body);
    c->set(t->easy, CURLOPT_WRITEDATA, t);
    c->set(t->easy, CURLOPT_PREREQFUNCTION, on_send);
    c->set(t->easy, CURLOPT_PREREQDATA, t);
}

static struct transfer *take_idle(struct http *h)
{
    struct transfer *t = h->idle;
    if (t) {
        h->idle = t->next;
        return t;
    }
    t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->http = h;
    t->easy = h->curl.easy_init();
    if (!t->easy) {
        free(t);
        return NULL;
    }
    set_once(h, t);
    return t;
}

/* Headers hold tokens: wiped before they are given back. */
static void drop_headers(struct http *h, struct transfer *t)
{
    for (struct curl_slist *l = t->header; l; l = l->next)
        secret_wipe(l->data, strlen(l->data));
    h->curl.list_free(t->header);
    t->header = NULL;
}

void transfer_free(struct http *h, struct transfer *t)
{
    drop_headers(h, t);
    secret_buf_clear(&t->body);
    h->curl.easy_cleanup(t->easy);
    free(t);
}

static bool add_header(struct http *h, struct transfer *t, const char *name,
                       const char *value)
{
    struct buf line = { .max = 65536 };
    secret_buf_reserve(&line, 4096);
    buf_text(&line, name);
    buf_text(&line, value ? ": " : ":"); /* "name:" takes a default away */
    if (value) buf_text(&line, value);
    struct curl_slist *longer =
        line.overflow ? NULL : h->curl.list_add(t->header, line.p);
    secret_buf_clear(&line);
    if (!longer) return false;
    t->header = longer;
    return true;
}

static bool set_headers(struct http *h, struct transfer *t,
                        const struct http_request *r)
{
    bool ok = add_header(h, t, "Expect", NULL);
    bool typed = false;
    for (size_t i = 0; ok && i < r->headers; i++) {
        if (strcasecmp(r->header[i].name, "host") == 0) continue; /* libcurl's own */
        typed = typed || strcasecmp(r->header[i].name, "content-type") == 0;
        ok = add_header(h, t, r->header[i].name, r->header[i].value);
    }
    if (ok && !typed) ok = add_header(h, t, "Content-Type", NULL);
    h->curl.set(t->easy, CURLOPT_HTTPHEADER, t->header);
    return ok;
}

static bool set_body(struct http *h, struct transfer *t, const struct http_request *r)
{
    const struct curl_library *c = &h->curl;
    bool post = strcmp(r->method, "POST") == 0;
    t->body.n = 0;
    t->body.max = r->body.n + 1;
    t->body.overflow = false;
    buf_add(&t->body, r->body.p, r->body.n);
    c->set(t->easy, CURLOPT_CUSTOMREQUEST, NULL);
    c->set(t->easy, CURLOPT_HTTPGET, 1L);
    if (post) {
        c->set(t->easy, CURLOPT_POST, 1L);
        c->set(t->easy, CURLOPT_POSTFIELDS, t->body.p);
        c->set(t->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->body.n);
    } else if (strcmp(r->method, "GET") != 0) { /* PUT of IMDS, without a body */
        c->set(t->easy, CURLOPT_CUSTOMREQUEST, r->method);
    }
    return !t->body.overflow;
}

static bool set_request(struct http *h, struct transfer *t,
                        const struct http_request *r, bool own_machine)
{
    const struct curl_library *c = &h->curl;
    int64_t connect_ms =
        r->connect_timeout_ms ? r->connect_timeout_ms : h->connect_timeout_ms;
    c->set(t->easy, CURLOPT_URL, r->url);
    c->set(t->easy, CURLOPT_TIMEOUT_MS, (long)(r->timeout_ms ? r->timeout_ms : 600000));
    c->set(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms);
    /* NULL: as the environment says */
    c->set(t->easy, CURLOPT_NOPROXY, own_machine || r->link_local ? "*" : NULL);
    return set_body(h, t, r) && set_headers(h, t, r);
}

static void make_idle(struct http *h, struct transfer *t)
{
    drop_headers(h, t);
    if (t->body.cap > BODY_KEPT_BYTES) buf_clear(&t->body);
    t->next = h->idle;
    h->idle = t;
}

void transfer_unlink(struct http *h, struct transfer *t)
{
    if (t->previous)
        t->previous->next = t->next;
    else
        h->busy = t->next;
    if (t->next) t->next->previous = t->previous;
    t->next = t->previous = NULL;
    h->in_flight--;
}

static void link_busy(struct http *h, struct transfer *t)
{
    t->previous = NULL;
    t->next = h->busy;
    if (h->busy) h->busy->previous = t;
    h->busy = t;
    h->in_flight++;
}

enum err_code http_start(struct http *h, const struct http_request *r,
                         struct http_sink sink, struct err *e)
{
    struct uri u;
    if (uri_parse(&u, r->url, e)) return e->code;
    bool own_machine = uri_host_is_loopback(u.host);
    if (strcmp(u.scheme, "http") == 0 && !own_machine && !r->link_local)
        return err_set(e, ERR_INPUT,
                       "plain http is only spoken to this machine, not to '%s'",
                       u.host);
    struct transfer *t = take_idle(h);
    if (!t) return err_set(e, ERR_INTERNAL, "out of memory");
    t->sink = sink;
    t->end = (struct http_end){ .start_ns = http_now_ns() };
    t->sends = 0;
    t->stamp_turn = 0;
    t->stopped = false;
    *t->words = '\0';
    if (!set_request(h, t, r, own_machine) ||
        h->curl.multi_add(h->multi, t->easy) != CURLM_OK) {
        make_idle(h, t);
        return err_set(e, ERR_INTERNAL, "out of memory");
    }
    link_busy(h, t);
    return OK;
}

/* What a CURLcode means for one who asked AWS something. */
static enum http_trouble trouble_of(const struct transfer *t, CURLcode code)
{
    bool answered = t->end.first_byte_ns != 0, sent = t->sends > 0;
    switch ((int)code) {
    case CURLE_OK:
        return HTTP_DONE;
    case CURLE_OPERATION_TIMEDOUT:
        return sent ? HTTP_TIMEOUT : HTTP_CONNECT;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return sent || answered ? HTTP_CUT : HTTP_CONNECT;
    case CURLE_WRITE_ERROR:
    case CURLE_ABORTED_BY_CALLBACK:
        return t->sends > 1 ? HTTP_CUT : HTTP_STOPPED;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_PROXY:
        return HTTP_CONNECT;
    case CURLE_WEIRD_SERVER_REPLY:
        return HTTP_OTHER;
    default:
        return sent ? HTTP_OTHER : HTTP_CONNECT;
    }
}

static void note_connection(struct http *h, struct transfer *t)
{
    long connects = 0;
    curl_off_t connected_us = 0, secured_us = 0;
    h->curl.info(t->easy, CURLINFO_NUM_CONNECTS, &connects);
    h->curl.info(t->easy, CURLINFO_CONNECT_TIME_T, &connected_us);
    h->curl.info(t->easy, CURLINFO_APPCONNECT_TIME_T, &secured_us);
    t->end.new_connection = connects > 0;
    t->end.connected_ns = t->end.start_ns;
    if (connects > 0) {
        int64_t us = secured_us > connected_us ? secured_us : connected_us;
        t->end.connected_ns += us * 1000;
    }
}

void transfer_end(struct http *h, struct transfer *t, CURLcode result)
{
    struct http_sink sink = t->sink;
    t->end.end_ns = http_now_ns();
    t->end.trouble = trouble_of(t, result);
    note_connection(h, t);
    if (result != CURLE_OK) {
        const char *words = *t->words ? t->words : h->curl.words(result);
        if (t->sends > 1)
            words = "a kept connection was closed before the answer; not repeated";
        snprintf(t->end.words, sizeof t->end.words, "%s", words);
    }
    h->curl.multi_remove(h->multi, t->easy);
    transfer_unlink(h, t);
    struct http_end end = t->end;
    make_idle(h, t);
    if (sink.on_end) sink.on_end(sink.context, &end);
}
