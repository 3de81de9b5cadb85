/* Requests through token buckets: replayed from memory, made on the spot, and coming
 * back after refusals, beside the plain GSL loop for the second job.
 *
 *   b_replay          rates, the quickest of several rounds of processor time
 *   b_replay job      requests and share refused of the job that simpy_job.py does too
 *
 * A table of counts, not a test. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "lanes.h"
#include "replay.h"

enum { ROUNDS = 9, REPLAYED = 4 << 20, CACHED = 1 << 16, RETRIED = 1 << 20 };

/* The job: Poisson arrivals, lognormal lengths with the medians and widths of public
 * conversation traces, a quota a little below the mean. simpy_job.py has the same. */
static const double PER_S = 50, IN_MU = 6.633, IN_SIGMA = 0.985, OUT_MU = 5.019,
                    OUT_SIGMA = 0.859, SPAN_S = 20000;
static const double QUOTA_TPM = 4.3e6; /* of 4.36e6 offered */

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct admission quota(enum retry retry, double tpm)
{
    return (struct admission){ .kind = CAPACITY_QUOTA,
                               .quota_tpm = tpm,
                               .burndown = 1,
                               .window_s = 60,
                               .retry = retry };
}

static void stop(const struct err *e)
{
    fprintf(stderr, "%s\n", e->msg);
    exit(1);
}

static struct admission_rules rules_of(struct admission a)
{
    struct admission_rules r;
    struct err e = { 0 };
    if (admission_rules(&r, &a, &e)) stop(&e);
    return r;
}

static struct traffic *job(struct arena *a)
{
    struct traffic_model m = { .requests_per_s = PER_S,
                               .span_s = SPAN_S,
                               .batch_mean = 1,
                               .input = { 1, { 1 }, { IN_MU }, { IN_SIGMA } },
                               .output = { 1, { 1 }, { OUT_MU }, { OUT_SIGMA } } };
    struct traffic *t = NULL;
    struct err e = { 0 };
    if (traffic_prepare(&t, &m, a, &e)) stop(&e);
    return t;
}

/* As measured: a table of 20,000 pairs of lengths, batches, a wandering rate. */
static struct traffic *measured(struct arena *a)
{
    enum { PAIRS = 20000 };
    struct lengths *l = ARENA_NEW(a, struct lengths, 1);
    gsl_rng *g = gsl_rng_alloc(gsl_rng_mt19937);
    *l = (struct lengths){ ARENA_NEW(a, struct length_cell, PAIRS), PAIRS };
    for (int i = 0; i < PAIRS; i++)
        l->cell[i] =
            (struct length_cell){ 1.0 / PAIRS,
                                  ceil(gsl_ran_lognormal(g, IN_MU, IN_SIGMA)),
                                  ceil(gsl_ran_lognormal(g, OUT_MU, OUT_SIGMA)) };
    gsl_rng_free(g);
    struct traffic_model m = { .requests_per_s = PER_S,
                               .span_s = SPAN_S,
                               .batch_mean = 1.2,
                               .modulator = { { 0.1, 30 }, { 0.05, 450 } },
                               .lengths = l };
    struct traffic *t = NULL;
    struct err e = { 0 };
    if (traffic_prepare(&t, &m, a, &e)) stop(&e);
    return t;
}

struct made {
    double requests, refused, seconds;
};

static struct made lanes_once(const struct traffic *t, enum lanes_path path)
{
    struct arena a = { 0 };
    struct admission_rules rules = rules_of(quota(RETRY_NONE, QUOTA_TPM));
    struct lanes_result r;
    struct made m = { 0 };
    double start_s = now_s();
    lanes_run(&r, &rules, 1, t, 1, 0, path, &a);
    m.seconds = now_s() - start_s;
    for (int l = 0; l < TRAFFIC_LANES; l++) {
        m.requests += r.requests[l];
        m.refused += r.requests[l] - r.admitted[l];
    }
    arena_clear(&a);
    return m;
}

