#include "usage_summary.h"

#include <math.h>
#include <stdlib.h>

#include "date.h"
#include "json.h"
#include "quantile.h"

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Ratios are stored with six digits: a trace carries no more. A span of 400 days has
 * eight before the point, and then microseconds. */
enum { DIGITS = 6, SPAN_DIGITS = 14 };

static void write_lengths(struct json *j, const char *key, double *tokens, size_t n,
                          int64_t total, double cv)
{
    static const struct {
        const char *key;
        double q;
    } at[] = { { "p50", 0.5 }, { "p90", 0.9 }, { "p95", 0.95 }, { "p99", 0.99 } };
    qsort(tokens, n, sizeof *tokens, by_value);
    json_object(j, key);
    json_int(j, "total", total);
    json_estimate(j, "mean", (double)total / (double)n, DIGITS);
    json_estimate(j, "cv", cv, DIGITS);
    json_int(j, "min", (int64_t)tokens[0]);
    for (size_t i = 0; i < sizeof at / sizeof *at; i++)
        json_int(j, at[i].key, (int64_t)quantile_sorted(tokens, n, at[i].q));
    json_int(j, "max", (int64_t)tokens[n - 1]);
    json_end(j);
}

static void write_windows(struct json *j, const char *key, const double *value,
                          int windows)
{
    json_object(j, key);
    for (int i = 0; i < windows; i++) {
        char name[16];
        snprintf(name, sizeof name, "%ds", summary_dispersion_window_s[i]);
        json_estimate(j, name, value[i], DIGITS);
    }
    json_end(j);
}

static void write_counts(struct json *j, const char *key, const int64_t *count,
                         size_t n)
{
    json_array(j, key);
    for (size_t i = 0; i < n; i++)
        json_int(j, NULL, count[i]);
    json_end(j);
}

/* How many seconds saw k arrivals, for every k that occurred. */
static void write_seconds(struct json *j, const struct traffic_summary *s,
                          struct arena *a)
{
    int64_t most = 0;
    for (size_t i = 0; i < s->seconds; i++)
        if (s->per_second[i] > most) most = s->per_second[i];
    int64_t *seconds = ARENA_NEW(a, int64_t, (size_t)most + 1);
    for (size_t i = 0; i < s->seconds; i++)
        seconds[s->per_second[i]]++;
    json_array(j, "seconds_by_arrivals");
    for (int64_t k = 0; k <= most; k++) {
        if (seconds[k] == 0) continue;
        int64_t row[] = { k, seconds[k] };
        write_counts(j, NULL, row, 2);
    }
    json_end(j);
}

static void write_cells(struct json *j, const struct traffic_summary *s)
{
    json_array(j, "cells");
    for (size_t i = 0; i < s->cells; i++) {
        const struct summary_cell *c = &s->cell[i];
        int64_t row[] = { c->input_bucket, c->output_bucket, c->requests,
                          c->input_tokens, c->output_tokens };
        write_counts(j, NULL, row, sizeof row / sizeof *row);
    }
    json_end(j);
}

static void write_time(struct json *j, const char *key, const struct trace *t,
                       double at_s)
{
    char text[DATE_TEXT];
    json_text(j, key,
              t->dated ? date_time_text(text, t->origin_unix_s + (int64_t)floor(at_s))
                       : NULL);
}

/* Arrivals by clock hours of UTC, or by hours from the first request if undated. */
static void write_hours(struct json *j, const struct trace *t, struct arena *a)
{
    double hour_s = 3600, start_s = t->request[0].at_s;
    if (t->dated) start_s = -(double)(((t->origin_unix_s % 3600) + 3600) % 3600);
    size_t hours = (size_t)((t->request[t->count - 1].at_s - start_s) / hour_s) + 1;
    int64_t *count = ARENA_NEW(a, int64_t, hours);
    for (size_t i = 0; i < t->count; i++)
        count[(size_t)((t->request[i].at_s - start_s) / hour_s)]++;
    write_counts(j, "hourly", count, hours);
}

static void write_summary(struct json *j, const struct trace *t,
                          const struct traffic_summary *s, struct arena *a)
{
    double *tokens = ARENA_NEW(a, double, t->count);
    json_int(j, "requests", s->requests);
    write_time(j, "first", t, s->first_unix_s);
    write_time(j, "last", t, s->last_unix_s);
    json_estimate(j, "span_s", s->span_s, SPAN_DIGITS);
    for (size_t i = 0; i < t->count; i++)
        tokens[i] = (double)t->request[i].input_tokens;
    write_lengths(j, "input_tokens", tokens, t->count, s->input_tokens, s->input_cv);
    for (size_t i = 0; i < t->count; i++)
        tokens[i] = (double)t->request[i].output_tokens;
    write_lengths(j, "output_tokens", tokens, t->count, s->output_tokens, s->output_cv);
    json_int(j, "cached_tokens", s->cached_tokens);
    if (t->has_cached && s->input_tokens > 0)
        json_estimate(j, "cached_share",
                      (double)s->cached_tokens / (double)s->input_tokens, DIGITS);
    else
        json_null(j, "cached_share");
    json_estimate(j, "length_correlation", s->length_correlation, DIGITS);
    json_estimate(j, "log_length_correlation", s->log_length_correlation, DIGITS);
    json_estimate(j, "interarrival_cv", s->interarrival_cv, DIGITS);
    write_windows(j, "dispersion", s->dispersion, SUMMARY_DISPERSIONS);
    write_windows(j, "peak_to_mean", s->peak_to_mean, SUMMARY_PEAKS);
    write_hours(j, t, a);
    write_counts(j, "per_minute", s->per_minute, s->minutes);
    write_seconds(j, s, a);
    json_text(j, "cells_columns",
              "input_bucket, output_bucket, requests, input_tokens, output_tokens; "
              "buckets of 1/8 octave, exact below 16");
    write_cells(j, s);
}

enum err_code usage_write(FILE *f, const struct trace *t,
                          const struct usage_attribution *by, struct arena *a,
                          struct err *e)
{
    struct traffic_summary s;
    if (summary_of_requests(&s, t->request, t->count, a, e)) return e->code;
    struct json *j = json_open(f);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.usage/1");
    json_object(j, "attribution");
    json_text(j, "source", by->source);
    json_text(j, "license", by->license);
    json_text(j, "command", by->command);
    json_end(j);
    write_summary(j, t, &s, a);
    json_end(j);
    return json_close(j, e);
}
