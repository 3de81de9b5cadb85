#include "usage_stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double usage_quantile[USAGE_QUANTILES] = { 0.5, 0.9, 0.95, 0.99 };

static const int64_t SECOND_US = 1000000, MINUTE_US = 60000000, HOUR_S = 3600;
static const int64_t MOST_SPAN_US = INT64_C(400) * 86400 * 1000000;

/* Tokens counted one by one up to 2^18, then in steps of 2^-10. */
enum {
    EXACT_BITS = 18,
    EXACT = 1 << EXACT_BITS,
    STEP_BITS = 10,
    COUNTERS = EXACT + (27 - EXACT_BITS) * (1 << STEP_BITS)
};

const char *usage_kind_word(enum usage_kind k)
{
    static const char *const word[USAGE_KINDS] = { "requests", "metrics", "rates",
                                                   "histogram" };
    return word[k];
}

/* Running mean and sums of squared deviations (Welford), of pairs. */
struct pairs {
    double n, mean_x, mean_y, xx, yy, xy;
};

/* Arrivals in windows tiled from the first request. */
struct windows {
    int64_t now, count; /* the window being filled */
    double total, squares, most;
};

struct stats_run {
    struct usage_stats s;
    const struct usage_models *names;
    struct arena *arena;
    bool any;
    int64_t start_us, last_any_us; /* records of any status */
    struct windows window[SUMMARY_DISPERSIONS];
    double gaps, gap_mean, gap_squares;
    struct pairs plain, logs;
    int64_t *counter[2]; /* of input, of output */
    struct summary_cell *square;
    int64_t *seconds_by_arrivals;
    size_t seconds_capacity, minute_capacity, hour_capacity, model_capacity;
};

struct stats_run *stats_run_open(bool dated, const struct usage_models *models,
                                 struct arena *a)
{
    struct stats_run *s = ARENA_NEW(a, struct stats_run, 1);
    s->s.kind = USAGE_REQUESTS;
    s->s.dated = dated;
    s->names = models;
    s->arena = a;
    for (int side = 0; side < 2; side++)
        s->counter[side] = ARENA_NEW(a, int64_t, COUNTERS);
    s->square =
        ARENA_NEW(a, struct summary_cell, (size_t)SUMMARY_BUCKETS * SUMMARY_BUCKETS);
    return s;
}

static size_t counter_of(uint32_t tokens)
{
    if (tokens < EXACT) return tokens;
    int octave = 31 - __builtin_clz(tokens);
    size_t step = (tokens >> (octave - STEP_BITS)) - (1U << STEP_BITS);
    return EXACT + (size_t)(octave - EXACT_BITS) * (1U << STEP_BITS) + step;
}

static int64_t counter_value(size_t counter)
{
    if (counter < EXACT) return (int64_t)counter;
    size_t octave = EXACT_BITS + (counter - EXACT) / (1U << STEP_BITS);
    size_t step = (counter - EXACT) % (1U << STEP_BITS) + (1U << STEP_BITS);
    return (int64_t)(step << (octave - STEP_BITS));
}

static void add_pair(struct pairs *p, double x, double y)
{
    p->n++;
    double dx = x - p->mean_x, dy = y - p->mean_y;
    p->mean_x += dx / p->n;
    p->mean_y += dy / p->n;
    p->xx += dx * (x - p->mean_x);
    p->yy += dy * (y - p->mean_y);
    p->xy += dx * (y - p->mean_y);
}

static double correlation(const struct pairs *p)
{
    double d = sqrt(p->xx) * sqrt(p->yy);
    return d > 0 ? p->xy / d : (double)NAN;
}

static void close_window(struct windows *w)
{
    double count = (double)w->count;
    w->total += count;
    w->squares += count * count;
    w->most = fmax(w->most, count);
    w->count = 0;
}

static void count_second(struct stats_run *s, int64_t arrivals)
{
    if (arrivals == 0) return;
    s->seconds_by_arrivals =
        arena_grow(s->arena, s->seconds_by_arrivals, &s->seconds_capacity,
                   (size_t)arrivals + 1, sizeof *s->seconds_by_arrivals);
    s->seconds_by_arrivals[arrivals]++;
}

