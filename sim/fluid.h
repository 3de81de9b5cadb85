#ifndef SIM_FLUID_H
#define SIM_FLUID_H

/* What hourly limits refuse if every hour were smooth and every request of mean size.
 * Bursts inside the hour refuse more tokens; but a bucket that is nearly empty still
 * lets small requests in, so that the share of requests refused may be smaller. */

#include <stdbool.h>
#include <stdint.h>

#include "demand.h"

struct fluid_limits {
    double tokens_per_hour, requests_per_hour; /* HUGE_VAL: none */
    /* what a request, an input and an output token count for */
    double per_request, per_input, per_output;
};

/* Largest hour of each series: lets a path without a tight hour be skipped. */
struct fluid_peak {
    double requests, input_tokens, output_tokens;
};
struct fluid_peak fluid_peak(const struct demand_hours *h, int64_t hours);

/* What others charge to the same limits, hour by hour; tokens NULL: nobody else does.
 */
struct fluid_others {
    double *tokens, *requests;
};
/* Adds another workload's charges. */
void fluid_others_add(struct fluid_others *o, const struct demand_hours *h,
                      int64_t hours, const struct fluid_limits *l);

/* Requests refused over all hours: sum of r × max(0, 1 − limit/charged). */
double fluid_refused(const struct demand_hours *h, const struct fluid_others *others,
                     int64_t hours, struct fluid_peak peak,
                     const struct fluid_limits *l);

#endif
