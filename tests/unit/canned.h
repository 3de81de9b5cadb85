#ifndef TESTS_CANNED_H
#define TESTS_CANNED_H

/* A server on 127.0.0.1 that answers each request with bytes from a table, and keeps
 * what it was asked. For credentials and for single requests; no clock, no script. */

#include <assert.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct canned_answer {
    const char *request; /* how its first line begins: "POST /model/"; "" any */
    const char *bytes;   /* status line, headers, body; NULL: no answer, ever */
    size_t n;            /* 0: strlen(bytes) */
    bool close;          /* the connection, behind the answer */
    bool reset;          /* the connection, with RST */
    int once;            /* > 0: this many times, then the next that matches */
};

enum { CANNED_CONNECTIONS = 64, CANNED_BYTES = 65536, CANNED_ASKED = 64 };

struct canned {
    int listener, port, stop[2];
    pthread_t thread;
    struct canned_answer *answer; /* ends with request NULL */
    struct {
        int fd;
        size_t n;
        char bytes[CANNED_BYTES];
    } connection[CANNED_CONNECTIONS];
    char *asked[CANNED_ASKED]; /* whole requests, in order */
    size_t asks, connections;
};

static inline void canned_drop(struct canned *s, int i, bool reset)
{
    struct linger at_once = { 1, 0 };
    if (reset)
        setsockopt(s->connection[i].fd, SOL_SOCKET, SO_LINGER, &at_once,
                   sizeof at_once);
    close(s->connection[i].fd);
    s->connection[i].fd = -1;
}

static inline void canned_reply(struct canned *s, int i, const char *request, size_t n)
{
    if (s->asks < CANNED_ASKED) s->asked[s->asks++] = strndup(request, n);
    for (struct canned_answer *a = s->answer; a->request; a++) {
        if (a->once < 0 || strncmp(request, a->request, strlen(a->request)) != 0)
            continue;
        if (a->once > 0 && --a->once == 0) a->once = -1;
        size_t length = a->n ? a->n : a->bytes ? strlen(a->bytes) : 0;
        for (size_t at = 0; at < length;) {
            ssize_t sent =
                send(s->connection[i].fd, a->bytes + at, length - at, MSG_NOSIGNAL);
            if (sent <= 0) break;
            at += (size_t)sent;
        }
        if (a->reset) usleep(20000); /* let the bytes arrive before the RST */
        if (a->close || a->reset) canned_drop(s, i, a->reset);
        return;
    }
    canned_drop(s, i, false);
}

/* Bytes of one whole request at the front; 0 not yet. */
static inline size_t canned_whole(const char *bytes, size_t n)
{
    const char *end = memmem(bytes, n, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - bytes) + 4;
    const char *length = strcasestr(bytes, "\r\ncontent-length:");
    size_t body = length && length < end ? strtoul(length + 17, NULL, 10) : 0;
    return n >= head + body ? head + body : 0;
}

static inline void canned_read(struct canned *s, int i)
{
    size_t room = CANNED_BYTES - 1 - s->connection[i].n;
    ssize_t got =
        recv(s->connection[i].fd, s->connection[i].bytes + s->connection[i].n, room, 0);
    if (got <= 0) {
        canned_drop(s, i, false);
        return;
    }
    s->connection[i].n += (size_t)got;
    s->connection[i].bytes[s->connection[i].n] = '\0';
    size_t whole = canned_whole(s->connection[i].bytes, s->connection[i].n);
    if (!whole) return;
    canned_reply(s, i, s->connection[i].bytes, whole);
    s->connection[i].n = 0; /* no pipelining */
}

static inline void canned_accept(struct canned *s)
{
    int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
    for (int i = 0; i < CANNED_CONNECTIONS; i++) {
        if (s->connection[i].fd >= 0) continue;
        s->connection[i].fd = fd;
        s->connection[i].n = 0;
        s->connections++;
        return;
    }
    close(fd);
}

static inline void *canned_serve(void *context)
{
    struct canned *s = context;
    for (;;) {
        struct pollfd p[CANNED_CONNECTIONS + 2];
        for (int i = 0; i < CANNED_CONNECTIONS; i++)
            p[i] = (struct pollfd){ s->connection[i].fd, POLLIN, 0 };
        p[CANNED_CONNECTIONS] = (struct pollfd){ s->listener, POLLIN, 0 };
        p[CANNED_CONNECTIONS + 1] = (struct pollfd){ s->stop[0], POLLIN, 0 };
        if (poll(p, CANNED_CONNECTIONS + 2, -1) < 0) continue;
        if (p[CANNED_CONNECTIONS + 1].revents) return NULL;
        for (int i = 0; i < CANNED_CONNECTIONS; i++)
            if (p[i].fd >= 0 && p[i].revents) canned_read(s, i);
        if (p[CANNED_CONNECTIONS].revents) canned_accept(s);
    }
}

/* `answer` is changed (`once`) and must stay; it ends with { NULL }. */
static inline struct canned *canned_start(struct canned_answer *answer)
{
    struct canned *s = calloc(1, sizeof *s);
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t size = sizeof at;
    s->answer = answer;
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool up = bind(s->listener, (struct sockaddr *)&at, sizeof at) == 0 &&
              listen(s->listener, 64) == 0 &&
              getsockname(s->listener, (struct sockaddr *)&at, &size) == 0 &&
              pipe(s->stop) == 0;
    assert(up);
    (void)up;
    s->port = ntohs(at.sin_port);
    for (int i = 0; i < CANNED_CONNECTIONS; i++)
        s->connection[i].fd = -1;
    pthread_create(&s->thread, NULL, canned_serve, s);
    return s;
}

/* After this `asked` can be read without a race; canned_free() gives all back. */
static inline void canned_stop(struct canned *s)
{
    (void)!write(s->stop[1], "", 1);
    pthread_join(s->thread, NULL);
    for (int i = 0; i < CANNED_CONNECTIONS; i++)
        if (s->connection[i].fd >= 0) close(s->connection[i].fd);
    close(s->listener);
    close(s->stop[0]);
    close(s->stop[1]);
}

static inline void canned_free(struct canned *s)
{
    for (size_t i = 0; i < s->asks; i++)
        free(s->asked[i]);
    free(s);
}

#endif