static void add_arrival(struct stats_run *s, int64_t at_us)
{
    int64_t since_us = at_us - s->s.first_us;
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        struct windows *w = &s->window[i];
        int64_t now = since_us / (summary_dispersion_window_s[i] * SECOND_US);
        if (now != w->now) {
            if (i == 0) count_second(s, w->count);
            close_window(w);
        }
        w->now = now;
        w->count++;
    }
    if (s->s.requests > 0) {
        double gap = (double)(at_us - s->s.last_us), d = gap - s->gap_mean;
        s->gaps++;
        s->gap_mean += d / s->gaps;
        s->gap_squares += d * (gap - s->gap_mean);
    }
    size_t minute = (size_t)(since_us / MINUTE_US);
    s->s.per_minute = arena_grow(s->arena, s->s.per_minute, &s->minute_capacity,
                                 minute + 1, sizeof *s->s.per_minute);
    s->s.per_minute[minute]++;
    s->s.minutes = minute + 1;
}

static void add_side(struct usage_side *side, int64_t *counter, uint32_t tokens,
                     bool first)
{
    side->total += tokens;
    counter[counter_of(tokens)]++;
    if (first || tokens < side->min) side->min = tokens;
    if (first || tokens > side->max) side->max = tokens;
}

static void add_lengths(struct stats_run *s, const struct usage_record *r)
{
    int32_t in = summary_bucket(r->input), out = summary_bucket(r->output);
    struct summary_cell *c = &s->square[(size_t)in * SUMMARY_BUCKETS + (size_t)out];
    s->s.cells += c->requests == 0;
    c->input_bucket = in;
    c->output_bucket = out;
    c->requests++;
    c->input_tokens += r->input;
    c->output_tokens += r->output;
    add_side(&s->s.input, s->counter[0], r->input, s->s.requests == 0);
    add_side(&s->s.output, s->counter[1], r->output, s->s.requests == 0);
    add_pair(&s->plain, r->input, r->output);
    add_pair(&s->logs, log(fmax(1, r->input)), log(fmax(1, r->output)));
    s->s.cached_tokens += r->cached;
    s->s.written_tokens += r->written;
    s->s.max_tokens_stated += r->max_tokens > 0;
    s->s.max_tokens_total += r->max_tokens;
    s->s.latency_stated += r->latency_ms > 0;
    s->s.latency_total_ms += r->latency_ms;
}

static struct usage_hour *hour_of(struct stats_run *s, int64_t at_us)
{
    size_t hour =
        (size_t)((at_us - s->s.first_hour_s * SECOND_US) / SECOND_US / HOUR_S);
    s->s.hour =
        arena_grow(s->arena, s->s.hour, &s->hour_capacity, hour + 1, sizeof *s->s.hour);
    s->s.hours = hour + 1;
    return &s->s.hour[hour];
}

static struct usage_by_model *model_of(struct stats_run *s, uint16_t model)
{
    size_t wanted = (size_t)model + 1;
    s->s.model = arena_grow(s->arena, s->s.model, &s->model_capacity, wanted,
                            sizeof *s->s.model);
    if (s->s.models < wanted) s->s.models = wanted;
    return &s->s.model[model];
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static enum err_code add_time(struct stats_run *s, int64_t at_us, struct err *e)
{
    if (!s->any) {
        s->start_us = at_us;
        int64_t at_s = floor_div(at_us, SECOND_US);
        s->s.first_hour_s = s->s.dated ? floor_div(at_s, HOUR_S) * HOUR_S : at_s;
    }
    s->any = true;
    s->last_any_us = at_us;
    if (at_us - s->start_us <= MOST_SPAN_US) return OK;
    return err_set(e, ERR_RANGE, "requests span over 400 days; import less at a time");
}

enum err_code stats_run_add(struct stats_run *s, const struct usage_record *r,
                            struct err *e)
{
    if (add_time(s, r->at_us, e)) return e->code;
    struct usage_hour *hour = hour_of(s, r->at_us);
    struct usage_by_model *model = model_of(s, r->model);
    if (r->status != USAGE_OK) {
        s->s.errors[r->status]++;
        model->errors++;
        model->throttled += r->status == USAGE_THROTTLED;
        hour->throttled += r->status == USAGE_THROTTLED;
        return OK;
    }
    if (s->s.requests == 0) s->s.first_us = r->at_us;
    add_arrival(s, r->at_us);
    add_lengths(s, r);
    s->s.last_us = r->at_us;
    s->s.requests++;
    hour->requests++;
    hour->input_tokens += r->input;
    hour->output_tokens += r->output;
    model->requests++;
    model->input_tokens += r->input;
    model->output_tokens += r->output;
    model->cached_tokens += r->cached;
    return OK;
}

/* Whole windows only, as sim/summary.c has it. */
static void finish_windows(struct stats_run *s)
{
    int64_t span_us = s->s.last_us - s->s.first_us;
    count_second(s, s->window[0].count);
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        struct windows *w = &s->window[i];
        int64_t windows = span_us / (summary_dispersion_window_s[i] * SECOND_US);
        if (w->now < windows) close_window(w);
        double n = (double)windows, mean = w->total / n;
        s->s.dispersion[i] = (double)NAN;
        if (windows > 1)
            s->s.dispersion[i] = (w->squares - w->total * mean) / (n - 1) / mean;
        if (i < SUMMARY_PEAKS)
            s->s.peak_to_mean[i] = windows > 0 ? w->most / mean : (double)NAN;
    }
    s->s.interarrival_cv = (double)NAN;
    if (s->gaps >= 2 && s->gap_mean > 0)
        s->s.interarrival_cv = sqrt(s->gap_squares / s->gaps) / s->gap_mean;
}

