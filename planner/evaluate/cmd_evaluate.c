#include "eval_answer.h"

struct settings {
    int task;
    const char *metrics;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "task", .type = OPT_CHOICE, .offset = AT(int, task), .unit = "T",
      .choices = EVAL_TASK_CHOICES, .preset = "question-answering",
      .hi = EVAL_TASKS - 1, .help = "what the prompts ask for: picks the metrics" },
    { .key = "metrics", .type = OPT_TEXT, .offset = AT(const char *, metrics),
      .unit = "A,B", .help = "other metrics than the task's; the first one decides" },
};
#undef AT
/* clang-format on */

static enum err_code read_set(struct eval_set *out, struct app *app,
                              const struct opt_list *files, struct err *e)
{
    enum err_code code = eval_set_read(out, files->text, files->count, app->arena, e);
    eval_print_issues(app, out);
    if (code) return code;
    if (out->models == 0)
        return err_set(e, ERR_INPUT, "%s has no \"modelResponses\": nothing to score",
                       files->text[0]);
    return OK;
}

static enum err_code score(struct eval_answer *out, struct app *app,
                           const struct settings *s, struct err *e)
{
    const struct eval_metric *const *metric;
    if (eval_metrics_pick(&metric, &out->metrics, out->task, s->metrics, app->arena, e))
        return e->code;
    out->scores = ARENA_NEW(app->arena, struct eval_scores, out->metrics);
    for (size_t k = 0; k < out->metrics; k++)
        if (eval_score_set(&out->scores[k], out->set, metric[k], app->arena, e))
            return e->code;
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct eval_set set;
    struct eval_answer answer = { .set = &set,
                                  .task = (enum eval_task)s->task,
                                  .seed = (uint64_t)app->opt.seed };
    if (args->count == 0)
        return err_set(e, ERR_USAGE, "evaluate wants a DATASET.jsonl");
    if (read_set(&set, app, args, e) || score(&answer, app, s, e)) return e->code;
    eval_answer_build(&answer, app->arena);
    return eval_print(app, &answer, e);
}

const struct command cmd_evaluate = {
    .name = "evaluate",
    .usage = "DATASET.jsonl [MORE.jsonl ...] [options]",
    .summary = "how good models' answers are, and what a good one costs",
    .details =
        "Reads Bedrock's evaluation datasets: a prompt with its referenceResponse, "
        "category and modelResponses a line, or conversationTurns of RAG sets. Several "
        "files, and lines with equal prompts, are paired by their prompts.",
    .example = "bedplan evaluate answers.jsonl --task summarization\n"
               "bedplan evaluate small.jsonl large.jsonl --metrics exact-match,f1",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
