/* From requests let through or refused to the rate of a bucket. */
#include <math.h>
#include <string.h>

#include "probe_saturate.h"

enum { BLOCKS = 12 };
/* Student's t, 97.5 %, 11 degrees of freedom. */
static const double t_11 = 2.201;

struct window {
    int64_t from_ns, to_ns;
};

/* From the first refusal, when what was saved up is used up, to the last start. */
static bool window_of(struct window *out, const struct probe_record *record,
                      size_t count)
{
    *out = (struct window){ INT64_MAX, INT64_MIN };
    for (size_t i = 0; i < count; i++) {
        const struct probe_record *r = &record[i];
        if (r->failure == FAILURE_THROTTLED && r->start_ns < out->from_ns)
            out->from_ns = r->start_ns;
        if (r->start_ns > out->to_ns) out->to_ns = r->start_ns;
    }
    return out->from_ns < out->to_ns;
}

/* Mean and 95 % interval of the blocks' rates, tokens a minute. */
static void rate_of(double *mean, double *lo, double *hi, const double *tokens,
                    double block_min)
{
    double sum = 0, squares = 0;
    for (int b = 0; b < BLOCKS; b++)
        sum += tokens[b];
    *mean = sum / BLOCKS;
    for (int b = 0; b < BLOCKS; b++)
        squares += (tokens[b] - *mean) * (tokens[b] - *mean);
    double half = t_11 * sqrt(squares / (BLOCKS - 1) / BLOCKS);
    *lo = fmax(0, *mean - half) / block_min;
    *hi = (*mean + half) / block_min;
    *mean /= block_min;
}

void saturate_count(struct saturate_part *out, const struct probe_record *record,
                    size_t count)
{
    enum { LEAST_REFUSED = 20 };
    double input[BLOCKS] = { 0 }, output[BLOCKS] = { 0 };
    struct window w;
    bool full = window_of(&w, record, count);
    out->requests = (int64_t)count;
    for (size_t i = 0; i < count; i++) {
        const struct probe_record *r = &record[i];
        out->ok += r->failure == FAILURE_NONE;
        out->throttled += r->failure == FAILURE_THROTTLED;
        if (!full || r->failure != FAILURE_NONE || r->start_ns < w.from_ns) continue;
        int b = (int)((double)(r->start_ns - w.from_ns) /
                      (double)(w.to_ns - w.from_ns) * BLOCKS);
        if (b >= BLOCKS) b = BLOCKS - 1;
        input[b] += (double)r->input_tokens;
        output[b] += (double)r->output_tokens;
    }
    out->failed = out->requests - out->ok - out->throttled;
    out->saturated =
        full && out->throttled >= LEAST_REFUSED && out->throttled * 10 >= out->requests;
    if (!out->saturated) return;
    double block_min = (double)(w.to_ns - w.from_ns) / 60e9 / BLOCKS;
    rate_of(&out->input_tpm, &out->input_lo, &out->input_hi, input, block_min);
    rate_of(&out->output_tpm, &out->output_lo, &out->output_hi, output, block_min);
}

enum saturate_budget saturate_judge(double *share, double *lo, double *hi,
                                    const struct saturate_part part[SATURATE_PARTS])
{
    const struct saturate_part *in = &part[SATURATE_INPUT];
    const struct saturate_part *out = &part[SATURATE_OUTPUT];
    const struct saturate_part *both = &part[SATURATE_BOTH];
    const double between = 1.5; /* one budget: 1; two: 2 */
    *share = *lo = *hi = (double)NAN;
    for (int i = 0; i < SATURATE_PARTS; i++)
        if (!part[i].saturated) return BUDGET_UNKNOWN;
    *share = both->input_tpm / in->input_tpm + both->output_tpm / out->output_tpm;
    *lo = both->input_lo / in->input_hi + both->output_lo / out->output_hi;
    *hi = both->input_hi / fmax(in->input_lo, 1) +
          both->output_hi / fmax(out->output_lo, 1);
    if (*lo > between) return BUDGET_SEPARATE;
    if (*hi < between) return BUDGET_SHARED;
    return BUDGET_UNKNOWN;
}
