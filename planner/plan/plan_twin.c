#include "twin.h"

#include <math.h>
#include <string.h>

#include "lanes.h"
#include "parallel.h"

/* How much of a workload the default quotas refuse, second by second: traffic with the
 * workload's burstiness and lengths is made for representative hours of the paths and
 * run against the token bucket of every quota. */

enum {
    SPAN_S = 3600,      /* in eight replicas, … */
    LEAST_SPAN_S = 600, /* … less of what is so dense */
    REQUESTS = 2000000, /* at most of a stratum, above that span */
    NEVER = 20          /* a quota so many times the mean rate refuses nothing */
};

struct twin {
    struct plan *plan;
    size_t workload;
    const struct admission_rules *rules;
    size_t count; /* of rules */
    struct twin_hours hours;
    double *refused;               /* [stratum × count + rule], share of requests */
    const struct traffic *traffic; /* at any rate */
};

static bool same_rules(const struct admission_rules *a, const struct admission_rules *b)
{
    if (a->count != b->count) return false;
    for (int k = 0; k < a->count; k++) {
        const struct bucket_rule *x = &a->rule[k], *y = &b->rule[k];
        if (x->rate != y->rate || x->period_s != y->period_s || x->input != y->input ||
            x->reserved != y->reserved || x->settled != y->settled ||
            x->request != y->request)
            return false;
    }
    return a->reserve == b->reserve && a->max_tokens == b->max_tokens;
}

/* Whether an option draws on a quota at all, and which is known. */
static bool has_quota(const struct plan_option *o)
{
    if (o->unit || o->reserved || !o->priced) return false;
    if (o->buy.kind != BUY_TOKENS && o->buy.kind != BUY_DEPLOYMENT) return false;
    return o->quota.tokens_per_min > 0 || o->quota.requests_per_min > 0;
}

/* The quota of an option, in the workload's own tokens: what a request charges beside
 * its tokens is spread over its mean input. What max_tokens reserves returns at once.
 * False where nothing is charged. */
static bool rules_of(struct admission_rules *out, const struct plan *p,
                     const struct plan_option *o)
{
    const double unlimited_tpm = 1e12;
    const struct plan_workload *w = &p->workload[o->workload];
    struct err e = { 0 };
    double input = o->charged_per_input + o->charged_per_request / w->demand.input_mean;
    if (input <= 0) return false;
    struct admission a = { .kind = CAPACITY_QUOTA,
                           .quota_tpm = unlimited_tpm,
                           .rpm = (double)o->quota.requests_per_min,
                           .burndown = o->charged_per_output / input,
                           .window_s = TWIN_WINDOW_S,
                           .reserve = RESERVE_ACTUAL,
                           .retry = RETRY_NONE };
    if (o->quota.tokens_per_min > 0)
        a.quota_tpm = (double)o->quota.tokens_per_min / input;
    if (w->settings->max_tokens > 0) {
        a.reserve = RESERVE_MAX;
        a.max_tokens = llround(fmax(1, (double)w->settings->max_tokens / input));
    }
    return admission_rules(out, &a, &e) == OK;
}

static void twin_stratum(void *context, size_t stratum, int thread)
{
    (void)thread;
    struct twin *t = context;
    struct arena a = { .on_exhausted = t->plan->arena->on_exhausted };
    struct lanes_result *result = ARENA_NEW(&a, struct lanes_result, t->count);
    double rate = t->hours.rate[stratum];
    double span_s = fmax(LEAST_SPAN_S, REQUESTS / (TRAFFIC_LANES * fmax(rate, 1e-9)));
    if (rate > 0)
        lanes_run(result, t->rules, t->count,
                  traffic_at_rate(t->traffic, rate, fmin(SPAN_S, span_s), &a),
                  (uint64_t)t->plan->config.plan.seed,
                  stratum + TWIN_STRATA * t->workload, lanes_best(), &a);
    for (size_t i = 0; i < t->count; i++) {
        double all = 0, admitted = 0;
        for (int l = 0; l < TRAFFIC_LANES; l++) {
            all += result[i].requests[l];
            admitted += result[i].admitted[l];
        }
        if (all > 0) t->refused[stratum * t->count + i] = 1 - admitted / all;
    }
    arena_clear(&a);
}

/* The largest rate a quota could be asked for, against which it is never short. */
static bool never_binds(const struct plan *p, const struct plan_option *o, double rate)
{
    const struct demand_spec *d = &p->workload[o->workload].demand;
    double tokens = o->charged_per_request + o->charged_per_input * d->input_mean +
                    o->charged_per_output * d->output_mean;
    bool calls = o->quota.requests_per_min > 0 &&
                 (double)o->quota.requests_per_min < NEVER * rate * 60;
    if (calls) return false;
    if (o->quota.tokens_per_min <= 0) return true;
    /* what is reserved must fit once */
    tokens = fmax(tokens, (double)p->workload[o->workload].settings->max_tokens / 60);
    return (double)o->quota.tokens_per_min > NEVER * fmax(rate * 60, 1) * tokens;
}

/* Workloads on one model share its quota: an option of another workload that would draw
 * on the same one, or NULL. */
