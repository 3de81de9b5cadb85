#include "lengths.h"

#include <math.h>

static double input_of(const struct length_cell *c)
{
    return c->input_tokens;
}

static double output_of(const struct length_cell *c)
{
    return c->output_tokens;
}

static double mean(const struct lengths *l, double (*side)(const struct length_cell *))
{
    double sum = 0;
    for (size_t i = 0; i < l->count; i++)
        sum += l->cell[i].share * side(&l->cell[i]);
    return sum;
}

static double cv(const struct lengths *l, double (*side)(const struct length_cell *))
{
    double m = mean(l, side), variance = 0;
    for (size_t i = 0; i < l->count; i++) {
        double d = side(&l->cell[i]) - m;
        variance += l->cell[i].share * d * d;
    }
    return m > 0 ? sqrt(variance) / m : 0;
}

/* Share of requests up to `value`; `*next` becomes the smallest value above it. */
static double share_up_to(const struct lengths *l, double value, double *next,
                          double (*side)(const struct length_cell *))
{
    double share = 0;
    *next = HUGE_VAL;
    for (size_t i = 0; i < l->count; i++) {
        double x = side(&l->cell[i]);
        if (x <= value)
            share += l->cell[i].share;
        else if (x < *next)
            *next = x;
    }
    return share;
}

/* Bisection on the value, because one side is not in order and this needs no memory.
 * Keeps share(lo) < q <= share(hi); ends when only one value is left between them. */
static double quantile(const struct lengths *l, double q,
                       double (*side)(const struct length_cell *))
{
    const double slack = 0x1p-40; /* shares are sums of up to millions of terms */
    double lo = -1, hi = 0, next;
    for (size_t i = 0; i < l->count; i++)
        hi = fmax(hi, side(&l->cell[i]));
    for (;;) {
        share_up_to(l, lo, &next, side);
        if (next >= hi) return hi;
        double middle = lo + (hi - lo) / 2;
        if (middle < next) middle = next;
        double above;
        if (share_up_to(l, middle, &above, side) >= q - slack) {
            if (middle <= next) return next;
            hi = middle;
        } else {
            lo = middle;
        }
    }
}

double lengths_input_mean(const struct lengths *l)
{
    return mean(l, input_of);
}

double lengths_output_mean(const struct lengths *l)
{
    return mean(l, output_of);
}

double lengths_input_cv(const struct lengths *l)
{
    return cv(l, input_of);
}

double lengths_output_cv(const struct lengths *l)
{
    return cv(l, output_of);
}

double lengths_input_quantile(const struct lengths *l, double q)
{
    return quantile(l, q, input_of);
}

double lengths_output_quantile(const struct lengths *l, double q)
{
    return quantile(l, q, output_of);
}

struct length_tail lengths_tail(const struct lengths *l, double input_scale,
                                double threshold_tokens)
{
    struct length_tail above = { 0 }, all = { 0 };
    for (size_t i = 0; i < l->count; i++) {
        const struct length_cell *c = &l->cell[i];
        struct length_tail part = { c->share, c->share * c->input_tokens,
                                    c->share * c->output_tokens };
        all.requests += part.requests;
        all.input_tokens += part.input_tokens;
        all.output_tokens += part.output_tokens;
        if (c->input_tokens * input_scale < threshold_tokens) continue;
        above.requests += part.requests;
        above.input_tokens += part.input_tokens;
        above.output_tokens += part.output_tokens;
    }
    above.requests = all.requests > 0 ? above.requests / all.requests : 0;
    above.input_tokens =
        all.input_tokens > 0 ? above.input_tokens / all.input_tokens : 0;
    above.output_tokens =
        all.output_tokens > 0 ? above.output_tokens / all.output_tokens : 0;
    return above;
}

double lengths_over_window(const struct lengths *l, double input_scale,
                           double output_scale, double window_tokens)
{
    double share = 0;
    for (size_t i = 0; i < l->count; i++) {
        const struct length_cell *c = &l->cell[i];
        double both = c->input_tokens * input_scale + c->output_tokens * output_scale;
        if (both > window_tokens) share += c->share;
    }
    return share;
}
