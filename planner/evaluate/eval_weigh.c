#include "eval_weigh.h"

#include <math.h>
#include <string.h>

#include "eval_answer.h"
#include "region.h"
#include "text.h"

static enum err_code find_reference(size_t *out, const struct eval_answer *x,
                                    const char *name, struct err *e)
{
    const struct eval_set *s = x->set;
    if (!name) { /* the best one */
        for (size_t m = *out = 0; m < s->models; m++) {
            const struct eval_summary *a = eval_answer_of(x, m, 0),
                                      *b = eval_answer_of(x, *out, 0);
            if (isnan(a->mean)) continue;
            if (isnan(b->mean) || !eval_as_good(a->metric, b->mean, a->mean)) *out = m;
        }
        return OK;
    }
    for (size_t m = 0; m < s->models; m++)
        if (strcmp(s->model[m], name) == 0) {
            *out = m;
            return OK;
        }
    return err_set(e, ERR_USAGE, "--reference-model '%s' has no responses%s", name,
                   text_did_you_mean(s->arena, name, s->model, s->models));
}

static enum err_code find_accept(double *out, const struct eval_metric *metric,
                                 const char *text, struct err *e)
{
    *out = metric->binary ? 1 : (double)NAN;
    if (!text) return OK;
    if (text_real(out, text, metric->lo, fmin(metric->hi, 1e6), e))
        return err_wrap(e, "--accept: ");
    return OK;
}

/* "IN,OUT" of the model's "MODEL=IN,OUT", or NULL. */
static const char *given_price(const struct opt_list *list, const char *model)
{
    size_t n = strlen(model);
    for (size_t i = 0; i < list->count; i++)
        if (strncmp(list->text[i], model, n) == 0 && list->text[i][n] == '=')
            return list->text[i] + n + 1;
    return NULL;
}

static enum err_code find_worth(struct eval_weight *out, struct eval_set *set,
                                const struct eval_answer *x, const char *region,
                                const struct opt_list *usd_per_mtok, struct app *app,
                                struct err *e)
{
    struct eval_price price = { .region = region };
    const struct eval_summary **mean =
        ARENA_NEW(app->arena, const struct eval_summary *, set->models + 1);
    out->worth = ARENA_NEW(app->arena, struct eval_worth, set->models + 1);
    for (size_t m = 0; m < set->models; m++) {
        price.usd_per_mtok = given_price(usd_per_mtok, set->model[m]);
        if (eval_worth_price(&out->worth[m], set, m, &price, app, e) ||
            eval_worth_of(&out->worth[m], set, &x->scores[0], out->accept, app->arena,
                          e))
            return e->code;
        mean[m] = eval_answer_of(x, m, 0);
    }
    eval_worth_front(out->worth, set->models, mean);
    return OK;
}

/* Where the proxy comes from: scores of a metric, or NULL for "confidence". */
static enum err_code find_proxy(const struct eval_scores **out,
                                const struct eval_answer *x, const char *name,
                                struct err *e)
{
    *out = NULL;
    if (!name || strcmp(name, "confidence") == 0) return OK;
    for (size_t k = 0; k < x->metrics; k++)
        if (strcmp(x->scores[k].metric->name, name) == 0) {
            if (x->scores[k].metric->needs_reference)
                return err_set(e, ERR_USAGE,
                               "--proxy %s needs a reference, which new prompts have "
                               "not; use 'confidence' or a judge's metric",
                               name);
            *out = &x->scores[k];
            return OK;
        }
    return err_set(e, ERR_USAGE,
                   "--proxy '%s' is neither 'confidence' nor a metric of "
                   "this evaluation",
                   name);
}

/* How sure the first model's answer is; NAN: unknown. */
static double sureness(const struct eval_answer *x, const struct eval_scores *proxy,
                       size_t model, size_t item)
{
    const struct eval_response *r = &x->set->item[item].response[model];
    if (!proxy) return r->text && r->confidence >= 0 ? r->confidence : (double)NAN;
    double value = proxy->value[model * proxy->items + item];
    return proxy->metric->lower_is_better ? -value : value;
}

static size_t cases_of(struct cascade_case *out, const struct eval_answer *x,
                       const struct eval_scores *proxy, size_t first, size_t second)
{
    const struct eval_scores *s = &x->scores[0];
    double sign = s->metric->lower_is_better ? -1 : 1;
    size_t n = 0;
    for (size_t i = 0; i < s->items; i++) {
        const struct eval_response *a = &x->set->item[i].response[first];
        const struct eval_response *b = &x->set->item[i].response[second];
        struct cascade_case c = {
            .confidence = sureness(x, proxy, first, i),
            .first_score = sign * s->value[first * s->items + i],
            .second_score = sign * s->value[second * s->items + i],
            .first_usd = usd_double(a->usd),
            .second_usd = usd_double(b->usd),
        };
        if (a->priced && b->priced && !isnan(c.confidence) && !isnan(c.first_score) &&
            !isnan(c.second_score))
            out[n++] = c;
    }
    return n;
}

