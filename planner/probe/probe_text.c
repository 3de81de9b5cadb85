/* The result of a probe as a table. */
#include <math.h>
#include <string.h>

#include "probe_engine.h"
#include "probe_print.h"
#include "table.h"
#include "text.h"

const char *probe_ms(double ms, struct arena *a)
{
    char text[32];
    if (!isfinite(ms)) return NULL;
    if (ms >= 1000) return arena_text(a, text_thousands(text, (int64_t)llround(ms)));
    return arena_printf(a, ms >= 100 ? "%.0f" : ms >= 10 ? "%.1f" : "%.2f", ms);
}

const char *probe_load_text(const struct probe_meta *m, struct arena *a)
{
    if (m->open_loop)
        return arena_printf(a, "open loop, %g/s %s", m->rate_per_s,
                            m->poisson ? "poisson" : "constant");
    return arena_printf(a, "closed loop, %lld at a time", (long long)m->concurrency);
}

const char *probe_stop_text(const struct probe_meta *m)
{
    static const char *const text[] = { "done", "stopped by the spend cap",
                                        "interrupted", "stopped by an error" };
    if (!m->finished) return "killed";
    return m->stop >= 0 && m->stop <= PROBE_STOPPED_ERROR ? text[m->stop] : text[3];
}

static void put_row(struct table *t, const char *name, const struct probe_stats *s,
                    struct arena *a)
{
    char n[32];
    const char **row = table_row(t);
    row[0] = name;
    row[1] = arena_text(a, text_thousands(n, (int64_t)s->n));
    row[2] = probe_ms(s->mean, a);
    for (size_t i = 0; i < PROBE_QUANTILES; i++)
        row[3 + i] = probe_ms(s->p[i], a);
    row[7] = probe_ms(s->max, a);
    const char *lo = probe_ms(s->lo[PROBE_P95], a), *hi = probe_ms(s->hi[PROBE_P95], a);
    if (lo && hi) row[8] = arena_printf(a, "%s to %s", lo, hi);
}

static bool is_shown(const struct probe_result *r, int m)
{
    const struct probe_stats *s = &r->metric[m];
    if (s->n == 0) return false;
    if (m == PROBE_VISIBLE) return r->reasoning_events > 0;
    if (m == PROBE_ATTEMPTS) return r->failed > 0;
    if (m == PROBE_LAG) return r->meta->open_loop;
    if (m == PROBE_STREAM) return r->meta->stream;
    return probe_metric_words[m].always;
}

static void note_errors(struct table *t, const struct probe_result *r)
{
    for (int c = 1; c < FAILURE_CLASSES; c++) {
        if (!r->errors[c]) continue;
        struct aws_failure f = { .class_ = (enum failure_class)c };
        snprintf(f.code, sizeof f.code, "%s", r->first_code[c]);
        snprintf(f.message, sizeof f.message, "%s", r->first_message[c]);
        const char *advice = failure_advice(&f);
        table_note(t, "%lld %s: %s%s%s%s%s", (long long)r->errors[c],
                   failure_name((enum failure_class)c), f.code, *f.code ? ": " : "",
                   f.message, *advice ? "; " : "", advice);
    }
}

static void note_load(struct table *t, const struct probe_result *r, struct arena *a)
{
    const struct probe_meta *m = r->meta;
    if (m->open_loop && !r->open_loop_held)
        table_note(t,
                   "NOT AN OPEN LOOP: %lld of %lld starts were more than %d ms late; "
                   "what follows is not the rate asked for",
                   (long long)r->late_starts, (long long)r->requests, PROBE_LATE_MS);
    if (!m->open_loop)
        table_note(t, "closed loop: a slow service is asked less, which hides outages; "
                      "--rate does not");
    if (r->ok && isfinite(r->achieved_rate))
        table_note(t, "%s%s/s started, %s/s succeeded, %s output tokens/s, in %s s",
                   m->open_loop ? "" : "not a rate that was asked for: ",
                   probe_ms(r->achieved_rate, a), probe_ms(r->completed_rate, a),
                   probe_ms(r->output_tokens_per_s, a), probe_ms(r->seconds, a));
    if (m->capped_starts)
        table_note(t,
                   "%lld starts waited for a free place (--max-in-flight); their "
                   "wait is in the response time",
                   (long long)m->capped_starts);
    if (r->in_flight_at_end && (m->open_loop || m->for_ns))
        table_note(t, "%lld in flight at the end, waited for%s",
                   (long long)r->in_flight_at_end,
                   r->cut_off ? arena_printf(a,
                                             "; %lld of them were cut off and count "
                                             "as failed",
                                             (long long)r->cut_off)
                              : "");
}

