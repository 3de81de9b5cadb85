#ifndef TESTS_LOOPBACK_H
#define TESTS_LOOPBACK_H

/* A Bedrock of our own on 127.0.0.1: answers that come at known times, with known
 * faults, and the server's own stamps of what it read and wrote. Plain sockets, one
 * thread, so that frames can be cut anywhere and connections reset. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum loopback_fault {
    LOOPBACK_FINE,
    LOOPBACK_BAD_CRC,     /* delta `fault_at` has a byte changed */
    LOOPBACK_CUT,         /* the connection closes in the middle of delta `fault_at` */
    LOOPBACK_ENDED,       /* the body ends properly in place of delta `fault_at` */
    LOOPBACK_ERROR_EVENT, /* exception event `error` in place of delta `fault_at` */
    LOOPBACK_RESET,       /* TCP reset in place of delta `fault_at` */
    LOOPBACK_STALL,       /* silence from delta `fault_at` on, the connection stays */
    LOOPBACK_STATUS,      /* `status` with `error` and `words`, no stream */
};

/* What one request is answered. Times in microseconds from the request's last byte.
 * Zeroed memory is an answer of no deltas at once. Compared by bytes: start from
 * loopback_answer(). */
struct loopback_answer {
    int64_t headers_us;        /* status line, headers, messageStart */
    int64_t first_us;          /* first delta that is not empty */
    int64_t gap_us;            /* between deltas */
    int64_t stop_us;           /* from the last delta to messageStop */
    int64_t tail_us;           /* from messageStop to metadata, the end */
    int64_t deltas, reasoning; /* the first `reasoning` of them are reasoning */
    int64_t input_tokens, output_tokens, cache_read, cache_write, latency_ms;
    int64_t split_bytes; /* frames leave in pieces of so many bytes; 0 whole */
    int64_t fault_at;
    int64_t status;
    enum loopback_fault fault;
    bool empty_first; /* an empty text delta right behind messageStart */
    bool buffered;    /* nothing leaves before the end */
    bool without_usage;
    char error[48]; /* "ThrottlingException", of an event "throttlingException" */
    char words[96];
    char stop_reason[24];
    char text[1024]; /* what is said, in the first delta; "": a word each. Of
                        InvokeModel and CountTokens the whole body */
    bool raw;        /* set by the server: the path is one of those two's */
};

/* 20 deltas, the first after 50 ms, 5 ms apart; usage 100 in, 40 out. */
struct loopback_answer loopback_answer(void);

struct loopback_request {
    int64_t index; /* from 0, in the order of arrival */
    int64_t at_us; /* since the first request */
    const char *method, *path, *head, *body;
    size_t body_bytes;
    int64_t max_tokens; /* of the body, 0 none */
};

struct loopback_options {
    int port; /* 0: any */
    /* NULL: `answer` always. Called in the server's thread. */
    void (*choose)(void *context, const struct loopback_request *r,
                   struct loopback_answer *out);
    void *context;
    struct loopback_answer answer;
    /* Nothing of any answer moves forward in this time since the first request. */
    int64_t stall_from_us, stall_for_us;
    size_t keep; /* how many requests are kept for loopback_seen() */
};

/* When the server had read a request, and when it began to write the parts of its
 * answer; CLOCK_MONOTONIC ns; 0 never. */
struct loopback_seen {
    int64_t accepted_ns, arrived_ns, headers_ns, first_ns, last_ns, end_ns;
    char path[256];
    uint64_t body_hash;
    bool signed_; /* it had an Authorization header */
};

struct loopback;

/* NULL and errno when there is no socket to be had. loopback_start() has a thread of
 * its own, loopback_serve() is the caller's and never returns. */
struct loopback *loopback_start(const struct loopback_options *o);
void loopback_serve(const struct loopback_options *o, void (*ready)(int port));
void loopback_stop(struct loopback *s);
const char *loopback_url(const struct loopback *s);
int64_t loopback_requests(struct loopback *s);
int64_t loopback_connections(struct loopback *s);
bool loopback_seen(struct loopback_seen *out, struct loopback *s, int64_t index);

#endif
