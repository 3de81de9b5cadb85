/* The client's own cost, against a server in a process of its own on 127.0.0.1.
 *
 *   b_client [burst|plain|paced|many|lag] …      all of them without an argument
 *
 * CPU is the client thread's (CLOCK_THREAD_CPUTIME_ID), so the server and other
 * people's load do not count; a bare epoll-and-recv client runs beside it in `paced`.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "eventstream.h"

enum { EVENTS = 100, CONNECTIONS = 4096, PHASES = 20 };

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

/* --- the server ----------------------------------------------------------------------
 */

struct reply {
    struct buf head, event[EVENTS + 4], all, plain;
    size_t events;
};

static void add_chunk(struct buf *out, const char *type, const char *payload)
{
    struct buf frame = { .max = 65536 };
    eventstream_write(&frame, str_of(payload),
                      (const char *[]){ ":event-type", type, ":content-type",
                                        "application/json", ":message-type", "event",
                                        NULL });
    out->max = 1 << 20;
    buf_printf(out, "%zx\r\n", frame.n);
    buf_add(out, frame.p, frame.n);
    buf_text(out, "\r\n");
    buf_clear(&frame);
}

static void make_reply(struct reply *r)
{
    *r = (struct reply){ .head = { .max = 65536 },
                         .all = { .max = 1 << 20 },
                         .plain = { .max = 65536 } };
    buf_text(&r->head, "HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 20:00:00 GMT\r\n"
                       "Content-Type: application/vnd.amazon.eventstream\r\n"
                       "Transfer-Encoding: chunked\r\nx-amzn-RequestId: "
                       "6f2d4e6a-3f0b-4f62-9d4b-0b3f2f7d9d1f\r\n\r\n");
    add_chunk(&r->event[r->events++], "messageStart", "{\"role\":\"assistant\"}");
    for (int i = 0; i < EVENTS; i++)
        add_chunk(&r->event[r->events++], "contentBlockDelta",
                  "{\"contentBlockIndex\":0,\"delta\":{\"text\":\" words of it\"},"
                  "\"p\":\"abcdefghijklmnopqrstuvwx\"}");
    add_chunk(&r->event[r->events++], "messageStop", "{\"stopReason\":\"end_turn\"}");
    add_chunk(&r->event[r->events++], "metadata",
              "{\"metrics\":{\"latencyMs\":512},\"usage\":{\"inputTokens\":12,"
              "\"outputTokens\":100,\"totalTokens\":112}}");
    buf_text(&r->event[r->events - 1], "0\r\n\r\n");
    buf_add(&r->all, r->head.p, r->head.n);
    for (size_t i = 0; i < r->events; i++)
        buf_add(&r->all, r->event[i].p, r->event[i].n);
    buf_text(&r->plain,
             "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
             "X-Amzn-Bedrock-Input-Token-Count: 12\r\nContent-Length: 20\r\n\r\n"
             "{\"embedding\":[0.125]}");
}

struct peer {
    bool open, streaming;
    size_t next; /* event */
};

static void send_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent <= 0) return;
        p += sent;
        n -= (size_t)sent;
    }
}

/* Requests here come whole in one read and are small. */
static void answer(struct peer *peer, int fd, const struct reply *r, bool paced)
{
    char bytes[16384];
    ssize_t got = recv(fd, bytes, sizeof bytes - 1, 0);
    if (got <= 0) {
        *peer = (struct peer){ .open = false };
        close(fd);
        return;
    }
    bytes[got] = '\0';
    if (!strstr(bytes, "converse-stream")) {
        send_all(fd, r->plain.p, r->plain.n);
    } else if (!paced) {
        send_all(fd, r->all.p, r->all.n);
    } else {
        send_all(fd, r->head.p, r->head.n);
        peer->streaming = true;
        peer->next = 0;
    }
}

