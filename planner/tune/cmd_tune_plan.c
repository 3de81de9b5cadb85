#include "proof.h"
#include "tune_from_plan.h"
#include "tune_plan.h"

static enum err_code explain(struct app *app, const struct tune_plan *p, struct err *e)
{
    struct proof_list why;
    if (tune_proofs(&why, p, e)) return e->code;
    proof_text(app, &why);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct tune_plan *p = ARENA_NEW(app->arena, struct tune_plan, 1);
    struct tune_settings *s = settings;
    const char *model = args->count ? args->text[0] : NULL;
    if (args->count > 1 || (!model && !s->plan))
        return err_set(e, ERR_USAGE, "tune plan wants one model to be tuned");
    if (s->plan && tune_from_plan(&model, s, app, model, e)) return e->code;
    if (tune_plan(p, app, model, s, e)) return e->code;
    enum err_code code =
        app->format == FORMAT_JSON ? tune_plan_json(p, e) : tune_plan_text(p, e);
    if (!code && p->ask.s->explain) code = explain(app, p, e);
    if (code || !p->incomplete) return code;
    return err_set(e, ERR_UNPRICED, "%s", p->incomplete);
}

const struct command cmd_tune_plan = {
    .name = "tune plan",
    .usage = "MODEL (--dataset FILE | --training-tokens N) [options] | --plan FILE "
             "[CANDIDATE]",
    .summary = "what a custom model costs, idle first, and when it beats a prompt",
    .details =
        "Prints first what the hosting costs if nobody calls it, and the date by which "
        "it is to be deleted: when idle hosting has cost more than --monthly-usd, or "
        "without it more than data, training and storage together. 'BILL SHOCK' says "
        "that a call costs ten times what its tokens would, or more.\n\n"
        "Then the hyperparameters with their bounds, what is paid however few the "
        "calls "
        "(people, a teacher's answers, training, storage), each way to host the model "
        "(by token, on model units as the optimiser buys them, imported in 5-minute "
        "windows), and beside it a larger model with examples in its prompt and one "
        "that reads retrieved passages, with the volumes at which each is the "
        "cheapest, "
        "from none to any. With --plan the job, the calls and what retrieval costs "
        "come "
        "from a plan.ini's tuned candidate, its workload and [rag].\n\n"
        "Nothing is assumed of people or prices: what is not stated is not counted and "
        "said; exit status 3 names the price that is missing, --training-rate states "
        "one, or two to span them. All models are taken to count tokens alike.",
    .example =
        "bedplan tune plan amazon.nova-micro-v1:0 --dataset train.jsonl \\\n"
        "    --requests-per-day 20000 --input-tokens 300 --output-tokens 120 \\\n"
        "    --prompted amazon.nova-pro-v1:0 --few-shot-tokens 2500\n"
        "bedplan tune plan amazon.titan-text-lite-v1 --training-tokens 2M --hosting "
        "none",
    .opts = tune_opts,
    .opt_count = TUNE_OPTS,
    .settings_bytes = sizeof(struct tune_settings),
    .sealed = true,
    .formats = FORMATS(FORMAT_TEXT) | FORMATS(FORMAT_JSON),
    .run = run,
};
