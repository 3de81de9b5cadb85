#include "check.h"

#include <stdlib.h>

#include "quantile.h"
#include "splitmix.h"
#include "trace.h"
#include "traffic.h"

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What is compared of a stretch of traffic. */
enum {
    D1,
    D10,
    D60,
    IN_MEAN,
    IN_P50,
    IN_P95,
    OUT_MEAN,
    OUT_P50,
    OUT_P95,
    CORRELATION,
    FIGURES
};

struct request_figures {
    double at_s, in, out;
};

static double quantile_of(const struct request_figures *r, size_t n, bool output,
                          double q)
{
    double *x = malloc(n * sizeof *x), value;
    for (size_t i = 0; i < n; i++)
        x[i] = output ? r[i].out : r[i].in;
    qsort(x, n, sizeof *x, ascending);
    value = quantile_sorted(x, n, q);
    free(x);
    return value;
}

static double windows_dispersion(const double *per_s, size_t seconds, size_t window_s)
{
    double sum = 0, squares = 0, w = (double)(seconds / window_s);
    for (size_t k = 0; k < seconds / window_s; k++) {
        double count = 0;
        for (size_t i = 0; i < window_s; i++)
            count += per_s[k * window_s + i];
        sum += count;
        squares += count * count;
    }
    return (squares - sum * sum / w) / (w - 1) / (sum / w);
}

static void length_figures(double *f, const struct request_figures *r, size_t n)
{
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0, k = (double)n;
    for (size_t i = 0; i < n; i++) {
        x += r[i].in, y += r[i].out;
        xx += r[i].in * r[i].in, yy += r[i].out * r[i].out, xy += r[i].in * r[i].out;
    }
    f[IN_MEAN] = x / k;
    f[OUT_MEAN] = y / k;
    f[CORRELATION] = (xy - x * y / k) / sqrt((xx - x * x / k) * (yy - y * y / k));
    f[IN_P50] = quantile_of(r, n, false, 0.5);
    f[IN_P95] = quantile_of(r, n, false, 0.95);
    f[OUT_P50] = quantile_of(r, n, true, 0.5);
    f[OUT_P95] = quantile_of(r, n, true, 0.95);
}

static void count_figures(double *f, const double *per_s, size_t seconds)
{
    f[D1] = windows_dispersion(per_s, seconds, 1);
    f[D10] = windows_dispersion(per_s, seconds, 10);
    f[D60] = windows_dispersion(per_s, seconds, 60);
}

enum { SECONDS = 3480, BOOTSTRAPS = 400, BLOCK_S = 120 };

/* 95 % intervals of the source: requests drawn anew for the lengths, blocks of two
 * minutes drawn anew for the counts. */
static void bootstrap(double lo[FIGURES], double hi[FIGURES],
                      const struct request_figures *r, size_t n, const double *per_s)
{
    static double f[FIGURES][BOOTSTRAPS], again_per_s[SECONDS];
    struct request_figures *again = malloc(n * sizeof *again);
    uint64_t seed = 2023;
    for (int b = 0; b < BOOTSTRAPS; b++) {
        double one[FIGURES];
        for (size_t i = 0; i < n; i++)
            again[i] = r[next_below(&seed, (int64_t)n)];
        for (size_t s = 0; s < SECONDS; s += BLOCK_S) {
            size_t from = (size_t)next_below(&seed, SECONDS - BLOCK_S);
            memcpy(again_per_s + s, per_s + from, BLOCK_S * sizeof *per_s);
        }
        length_figures(one, again, n);
        count_figures(one, again_per_s, SECONDS);
        for (int k = 0; k < FIGURES; k++)
            f[k][b] = one[k];
    }
    for (int k = 0; k < FIGURES; k++) {
        qsort(f[k], BOOTSTRAPS, sizeof f[k][0], ascending);
        lo[k] = quantile_sorted(f[k], BOOTSTRAPS, 0.025);
        hi[k] = quantile_sorted(f[k], BOOTSTRAPS, 0.975);
    }
    free(again);
}

/* Mean of a figure over generated replicas, within the source's interval. */
static void generated_traffic_looks_like_its_source(void **state)
{
    (void)state;
    static const char *const name[FIGURES] = { "dispersion 1 s",  "dispersion 10 s",
                                               "dispersion 60 s", "input mean",
                                               "input P50",       "input P95",
                                               "output mean",     "output P50",
                                               "output P95",      "correlation" };
    const char *shared = getenv("BEDPLAN_SHARED");
    struct arena a = { 0 };
    struct err e = { 0 };
    struct trace trace;
    struct traffic_model m;
    static double per_s[SECONDS], lo[FIGURES], hi[FIGURES], sum[FIGURES];
    const char *path = arena_printf(&a, "%s/data/traces/azure-llm-2023-conv.csv",
                                    shared ? shared : "../shared");
    if (trace_read(&trace, path, &a, &e)) {
        print_message("skipped: %s\n", e.msg);
        arena_clear(&a);
        skip();
    }
    struct request_figures *r = ARENA_NEW(&a, struct request_figures, trace.count);
    for (size_t i = 0; i < trace.count; i++) {
        double at_s = trace.request[i].at_s - trace.request[0].at_s;
        r[i] = (struct request_figures){ at_s, (double)trace.request[i].input_tokens,
                                         (double)trace.request[i].output_tokens };
        if (at_s < SECONDS) per_s[(size_t)at_s]++;
    }
    bootstrap(lo, hi, r, trace.count, per_s);
    assert_ok(traffic_of_requests(&m, trace.request, trace.count, &a, &e), e);
    struct traffic *t = NULL;
    assert_ok(traffic_prepare(&t, &m, &a, &e), e);
    enum { BATCHES = 8 };
    for (uint64_t batch = 0; batch < BATCHES; batch++) {
        struct arena b = { 0 };
        struct traffic_requests g[TRAFFIC_LANES] = { 0 };
        traffic_requests(g, t, 1, batch, 0, &b);
        for (int lane = 0; lane < TRAFFIC_LANES; lane++) {
            static double count[SECONDS];
            double f[FIGURES];
            struct request_figures *q =
                ARENA_NEW(&b, struct request_figures, g[lane].count);
            memset(count, 0, sizeof count);
            for (size_t i = 0; i < g[lane].count; i++) {
                const struct replay_request *x = &g[lane].request[i];
                q[i] = (struct request_figures){ (double)x->at_ns * 1e-9, x->input,
                                                 x->output };
                if (q[i].at_s < SECONDS) count[(size_t)q[i].at_s]++;
            }
            length_figures(f, q, g[lane].count);
            count_figures(f, count, SECONDS);
            for (int k = 0; k < FIGURES; k++)
                sum[k] += f[k] / (BATCHES * TRAFFIC_LANES);
        }
        arena_clear(&b);
    }
    for (int k = 0; k < FIGURES; k++) {
        if (!(sum[k] >= lo[k] && sum[k] <= hi[k])) {
            print_error("%s: %g, source %g to %g\n", name[k], sum[k], lo[k], hi[k]);
            fail();
        }
    }
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_traffic_looks_like_its_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
