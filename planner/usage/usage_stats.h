#ifndef USAGE_STATS_H
#define USAGE_STATS_H

/* What `usage` keeps of imported traffic, and how it is counted from records that come
 * by time, in memory that does not grow with their number. */

#include <stdbool.h>

#include "summary.h"
#include "usage_record.h"

/* Where the figures come from, which says what they can answer. */
enum usage_kind {
    USAGE_REQUESTS,  /* every request: everything is known */
    USAGE_METRICS,   /* sums over periods: lengths are the periods' means */
    USAGE_RATES,     /* rates over periods: no lengths */
    USAGE_HISTOGRAM, /* counted where the logs are */
    USAGE_KINDS
};
const char *usage_kind_word(enum usage_kind k);

enum { USAGE_P50, USAGE_P90, USAGE_P95, USAGE_P99, USAGE_QUANTILES };
extern const double usage_quantile[USAGE_QUANTILES];

/* Tokens of one side. Quantiles are order statistics, exact below 2^18 tokens and
 * within 0.1 % above; -1 where they are not known. */
struct usage_side {
    int64_t total, min, max, quantile[USAGE_QUANTILES];
    double cv; /* NaN: not known */
};

/* Requests that ran, and what they took; those refused for want of quota. */
struct usage_hour {
    int64_t requests, throttled, input_tokens, output_tokens;
};

struct usage_by_model {
    const char *id, *region;
    int64_t requests, errors, throttled; /* ran; did not; of these for want of quota */
    int64_t input_tokens, output_tokens, cached_tokens;
};

/* Arrivals, lengths and sums are of requests that ran; those that failed are counted
 * in `errors`. Times are microseconds, unix when dated. */
struct usage_stats {
    enum usage_kind kind;
    bool dated;
    int64_t requests, errors[USAGE_STATUSES];
    int64_t first_us, last_us; /* of requests that ran */
    struct usage_side input, output;
    int64_t cached_tokens, written_tokens;
    int64_t max_tokens_stated, max_tokens_total; /* requests that state it; their sum */
    int64_t latency_stated, latency_total_ms;
    /* NaN where not known; meaning: sim/summary.h */
    double interarrival_cv, dispersion[SUMMARY_DISPERSIONS],
        peak_to_mean[SUMMARY_PEAKS];
    double length_correlation, log_length_correlation;
    struct summary_cell *cell;
    size_t cells;
    int64_t *per_minute; /* arrivals, from the first request on */
    size_t minutes;
    int64_t first_hour_s; /* of the clock when dated, else the first record's time */
    struct usage_hour *hour;
    size_t hours;
    int64_t (*second)[2];         /* arrivals k, seconds that saw k; k ascending */
    size_t seconds;               /* rows of it */
    struct usage_by_model *model; /* most requests first */
    size_t models;
};

struct stats_run;

/* `models` may still grow while records are added. Owns: the arena. */
struct stats_run *stats_run_open(bool dated, const struct usage_models *models,
                                 struct arena *a);
/* By time. Errors: ERR_RANGE a span over 400 days. */
NODISCARD enum err_code stats_run_add(struct stats_run *s, const struct usage_record *r,
                                      struct err *e);
/* Errors: ERR_INPUT no request ran. Owns: the arena. */
NODISCARD enum err_code stats_run_finish(struct usage_stats *out, struct stats_run *s,
                                         struct err *e);

double usage_span_s(const struct usage_stats *s);
/* Requests that did not run. */
int64_t usage_errors(const struct usage_stats *s);

#endif
