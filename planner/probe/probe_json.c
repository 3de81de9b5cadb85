/* The result of a probe as JSON. */
#include <math.h>

#include "date.h"
#include "probe_engine.h"
#include "probe_print.h"

static void put_real(struct json *j, const char *key, double value)
{
    if (isfinite(value))
        json_estimate(j, key, value, 9);
    else
        json_null(j, key);
}

void probe_json_stats(struct json *j, const char *key, const struct probe_stats *s)
{
    json_object(j, key);
    json_int(j, "n", (int64_t)s->n);
    put_real(j, "mean", s->mean);
    for (size_t i = 0; i < PROBE_QUANTILES; i++)
        put_real(j, probe_quantile_name[i], s->p[i]);
    put_real(j, "max", s->max);
    put_real(j, "lo", s->lo[PROBE_P50]);
    put_real(j, "hi", s->hi[PROBE_P50]);
    json_object(j, "intervals");
    for (size_t i = 0; i < PROBE_QUANTILES; i++) {
        json_array(j, probe_quantile_name[i]);
        put_real(j, NULL, s->lo[i]);
        put_real(j, NULL, s->hi[i]);
        json_end(j);
    }
    json_end(j);
    if (s->censored) json_int(j, "endless", (int64_t)s->censored);
    json_end(j);
}

static void put_errors(struct json *j, const struct probe_result *r)
{
    json_object(j, "errors");
    for (int c = 1; c < FAILURE_CLASSES; c++)
        if (r->errors[c])
            json_int(j, failure_name((enum failure_class)c), r->errors[c]);
    json_end(j);
    json_array(j, "messages");
    for (int c = 1; c < FAILURE_CLASSES; c++) {
        if (!r->errors[c]) continue;
        json_object(j, NULL);
        json_text(j, "class", failure_name((enum failure_class)c));
        json_text(j, "code", *r->first_code[c] ? r->first_code[c] : NULL);
        json_text(j, "message", r->first_message[c]);
        json_end(j);
    }
    json_end(j);
}

static void put_meta(struct json *j, const struct probe_result *r)
{
    const struct probe_meta *m = r->meta;
    json_text(j, "name", *m->name ? m->name : NULL);
    json_text(j, "model", m->model);
    json_text(j, "region", m->region);
    json_text(j, "endpoint", m->endpoint);
    json_text(j, "prompt", m->prompt);
    json_bool(j, "stream", m->stream);
    json_text(j, "loop", m->open_loop ? "open" : "closed");
    json_text(j, "arrivals",
              m->open_loop ? (m->poisson ? "poisson" : "constant") : NULL);
    if (m->open_loop)
        json_null(j, "concurrency");
    else
        json_int(j, "concurrency", m->concurrency);
    json_int(j, "max_tokens", m->max_tokens);
    json_text(j, "ended", probe_stop_text(m));
}

static void put_apart(struct json *j, const struct probe_result *r)
{
    probe_json_stats(j, "warmup_ttft_ms", &r->warmup_ttft);
    probe_json_stats(j, "cold_ttft_ms", &r->cold_ttft);
    probe_json_stats(j, "warm_ttft_ms", &r->warm_ttft);
    probe_json_stats(j, "connect_ms", &r->connect);
    if (r->meta->cache)
        probe_json_stats(j, "cache_write_ttft_ms", &r->cache_write_ttft);
}

static void put_counts(struct json *j, const struct probe_result *r)
{
    char time[DATE_TEXT];
    put_real(j, "output_tokens_per_s", r->output_tokens_per_s);
    put_real(j, "tokens_per_event", r->tokens_per_event);
    json_int(j, "input_tokens", r->input_tokens);
    json_int(j, "output_tokens", r->output_tokens);
    json_int(j, "cache_read_tokens", r->cache_read_tokens);
    json_int(j, "cache_write_tokens", r->cache_write_tokens);
    json_int(j, "cache_hits", r->cache_hits);
    if (r->usd_known)
        json_usd(j, "usd", r->usd);
    else
        json_null(j, "usd");
    json_text(j, "price", r->meta->price);
    if (r->prices) proof_json(j, "lines", r->prices, r->explain);
    json_int(j, "without_usage", r->unbilled);
    put_real(j, "offered_rate", r->offered_rate);
    put_real(j, "achieved_rate", r->achieved_rate);
    put_real(j, "completed_rate", r->completed_rate);
    json_int(j, "late_starts", r->late_starts);
    if (r->meta->open_loop)
        json_bool(j, "open_loop_held", r->open_loop_held);
    else
        json_null(j, "open_loop_held");
    json_int(j, "capped_starts", r->meta->capped_starts);
    json_int(j, "buffered", r->buffered);
    json_int(j, "max_tokens_stops", r->max_tokens_stops);
    json_int(j, "in_flight_at_end", r->in_flight_at_end);
    json_int(j, "cut_off", r->cut_off);
    json_text(j, "started", date_time_text(time, r->meta->started_unix_ms / 1000));
    put_real(j, "seconds", r->seconds);
}

static enum err_code print_json(struct app *app, const struct probe_result *r,
                                struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.probe/1");
    put_meta(j, r);
    json_int(j, "requests", r->requests);
    json_int(j, "ok", r->ok);
    put_errors(j, r);
    for (int m = 0; m < PROBE_METRICS; m++)
        probe_json_stats(j, probe_metric_words[m].key, &r->metric[m]);
    put_apart(j, r);
    put_counts(j, r);
    json_end(j);
    return json_close(j, e);
}

enum err_code probe_print(struct app *app, const struct probe_result *r, struct err *e)
{
    if (app->format == FORMAT_JSON) return print_json(app, r, e);
    probe_print_text(app, r);
    return OK;
}
