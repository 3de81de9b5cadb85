#include "mixture.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "gsl_quiet.h"
#include "minimise.h"

enum { MOST = TRAFFIC_COMPONENTS, ROUNDS = 200, STARTS = 3 };

/* A width of 0 has no likelihood; this is half a token of 500. */
static const double NARROWEST = 0.001, WIDEST = 4;

void mixture_bins(struct mixture_bin **out, size_t *count, double *none,
                  const struct summary_cell *cell, size_t cells, bool output,
                  struct arena *a)
{
    struct arena scratch = { .on_exhausted = a->on_exhausted };
    double *requests = ARENA_NEW(&scratch, double, SUMMARY_BUCKETS);
    double *tokens = ARENA_NEW(&scratch, double, SUMMARY_BUCKETS);
    for (size_t i = 0; i < cells; i++) {
        const struct summary_cell *c = &cell[i];
        int32_t b = output ? c->output_bucket : c->input_bucket;
        requests[b] += (double)c->requests;
        tokens[b] += (double)(output ? c->output_tokens : c->input_tokens);
    }
    *out = ARENA_NEW(a, struct mixture_bin, SUMMARY_BUCKETS);
    *count = 0;
    *none = requests[summary_bucket(0)];
    for (int32_t b = summary_bucket(1); b < SUMMARY_BUCKETS; b++) {
        struct mixture_bin bin = { .requests = requests[b],
                                   .mean = tokens[b] / requests[b] };
        summary_bucket_range(b, &bin.lo, &bin.hi);
        if (bin.requests > 0) (*out)[(*count)++] = bin;
    }
    arena_clear(&scratch);
}

static double component_below(const struct traffic_mixture *m, int c, int64_t tokens)
{
    double edge = log((double)tokens + 0.5);
    return gsl_cdf_ugaussian_P((edge - m->mu[c]) / m->sigma[c]);
}

double mixture_below(const struct traffic_mixture *m, int64_t tokens)
{
    double share = 0;
    for (int c = 0; c < m->count && tokens >= 1; c++)
        share += m->weight[c] * component_below(m, c, tokens);
    return share;
}

/* Of a component, between the ends of a bin. */
static double component_share(const struct traffic_mixture *m, int c,
                              const struct mixture_bin *b)
{
    double below = b->lo > 1 ? component_below(m, c, b->lo - 1) : 0;
    return component_below(m, c, b->hi) - below;
}

static double likelihood(const struct traffic_mixture *m, const struct mixture_bin *bin,
                         size_t n)
{
    const double least = 1e-12; /* a bin far from all components is very unlikely */
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double share = least;
        for (int c = 0; c < m->count; c++)
            share += m->weight[c] * component_share(m, c, &bin[i]);
        sum += bin[i].requests * log(share);
    }
    return sum;
}

static double requests_in(const struct mixture_bin *bin, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += bin[i].requests;
    return sum;
}

/* Where a bin stands: of a spike the mean says more than the ends. */
static double middle(const struct mixture_bin *b)
{
    return log(b->mean);
}

/* One round of expectation and maximisation, bins standing at their means. */
static void improve(struct traffic_mixture *m, const struct mixture_bin *bin, size_t n)
{
    double weight[MOST] = { 0 }, sum[MOST] = { 0 }, square[MOST] = { 0 }, all = 0;
    for (size_t i = 0; i < n; i++) {
        double part[MOST], whole = 0, x = middle(&bin[i]);
        for (int c = 0; c < m->count; c++)
            whole += part[c] = m->weight[c] * component_share(m, c, &bin[i]) + 1e-300;
        for (int c = 0; c < m->count; c++) {
            double w = bin[i].requests * part[c] / whole;
            weight[c] += w;
            sum[c] += w * x;
            square[c] += w * (x - m->mu[c]) * (x - m->mu[c]);
        }
        all += bin[i].requests;
    }
    for (int c = 0; c < m->count; c++) {
        m->weight[c] = weight[c] / all;
        if (!(weight[c] > 0)) continue;
        double moved = sum[c] / weight[c] - m->mu[c];
        double width = sqrt(fmax(0, square[c] / weight[c] - moved * moved));
        m->mu[c] += moved;
        m->sigma[c] = fmin(WIDEST, fmax(NARROWEST, width));
    }
}

/* Components that share the requests between them by length: equal parts, or the lowest
 * or highest of them a small one. */
