/* The loopback server: sockets, requests, and the clock of the answers. */
#include "loopback.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "loopback_private.h"

enum {
    SCRIPTS_MAX = 4096,
    REQUEST_MAX = 32 << 20,
    EVENTS = 256,
    SERVED_AT_ONCE = 64,
};

struct connection {
    struct connection *next, *previous;
    int fd;
    struct buf in;
    int64_t accepted_ns, arrived_ns, seen; /* index of the log; -1 none */
    const struct loopback_script *script;  /* NULL: reads */
    size_t step, written;
    int64_t due_ns;
    size_t heap; /* place in the heap from 1; 0: not there */
    bool blocked;
};

struct loopback {
    struct loopback_options options;
    int listener, epoll, stop;
    char url[64];
    int port;
    pthread_t thread;
    pthread_mutex_t lock; /* of what other threads ask: counts and the log */
    struct loopback_seen *seen;
    int64_t requests, connections, first_request_ns;
    struct loopback_script *script;
    size_t scripts;
    struct connection *first; /* of all that are open */
    struct connection **heap; /* by due_ns, from 1 */
    size_t waiting, heap_capacity;
};

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* --- who is due next --- */

static void heap_put(struct loopback *s, size_t i, struct connection *c)
{
    s->heap[i] = c;
    c->heap = i;
}

static void heap_sift(struct loopback *s, size_t i)
{
    struct connection *c = s->heap[i];
    for (; i > 1 && s->heap[i / 2]->due_ns > c->due_ns; i /= 2)
        heap_put(s, i, s->heap[i / 2]);
    for (size_t child; (child = 2 * i) <= s->waiting; i = child) {
        if (child < s->waiting && s->heap[child + 1]->due_ns < s->heap[child]->due_ns)
            child++;
        if (s->heap[child]->due_ns >= c->due_ns) break;
        heap_put(s, i, s->heap[child]);
    }
    heap_put(s, i, c);
}

static void wait_until(struct loopback *s, struct connection *c, int64_t due_ns)
{
    c->due_ns = due_ns;
    if (!c->heap) {
        if (s->waiting + 2 > s->heap_capacity) {
            s->heap_capacity = 2 * s->heap_capacity + 64;
            s->heap = realloc(s->heap, s->heap_capacity * sizeof(*s->heap));
            if (!s->heap) abort();
        }
        heap_put(s, ++s->waiting, c);
    }
    heap_sift(s, c->heap);
}

static void wait_no_more(struct loopback *s, struct connection *c)
{
    size_t i = c->heap;
    if (!i) return;
    struct connection *last = s->heap[s->waiting--];
    c->heap = 0;
    if (last == c) return;
    heap_put(s, i, last);
    heap_sift(s, i);
}

/* --- one connection --- */

