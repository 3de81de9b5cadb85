#include "plan_burst.h"

#include <math.h>
#include <string.h>

#include "parallel.h"

enum {
    SPAN_S = 3600,
    REQUESTS = 200000,
    LEAST_SPAN_S = 600,
    REQUESTS_BY_EVENT = 50000
};

struct trial {
    struct plan *plan;
    const struct plan_option *option;
    const struct traffic *traffic;
    const struct twin_hours *hours;
    struct plan_burst *burst;
    double requests[TWIN_STRATA];
    struct err failed[TWIN_STRATA];
};

/* From half the demand to three times it, whole numbers. */
static void list_tried(int64_t tried[BURST_TRIED], double demand)
{
    const double least = 0.5, step = 1.12;
    double next = fmax(1, floor(least * demand));
    for (int i = 0; i < BURST_TRIED; i++) {
        tried[i] = (int64_t)next;
        next = fmax(next + 1, floor(next * step));
    }
}

/* Held reservations: one by one, and no more units once none is refused. */
static void try_by_event(struct trial *t, size_t stratum,
                         const struct admission_rules *rules,
                         const struct traffic *traffic, struct arena *a)
{
    struct traffic_requests r[TRAFFIC_LANES] = { 0 };
    bool refused = true;
    traffic_requests(r, traffic, (uint64_t)t->plan->config.plan.seed,
                     stratum + TWIN_STRATA * t->option->workload, 0, a);
    for (int l = 0; l < TRAFFIC_LANES; l++)
        t->requests[stratum] += (double)r[l].count;
    for (int i = 0; i < BURST_TRIED && refused; i++) {
        refused = false;
        for (int l = 0; l < TRAFFIC_LANES; l++) {
            struct replay_result got;
            if (r[l].count == 0) continue;
            if (replay_run(&got, &rules[i], r[l].request, r[l].count, 0, NULL, a,
                           &t->failed[stratum]))
                return;
            double out = (double)(got.requests - got.admitted);
            t->burst->refused[stratum][i][l] = out / (double)got.requests;
            refused |= out > 0;
        }
    }
}

static void try_in_lanes(struct trial *t, size_t stratum,
                         const struct admission_rules *rules,
                         const struct traffic *traffic, struct arena *a)
{
    struct lanes_result result[BURST_TRIED];
    lanes_run(result, rules, BURST_TRIED, traffic, (uint64_t)t->plan->config.plan.seed,
              stratum + TWIN_STRATA * t->option->workload, lanes_best(), a);
    for (int i = 0; i < BURST_TRIED; i++)
        for (int l = 0; l < TRAFFIC_LANES; l++) {
            double all = result[i].requests[l];
            if (all > 0)
                t->burst->refused[stratum][i][l] = 1 - result[i].admitted[l] / all;
            if (i == 0) t->requests[stratum] += all;
        }
}

static void stratum_job(void *context, size_t stratum, int thread)
{
    (void)thread;
    struct trial *t = context;
    struct arena a = { .on_exhausted = t->plan->arena->on_exhausted };
    struct admission_rules rules[BURST_TRIED];
    double rate = t->hours->rate[stratum];
    if (rate <= 0) return;
    for (int i = 0; i < BURST_TRIED; i++) {
        struct admission units =
            twin_units(t->plan, t->option, t->burst->tried[stratum][i]);
        if (admission_rules(&rules[i], &units, &t->failed[stratum])) return;
    }
    bool lanes = lanes_can_judge(&rules[0]);
    double requests = lanes ? REQUESTS : REQUESTS_BY_EVENT;
    double span_s = fmax(LEAST_SPAN_S, requests / (TRAFFIC_LANES * rate));
    const struct traffic *traffic =
        traffic_at_rate(t->traffic, rate, fmin(SPAN_S, span_s), &a);
    if (lanes)
        try_in_lanes(t, stratum, rules, traffic, &a);
    else
        try_by_event(t, stratum, rules, traffic, &a);
    arena_clear(&a);
}

static double mean_refused(const struct plan_burst *b, int stratum, int tried)
{
    double sum = 0;
    for (int l = 0; l < TRAFFIC_LANES; l++)
        sum += b->refused[stratum][tried][l];
    return sum / TRAFFIC_LANES;
}

/* Of any number of units in an hour of this kind; between two that were tried as the
 * crow flies, beyond them as the last. `lane` < 0: the mean. */
static double stratum_share(const struct plan_burst *b, int stratum, double units,
                            int lane)
{
    const int64_t *n = b->tried[stratum];
    double fluid = b->demand[stratum] > 0 ? 1 - units / b->demand[stratum] : 0, share;
    int i = 0;
    if (units < (double)n[0]) return fmax(0, fluid);
    while (i + 1 < BURST_TRIED && (double)n[i + 1] <= units)
        i++;
    share = lane < 0 ? mean_refused(b, stratum, i) : b->refused[stratum][i][lane];
    if (i + 1 == BURST_TRIED) return share;
    double next =
        lane < 0 ? mean_refused(b, stratum, i + 1) : b->refused[stratum][i + 1][lane];
    double part = (units - (double)n[i]) / (double)(n[i + 1] - n[i]);
    return share + part * (next - share);
}

static void fill_rows(struct plan_burst *b, int64_t rows, struct arena *a)
{
    b->rows = rows;
    b->row = ARENA_NEW(a, struct burst_row, (size_t)rows);
    for (int64_t n = 1; n <= rows; n++) {
        struct burst_row *r = &b->row[n - 1];
        int safe = -1;
        for (int k = 0; k < TWIN_STRATA; k++)
            r->share[k] = stratum_share(b, k, (double)n, -1);
        while (safe + 1 < TWIN_STRATA && r->share[safe + 1] <= 0)
            safe++;
        if (safe >= 0) r->safe = fmin(b->demand[safe], (double)n);
    }
}

