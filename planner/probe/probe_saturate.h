#ifndef PROBE_SATURATE_H
#define PROBE_SATURATE_H

/* What a provisioned model delivers: it is asked for more than it has, and what it lets
 * through is counted. */

#include "probe_setup.h"

/* Of one part of the run: tokens let through a minute, with a 95 % interval. */
struct saturate_part {
    const char *name;          /* "long prompts" */
    int64_t input, max_output; /* tokens asked for by each request */
    int64_t requests, ok, throttled, failed;
    bool saturated; /* enough was refused to know the limit */
    double input_tpm, input_lo, input_hi;
    double output_tpm, output_lo, output_hi;
};

enum { SATURATE_INPUT, SATURATE_OUTPUT, SATURATE_BOTH, SATURATE_PARTS };

enum saturate_budget { BUDGET_UNKNOWN, BUDGET_SEPARATE, BUDGET_SHARED };

/* Tokens let through between the first refusal and the last start, when the bucket was
 * empty and only what flowed in came out: their rate, by blocks of a twelfth of that
 * time. Fills all but the name. `from_ns`, `to_ns`: of the part, in run time. */
void saturate_count(struct saturate_part *out, const struct probe_record *record,
                    size_t count);

/* Whether input and output draw on one budget: with both asked for at once, the shares
 * of what each gets alone add up to one (shared) or to two (separate). `share` is that
 * sum, `lo` and `hi` its interval. */
enum saturate_budget saturate_judge(double *share, double *lo, double *hi,
                                    const struct saturate_part part[SATURATE_PARTS]);

NODISCARD enum err_code probe_saturate(struct probe_setup *p, struct app *app,
                                       struct err *e);

#endif
