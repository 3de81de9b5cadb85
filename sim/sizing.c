#include "sizing.h"

#include <math.h>

#include "lanes.h"

/* Searches judge several capacities at a time: making the traffic costs more than
 * judging it in lanes. Event by event it is the other way round. */
enum { LADDER = 8, LADDER_BY_EVENT = 2 };

static int ladder_of(const struct admission *like)
{
    struct admission a = *like;
    struct admission_rules rules;
    struct err none = { 0 };
    if (a.kind == CAPACITY_UNITS) a.input_tpm = a.output_tpm = 1;
    if (a.kind == CAPACITY_QUOTA) a.quota_tpm = 1;
    bool lanes = admission_rules(&rules, &a, &none) == OK && lanes_can_judge(&rules);
    return lanes ? LADDER : LADDER_BY_EVENT;
}

static const double unlimited_tpm = 1e12;

struct admission sizing_of_units(const struct admission *unit, int64_t n)
{
    struct admission a = *unit;
    a.input_tpm *= (double)n;
    a.output_tpm *= (double)n;
    return a;
}

void sizing_offered(double *input_tpm, double *output_tpm, const struct traffic *t)
{
    const double minute_s = 60;
    double input, output;
    traffic_mean_tokens(&input, &output, t);
    *input_tpm = traffic_mean_rate(t) * minute_s * input;
    *output_tpm = traffic_mean_rate(t) * minute_s * output;
}

static enum err_code check_samples(const struct sizing *s, struct err *e)
{
    const double rule_of_three = 3;
    double requests = traffic_mean_rate(s->traffic) * traffic_span_s(s->traffic) *
                      s->batches * TRAFFIC_LANES;
    if (!(s->target > 0)) return err_set(e, ERR_RANGE, "the target must be above 0");
    if (requests * s->target > 2 * rule_of_three) return OK;
    return err_set(e, ERR_SAMPLES,
                   "%.3g requests in all replicas cannot show a share of %g%%; ask for "
                   "more replicas or a longer span",
                   requests, s->target * 100);
}

/* Candidates between lo (fails) and hi (meets), at most `ladder`, ascending. */
static size_t rungs(int64_t *n, int ladder, int64_t lo, int64_t hi)
{
    size_t count = 0;
    for (int i = 1; i <= ladder; i++) {
        int64_t at = lo + (hi - lo) * i / (ladder + 1);
        if (at > lo && at < hi && (count == 0 || at > n[count - 1])) n[count++] = at;
    }
    return count;
}

struct search {
    const struct admission *unit;
    const struct sizing *s;
    int64_t lo, hi;            /* fails; meets, 0 not known */
    struct sizing_point point; /* of hi */
};

static enum err_code try_units(struct search *q, const int64_t *n, size_t count,
                               struct err *e)
{
    struct admission a[LADDER] = { 0 };
    struct sizing_point p[LADDER];
    for (size_t i = 0; i < count; i++)
        a[i] = sizing_of_units(q->unit, n[i]);
    if (sizing_judge(p, a, count, q->s, e)) return e->code;
    for (size_t i = 0; i < count; i++) {
        if (sizing_meets(&p[i], q->s)) {
            q->hi = n[i];
            q->point = p[i];
            return OK;
        }
        q->lo = n[i];
    }
    return OK;
}

/* What the mean needs is where to start looking. */
static int64_t first_guess(const struct admission *unit, const struct traffic *t)
{
    double input, output;
    sizing_offered(&input, &output, t);
    double units = fmax(input / unit->input_tpm, output / unit->output_tpm);
    return (int64_t)fmin(SIZING_MOST_UNITS, fmax(1, ceil(units)));
}

enum err_code sizing_units(int64_t *units, struct sizing_point *point,
                           const struct admission *unit, const struct sizing *s,
                           struct err *e)
{
    const double step = 1.3;
    const int ladder = ladder_of(unit);
    struct search q = { .unit = unit, .s = s };
    if (check_samples(s, e)) return e->code;
    for (double next = (double)first_guess(unit, s->traffic);
         q.hi == 0 && next <= SIZING_MOST_UNITS;) {
        int64_t n[LADDER];
        int count = 0;
        for (; count < ladder && next <= SIZING_MOST_UNITS; next = ceil(next * step))
            n[count++] = (int64_t)next;
        if (try_units(&q, n, (size_t)count, e)) return e->code;
    }
    while (q.hi - q.lo > 1) {
        int64_t n[LADDER];
        size_t count = rungs(n, ladder, q.lo, q.hi);
        if (try_units(&q, n, count, e)) return e->code;
    }
    *units = q.hi;
    *point = q.point;
    return OK;
}

