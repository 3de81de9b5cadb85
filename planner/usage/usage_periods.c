#include "usage_periods.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE_S = 60, HOUR_S = 3600 };
static const int64_t SECOND_US = 1000000, MOST_SPAN_S = INT64_C(400) * 86400;

static int by_start(const void *a, const void *b)
{
    const struct usage_period *x = a, *y = b;
    if (x->start_s != y->start_s) return x->start_s < y->start_s ? -1 : 1;
    return (x->model > y->model) - (x->model < y->model);
}

/* The share of `n` that falls to part k of `parts`, whole and adding up to n. */
static int64_t part_of(int64_t n, int64_t k, int64_t parts)
{
    double per_part = (double)n / (double)parts;
    int64_t below = k == 0 ? 0 : (int64_t)(per_part * (double)k);
    int64_t upto = k + 1 == parts ? n : (int64_t)(per_part * (double)(k + 1));
    return upto - below;
}

static void add_minutes(struct usage_stats *s, const struct usage_period *p)
{
    int64_t parts = (p->length_s + MINUTE_S - 1) / MINUTE_S;
    int64_t first = (p->start_s - s->first_us / SECOND_US) / MINUTE_S;
    for (int64_t k = 0; k < parts && (size_t)(first + k) < s->minutes; k++)
        s->per_minute[first + k] += part_of(p->requests, k, parts);
}

static void add_hours(struct usage_stats *s, const struct usage_period *p)
{
    int64_t parts = (p->length_s + HOUR_S - 1) / HOUR_S;
    int64_t first = (p->start_s - s->first_hour_s) / HOUR_S;
    for (int64_t k = 0; k < parts && (size_t)(first + k) < s->hours; k++) {
        struct usage_hour *h = &s->hour[first + k];
        h->requests += part_of(p->requests, k, parts);
        h->throttled += part_of(p->throttled, k, parts);
        h->input_tokens += part_of(p->input, k, parts);
        h->output_tokens += part_of(p->output, k, parts);
    }
}

static void add_sums(struct usage_stats *s, const struct usage_period *p)
{
    struct usage_by_model *m = &s->model[p->model];
    s->errors[USAGE_THROTTLED] += p->throttled;
    s->errors[USAGE_OTHER] += p->client_errors;
    s->errors[USAGE_SERVICE] += p->server_errors;
    m->throttled += p->throttled;
    m->errors += p->throttled + p->client_errors + p->server_errors;
    if (p->requests == 0) return; /* tokens of nothing: the count is missing */
    s->requests += p->requests;
    s->input.total += p->input;
    s->output.total += p->output;
    s->cached_tokens += p->cached;
    s->written_tokens += p->written;
    m->requests += p->requests;
    m->input_tokens += p->input;
    m->output_tokens += p->output;
    m->cached_tokens += p->cached;
}

static int by_buckets(const void *a, const void *b)
{
    const struct summary_cell *x = a, *y = b;
    if (x->input_bucket != y->input_bucket)
        return x->input_bucket < y->input_bucket ? -1 : 1;
    return (x->output_bucket > y->output_bucket) -
           (x->output_bucket < y->output_bucket);
}

/* One cell a period, at its mean lengths; equal ones are added up. */
static enum err_code add_cells(struct usage_stats *s, const struct usage_periods *p,
                               struct arena *a, struct err *e)
{
    s->cell = ARENA_NEW(a, struct summary_cell, p->count);
    size_t n = 0;
    for (size_t i = 0; i < p->count; i++) {
        const struct usage_period *q = &p->period[i];
        if (q->requests == 0) continue;
        int64_t in = q->input / q->requests, out = q->output / q->requests;
        if (in > SUMMARY_MAX_TOKENS || out > SUMMARY_MAX_TOKENS)
            return err_set(e, ERR_INPUT, "more than 2^40 tokens in a request");
        s->cell[n++] = (struct summary_cell){ summary_bucket(in), summary_bucket(out),
                                              q->requests, q->input, q->output };
    }
    qsort(s->cell, n, sizeof *s->cell, by_buckets);
    for (size_t i = 0; i < n; i++) {
        struct summary_cell *last = s->cells ? &s->cell[s->cells - 1] : NULL;
        if (!last || by_buckets(last, &s->cell[i]) != 0) {
            s->cell[s->cells++] = s->cell[i];
            continue;
        }
        last->requests += s->cell[i].requests;
        last->input_tokens += s->cell[i].input_tokens;
        last->output_tokens += s->cell[i].output_tokens;
    }
    return OK;
}

/* Between the cells: less than between requests. */
static double cv(const struct usage_stats *s, bool output)
{
    double mean =
        (double)(output ? s->output.total : s->input.total) / (double)s->requests;
    double squares = 0;
    for (size_t i = 0; i < s->cells; i++) {
        const struct summary_cell *c = &s->cell[i];
        double n = (double)c->requests;
        double d = (double)(output ? c->output_tokens : c->input_tokens) / n - mean;
        squares += n * d * d;
    }
    return mean > 0 ? sqrt(squares / (double)s->requests) / mean : 0;
}

