#include "probe_result.h"

#include <math.h>
#include <string.h>

const struct probe_metric_words probe_metric_words[PROBE_METRICS] = {
    [PROBE_TTFT] = { "ttft_ms", "first token", "start to the first text or reasoning",
                     true },
    [PROBE_VISIBLE] = { "visible_ttft_ms", "first text", "start to the first text",
                        false },
    [PROBE_LATENCY] = { "latency_ms", "last token", "start to the last content", true },
    [PROBE_STREAM] = { "stream_ms", "end of stream", "start to the end of the stream",
                       true },
    [PROBE_TPOT] = { "tpot_ms", "per output token",
                     "(last - first content) / (output tokens - 1)", true },
    [PROBE_GAP] = { "gap_ms", "gaps", "between events with content, raw", true },
    [PROBE_RESPONSE] = { "response_ms", "response",
                         "intended start to the last content", true },
    [PROBE_ATTEMPTS] = { "attempts_ms", "response, all attempts",
                         "the same; a failed request never ends", false },
    [PROBE_SERVICE] = { "service_ms", "in the service", "AWS's own latencyMs", true },
    [PROBE_OUTSIDE] = { "outside_ms", "outside the service",
                        "latency less AWS's latencyMs: network, queues, gateways",
                        true },
    [PROBE_LAG] = { "lag_ms", "own lateness", "intended start to start", false },
};
const double probe_late_share = 0.01;
const double probe_buffered_share = 0.05;

enum probe_metric probe_metric_find(const char *key)
{
    int m = 0;
    while (m < PROBE_METRICS && strcmp(probe_metric_words[m].key, key) != 0)
        m++;
    return (enum probe_metric)m;
}

static double between(int64_t from_ns, int64_t to_ns)
{
    if (from_ns == PROBE_NEVER || to_ns == PROBE_NEVER) return (double)NAN;
    return (double)(to_ns - from_ns) / 1e6;
}

/* NaN where the request has no such value. */
static double value_of(enum probe_metric m, const struct probe_record *r)
{
    switch (m) {
    case PROBE_TTFT:
        return between(r->start_ns, r->first_ns);
    case PROBE_VISIBLE:
        return between(r->start_ns, r->visible_ns);
    case PROBE_LATENCY:
        return between(r->start_ns, r->last_ns);
    case PROBE_STREAM:
        return between(r->start_ns, r->end_ns);
    case PROBE_TPOT:
        /* of two tokens in one event nothing is known */
        if (!r->known_tokens || r->output_tokens < 2 || r->content_events < 2)
            return (double)NAN;
        return between(r->first_ns, r->last_ns) / (double)(r->output_tokens - 1);
    case PROBE_RESPONSE:
    case PROBE_ATTEMPTS:
        return between(r->intended_ns, r->last_ns);
    case PROBE_SERVICE:
        return r->service_ms >= 0 ? (double)r->service_ms : (double)NAN;
    case PROBE_OUTSIDE:
        if (r->service_ms < 0) return (double)NAN;
        return between(r->start_ns, r->last_ns) - (double)r->service_ms;
    case PROBE_LAG:
        return between(r->intended_ns, r->start_ns);
    default:
        return (double)NAN;
    }
}

static bool succeeded(const struct probe_record *r)
{
    return r->phase == PROBE_MEASURED && r->failure == FAILURE_NONE;
}

size_t probe_values(double *out, enum probe_metric m, const struct probe_record *record,
                    size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct probe_record *r = &record[i];
        bool counts = m == PROBE_LAG ? r->phase == PROBE_MEASURED : succeeded(r);
        if (!counts) continue;
        for (size_t g = 0; m == PROBE_GAP && g < r->gaps; g++)
            out[n++] = (double)r->gap_us[g] / 1e3;
        double v = value_of(m, r);
        if (!isnan(v)) out[n++] = v;
    }
    return n;
}

static void count_request(struct probe_result *out, const struct probe_record *r)
{
    const double latency = between(r->sent_ns, r->last_ns); /* without connecting */
    bool ok = r->failure == FAILURE_NONE;
    out->requests++;
    out->ok += ok;
    out->failed += !ok;
    if (!ok) {
        if (!out->errors[r->failure]++) {
            out->first_code[r->failure] = r->code;
            out->first_message[r->failure] = r->message;
        }
    }
    out->late_starts += between(r->intended_ns, r->start_ns) > PROBE_LATE_MS;
    out->cut_off += r->cut_off;
    if (!ok) return;
    out->buffered += r->content_events > PROBE_BUFFERED_EVENTS &&
                     between(r->first_ns, r->last_ns) < probe_buffered_share * latency;
    out->cache_hits += r->cache_read_tokens > 0;
    out->max_tokens_stops += strcmp(r->stop_reason, "max_tokens") == 0;
    out->content_events += r->content_events;
    out->reasoning_events += r->reasoning_events;
}

static void count_tokens(struct probe_result *out, const struct probe_record *r,
                         struct usd_acc *cost, bool *complete)
{
    out->known_tokens += r->known_tokens;
    out->input_tokens += r->input_tokens;
    out->output_tokens += r->output_tokens;
    out->cache_read_tokens += r->cache_read_tokens;
    out->cache_write_tokens += r->cache_write_tokens;
    cost->ausd += r->cost.ausd;
    if (r->known_tokens && !r->priced) *complete = false;
    bool refused = r->http_status >= 400 || r->sent_ns == PROBE_NEVER;
    if (!r->known_tokens && !refused) out->unbilled++;
}

