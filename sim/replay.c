#include "replay.h"

#include <math.h>
#include <stdlib.h>

#include "orbit.h"
#include "replay_private.h"
#include "rng.h"

enum { STREAM_RETRY = 0x72747279 };

enum err_code replay_requests(struct replay_request **out,
                              const struct traffic_request *r, size_t n,
                              struct arena *a, struct err *e)
{
    const double century_s = 100 * 366 * 86400.0;
    if (n == 0) return err_set(e, ERR_INPUT, "no requests");
    struct replay_request *to = ARENA_NEW(a, struct replay_request, n);
    for (size_t i = 0; i < n; i++) {
        const int64_t tokens[] = { r[i].input_tokens, r[i].output_tokens,
                                   r[i].cached_tokens };
        for (int k = 0; k < 3; k++)
            if (tokens[k] < 0 || tokens[k] > REQUEST_MAX_TOKENS) {
                return err_set(e, ERR_RANGE,
                               "request %zu: %lld tokens; 0 to %d are possible", i + 1,
                               (long long)tokens[k], REQUEST_MAX_TOKENS);
            }
        if (r[i].cached_tokens > r[i].input_tokens) {
            return err_set(
                e, ERR_RANGE, "request %zu: %lld cached tokens of %lld input tokens",
                i + 1, (long long)r[i].cached_tokens, (long long)r[i].input_tokens);
        }
        double at_s = r[i].at_s - r[0].at_s;
        if (!(at_s >= 0 && at_s < century_s))
            return err_set(e, ERR_RANGE, "request %zu: %g s after the first", i + 1,
                           at_s);
        to[i] = (struct replay_request){
            .at_ns = llround(at_s * 1e9),
            .input = (int32_t)(r[i].input_tokens - r[i].cached_tokens),
            .cached = (int32_t)r[i].cached_tokens,
            .output = (int32_t)r[i].output_tokens,
        };
        if (i && to[i].at_ns < to[i - 1].at_ns)
            return err_set(e, ERR_RANGE, "request %zu: time goes back", i + 1);
    }
    *out = to;
    return OK;
}

struct engine {
    const struct admission_rules *rules;
    const struct replay_request *request;
    struct bucket bucket[ADMISSION_BUCKETS];
    int64_t now_ns;
    struct orbit orbit;
    struct replay_result *result;
    double *wait_ms; /* of those that waited and were admitted */
    size_t waits, wait_capacity;
    int64_t in_flight;
    double in_flight_area; /* requests × ns */
    uint64_t seed;
    uint8_t *outcome;
};

static void advance(struct engine *g, int64_t at_ns)
{
    int64_t gap_ns = at_ns - g->now_ns;
    g->now_ns = at_ns;
    g->in_flight_area += (double)gap_ns * (double)g->in_flight;
    for (int k = 0; k < g->rules->count; k++)
        bucket_refill(&g->bucket[k], gap_ns);
}

static int64_t reserved_output(const struct engine *g, const struct replay_request *r)
{
    if (g->rules->reserve == RESERVE_ACTUAL) return r->output;
    return r->max_tokens ? r->max_tokens : g->rules->max_tokens;
}

/* thousandths */
static int64_t start_need(const struct bucket_rule *b, const struct replay_request *r,
                          int64_t reserved)
{
    return b->input * r->input + b->reserved * reserved + b->request;
}
static int64_t final_need(const struct bucket_rule *b, const struct replay_request *r)
{
    return b->input * r->input + b->settled * r->output + b->request;
}

static void settle(struct engine *g, const struct replay_request *r)
{
    int64_t reserved = reserved_output(g, r);
    g->in_flight--;
    for (int k = 0; k < g->rules->count; k++) {
        const struct bucket_rule *b = &g->rules->rule[k];
        int64_t back = start_need(b, r, reserved) - final_need(b, r);
        if (back >= 0)
            bucket_give(&g->bucket[k], back);
        else
            bucket_take(&g->bucket[k], -back);
    }
}

static void admit(struct engine *g, size_t i, const int64_t *need)
{
    const struct admission_rules *rules = g->rules;
    const struct replay_request *r = &g->request[i];
    for (int k = 0; k < rules->count; k++)
        bucket_take(&g->bucket[k], need[k]);
    g->result->admitted++;
    g->result->input_tokens += r->input;
    g->result->cached_tokens += r->cached;
    g->result->output_tokens += r->output;
    if (rules->settles) {
        int64_t service_ns =
            llround((rules->ttft_ms + r->output * rules->tpot_ms) * 1e6);
        orbit_push(&g->orbit,
                   (struct orbit_event){ g->now_ns + service_ns, orbit_completion(i) });
        g->in_flight++;
        if (g->in_flight > g->result->in_flight_max)
            g->result->in_flight_max = g->in_flight;
    }
    if (g->now_ns > r->at_ns) {
        if (g->waits == g->wait_capacity) {
            g->wait_ms = arena_grow(g->orbit.arena, g->wait_ms, &g->wait_capacity,
                                    g->waits + 1, sizeof *g->wait_ms);
        }
        g->wait_ms[g->waits++] = (double)(g->now_ns - r->at_ns) * 1e-6;
    }
}

/* Full jitter over min(2^before, 20) seconds. */
static int64_t retry_delay_ns(uint64_t seed, size_t request, int before)
{
    double span_s = 1 << before < RETRY_MAX_DELAY_S ? 1 << before : RETRY_MAX_DELAY_S;
    uint64_t bits = rng_key(seed, STREAM_RETRY,
                            (uint64_t)request * RETRY_ATTEMPTS + (uint64_t)before);
    return llround(rng_open(bits) * span_s * 1e9);
}

