#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "gsl_quiet.h"
#include "lanes.h"
#include "parallel.h"
#include "sizing.h"

/* One replica under one capacity. */
struct verdict {
    double requests, throttled, oversize, wait_ms[WAITS];
    double utilisation[ADMISSION_BUCKETS];
};

struct judging {
    const struct sizing *s;
    const struct admission_rules *capacity;
    size_t capacities;
    double span_s;
    enum lanes_path path;
    struct verdict *verdict; /* [capacity][replica] */
    struct err *failed;      /* by batch */
};

static size_t replicas_of(const struct sizing *s)
{
    return (size_t)s->batches * TRAFFIC_LANES;
}

static double utilisation(const struct bucket_rule *r, double input, double output,
                          double admitted, double span_s)
{
    const double milli = 1000;
    double charged = (double)r->input * input + (double)r->settled * output +
                     (double)r->request * admitted;
    return charged / milli / (r->rate / (double)r->period_s * span_s);
}

static void judge_in_lanes(struct judging *j, size_t batch, struct arena *a)
{
    struct lanes_result *got = ARENA_NEW(a, struct lanes_result, j->capacities);
    lanes_run(got, j->capacity, j->capacities, j->s->traffic, j->s->seed, batch,
              j->path, a);
    for (size_t c = 0; c < j->capacities; c++)
        for (size_t lane = 0; lane < TRAFFIC_LANES; lane++) {
            struct verdict *v =
                &j->verdict[c * replicas_of(j->s) + batch * TRAFFIC_LANES + lane];
            double admitted = got[c].admitted[lane];
            *v = (struct verdict){ .requests = got[c].requests[lane],
                                   .oversize = got[c].oversize[lane] };
            v->throttled = v->requests - admitted - v->oversize;
            for (int k = 0; k < j->capacity[c].count; k++) {
                v->utilisation[k] =
                    utilisation(&j->capacity[c].rule[k], got[c].input_tokens[lane],
                                got[c].output_tokens[lane], admitted, j->span_s);
            }
        }
}

static void judge_by_event(struct judging *j, size_t batch, struct arena *a)
{
    struct traffic_requests r[TRAFFIC_LANES] = { 0 };
    traffic_requests(r, j->s->traffic, j->s->seed, batch, 0, a);
    for (size_t c = 0; c < j->capacities; c++)
        for (size_t lane = 0; lane < TRAFFIC_LANES; lane++) {
            struct replay_result got;
            size_t replica = batch * TRAFFIC_LANES + lane;
            struct verdict *v = &j->verdict[c * replicas_of(j->s) + replica];
            if (replay_run(&got, &j->capacity[c], r[lane].request, r[lane].count,
                           j->s->seed + replica, NULL, a, &j->failed[batch])) {
                return;
            }
            *v = (struct verdict){ .requests = (double)got.requests,
                                   .throttled = (double)got.throttled,
                                   .oversize = (double)got.oversize };
            memcpy(v->wait_ms, got.wait_ms, sizeof v->wait_ms);
            for (int k = 0; k < j->capacity[c].count; k++) {
                v->utilisation[k] = utilisation(
                    &j->capacity[c].rule[k], (double)got.input_tokens,
                    (double)got.output_tokens, (double)got.admitted, j->span_s);
            }
        }
}

static void job(void *context, size_t batch, int thread)
{
    struct judging *j = context;
    struct arena scratch = { .on_exhausted = j->s->arena->on_exhausted };
    bool lanes = true;
    (void)thread;
    for (size_t c = 0; c < j->capacities; c++)
        lanes = lanes && lanes_can_judge(&j->capacity[c]);
    if (lanes)
        judge_in_lanes(j, batch, &scratch);
    else
        judge_by_event(j, batch, &scratch);
    arena_clear(&scratch);
}

/* Mean and interval of throttled × t + oversize × o as a share of requests. */
static struct sizing_share share_of(const struct verdict *v, size_t n, double t,
                                    double o)
{
    const double confidence = 0.975, rule_of_three = 3;
    double sum = 0, squares = 0, requests = 0;
    for (size_t i = 0; i < n; i++)
        requests += v[i].requests;
    for (size_t i = 0; i < n; i++) {
        /* weighted by length, so that the mean is that of all requests */
        double refused = t * v[i].throttled + o * v[i].oversize;
        sum += refused;
    }
    double mean = requests > 0 ? sum / requests : 0;
    for (size_t i = 0; i < n; i++) { /* of a ratio: residuals */
        double refused = t * v[i].throttled + o * v[i].oversize;
        double off = refused - mean * v[i].requests;
        squares += off * off;
    }
    double k = (double)n, error = 0;
    if (n > 1 && requests > 0) error = sqrt(squares * k / (k - 1)) / requests;
    double half = n > 1 ? gsl_cdf_tdist_Pinv(confidence, k - 1) * error : 1;
    double most = requests > 0 ? rule_of_three / requests : 1;
    struct sizing_share s = { mean, fmax(0, mean - half), fmin(1, mean + half) };
    s.hi = fmax(s.hi, fmin(1, most));
    return s;
}

static struct sizing_point point_of(const struct verdict *v, size_t n)
{
    struct sizing_point p = { .refused = share_of(v, n, 1, 1),
                              .throttled = share_of(v, n, 1, 0),
                              .oversize = share_of(v, n, 0, 1).mean };
    double waits = 0;
    for (size_t i = 0; i < n; i++) {
        p.requests += v[i].requests;
        for (int k = 0; k < ADMISSION_BUCKETS; k++)
            p.utilisation[k] += v[i].utilisation[k] / (double)n;
        if (isnan(v[i].wait_ms[WAIT_MAX])) continue;
        waits++;
        for (int w = 0; w < WAITS; w++)
            p.wait_ms[w] += v[i].wait_ms[w];
    }
    for (int w = 0; w < WAITS; w++)
        p.wait_ms[w] /= waits; /* NaN when nothing was admitted anywhere */
    return p;
}

enum err_code sizing_judge(struct sizing_point *out, const struct admission *capacity,
                           size_t n, const struct sizing *s, struct err *e)
{
    struct arena scratch = { .on_exhausted = s->arena->on_exhausted };
    size_t replicas = replicas_of(s);
    struct admission_rules *rules = ARENA_NEW(&scratch, struct admission_rules, n + 1);
    struct judging j = {
        .s = s,
        .capacity = rules,
        .capacities = n,
        .span_s = traffic_span_s(s->traffic),
        .path = lanes_best(),
        .verdict = ARENA_NEW(&scratch, struct verdict, n * replicas + 1),
        .failed = ARENA_NEW(&scratch, struct err, (size_t)s->batches + 1),
    };
    sim_quiet_gsl();
    for (size_t c = 0; c < n; c++)
        if (admission_rules(&rules[c], &capacity[c], e)) goto done;
    parallel_run((size_t)s->batches, s->threads, job, &j);
    for (int b = 0; b < s->batches; b++)
        if (j.failed[b].code) {
            *e = j.failed[b];
            goto done;
        }
    for (size_t c = 0; c < n; c++)
        out[c] = point_of(&j.verdict[c * replicas], replicas);
done:
    arena_clear(&scratch);
    return e->code;
}

bool sizing_meets(const struct sizing_point *p, const struct sizing *s)
{
    return p->refused.hi < s->target;
}
