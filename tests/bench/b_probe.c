/* The probe's own cost: processor time of its thread, memory, lateness.
 *   b_probe streams|plain|open|bare URL REQUESTS CONCURRENCY|RATE
 * bare: the least a client can do: poll, read, look for the end. tests/bench/probe.sh
 * runs it beside other programs. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "probe_engine.h"
#include "probe_result.h"

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double wall_s(void)
{
    return (double)client_now_ns() / 1e9;
}

static void report(const char *what, int64_t requests, double cpu, double wall)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    printf("%-8s %lld requests in %.2f s, %.0f/s, %.1f us of processor each, "
           "%.0f/s of one core, %ld MB at most",
           what, (long long)requests, wall, (double)requests / wall,
           cpu * 1e6 / (double)requests, (double)requests / cpu, u.ru_maxrss / 1024);
}

static int probe(const char *mode, const char *url, int64_t requests, double load)
{
    struct arena a = { 0 };
    struct err e = { 0 };
    struct client *c = NULL;
    struct client_options options = { .region = "us-east-1", .endpoint_url = url };
    struct probe_prompt_settings prompt = { .input_tokens = 50, .max_tokens = 64 };
    struct probe_prompts prompts;
    struct probe_price price = { 0 };
    struct probe_run run;
    struct probe_result result;
    struct probe_meta meta = { .name = "" };
    struct probe_order o = { .model = "m",
                             .stream = strcmp(mode, "plain") != 0,
                             .open_loop = strcmp(mode, "open") == 0,
                             .requests = requests,
                             .concurrency = (int64_t)load,
                             .max_in_flight = 4000,
                             .warmup = 1,
                             .timeout_ms = 60000,
                             .prompts = &prompts,
                             .price = &price };
    struct rlimit files = { 8192, 8192 };
    setrlimit(RLIMIT_NOFILE, &files);
    if (client_open(&c, &options, &e) || client_sign_in(c, &e) ||
        probe_prompts_open(&prompts, &prompt, &a, &e))
        goto failed;
    if (o.open_loop &&
        probe_schedule_make(&o.schedule, load, PROBE_CONSTANT, requests, 0, 1, &a, &e))
        goto failed;
    double cpu = cpu_s(), wall = wall_s();
    if (probe_run(&run, &o, c, &a, &e)) goto failed;
    cpu = cpu_s() - cpu;
    wall = wall_s() - wall;
    meta.measured_ns = run.measured_ns;
    if (probe_result_of(&result, &meta, run.record, run.count, &a, &e)) goto failed;
    report(mode, requests, cpu, wall);
    printf(", %lld failed", (long long)result.failed);
    if (o.open_loop)
        printf(", lag p50 %.3f ms, p99 %.3f ms", result.metric[PROBE_LAG].p[PROBE_P50],
               result.metric[PROBE_LAG].p[PROBE_P99]);
    putchar('\n');
    client_close(c);
    arena_clear(&a);
    return 0;
failed:
    fprintf(stderr, "b_probe: %s\n", e.msg);
    return 1;
}

/* --- the bare client ---------------------------------------------------------------
 */

enum { BARE_MAX = 4096 };

struct bare {
    char tail[8]; /* the last bytes that came */
    int64_t reads;
};

static int connect_to(int port)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at)) {
        perror("b_probe");
        exit(1);
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static void ask(int fd)
{
    static const char request[] = "POST /model/m/converse-stream HTTP/1.1\r\n"
                                  "Host: x\r\nContent-Length: 2\r\n\r\n{}";
    if (write(fd, request, sizeof request - 1) != (ssize_t)sizeof request - 1) exit(1);
}

/* Reads what is there; true when the answer's last chunk has come. */
static bool take(int fd, struct bare *b)
{
    char bytes[16384];
    ssize_t n = read(fd, bytes, sizeof bytes);
    if (n <= 0) return n == 0;
    b->reads++;
    size_t got = (size_t)n, keep = 5;
    if (got >= keep) {
        memcpy(b->tail, bytes + got - keep, keep);
    } else {
        memmove(b->tail, b->tail + got, keep - got);
        memcpy(b->tail + keep - got, bytes, got);
    }
    return memcmp(b->tail, "0\r\n\r\n", keep) == 0;
}

static int bare(const char *url, int64_t requests, int n)
{
    static struct pollfd p[BARE_MAX];
    static struct bare b[BARE_MAX];
    int port = atoi(strrchr(url, ':') + 1);
    int64_t started = 0, ended = 0, reads = 0;
    if (n > BARE_MAX) return 1;
    double cpu = cpu_s(), wall = wall_s();
    for (int i = 0; i < n; i++) {
        p[i] = (struct pollfd){ .fd = connect_to(port), .events = POLLIN };
        ask(p[i].fd);
        started++;
    }
    while (ended < requests) {
        if (poll(p, (nfds_t)n, -1) < 0 && errno != EINTR) return 1;
        for (int i = 0; i < n; i++) {
            if (!p[i].revents || !take(p[i].fd, &b[i])) continue;
            ended++;
            memset(b[i].tail, 0, sizeof b[i].tail);
            if (started++ < requests) ask(p[i].fd);
        }
    }
    cpu = cpu_s() - cpu;
    wall = wall_s() - wall;
    for (int i = 0; i < n; i++)
        reads += b[i].reads;
    report("bare", requests, cpu, wall);
    printf(", %lld reads\n", (long long)reads);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fputs("usage: b_probe streams|plain|open|bare URL REQUESTS LOAD\n", stderr);
        return 2;
    }
    setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    int64_t requests = atoll(argv[3]);
    if (strcmp(argv[1], "bare") == 0) return bare(argv[2], requests, atoi(argv[4]));
    return probe(argv[1], argv[2], requests, strtod(argv[4], NULL));
}
