#include "summary.h"

#include <math.h>

const int summary_dispersion_window_s[SUMMARY_DISPERSIONS] = { 1, 10, 60, 300 };

static const double MOST_SPAN_S = 400 * 86400.0;
static const double MOST_TOTAL_TOKENS = 0x1p62; /* of an int64 sum */

static enum err_code check(const struct traffic_request *r, size_t n, struct err *e)
{
    if (n == 0) return err_set(e, ERR_INPUT, "no requests");
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        total += (double)r[i].input_tokens + (double)r[i].output_tokens;
        if (r[i].input_tokens < 0 || r[i].output_tokens < 0 || r[i].cached_tokens < 0)
            return err_set(e, ERR_RANGE, "request %zu: negative tokens", i + 1);
        if (r[i].input_tokens > SUMMARY_MAX_TOKENS ||
            r[i].output_tokens > SUMMARY_MAX_TOKENS)
            return err_set(e, ERR_RANGE, "request %zu: more than 2^40 tokens", i + 1);
        if (r[i].cached_tokens > r[i].input_tokens)
            return err_set(e, ERR_RANGE, "request %zu: more cached than input tokens",
                           i + 1);
        if (!isfinite(r[i].at_s))
            return err_set(e, ERR_RANGE, "request %zu: time is not finite", i + 1);
        if (i > 0 && r[i].at_s < r[i - 1].at_s)
            return err_set(e, ERR_RANGE, "request %zu: time goes back by %.6g s", i + 1,
                           r[i - 1].at_s - r[i].at_s);
    }
    if (total > MOST_TOTAL_TOKENS)
        return err_set(e, ERR_RANGE, "more than 2^62 tokens in all");
    double span_s = r[n - 1].at_s - r[0].at_s;
    if (!(span_s <= MOST_SPAN_S))
        return err_set(e, ERR_RANGE, "requests span %.0f days, at most %.0f are read",
                       span_s / 86400, MOST_SPAN_S / 86400);
    return OK;
}

/* Which window of `window_s` from the first request on. */
static size_t window_of(const struct traffic_request *r, size_t i, int window_s)
{
    return (size_t)((r[i].at_s - r[0].at_s) / window_s);
}

struct window_stats {
    double dispersion, peak_to_mean;
};

static struct window_stats count_windows(const struct traffic_request *r, size_t n,
                                         int window_s)
{
    size_t windows = (size_t)((r[n - 1].at_s - r[0].at_s) / window_s);
    struct window_stats none = { (double)NAN, (double)NAN };
    if (windows < 1) return none;
    double total = 0, squares = 0, most = 0;
    for (size_t i = 0; i < n;) { /* empty windows add nothing to any of these */
        size_t window = window_of(r, i, window_s), first = i;
        if (window >= windows) break;
        while (i < n && window_of(r, i, window_s) == window)
            i++;
        double count = (double)(i - first);
        total += count;
        squares += count * count;
        most = fmax(most, count);
    }
    double w = (double)windows, mean = total / w;
    struct window_stats s = { .dispersion = (double)NAN, .peak_to_mean = most / mean };
    if (windows > 1) s.dispersion = (squares - total * mean) / (w - 1) / mean;
    return s;
}

static int64_t *arrivals(size_t *windows, const struct traffic_request *r, size_t n,
                         int window_s, struct arena *a)
{
    *windows = window_of(r, n - 1, window_s) + 1;
    int64_t *count = ARENA_NEW(a, int64_t, *windows);
    for (size_t i = 0; i < n; i++)
        count[window_of(r, i, window_s)]++;
    return count;
}

static double interarrival_cv(const struct traffic_request *r, size_t n)
{
    double gaps = (double)n - 1, mean = (r[n - 1].at_s - r[0].at_s) / gaps;
    double squares = 0;
    if (n < 3 || !(mean > 0)) return (double)NAN;
    for (size_t i = 1; i < n; i++) {
        double d = r[i].at_s - r[i - 1].at_s - mean;
        squares += d * d;
    }
    return sqrt(squares / gaps) / mean;
}

/* Two passes, because lengths of 1e5 squared and summed a million times leave no
 * digits for their variance. */
struct moments {
    double mean_x, mean_y, xx, yy, xy;
};

