#ifndef EVALUATE_EVAL_RUN_H
#define EVALUATE_EVAL_RUN_H

/* The part of an evaluation that talks to Bedrock: candidates answer the prompts, a
 * judge model grades answers, an embedding model places them. Every answer is saved
 * when it is there, so an evaluation that was stopped goes on where it was.
 *
 *   eval_run_open     what is asked for, and what of it is saved already
 *   eval_run_cost     what the rest will cost (eval_cost.h)
 *   eval_run_ask      asks; the set's responses are filled
 *   eval_run_scores   the judge's and the embedding's scores
 *   eval_run_finish   saves the means, says how it ended
 *   eval_run_close */

#include "app.h"
#include "eval_score.h"
#include "eval_summary.h"
#include "json.h"
#include "opt.h"

/* The options, a member of the command's settings. */
struct eval_run_settings {
    struct opt_list models, judge_custom, usd_per_mtok;
    const char *judge, *judge_metrics, *embedding_model;
    const char *max_usd, *endpoint_url, *region, *profile, *save, *resume, *data;
    const char *show_judge_prompt;
    int64_t max_tokens, concurrency, retries, judge_repeats;
    double temperature, timeout_s, backoff_s;
    bool dry_run, robustness;
};

/* Rows of these options, for a struct S that has them as member `run`. */
/* clang-format off */
#define EVAL_RUN_AT(S, T, f) OPT_FIELD(S, T, run.f)
#define EVAL_RUN_OPTS(S)                                                                           \
    { .key = "models", .letter = 'm', .type = OPT_LIST, .offset = EVAL_RUN_AT(S, struct opt_list, models), \
      .unit = "A,B", .help = "ask these models the prompts, through Converse" },  \
    { .key = "robustness", .type = OPT_FLAG, .offset = EVAL_RUN_AT(S, bool, robustness), .unit = "", \
      .help = "ask each prompt in five changed forms too: up to six times the cost" },            \
    { .key = "max_tokens", .type = OPT_INT, .offset = EVAL_RUN_AT(S, int64_t, max_tokens),         \
      .unit = "N", .preset = "512", .lo = 1, .hi = 1000000, .help = "most output tokens of an answer" }, \
    { .key = "temperature", .type = OPT_REAL, .offset = EVAL_RUN_AT(S, double, temperature),       \
      .unit = "", .preset = "0", .lo = 0, .hi = 1, .help = "of the candidates; judges are asked at 0" }, \
    { .key = "judge", .type = OPT_TEXT, .offset = EVAL_RUN_AT(S, const char *, judge),             \
      .unit = "MODEL", .help = "a model that grades the answers, one metric a question" },         \
    { .key = "judge_metrics", .type = OPT_TEXT, .offset = EVAL_RUN_AT(S, const char *, judge_metrics), \
      .unit = "A,B", .help = "what it grades, by Bedrock's names [Correctness,Completeness,Helpfulness]" }, \
    { .key = "judge_custom", .type = OPT_LIST, .offset = EVAL_RUN_AT(S, struct opt_list, judge_custom), \
      .unit = "FILE", .help = "a metric of your own, Bedrock's customMetricDefinition" }, \
    { .key = "judge_repeats", .type = OPT_INT, .offset = EVAL_RUN_AT(S, int64_t, judge_repeats),   \
      .unit = "N", .preset = "1", .lo = 1, .hi = 20, .help = "ask the judge each question so often: does it agree with itself?" }, \
    { .key = "show_judge_prompt", .type = OPT_TEXT, .offset = EVAL_RUN_AT(S, const char *, show_judge_prompt), \
      .unit = "METRIC", .help = "print what a judge is asked for METRIC; 'all' for every one" },   \
    { .key = "embedding_model", .type = OPT_TEXT, .offset = EVAL_RUN_AT(S, const char *, embedding_model), \
      .unit = "MODEL", .help = "cosine of answer and reference by a Titan or Cohere embedding model; not BERTScore" }, \
    { .key = "max_usd", .type = OPT_TEXT, .offset = EVAL_RUN_AT(S, const char *, max_usd), .unit = "USD", \
      .help = "the most that may be spent; asking stops (exit 6) before the next question could pass it" }, \
    { .key = "usd_per_mtok", .type = OPT_LIST, .offset = EVAL_RUN_AT(S, struct opt_list, usd_per_mtok), \
      .unit = "MODEL=IN,OUT", .help = "price per million tokens where the catalog has none" }, \
    { .key = "concurrency", .letter = 'c', .type = OPT_INT, .offset = EVAL_RUN_AT(S, int64_t, concurrency), \
      .unit = "N", .preset = "4", .lo = 1, .hi = 1000, .help = "so many questions at a time" },     \
    { .key = "retries", .type = OPT_INT, .offset = EVAL_RUN_AT(S, int64_t, retries), .unit = "N",   \
      .preset = "5", .lo = 0, .hi = 100, .help = "how often a throttled or refused-for-capacity question is repeated; counted" }, \
    { .key = "backoff_s", .type = OPT_REAL, .offset = EVAL_RUN_AT(S, double, backoff_s), .unit = "S", \
      .preset = "1", .lo = 0, .hi = 60, .help = "longest first wait before that; it doubles, up to 20 s" }, \
    { .key = "timeout_s", .type = OPT_REAL, .offset = EVAL_RUN_AT(S, double, timeout_s), .unit = "S", \
      .preset = "300", .lo = 0.01, .hi = 86400, .help = "longest that one request may take" },      \
    { .key = "dry_run", .type = OPT_FLAG, .offset = EVAL_RUN_AT(S, bool, dry_run), .unit = "",      \
      .help = "print what it would cost here and as Bedrock's jobs, and the first request; send nothing" }, \
    { .key = "save", .type = OPT_TEXT, .offset = EVAL_RUN_AT(S, const char *, save), .unit = "NAME", \
      .help = "name of the saved evaluation, else the file and the time; plan reads it by that" },  \
    { .key = "resume", .type = OPT_TEXT, .offset = EVAL_RUN_AT(S, const char *, resume), .unit = "NAME", \
      .help = "go on with a saved evaluation of these prompts: only what is missing is asked" },    \
    { .key = "data", .type = OPT_TEXT, .offset = EVAL_RUN_AT(S, const char *, data), .unit = "DIR", \
      .help = "folder of saved evaluations, else $XDG_DATA_HOME/bedplan" },                         \
    { .key = "endpoint_url", .type = OPT_TEXT, .offset = EVAL_RUN_AT(S, const char *, endpoint_url), .unit = "URL", \
      .help = "speak to URL instead of AWS's own endpoint" },                                       \
    { .key = "region", .letter = 'r', .type = OPT_TEXT, .offset = EVAL_RUN_AT(S, const char *, region), .unit = "R", \
      .help = "AWS region; else the ARN's, AWS_REGION, the profile's" },                            \
    { .key = "profile", .type = OPT_TEXT, .offset = EVAL_RUN_AT(S, const char *, profile), .unit = "P", \
      .help = "profile of the AWS config files" }