static void finish_side(struct usage_side *side, const int64_t *counter, int64_t n,
                        double mean, double squares)
{
    int64_t seen = 0;
    int next = 0;
    side->cv = mean > 0 ? sqrt(squares / (double)n) / mean : 0;
    for (size_t c = 0; c < COUNTERS && next < USAGE_QUANTILES; c++) {
        seen += counter[c];
        while (next < USAGE_QUANTILES &&
               seen >= (int64_t)ceil(usage_quantile[next] * (double)n))
            side->quantile[next++] = counter_value(c);
    }
}

static void finish_cells(struct stats_run *s)
{
    struct summary_cell *to = ARENA_NEW(s->arena, struct summary_cell, s->s.cells);
    s->s.cell = to;
    for (size_t i = 0; i < (size_t)SUMMARY_BUCKETS * SUMMARY_BUCKETS; i++)
        if (s->square[i].requests > 0) *to++ = s->square[i];
}

/* Seconds without an arrival are counted up to the last request. */
static void finish_seconds(struct stats_run *s)
{
    int64_t busy = 0, all = (s->s.last_us - s->s.first_us) / SECOND_US + 1;
    s->s.second = arena_alloc(s->arena, s->seconds_capacity + 1, sizeof *s->s.second);
    for (size_t k = 1; k < s->seconds_capacity; k++)
        busy += s->seconds_by_arrivals[k];
    s->seconds_by_arrivals[0] = all - busy;
    for (size_t k = 0; k < s->seconds_capacity; k++) {
        if (s->seconds_by_arrivals[k] == 0) continue;
        s->s.second[s->s.seconds][0] = (int64_t)k;
        s->s.second[s->s.seconds++][1] = s->seconds_by_arrivals[k];
    }
}

static int by_requests(const void *a, const void *b)
{
    const struct usage_by_model *x = a, *y = b;
    int64_t n = x->requests + x->errors, m = y->requests + y->errors;
    if (n != m) return n < m ? 1 : -1;
    int order = strcmp(x->id, y->id);
    return order ? order : strcmp(x->region, y->region);
}

static void finish_models(struct stats_run *s)
{
    size_t used = 0;
    for (size_t i = 0; i < s->s.models; i++) {
        struct usage_by_model m = s->s.model[i];
        if (m.requests + m.errors == 0) continue;
        m.id = s->names->model[i].id;
        m.region = s->names->model[i].region;
        s->s.model[used++] = m;
    }
    s->s.models = used;
    qsort(s->s.model, used, sizeof *s->s.model, by_requests);
}

enum err_code stats_run_finish(struct usage_stats *out, struct stats_run *s,
                               struct err *e)
{
    if (s->s.requests == 0) {
        int64_t failed = usage_errors(&s->s);
        if (failed == 0) return err_set(e, ERR_INPUT, "no requests");
        return err_set(e, ERR_INPUT, "none of the %lld requests ran",
                       (long long)failed);
    }
    finish_windows(s);
    finish_seconds(s);
    finish_side(&s->s.input, s->counter[0], s->s.requests, s->plain.mean_x,
                s->plain.xx);
    finish_side(&s->s.output, s->counter[1], s->s.requests, s->plain.mean_y,
                s->plain.yy);
    s->s.length_correlation = correlation(&s->plain);
    s->s.log_length_correlation = correlation(&s->logs);
    finish_cells(s);
    finish_models(s);
    *out = s->s;
    return OK;
}

double usage_span_s(const struct usage_stats *s)
{
    return (double)(s->last_us - s->first_us) / (double)SECOND_US;
}

int64_t usage_errors(const struct usage_stats *s)
{
    int64_t n = 0;
    for (int i = USAGE_OK + 1; i < USAGE_STATUSES; i++)
        n += s->errors[i];
    return n;
}
