#include "traffic.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "gsl_quiet.h"
#include "lanes_private.h"

enum { STREAM_TRAFFIC = 0x74726166, STREAM_MODULATION = 0x746d6f64 };

struct range {
    const char *name;
    double value, lo, hi;
};

static enum err_code check(const struct range *r, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++)
        if (!(r[i].value >= r[i].lo && r[i].value <= r[i].hi)) {
            return err_set(e, ERR_RANGE, "%s must be %g to %g, not %g", r[i].name,
                           r[i].lo, r[i].hi, r[i].value);
        }
    return OK;
}

static enum err_code check_mixture(const struct traffic_mixture *m, const char *side,
                                   struct err *e)
{
    const double highest_mu = 18; /* e^18 = 6.6e7 tokens */
    double sum = 0;
    if (m->count < 1 || m->count > TRAFFIC_COMPONENTS)
        return err_set(e, ERR_RANGE, "%s lengths: %d components; 1 to %d are possible",
                       side, m->count, TRAFFIC_COMPONENTS);
    for (int c = 0; c < m->count; c++) {
        const struct range range[] = {
            { "weight of a component", m->weight[c], 0, 1 },
            { "mu of a component", m->mu[c], -highest_mu, highest_mu },
            { "sigma of a component", m->sigma[c], 0, 5 },
        };
        if (check(range, sizeof range / sizeof *range, e))
            return err_wrap(e, "%s lengths: ", side);
        sum += m->weight[c];
    }
    if (fabs(sum - 1) > 1e-9)
        return err_set(e, ERR_RANGE, "%s lengths: the weights add up to %.9g, not 1",
                       side, sum);
    return OK;
}

static double hour_of(const struct traffic_model *m)
{
    const double hour_s = 3600;
    return m->hour_length_s > 0 ? m->hour_length_s : hour_s;
}

static size_t hours_of(const struct traffic_model *m)
{
    return (size_t)ceil(m->span_s / hour_of(m));
}

enum err_code traffic_check(const struct traffic_model *m, struct err *e)
{
    const struct range range[] = {
        { "requests per second", m->requests_per_s, 0, 1e7 },
        { "span (s)", m->span_s, 0.001, 1e9 },
        { "mean batch", m->batch_mean, 1, 1e6 },
        { "cached share", m->cached_share, 0, 1 },
        { "length of an hour (s)", m->hour_length_s, 0, 3600 },
    };
    if (check(range, sizeof range / sizeof *range, e)) return e->code;
    for (int j = 0; j < TRAFFIC_MODULATORS; j++) {
        const struct range wander[] = {
            { "variance of the rate", m->modulator[j].variance, 0, 1e4 },
            { "time scale of the rate (s)", m->modulator[j].hold_s, 0.001, 1e9 },
        };
        if (!(m->modulator[j].variance >= 0 && m->modulator[j].variance <= 0) &&
            check(wander, 2, e)) {
            return e->code;
        }
    }
    for (size_t h = 0; m->hour_factor && h < hours_of(m); h++) {
        struct range factor = { "factor of an hour", m->hour_factor[h], 0, 1e6 };
        if (check(&factor, 1, e)) return e->code;
    }
    if (!m->lengths)
        return check_mixture(&m->input, "input", e)
                   ? e->code
                   : check_mixture(&m->output, "output", e);
    if (m->lengths->count == 0 || m->lengths->count > UINT32_MAX)
        return err_set(e, ERR_RANGE, "no lengths to draw from");
    for (size_t i = 0; i < m->lengths->count; i++) {
        const struct length_cell *c = &m->lengths->cell[i];
        const struct range tokens[] = {
            { "share of a length", c->share, 0, 1 },
            { "input tokens", c->input_tokens, 0, REQUEST_MAX_TOKENS },
            { "output tokens", c->output_tokens, 0, REQUEST_MAX_TOKENS },
        };
        if (check(tokens, sizeof tokens / sizeof *tokens, e)) return e->code;
    }
    return OK;
}

/* Vose's way to build Walker's table. Source: M. D. Vose, IEEE Trans. Software Eng.
 * 17(9), 1991: small rows are filled up by large ones. */
