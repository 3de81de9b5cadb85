#ifndef SIM_SIZING_H
#define SIM_SIZING_H

/* How much capacity traffic needs: the smallest that refuses less than a target share,
 * with 95 % confidence over independent replicas of the traffic. The same replicas
 * meet every capacity, so that two capacities differ by nothing else. */

#include "admission.h"
#include "arena.h"
#include "err.h"
#include "traffic.h"

struct sizing {
    const struct traffic *traffic;
    double target; /* share of requests, above 0 */
    uint64_t seed;
    int batches; /* of TRAFFIC_LANES replicas each */
    int threads; /* the answer does not depend on it */
    struct arena *arena;
};

/* Mean over replicas and its 95 % interval by Student's t; when nothing at all was
 * refused, hi is 3 in all requests simulated (the rule of three). */
struct sizing_share {
    double mean, lo, hi;
};

struct sizing_point {
    struct sizing_share refused; /* throttled and oversize */
    struct sizing_share throttled;
    double oversize;                       /* mean share */
    double utilisation[ADMISSION_BUCKETS]; /* mean over replicas */
    double wait_ms[WAITS];                 /* replicas' percentiles, their mean */
    double requests;                       /* all replicas together */
};

/* Judges each of `n` capacities. Errors: ERR_RANGE, ERR_INPUT of an admission. */
NODISCARD enum err_code sizing_judge(struct sizing_point *out,
                                     const struct admission *capacity, size_t n,
                                     const struct sizing *s, struct err *e);

/* Whether the interval lies below the target. */
bool sizing_meets(const struct sizing_point *p, const struct sizing *s);

enum { SIZING_MOST_UNITS = 1000000 };

/* The capacity of n units, of which `unit` is one. */
struct admission sizing_of_units(const struct admission *unit, int64_t n);

/* Smallest number of units; 0 when SIZING_MOST_UNITS would not do.
 * Errors: ERR_SAMPLES when the replicas cannot show a share as small as the target. */
NODISCARD enum err_code sizing_units(int64_t *units, struct sizing_point *point,
                                     const struct admission *unit,
                                     const struct sizing *s, struct err *e);

/* The rate that all units together would have to deliver: first what each side needs
 * alone for half the target, then both scaled to meet it together, to 0.5 %. `like`
 * says window, reservation and retries; its rates are not read. */
NODISCARD enum err_code sizing_rates(double *input_tpm, double *output_tpm,
                                     const struct admission *like,
                                     const struct sizing *s, struct err *e);

/* The smallest quota of tokens per minute, to 0.5 %; the other quotas are `like`'s. */
NODISCARD enum err_code sizing_quota(double *quota_tpm, const struct admission *like,
                                     const struct sizing *s, struct err *e);

/* Mean tokens a minute offered, of uncached input and of output. */
void sizing_offered(double *input_tpm, double *output_tpm, const struct traffic *t);

#endif
