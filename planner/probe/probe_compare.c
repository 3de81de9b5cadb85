#include "probe_compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "quantile.h"
#include "rng.h"
#include "str.h"
#include "text.h"

enum { DRAWS = 2000, PURPOSE_DRAWS = 0x64726177 };

static int by_start(const void *a, const void *b)
{
    const struct probe_record *x = a, *y = b;
    return (x->intended_ns > y->intended_ns) - (x->intended_ns < y->intended_ns);
}

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct sample {
    double *x;     /* in the order of starts */
    double *drawn; /* a draw, scratch */
    size_t n, block;
};

static struct sample sample_of(const struct probe_saved *s, enum probe_metric m,
                               struct arena *arena)
{
    struct probe_record *r = ARENA_NEW(arena, struct probe_record, s->count + 1);
    size_t values = s->count + 1;
    if (s->count) memcpy(r, s->record, s->count * sizeof *r);
    qsort(r, s->count, sizeof *r, by_start);
    for (size_t i = 0; i < s->count; i++)
        values += r[i].gaps;
    struct sample out = { .x = ARENA_NEW(arena, double, values),
                          .drawn = ARENA_NEW(arena, double, values) };
    out.n = probe_values(out.x, m, r, s->count);
    out.block = (size_t)fmax(1, round(cbrt((double)out.n)));
    return out;
}

static double statistic(double *sorted_or_not, size_t n, size_t quantile)
{
    if (quantile == PROBE_MEAN) return mean_of(sorted_or_not, n);
    qsort(sorted_or_not, n, sizeof(double), rising);
    return probe_type7(sorted_or_not, n, probe_quantile[quantile]);
}

/* Blocks that wrap round the end, so that each value is as likely. */
static double draw(struct sample *s, size_t quantile, struct rng *r)
{
    for (size_t n = 0; n < s->n;) {
        size_t from = (size_t)(rng_uniform(r) * (double)s->n);
        for (size_t k = 0; k < s->block && n < s->n; k++)
            s->drawn[n++] = s->x[(from + k) % s->n];
    }
    return statistic(s->drawn, s->n, quantile);
}

static double value_of(const struct probe_saved *s, enum probe_metric m,
                       size_t quantile)
{
    const struct probe_stats *stats = &s->result.metric[m];
    return quantile == PROBE_MEAN ? stats->mean : stats->p[quantile];
}

void probe_change_of(struct probe_change *out, const struct probe_saved *a,
                     const struct probe_saved *b, enum probe_metric m, size_t quantile,
                     int64_t seed, struct arena *arena)
{
    struct rng r;
    struct sample x = sample_of(a, m, arena), y = sample_of(b, m, arena);
    double *change = ARENA_NEW(arena, double, 2 * DRAWS), *of_b = change + DRAWS;
    const double nan = (double)NAN;
    *out = (struct probe_change){ .a = value_of(a, m, quantile),
                                  .b = value_of(b, m, quantile),
                                  .change = nan,
                                  .change_lo = nan,
                                  .change_hi = nan,
                                  .b_lo = nan,
                                  .b_hi = nan };
    if (!isfinite(out->a) || !isfinite(out->b) || x.n < 2 || y.n < 2) return;
    rng_init(&r, (uint64_t)seed, PURPOSE_DRAWS, (uint64_t)m * 8 + quantile);
    for (size_t d = 0; d < DRAWS; d++) {
        double of_a = draw(&x, quantile, &r);
        of_b[d] = draw(&y, quantile, &r);
        change[d] = of_b[d] / of_a - 1;
    }
    qsort(change, DRAWS, sizeof *change, rising);
    qsort(of_b, DRAWS, sizeof *of_b, rising);
    out->change = out->b / out->a - 1;
    out->change_lo = change[DRAWS / 40];
    out->change_hi = change[DRAWS - 1 - DRAWS / 40];
    out->b_lo = of_b[DRAWS / 40];
    out->b_hi = of_b[DRAWS - 1 - DRAWS / 40];
}

static enum err_code bad_gate(const char *text, const char *why, struct err *e)
{
    return err_set(
        e, ERR_USAGE,
        "--fail-if '%.60s': %s; write METRIC.p50|p90|p95|p99|mean>LIMIT, the "
        "limit in ms, as +ms or as +N%%",
        text, why);
}

enum err_code probe_gate_parse(struct probe_gate *out, const char *text,
                               struct arena *a, struct err *e)
{
    struct str limit, quantile;
    struct str left = str_cut(str_of(text), '>', &limit);
    struct str metric = str_trim(str_cut(left, '.', &quantile));
    const char *names[PROBE_METRICS];
    struct probe_gate g = { .text = text };
    quantile = str_trim(quantile);
    limit = str_trim(limit);
    for (int m = 0; m < PROBE_METRICS; m++)
        names[m] = probe_metric_words[m].key;
    const char *name = arena_text_n(a, metric.p, metric.n);
    g.metric = probe_metric_find(name);
    if (g.metric == PROBE_METRICS)
        return bad_gate(text,
                        arena_printf(a, "no metric '%s'%s", name,
                                     text_did_you_mean(a, name, names, PROBE_METRICS)),
                        e);
    while (g.quantile < PROBE_QUANTILES &&
           !str_eq(quantile, probe_quantile_name[g.quantile]))
        g.quantile++;
    if (g.quantile == PROBE_QUANTILES && !str_eq(quantile, "mean"))
        return bad_gate(text, "no such percentile", e);
    if (!limit.n) return bad_gate(text, "no limit", e);
    g.relative = *limit.p == '+';
    g.percent = limit.p[limit.n - 1] == '%';
    if (g.percent && !g.relative) return bad_gate(text, "a share wants a '+'", e);
    const char *number = arena_text_n(a, limit.p + g.relative, limit.n - g.relative);
    struct err bad = { 0 };
    enum err_code code = g.percent ? text_ratio(&g.limit, number, 0, 1e6, &bad)
                                   : text_real(&g.limit, number, 0, 1e9, &bad);
    if (code) return bad_gate(text, bad.msg, e);
    *out = g;
    return OK;
}

enum probe_gate_answer probe_gate_judge(const struct probe_gate *g,
                                        const struct probe_change *c)
{
    double lo = !g->relative ? c->b_lo : g->percent ? c->change_lo : c->b_lo - c->a;
    if (isnan(lo)) return PROBE_GATE_UNKNOWN;
    return lo > g->limit ? PROBE_GATE_FAILED : PROBE_GATE_PASSED;
}