/* clang-format on */

struct eval_run;

/* Anything here that needs the store or Bedrock? */
bool eval_run_wanted(const struct eval_run_settings *s);

/* --show-judge-prompt. */
NODISCARD enum err_code
eval_run_show_prompt(struct app *app, const struct eval_run_settings *s, struct err *e);

/* Adds the candidates to the set's models. Nothing is sent.
 * Errors: ERR_USAGE, ERR_INPUT, ERR_UNPRICED of what was asked; ERR_NOT_FOUND and
 * ERR_USAGE of --resume. eval_run_close() whatever happens; it accepts NULL. */
NODISCARD enum err_code eval_run_open(struct eval_run **out, struct app *app,
                                      const struct eval_run_settings *s,
                                      struct eval_set *set, enum eval_task task,
                                      struct err *e);
void eval_run_close(struct eval_run *r);

/* Asks what is missing, within the cap. What was stopped by the cap or the user is no
 * error here: eval_run_verdict() says so in the end.
 * Errors: ERR_USAGE no --max-usd where there is something to pay, ERR_CAP when not even
 * the least it can cost fits; of the client and the store. */
NODISCARD enum err_code eval_run_ask(struct eval_run *r, struct err *e);

/* Scores of the judge's metrics, one each, and of the embeddings. Owns: the arena. */
size_t eval_run_scores(struct eval_scores **out, struct eval_run *r);

/* The judge's first metric; NULL: no judge. */
const char *eval_run_judge_metric(const struct eval_run *r);

/* Saves the means for plan. */
NODISCARD enum err_code eval_run_finish(struct eval_run *r,
                                        const struct eval_summary *summary,
                                        size_t count, struct err *e);
/* Tokens, times, money, failures and unreadable verdicts: under the table, in JSON. */
void eval_run_print(const struct eval_run *r);
void eval_run_json(struct json *j, const struct eval_run *r);
/* The exit status of a run: ERR_CAP, ERR_INTERRUPTED, or the cause when no question at
 * all was answered. */
NODISCARD enum err_code eval_run_verdict(const struct eval_run *r, struct err *e);

/* --dry-run: costs and the first request, in the format asked for. */
NODISCARD enum err_code eval_run_dry(struct eval_run *r, struct err *e);

#endif
