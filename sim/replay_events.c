#include <math.h>

#include "orbit.h"
#include "replay_private.h"
#include "rng.h"

/* Arrivals, completions and retries in order of time. */

enum { STREAM_RETRY = 0x72747279 };

struct engine {
    const struct admission_rules *rules;
    const struct replay_request *request;
    struct bucket bucket[ADMISSION_BUCKETS];
    int64_t origin_ns, now_ns; /* absolute, as the requests */
    struct orbit orbit;
    struct replay_result *result;
    struct waits waits;
    int64_t in_flight;
    double in_flight_area; /* requests × ns */
    uint64_t seed;
    uint8_t *outcome;
    struct arena *scratch;
};

static inline int64_t reserved_output(const struct admission_rules *rules,
                                      const struct replay_request *r)
{
    if (rules->reserve == RESERVE_ACTUAL) return r->output;
    return r->max_tokens ? r->max_tokens : rules->max_tokens;
}

static int64_t service_ns(const struct admission_rules *rules, int64_t output)
{
    return (int64_t)((rules->ttft_ms + (double)output * rules->tpot_ms) * 1e6 + 0.5);
}

static inline void follow(struct engine *g, int64_t at_ns, bool settles)
{
    if (settles)
        g->in_flight_area += (double)(at_ns - g->now_ns) * (double)g->in_flight;
    g->now_ns = at_ns;
}

/* The reservation becomes what it came to. */
static void settle(struct engine *g, const struct replay_request *r, int count)
{
    int64_t reserved = reserved_output(g->rules, r);
    g->in_flight--;
    for (int k = 0; k < count; k++) {
        const struct bucket_rule *rule = &g->rules->rule[k];
        struct bucket *b = &g->bucket[k];
        int64_t more = rule->settled * r->output - rule->reserved * reserved;
        bucket_take(b, bucket_time(b, g->now_ns - g->origin_ns),
                    bucket_amount(b, more));
    }
}

static void wait_for(struct engine *g, int64_t ns)
{
    struct waits *w = &g->waits;
    if (w->count == w->capacity) {
        w->ns =
            arena_grow(g->scratch, w->ns, &w->capacity, w->count + 1, sizeof *w->ns);
    }
    w->ns[w->count++] = ns;
}

static inline __attribute__((always_inline)) void
admit(struct engine *g, size_t i, const tick_count *now, const tick_count *need,
      const int count, const bool settles)
{
    const struct replay_request *r = &g->request[i];
    for (int k = 0; k < count; k++)
        bucket_take(&g->bucket[k], now[k], need[k]);
    g->result->admitted++;
    g->result->input_tokens += r->input;
    g->result->cached_tokens += r->cached;
    g->result->output_tokens += r->output;
    if (g->now_ns > r->at_ns) wait_for(g, g->now_ns - r->at_ns);
    if (g->outcome) g->outcome[i] = OUTCOME_ADMITTED;
    if (!settles) return;
    int64_t end_ns = g->now_ns + service_ns(g->rules, r->output);
    orbit_push(&g->orbit, (struct orbit_event){ end_ns, orbit_completion(i) });
    g->in_flight++;
    if (g->in_flight > g->result->in_flight_max)
        g->result->in_flight_max = g->in_flight;
}

/* Full jitter over min(2^before, 20) seconds. */
static int64_t retry_delay_ns(uint64_t seed, size_t request, int before)
{
    const double second_ns = 1e9;
    int span_s = 1 << before < RETRY_MAX_DELAY_S ? 1 << before : RETRY_MAX_DELAY_S;
    uint64_t bits = rng_key(seed, STREAM_RETRY,
                            (uint64_t)request * RETRY_ATTEMPTS + (uint64_t)before);
    return (int64_t)(rng_open(bits) * span_s * second_ns);
}

/* `lacking`: the buckets without room; `never`: those that could not hold it empty. */
static void refuse(struct engine *g, size_t i, int before, unsigned lacking,
                   unsigned never)
{
    struct replay_result *out = g->result;
    uint8_t outcome = (uint8_t)(OUTCOME_THROTTLED | lacking);
    if (never) {
        out->oversize++;
        if (g->outcome) g->outcome[i] = (uint8_t)(OUTCOME_OVERSIZE | never);
        return;
    }
    out->first_try_throttled += before == 0;
    for (int k = 0; k < ADMISSION_BUCKETS; k++)
        out->refused_by[k] += lacking >> k & 1;
    if (g->rules->retry == RETRY_SDK && before + 1 < RETRY_ATTEMPTS) {
        int64_t at_ns = g->now_ns + retry_delay_ns(g->seed, i, before);
        orbit_push(&g->orbit,
                   (struct orbit_event){ at_ns, orbit_retry(i, before + 1) });
        return;
    }
    out->throttled++;
    if (g->outcome) g->outcome[i] = outcome;
}