static void build_alias(struct traffic *t, struct arena *a)
{
    const struct lengths *l = t->model.lengths;
    const double whole = 0x1p32;
    size_t n = l->count, small = 0, large = n;
    struct arena scratch = { .on_exhausted = a->on_exhausted };
    double *weight = ARENA_NEW(&scratch, double, n);
    uint32_t *row =
        ARENA_NEW(&scratch, uint32_t, n); /* small from below, large above */
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += l->cell[i].share;
    t->cell = ARENA_NEW(a, struct alias_cell, n);
    t->cells = n;
    for (size_t i = 0; i < n; i++) {
        weight[i] = l->cell[i].share / sum * (double)n;
        row[weight[i] < 1 ? small++ : --large] = (uint32_t)i;
        t->cell[i] = (struct alias_cell){
            .keep = UINT32_MAX,
            .alias = (uint32_t)i,
            .input = nearbyint(l->cell[i].input_tokens * (1 - t->model.cached_share)),
            .output = nearbyint(l->cell[i].output_tokens),
        };
    }
    while (small > 0 && large < n) {
        uint32_t few = row[--small], many = row[large];
        t->cell[few].keep = (uint32_t)(weight[few] * (whole - 1));
        t->cell[few].alias = many;
        weight[many] -= 1 - weight[few];
        if (weight[many] < 1) {
            large++;
            row[small++] = many;
        }
    }
    arena_clear(&scratch);
}

/* Means of equally likely slices of a gamma of mean 1: with the distribution function
 * of shape k + 1, which is that of the mean's share below a value. */
static double *gamma_slices(double variance, struct arena *a)
{
    double shape = 1 / variance, before = 0;
    double *level = ARENA_NEW(a, double, GAMMA_SLICES);
    for (int i = 0; i < GAMMA_SLICES; i++) {
        double below = 1;
        if (i < GAMMA_SLICES - 1) {
            double edge = gsl_cdf_gamma_Pinv((i + 1.0) / GAMMA_SLICES, shape, variance);
            below = gsl_cdf_gamma_P(edge, shape + 1, variance);
        }
        level[i] = (below - before) * GAMMA_SLICES;
        before = below;
    }
    return level;
}

enum err_code traffic_prepare(struct traffic **out, const struct traffic_model *m,
                              struct arena *a, struct err *e)
{
    if (traffic_check(m, e)) return e->code;
    sim_quiet_gsl();
    struct traffic *t = ARENA_NEW(a, struct traffic, 1);
    t->model = *m;
    t->hours = hours_of(m);
    t->changes = m->hour_factor != NULL;
    if (m->lengths) build_alias(t, a);
    for (int j = 0; j < TRAFFIC_MODULATORS; j++) {
        if (!(m->modulator[j].variance > 0)) continue;
        t->gamma[j] = gamma_slices(m->modulator[j].variance, a);
        t->changes = true;
        for (int i = 0; i < GAMMA_SLICES; i++)
            if (!isfinite(t->gamma[j][i]))
                return err_set(e, ERR_NUMERIC, "no gamma distribution of variance %g",
                               m->modulator[j].variance);
    }
    *out = t;
    return OK;
}

double traffic_span_s(const struct traffic *t)
{
    return t->model.span_s;
}

double traffic_mean_rate(const struct traffic *t)
{
    const struct traffic_model *m = &t->model;
    if (!m->hour_factor) return m->requests_per_s;
    double sum = 0;
    for (size_t h = 0; h < t->hours; h++) {
        double left_s = m->span_s - (double)h * hour_of(m);
        sum += m->hour_factor[h] * fmin(left_s, hour_of(m));
    }
    return m->requests_per_s * sum / m->span_s;
}

static double mixture_mean(const struct traffic_mixture *m)
{
    double mean = 0;
    for (int c = 0; c < m->count; c++)
        mean += m->weight[c] * exp(m->mu[c] + m->sigma[c] * m->sigma[c] / 2);
    return mean;
}

void traffic_mean_tokens(double *input, double *output, const struct traffic *t)
{
    const struct traffic_model *m = &t->model;
    *input = m->lengths ? lengths_input_mean(m->lengths) : mixture_mean(&m->input);
    *output = m->lengths ? lengths_output_mean(m->lengths) : mixture_mean(&m->output);
    *input *= 1 - m->cached_share;
}

struct traffic *traffic_at_rate(const struct traffic *t, double requests_per_s,
                                double span_s, struct arena *a)
{
    struct traffic *other = ARENA_NEW(a, struct traffic, 1);
    *other = *t;
    other->model.requests_per_s = requests_per_s;
    other->model.span_s = span_s;
    return other;
}

static double draw_level(struct lanes_source *s, int lane, const double *gamma)
{
    return gamma[splitmix64(&s->modulation[lane]) % GAMMA_SLICES];
}

static double draw_hold_s(struct lanes_source *s, int lane, double mean_s)
{
    return -log(rng_open(splitmix64(&s->modulation[lane]))) * mean_s;
}

