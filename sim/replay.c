#include "replay.h"

#include <math.h>

#include "replay_private.h"

enum err_code replay_requests(struct replay_request **out,
                              const struct traffic_request *r, size_t n,
                              struct arena *a, struct err *e)
{
    const double century_s = 100 * 366 * 86400.0;
    if (n == 0) return err_set(e, ERR_INPUT, "no requests");
    struct replay_request *to = ARENA_NEW(a, struct replay_request, n);
    for (size_t i = 0; i < n; i++) {
        const int64_t tokens[] = { r[i].input_tokens, r[i].output_tokens,
                                   r[i].cached_tokens, r[i].max_tokens };
        for (int k = 0; k < 4; k++)
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
            .max_tokens = (int32_t)r[i].max_tokens,
        };
        if (i && to[i].at_ns < to[i - 1].at_ns)
            return err_set(e, ERR_RANGE, "request %zu: time goes back", i + 1);
    }
    *out = to;
    return OK;
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
    struct replay_result result = { .in_flight_mean = (double)NAN };
    struct arena scratch = { .on_exhausted = a->on_exhausted };
    if (!outcome && replay_is_simple(rules)) {
        replay_simple(&result, rules, r, n);
        waits_quantiles(result.wait_ms, &(struct waits){ 0 }, result.admitted,
                        &scratch);
    } else {
        replay_events(&result, rules, r, n, seed, outcome, &scratch);
    }
    result.requests = (int64_t)n;
    result.span_s = n ? (double)(r[n - 1].at_ns - r[0].at_ns) * 1e-9 : 0;
    fill_charges(&result, rules);
    arena_clear(&scratch);
    *out = result;
    return OK;
}
