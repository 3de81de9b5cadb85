#include "plan_extras.h"

#include <string.h>

#include "biller.h"
#include "str.h"
#include "text.h"

/* [evaluate]: what it costs to look again whether the answers are good, run by run.
 *
 *   generation  prompts × (tokens read + written) at the candidate's own price, six
 *               times with robustness: every prompt is asked in five other spellings
 *   judge       prompts × judge metrics × (template + prompt + reference + answer read,
 *               verdict written) at the judge's price
 *   people      prompts they look at, by the task
 *
 * Source: AWS's guide, model-evaluation-tasks, evaluation-judge; pricing page, Model
 * evaluation, 2025-02-28: scores themselves are free. */

enum { ROBUST_RUNS = 6, JOB_PROMPTS = 1000 };

/* Published metric names; which a model judges, which are computed. */
static const struct {
    const char *name;
    bool judged;
} metrics[] = {
    { "Accuracy", false },
    { "Robustness", false },
    { "Toxicity", false },
    { "Correctness", true },
    { "Completeness", true },
    { "Faithfulness", true },
    { "Helpfulness", true },
    { "Coherence", true },
    { "LogicalCoherence", true },
    { "Relevance", true },
    { "FollowingInstructions", true },
    { "ProfessionalStyleAndTone", true },
    { "Harmfulness", true },
    { "Stereotyping", true },
    { "Refusal", true },
    { "ContextRelevance", true },
    { "ContextCoverage", true },
    { "CitationPrecision", true },
    { "CitationCoverage", true },
};
enum { METRICS = sizeof metrics / sizeof *metrics };

struct evaluation {
    struct plan *plan;
    struct plan_option *option;
    const struct evaluate_settings *s;
    const char *owner;
    double judged; /* metrics that a model judges */
    bool robust;
    const double *runs;    /* by month */
    double prompt, answer; /* tokens, of the workload */
};

static enum err_code read_metrics(struct evaluation *v, struct err *e)
{
    const char *names[METRICS];
    struct arena *a = v->plan->arena;
    for (int i = 0; i < METRICS; i++)
        names[i] = metrics[i].name;
    for (struct str rest = str_of(v->s->metrics ? v->s->metrics : ""); rest.n;) {
        struct str word = str_trim(str_cut(rest, ',', &rest));
        const char *typed = arena_text_n(a, word.p, word.n);
        if (text_starts(typed, "Builtin.")) typed += strlen("Builtin.");
        int i = 0;
        while (i < METRICS && strcmp(typed, names[i]) != 0)
            i++;
        if (i == METRICS)
            return err_set(e, ERR_INPUT, "metrics: unknown metric '%.40s'%s", typed,
                           text_did_you_mean(a, typed, names, METRICS));
        v->judged += metrics[i].judged;
        v->robust |= strcmp(names[i], "Robustness") == 0;
    }
    v->judged += (double)v->s->custom_metrics;
    return OK;
}

static const char *wrong(const struct evaluation *v)
{
    const struct evaluate_settings *s = v->s;
    if (v->judged > 0 && !s->judge) return "these metrics want a judge";
    if (v->judged <= 0 && s->judge) return "a judge, and no metric that it judges";
    if (s->judge && (!s->judge_template_tokens || !s->judge_output_tokens))
        return "a judge wants judge_template_tokens and judge_output_tokens: AWS "
               "publishes its prompts, not their length";
    if (s->human_tasks > s->prompts) return "human_tasks are more than prompts";
    return NULL;
}

/* 1 in the months with a run: the first, the schedule's, a retraining's. */
static double *runs(const struct evaluation *v)
{
    const struct plan *p = v->plan;
    double *out = ARENA_NEW(p->arena, double, p->months);
    int64_t every = v->s->every_months;
    int64_t retrain = v->s->each_retrain ? v->option->retrain_every_months : 0;
    for (size_t m = 0; m < p->months; m++)
        out[m] = m == 0 || (every > 0 && (int64_t)m % every == 0) ||
                 (retrain > 0 && (int64_t)m % retrain == 0);
    return out;
}

static void add(const struct evaluation *v, const char *what, struct extra_price price,
                double of_a_run, const char *note, const char *billed_by)
{
    struct plan *p = v->plan;
    double *months = ARENA_NEW(p->arena, double, p->months);
    if (of_a_run <= 0) return;
    for (size_t m = 0; m < p->months; m++)
        months[m] = v->runs[m] * of_a_run;
    extras_add(&v->option->extras, p->arena,
               (struct plan_extra){ .owner = v->owner,
                                    .what = what,
                                    .price = price,
                                    .by_month = months,
                                    .note = note,
                                    .billed_by = billed_by });
}

