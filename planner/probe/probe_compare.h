#ifndef PROBE_COMPARE_H
#define PROBE_COMPARE_H

/* Two saved runs beside each other: differences with intervals, and gates on them. */

#include "probe_result.h"
#include "probe_saved.h"

/* One percentile (or the mean) of one metric in both runs. NaN: one of the samples does
 * not carry it. `change` is b / a - 1; its interval holds with 95 %. */
struct probe_change {
    double a, b;
    double change, change_lo, change_hi;
    double b_lo, b_hi; /* of b alone */
};

enum { PROBE_MEAN = PROBE_QUANTILES }; /* in place of a quantile */

/* Moving blocks of n^(1/3) requests in the order of their starts are drawn, 2 000
 * times: requests close in time are not independent. Source: Künsch, Ann. Statist.
 * 1989. Range: quantile 0 to PROBE_MEAN. Seeded: the same bytes each time. */
void probe_change_of(struct probe_change *out, const struct probe_saved *a,
                     const struct probe_saved *b, enum probe_metric m, size_t quantile,
                     int64_t seed, struct arena *arena);

/* "ttft_ms.p90>+15%", "latency_ms.p95>+200", "ttft_ms.p95>1200". */
struct probe_gate {
    enum probe_metric metric;
    size_t quantile;
    bool relative, percent; /* "+", and "%" behind it */
    double limit;           /* ms, or a share when percent */
    const char *text;
};
/* Errors: ERR_USAGE. Owns: nothing; `text` stays the caller's. */
NODISCARD enum err_code probe_gate_parse(struct probe_gate *out, const char *text,
                                         struct arena *a, struct err *e);

enum probe_gate_answer { PROBE_GATE_PASSED, PROBE_GATE_FAILED, PROBE_GATE_UNKNOWN };
/* A gate fails only when the whole interval is beyond its limit. */
enum probe_gate_answer probe_gate_judge(const struct probe_gate *g,
                                        const struct probe_change *c);

#endif
