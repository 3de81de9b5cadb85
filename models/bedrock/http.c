#include "http.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "http_private.h"

enum { EVENTS_AT_ONCE = 64 };

/* --- what libcurl asks of us -------------------------------------------------------
 */

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *context,
                     void *known)
{
    struct http *h = context;
    struct epoll_event event = { .data.fd = socket };
    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(h->epoll, EPOLL_CTL_DEL, socket, &event); /* it may be closed */
        return 0;
    }
    if (what & CURL_POLL_IN) event.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
    if (known && epoll_ctl(h->epoll, EPOLL_CTL_MOD, socket, &event) == 0) return 0;
    h->curl.multi_assign(h->multi, socket, h);
    if (epoll_ctl(h->epoll, EPOLL_CTL_ADD, socket, &event) == 0) return 0;
    return epoll_ctl(h->epoll, EPOLL_CTL_MOD, socket, &event) == 0 ? 0 : -1;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct http *h = context;
    (void)multi;
    h->curl_due_ns =
        timeout_ms < 0 ? INT64_MAX : http_now_ns() + (int64_t)timeout_ms * 1000000;
    return 0;
}

static enum err_code open_loop(struct http *h, struct err *e)
{
    h->epoll = epoll_create1(EPOLL_CLOEXEC);
    h->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    h->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (h->epoll < 0 || h->timer < 0 || h->wake < 0)
        return err_set(e, ERR_IO, "no event loop: %s", strerror(errno));
    int own[] = { h->timer, h->wake };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        struct epoll_event event = { .events = EPOLLIN, .data.fd = own[i] };
        if (epoll_ctl(h->epoll, EPOLL_CTL_ADD, own[i], &event) != 0)
            return err_set(e, ERR_IO, "no event loop: %s", strerror(errno));
    }
    return OK;
}