static void note_start(struct table *t, const struct probe_result *r, struct arena *a)
{
    const struct probe_stats *first = &r->warmup_ttft;
    if (!first->n) first = &r->warmup_latency; /* of answers without a stream */
    if (first->n)
        table_note(t,
                   "warm-up, not in the table: %zu request%s, %s token after %s ms%s",
                   first->n, first->n == 1 ? "" : "s",
                   first == &r->warmup_ttft ? "first" : "last", probe_ms(first->max, a),
                   first->n == 1 ? "" : " at most");
    if (r->cold_ttft.n && r->warm_ttft.n)
        table_note(
            t,
            "cold: %zu on a new connection (%s ms to connect), first token after "
            "%s ms on average, %s ms on a kept one",
            r->cold_ttft.n, r->connect.n ? probe_ms(r->connect.mean, a) : "-",
            probe_ms(r->cold_ttft.mean, a), probe_ms(r->warm_ttft.mean, a));
    if (r->meta->cache && r->cache_write_ttft.n)
        table_note(t,
                   "cache: written once, first token after %s ms; read by %lld of %lld "
                   "requests, %lld tokens",
                   probe_ms(r->cache_write_ttft.max, a), (long long)r->cache_hits,
                   (long long)r->ok, (long long)r->cache_read_tokens);
    else if (r->cache_hits)
        table_note(t,
                   "%lld of %lld requests read a warm cache: their times are not those "
                   "of new prompts; see --unique-prefix",
                   (long long)r->cache_hits, (long long)r->ok);
}

/* A gateway or a far network is not the model. */
static void note_outside(struct table *t, const struct probe_result *r, struct arena *a)
{
    double outside = r->metric[PROBE_OUTSIDE].p[PROBE_P50];
    double whole = r->metric[PROBE_LATENCY].p[PROBE_P50];
    if (!(outside > 0.5 * whole) || !(outside > 50)) return;
    table_note(t,
               "most of the time, %s of %s ms, is spent outside the service: network, "
               "proxy or gateway to %s",
               probe_ms(outside, a), probe_ms(whole, a), r->meta->endpoint);
}

static void note_rest(struct table *t, const struct probe_result *r, struct arena *a)
{
    char text[USD_TEXT], in[32], out[32];
    if (r->buffered)
        table_note(t,
                   "%lld answers came in one piece: something on the way buffers them, "
                   "so first-token times are not the model's",
                   (long long)r->buffered);
    if (r->max_tokens_stops)
        table_note(t, "%lld answers were cut by --max-tokens",
                   (long long)r->max_tokens_stops);
    if (r->known_tokens)
        table_note(t, "%s input and %s output tokens%s%s",
                   text_thousands(in, r->input_tokens + r->cache_read_tokens +
                                          r->cache_write_tokens),
                   text_thousands(out, r->output_tokens),
                   isfinite(r->tokens_per_event) ? ", tokens an event: " : "",
                   isfinite(r->tokens_per_event)
                       ? arena_printf(a, "%.3g", r->tokens_per_event)
                       : "");
    if (r->usd_known)
        table_note(t, "cost %s USD (%s)%s", usd_show(text, r->usd), r->meta->price,
                   r->unbilled ? arena_printf(a,
                                              "; %lld answers without usage may be "
                                              "billed too",
                                              (long long)r->unbilled)
                               : "");
    else
        table_note(t, "cost unknown: %s", r->meta->price);
    if (*r->meta->name)
        table_note(t, "%s; saved as %s", probe_stop_text(r->meta), r->meta->name);
}

void probe_print_text(struct app *app, const struct probe_result *r)
{
    static const struct table_column column[] = {
        { .key = "metric", .heading = "milliseconds", .min_width = 16 },
        { .key = "n", .heading = "n", .align = RIGHT, .droppable = true },
        { .key = "mean", .heading = "mean", .align = RIGHT, .droppable = true },
        { .key = "p50", .heading = "p50", .align = RIGHT },
        { .key = "p90", .heading = "p90", .align = RIGHT },
        { .key = "p95", .heading = "p95", .align = RIGHT },
        { .key = "p99", .heading = "p99", .align = RIGHT },
        { .key = "max", .heading = "max", .align = RIGHT },
        { .key = "p95_interval",
          .heading = "95% of p95",
          .align = RIGHT,
          .droppable = true },
    };
    struct arena *a = app->arena;
    struct table t;
    const char *title = arena_printf(
        a, "%s, %s: %lld requests, %lld succeeded, %s", r->meta->model, r->meta->region,
        (long long)r->requests, (long long)r->ok, probe_load_text(r->meta, a));
    table_init(&t, title, column, sizeof column / sizeof *column, a);
    for (int m = 0; m < PROBE_METRICS; m++) {
        bool text = app->format == FORMAT_TEXT;
        if (text && !is_shown(r, m)) continue;
        put_row(&t, text ? probe_metric_words[m].text : probe_metric_words[m].key,
                &r->metric[m], a);
    }
    note_errors(&t, r);
    note_load(&t, r, a);
    note_start(&t, r, a);
    note_outside(&t, r, a);
    note_rest(&t, r, a);
    if (r->ok && isnan(r->metric[PROBE_LATENCY].p[PROBE_P99]))
        table_note(&t, "-: too few to say; p50 wants 5, p90 29, p95 59, p99 299");
    app_print_table(app, &t);
}