/* The attempt of request i after `before` refused ones. */
static inline __attribute__((always_inline)) void
attempt(struct engine *g, size_t i, int before, const int count, const bool settles)
{
    const struct admission_rules *rules = g->rules;
    const struct replay_request *r = &g->request[i];
    int64_t reserved = settles ? reserved_output(rules, r) : r->output;
    tick_count need[ADMISSION_BUCKETS], now[ADMISSION_BUCKETS];
    unsigned lacking = 0, never = 0;
    for (int k = 0; k < count; k++) {
        const struct bucket_rule *rule = &rules->rule[k];
        const struct bucket *b = &g->bucket[k];
        int64_t milli =
            rule->input * r->input + rule->reserved * reserved + rule->request;
        need[k] = bucket_amount(b, milli);
        now[k] = bucket_time(b, g->now_ns - g->origin_ns);
        never |= (unsigned)(need[k] > b->capacity) << k;
        lacking |= (unsigned)!bucket_fits(b, now[k], need[k]) << k;
    }
    g->result->attempts++;
    if (lacking | never)
        refuse(g, i, before, lacking, never);
    else
        admit(g, i, now, need, count, settles);
}

static inline __attribute__((always_inline)) void
orbit_until(struct engine *g, int64_t at_ns, const int count, const bool settles)
{
    while (g->orbit.next_ns <= at_ns && g->orbit.events > 0) {
        struct orbit_event v = orbit_pop(&g->orbit);
        size_t i = orbit_request(v.tag);
        follow(g, v.at_ns, settles);
        if (orbit_is_retry(v.tag))
            attempt(g, i, orbit_attempts(v.tag), count, settles);
        else
            settle(g, &g->request[i], count);
    }
}

/* Inlined with constants, so that the buckets unroll. */
static inline __attribute__((always_inline)) void
run(struct engine *g, size_t n, const int count, const bool settles)
{
    for (size_t i = 0; i < n; i++) {
        replay_look_ahead(&g->request[i]);
        orbit_until(g, g->request[i].at_ns, count, settles);
        follow(g, g->request[i].at_ns, settles);
        attempt(g, i, 0, count, settles);
    }
    orbit_until(g, INT64_MAX, count, settles);
}

static void run_any(struct engine *g, size_t n)
{
    int count = g->rules->count;
    if (g->rules->settles)
        run(g, n, count, true);
    else if (count == 1)
        run(g, n, 1, false);
    else if (count == 2)
        run(g, n, 2, false);
    else
        run(g, n, count, false);
}

/* Longest delay, and how many events there may be at a time if every request makes one
 * that lasts as long as the mean. */
static void size_orbit(struct engine *g, size_t n)
{
    const int64_t second_ns = 1000000000;
    const struct admission_rules *rules = g->rules;
    int64_t longest_ns = 0;
    double sum_ns = 0;
    for (size_t i = 0; i < n && rules->settles; i++) {
        int64_t ns = service_ns(rules, g->request[i].output);
        sum_ns += (double)ns;
        longest_ns = ns > longest_ns ? ns : longest_ns;
    }
    if (rules->retry == RETRY_SDK) {
        const int64_t last_s = INT64_C(1) << (RETRY_ATTEMPTS - 2);
        if (last_s * second_ns > longest_ns) longest_ns = last_s * second_ns;
        sum_ns += (double)n * (double)second_ns;
    }
    int64_t span_ns = n ? g->request[n - 1].at_ns - g->request[0].at_ns : 0;
    double events = sum_ns / ((double)span_ns + 1);
    orbit_init(&g->orbit, longest_ns, events < (double)n ? events : (double)n,
               g->scratch);
}

void replay_events(struct replay_result *out, const struct admission_rules *rules,
                   const struct replay_request *r, size_t n, uint64_t seed,
                   uint8_t *outcome, struct arena *scratch)
{
    struct engine g = {
        .rules = rules,
        .request = r,
        .origin_ns = n ? r[0].at_ns : 0,
        .now_ns = n ? r[0].at_ns : 0,
        .result = out,
        .seed = seed,
        .outcome = outcome,
        .scratch = scratch,
    };
    for (int k = 0; k < rules->count; k++)
        g.bucket[k] = rules->rule[k].full;
    size_orbit(&g, n);
    run_any(&g, n);
    double whole_ns = (double)(g.now_ns - g.origin_ns);
    out->in_flight_mean = (double)NAN;
    if (rules->settles && whole_ns > 0)
        out->in_flight_mean = g.in_flight_area / whole_ns;
    waits_quantiles(out->wait_ms, &g.waits, out->admitted, scratch);
}
