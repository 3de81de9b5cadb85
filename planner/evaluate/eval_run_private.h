#ifndef EVALUATE_EVAL_RUN_PRIVATE_H
#define EVALUATE_EVAL_RUN_PRIVATE_H

/* What the files of a run share: eval_run.c (open, close), eval_run_store.c (what is
 * saved), eval_run_answers.c, judge_run.c, judge_similarity.c (what is asked),
 * eval_run_print.c, eval_cost.c. */

#include "eval_run.h"
#include "eval_run_engine.h"
#include "eval_store.h"
#include "intern.h"
#include "judge_embed.h"
#include "judge_metric.h"
#include "probe_setup.h"

enum {
    JUDGE_MAX_TOKENS = 512, /* of a verdict */
    /* what a model's template puts around a message, and a margin */
    EVAL_TEMPLATE_TOKENS = 64
};

/* A model that is asked something. */
struct eval_party {
    const char *name;
    struct probe_price price;
    bool streams;
    size_t in_set; /* index among the set's models */
};

struct eval_run {
    struct app *app;
    struct arena *arena;
    const struct eval_run_settings *set_by;
    struct eval_set *set;
    size_t asked; /* of the set's items: the prompts, then changed ones (robustness) */
    struct probe_settings client_settings;
    struct probe_setup client; /* its client, region, endpoint */
    struct eval_party *candidate;
    size_t candidates;
    struct eval_party judge, embedder; /* name NULL: none */
    struct judge_metric *custom;
    size_t customs;
    const struct judge_metric **metric;
    const char **version;
    size_t metrics, repeats;
    struct eval_store *store; /* NULL: nothing is saved */
    struct eval_meta meta;
    const char **prompt_hash; /* [asked] */
    size_t *same_as; /* [asked]: the first item with that prompt; it alone is asked */

    /* what is there: NULL where nothing is, failures included */
    const struct eval_kept_answer **answer; /* [candidate × asked + item] */
    const struct eval_kept_verdict *
        *verdict;        /* [((model × items + item) × metrics + metric)
                            × repeats + repeat], models of the set */
    struct intern texts; /* hashes of texts that have a vector */
    const struct eval_kept_vector **vector; /* [number in `texts`] */
    size_t vector_capacity;
    int64_t odd_dimensions; /* pairs whose vectors could not be compared */

    struct eval_tally tally;
    const volatile sig_atomic_t *interrupts;
    bool shows; /* progress, on a terminal */
    int64_t shown_ns;
    int64_t kept; /* answers, verdicts and vectors that were there already */
};

size_t eval_run_answer_at(const struct eval_run *r, size_t candidate, size_t item);
size_t eval_run_verdict_at(const struct eval_run *r, size_t model, size_t item,
                           size_t metric, size_t repeat);

/* The bodies of the three kinds of question. */
NODISCARD enum err_code eval_run_body(struct buf *out, const struct eval_run *r,
                                      const char *prompt, struct err *e);
NODISCARD enum err_code eval_run_judge_body(struct buf *out,
                                            const struct judge_metric *m,
                                            const struct judge_case *c, struct err *e);
/* What a judge is shown of an answer; `response` NULL: there is none yet. Owns: `a`. */
struct judge_case judge_case_of(const struct eval_run *r, size_t model, size_t item,
                                struct arena *a);

/* The models that the run of --resume asked. */
NODISCARD enum err_code eval_run_models(struct opt_list *out, struct eval_run *r,
                                        struct err *e);

/* Saves that the run exists and is not finished. Errors: ERR_USAGE its name is taken;
 * of the store.
 */
NODISCARD enum err_code eval_run_begin(struct eval_run *r, struct err *e);

/* Finds the saved run of --resume and takes in what it has; names a new one. */
NODISCARD enum err_code eval_run_load(struct eval_run *r, enum eval_task task,
                                      struct err *e);

/* One order for each kind; `o` has what they share. */
NODISCARD enum err_code eval_run_answers(struct eval_run *r, struct eval_order *o,
                                         struct err *e);
NODISCARD enum err_code judge_run(struct eval_run *r, struct eval_order *o,
                                  struct err *e);
NODISCARD enum err_code judge_similarity(struct eval_run *r, struct eval_order *o,
                                         struct err *e);
/* An amount that is rounded once; null where it is not known. */
void eval_put_usd(struct json *j, const char *key, struct usd_acc acc, bool known);

void eval_run_progress(struct eval_run *r, const char *what, size_t done, size_t of);

/* Answers that are there, into the set's responses. */
void eval_run_fill(struct eval_run *r);
const struct eval_kept_vector *eval_run_vector(struct eval_run *r, const char *text);
void eval_run_keep_vector(struct eval_run *r, const struct eval_kept_vector *v);

/* Is this prompt still to be asked? */
bool eval_run_wants(const struct eval_run *r, size_t candidate, size_t item);

#endif
