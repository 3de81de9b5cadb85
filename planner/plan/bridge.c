#include "bridge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const bridge_cause_text[BRIDGE_CAUSES] = { "volume",      "lengths",
                                                       "price",       "mix",
                                                       "commitments", "lifecycle" };

/* The old and the new period of one workload. */
struct pair {
    const struct bridge_workload *side[2];
};

static const struct bridge_line *line_of(const struct bridge_workload *w,
                                         const char *key)
{
    for (size_t i = 0; i < w->lines; i++)
        if (strcmp(w->line[i].key, key) == 0) return &w->line[i];
    return NULL;
}

/* What a token of the line costs with some causes changed. A line that only one period
 * has costs in both what it costs there. */
static double token_usd(const struct pair *p, const struct bridge_line *line,
                        unsigned changed)
{
    const struct bridge_line *priced =
        line_of(p->side[changed >> BRIDGE_PRICE & 1], line->key);
    const struct bridge_line *extended =
        line_of(p->side[changed >> BRIDGE_LIFECYCLE & 1], line->key);
    return (priced ? priced->usd : line->usd) +
           (extended ? extended->extended_usd : line->extended_usd);
}

/* The bill with the causes of `changed` as in the new period, the others as in the old
 * one. */
static double bill(const struct pair *p, unsigned changed)
{
    /* whoever must leave a model did not choose the new mix */
    enum bridge_cause mixer = p->side[0]->ended ? BRIDGE_LIFECYCLE : BRIDGE_MIX;
    const struct bridge_workload *volume = p->side[changed >> BRIDGE_VOLUME & 1],
                                 *length = p->side[changed >> BRIDGE_LENGTHS & 1],
                                 *price = p->side[changed >> BRIDGE_PRICE & 1],
                                 *mix = p->side[changed >> mixer & 1],
                                 *commit = p->side[changed >> BRIDGE_COMMITMENTS & 1];
    double requests = volume->requests * commit->left_requests;
    double input = volume->requests * length->input_per_request * commit->left_input;
    double output = volume->requests * length->output_per_request * commit->left_output;
    double usd = commit->commitments_usd + mix->custom_usd, stated = 0;
    for (size_t i = 0; i < mix->lines; i++) {
        const struct bridge_line *l = &mix->line[i];
        double units =
            l->per_request * requests + l->per_input * input + l->per_output * output;
        if (l->whole > 0)
            units = volume->requests *
                        (l->per_request + l->per_input * length->input_per_request +
                         l->per_output * length->output_per_request) +
                    l->units;
        if (l->stated > 0)
            stated += token_usd(p, l, changed) * units;
        else
            usd += token_usd(p, l, changed) * units;
    }
    return usd * price->keep + stated;
}

/* |S|! (n − |S| − 1)! / n! */
static double weight(int others)
{
    double w = 1.0 / BRIDGE_CAUSES;
    for (int i = 1; i <= others; i++)
        w *= (double)i / (BRIDGE_CAUSES - i);
    return w;
}

static int size_of(unsigned set)
{
    int n = 0;
    for (; set; set &= set - 1)
        n++;
    return n;
}

static void shapley(double part[BRIDGE_CAUSES], const struct pair *p)
{
    double value[1U << BRIDGE_CAUSES];
    for (unsigned s = 0; s < 1U << BRIDGE_CAUSES; s++)
        value[s] = bill(p, s);
    for (unsigned k = 0; k < BRIDGE_CAUSES; k++)
        for (unsigned s = 0; s < 1U << BRIDGE_CAUSES; s++)
            if (!(s >> k & 1))
                part[k] += weight(size_of(s)) * (value[s | 1U << k] - value[s]);
}

static const struct bridge_workload *find(const struct bridge_side *s, const char *name)
{
    for (size_t i = 0; i < s->workloads; i++)
        if (strcmp(s->workload[i].name, name) == 0) return &s->workload[i];
    return NULL;
}

static int64_t total(const struct bridge_side *s)
{
    int64_t nusd = 0;
    for (size_t i = 0; i < s->workloads; i++)
        nusd += s->workload[i].nusd;
    return nusd;
}

/* Whole nano-USD; what rounding leaves goes to the largest part, what the products do
 * not explain is shown as such. */
static void settle(struct bridge *b, const double part[BRIDGE_CAUSES])
{
    static const double ROUNDING = 1e-6; /* of the larger bill */
    size_t largest = 0;
    b->rest_nusd = b->after_nusd - b->before_nusd;
    for (size_t k = 0; k < BRIDGE_CAUSES; k++) {
        b->part_nusd[k] = (int64_t)nearbyint(part[k] * 1e9);
        b->rest_nusd -= b->part_nusd[k];
        if (fabs(part[k]) > fabs(part[largest])) largest = k;
    }
    double bill_nusd = fmax((double)b->after_nusd, (double)b->before_nusd);
    if (fabs((double)b->rest_nusd) > ROUNDING * bill_nusd) return;
    b->part_nusd[largest] += b->rest_nusd;
    b->rest_nusd = 0;
}

enum err_code bridge_build(struct bridge *out, const struct bridge_side *old,
                           const struct bridge_side *now, struct err *e)
{
    struct bridge b = { .before_nusd = total(old), .after_nusd = total(now) };
    double part[BRIDGE_CAUSES] = { 0 };
    for (size_t i = 0; i < old->workloads; i++) {
        const struct bridge_workload *w = &old->workload[i], *next = find(now, w->name);
        if (next)
            shapley(part, &(struct pair){ { w, next } });
        else
            part[BRIDGE_VOLUME] -= (double)w->nusd * 1e-9;
    }
    for (size_t i = 0; i < now->workloads; i++)
        if (!find(old, now->workload[i].name))
            part[BRIDGE_VOLUME] += (double)now->workload[i].nusd * 1e-9;
    for (size_t k = 0; k < BRIDGE_CAUSES; k++)
        if (!isfinite(part[k]) || fabs(part[k]) > 9e9)
            return err_set(e, ERR_RANGE, "the part of %s in the difference is %g",
                           bridge_cause_text[k], part[k]);
    settle(&b, part);
    *out = b;
    return OK;
}
