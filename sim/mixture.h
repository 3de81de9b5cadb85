#ifndef SIM_MIXTURE_H
#define SIM_MIXTURE_H

/* Lognormal mixtures fitted to lengths that are known by the bucket. */

#include "summary.h"
#include "traffic.h"

/* Requests whose length is lo … hi tokens, and their mean length. */
struct mixture_bin {
    int64_t lo, hi;
    double requests, mean;
};

/* One side's lengths from the cells of a histogram, ascending; `*none` gets the
 * requests of no tokens, which are in no bin. Owns: the arena. */
void mixture_bins(struct mixture_bin **out, size_t *count, double *none,
                  const struct summary_cell *cell, size_t cells, bool output,
                  struct arena *a);

struct mixture_fit {
    struct traffic_mixture mixture;
    double log_likelihood; /* of the bins */
    double distance;       /* Kolmogorov's, between the bins' ends */
};

/* Share of lengths of at most `tokens`; lengths are rounded, at least 1. */
double mixture_below(const struct traffic_mixture *m, int64_t tokens);

/* The mixture of `components` under which the bins are likeliest: from several starts
 * by expectation and maximisation, then GSL's simplex.
 * Errors: ERR_INPUT no requests; ERR_RANGE components; ERR_INTERNAL. */
NODISCARD enum err_code mixture_fit(struct mixture_fit *out,
                                    const struct mixture_bin *bin, size_t n,
                                    int components, struct err *e);

/* The number of components that Schwarz's criterion prefers, and its fit: a further one
 * (three parameters) must win 1.5 ln(requests) of log-likelihood. Of spikes in 1e4
 * requests it takes all TRAFFIC_COMPONENTS. Errors: as above. */
NODISCARD enum err_code mixture_best(struct mixture_fit *out,
                                     const struct mixture_bin *bin, size_t n,
                                     struct err *e);

#endif