static const struct plan_option *sharer(const struct plan *p,
                                        const struct plan_option *o, size_t workload)
{
    for (size_t i = 0; i < p->options && workload != o->workload; i++) {
        const struct plan_option *x = &p->option[i];
        if (x->workload == workload && x->routing == o->routing &&
            x->buy.kind == o->buy.kind && has_quota(x) &&
            strcmp(x->region, o->region) == 0 && strcmp(x->model.id, o->model.id) == 0)
            return x;
    }
    return NULL;
}

static size_t sharers(const struct plan_option **out, const struct plan *p,
                      const struct plan_option *o)
{
    size_t n = 0;
    for (size_t w = 0; w < p->workloads; w++) {
        const struct plan_option *x = sharer(p, o, w);
        if (x) out[n++] = x;
    }
    return n;
}

/* How long reservations are held is said with every quota. */
static void say_reservation(struct plan *p, struct plan_option *o)
{
    const struct candidate_settings *c = o->candidate;
    long long max_tokens = (long long)p->workload[o->workload].settings->max_tokens;
    if (c->ttft_ms > 0 || c->tpot_ms > 0)
        notes_add(&o->assumptions, p->arena,
                  "a request holds %s%lld tokens of the quota for %g ms and %g ms a "
                  "token of its answer",
                  max_tokens ? "max_tokens of " : "its answer's, at least ",
                  max_tokens ? max_tokens : 1, c->ttft_ms, c->tpot_ms);
    else if (max_tokens)
        notes_add(&o->assumptions, p->arena,
                  "what max_tokens of %lld reserves of the quota returns at once: "
                  "ttft_ms and tpot_ms of the candidate would say how long it is held",
                  max_tokens);
}

/* Options that share a quota or hold it for a while: each one's requests followed. */
static enum err_code by_event(bool *done, struct plan *p, struct plan_option *o,
                              struct err *e)
{
    const struct plan_option **all =
        ARENA_NEW(p->arena, const struct plan_option *, p->workloads + 1);
    const struct plan_option **other = all + 1;
    size_t n = sharers(other, p, o);
    o->quota_shared = n > 0;
    *done = n > 0 || o->candidate->ttft_ms > 0 || o->candidate->tpot_ms > 0;
    if (!*done) return OK;
    for (size_t i = 0; i < n; i++)
        notes_add(&o->assumptions, p->arena,
                  "shares its quota with %s of workload %s: as if both were chosen",
                  plan_option_name(p, other[i]),
                  p->workload[other[i]->workload].settings->name);
    struct admission quota = twin_quota(p, o);
    double *share = ARENA_NEW(p->arena, double, n + 1);
    all[0] = o;
    if (twin_events(share, p, all, n + 1, &quota, e)) return e->code;
    o->throttled_share = share[0];
    return OK;
}

/* Options of one workload and the distinct quotas they are judged by. */
static enum err_code list_rules(struct plan *p, struct twin *t,
                                struct admission_rules *rules, size_t *rule_of,
                                struct err *e)
{
    for (size_t i = 0; i < p->options; i++) {
        struct plan_option *o = &p->option[i];
        struct admission_rules r;
        bool done;
        rule_of[i] = SIZE_MAX;
        if (o->workload != t->workload) continue;
        o->throttled_share = -1;
        if (!has_quota(o)) continue;
        o->throttled_share = 0;
        if (!rules_of(&r, p, o)) continue;
        say_reservation(p, o);
        if (by_event(&done, p, o, e)) return e->code;
        if (done || never_binds(p, o, t->hours.rate[TWIN_STRATA - 1])) continue;
        size_t k = 0;
        while (k < t->count && !same_rules(&rules[k], &r))
            k++;
        if (k == t->count) rules[t->count++] = r;
        rule_of[i] = k;
    }
    return OK;
}

static enum err_code twin_workload(struct plan *p, size_t w, struct err *e)
{
    struct admission_rules *rules =
        ARENA_NEW(p->arena, struct admission_rules, p->options);
    size_t *rule_of = ARENA_NEW(p->arena, size_t, p->options);
    struct twin_flow flow = {
        .workload = w, .part = 1, .tokens = 1, .lengths = p->workload[w].lengths
    };
    struct twin t = { .plan = p, .workload = w, .rules = rules };
    struct traffic *traffic;
    twin_hours(&t.hours, p, &flow, 1);
    if (list_rules(p, &t, rules, rule_of, e)) return e->code;
    if (t.count == 0) return OK;
    if (twin_traffic(&traffic, p, &flow, SPAN_S, e)) return e->code;
    t.traffic = traffic;
    t.refused = ARENA_NEW(p->arena, double, TWIN_STRATA *t.count);
    parallel_run(TWIN_STRATA, p->threads, twin_stratum, &t);
    for (size_t i = 0; i < p->options; i++) {
        double share = 0;
        if (rule_of[i] == SIZE_MAX) continue;
        for (size_t k = 0; k < TWIN_STRATA; k++)
            share += t.hours.weight[k] * t.refused[k * t.count + rule_of[i]];
        p->option[i].throttled_share = share;
    }
    return OK;
}

enum err_code plan_twin(struct plan *p, struct err *e)
{
    for (size_t w = 0; w < p->workloads; w++)
        if (twin_workload(p, w, e))
            return err_wrap(e, "[workload %s]: ", p->workload[w].settings->name);
    return OK;
}