/* Connection i gets an event in the ticks ≡ i (mod PHASES): spread, not in step. */
static void pace(struct peer *peers, const struct reply *r, int tick)
{
    for (int fd = tick % PHASES; fd < CONNECTIONS; fd += PHASES) {
        struct peer *p = &peers[fd];
        if (!p->streaming) continue;
        send_all(fd, r->event[p->next].p, r->event[p->next].n);
        if (++p->next == r->events) p->streaming = false;
    }
}

static void serve(int listener, bool paced)
{
    static struct peer peers[CONNECTIONS];
    struct reply r;
    struct epoll_event event[256];
    struct itimerspec ms = { { 0, 1000000 }, { 0, 1000000 } };
    int loop = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, 0), tick = 0;
    make_reply(&r);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (paced) timerfd_settime(timer, 0, &ms, NULL);
    for (int own[] = { listener, timer }, i = 0; i < 2; i++) {
        struct epoll_event in = { .events = EPOLLIN, .data.fd = own[i] };
        epoll_ctl(loop, EPOLL_CTL_ADD, own[i], &in);
    }
    for (;;) {
        int n = epoll_wait(loop, event, 256, -1);
        for (int i = 0; i < n; i++) {
            int fd = event[i].data.fd;
            uint64_t ticks = 0;
            if (fd == timer) {
                (void)!read(timer, &ticks, sizeof ticks);
                for (; ticks; ticks--)
                    pace(peers, &r, tick++);
            } else if (fd == listener) {
                int one = 1, peer = accept(listener, NULL, NULL);
                struct epoll_event in = { .events = EPOLLIN, .data.fd = peer };
                if (peer < 0 || peer >= CONNECTIONS) continue;
                setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                epoll_ctl(loop, EPOLL_CTL_ADD, peer, &in);
                peers[peer] = (struct peer){ .open = true };
            } else {
                answer(&peers[fd], fd, &r, paced);
            }
        }
    }
}

struct server {
    pid_t pid;
    int port;
};

static struct server start_server(bool paced)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) || listen(listener, 2048) ||
        getsockname(listener, (struct sockaddr *)&at, &size)) {
        die("listen");
    }
    pid_t pid = fork();
    if (pid < 0) die("fork");
    if (pid == 0) serve(listener, paced);
    close(listener);
    return (struct server){ pid, ntohs(at.sin_port) };
}

static void stop_server(struct server s)
{
    kill(s.pid, SIGKILL);
    waitpid(s.pid, NULL, 0);
}

/* --- our client
 * ----------------------------------------------------------------------- */

struct load {
    struct client *client;
    struct aws_request request;
    int64_t to_start, ended, failed, events, text_bytes;
    bool chain; /* each end starts the next */
};

static void on_event(void *context, const struct aws_event *event)
{
    struct load *l = context;
    l->events++;
    l->text_bytes += (int64_t)event->text.n;
}

static void start_one(struct load *l);

static void on_end(void *context, const struct aws_answer *a)
{
    struct load *l = context;
    l->ended++;
    if (a->failure.class_) {
        if (!l->failed++) fprintf(stderr, "failed: %s\n", a->failure.message);
    }
    if (l->chain && l->to_start) start_one(l);
}

static void start_one(struct load *l)
{
    struct err e = { 0 };
    l->to_start--;
    if (client_start(l->client, &l->request,
                     (struct aws_handler){ l, on_event, on_end }, &e)) {
        fprintf(stderr, "%s\n", e.msg);
        exit(1);
    }
}

static struct client *open_client(int port)
{
    struct client *c = NULL;
    struct err e = { 0 };
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
    struct client_options o = { .region = "us-east-1", .endpoint_url = url };
    if (client_open(&c, &o, &e)) {
        fprintf(stderr, "%s\n", e.msg);
        exit(1);
    }
    return c;
}

static void run(struct load *l, int64_t concurrency)
{
    struct err e = { 0 };
    for (int64_t i = 0; i < concurrency && l->to_start; i++)
        start_one(l);
    while (client_in_flight(l->client))
        if (client_run(l->client, INT64_MAX, &e)) exit(1);
}