static void drop(struct loopback *s, struct connection *c, bool reset)
{
    wait_no_more(s, c);
    if (c->next) c->next->previous = c->previous;
    if (c->previous)
        c->previous->next = c->next;
    else
        s->first = c->next;
    if (reset) {
        struct linger hard = { .l_onoff = 1, .l_linger = 0 };
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    close(c->fd);
    buf_clear(&c->in);
    free(c);
}

static void stamp(struct loopback *s, struct connection *c, unsigned marks, int64_t now)
{
    if (!marks || c->seen < 0) return;
    pthread_mutex_lock(&s->lock);
    struct loopback_seen *log = &s->seen[c->seen];
    if (marks & 1U << MARK_HEADERS) log->headers_ns = now;
    if (marks & 1U << MARK_FIRST) log->first_ns = now;
    if (marks & 1U << MARK_LAST) log->last_ns = now;
    if (marks & 1U << MARK_END) log->end_ns = now;
    pthread_mutex_unlock(&s->lock);
}

/* When a step is due: time of the stall does not count. */
static int64_t due(const struct loopback *s, const struct connection *c, int64_t at_us)
{
    int64_t from = s->first_request_ns + s->options.stall_from_us * 1000;
    int64_t length = s->options.stall_for_us * 1000;
    int64_t start = c->arrived_ns, at = start + at_us * 1000;
    if (length == 0 || at < from || start >= from + length) return at;
    if (start >= from) return from + length + at_us * 1000;
    return at + length;
}

/* true: all up to `end` is written; false: the socket is full, or gone. */
static bool write_up_to(struct connection *c, size_t end, bool *gone)
{
    while (c->written < end) {
        ssize_t n = send(c->fd, c->script->bytes.p + c->written, end - c->written,
                         MSG_NOSIGNAL);
        if (n < 0) {
            *gone = errno != EAGAIN && errno != EWOULDBLOCK;
            return false;
        }
        c->written += (size_t)n;
    }
    return true;
}

static bool serve_requests(struct loopback *s, struct connection *c);

/* Plays what is due; false when the connection is gone. */
static bool play(struct loopback *s, struct connection *c)
{
    const struct loopback_script *p = c->script;
    c->blocked = false;
    while (c->step < p->steps) {
        const struct loopback_step *step = &p->step[c->step];
        int64_t at = due(s, c, step->at_us);
        if (at > now_ns()) {
            wait_until(s, c, at);
            return true;
        }
        /* steps of one time leave in one write */
        size_t last = c->step;
        while (last + 1 < p->steps && p->step[last].act == ACT_WRITE &&
               !p->answer.split_bytes && p->step[last + 1].at_us == step->at_us)
            last++;
        bool gone = false;
        int64_t before = now_ns(); /* nobody can have it earlier */
        if (!write_up_to(c, p->step[last].end, &gone)) {
            wait_no_more(s, c);
            c->blocked = !gone;
            if (gone) drop(s, c, false);
            return !gone;
        }
        for (; c->step <= last; c->step++)
            stamp(s, c, p->step[c->step].marks, before);
        enum loopback_act act = p->step[last].act;
        if (act == ACT_CLOSE || act == ACT_RESET) {
            drop(s, c, act == ACT_RESET);
            return false;
        }
        if (act == ACT_HANG) {
            wait_no_more(s, c);
            return true;
        }
    }
    wait_no_more(s, c);
    c->script = NULL;
    return serve_requests(s, c);
}

/* --- one request --- */

static const struct loopback_script *
script_of(struct loopback *s, const struct loopback_answer *a, bool stream)
{
    for (size_t i = s->scripts; i-- > 0;)
        if (s->script[i].stream == stream &&
            memcmp(&s->script[i].answer, a, sizeof *a) == 0)
            return &s->script[i];
    if (s->scripts == SCRIPTS_MAX) abort(); /* a test that asks for so many is wrong */
    loopback_script_make(&s->script[s->scripts], a, stream);
    return &s->script[s->scripts++];
}

static uint64_t hash_of(const char *p, size_t n)
{
    uint64_t h = 14695981039346656037U; /* FNV-1a */
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)p[i]) * 1099511628211U;
    return h;
}

static int64_t number_behind(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at ? strtoll(at + strlen(name), NULL, 10) : 0;
}

static void note(struct loopback *s, struct connection *c,
                 const struct loopback_request *r)
{
    c->seen = r->index < (int64_t)s->options.keep ? r->index : -1;
    pthread_mutex_lock(&s->lock);
    s->requests++;
    if (c->seen >= 0) {
        struct loopback_seen *log = &s->seen[c->seen];
        log->accepted_ns = c->accepted_ns;
        log->arrived_ns = c->arrived_ns;
        snprintf(log->path, sizeof log->path, "%s", r->path);
        log->body_hash = hash_of(r->body, r->body_bytes);
        log->signed_ = strcasestr(r->head, "\r\nauthorization:") != NULL;
    }
    pthread_mutex_unlock(&s->lock);
}