static void second_alone(struct eval_pipeline *p, const struct cascade_case *x)
{
    for (size_t i = 0; i < p->n; i++) {
        p->second_score += x[i].second_score / (double)p->n;
        p->second_usd += x[i].second_usd / (double)p->n;
    }
}

/* The pair that costs least beside the best model, by what new prompts would cost. */
static void find_pipeline(struct eval_weight *out, const struct eval_answer *x,
                          const struct eval_scores *proxy, double margin,
                          struct arena *a)
{
    enum { CASES_LEAST = 50 };
    struct cascade_case *c = ARENA_NEW(a, struct cascade_case, x->set->items + 1);
    size_t second = out->reference, most = 0;
    for (size_t first = 0; first < x->set->models; first++) {
        struct eval_pipeline p = { .first = first, .second = second };
        struct arena scratch = { .on_exhausted = a->on_exhausted };
        if (first == second) continue;
        p.n = cases_of(c, x, proxy, first, second);
        most = p.n > most ? p.n : most;
        if (p.n < CASES_LEAST) continue;
        cascade_best(&p.cut, c, p.n, margin, &scratch);
        cascade_validate(&p.honest, c, p.n, margin, x->seed, &scratch);
        second_alone(&p, c);
        arena_clear(&scratch);
        if (p.honest.usd >= p.second_usd) continue;
        if (out->has_pipeline && p.honest.usd >= out->pipeline.honest.usd) continue;
        out->pipeline = p;
        out->has_pipeline = true;
    }
    if (out->has_pipeline) return;
    out->no_pipeline =
        most == 0 ? NULL /* no confidence was given: nobody asked */
        : most < CASES_LEAST
            ? arena_printf(
                  a, "%zu prompts with a confidence and two costs: 50 are needed", most)
            : "none saves anything at this score";
}

static void find_corpus(struct eval_weight *out, const struct eval_answer *x,
                        struct arena *a)
{
    const struct eval_set *s = x->set;
    bool wanted = false;
    for (size_t k = 0; k < x->metrics; k++)
        wanted = wanted || strcmp(x->scores[k].metric->name, "bleu") == 0;
    if (!wanted) return;
    out->corpus_bleu = ARENA_NEW(a, double, s->models + 1);
    for (size_t m = 0; m < s->models; m++) {
        struct bleu_counts c = { 0 };
        for (size_t i = 0; i < s->items; i++) {
            struct arena scratch = { .on_exhausted = a->on_exhausted };
            const struct eval_item *item = &s->item[i];
            if (item->references && item->response[m].text)
                bleu_count(&c, item->response[m].text, item->reference,
                           item->references, &scratch);
            arena_clear(&scratch);
        }
        out->corpus_bleu[m] = corpus_bleu(&c);
    }
}

static void find_confusion(struct eval_weight *out, const struct eval_answer *x,
                           struct arena *a)
{
    size_t models = x->set->models;
    struct eval_confusion *c = ARENA_NEW(a, struct eval_confusion, models + 1);
    if (x->task != EVAL_CLASSIFICATION) return;
    for (size_t m = 0; m < models; m++)
        if (!eval_confusion_of(&c[m], x->set, m, a)) c[m].n = 0;
    out->confusion = c;
}

enum err_code eval_weigh(struct eval_weight *out, struct eval_set *set,
                         const struct eval_answer *x,
                         const struct eval_weigh_settings *s, const char *region,
                         const struct opt_list *usd_per_mtok, struct app *app,
                         struct err *e)
{
    struct arena *a = app->arena;
    const struct eval_scores *first = &x->scores[0], *proxy;
    struct eval_swaps swaps = { 0 };
    *out = (struct eval_weight){ .chosen = !s->reference_model };
    if (find_reference(&out->reference, x, s->reference_model, e) ||
        find_accept(&out->accept, first->metric, s->accept, e) ||
        find_proxy(&proxy, x, s->proxy, e) ||
        (s->swap && eval_swaps_read(&swaps, s->swap, a, e)) ||
        find_worth(out, set, x, region_asked(app, region ? region : "us-east-1"),
                   usd_per_mtok, app, e))
        return e->code;
    if (set->models > 1)
        eval_compare_all(&out->compare, &out->compares, first, out->reference,
                         s->margin, x->seed, a);
    eval_slices_of(&out->slice, &out->slices, set, first, x->seed, a);
    eval_twins_of(&out->twins, &out->twin_rows, set, first, &swaps, a);
    eval_robust_of(&out->robust, &out->robusts, set, first, x->seed, a);
    find_confusion(out, x, a);
    find_corpus(out, x, a);
    if (set->models > 1) find_pipeline(out, x, proxy, s->margin, a);
    if (s->swap && !out->twin_rows)
        app_warn(app, "--swap '%s': no two prompts differ by it alone", s->swap);
    return OK;
}
