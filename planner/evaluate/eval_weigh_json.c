#include <math.h>

#include "eval_answer.h"
#include "eval_weigh.h"
#include "json.h"
#include "quantile.h"

static void put_latency(struct json *j, const struct eval_worth *w)
{
    static const struct {
        const char *key;
        double q;
    } part[] = { { "p50", 0.5 }, { "p90", 0.9 }, { "p95", 0.95 }, { "p99", 0.99 } };
    size_t lo, hi, n = (size_t)w->timed;
    json_object(j, "latency_ms");
    json_int(j, "n", w->timed);
    json_real(j, "mean", n ? mean_of(w->latency_ms, n) : (double)NAN);
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        json_real(j, part[i].key,
                  n && quantile_interval(&lo, &hi, n, part[i].q, 0.95)
                      ? quantile_sorted(w->latency_ms, n, part[i].q)
                      : (double)NAN);
    json_real(j, "max", n ? w->latency_ms[n - 1] : (double)NAN);
    json_end(j);
}

void eval_weigh_json_model(struct json *j, const struct eval_answer *x, size_t model)
{
    const struct eval_worth *w = &x->weight->worth[model];
    put_latency(j, w);
    if (w->basis == EVAL_BASIS_UNKNOWN)
        json_null(j, "usd");
    else
        json_usd(j, "usd", w->usd);
    json_text(j, "usd_basis", eval_basis_text(w->basis));
    json_text(j, "usd_price", w->price);
    json_real(j, "usd_per_answer", w->usd_per_answer);
    if (w->accepted < 0)
        json_null(j, "accepted");
    else
        json_int(j, "accepted", w->accepted);
    json_real(j, "usd_per_accepted", w->usd_per_accepted);
    json_real(j, "usd_per_accepted_low", w->accepted_low);
    json_real(j, "usd_per_accepted_high", w->accepted_high);
    json_bool(j, "pareto", w->front);
    if (x->weight->corpus_bleu)
        json_real(j, "corpus_bleu", x->weight->corpus_bleu[model]);
}

static void put_compare(struct json *j, const struct eval_answer *x)
{
    json_array(j, "comparisons");
    for (size_t i = 0; i < x->weight->compares; i++) {
        const struct eval_compare *c = &x->weight->compare[i];
        json_object(j, NULL);
        json_text(j, "model", x->set->model[c->model]);
        json_text(j, "reference", x->set->model[c->reference]);
        json_text(j, "metric", c->metric->name);
        json_int(j, "n", c->n);
        json_int(j, "better", c->better);
        json_int(j, "worse", c->worse);
        json_real(j, "difference", c->difference);
        json_real(j, "ci_low", c->ci_low);
        json_real(j, "ci_high", c->ci_high);
        json_text(j, "interval", eval_pair_rule_text(c->rule));
        json_real(j, "bootstrap_low", c->boot_low);
        json_real(j, "bootstrap_high", c->boot_high);
        json_real(j, "p", c->p);
        json_real(j, "p_holm", c->p_holm);
        json_real(j, "margin", c->margin);
        json_real(j, "p_margin_holm", c->p_margin_holm);
        json_text(j, "verdict", eval_noninferior_text(c->verdict));
        json_end(j);
    }
    json_end(j);
}

static void put_slices(struct json *j, const struct eval_answer *x)
{
    json_array(j, "slices");
    for (size_t i = 0; i < x->weight->slices; i++) {
        const struct eval_slice *s = &x->weight->slice[i];
        json_object(j, NULL);
        json_text(j, "model", x->set->model[s->model]);
        json_text(j, "category", s->category);
        json_int(j, "n", s->own.n);
        json_real(j, "mean", s->own.mean);
        json_real(j, "ci_low", s->own.ci_low);
        json_real(j, "ci_high", s->own.ci_high);
        json_real(j, "gap", s->gap);
        json_real(j, "gap_low", s->gap_low);
        json_real(j, "gap_high", s->gap_high);
        json_bool(j, "differs", s->differs);
        json_end(j);
    }
    json_end(j);
}

