#include <string.h>

#include "eval_answer.h"
#include "eval_run.h"
#include "eval_weigh.h"

struct settings {
    int task;
    const char *metrics;
    struct eval_run_settings run;
    struct eval_weigh_settings weigh;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "task", .type = OPT_CHOICE, .offset = AT(int, task), .unit = "T",
      .choices = EVAL_TASK_CHOICES, .preset = "question-answering",
      .hi = EVAL_TASKS - 1, .help = "what the prompts ask for: picks the metrics" },
    { .key = "metrics", .type = OPT_TEXT, .offset = AT(const char *, metrics),
      .unit = "A,B", .help = "other metrics than the task's; the first one decides" },
    EVAL_WEIGH_OPTS(struct settings),
    EVAL_RUN_OPTS(struct settings),
};
#undef AT
/* clang-format on */

static enum err_code read_set(struct eval_set *out, struct app *app,
                              const struct settings *s, const struct opt_list *files,
                              struct err *e)
{
    enum err_code code = eval_set_read(out, files->text, files->count, app->arena, e);
    eval_print_issues(app, out);
    if (code) return code;
    if (out->models == 0 && !s->run.models.count && !s->run.resume)
        return err_set(e, ERR_INPUT,
                       "%s has no \"modelResponses\": nothing to score; --models A,B "
                       "asks models for answers",
                       files->text[0]);
    return OK;
}

/* Metrics of words, then the judge's and the embedding's; a judge alone will do where
 * nothing has a reference. */
static enum err_code score(struct eval_answer *out, struct app *app,
                           const struct settings *s, struct eval_run *bedrock,
                           struct err *e)
{
    const struct eval_metric *const *metric;
    struct eval_scores *graded = NULL;
    size_t n = 0, more = bedrock ? eval_run_scores(&graded, bedrock) : 0;
    bool words = s->metrics || !more || eval_set_referenced(out->set);
    if (words && eval_metrics_pick(&metric, &n, out->task, s->metrics, app->arena, e))
        return e->code;
    out->metrics = n + more;
    out->scores = ARENA_NEW(app->arena, struct eval_scores, n + more + 1);
    for (size_t k = 0; k < n; k++)
        if (eval_score_set(&out->scores[k], out->set, metric[k], app->arena, e))
            return e->code;
    if (more) memcpy(out->scores + n, graded, more * sizeof *graded);
    return OK;
}

/* What Bedrock is asked for; a run that stopped early is scored as far as it came. */
static enum err_code ask(struct eval_run **out, struct app *app,
                         const struct settings *s, struct eval_set *set, struct err *e)
{
    if (!eval_run_wanted(&s->run)) return OK;
    if (eval_run_open(out, app, &s->run, set, (enum eval_task)s->task, e))
        return e->code;
    return s->run.dry_run ? eval_run_dry(*out, e) : eval_run_ask(*out, e);
}

static enum err_code answer_all(struct eval_answer *out, struct app *app,
                                const struct settings *s, struct eval_set *set,
                                struct eval_run *bedrock, struct err *e)
{
    if (score(out, app, s, bedrock, e)) return e->code;
    eval_answer_build(out, app->arena);
    struct eval_weight *weight = ARENA_NEW(app->arena, struct eval_weight, 1);
    if (eval_weigh(weight, set, out, &s->weigh, s->run.region, &s->run.usd_per_mtok,
                   app, e))
        return e->code;
    out->weight = weight;
    out->run = bedrock;
    size_t means = out->set->models * out->metrics;
    if (bedrock && eval_run_finish(bedrock, out->summary, means, e)) return e->code;
    if (eval_print(app, out, e)) return e->code;
    if (s->weigh.plots && eval_weigh_plot(app, out, s->weigh.plots, e)) return e->code;
    return bedrock ? eval_run_verdict(bedrock, e) : OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct eval_set set;
    struct eval_run *bedrock = NULL;
    struct eval_answer answer = { .set = &set,
                                  .task = (enum eval_task)s->task,
                                  .seed = (uint64_t)app->opt.seed };
    if (s->run.show_judge_prompt) return eval_run_show_prompt(app, &s->run, e);
    if (args->count == 0)
        return err_set(e, ERR_USAGE, "evaluate wants a DATASET.jsonl");
    if (!read_set(&set, app, s, args, e) && !ask(&bedrock, app, s, &set, e) &&
        !s->run.dry_run)
        (void)!answer_all(&answer, app, s, &set, bedrock, e);
    eval_run_close(bedrock);
    return e->code;
}