/* The same, as one would write it down with GSL at hand. */
static struct made gsl_once(void)
{
    gsl_rng *g = gsl_rng_alloc(gsl_rng_mt19937);
    const double capacity = QUOTA_TPM, rate = QUOTA_TPM / 60;
    double at_s = 0, last_s = 0, level = capacity;
    struct made m = { 0 };
    double start_s = now_s();
    while ((at_s += gsl_ran_exponential(g, 1 / PER_S)) < SPAN_S) {
        double in = fmax(1, round(gsl_ran_lognormal(g, IN_MU, IN_SIGMA)));
        double out = fmax(1, round(gsl_ran_lognormal(g, OUT_MU, OUT_SIGMA)));
        level = fmin(capacity, level + (at_s - last_s) * rate);
        last_s = at_s;
        m.requests++;
        if (level >= in + out)
            level -= in + out;
        else
            m.refused++;
    }
    m.seconds = now_s() - start_s;
    gsl_rng_free(g);
    return m;
}

static struct replay_request *requests(size_t n, struct arena *a)
{
    struct replay_request *r = ARENA_NEW(a, struct replay_request, n);
    gsl_rng *g = gsl_rng_alloc(gsl_rng_taus2);
    double at_s = 0;
    for (size_t i = 0; i < n; i++) {
        at_s += gsl_ran_exponential(g, 1 / PER_S);
        r[i] = (struct replay_request){
            .at_ns = (int64_t)(at_s * 1e9),
            .input = (int32_t)ceil(fmin(2e5, gsl_ran_lognormal(g, IN_MU, IN_SIGMA))),
            .output = (int32_t)ceil(fmin(8e3, gsl_ran_lognormal(g, OUT_MU, OUT_SIGMA))),
        };
    }
    gsl_rng_free(g);
    return r;
}

static struct replay_result replay(struct admission capacity,
                                   const struct replay_request *r, size_t n,
                                   double *seconds)
{
    struct arena a = { 0 };
    struct admission_rules rules = rules_of(capacity);
    struct replay_result out;
    struct err e = { 0 };
    double start_s = now_s();
    if (replay_run(&out, &rules, r, n, 1, NULL, &a, &e)) stop(&e);
    *seconds = fmin(*seconds, now_s() - start_s);
    arena_clear(&a);
    return out;
}

/* The quota at which attempts are 1.3 times the requests. */
static double quota_of_30_percent(const struct replay_request *r, size_t n)
{
    double lo = 1e6, hi = 1e7, ignored = 0;
    for (int i = 0; i < 24; i++) {
        double middle = sqrt(lo * hi);
        struct replay_result out = replay(quota(RETRY_SDK, middle), r, n, &ignored);
        if ((double)out.attempts > 1.3 * (double)n)
            lo = middle;
        else
            hi = middle;
    }
    return hi;
}

/* Reads every word of the requests and does nothing with them but add. */
static void only_read(const struct replay_request *r, size_t n, double *seconds)
{
    const char *bytes = (const char *)r;
    uint64_t sum[4] = { 0 }, word[4];
    double start_s = now_s();
    for (size_t i = 0; i + sizeof word <= n * sizeof *r; i += sizeof word) {
        memcpy(word, bytes + i, sizeof word);
        for (int k = 0; k < 4; k++)
            sum[k] += word[k];
    }
    *seconds = fmin(*seconds, now_s() - start_s);
    if (sum[0] + sum[1] + sum[2] + sum[3] == 1) puts("so that it is not left out");
}

static void line(const char *what, double n, double seconds, const char *per)
{
    printf("%-52s %8.1f M %s/s\n", what, n / seconds * 1e-6, per);
}