static double log_length(int64_t tokens)
{
    return log(tokens > 1 ? (double)tokens : 1);
}

static double length(int64_t tokens)
{
    return (double)tokens;
}

static struct moments moments_of(const struct traffic_request *r, size_t n,
                                 double (*scale)(int64_t))
{
    struct moments m = { 0 };
    for (size_t i = 0; i < n; i++) {
        m.mean_x += scale(r[i].input_tokens) / (double)n;
        m.mean_y += scale(r[i].output_tokens) / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        double x = scale(r[i].input_tokens) - m.mean_x;
        double y = scale(r[i].output_tokens) - m.mean_y;
        m.xx += x * x;
        m.yy += y * y;
        m.xy += x * y;
    }
    return m;
}

static double correlation(struct moments m)
{
    double d = sqrt(m.xx) * sqrt(m.yy);
    return d > 0 ? m.xy / d : (double)NAN;
}

static void add_totals(struct traffic_summary *s, const struct traffic_request *r,
                       size_t n)
{
    s->input_min = s->input_max = r[0].input_tokens;
    s->output_min = s->output_max = r[0].output_tokens;
    for (size_t i = 0; i < n; i++) {
        int64_t in = r[i].input_tokens, out = r[i].output_tokens;
        s->input_tokens += in;
        s->output_tokens += out;
        s->cached_tokens += r[i].cached_tokens;
        if (in < s->input_min) s->input_min = in;
        if (in > s->input_max) s->input_max = in;
        if (out < s->output_min) s->output_min = out;
        if (out > s->output_max) s->output_max = out;
    }
}

/* Counted in a full square of buckets (at most 305² of them), then the used ones. */
static void add_cells(struct traffic_summary *s, const struct traffic_request *r,
                      size_t n, struct arena *a)
{
    size_t inputs = (size_t)summary_bucket(s->input_max) + 1;
    size_t outputs = (size_t)summary_bucket(s->output_max) + 1;
    struct summary_cell *square = ARENA_NEW(a, struct summary_cell, inputs * outputs);
    for (size_t i = 0; i < n; i++) {
        int32_t in = summary_bucket(r[i].input_tokens);
        int32_t out = summary_bucket(r[i].output_tokens);
        struct summary_cell *c = &square[(size_t)in * outputs + (size_t)out];
        s->cells += c->requests == 0;
        c->input_bucket = in;
        c->output_bucket = out;
        c->requests++;
        c->input_tokens += r[i].input_tokens;
        c->output_tokens += r[i].output_tokens;
    }
    s->cell = ARENA_NEW(a, struct summary_cell, s->cells);
    struct summary_cell *to = s->cell;
    for (size_t i = 0; i < inputs * outputs; i++)
        if (square[i].requests > 0) *to++ = square[i];
}

enum err_code summary_of_requests(struct traffic_summary *out,
                                  const struct traffic_request *r, size_t n,
                                  struct arena *a, struct err *e)
{
    if (check(r, n, e)) return e->code;
    struct traffic_summary s = {
        .requests = (int64_t)n,
        .first_unix_s = r[0].at_s,
        .last_unix_s = r[n - 1].at_s,
        .span_s = r[n - 1].at_s - r[0].at_s,
        .interarrival_cv = interarrival_cv(r, n),
    };
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        struct window_stats w = count_windows(r, n, summary_dispersion_window_s[i]);
        s.dispersion[i] = w.dispersion;
        if (i < SUMMARY_PEAKS) s.peak_to_mean[i] = w.peak_to_mean;
    }
    struct moments m = moments_of(r, n, length);
    s.input_cv = m.mean_x > 0 ? sqrt(m.xx / (double)n) / m.mean_x : 0;
    s.output_cv = m.mean_y > 0 ? sqrt(m.yy / (double)n) / m.mean_y : 0;
    s.length_correlation = correlation(m);
    s.log_length_correlation = correlation(moments_of(r, n, log_length));
    add_totals(&s, r, n);
    add_cells(&s, r, n, a);
    s.per_second = arrivals(&s.seconds, r, n, 1, a);
    s.per_minute = arrivals(&s.minutes, r, n, 60, a);
    *out = s;
    return OK;
}