/* Of windows of whole minutes that no period is longer than. */
static void windows(struct usage_stats *s, int64_t longest_s)
{
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        int window_s = summary_dispersion_window_s[i];
        s->dispersion[i] = (double)NAN;
        if (i < SUMMARY_PEAKS) s->peak_to_mean[i] = (double)NAN;
        if (window_s < MINUTE_S || window_s < longest_s) continue;
        size_t minutes = (size_t)window_s / MINUTE_S, n = s->minutes / minutes;
        double total = 0, squares = 0, most = 0;
        for (size_t w = 0; w < n; w++) {
            double count = 0;
            for (size_t k = 0; k < minutes; k++)
                count += (double)s->per_minute[w * minutes + k];
            total += count;
            squares += count * count;
            most = fmax(most, count);
        }
        double mean = total / (double)n;
        if (n > 1 && mean > 0)
            s->dispersion[i] = (squares - total * mean) / ((double)n - 1) / mean;
        if (i < SUMMARY_PEAKS && n > 0 && mean > 0) s->peak_to_mean[i] = most / mean;
    }
}

static enum err_code set_span(struct usage_stats *s, const struct usage_periods *p,
                              int64_t *longest_s, struct arena *a, struct err *e)
{
    bool any = false;
    int64_t end_s = 0;
    for (size_t i = 0; i < p->count; i++) {
        const struct usage_period *q = &p->period[i];
        if (q->requests == 0) continue;
        if (!any) s->first_us = q->start_s * SECOND_US;
        if (!any || q->start_s + q->length_s > end_s) end_s = q->start_s + q->length_s;
        if (q->length_s > *longest_s) *longest_s = q->length_s;
        any = true;
    }
    if (!any) return err_set(e, ERR_INPUT, "no requests in any period");
    int64_t first_s = s->first_us / SECOND_US, all_s = p->period[0].start_s;
    const struct usage_period *last = &p->period[p->count - 1];
    int64_t all_end_s = last->start_s + last->length_s;
    if (all_end_s < end_s) all_end_s = end_s;
    if (all_end_s - all_s > MOST_SPAN_S)
        return err_set(e, ERR_RANGE, "periods span over 400 days");
    s->last_us = end_s * SECOND_US;
    s->minutes = (size_t)((end_s - first_s + MINUTE_S - 1) / MINUTE_S);
    s->per_minute = ARENA_NEW(a, int64_t, s->minutes);
    s->first_hour_s = all_s;
    if (s->dated) s->first_hour_s -= ((all_s % HOUR_S) + HOUR_S) % HOUR_S;
    s->hours = (size_t)((all_end_s - s->first_hour_s + HOUR_S - 1) / HOUR_S);
    s->hour = ARENA_NEW(a, struct usage_hour, s->hours);
    return OK;
}

static void name_models(struct usage_stats *s, const struct usage_models *models)
{
    size_t used = 0;
    for (size_t i = 0; i < models->count; i++) {
        struct usage_by_model m = s->model[i];
        if (m.requests + m.errors == 0) continue;
        m.id = models->model[i].id;
        m.region = models->model[i].region;
        s->model[used++] = m;
    }
    s->models = used;
}

static void forget_lengths(struct usage_stats *s)
{
    s->input = s->output = (struct usage_side){ .total = -1, .cv = (double)NAN };
}

enum err_code usage_stats_of_periods(struct usage_stats *out, struct usage_periods *p,
                                     bool dated, const struct usage_models *models,
                                     struct arena *a, struct err *e)
{
    struct usage_stats s = { .kind = p->kind, .dated = dated };
    int64_t longest_s = 0;
    if (p->count == 0) return err_set(e, ERR_INPUT, "no periods");
    qsort(p->period, p->count, sizeof *p->period, by_start);
    if (set_span(&s, p, &longest_s, a, e)) return e->code;
    s.model = ARENA_NEW(a, struct usage_by_model, models->count);
    for (size_t i = 0; i < p->count; i++) {
        add_sums(&s, &p->period[i]);
        add_hours(&s, &p->period[i]);
        if (p->period[i].requests > 0) add_minutes(&s, &p->period[i]);
    }
    name_models(&s, models);
    windows(&s, longest_s);
    s.interarrival_cv = s.length_correlation = s.log_length_correlation = (double)NAN;
    if (p->kind == USAGE_RATES) {
        forget_lengths(&s);
    } else {
        if (add_cells(&s, p, a, e)) return e->code;
        s.input.cv = cv(&s, false);
        s.output.cv = cv(&s, true);
    }
    s.input.min = s.input.max = s.output.min = s.output.max = -1;
    for (int q = 0; q < USAGE_QUANTILES; q++)
        s.input.quantile[q] = s.output.quantile[q] = -1;
    *out = s;
    return OK;
}
