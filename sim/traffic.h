#ifndef SIM_TRAFFIC_H
#define SIM_TRAFFIC_H

/* Requests that have not come yet.
 *
 * Batches arrive as a Poisson process whose rate follows the hour and wanders; a batch
 * has a geometric number of requests at one moment; lengths are drawn from a joint
 * distribution. Wandering is a product of modulators: each holds a gamma-distributed
 * value of mean 1 for an exponential time and then draws a new one, so that the rate's
 * autocovariance is the product of 1 + variance × exp(-lag / hold) less 1, exactly, and
 * counts in windows have a known index of dispersion (traffic_dispersion()). Renewal
 * gaps of any law cannot do this: what bursts in a minute is not what bursts in a
 * second.
 *
 * Eight replications run in the lanes of vectors, each with its own stream; the same
 * bytes come out of every instruction set. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "lengths.h"
#include "replay.h"

enum { TRAFFIC_MODULATORS = 3, TRAFFIC_COMPONENTS = 3, TRAFFIC_LANES = 8 };

struct traffic_modulator {
    double variance, hold_s;
};

/* Lognormal components; tokens are rounded, at least 1. */
struct traffic_mixture {
    int count; /* 1 … TRAFFIC_COMPONENTS */
    double weight[TRAFFIC_COMPONENTS], mu[TRAFFIC_COMPONENTS],
        sigma[TRAFFIC_COMPONENTS];
};

struct traffic_model {
    double requests_per_s; /* where the hour's factor is 1 */
    double span_s;
    const double *hour_factor; /* by hour from the start, for the whole span; NULL: 1 */
    double hour_length_s;      /* what an hour is cut down to; 0: 3600 */
    double batch_mean;         /* 1: every request comes alone */
    struct traffic_modulator modulator[TRAFFIC_MODULATORS]; /* variance 0: none */
    const struct lengths *lengths; /* joint; NULL: the mixtures, independent */
    struct traffic_mixture input, output;
    double cached_share; /* of input tokens, of every request */
};

/* Errors: ERR_RANGE naming the field. */
NODISCARD enum err_code traffic_check(const struct traffic_model *m, struct err *e);

/* The tables of a model, ready to draw from. */
struct traffic;
NODISCARD enum err_code traffic_prepare(struct traffic **out,
                                        const struct traffic_model *m, struct arena *a,
                                        struct err *e);

/* Of a prepared model: its span, its mean rate over it, mean uncached input and output.
 */
double traffic_span_s(const struct traffic *t);
double traffic_mean_rate(const struct traffic *t);
void traffic_mean_tokens(double *input, double *output, const struct traffic *t);

/* The same at another rate and for `span_s`, which may be shorter; the tables are
 * shared. Owns: the arena. */
struct traffic *traffic_at_rate(const struct traffic *t, double requests_per_s,
                                double span_s, struct arena *a);

/* Requests of replica `replica`, times from 0; `n` may be 0. Its batch of
 * TRAFFIC_LANES replicas is computed together: ask for all of them at once where they
 * are wanted. Owns: the arena. */
struct traffic_requests {
    struct replay_request *request;
    size_t count, capacity;
};
void traffic_requests(struct traffic_requests out[TRAFFIC_LANES],
                      const struct traffic *t, uint64_t seed, uint64_t batch,
                      int64_t max_tokens, struct arena *a);

/* Variance over mean of the counts in windows of `window_s`, over all time. */
double traffic_dispersion(const struct traffic_model *m, double window_s);
/* The same as a sample of span_s / window_s windows is expected to show it: what is
 * slower than the span is not seen. */
double traffic_sample_dispersion(const struct traffic_model *m, double window_s,
                                 double span_s);

/* Sets batch_mean and the modulators so that a sample over `sample_s` shows the index
 * of dispersion target[i] in windows of summary_dispersion_window_s[i] as nearly as the
 * model can; NaN: unknown. requests_per_s must be set. With one target alone nothing is
 * known of time scales: it becomes batches. Traffic more even than Poisson's (targets
 * below 1) is taken as Poisson's. Errors: ERR_RANGE, ERR_NUMERIC. */
NODISCARD enum err_code traffic_fit(struct traffic_model *m, const double *target,
                                    double sample_s, struct err *e);

/* The traffic that these requests are a sample of: their lengths together (of uncached
 * input), their rate, hour by hour where they last a day or more, and their dispersions
 * within that. The span is theirs. Errors: as summary_of_requests(). Owns: the arena.
 */
NODISCARD enum err_code traffic_of_requests(struct traffic_model *out,
                                            const struct traffic_request *r, size_t n,
                                            struct arena *a, struct err *e);

#endif