enum err_code http_open(struct http **out, const struct http_options *o, struct err *e)
{
    struct http *h = calloc(1, sizeof *h);
    if (!h) return err_set(e, ERR_INTERNAL, "out of memory");
    *h = (struct http){ .epoll = -1,
                        .timer = -1,
                        .wake = -1,
                        .curl_due_ns = INT64_MAX,
                        .armed_ns = INT64_MAX };
    h->connect_timeout_ms = o->connect_timeout_ms ? o->connect_timeout_ms : 10000;
    if (o->ca_file) h->ca_file = strdup(o->ca_file);
    h->user_agent = strdup(o->user_agent ? o->user_agent : "bedplan");
    if (open_loop(h, e) || curl_library_open(&h->curl, e)) {
        http_close(h);
        return e->code;
    }
    h->multi = h->curl.multi_init();
    if (!h->multi) {
        http_close(h);
        return err_set(e, ERR_INTERNAL, "out of memory");
    }
    h->curl.multi_set(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    h->curl.multi_set(h->multi, CURLMOPT_SOCKETDATA, h);
    h->curl.multi_set(h->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    h->curl.multi_set(h->multi, CURLMOPT_TIMERDATA, h);
    h->curl.multi_set(h->multi, CURLMOPT_MAXCONNECTS, 2048L);
    *out = h;
    return OK;
}

void http_close(struct http *h)
{
    if (!h) return;
    while (h->busy) {
        struct transfer *t = h->busy;
        h->curl.multi_remove(h->multi, t->easy);
        transfer_unlink(h, t);
        transfer_free(h, t);
    }
    while (h->idle) {
        struct transfer *t = h->idle;
        h->idle = t->next;
        transfer_free(h, t);
    }
    if (h->multi) h->curl.multi_cleanup(h->multi);
    curl_library_close(&h->curl);
    if (h->epoll >= 0) close(h->epoll);
    if (h->timer >= 0) close(h->timer);
    if (h->wake >= 0) close(h->wake);
    free(h->ca_file);
    free(h->user_agent);
    free(h);
}

/* --- the loop ----------------------------------------------------------------------
 */

/* The timer has no slack and nanoseconds, epoll's own timeout has milliseconds. */
static void arm(struct http *h, int64_t due_ns)
{
    if (due_ns == h->armed_ns) return;
    struct itimerspec at = { 0 };
    if (due_ns != INT64_MAX) {
        int64_t ns = due_ns > 0 ? due_ns : 1; /* 0 would disarm it */
        at.it_value = (struct timespec){ ns / 1000000000, ns % 1000000000 };
    }
    timerfd_settime(h->timer, TFD_TIMER_ABSTIME, &at, NULL);
    h->armed_ns = due_ns;
}

static void drain(int fd)
{
    uint64_t count;
    (void)!read(fd, &count, sizeof count);
}

/* Lets libcurl work, and tells of transfers that came to an end; their calls may
 * start others. */
static size_t act(struct http *h, curl_socket_t socket, int mask)
{
    size_t ended = 0;
    int running, left;
    h->turn++;
    h->curl.multi_act(h->multi, socket, mask, &running);
    CURLMsg *m;
    while ((m = h->curl.multi_message(h->multi, &left))) {
        struct transfer *t = NULL;
        CURLcode result = m->data.result;
        if (m->msg != CURLMSG_DONE) continue;
        h->curl.info(m->easy_handle, CURLINFO_PRIVATE, &t);
        transfer_end(h, t, result);
        ended++;
    }
    return ended;
}

static int mask_of(uint32_t events)
{
    return (events & EPOLLIN ? CURL_CSELECT_IN : 0) |
           (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
           (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
}

/* One wait and what it brought. */
static enum err_code turn(struct http *h, int64_t until_ns, bool *stop, struct err *e)
{
    struct epoll_event event[EVENTS_AT_ONCE];
    int64_t due_ns = h->curl_due_ns < until_ns ? h->curl_due_ns : until_ns;
    bool at_once = due_ns <= http_now_ns();
    if (!at_once) arm(h, due_ns);
    int n = epoll_wait(h->epoll, event, EVENTS_AT_ONCE, at_once ? 0 : -1);
    if (n < 0 && errno != EINTR)
        return err_set(e, ERR_NET, "the event loop fails: %s", strerror(errno));
    for (int i = 0; i < n; i++) {
        int fd = event[i].data.fd;
        if (fd == h->timer) {
            drain(fd);
            h->armed_ns = INT64_MAX;
        } else if (fd == h->wake) {
            drain(fd);
            *stop = true;
        } else if (act(h, fd, mask_of(event[i].events))) {
            *stop = true;
        }
    }
    if (h->curl_due_ns <= http_now_ns()) {
        h->curl_due_ns = INT64_MAX;
        if (act(h, CURL_SOCKET_TIMEOUT, 0)) *stop = true;
    }
    if (n < 0) *stop = true; /* a signal: let the caller look */
    return OK;
}

enum err_code http_run(struct http *h, int64_t until_ns, struct err *e)
{
    bool stop = false;
    do {
        if (turn(h, until_ns, &stop, e)) return e->code;
    } while (!stop && http_now_ns() < until_ns);
    return OK;
}

size_t http_in_flight(const struct http *h)
{
    return h->in_flight;
}

void http_wake(struct http *h)
{
    uint64_t one = 1;
    (void)!write(h->wake, &one, sizeof one);
}

void http_cancel_all(struct http *h)
{
    size_t left = h->in_flight; /* not those that on_end starts */
    for (; left && h->busy; left--)
        transfer_end(h, h->busy, CURLE_ABORTED_BY_CALLBACK);
}

/* --- one at a time -----------------------------------------------------------------
 */

struct fetch {
    struct buf *body;
    struct http_end *end;
    bool ended;
};

static bool fetch_bytes(void *context, struct str bytes, int64_t at_ns)
{
    struct fetch *f = context;
    (void)at_ns;
    buf_add(f->body, bytes.p, bytes.n);
    return !f->body->overflow;
}

static void fetch_end(void *context, const struct http_end *end)
{
    struct fetch *f = context;
    *f->end = *end;
    f->ended = true;
}

enum err_code http_fetch(struct http_end *end, struct buf *body, struct http *h,
                         const struct http_request *r, struct err *e)
{
    struct fetch f = { body, end, false };
    struct http_sink sink = { .context = &f,
                              .on_bytes = fetch_bytes,
                              .on_end = fetch_end };
    if (http_start(h, r, sink, e)) return e->code;
    while (!f.ended)
        if (http_run(h, INT64_MAX, e)) return e->code;
    return OK;
}