static struct traffic_mixture start(const struct mixture_bin *bin, size_t n, int count,
                                    int which)
{
    static const double first[STARTS] = { 1, 0.35, 2.2 };
    struct traffic_mixture m = { .count = count };
    double all = requests_in(bin, n), seen = 0, end = 0,
           total = count - 1 + first[which];
    size_t i = 0;
    for (int c = 0; c < count; c++) {
        double w = 0, x = 0, xx = 0;
        end += all * (c ? 1 : first[which]) / total;
        for (; i < n && (w <= 0 || c + 1 == count || seen < end); i++) {
            double at = middle(&bin[i]);
            w += bin[i].requests;
            x += bin[i].requests * at;
            xx += bin[i].requests * at * at;
            seen += bin[i].requests;
        }
        m.weight[c] = w / all;
        m.mu[c] = w > 0 ? x / w : middle(&bin[n - 1]);
        double width = w > 0 ? sqrt(fmax(0, xx / w - m.mu[c] * m.mu[c])) : 0;
        m.sigma[c] = fmin(WIDEST, fmax(0.1, width));
    }
    return m;
}

struct search {
    struct traffic_mixture from;
    const struct mixture_bin *bin;
    size_t n;
};

/* Unknowns are steps from a start, so that all are of one size. */
static struct traffic_mixture moved(const struct traffic_mixture *from, const double *x)
{
    const double step = 0.1, least = 1e-6;
    struct traffic_mixture m = *from;
    double sum = 0;
    for (int c = 0; c < m.count; c++) {
        double grow = c ? exp(step * x[2 * m.count + c - 1]) : 1;
        m.mu[c] += step * m.sigma[c] * x[2 * c];
        m.sigma[c] *= exp(step * x[2 * c + 1]);
        m.sigma[c] = fmin(WIDEST, fmax(NARROWEST, m.sigma[c]));
        m.weight[c] = fmax(least, m.weight[c]) * grow;
        sum += m.weight[c];
    }
    for (int c = 0; c < m.count; c++)
        m.weight[c] /= sum;
    return m;
}

static double unlikelihood(const double *x, void *context)
{
    const struct search *s = context;
    struct traffic_mixture m = moved(&s->from, x);
    return -likelihood(&m, s->bin, s->n);
}

static double distance(const struct traffic_mixture *m, const struct mixture_bin *bin,
                       size_t n)
{
    double all = requests_in(bin, n), seen = 0, most = 0;
    for (size_t i = 0; i < n; i++) {
        most = fmax(most, fabs(mixture_below(m, bin[i].lo - 1) - seen / all));
        seen += bin[i].requests;
        most = fmax(most, fabs(mixture_below(m, bin[i].hi) - seen / all));
    }
    return most;
}

static void by_length(struct traffic_mixture *m)
{
    for (int i = 1; i < m->count; i++)
        for (int k = i; k > 0 && m->mu[k] < m->mu[k - 1]; k--) {
            double *const field[] = { m->mu, m->sigma, m->weight };
            for (int f = 0; f < 3; f++) {
                double kept = field[f][k];
                field[f][k] = field[f][k - 1];
                field[f][k - 1] = kept;
            }
        }
}

enum err_code mixture_fit(struct mixture_fit *out, const struct mixture_bin *bin,
                          size_t n, int components, struct err *e)
{
    const int evaluations = 2500;
    const double small = 1e-4, noise = 1e-9;
    struct minimiser *minimiser = NULL;
    if (n == 0) return err_set(e, ERR_INPUT, "no lengths to fit");
    if (components < 1 || components > MOST)
        return err_set(e, ERR_RANGE, "%d components; 1 to %d are possible", components,
                       MOST);
    sim_quiet_gsl();
    if (minimiser_open(&minimiser, e)) return e->code;
    struct mixture_fit best = { .log_likelihood = -HUGE_VAL };
    double requests = requests_in(bin, n);
    for (int k = 0; k < (components > 1 ? STARTS : 1); k++) {
        struct search s = { start(bin, n, components, k), bin, n };
        double x[3 * MOST] = { 0 };
        for (int i = 0; i < ROUNDS; i++)
            improve(&s.from, bin, n);
        double start_value = likelihood(&s.from, bin, n);
        double value = -minimise(x, (size_t)(3 * components - 1), minimiser,
                                 unlikelihood, &s, evaluations, small);
        /* within one bin all places are alike: the mean's is the best */
        bool better = value > start_value + noise * requests;
        if (!better) value = start_value;
        if (value <= best.log_likelihood) continue;
        best.log_likelihood = value;
        best.mixture = better ? moved(&s.from, x) : s.from;
    }
    minimiser_close(minimiser);
    by_length(&best.mixture);
    best.distance = distance(&best.mixture, bin, n);
    if (best.distance < noise) best.distance = 0;
    *out = best;
    return OK;
}

enum err_code mixture_best(struct mixture_fit *out, const struct mixture_bin *bin,
                           size_t n, struct err *e)
{
    struct mixture_fit best = { .log_likelihood = -HUGE_VAL };
    double requests = requests_in(bin, n);
    for (int k = 1; k <= MOST; k++) {
        struct mixture_fit fit;
        double price = k > 1 ? 1.5 * log(requests) : 0;
        if (mixture_fit(&fit, bin, n, k, e)) return e->code;
        if (fit.log_likelihood - price > best.log_likelihood) best = fit;
    }
    *out = best;
    return OK;
}