static void put_twins(struct json *j, const struct eval_answer *x)
{
    json_array(j, "pairs");
    for (size_t i = 0; i < x->weight->twin_rows; i++) {
        const struct eval_twins *t = &x->weight->twins[i];
        json_object(j, NULL);
        json_text(j, "model", x->set->model[t->model]);
        json_int(j, "pairs", t->answered);
        json_int(j, "answered_otherwise", t->changed);
        json_real(j, "share_low", t->changed_low);
        json_real(j, "share_high", t->changed_high);
        json_int(j, "n", t->scores.n);
        json_real(j, "difference", t->scores.difference);
        json_real(j, "ci_low", t->scores.ci_low);
        json_real(j, "ci_high", t->scores.ci_high);
        json_end(j);
    }
    json_end(j);
}

static void put_robust(struct json *j, const struct eval_answer *x)
{
    json_array(j, "robustness");
    for (size_t i = 0; i < x->weight->robusts; i++) {
        const struct eval_robust *r = &x->weight->robust[i];
        json_object(j, NULL);
        json_text(j, "model", x->set->model[r->model]);
        json_text(j, "perturbation", r->kind ? perturbation_text(r->kind) : "any");
        json_text(j, "metric", r->metric->name);
        json_int(j, "n", r->n);
        json_real(j, "original", r->original);
        json_real(j, "perturbed", r->perturbed);
        json_real(j, "drop", r->drop);
        json_real(j, "drop_low", r->drop_low);
        json_real(j, "drop_high", r->drop_high);
        json_real(j, "word_error_rate", r->word_error_rate);
        json_end(j);
    }
    json_end(j);
}

static void put_confusion(struct json *j, const struct eval_answer *x)
{
    json_array(j, "confusion");
    for (size_t m = 0; x->weight->confusion && m < x->set->models; m++) {
        const struct eval_confusion *c = &x->weight->confusion[m];
        if (!c->n) continue;
        json_object(j, NULL);
        json_text(j, "model", x->set->model[m]);
        json_real(j, "macro_f1", c->macro_f1);
        json_real(j, "micro_f1", c->micro_f1);
        json_array(j, "labels");
        for (size_t l = 0; l < c->labels; l++) {
            json_object(j, NULL);
            json_text(j, "label", c->label[l].name);
            json_real(j, "precision", c->label[l].precision);
            json_real(j, "recall", c->label[l].recall);
            json_real(j, "f1", c->label[l].f1);
            json_array(j, "said_as");
            for (size_t k = 0; k < c->labels; k++)
                json_int(j, NULL, c->count[l * c->labels + k]);
            json_end(j);
            json_end(j);
        }
        json_end(j);
        json_end(j);
    }
    json_end(j);
}

static void put_pipeline(struct json *j, const struct eval_answer *x)
{
    const struct eval_pipeline *p = &x->weight->pipeline;
    if (!x->weight->has_pipeline) {
        json_null(j, "cascade");
        return;
    }
    json_object(j, "cascade");
    json_text(j, "first", x->set->model[p->first]);
    json_text(j, "second", x->set->model[p->second]);
    json_int(j, "n", (int64_t)p->n);
    json_real(j, "threshold", p->cut.threshold); /* null: none, or all, go on */
    json_int(j, "escalated", (int64_t)p->cut.escalated);
    json_real(j, "usd_per_answer", p->honest.usd);
    json_real(j, "second_usd_per_answer", p->second_usd);
    json_real(j, "escalated_share", p->honest.escalated_share);
    json_real(j, "score_difference_low", p->honest.score_low);
    json_real(j, "score_difference_high", p->honest.score_high);
    json_real(j, "in_sample_usd_per_answer", p->cut.usd);
    json_int(j, "folds", CASCADE_FOLDS);
    json_end(j);
}

void eval_weigh_json(struct json *j, const struct eval_answer *x)
{
    const struct eval_weight *w = x->weight;
    json_text(j, "reference_model",
              x->set->models ? x->set->model[w->reference] : NULL);
    json_bool(j, "reference_chosen", w->chosen);
    json_real(j, "accept", w->accept);
    put_compare(j, x);
    put_slices(j, x);
    put_twins(j, x);
    put_robust(j, x);
    put_confusion(j, x);
    put_pipeline(j, x);
}