/* Rates over one and the same window. */
static void rates(struct probe_result *out, const struct probe_record *record,
                  size_t count)
{
    int64_t first = INT64_MAX, last_start = INT64_MIN, last_end = INT64_MIN;
    int64_t tokens = 0, usage_events = 0, usage_tokens = 0;
    for (size_t i = 0; i < count; i++) {
        const struct probe_record *r = &record[i];
        if (r->phase != PROBE_MEASURED || r->start_ns == PROBE_NEVER) continue;
        if (r->start_ns < first) first = r->start_ns;
        if (r->start_ns > last_start) last_start = r->start_ns;
        if (r->end_ns > last_end) last_end = r->end_ns;
        if (r->failure != FAILURE_NONE || !r->known_tokens) continue;
        tokens += r->output_tokens;
        usage_tokens += r->content_events ? r->output_tokens : 0;
        usage_events += r->content_events;
    }
    const struct probe_meta *m = out->meta;
    out->offered_rate = m->open_loop ? m->rate_per_s : (double)NAN;
    out->achieved_rate = out->completed_rate = out->output_tokens_per_s = (double)NAN;
    out->tokens_per_event =
        usage_events ? (double)usage_tokens / (double)usage_events : (double)NAN;
    if (out->requests == 0 || last_end <= first) return;
    out->seconds = (double)(last_end - first) / 1e9;
    if (out->requests > 1 && last_start > first)
        out->achieved_rate =
            (double)(out->requests - 1) / ((double)(last_start - first) / 1e9);
    out->completed_rate = (double)out->ok / out->seconds;
    out->output_tokens_per_s = (double)tokens / out->seconds;
}

/* The time to first token of some of the records, `which` says of which. */
static void apart(struct probe_stats *out, const struct probe_record *record,
                  size_t count, bool (*which)(const struct probe_record *),
                  double (*value)(const struct probe_record *), double *scratch,
                  struct arena *a)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!which(&record[i])) continue;
        double v = value(&record[i]);
        if (!isnan(v)) scratch[n++] = v;
    }
    probe_stats_of(out, scratch, n, a);
}

static bool is_warmup(const struct probe_record *r)
{
    return r->phase == PROBE_WARMUP && r->failure == FAILURE_NONE;
}
static bool is_cold(const struct probe_record *r)
{
    return succeeded(r) && r->new_connection;
}
static bool is_warm(const struct probe_record *r)
{
    return succeeded(r) && !r->new_connection;
}
static bool is_write(const struct probe_record *r)
{
    return r->phase == PROBE_CACHE_WRITE && r->failure == FAILURE_NONE;
}
static bool connects(const struct probe_record *r)
{
    return r->new_connection && r->sent_ns != PROBE_NEVER;
}
static double ttft(const struct probe_record *r)
{
    return value_of(PROBE_TTFT, r);
}
static double latency(const struct probe_record *r)
{
    return value_of(PROBE_LATENCY, r);
}
static double connecting(const struct probe_record *r)
{
    return between(r->start_ns, r->connected_ns);
}

static void set_apart(struct probe_result *out, const struct probe_record *record,
                      size_t count, double *scratch, struct arena *a)
{
    apart(&out->warmup_ttft, record, count, is_warmup, ttft, scratch, a);
    apart(&out->warmup_latency, record, count, is_warmup, latency, scratch, a);
    apart(&out->cold_ttft, record, count, is_cold, ttft, scratch, a);
    apart(&out->warm_ttft, record, count, is_warm, ttft, scratch, a);
    apart(&out->connect, record, count, connects, connecting, scratch, a);
    apart(&out->cache_write_ttft, record, count, is_write, ttft, scratch, a);
}

/* Gaps of one answer hang together, so an interval that takes them as independent
 * would be too narrow: none is given. */
static void no_intervals(struct probe_stats *s)
{
    for (size_t i = 0; i < PROBE_QUANTILES; i++)
        s->lo[i] = s->hi[i] = (double)NAN;
}

enum err_code probe_result_of(struct probe_result *out, const struct probe_meta *meta,
                              const struct probe_record *record, size_t count,
                              struct arena *a, struct err *e)
{
    struct usd_acc cost = { 0 };
    bool complete = true;
    size_t values = count + 1;
    *out = (struct probe_result){ .meta = meta,
                                  .in_flight_at_end = meta->in_flight_at_stop };
    for (size_t i = 0; i < count; i++) {
        if (record[i].gaps) values += record[i].gaps;
        count_tokens(out, &record[i], &cost, &complete);
        if (record[i].phase == PROBE_MEASURED) count_request(out, &record[i]);
    }
    double *x = ARENA_NEW(a, double, values);
    for (int m = 0; m < PROBE_METRICS; m++) {
        size_t n = probe_values(x, (enum probe_metric)m, record, count);
        size_t endless = m == PROBE_ATTEMPTS ? (size_t)out->failed : 0;
        probe_stats_censored(&out->metric[m], x, n, endless, a);
    }
    no_intervals(&out->metric[PROBE_GAP]);
    set_apart(out, record, count, x, a);
    rates(out, record, count);
    out->usd_known = (meta->priced || meta->free_of_charge) && complete;
    out->open_loop_held =
        (double)out->late_starts <= probe_late_share * (double)out->requests;
    return usd_round(&out->usd, cost, e);
}