/* The rate at `at_s`, and until when. */
static void set_rate(struct lanes_source *s, int lane, double at_s)
{
    const struct traffic *t = s->traffic;
    const struct traffic_model *m = &t->model;
    const double never = 1e300;
    double rate = m->requests_per_s / m->batch_mean, until_s = m->span_s;
    if (m->hour_factor) {
        double hour_s = hour_of(m);
        size_t hour = (size_t)(at_s / hour_s);
        /* at the end of an hour the quotient may round to just before it */
        if ((double)(hour + 1) * hour_s <= at_s) hour++;
        rate *= m->hour_factor[hour < t->hours ? hour : t->hours - 1];
        double end_s = (double)(hour + 1) * hour_s;
        until_s = end_s < until_s ? end_s : until_s;
    }
    for (int j = 0; j < TRAFFIC_MODULATORS; j++) {
        if (!t->gamma[j]) continue;
        rate *= s->level[j][lane];
        if (s->change_s[j][lane] < until_s) until_s = s->change_s[j][lane];
    }
    s->rate[lane] = rate;
    s->gap_s[lane] = rate > 0 ? 1 / rate : never;
    s->until_s[lane] = until_s;
}

/* Over the end of a replica arrivals go on, one a second, uncounted. */
static void end_replica(struct lanes_source *s, int lane)
{
    s->at_s[lane] = s->traffic->model.span_s;
    s->rate[lane] = 1;
    s->gap_s[lane] = 1;
    s->until_s[lane] = HUGE_VAL;
}

void lanes_cross(struct lanes_source *s, int lane, double rest)
{
    const struct traffic *t = s->traffic;
    double at_s = s->at_s[lane];
    for (;;) {
        double room = (s->until_s[lane] - at_s) * s->rate[lane];
        if (rest < room) break;
        rest -= room;
        at_s = s->until_s[lane];
        if (at_s >= t->model.span_s) {
            end_replica(s, lane);
            return;
        }
        for (int j = 0; j < TRAFFIC_MODULATORS; j++) {
            if (!t->gamma[j] || s->change_s[j][lane] > at_s) continue;
            s->level[j][lane] = draw_level(s, lane, t->gamma[j]);
            s->change_s[j][lane] =
                at_s + draw_hold_s(s, lane, t->model.modulator[j].hold_s);
        }
        set_rate(s, lane, at_s);
    }
    s->at_s[lane] = at_s + rest * s->gap_s[lane];
}

void lanes_start(struct lanes_source *s, const struct traffic *t, uint64_t seed,
                 uint64_t batch)
{
    *s = (struct lanes_source){ .traffic = t };
    for (int lane = 0; lane < LANES; lane++) {
        uint64_t replica = batch * LANES + (uint64_t)lane;
        struct rng r;
        rng_init(&r, seed, STREAM_TRAFFIC, replica);
        s->modulation[lane] = rng_key(seed, STREAM_MODULATION, replica);
        for (int i = 0; i < 4; i++)
            s->rng[i][lane] = r.s[i];
        for (int j = 0; j < TRAFFIC_MODULATORS; j++) {
            if (!t->gamma[j]) continue;
            s->level[j][lane] = draw_level(s, lane, t->gamma[j]);
            s->change_s[j][lane] = draw_hold_s(s, lane, t->model.modulator[j].hold_s);
        }
        set_rate(s, lane, 0);
    }
}

bool lanes_running(const struct lanes_source *s)
{
    for (int lane = 0; lane < LANES; lane++)
        if (s->at_s[lane] < s->traffic->model.span_s) return true;
    return false;
}

void traffic_requests(struct traffic_requests out[TRAFFIC_LANES],
                      const struct traffic *t, uint64_t seed, uint64_t batch,
                      int64_t max_tokens, struct arena *a)
{
    struct arena scratch = { .on_exhausted = a->on_exhausted };
    struct lanes_block *b = ARENA_NEW(&scratch, struct lanes_block, 1);
    struct lanes_source *s = ARENA_NEW(&scratch, struct lanes_source, 1);
    enum lanes_path path = lanes_best();
    for (int lane = 0; lane < LANES; lane++)
        out[lane].count = 0;
    for (lanes_start(s, t, seed, batch); lanes_running(s);) {
        lanes_fill(b, s, path);
        for (int lane = 0; lane < LANES; lane++) {
            struct traffic_requests *q = &out[lane];
            q->request = arena_grow(a, q->request, &q->capacity, q->count + STEPS,
                                    sizeof *q->request);
            for (int i = 0; i < STEPS && b->at_s[i][lane] < t->model.span_s; i++) {
                q->request[q->count++] = (struct replay_request){
                    .at_ns = (int64_t)(b->at_s[i][lane] * 1e9),
                    .input = (int32_t)b->input[i][lane],
                    .output = (int32_t)b->output[i][lane],
                    .max_tokens = (int32_t)max_tokens,
                };
            }
        }
    }
    arena_clear(&scratch);
}
