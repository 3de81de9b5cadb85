#ifndef MODELS_BEDROCK_HTTP_PRIVATE_H
#define MODELS_BEDROCK_HTTP_PRIVATE_H

/* What http.c (the loop) and http_transfer.c (one request) share. */

#include "curl_private.h"
#include "http.h"

struct transfer {
    struct transfer *next, *previous; /* among the busy; `next` among the idle */
    struct http *http;
    CURL *easy;
    struct curl_slist *header;
    struct buf body;
    struct http_sink sink;
    struct http_end end;
    int64_t stamp_ns;      /* when the bytes of the last read were read */
    uint64_t stamp_turn;   /* in which call of libcurl that was */
    const char *last_byte; /* of libcurl's buffer that was handed over */
    int sends;    /* times libcurl was about to send it: more than one is refused */
    bool stopped; /* by on_bytes */
    char words[CURL_ERROR_SIZE];
};

struct http {
    struct curl_library curl;
    CURLM *multi;
    int epoll, timer, wake;
    int64_t curl_due_ns; /* when libcurl wants to be called; INT64_MAX never */
    int64_t armed_ns;    /* what the timer is set to */
    uint64_t turn;       /* counts the calls of libcurl */
    int64_t connect_timeout_ms;
    char *ca_file, *user_agent;
    struct transfer *busy, *idle;
    size_t in_flight;
};

void transfer_unlink(struct http *h, struct transfer *t);
void transfer_free(struct http *h, struct transfer *t);
/* Takes it from libcurl, makes it idle, calls on_end. */
void transfer_end(struct http *h, struct transfer *t, CURLcode result);

#endif