static const char prompt[] =
    "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"How much is it?\"}]}],"
    "\"inferenceConfig\":{\"maxTokens\":128}}";

static struct load new_load(struct client *c, enum aws_operation op, int64_t requests)
{
    return (struct load){ .client = c,
                          .request = { .operation = op,
                                       .body = { prompt, sizeof prompt - 1 },
                                       .subject = "us.amazon.nova-lite-v1:0" },
                          .to_start = requests,
                          .chain = true };
}

static void bench_burst(void)
{
    struct server s = start_server(false);
    struct client *c = open_client(s.port);
    static const int64_t concurrency[] = { 1, 32 };
    struct load warm = new_load(c, AWS_CONVERSE_STREAM, 50);
    run(&warm, 32);
    for (size_t i = 0; i < 2; i++) {
        double best_us = 1e9;
        for (int round = 0; round < 5; round++) {
            struct load l = new_load(c, AWS_CONVERSE_STREAM, 400);
            double before = cpu_s();
            run(&l, concurrency[i]);
            double us = (cpu_s() - before) / 400 * 1e6;
            if (us < best_us) best_us = us;
            if (l.failed || l.events != 400 * (EVENTS + 3)) exit(1);
        }
        printf("burst: %lld at a time, 100 events each: %.1f us CPU a request (best of "
               "5)\n",
               (long long)concurrency[i], best_us);
    }
    client_close(c);
    stop_server(s);
}

static void bench_plain(void)
{
    struct server s = start_server(false);
    struct client *c = open_client(s.port);
    struct load warm = new_load(c, AWS_INVOKE_MODEL, 200), l;
    run(&warm, 64);
    double best_us = 1e9, best_rate = 0;
    for (int round = 0; round < 5; round++) {
        l = new_load(c, AWS_INVOKE_MODEL, 4000);
        double before = cpu_s();
        int64_t start = client_now_ns();
        run(&l, 64);
        double us = (cpu_s() - before) / 4000 * 1e6;
        double rate = 4000 / ((double)(client_now_ns() - start) / 1e9);
        if (us < best_us) best_us = us;
        if (rate > best_rate) best_rate = rate;
        if (l.failed) exit(1);
    }
    printf("plain: 64 at a time: %.0f requests/s, %.1f us CPU a request (best of 5)\n",
           best_rate, best_us);
    client_close(c);
    stop_server(s);
}

/* --- the bare client
 * -------------------------------------------------------------------- */

static double bare_us(int port, int streams)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr = { htonl(INADDR_LOOPBACK) } };
    char request[512];
    int n = snprintf(request, sizeof request,
                     "POST /model/x/converse-stream HTTP/1.1\r\nHost: x\r\n"
                     "Content-Length: %zu\r\n\r\n%s",
                     sizeof prompt - 1, prompt);
    int loop = epoll_create1(0), open = 0;
    int *fds = calloc((size_t)streams, sizeof *fds);
    double before = cpu_s();
    for (; open < streams; open++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct epoll_event in = { .events = EPOLLIN, .data.fd = fd };
        if (connect(fd, (struct sockaddr *)&at, sizeof at)) die("connect");
        epoll_ctl(loop, EPOLL_CTL_ADD, fd, &in);
        (void)!send(fd, request, (size_t)n, MSG_NOSIGNAL);
        fds[open] = fd;
    }
    int64_t last = 0;
    for (int left = streams; left;) {
        struct epoll_event event[64];
        char bytes[16384];
        int ready = epoll_wait(loop, event, 64, -1);
        for (int i = 0; i < ready; i++) {
            ssize_t got = recv(event[i].data.fd, bytes, sizeof bytes, 0);
            last += client_now_ns() & 1; /* it, too, stamps what it reads */
            if (got < 5 || memcmp(bytes + got - 5, "0\r\n\r\n", 5) == 0) left--;
        }
    }
    double us = (cpu_s() - before) / streams * 1e6;
    if (last < 0) exit(1);
    for (int i = 0; i < streams; i++)
        close(fds[i]);
    close(loop);
    free(fds);
    return us;
}

