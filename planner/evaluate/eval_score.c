#include "eval_score.h"

#include <math.h>
#include <string.h>

#include "eval_text_metrics.h"
#include "text.h"

/* clang-format off */
const struct eval_metric eval_metrics[] = {
    { .name = "exact-match", .title = "exact", .binary = true, .needs_reference = true,
      .hi = 1, .pair = exact_match,
      .definition = "the reference to the letter, but for blanks at its ends" },
    { .name = "quasi-exact-match", .title = "quasi-exact", .binary = true,
      .needs_reference = true, .hi = 1, .pair = quasi_exact_match,
      .definition = "the same without case, marks, articles and repeated blanks (SQuAD)" },
    { .name = "f1", .title = "F1", .needs_reference = true, .hi = 1, .pair = token_f1,
      .definition = "harmonic mean of precision and recall over normalised words, each "
                    "as often as it occurs (SQuAD)" },
    { .name = "nlp-f1", .title = "NLP-F1", .needs_reference = true, .hi = 1,
      .pair = word_set_f1,
      .definition = "the same with every word counted once, as AWS's fmeval does" },
    { .name = "rouge-1", .title = "ROUGE-1", .needs_reference = true, .hi = 1,
      .pair = rouge_1,
      .definition = "F-measure over words, without stemming (Lin 2004)" },
    { .name = "rouge-2", .title = "ROUGE-2", .needs_reference = true, .hi = 1,
      .pair = rouge_2,
      .definition = "F-measure over pairs of words, without stemming (Lin 2004)" },
    { .name = "rouge-l", .title = "ROUGE-L", .needs_reference = true, .hi = 1,
      .pair = rouge_l,
      .definition = "F-measure of the longest common subsequence of words, without "
                    "stemming (Lin 2004)" },
    { .name = "bleu", .title = "BLEU", .needs_reference = true, .hi = 1,
      .all = sentence_bleu,
      .definition = "of each answer, smoothed by adding 1 above unigrams (Papineni 2002, "
                    "Lin and Och 2004); the corpus' own is not smoothed" },
    { .name = "wer", .title = "WER", .lower_is_better = true, .needs_reference = true,
      .hi = HUGE_VAL, .pair = word_error_rate,
      .definition = "words replaced, removed and inserted, by words of the reference" },
    { .name = "accuracy", .title = "accuracy", .binary = true, .needs_reference = true,
      .hi = 1, .pair = quasi_exact_match,
      .definition = "the label, without case, marks and articles" },
};
/* clang-format on */
const size_t eval_metric_count = sizeof eval_metrics / sizeof *eval_metrics;

static const struct {
    const char *name, *metrics;
} tasks[EVAL_TASKS] = {
    [EVAL_QUESTION_ANSWERING] = { "question-answering",
                                  "f1,exact-match,quasi-exact-match" },
    [EVAL_SUMMARIZATION] = { "summarization", "rouge-l,rouge-1,rouge-2,bleu" },
    [EVAL_CLASSIFICATION] = { "classification", "accuracy" },
    [EVAL_GENERATION] = { "generation", "rouge-l,wer" },
};

const char *eval_task_text(enum eval_task t)
{
    return tasks[t].name;
}

static const struct eval_metric *find(struct str name)
{
    for (size_t i = 0; i < eval_metric_count; i++)
        if (str_eq(name, eval_metrics[i].name)) return &eval_metrics[i];
    return NULL;
}

static enum err_code unknown(struct str name, struct arena *a, struct err *e)
{
    const char **names = ARENA_NEW(a, const char *, eval_metric_count);
    const char *list = "";
    for (size_t i = 0; i < eval_metric_count; i++) {
        names[i] = eval_metrics[i].name;
        list = arena_printf(a, "%s%s%s", list, i ? ", " : "", names[i]);
    }
    const char *typed = arena_text_n(a, name.p, name.n < 60 ? name.n : 60);
    const char *mean = text_did_you_mean(a, typed, names, eval_metric_count);
    return err_set(e, ERR_USAGE, "--metrics: unknown metric '%s'%s%s%s", typed, mean,
                   *mean ? "" : "; there are ", *mean ? "" : list);
}

enum err_code eval_metrics_pick(const struct eval_metric *const **out, size_t *count,
                                enum eval_task task, const char *list, struct arena *a,
                                struct err *e)
{
    const struct eval_metric **picked =
        ARENA_NEW(a, const struct eval_metric *, eval_metric_count);
    size_t n = 0;
    struct str rest = str_of(list ? list : tasks[task].metrics);
    do {
        struct str name = str_trim(str_cut(rest, ',', &rest));
        const struct eval_metric *m = find(name);
        if (!m) return unknown(name, a, e);
        for (size_t i = 0; i < n; i++)
            if (picked[i] == m)
                return err_set(e, ERR_USAGE, "--metrics: '%s' twice", m->name);
        picked[n++] = m;
    } while (rest.n);
    *out = picked;
    *count = n;
    return OK;
}

bool eval_as_good(const struct eval_metric *metric, double a, double b)
{
    return metric->lower_is_better ? a <= b : a >= b;
}

double eval_score_one(const struct eval_metric *metric, const char *answer,
                      const char *const *reference, size_t references,
                      struct arena *scratch)
{
    double best = (double)NAN;
    if (references == 0 && metric->needs_reference) return (double)NAN;
    if (metric->all) return metric->all(answer, reference, references, scratch);
    for (size_t r = 0; r < references; r++) {
        double score = metric->pair(answer, reference[r], scratch);
        if (isnan(best) || !eval_as_good(metric, best, score)) best = score;
    }
    return best;
}

void eval_scores_empty(struct eval_scores *out, const struct eval_set *s,
                       const struct eval_metric *metric, struct arena *a)
{
    *out = (struct eval_scores){ .metric = metric,
                                 .items = s->items,
                                 .models = s->models };
    size_t n = s->items * s->models;
    out->value = ARENA_NEW(a, double, n + 1);
    for (size_t i = 0; i < n; i++)
        out->value[i] = (double)NAN;
}

static enum err_code no_references(const struct eval_set *s,
                                   const struct eval_metric *metric, struct err *e)
{
    return err_set(e, ERR_INPUT,
                   "%s%s has no \"referenceResponse\", which %s compares with; add one "
                   "to each prompt, or let a model judge (--judge)",
                   s->path[0], s->paths > 1 ? " and the others" : "", metric->name);
}

enum err_code eval_score_set(struct eval_scores *out, const struct eval_set *s,
                             const struct eval_metric *metric, struct arena *a,
                             struct err *e)
{
    struct arena scratch = { .on_exhausted = a->on_exhausted };
    if (metric->needs_reference && eval_set_referenced(s) == 0)
        return no_references(s, metric, e);
    eval_scores_empty(out, s, metric, a);
    for (size_t m = 0; m < s->models; m++)
        for (size_t i = 0; i < s->items; i++) {
            const struct eval_item *item = &s->item[i];
            const char *answer = item->response[m].text;
            if (!answer) continue;
            out->value[m * s->items + i] = eval_score_one(
                metric, answer, item->reference, item->references, &scratch);
            arena_clear(&scratch);
        }
    return OK;
}
