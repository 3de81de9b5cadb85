#include "eval_worth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "eval_cost.h"
#include "interval.h"
#include "probe_price.h"

const char *eval_basis_text(enum eval_basis b)
{
    static const char *const text[] = { "stated", "tokens", "estimate", "unknown" };
    return text[b];
}

static int64_t estimated_tokens(const char *text)
{
    return ((int64_t)strlen(text) + EVAL_BYTES_PER_TOKEN - 1) / EVAL_BYTES_PER_TOKEN;
}

static enum err_code price_one(struct eval_worth *out, const char *prompt,
                               struct eval_response *r, const struct probe_price *p,
                               struct err *e)
{
    struct usd_acc sum = { 0 };
    bool counted = r->input_tokens >= 0 && r->output_tokens >= 0;
    struct probe_tokens t = {
        .input = r->input_tokens >= 0 ? r->input_tokens : estimated_tokens(prompt),
        .output = r->output_tokens >= 0 ? r->output_tokens : estimated_tokens(r->text),
    };
    enum eval_basis basis = counted ? EVAL_BASIS_COUNTED : EVAL_BASIS_ESTIMATED;
    if (probe_price_add(&sum, p, t, e) || usd_round(&r->usd, sum, e)) return e->code;
    r->priced = true;
    if (basis > out->basis) out->basis = basis;
    return OK;
}

enum err_code eval_worth_price(struct eval_worth *out, struct eval_set *s, size_t model,
                               const struct eval_price *price, struct app *app,
                               struct err *e)
{
    struct probe_price p;
    struct err why = { 0 };
    size_t unpriced = 0;
    *out = (struct eval_worth){ .model = model, .accepted = -1 };
    for (size_t i = 0; i < s->items; i++) {
        const struct eval_response *r = &s->item[i].response[model];
        unpriced += r->text && !r->priced;
    }
    if (!unpriced) return OK;
    if (probe_price_find(&p, app, s->model[model], price->region, TIER_STANDARD,
                         price->usd_per_mtok, &why, e))
        return e->code;
    if (!p.priced) {
        out->basis = EVAL_BASIS_UNKNOWN;
        out->price = why.code ? arena_text(app->arena, why.msg) : p.basis;
        return OK;
    }
    out->price = p.basis;
    for (size_t i = 0; i < s->items; i++) {
        struct eval_response *r = &s->item[i].response[model];
        if (r->text && !r->priced && price_one(out, s->item[i].prompt, r, &p, e))
            return e->code;
    }
    return OK;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static enum err_code add_up(struct eval_worth *out, const struct eval_set *s,
                            struct arena *a, struct err *e)
{
    i128 sum = 0;
    out->latency_ms = ARENA_NEW(a, double, s->items + 1);
    for (size_t i = 0; i < s->items; i++) {
        const struct eval_response *r = &s->item[i].response[out->model];
        if (!r->text) continue;
        out->answered++;
        if (r->priced) sum += r->usd.nusd;
        if (r->latency_ms >= 0) out->latency_ms[out->timed++] = r->latency_ms;
    }
    qsort(out->latency_ms, (size_t)out->timed, sizeof *out->latency_ms, ascending);
    if (sum > INT64_MAX)
        return err_set(e, ERR_RANGE, "the answers cost over 9.2e9 USD");
    if (out->basis != EVAL_BASIS_UNKNOWN) out->usd.nusd = (int64_t)sum;
    return OK;
}

static void accept_answers(struct eval_worth *out, const struct eval_scores *scores,
                           double accept)
{
    int64_t scored = 0;
    out->accepted = 0;
    for (size_t i = 0; i < scores->items; i++) {
        double x = scores->value[out->model * scores->items + i];
        scored += !isnan(x);
        out->accepted += !isnan(x) && eval_as_good(scores->metric, x, accept);
    }
    if (!scored) return;
    struct interval w = interval_wilson(out->accepted, scored, 0.95);
    double off =
        out->basis == EVAL_BASIS_ESTIMATED ? EVAL_TOKENS_OFF_PERCENT / 100.0 : 0;
    double share = (double)out->accepted / (double)scored;
    out->share_low = w.lo;
    out->share_high = w.hi;
    if (isnan(out->usd_per_answer) || !out->accepted) return;
    out->usd_per_accepted = out->usd_per_answer / share;
    out->accepted_low = out->usd_per_answer * (1 - off) / w.hi;
    out->accepted_high = out->usd_per_answer * (1 + off) / w.lo;
}

enum err_code eval_worth_of(struct eval_worth *out, const struct eval_set *s,
                            const struct eval_scores *scores, double accept,
                            struct arena *a, struct err *e)
{
    out->usd_per_answer = out->usd_per_accepted = (double)NAN;
    out->accepted_low = out->accepted_high = (double)NAN;
    out->share_low = out->share_high = (double)NAN;
    if (add_up(out, s, a, e)) return e->code;
    if (out->answered && out->basis != EVAL_BASIS_UNKNOWN)
        out->usd_per_answer = usd_double(out->usd) / (double)out->answered;
    if (!isnan(accept)) accept_answers(out, scores, accept);
    return OK;
}

void eval_worth_front(struct eval_worth *worth, size_t count,
                      const struct eval_summary *const *mean)
{
    for (size_t i = 0; i < count; i++) {
        double cost = worth[i].usd_per_answer, score = mean[i]->mean;
        worth[i].front = !isnan(cost) && !isnan(score);
        for (size_t k = 0; k < count && worth[i].front; k++) {
            double c = worth[k].usd_per_answer, x = mean[k]->mean;
            if (k == i || isnan(c) || isnan(x)) continue;
            bool as_good = eval_as_good(mean[i]->metric, x, score);
            bool better = !eval_as_good(mean[i]->metric, score, x);
            if (c <= cost && as_good && (c < cost || better)) worth[i].front = false;
        }
    }
}
