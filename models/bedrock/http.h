#ifndef MODELS_BEDROCK_HTTP_H
#define MODELS_BEDROCK_HTTP_H

/* HTTP by libcurl's multi interface: one thread, one epoll, kept connections, HTTP/2
 * where TLS offers it, certificates always verified. A request goes out once: where
 * libcurl would repeat one on a fresh connection, it fails instead.
 *
 * Nothing here knows AWS. Times are CLOCK_MONOTONIC in ns. */

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "sign.h"
#include "str.h"

struct http;

struct http_options {
    int64_t connect_timeout_ms; /* 0: 10 000 */
    const char *ca_file;        /* NULL: the system's */
    const char *user_agent;
};

/* Errors: ERR_IO libcurl missing, no epoll. http_close() accepts NULL; it drops what is
 * in flight without a word. */
NODISCARD enum err_code http_open(struct http **out, const struct http_options *o,
                                  struct err *e);
void http_close(struct http *h);

struct http_request {
    const char *method;
    const char *url;                  /* https, or http to this machine */
    const struct sign_header *header; /* Host and Content-Length are added */
    size_t headers;
    struct str body;            /* copied */
    int64_t timeout_ms;         /* of everything; 0: 600 000 */
    int64_t connect_timeout_ms; /* 0: of http_options */
    bool link_local; /* plain http to a metadata service's own address, without proxy */
};

enum http_trouble {
    HTTP_DONE,    /* an answer came to its end, whatever its status */
    HTTP_CONNECT, /* no connection: name, route, TLS, proxy */
    HTTP_TIMEOUT, /* connected, but the answer did not end in time */
    HTTP_CUT,     /* the connection ended before the answer did */
    HTTP_STOPPED, /* on_bytes said false, or http_cancel_all() */
    HTTP_OTHER
};

struct http_end {
    enum http_trouble trouble;
    int status;      /* 0: none came */
    char words[256]; /* libcurl's, when there is trouble */
    int64_t start_ns, connected_ns, sent_ns, first_byte_ns, end_ns;
    bool new_connection;
};

/* Calls of one request, all with `context`. Header names are as they came. */
struct http_sink {
    void *context;
    void (*on_status)(void *context, int status); /* before the final headers */
    void (*on_header)(void *context, struct str name, struct str value);
    /* false stops the transfer */
    bool (*on_bytes)(void *context, struct str bytes, int64_t at_ns);
    void (*on_end)(void *context, const struct http_end *end);
};

/* Errors: ERR_INPUT a URL that may not be used, ERR_INTERNAL out of memory; then no
 * call is made. */
NODISCARD enum err_code http_start(struct http *h, const struct http_request *r,
                                   struct http_sink sink, struct err *e);

/* Works until `until_ns`, until a request ended or http_wake(). Errors: ERR_NET of the
 * loop itself. */
NODISCARD enum err_code http_run(struct http *h, int64_t until_ns, struct err *e);
size_t http_in_flight(const struct http *h);
void http_wake(struct http *h); /* async-signal-safe */
void http_cancel_all(struct http *h);

/* CLOCK_MONOTONIC */
int64_t http_now_ns(void);

/* One request to its end, body and all; for credentials. `body` is the caller's, with
 * a maximum. `e` is for the loop; what became of the request is in `end`. */
NODISCARD enum err_code http_fetch(struct http_end *end, struct buf *body,
                                   struct http *h, const struct http_request *r,
                                   struct err *e);

#endif
