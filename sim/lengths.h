#ifndef SIM_LENGTHS_H
#define SIM_LENGTHS_H

/* The joint distribution of a request's input and output tokens.
 *
 * Cells hold a share of requests with the cells' own mean input and output, so
 * that means are exact whatever the cells' width. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

struct length_cell {
    double share;                       /* of requests; all sum to 1 */
    double input_tokens, output_tokens; /* means of the cell */
};

struct lengths {
    struct length_cell *cell; /* by input_tokens, then output_tokens */
    size_t count;
};

/* One length: "lognormal mean 1155 p95 3500", "lognormal p50 900 p95 3500",
 * "lognormal mean 1155 cv 0.9", "constant 800", "800", "uniform 100 2000",
 * "exponential mean 200", "gamma mean 200 cv 0.7".
 * Errors: ERR_INPUT, ERR_RANGE (no such distribution: p95 below the mean's reach …). */
enum length_family { LENGTH_CONSTANT, LENGTH_LOGNORMAL, LENGTH_UNIFORM, LENGTH_GAMMA };
struct length_law {
    enum length_family family;
    double a,
        b; /* constant: a; lognormal: mu, sigma; uniform: lo, hi; gamma: shape, scale */
};
NODISCARD enum err_code length_law_parse(struct length_law *out, const char *text,
                                         struct err *e);
/* Inverse distribution function by GSL; u in (0,1). Range: at least 1 token. */
double length_law_quantile(const struct length_law *law, double u);
double length_law_mean(const struct length_law *law);

/* Independent input and output laws, discretised at `n` equal-probability strata each
 * side; every stratum keeps its conditional mean (so the mean is exact to 1e-6). */
NODISCARD enum err_code lengths_of_laws(struct lengths *out,
                                        const struct length_law *input,
                                        const struct length_law *output, size_t n,
                                        struct arena *a, struct err *e);

double lengths_input_mean(const struct lengths *l);
double lengths_output_mean(const struct lengths *l);
/* Standard deviation over mean, between cells: a little less than the law's own. */
double lengths_input_cv(const struct lengths *l);
double lengths_output_cv(const struct lengths *l);
/* q in (0,1) of the input (output) lengths: the smallest cell value with at least q. */
double lengths_input_quantile(const struct lengths *l, double q);
double lengths_output_quantile(const struct lengths *l, double q);

/* Shares at or above `threshold` input tokens (after `input_scale`). */
struct length_tail {
    double requests, input_tokens, output_tokens; /* shares, 0..1 */
};
struct length_tail lengths_tail(const struct lengths *l, double input_scale,
                                double threshold_tokens);
/* Share of requests whose input + output exceeds `window_tokens`. */
double lengths_over_window(const struct lengths *l, double input_scale,
                           double output_scale, double window_tokens);

#endif