/* Answers a whole request whose head ends at `head` bytes. */
static bool answer(struct loopback *s, struct connection *c, size_t head, size_t all)
{
    char kept = c->in.p[all];
    c->in.p[all] = '\0';
    c->in.p[head - 2] = '\0';
    char *method = c->in.p, *path = strchr(method, ' ');
    char *rest = path ? strchr(path + 1, ' ') : NULL;
    if (!rest) {
        drop(s, c, false);
        return false;
    }
    *path++ = '\0';
    *rest++ = '\0';
    c->arrived_ns = now_ns();
    if (!s->first_request_ns) s->first_request_ns = c->arrived_ns;
    struct loopback_request r = { .index = s->requests,
                                  .at_us = (c->arrived_ns - s->first_request_ns) / 1000,
                                  .method = method,
                                  .path = path,
                                  .head = rest,
                                  .body = c->in.p + head,
                                  .body_bytes = all - head };
    r.max_tokens = number_behind(r.body, "\"maxTokens\":");
    struct loopback_answer a;
    memcpy(&a, &s->options.answer, sizeof a);
    if (s->options.choose) s->options.choose(s->options.context, &r, &a);
    a.raw = a.text[0] && (strstr(path, "/invoke") || strstr(path, "/count-tokens"));
    note(s, c, &r);
    c->script = script_of(s, &a, strstr(path, "/converse-stream") != NULL);
    c->step = c->written = 0;
    c->in.p[all] = kept;
    memmove(c->in.p, c->in.p + all, c->in.n - all);
    c->in.n -= all;
    return play(s, c);
}

/* Whole requests that are there; false when the connection is gone. */
static bool serve_requests(struct loopback *s, struct connection *c)
{
    if (c->script || !c->in.n) return true;
    char *end = memmem(c->in.p, c->in.n, "\r\n\r\n", 4);
    if (!end) return true;
    size_t head = (size_t)(end - c->in.p) + 4;
    *end = '\0';
    char *length = strcasestr(c->in.p, "\r\ncontent-length:");
    int64_t body = length ? strtoll(length + 17, NULL, 10) : 0;
    bool expects = strcasestr(c->in.p, "\r\nexpect: 100-continue") != NULL;
    *end = '\r';
    size_t all = head + (size_t)body;
    if (c->in.n < all) {
        if (expects && c->in.n == head)
            (void)!send(c->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
        return true;
    }
    buf_add(&c->in, "", 1); /* room for a NUL behind the body */
    c->in.n--;
    return answer(s, c, head, all);
}

static void read_some(struct loopback *s, struct connection *c)
{
    char bytes[65536];
    for (;;) {
        ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EAGAIN) return;
        if (n > 0) buf_add(&c->in, bytes, (size_t)n);
        if (n <= 0 || c->in.overflow) {
            drop(s, c, c->in.overflow);
            return;
        }
        if (!serve_requests(s, c)) return;
    }
}

static void accept_some(struct loopback *s)
{
    int one = 1, fd;
    while ((fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct connection *c = calloc(1, sizeof *c);
        if (!c) abort();
        *c = (struct connection){
            .fd = fd, .in = { .max = REQUEST_MAX }, .accepted_ns = now_ns(), .seen = -1
        };
        if (s->first) s->first->previous = c;
        c->next = s->first;
        s->first = c;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP,
                                  .data.ptr = c };
        epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev);
        pthread_mutex_lock(&s->lock);
        s->connections++;
        pthread_mutex_unlock(&s->lock);
        read_some(s, c);
    }
}

/* --- the loop --- */

static void play_due(struct loopback *s)
{
    for (int i = 0; i < SERVED_AT_ONCE && s->waiting; i++) {
        struct connection *c = s->heap[1];
        if (c->due_ns > now_ns()) return;
        play(s, c);
    }
}

