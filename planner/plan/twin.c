#include "twin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan_cache.h"

enum {
    SAMPLED_PATHS = 64,
    BULK = 24 /* strata of equal width below … */
};
static const double BULK_SHARE =
    0.9; /* … this quantile; above, each takes half of the rest */

/* Rows of an hour: the total first. */
static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Upper ends of the strata, as quantiles of all hours; the last is 1. */
static void stratum_ends(double end[TWIN_STRATA])
{
    double above = 1 - BULK_SHARE;
    for (int k = 0; k < TWIN_STRATA; k++) {
        if (k < BULK)
            end[k] = BULK_SHARE * (k + 1) / BULK;
        else
            end[k] = 1 - (above *= k + 1 < TWIN_STRATA ? 0.5 : 0);
    }
}

/* Rows of `flows` + 1: what all charge, then each one's requests a second. */
static double *all_hours(struct plan *p, const struct twin_flow *flow, size_t flows,
                         size_t paths, struct arena *scratch)
{
    size_t hours = (size_t)p->hours, row = flows + 1;
    struct demand_hours h = plan_hours_alloc(p, scratch);
    double *all = ARENA_NEW(scratch, double, paths *hours *row);
    for (size_t f = 0; f < flows; f++)
        for (size_t i = 0; i < paths; i++) {
            /* the first ones: spread evenly over every driver */
            plan_draw(p, flow[f].workload, i, &h);
            for (size_t k = 0; k < hours; k++) {
                double *at = all + (i * hours + k) * row;
                at[1 + f] = h.requests[k] / 3600 * flow[f].part;
                at[0] += at[1 + f] * flow[f].tokens;
            }
        }
    qsort(all, paths * hours, row * sizeof *all, ascending);
    return all;
}

void twin_hours(struct twin_hours *out, struct plan *p, const struct twin_flow *flow,
                size_t flows)
{
    struct arena scratch = { .on_exhausted = p->arena->on_exhausted };
    size_t paths = p->paths < SAMPLED_PATHS ? p->paths : SAMPLED_PATHS, from = 0,
           hours = paths * (size_t)p->hours, row = flows + 1;
    const double *all = all_hours(p, flow, flows, paths, &scratch);
    double end[TWIN_STRATA], *total = ARENA_NEW(&scratch, double, flows);
    *out = (struct twin_hours){ flows, ARENA_NEW(p->arena, double, TWIN_STRATA *flows),
                                ARENA_NEW(p->arena, double, TWIN_STRATA *flows) };
    stratum_ends(end);
    for (int k = 0; k < TWIN_STRATA; k++) {
        size_t to = (size_t)nearbyint(end[k] * (double)hours);
        for (size_t f = 0; f < flows; f++) {
            double sum = 0;
            for (size_t i = from; i < to; i++)
                sum += all[i * row + 1 + f];
            out->rate[(size_t)k * flows + f] =
                to > from ? sum / (double)(to - from) : 0;
            out->weight[(size_t)k * flows + f] = sum;
            total[f] += sum;
        }
        from = to > from ? to : from;
    }
    for (size_t i = 0; i < TWIN_STRATA * flows; i++)
        if (total[i % flows] > 0) out->weight[i] /= total[i % flows];
    arena_clear(&scratch);
}

struct admission twin_quota(const struct plan *p, const struct plan_option *o)
{
    const double unlimited_tpm = 1e12;
    int64_t max_tokens = p->workload[o->workload].settings->max_tokens;
    return (struct admission){
        .kind = CAPACITY_QUOTA,
        .quota_tpm = o->quota.tokens_per_min > 0 ? (double)o->quota.tokens_per_min
                                                 : unlimited_tpm,
        .rpm = (double)o->quota.requests_per_min,
        .burndown = o->quota.burndown > 0 ? o->quota.burndown : 1,
        .window_s = TWIN_WINDOW_S,
        .reserve = max_tokens > 0 ? RESERVE_MAX : RESERVE_ACTUAL,
        .max_tokens = max_tokens,
        .ttft_ms = o->candidate->ttft_ms,
        .tpot_ms = o->candidate->tpot_ms,
    };
}

struct admission twin_units(const struct plan *p, const struct plan_option *o,
                            int64_t units)
{
    const double unlimited_tpm = 1e12;
    struct admission a = twin_quota(p, o);
    a.kind = CAPACITY_UNITS;
    a.input_tpm = fmin(unlimited_tpm, (double)units * o->unit_input_tpm);
    a.output_tpm = fmin(unlimited_tpm, (double)units * o->unit_output_tpm);
    return a;
}

enum err_code twin_traffic(struct traffic **out, struct plan *p,
                           const struct twin_flow *flow, double span_s, struct err *e)
{
    struct plan_workload *k = &p->workload[flow->workload];
    if (plan_bursts(p, k, e)) return e->code;
    struct traffic_model m = *k->bursts;
    m.lengths = &flow->lengths;
    m.span_s = span_s;
    return traffic_prepare(out, &m, p->arena, e);
}

void twin_flow(struct twin_flow *out, const struct plan *p, const struct plan_option *o,
               bool quota)
{
    const struct plan_workload *w = &p->workload[o->workload];
    const struct candidate_settings *c = o->candidate;
    double part = 1, input = c->input_scale;
    double burndown = quota && o->quota.burndown > 0 ? o->quota.burndown : 1;
    if (quota && o->buy.kind == BUY_TOKENS && o->buy.tier == TIER_BATCH)
        part = 1 - o->buy.share; /* batch has a quota of its own */
    if (quota && part > 0) input = o->charged_per_input / part;
    struct twin_flow f = {
        .workload = o->workload,
        .part = part,
        .lengths = { ARENA_NEW(p->arena, struct length_cell, w->lengths.count),
                     w->lengths.count },
        .max_tokens = w->settings->max_tokens,
    };
    for (size_t i = 0; i < w->lengths.count; i++) {
        struct length_cell *to = &f.lengths.cell[i];
        *to = w->lengths.cell[i];
        to->input_tokens = to->input_tokens * input + o->attachment_tokens;
        to->output_tokens =
            to->output_tokens * c->output_scale + (double)c->reasoning_tokens;
    }
    f.tokens =
        lengths_input_mean(&f.lengths) + burndown * lengths_output_mean(&f.lengths);
    *out = f;
}