/* A capacity as a function of one number, for a search by ratio. */
struct scaled {
    struct admission like;
    double input_tpm, output_tpm, quota_tpm; /* at factor 1 */
};

static struct admission at_factor(const struct scaled *c, double factor)
{
    struct admission a = c->like;
    a.input_tpm = fmin(unlimited_tpm, c->input_tpm * factor);
    a.output_tpm = fmin(unlimited_tpm, c->output_tpm * factor);
    a.quota_tpm = fmin(unlimited_tpm, c->quota_tpm * factor);
    return a;
}

/* The smallest factor, to 0.5 %; from one that is likely too small. */
static enum err_code smallest_factor(double *out, const struct scaled *c, double start,
                                     const struct sizing *s, struct err *e)
{
    const double precision = 1.005, most = 1e9, stride = 1.45;
    const int ladder = ladder_of(&c->like);
    double lo = start, hi = 0, step = stride;
    bool fails = false; /* lo is known to */
    while (hi <= 0 || hi / lo > precision) {
        struct admission a[LADDER];
        struct sizing_point p[LADDER];
        double f[LADDER];
        if (hi > 0) step = pow(hi / lo, 1.0 / (ladder + 1));
        for (int i = 0; i < ladder; i++) {
            f[i] = lo * pow(step, i + (fails || hi > 0));
            a[i] = at_factor(c, f[i]);
        }
        if (sizing_judge(p, a, (size_t)ladder, s, e)) return e->code;
        int first = 0;
        while (first < ladder && !sizing_meets(&p[first], s))
            first++;
        if (first == 0 && hi <= 0 && !fails) { /* not too small after all */
            lo /= pow(stride, ladder);
            continue;
        }
        if (first > 0) lo = f[first - 1];
        fails = fails || first > 0;
        if (first < ladder) hi = f[first];
        if (lo > most)
            return err_set(e, ERR_INFEASIBLE,
                           "no rate is enough: some requests are "
                           "refused whatever it is");
    }
    *out = hi;
    return OK;
}

enum err_code sizing_rates(double *input_tpm, double *output_tpm,
                           const struct admission *like, const struct sizing *s,
                           struct err *e)
{
    const double start = 0.5;
    struct sizing half = *s;
    struct scaled c = { .like = *like };
    double input, output, fi = 0, fo = 0, both = 1;
    if (check_samples(s, e)) return e->code;
    half.target /= 2;
    if (check_samples(&half, e)) return e->code;
    c.like.kind = CAPACITY_UNITS;
    sizing_offered(&input, &output, s->traffic);
    input = fmax(input, 1);
    output = fmax(output, 1);
    c.input_tpm = input;
    c.output_tpm = unlimited_tpm;
    if (smallest_factor(&fi, &c, start, &half, e)) return e->code;
    c.input_tpm = unlimited_tpm;
    c.output_tpm = output;
    if (smallest_factor(&fo, &c, start, &half, e)) return e->code;
    c.input_tpm = input * fi;
    c.output_tpm = output * fo;
    if (smallest_factor(&both, &c, start, s, e)) return e->code;
    *input_tpm = input * fi * both;
    *output_tpm = output * fo * both;
    return OK;
}

enum err_code sizing_quota(double *quota_tpm, const struct admission *like,
                           const struct sizing *s, struct err *e)
{
    const double start = 0.5;
    double input, output, factor = 1;
    struct scaled c = { .like = *like };
    if (check_samples(s, e)) return e->code;
    c.like.kind = CAPACITY_QUOTA;
    sizing_offered(&input, &output, s->traffic);
    c.quota_tpm = fmax(1, input + output * like->burndown);
    if (smallest_factor(&factor, &c, start, s, e)) return e->code;
    *quota_tpm = c.quota_tpm * factor;
    return OK;
}
