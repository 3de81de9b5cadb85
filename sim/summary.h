#ifndef SIM_SUMMARY_H
#define SIM_SUMMARY_H

/* What a stretch of traffic looks like, without any of its text: counts, joint
 * lengths, arrivals, dispersion. Computed from requests in order of time. */

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "lengths.h"

struct traffic_request {
    double at_s; /* seconds from any origin, not decreasing */
    int64_t input_tokens, output_tokens, cached_tokens;
    int64_t max_tokens; /* as the request asked; 0: not stated */
};

/* Joint histogram cell: lengths fall into buckets of 1/8 octave (exact below 16). */
struct summary_cell {
    int32_t input_bucket, output_bucket;
    int64_t requests, input_tokens, output_tokens; /* sums */
};

enum { SUMMARY_DISPERSIONS = 4, SUMMARY_PEAKS = 3 };

/* Windows are tiled from the first request and whole: the rest at the end of the span
 * is left out. NaN where there are fewer than two (dispersion), none (peak), fewer
 * than two different moments of arrival (interarrival), or one length only
 * (correlations). */
struct traffic_summary {
    int64_t requests;
    double first_unix_s, last_unix_s, span_s; /* of at_s: unix when its origin is */
    int64_t input_tokens, output_tokens, cached_tokens;
    int64_t input_min, input_max, output_min, output_max;
    double input_cv, output_cv; /* of requests, over the population */
    double interarrival_cv;
    /* sample variance / mean of counts in windows of 1, 10, 60, 300 s */
    double dispersion[SUMMARY_DISPERSIONS];
    /* busiest window / mean window of 1, 10, 60 s */
    double peak_to_mean[SUMMARY_PEAKS];
    double length_correlation,
        log_length_correlation; /* Pearson's; logs of max(1, n) */
    struct summary_cell *cell;  /* by input_bucket, then output_bucket */
    size_t cells;
    int64_t *per_second, *per_minute; /* arrivals, from the first request on */
    size_t seconds, minutes;
};
extern const int summary_dispersion_window_s[SUMMARY_DISPERSIONS];

/* Range: 0 … 2^40 tokens, buckets 0 … SUMMARY_BUCKETS-1. */
enum { SUMMARY_BUCKETS = 16 + (40 - 4) * 8 + 1 };
#define SUMMARY_MAX_TOKENS (INT64_C(1) << 40)
int32_t summary_bucket(int64_t tokens);
/* Smallest and largest whole count of a bucket. */
void summary_bucket_range(int32_t bucket, int64_t *lo, int64_t *hi);

/* Errors: ERR_INPUT no requests; ERR_RANGE negative counts, over 2^40 tokens, cached
 * more than input, time going back or not finite, over 400 days. Owns: the arena. */
NODISCARD enum err_code summary_of_requests(struct traffic_summary *out,
                                            const struct traffic_request *r, size_t n,
                                            struct arena *a, struct err *e);

/* The joint lengths of a histogram's cells. Errors: ERR_INPUT no requests in them.
 * Owns: the arena. */
NODISCARD enum err_code lengths_of_cells(struct lengths *out,
                                         const struct summary_cell *cell, size_t cells,
                                         struct arena *a, struct err *e);
/* The same of a summary. */
NODISCARD enum err_code lengths_of_summary(struct lengths *out,
                                           const struct traffic_summary *s,
                                           struct arena *a, struct err *e);

#endif