const struct command cmd_evaluate = {
    .name = "evaluate",
    .usage = "DATASET.jsonl [MORE.jsonl ...] [options]",
    .summary = "how good models' answers are, and what a good one costs",
    .details =
        "Reads Bedrock's evaluation datasets: a prompt with its referenceResponse, "
        "category and modelResponses a line, or conversationTurns of RAG sets. Several "
        "files, and lines with equal prompts, are paired by their prompts. Of our own "
        "are referenceResponses (texts, any of them right) and pair beside a prompt; "
        "usage, metrics.latencyMs (as Converse writes them), usd and confidence in a "
        "response. A malformed line is named and nothing is scored; what a Bedrock job "
        "would not take (over 1,000 prompts, over 4 KB) is a warning.\n"
        "\n"
        "exact-match forgives blanks at the ends; quasi-exact-match, accuracy, f1 and "
        "nlp-f1 also case, marks and articles, as SQuAD's script; nlp-f1 counts a word "
        "once, as Bedrock's. rouge-1, -2, -l are F-measures without stemming (Lin "
        "2004); bleu is smoothed by one above words (Lin and Och 2004), the whole "
        "file's is not; wer is of words as written. Han and Kana characters are "
        "words.\n"
        "\n"
        "Intervals are 95 %: Wilson's of shares, resampled of other means; of fewer "
        "than 30, Clopper and Pearson's, and Student's. Models are compared prompt by "
        "prompt (Tango's score and "
        "McNemar's exact test of 0 and 1, else paired t), p by Holm; with --margin "
        "\"no "
        "worse\" is said wrongly in 2.5 % of cases at most. Categories are compared "
        "with "
        "the rest; with --swap, or equal \"pair\", prompts that differ in a name. A "
        "model is priced by its responses' usd, else its tokens and the catalog. The "
        "threshold below which an answer goes on to the second model is the cheapest "
        "that keeps its score; what it saves is told of prompts that did not choose "
        "it.\n"
        "\n"
        "JSON: models[{model, n, accuracy, f1, exact_match, judge, metric, mean, lo, "
        "hi, "
        "latency_ms{}, usd, usd_per_answer, usd_per_accepted, pareto, metrics[]}], "
        "comparisons[], slices[], pairs[], robustness[], confusion[], cascade.\n"
        "\n"
        "With --models it asks them the prompts, with --judge it has answers graded, "
        "with "
        "--embedding-model it compares them with the references; 'evaluate list', "
        "'show', "
        "'export' and 'drop' look at what was saved, and [require] quality of plan "
        "reads "
        "it. Everything is saved when it is there: after the cap (exit 6) or Ctrl-C "
        "(exit 130) --resume asks only what is missing. Before each question its worst "
        "cost (a token a byte, --max-tokens out) must fit into what --max-usd leaves. "
        "Refusals for throttling or capacity are repeated after a wait, and counted; "
        "latency_ms is of the attempt that succeeded. An answer that broke off may "
        "have "
        "been billed: it counts at its worst and is not repeated.\n"
        "\n"
        "A judge is asked at temperature 0, one metric a question, in words of our own "
        "under Bedrock's names (--show-judge-prompt), and must answer one JSON object "
        "with a grade of the scale. Prose, a grade off the scale or two verdicts are "
        "unreadable: counted and listed, never guessed. Scores run from 0 to 1; of "
        "Harmfulness, Stereotyping and Refusal less is better. Judges of one family "
        "favour "
        "their own: compare with people before you trust them.",
    .example =
        "bedplan evaluate answers.jsonl --task summarization\n"
        "bedplan evaluate small.jsonl large.jsonl --metrics f1 --reference-model large "
        "--margin 0.02 --accept 0.8\n"
        "bedplan evaluate qa.jsonl -m amazon.nova-lite-v1:0 --judge "
        "amazon.nova-pro-v1:0 --max-usd 2 --save qa\n"
        "bedplan evaluate qa.jsonl -m amazon.nova-lite-v1:0 --resume qa --max-usd 2",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
