#include <math.h>

#include "traffic.h"

enum { HOUR_S = 3600, DAY_S = 86400, MOST_CELLS = 1 << 16 };

/* Every request a cell of its own; of very many the histogram, whose sums are exact. */
static enum err_code joint_lengths(struct lengths *out, const struct traffic_request *r,
                                   size_t n, struct arena *a, struct err *e)
{
    if (n <= MOST_CELLS) {
        *out = (struct lengths){ ARENA_NEW(a, struct length_cell, n), n };
        for (size_t i = 0; i < n; i++) {
            out->cell[i] =
                (struct length_cell){ 1 / (double)n,
                                      (double)(r[i].input_tokens - r[i].cached_tokens),
                                      (double)r[i].output_tokens };
        }
        return OK;
    }
    struct traffic_summary s;
    struct traffic_request *uncached = ARENA_NEW(a, struct traffic_request, n);
    for (size_t i = 0; i < n; i++) {
        uncached[i] = r[i];
        uncached[i].input_tokens -= r[i].cached_tokens;
        uncached[i].cached_tokens = 0;
    }
    if (summary_of_requests(&s, uncached, n, a, e)) return e->code;
    return lengths_of_summary(out, &s, a, e);
}

/* Requests of each hour over those of the mean hour; the last is cut off by the end. */
static const double *hour_factors(const struct traffic_summary *s, struct arena *a)
{
    size_t hours = (size_t)ceil(s->span_s / HOUR_S);
    double *factor = ARENA_NEW(a, double, hours + 1);
    double per_s = (double)s->requests / s->span_s;
    for (size_t i = 0; i < s->seconds; i++)
        factor[i / HOUR_S] += (double)s->per_second[i];
    for (size_t h = 0; h < hours; h++) {
        double left_s = s->span_s - (double)h * HOUR_S;
        factor[h] /= per_s * (left_s < HOUR_S ? left_s : HOUR_S);
    }
    return factor;
}

/* Dispersion in windows within whole hours, between which the rate is known. */
static double hourly_dispersion(const struct traffic_summary *s, size_t window_s)
{
    double squares = 0, means = 0;
    size_t windows = HOUR_S / window_s;
    for (size_t start = 0; start + HOUR_S <= s->seconds; start += HOUR_S) {
        double sum = 0, square = 0;
        for (size_t w = 0; w < windows; w++) {
            double count = 0;
            for (size_t i = 0; i < window_s; i++)
                count += (double)s->per_second[start + w * window_s + i];
            sum += count;
            square += count * count;
        }
        double mean = sum / (double)windows;
        squares += (square - sum * mean) / (double)(windows - 1);
        means += mean;
    }
    return squares / means;
}

enum err_code traffic_of_requests(struct traffic_model *out,
                                  const struct traffic_request *r, size_t n,
                                  struct arena *a, struct err *e)
{
    struct traffic_summary s;
    struct lengths *lengths = ARENA_NEW(a, struct lengths, 1);
    if (summary_of_requests(&s, r, n, a, e) || joint_lengths(lengths, r, n, a, e))
        return e->code;
    if (!(s.span_s > 0))
        return err_set(e, ERR_INPUT, "all %zu requests come at one moment", n);
    struct traffic_model m = { .requests_per_s = (double)n / s.span_s,
                               .span_s = s.span_s,
                               .batch_mean = 1,
                               .lengths = lengths };
    double sample_s = s.span_s, target[SUMMARY_DISPERSIONS];
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++)
        target[i] = s.dispersion[i];
    if (s.span_s >= DAY_S) {
        sample_s = HOUR_S;
        m.hour_factor = hour_factors(&s, a);
        for (int i = 0; i < SUMMARY_DISPERSIONS; i++)
            target[i] = hourly_dispersion(&s, (size_t)summary_dispersion_window_s[i]);
    }
    if (traffic_fit(&m, target, sample_s, e)) return e->code;
    *out = m;
    return OK;
}
