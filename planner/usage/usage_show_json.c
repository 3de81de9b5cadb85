#include <math.h>

#include "date.h"
#include "usage_show.h"

enum { DIGITS = 6, SPAN_DIGITS = 14 };

static void count_or_null(struct json *j, const char *key, int64_t value)
{
    if (value < 0)
        json_null(j, key);
    else
        json_int(j, key, value);
}

static void side(struct json *j, const char *key, const struct usage_side *s,
                 int64_t requests)
{
    static const char *const name[USAGE_QUANTILES] = { "p50", "p90", "p95", "p99" };
    json_object(j, key);
    count_or_null(j, "total", s->total);
    json_estimate(j, "mean",
                  s->total < 0 ? (double)NAN : (double)s->total / (double)requests,
                  DIGITS);
    json_estimate(j, "cv", s->cv, DIGITS);
    count_or_null(j, "min", s->min);
    for (int i = 0; i < USAGE_QUANTILES; i++)
        count_or_null(j, name[i], s->quantile[i]);
    count_or_null(j, "max", s->max);
    json_end(j);
}

static void windows(struct json *j, const char *key, const double *value, int count)
{
    json_object(j, key);
    for (int i = 0; i < count; i++) {
        char name[16];
        snprintf(name, sizeof name, "%ds", summary_dispersion_window_s[i]);
        json_estimate(j, name, value[i], DIGITS);
    }
    json_end(j);
}

static void moment(struct json *j, const char *key, const struct usage_stats *s,
                   int64_t at_s)
{
    char text[DATE_TEXT];
    json_text(j, key, s->dated ? date_time_text(text, at_s) : NULL);
}

static void models(struct json *j, const struct usage_stats *s)
{
    json_array(j, "models");
    for (size_t i = 0; i < s->models; i++) {
        const struct usage_by_model *m = &s->model[i];
        json_object(j, NULL);
        json_text(j, "id", *m->id ? m->id : NULL);
        json_text(j, "region", *m->region ? m->region : NULL);
        json_int(j, "requests", m->requests);
        json_int(j, "errors", m->errors);
        json_int(j, "throttled", m->throttled);
        json_int(j, "input_tokens", m->input_tokens);
        json_int(j, "output_tokens", m->output_tokens);
        json_int(j, "cached_tokens", m->cached_tokens);
        json_end(j);
    }
    json_end(j);
}

static void hours(struct json *j, const struct usage_stats *s)
{
    moment(j, "first_hour", s, s->first_hour_s);
    json_array(j, "hourly");
    for (size_t i = 0; i < s->hours; i++)
        json_int(j, NULL, s->hour[i].requests);
    json_end(j);
}

static int64_t floor_second(int64_t at_us)
{
    return at_us / 1000000 - (at_us % 1000000 < 0);
}

void usage_json_figures(struct json *j, const struct usage_stats *s)
{
    json_text(j, "kind", usage_kind_word(s->kind));
    json_int(j, "requests", s->requests);
    moment(j, "first", s, floor_second(s->first_us));
    moment(j, "last", s, floor_second(s->last_us));
    json_estimate(j, "span_s", usage_span_s(s), SPAN_DIGITS);
    side(j, "input_tokens", &s->input, s->requests);
    side(j, "output_tokens", &s->output, s->requests);
    json_int(j, "cached_tokens", s->cached_tokens);
    json_int(j, "cache_write_tokens", s->written_tokens);
    json_estimate(j, "cached_share",
                  s->input.total > 0 ? (double)s->cached_tokens / (double)s->input.total
                                     : (double)NAN,
                  DIGITS);
    json_object(j, "max_tokens");
    json_int(j, "stated", s->max_tokens_stated);
    json_estimate(j, "mean", (double)s->max_tokens_total / (double)s->max_tokens_stated,
                  DIGITS);
    json_end(j);
    json_estimate(j, "latency_mean_ms",
                  (double)s->latency_total_ms / (double)s->latency_stated, DIGITS);
    json_object(j, "errors");
    for (int i = USAGE_OK + 1; i < USAGE_STATUSES; i++)
        if (s->errors[i] > 0)
            json_int(j, usage_status_word((enum usage_status)i), s->errors[i]);
    json_end(j);
    models(j, s);
    json_estimate(j, "length_correlation", s->length_correlation, DIGITS);
    json_estimate(j, "log_length_correlation", s->log_length_correlation, DIGITS);
    json_estimate(j, "interarrival_cv", s->interarrival_cv, DIGITS);
    windows(j, "dispersion", s->dispersion, SUMMARY_DISPERSIONS);
    windows(j, "peak_to_mean", s->peak_to_mean, SUMMARY_PEAKS);
    hours(j, s);
}

enum err_code usage_show_json(struct app *app, const char *name,
                              const struct usage_stats *s, struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.usage-show/1");
    json_text(j, "name", name);
    usage_json_figures(j, s);
    json_end(j);
    return json_close(j, e);
}