static void replays(struct arena *a)
{
    struct replay_request *r = requests(REPLAYED, a);
    struct admission one = quota(RETRY_NONE, QUOTA_TPM), two = one,
                     units = { .kind = CAPACITY_UNITS,
                               .input_tpm = 3.7e6,
                               .output_tpm = 6.5e5,
                               .window_s = 60 },
                     retries = quota(RETRY_SDK, 0);
    struct replay_result with = { 0 };
    double seconds[6] = { HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL, HUGE_VAL };
    two.rpm = 3050;
    retries.quota_tpm = quota_of_30_percent(r, RETRIED);
    for (int i = 0; i < ROUNDS; i++) {
        replay(one, r, REPLAYED, &seconds[0]);
        only_read(r, REPLAYED, &seconds[4]);
        for (int k = 0; k < 8; k++)
            replay(one, r, CACHED, &seconds[5]);
        replay(two, r, REPLAYED, &seconds[1]);
        replay(units, r, REPLAYED, &seconds[2]);
        with = replay(retries, r, RETRIED, &seconds[3]);
    }
    line("replay, tokens a minute, 1.6 MB of requests", CACHED, seconds[5], "requests");
    line("replay, tokens a minute, 101 MB of requests", REPLAYED, seconds[0],
         "requests");
    line("  only reading these 101 MB", REPLAYED, seconds[4], "requests");
    line("replay, tokens and requests a minute, 101 MB", REPLAYED, seconds[1],
         "requests");
    line("replay, model units (two buckets), 101 MB", REPLAYED, seconds[2], "requests");
    line("replay with retries, 30 % extra attempts", (double)with.attempts, seconds[3],
         "attempts");
    printf("  attempts a request %.3f, finally throttled %.1f %%\n",
           (double)with.attempts / (double)with.requests,
           100 * (double)with.throttled / (double)with.requests);
}

static void generated(struct arena *a)
{
    static const char *const name[] = { "baseline", "AVX2", "AVX-512" };
    struct traffic *t[] = { job(a), measured(a) };
    struct made gsl = { .seconds = HUGE_VAL }, ours[2][LANES_PATHS];
    double seconds[2][LANES_PATHS];
    for (int i = 0; i < 2 * LANES_PATHS; i++)
        seconds[i / LANES_PATHS][i % LANES_PATHS] = HUGE_VAL;
    for (int i = 0; i < ROUNDS; i++) {
        for (int k = 0; k < 2; k++)
            for (int p = 0; p <= (int)lanes_best(); p++) {
                ours[k][p] = lanes_once(t[k], (enum lanes_path)p);
                seconds[k][p] = fmin(seconds[k][p], ours[k][p].seconds);
            }
        double before = gsl.seconds;
        gsl = gsl_once();
        gsl.seconds = fmin(gsl.seconds, before);
    }
    for (int p = 0; p <= (int)lanes_best(); p++) {
        char what[80];
        snprintf(what, sizeof what, "generated, lognormal lengths, %s", name[p]);
        line(what, ours[0][p].requests, seconds[0][p], "requests");
        snprintf(what, sizeof what, "generated, measured lengths and bursts, %s",
                 name[p]);
        line(what, ours[1][p].requests, seconds[1][p], "requests");
    }
    enum lanes_path best = lanes_best();
    line("plain GSL loop, lognormal lengths", gsl.requests, gsl.seconds, "requests");
    printf("  of the GSL loop: %.1f times; refused %.3f %% and %.3f %%\n",
           ours[0][best].requests / seconds[0][best] / (gsl.requests / gsl.seconds),
           100 * ours[0][best].refused / ours[0][best].requests,
           100 * gsl.refused / gsl.requests);
}

int main(int argc, char **argv)
{
    struct arena a = { 0 };
    if (argc > 1 && strcmp(argv[1], "job") == 0) {
        struct traffic *t = job(&a);
        struct made best = { .seconds = HUGE_VAL };
        for (int i = 0; i < ROUNDS; i++) {
            struct made m = lanes_once(t, lanes_best());
            if (m.seconds < best.seconds) best = m;
        }
        printf("%.0f requests/s, %.3f %% refused\n", best.requests / best.seconds,
               100 * best.refused / best.requests);
    } else {
        replays(&a);
        generated(&a);
    }
    arena_clear(&a);
    return 0;
}