static void bench_paced(void)
{
    enum { STREAMS = 100 };
    double best = 1e9, best_bare = 1e9;
    for (int round = 0; round < 3; round++) {
        struct server s = start_server(true);
        struct client *c = open_client(s.port);
        struct load l = new_load(c, AWS_CONVERSE_STREAM, STREAMS);
        struct err e = { 0 };
        if (client_sign_in(c, &e)) exit(1);
        double before = cpu_s();
        run(&l, STREAMS);
        double us = (cpu_s() - before) / STREAMS * 1e6;
        if (us < best) best = us;
        if (l.failed) exit(1);
        client_close(c);
        stop_server(s);
        s = start_server(true);
        us = bare_us(s.port, STREAMS);
        if (us < best_bare) best_bare = us;
        stop_server(s);
    }
    printf("paced: %d streams, 100 events 20 ms apart: %.0f us CPU a request; "
           "bare epoll and recv: %.0f us; ratio %.2f (best of 3)\n",
           STREAMS, best, best_bare, best / best_bare);
}

static long status_kb(const char *key)
{
    char line[256];
    long kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, key, strlen(key)) == 0)
            kb = strtol(line + strlen(key), NULL, 10);
    if (f) fclose(f);
    return kb;
}

static void bench_many(void)
{
    struct server s = start_server(true);
    struct client *c = open_client(s.port);
    struct load l = new_load(c, AWS_CONVERSE_STREAM, 1000);
    double before = cpu_s();
    int64_t start = client_now_ns();
    run(&l, 1000);
    double took = (double)(client_now_ns() - start) / 1e9, cpu = cpu_s() - before;
    printf("many: 1000 streams at once: %lld ended, %lld failed, %.2f s, %.2f s CPU "
           "(%.0f %% of a core), peak memory %.1f MB\n",
           (long long)l.ended, (long long)l.failed, took, cpu, 100 * cpu / took,
           (double)status_kb("VmHWM:") / 1024);
    client_close(c);
    stop_server(s);
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Open loop: each request is meant for start + i / rate. */
static void bench_lag(void)
{
    enum { RATE = 1000, REQUESTS = 3000 };
    static int64_t lag[REQUESTS];
    struct server s = start_server(false);
    struct client *c = open_client(s.port);
    struct load warm = new_load(c, AWS_CONVERSE_STREAM, 100);
    run(&warm, 16);
    struct load l = new_load(c, AWS_CONVERSE_STREAM, REQUESTS);
    struct err e = { 0 };
    l.chain = false;
    int64_t start = client_now_ns() + 10000000;
    for (int i = 0; i < REQUESTS; i++) {
        int64_t at = start + (int64_t)i * (1000000000 / RATE);
        while (client_now_ns() < at)
            if (client_run(c, at, &e)) exit(1);
        lag[i] = client_now_ns() - at;
        start_one(&l);
    }
    run(&l, 0);
    qsort(lag, REQUESTS, sizeof *lag, compare);
    printf("lag: 1000 requests/s of 100 events, behind the plan: p50 %.0f us, p99 %.0f "
           "us, "
           "max %.0f us; %lld failed\n",
           (double)lag[REQUESTS / 2] / 1e3, (double)lag[REQUESTS * 99 / 100] / 1e3,
           (double)lag[REQUESTS - 1] / 1e3, (long long)l.failed);
    client_close(c);
    stop_server(s);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } row[] = { { "burst", bench_burst },
                { "plain", bench_plain },
                { "paced", bench_paced },
                { "many", bench_many },
                { "lag", bench_lag } };
    setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", 1);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        bool asked = argc < 2;
        for (int k = 1; k < argc; k++)
            asked = asked || strcmp(argv[k], row[i].name) == 0;
        if (asked) row[i].run();
        fflush(stdout);
    }
    return 0;
}
