#ifndef USAGE_SUMMARY_H
#define USAGE_SUMMARY_H

/* What a planner needs of measured traffic, from a summary file ("bedplan.usage/1") or
 * straight from a trace. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"
#include "err.h"
#include "lengths.h"
#include "summary.h"
#include "trace.h"

struct usage_summary {
    const char *source, *license, *command; /* "" when not stated */
    int64_t requests;
    bool dated; /* first and last are known */
    int64_t first_unix_s, last_unix_s;
    double span_s;         /* first to last request */
    double requests_per_s; /* requests / span; 0 when the span is */
    struct lengths lengths;
    int64_t input_tokens, output_tokens, cached_tokens; /* sums */
    double input_cv, output_cv;                         /* of requests */
    /* NaN where the span is too short for it; meaning: sim/summary.h */
    double interarrival_cv;
    double dispersion[SUMMARY_DISPERSIONS];
    double peak_to_mean[SUMMARY_PEAKS];
    int64_t *per_minute; /* arrivals, from the first request on */
    size_t minutes;
};

/* Reads a summary file. Nothing in it is believed: counts, buckets and totals must
 * agree. Errors: ERR_IO; ERR_INPUT "FILE: what". Owns: the arena. */
NODISCARD enum err_code usage_summary_read(struct usage_summary *out, const char *path,
                                           struct arena *a, struct err *e);
/* The same of bytes; `name` stands in messages. */
NODISCARD enum err_code usage_summary_parse(struct usage_summary *out, const char *name,
                                            const char *bytes, size_t size,
                                            struct arena *a, struct err *e);

/* Reads a trace (trace.h) and summarises it; `source` is the file's name. */
NODISCARD enum err_code usage_from_trace(struct usage_summary *out, const char *path,
                                         struct arena *a, struct err *e);

/* Writes the summary file of a trace, all of what `bedplan usage export` prints.
 * Percentiles are order statistics of the requests. Errors: ERR_RANGE, ERR_IO. */
struct usage_attribution {
    const char *source, *license, *command; /* NULL: not stated */
};
NODISCARD enum err_code usage_write(FILE *f, const struct trace *t,
                                    const struct usage_attribution *by, struct arena *a,
                                    struct err *e);

#endif