/* The attempt of request i after `before` refused ones. */
static void attempt(struct engine *g, size_t i, int before)
{
    const struct admission_rules *rules = g->rules;
    struct replay_result *out = g->result;
    int64_t need[ADMISSION_BUCKETS], reserved = reserved_output(g, &g->request[i]);
    unsigned lacking = 0, never = 0;
    for (int k = 0; k < rules->count; k++) {
        need[k] = start_need(&rules->rule[k], &g->request[i], reserved);
        if (!bucket_fits(&g->bucket[k], need[k])) lacking |= 1U << k;
        if (!bucket_holds(&g->bucket[k], need[k])) never |= 1U << k;
    }
    out->attempts++;
    if (!lacking) {
        admit(g, i, need);
        if (g->outcome) g->outcome[i] = OUTCOME_ADMITTED;
        return;
    }
    if (never) {
        out->oversize++;
        if (g->outcome) g->outcome[i] = (uint8_t)(OUTCOME_OVERSIZE | never);
        return;
    }
    out->first_try_throttled += before == 0;
    for (int k = 0; k < rules->count; k++)
        out->refused_by[k] += lacking >> k & 1;
    if (rules->retry == RETRY_SDK && before + 1 < RETRY_ATTEMPTS) {
        orbit_push(&g->orbit,
                   (struct orbit_event){ g->now_ns + retry_delay_ns(g->seed, i, before),
                                         orbit_retry(i, before + 1) });
        return;
    }
    out->throttled++;
    if (g->outcome) g->outcome[i] = (uint8_t)(OUTCOME_THROTTLED | lacking);
}

static void orbit_step(struct engine *g)
{
    struct orbit_event v = orbit_pop(&g->orbit);
    size_t i = orbit_request(v.tag);
    advance(g, v.at_ns);
    if (orbit_is_retry(v.tag))
        attempt(g, i, orbit_attempts(v.tag));
    else
        settle(g, &g->request[i]);
}

static void events(struct engine *g, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int64_t at_ns = g->request[i].at_ns;
        while (g->orbit.count && g->orbit.event[0].at_ns <= at_ns)
            orbit_step(g);
        advance(g, at_ns);
        attempt(g, i, 0);
    }
    while (g->orbit.count)
        orbit_step(g);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The k-th smallest wait with k = ceil(q n) of all admitted, most of which did not
 * wait. */
static void fill_waits(struct replay_result *out, double *wait_ms, size_t waits)
{
    static const double q[WAITS] = { 0.50, 0.95, 0.99, 1 };
    if (waits) qsort(wait_ms, waits, sizeof *wait_ms, ascending);
    for (int p = 0; p < WAITS; p++) {
        out->wait_ms[p] = (double)NAN;
        if (out->admitted == 0) continue;
        int64_t k = (int64_t)ceil(q[p] * (double)out->admitted);
        int64_t at = k - 1 - (out->admitted - (int64_t)waits);
        out->wait_ms[p] = at < 0 ? 0 : wait_ms[at];
    }
}

static void fill_charges(struct replay_result *out, const struct admission_rules *rules)
{
    for (int k = 0; k < rules->count; k++) {
        const struct bucket_rule *b = &rules->rule[k];
        out->charged[k] = ((double)b->input * (double)out->input_tokens +
                           (double)b->settled * (double)out->output_tokens +
                           (double)b->request * (double)out->admitted) /
                          1000;
        double offered = b->rate / (double)b->period_s * out->span_s;
        out->utilisation[k] = (double)NAN;
        if (offered > 0) out->utilisation[k] = out->charged[k] / offered;
    }
}

static enum err_code check_reservations(const struct admission_rules *rules,
                                        const struct replay_request *r, size_t n,
                                        struct err *e)
{
    if (rules->reserve != RESERVE_MAX || rules->max_tokens > 0) return OK;
    for (size_t i = 0; i < n; i++)
        if (r[i].max_tokens <= 0)
            return err_set(e, ERR_INPUT, "request %zu: no max_tokens to reserve",
                           i + 1);
    return OK;
}

enum err_code replay_run(struct replay_result *out, const struct admission_rules *rules,
                         const struct replay_request *r, size_t n, uint64_t seed,
                         uint8_t *outcome, struct arena *a, struct err *e)
{
    if (check_reservations(rules, r, n, e)) return e->code;
    struct replay_result result = { 0 };
    struct arena scratch = { .on_exhausted = a->on_exhausted };
    struct engine g = {
        .rules = rules,
        .request = r,
        .now_ns = n ? r[0].at_ns : 0,
        .orbit = { .arena = &scratch },
        .result = &result,
        .seed = seed,
        .outcome = outcome,
    };
    for (int k = 0; k < rules->count; k++)
        g.bucket[k] = rules->rule[k].full;
    if (!outcome && replay_is_simple(rules))
        replay_simple(&result, rules, r, n);
    else
        events(&g, n);
    double whole_ns = n ? (double)(g.now_ns - r[0].at_ns) : 0;
    result.in_flight_mean = g.in_flight_area / whole_ns;
    if (!rules->settles || whole_ns <= 0) result.in_flight_mean = (double)NAN;
    result.requests = (int64_t)n;
    result.span_s = n ? (double)(r[n - 1].at_ns - r[0].at_ns) * 1e-9 : 0;
    fill_waits(&result, g.wait_ms, g.waits);
    fill_charges(&result, rules);
    arena_clear(&scratch);
    *out = result;
    return OK;
}
