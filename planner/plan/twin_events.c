#include "twin.h"

#include <math.h>

#include "parallel.h"
#include "replay.h"

/* A quota that several workloads draw on, or that requests hold for as long as they
 * run: one by one, in order of time. */

enum {
    SPAN_S = 3600,      /* in eight replicas, … */
    LEAST_SPAN_S = 900, /* … less of what is so dense */
    WARM_UP_S = 300,    /* not counted: buckets start full */
    REQUESTS = 100000,  /* wanted of a stratum */
    NEVER = 20          /* a quota so many times the mean refuses nothing */
};

struct shared {
    struct plan *plan;
    struct twin_flow *flow;
    struct traffic **traffic;
    struct twin_hours hours;
    struct admission admission;
    struct admission_rules rules;
    double *refused; /* [stratum × flows + flow], share */
    struct err failed[TWIN_STRATA];
};

/* Merged by time; equal times in the order of the flows. */
static struct replay_request *merge(uint8_t **from, size_t *count,
                                    const struct traffic_requests *r, size_t flows,
                                    const struct shared *s, struct arena *a)
{
    size_t n = 0, *at = ARENA_NEW(a, size_t, flows);
    for (size_t f = 0; f < flows; f++)
        n += r[f].count;
    struct replay_request *out = ARENA_NEW(a, struct replay_request, n + 1);
    *from = ARENA_NEW(a, uint8_t, n + 1);
    for (*count = 0; *count < n; ++*count) {
        size_t first = flows;
        for (size_t f = 0; f < flows; f++) {
            if (at[f] == r[f].count) continue;
            if (first == flows ||
                r[f].request[at[f]].at_ns < r[first].request[at[first]].at_ns)
                first = f;
        }
        struct replay_request *q = &out[*count];
        *q = r[first].request[at[first]++];
        (*from)[*count] = (uint8_t)first;
        /* who states no max_tokens reserves what comes */
        if (s->flow[first].max_tokens == 0) q->max_tokens = q->output ? q->output : 1;
    }
    return out;
}

/* What a mean second asks of the quota, its reservations included, against it. */
static bool never_binds(const struct shared *s, size_t stratum)
{
    const struct admission *a = &s->admission;
    const double minute_s = 60, ms = 1e-3;
    double tokens = 0, held = 0, requests = 0;
    for (size_t f = 0; f < s->hours.flows; f++) {
        double rate = s->hours.rate[stratum * s->hours.flows + f];
        double output = lengths_output_mean(&s->flow[f].lengths);
        requests += rate;
        tokens += rate * s->flow[f].tokens;
        held += rate * (a->ttft_ms + a->tpot_ms * output) * ms *
                (double)s->flow[f].max_tokens;
    }
    if (a->rpm > 0 && a->rpm < NEVER * requests * minute_s) return false;
    double tpm = a->quota_tpm;
    if (a->kind == CAPACITY_UNITS) tpm = fmin(a->input_tpm, a->output_tpm);
    return tpm > NEVER * (tokens * minute_s + held);
}

static double span_of(const struct shared *s, size_t stratum)
{
    double rate = 0;
    for (size_t f = 0; f < s->hours.flows; f++)
        rate += s->hours.rate[stratum * s->hours.flows + f];
    return fmin(SPAN_S, fmax(LEAST_SPAN_S, REQUESTS / (TRAFFIC_LANES * rate)));
}

struct tally {
    double refused, all;
};

static void judge_lane(struct tally *tally, struct shared *s,
                       const struct traffic_requests *r, size_t replica,
                       struct arena *a, struct err *e)
{
    const double ns = 1e9;
    uint8_t *from = NULL;
    size_t n = 0;
    struct replay_request *q = merge(&from, &n, r, s->hours.flows, s, a);
    uint8_t *outcome = ARENA_NEW(a, uint8_t, n + 1);
    struct replay_result result;
    if (replay_run(&result, &s->rules, q, n, replica, outcome, a, e)) return;
    for (size_t i = 0; i < n; i++) {
        if ((double)q[i].at_ns < WARM_UP_S * ns) continue;
        tally[from[i]].all++;
        tally[from[i]].refused += outcome[i] != OUTCOME_ADMITTED;
    }
}

static void stratum_job(void *context, size_t stratum, int thread)
{
    (void)thread;
    struct shared *s = context;
    size_t flows = s->hours.flows;
    struct arena a = { .on_exhausted = s->plan->arena->on_exhausted };
    if (never_binds(s, stratum)) return;
    struct traffic_requests(*r)[TRAFFIC_LANES] =
        (void *)ARENA_NEW(&a, struct traffic_requests, flows * TRAFFIC_LANES);
    struct tally *tally = ARENA_NEW(&a, struct tally, flows);
    double span_s = span_of(s, stratum);
    for (size_t f = 0; f < flows; f++) {
        double rate = s->hours.rate[stratum * flows + f];
        if (rate <= 0) continue;
        traffic_requests(r[f], traffic_at_rate(s->traffic[f], rate, span_s, &a),
                         (uint64_t)s->plan->config.plan.seed,
                         stratum + TWIN_STRATA * s->flow[f].workload,
                         s->flow[f].max_tokens, &a);
    }
    for (size_t lane = 0; lane < TRAFFIC_LANES; lane++) {
        struct traffic_requests *of = ARENA_NEW(&a, struct traffic_requests, flows);
        for (size_t f = 0; f < flows; f++)
            of[f] = r[f][lane];
        judge_lane(tally, s, of, stratum * TRAFFIC_LANES + lane, &a,
                   &s->failed[stratum]);
    }
    for (size_t f = 0; f < flows; f++)
        if (tally[f].all > 0)
            s->refused[stratum * flows + f] = tally[f].refused / tally[f].all;
    arena_clear(&a);
}

enum err_code twin_events(double *share, struct plan *p,
                          const struct plan_option *const *option, size_t count,
                          const struct admission *capacity, struct err *e)
{
    struct shared s = { .plan = p,
                        .flow = ARENA_NEW(p->arena, struct twin_flow, count),
                        .traffic = ARENA_NEW(p->arena, struct traffic *, count),
                        .refused = ARENA_NEW(p->arena, double, TWIN_STRATA *count),
                        .admission = *capacity };
    s.admission.reserve = RESERVE_MAX; /* every request says how much */
    if (s.admission.max_tokens == 0) s.admission.max_tokens = 1;
    for (size_t f = 0; f < count; f++) {
        share[f] = 0;
        twin_flow(&s.flow[f], p, option[f], capacity->kind == CAPACITY_QUOTA);
    }
    twin_hours(&s.hours, p, s.flow, count);
    if (admission_rules(&s.rules, &s.admission, e)) return e->code;
    for (size_t f = 0; f < count; f++)
        if (twin_traffic(&s.traffic[f], p, &s.flow[f], SPAN_S, e)) return e->code;
    parallel_run(TWIN_STRATA, p->threads, stratum_job, &s);
    for (size_t i = 0; i < TWIN_STRATA * count; i++)
        share[i % count] += s.hours.weight[i] * s.refused[i];
    for (size_t k = 0; k < TWIN_STRATA; k++) {
        if (!s.failed[k].code) continue;
        *e = s.failed[k];
        return e->code;
    }
    return OK;
}
