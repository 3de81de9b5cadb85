#ifndef USAGE_PERIODS_H
#define USAGE_PERIODS_H

/* Usage that is known as sums over periods only: CloudWatch's metrics, tables of
 * rates. */

#include "usage_stats.h"

struct usage_period {
    int64_t start_s, length_s; /* unix when dated */
    uint16_t model;
    int64_t requests;
    int64_t input, cached, written, output; /* tokens; input as in usage_record */
    int64_t throttled, client_errors, server_errors;
};

struct usage_periods {
    struct usage_period *period;
    size_t count, capacity;
    enum usage_kind kind; /* USAGE_METRICS or USAGE_RATES */
};

/* Arrivals inside a period count as even; lengths are each period's means, so that
 * spreads and quantiles of single requests stay unknown, and so do dispersion and peaks
 * of windows shorter than a period. Sorts the periods. Errors: ERR_INPUT no requests,
 * tokens beyond 2^40 a request; ERR_RANGE over 400 days. Owns: the arena. */
NODISCARD enum err_code usage_stats_of_periods(struct usage_stats *out,
                                               struct usage_periods *p, bool dated,
                                               const struct usage_models *models,
                                               struct arena *a, struct err *e);

#endif