static bool take(struct loopback *s, const struct epoll_event *ev)
{
    if (ev->data.ptr == &s->stop) return false;
    if (ev->data.ptr == &s->listener) {
        accept_some(s);
        return true;
    }
    struct connection *c = ev->data.ptr;
    if (c->blocked && ev->events & EPOLLOUT && !play(s, c)) return true;
    if (ev->events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) read_some(s, c);
    return true;
}

static void *serve(void *context)
{
    struct loopback *s = context;
    struct epoll_event ev[EVENTS];
    for (bool going = true; going;) {
        struct timespec wait = { 1, 0 };
        if (s->waiting) {
            int64_t left = s->heap[1]->due_ns - now_ns();
            if (left < 0) left = 0;
            wait = (struct timespec){ left / 1000000000, left % 1000000000 };
        }
        int n = epoll_pwait2(s->epoll, ev, EVENTS, &wait, NULL);
        for (int i = 0; i < n; i++)
            going = take(s, &ev[i]) && going;
        play_due(s);
    }
    return NULL;
}

static bool listen_on(struct loopback *s)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)s->options.port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    int one = 1;
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->listener < 0) return false;
    setsockopt(s->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(s->listener, (struct sockaddr *)&at, size) || listen(s->listener, 4096) ||
        getsockname(s->listener, (struct sockaddr *)&at, &size))
        return false;
    s->port = ntohs(at.sin_port);
    snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d", s->port);
    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    s->stop = eventfd(0, EFD_CLOEXEC);
    struct epoll_event news = { .events = EPOLLIN, .data.ptr = &s->listener };
    struct epoll_event stop = { .events = EPOLLIN, .data.ptr = &s->stop };
    return epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &news) == 0 &&
           epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->stop, &stop) == 0;
}

static struct loopback *make(const struct loopback_options *o)
{
    struct loopback *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->options = *o;
    memcpy(&s->options.answer, &o->answer, sizeof o->answer); /* its padding too */
    s->seen = calloc(o->keep + 1, sizeof *s->seen);
    s->script = calloc(SCRIPTS_MAX, sizeof *s->script);
    pthread_mutex_init(&s->lock, NULL);
    if (!s->seen || !s->script || !listen_on(s)) {
        free(s);
        return NULL;
    }
    return s;
}

struct loopback *loopback_start(const struct loopback_options *o)
{
    struct loopback *s = make(o);
    if (s && pthread_create(&s->thread, NULL, serve, s)) return NULL;
    return s;
}

void loopback_serve(const struct loopback_options *o, void (*ready)(int port))
{
    struct loopback *s = make(o);
    if (!s) return;
    ready(s->port);
    serve(s);
}

void loopback_stop(struct loopback *s)
{
    uint64_t one = 1;
    if (!s) return;
    (void)!write(s->stop, &one, sizeof one);
    pthread_join(s->thread, NULL);
    while (s->first)
        drop(s, s->first, false);
    for (size_t i = 0; i < s->scripts; i++)
        loopback_script_clear(&s->script[i]);
    close(s->listener);
    close(s->epoll);
    close(s->stop);
    free(s->script);
    free(s->seen);
    free(s->heap);
    free(s);
}

const char *loopback_url(const struct loopback *s)
{
    return s->url;
}

int64_t loopback_requests(struct loopback *s)
{
    pthread_mutex_lock(&s->lock);
    int64_t n = s->requests;
    pthread_mutex_unlock(&s->lock);
    return n;
}

int64_t loopback_connections(struct loopback *s)
{
    pthread_mutex_lock(&s->lock);
    int64_t n = s->connections;
    pthread_mutex_unlock(&s->lock);
    return n;
}

bool loopback_seen(struct loopback_seen *out, struct loopback *s, int64_t index)
{
    pthread_mutex_lock(&s->lock);
    bool there = index >= 0 && index < s->requests && index < (int64_t)s->options.keep;
    if (there) *out = s->seen[index];
    pthread_mutex_unlock(&s->lock);
    return there;
}