static enum err_code generation(const struct evaluation *v, struct err *e)
{
    struct extra_price in, out;
    const struct candidate_settings *c = v->option->candidate;
    const struct evaluate_settings *s = v->s;
    if (s->own_responses) return OK;
    struct err none = { 0 };
    enum err_code code = plan_own_price(&in, &out, v->plan, v->option, &none);
    if (code == ERR_UNPRICED && v->option->buy.kind != BUY_TOKENS) {
        notes_add(&v->option->assumptions, v->plan->arena,
                  "[%s]: it has no price by the token: its answers to the %lld prompts "
                  "come from what is bought",
                  v->owner, (long long)s->prompts);
        return OK;
    }
    if (code) {
        *e = none;
        return err_wrap(e, "evaluation: ");
    }
    double asked = (double)s->prompts * (v->robust ? ROBUST_RUNS : 1);
    const char *note =
        v->robust ? "six times: robustness asks in five spellings more" : NULL;
    const char *seller = biller_of(v->option->model.id).seller;
    add(v, "generation, input", in, asked * v->prompt * c->input_scale, note, seller);
    add(v, "generation, output", out,
        asked * (v->answer * c->output_scale + (double)c->reasoning_tokens), note,
        seller);
    return OK;
}

static enum err_code judging(const struct evaluation *v, struct err *e)
{
    struct extra_price in, out;
    struct model m;
    const struct evaluate_settings *s = v->s;
    if (!s->judge) return OK;
    if (plan_model_price(&m, &in, &out, v->plan, s->judge, e))
        return err_wrap(e, "judge: ");
    double calls = (double)s->prompts * v->judged;
    const char *seller = biller_of(m.id).seller;
    const char *note = arena_printf(v->plan->arena, "%lld prompts x %g metrics a run",
                                    (long long)s->prompts, v->judged);
    add(v, "judge, input", in,
        calls * ((double)(s->judge_template_tokens + s->reference_tokens) + v->prompt +
                 v->answer),
        note, seller);
    add(v, "judge, output", out, calls * (double)s->judge_output_tokens, note, seller);
    return OK;
}

static enum err_code people(const struct evaluation *v, struct err *e)
{
    struct extra_price price;
    if (!v->s->human_tasks) return OK;
    if (plan_service_price(&price, v->plan, "Model evaluation", "human task", e))
        return e->code;
    add(v, "human tasks", price, (double)v->s->human_tasks,
        "AWS's part; your people's hours are yours", "Amazon SageMaker");
    return OK;
}

enum err_code plan_evaluate_check(struct plan *p, const struct evaluate_settings *s,
                                  struct err *e)
{
    struct evaluation v = { .plan = p, .s = s };
    struct extra_price in, out;
    struct model m;
    if (read_metrics(&v, e)) return e->code;
    if (wrong(&v)) return err_set(e, ERR_INPUT, "%s", wrong(&v));
    if (!s->judge) return OK;
    if (plan_model_price(&m, &in, &out, p, s->judge, e)) return err_wrap(e, "judge: ");
    if (!out.unit) return err_set(e, ERR_INPUT, "judge: '%s' writes no text", m.id);
    return OK;
}

enum err_code plan_evaluate(struct plan *p, struct plan_option *o,
                            const struct evaluate_settings *s, struct err *e)
{
    const struct plan_workload *w = &p->workload[o->workload];
    struct evaluation v = {
        .plan = p,
        .option = o,
        .s = s,
        .owner = plan_head_text(&s->head, "evaluate", p->arena),
        .prompt = s->prompt_tokens ? (double)s->prompt_tokens : w->demand.input_mean,
        .answer =
            s->response_tokens ? (double)s->response_tokens : w->demand.output_mean,
    };
    if (read_metrics(&v, e)) return e->code;
    v.runs = runs(&v);
    if (s->prompts > JOB_PROMPTS)
        notes_add(&o->assumptions, p->arena,
                  "[%s]: %lld prompts are more than a job of Bedrock's takes, 1,000: "
                  "several jobs",
                  v.owner, (long long)s->prompts);
    if (generation(&v, e) || judging(&v, e) || people(&v, e)) return e->code;
    return OK;
}
