#include "plan_hours.h"

#include <math.h>
#include <stdlib.h>

#include "lanes.h"
#include "parallel.h"
#include "traffic.h"

/* How much of a workload the default quotas refuse, second by second: traffic with the
 * workload's burstiness and lengths is made for representative hours of the paths and
 * run against the token bucket of every quota. Hourly means alone would miss what a
 * burst costs inside the hour. */

enum {
    SAMPLED_PATHS = 64,
    STRATA = 32,
    BULK = 24, /* strata of equal width below … */
    WINDOW_S = 60,
    SPAN_S = 3600, /* in eight replicas */
    NEVER = 20     /* a quota so many times the mean rate refuses nothing */
};
static const double BULK_SHARE =
    0.9; /* … this quantile; above, each takes half of the rest */

struct twin {
    struct plan *plan;
    size_t workload;
    const struct admission_rules *rules;
    size_t count;                  /* of rules */
    const double *rate;            /* requests a second, by stratum */
    double *refused;               /* [stratum × count + rule], share of requests */
    const struct traffic *traffic; /* at any rate */
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Upper ends of the strata, as quantiles of all hours; the last is 1. */
static void stratum_ends(double end[STRATA])
{
    double above = 1 - BULK_SHARE;
    for (int k = 0; k < STRATA; k++) {
        if (k < BULK)
            end[k] = BULK_SHARE * (k + 1) / BULK;
        else
            end[k] = 1 - (above *= k + 1 < STRATA ? 0.5 : 0);
    }
}

/* Mean rate and share of all requests of each stratum of the hours of some paths. */
static void strata(struct plan *p, size_t w, double rate[STRATA], double weight[STRATA])
{
    struct arena scratch = { .on_exhausted = p->arena->on_exhausted };
    size_t paths = p->paths < SAMPLED_PATHS ? p->paths : SAMPLED_PATHS,
           hours = (size_t)p->hours;
    struct demand_hours h = plan_hours_alloc(p, &scratch);
    double *all = ARENA_NEW(&scratch, double, paths *hours), total = 0, end[STRATA];
    for (size_t i = 0; i < paths; i++) {
        plan_draw(p, w, i, &h); /* the first ones: spread evenly over every driver */
        for (size_t k = 0; k < hours; k++)
            all[i * hours + k] = h.requests[k] / 3600;
    }
    qsort(all, paths * hours, sizeof *all, ascending);
    stratum_ends(end);
    size_t from = 0;
    for (int k = 0; k < STRATA; k++) {
        size_t to = (size_t)nearbyint(end[k] * (double)(paths * hours));
        double sum = 0;
        for (size_t i = from; i < to; i++)
            sum += all[i];
        rate[k] = to > from ? sum / (double)(to - from) : 0;
        weight[k] = sum;
        total += sum;
        from = to > from ? to : from;
    }
    for (int k = 0; k < STRATA; k++)
        weight[k] = total > 0 ? weight[k] / total : 0;
    arena_clear(&scratch);
}

static bool same_rules(const struct admission_rules *a, const struct admission_rules *b)
{
    if (a->count != b->count) return false;
    for (int k = 0; k < a->count; k++) {
        const struct bucket_rule *x = &a->rule[k], *y = &b->rule[k];
        if (x->rate != y->rate || x->period_s != y->period_s || x->input != y->input ||
            x->reserved != y->reserved || x->request != y->request)
            return false;
    }
    return true;
}

/* The quota of an option, in the workload's own tokens: what a request charges beside
 * its tokens is spread over its mean input. False where there is none to judge by. */
static bool rules_of(struct admission_rules *out, const struct plan *p,
                     const struct plan_option *o)
{
    struct err e = { 0 };
    double input = o->charged_per_input +
                   o->charged_per_request / p->workload[o->workload].demand.input_mean;
    if (o->unit || o->reserved || !o->priced || input <= 0) return false;
    if (o->quota.tokens_per_min <= 0) return false;
    struct admission a = { .kind = CAPACITY_QUOTA,
                           .quota_tpm = (double)o->quota.tokens_per_min / input,
                           .rpm = (double)o->quota.requests_per_min,
                           .burndown = o->charged_per_output / input,
                           .window_s = WINDOW_S,
                           .reserve = RESERVE_ACTUAL,
                           .retry = RETRY_NONE };
    return admission_rules(out, &a, &e) == OK;
}

static void twin_stratum(void *context, size_t stratum, int thread)
{
    (void)thread;
    struct twin *t = context;
    struct arena a = { .on_exhausted = t->plan->arena->on_exhausted };
    struct lanes_result *result = ARENA_NEW(&a, struct lanes_result, t->count);
    if (t->rate[stratum] > 0)
        lanes_run(result, t->rules, t->count,
                  traffic_at_rate(t->traffic, t->rate[stratum], &a),
                  (uint64_t)t->plan->config.plan.seed, stratum, lanes_best(), &a);
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

/* The burstiness that was measured, at the workload's rate; Poisson where none was. */
static enum err_code prepare(struct twin *t, struct err *e)
{
    struct plan *p = t->plan;
    const struct plan_workload *k = &p->workload[t->workload];
    struct traffic_model m = { .lengths = &k->lengths,
                               .batch_mean = 1,
                               .span_s = SPAN_S,
                               .requests_per_s = k->measured_requests_per_s };
    struct traffic *ready;
    if (m.requests_per_s > 0) {
        if (traffic_fit(&m, k->measured_dispersion, k->measured_span_s, e))
            return e->code;
    } else {
        m.requests_per_s = k->demand.requests_per_day / 86400;
    }
    if (traffic_prepare(&ready, &m, p->arena, e)) return e->code;
    t->traffic = ready;
    return OK;
}

/* The largest rate a quota could be asked for, against which it is never short. */
static bool never_binds(const struct plan *p, const struct plan_option *o, double rate)
{
    const struct demand_spec *d = &p->workload[o->workload].demand;
    double tokens = o->charged_per_request + o->charged_per_input * d->input_mean +
                    o->charged_per_output * d->output_mean;
    bool calls = o->quota.requests_per_min > 0 &&
                 (double)o->quota.requests_per_min < NEVER * rate * 60;
    return !calls && (double)o->quota.tokens_per_min > NEVER * rate * 60 * tokens;
}

/* Options of one workload and the distinct quotas they are judged by. */
static size_t list_rules(struct plan *p, struct twin *t, struct admission_rules *rules,
                         size_t *rule_of)
{
    size_t found = 0;
    for (size_t i = 0; i < p->options; i++) {
        struct plan_option *o = &p->option[i];
        struct admission_rules r;
        rule_of[i] = SIZE_MAX;
        if (o->workload != t->workload || !rules_of(&r, p, o)) continue;
        o->throttled_share = o->quota_shared ? o->throttled_share : 0;
        if (never_binds(p, o, t->rate[STRATA - 1])) continue;
        size_t k = 0;
        while (k < t->count && !same_rules(&rules[k], &r))
            k++;
        if (k == t->count) rules[t->count++] = r;
        rule_of[i] = k;
        found++;
    }
    return found;
}

static enum err_code twin_workload(struct plan *p, size_t w, struct err *e)
{
    double rate[STRATA], weight[STRATA];
    struct admission_rules *rules =
        ARENA_NEW(p->arena, struct admission_rules, p->options);
    size_t *rule_of = ARENA_NEW(p->arena, size_t, p->options);
    struct twin t = { .plan = p, .workload = w, .rules = rules, .rate = rate };
    strata(p, w, rate, weight);
    if (!list_rules(p, &t, rules, rule_of)) return OK;
    if (prepare(&t, e)) return e->code;
    t.refused = ARENA_NEW(p->arena, double, STRATA *t.count);
    parallel_run(STRATA, p->threads, twin_stratum, &t);
    for (size_t i = 0; i < p->options; i++) {
        struct plan_option *o = &p->option[i];
        double share = 0;
        if (rule_of[i] == SIZE_MAX) continue;
        for (size_t k = 0; k < STRATA; k++)
            share += weight[k] * t.refused[k * t.count + rule_of[i]];
        /* where others fill the same quota, the hours of all of them say more */
        if (!o->quota_shared || share > o->throttled_share) o->throttled_share = share;
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