double plan_burst_share(const struct plan_burst *b, double demand, int64_t units)
{
    const int last = TWIN_STRATA - 1;
    if (units < 1) return demand > 0 ? 1 : 0;
    if (units > b->rows) units = b->rows;
    const struct burst_row *r = &b->row[units - 1];
    if (demand <= r->safe) return 0;
    double fluid = fmax(0, 1 - (double)units / demand), share;
    if (demand >= b->demand[last]) {
        /* beyond all kinds: as the last, with as many units in proportion */
        double scale = b->demand[last] > 0 ? b->demand[last] / demand : 1;
        share = stratum_share(b, last, (double)units * scale, -1);
    } else {
        int lo = 0, hi = last;
        while (hi - lo > 1) {
            int mid = (lo + hi) / 2;
            *(b->demand[mid] <= demand ? &lo : &hi) = mid;
        }
        double room = b->demand[hi] - b->demand[lo];
        double part = room > 0 ? fmax(0, (demand - b->demand[lo]) / room) : 0;
        share = r->share[lo] + part * (r->share[hi] - r->share[lo]);
    }
    return fmin(1, fmax(fluid, share));
}

int64_t plan_burst_units(const struct plan_burst *b, double demand, double allowed)
{
    int64_t n = (int64_t)ceil(demand);
    if (n < 1) n = demand > 0;
    while (n > 0 && n < b->rows && plan_burst_share(b, demand, n) > allowed)
        n++;
    return n;
}

void plan_burst_total(double *mean, double *hi, const struct plan_burst *b,
                      int64_t units)
{
    /* Student's t, 97.5 %, for the 8 lanes */
    const double t_of_7 = 2.364624251592784, rule_of_three = 3;
    _Static_assert(TRAFFIC_LANES == 8, "another t");
    double lane[TRAFFIC_LANES] = { 0 }, squares = 0;
    *mean = 0;
    for (int l = 0; l < TRAFFIC_LANES; l++) {
        for (int k = 0; k < TWIN_STRATA; k++)
            lane[l] += b->weight[k] * stratum_share(b, k, (double)units, l);
        *mean += lane[l] / TRAFFIC_LANES;
    }
    for (int l = 0; l < TRAFFIC_LANES; l++)
        squares += (lane[l] - *mean) * (lane[l] - *mean);
    double error = sqrt(squares / (TRAFFIC_LANES - 1) / TRAFFIC_LANES);
    *hi = *mean + t_of_7 * error;
    if (b->requests > 0) *hi = fmax(*hi, rule_of_three / b->requests);
}

/* Another option of the same workload that needs as many units. */
static const struct plan_burst *same_rate(const struct plan *p,
                                          const struct plan_option *o)
{
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *x = &p->option[i];
        if (x->burst && x->workload == o->workload && x->candidate == o->candidate)
            return x->burst;
    }
    return NULL;
}

/* Of every option of the candidate. */
static void say_reservation(struct plan *p, const struct plan_option *o)
{
    const struct candidate_settings *c = o->candidate;
    int64_t max_tokens = p->workload[o->workload].settings->max_tokens;
    const char *held = c->ttft_ms > 0 || c->tpot_ms > 0
                           ? arena_printf(p->arena, "for %g ms and %g ms a token",
                                          c->ttft_ms, c->tpot_ms)
                           : "for no time (ttft_ms, tpot_ms)";
    for (size_t i = 0; i < p->options; i++) {
        struct plan_option *x = &p->option[i];
        if (x->candidate != c || !x->unit) continue;
        notes_add(&x->assumptions, p->arena,
                  "what its units refuse: traffic generated second by second, a window "
                  "of %d s, refill continuous",
                  TWIN_WINDOW_S);
        if (max_tokens)
            notes_add(&x->assumptions, p->arena,
                      "a request reserves max_tokens of %lld of its units' output %s",
                      (long long)max_tokens, held);
    }
}

enum err_code plan_burst(struct plan *p, struct plan_option *o, struct err *e)
{
    enum { MOST_ROWS = 16384 };
    struct twin_flow flow;
    struct twin_hours hours;
    struct traffic *traffic;
    o->burst = same_rate(p, o);
    if (o->burst) return OK;
    struct plan_burst *b = ARENA_NEW(p->arena, struct plan_burst, 1);
    twin_flow(&flow, p, o, false);
    twin_hours(&hours, p, &flow, 1);
    if (twin_traffic(&traffic, p, &flow, SPAN_S, e)) return e->code;
    struct trial t = {
        .plan = p, .option = o, .traffic = traffic, .hours = &hours, .burst = b
    };
    double input = lengths_input_mean(&flow.lengths),
           output = lengths_output_mean(&flow.lengths), most = 1;
    for (int k = 0; k < TWIN_STRATA; k++) {
        double per_unit = fmax(input / o->unit_input_tpm, output / o->unit_output_tpm);
        b->demand[k] = hours.rate[k] * 60 * per_unit;
        b->weight[k] = hours.weight[k];
        list_tried(b->tried[k], b->demand[k]);
        most = fmax(most, (double)b->tried[k][BURST_TRIED - 1]);
    }
    parallel_run(TWIN_STRATA, p->threads, stratum_job, &t);
    for (int k = 0; k < TWIN_STRATA; k++) {
        b->requests += t.requests[k];
        if (!t.failed[k].code) continue;
        *e = t.failed[k];
        return e->code;
    }
    say_reservation(p, o);
    fill_rows(b, (int64_t)fmin(MOST_ROWS, 2 * most), p->arena);
    o->burst = b;
    return OK;
}
