#ifndef EVALUATE_EVAL_COST_H
#define EVALUATE_EVAL_COST_H

/* What an evaluation will cost before it is asked for: here, and as Bedrock's own
 * evaluation jobs.
 *
 * Tokens are estimated from bytes, four to a token, 30 % either way; an answer has from
 * one token to --max-tokens, and likely as many as the references; a verdict from
 * EVAL_VERDICT_LEAST to JUDGE_MAX_TOKENS.
 * Source of the formulas and limits: Amazon Bedrock User Guide, "Amazon Bedrock
 * Evaluations"; Service Quotas; the pricing page, "Model evaluation": judge and
 * candidate tokens are billed, algorithmic scores are not. */

#include "eval_set.h"

enum {
    EVAL_BYTES_PER_TOKEN = 4,
    EVAL_TOKENS_OFF_PERCENT = 30,
    EVAL_VERDICT_LEAST = 8,
    EVAL_VERDICT_LIKELY = 60, /* two sentences and the braces */
    EVAL_JOB_DATASETS = 5,
    EVAL_COST_PARTS = 64
};

/* Questions of one kind to one model. */
struct eval_cost_part {
    const char *what, *model; /* "answers", "verdicts", "embeddings" */
    int64_t requests;
    int64_t input_least, input_most, output_least, output_most;
    bool priced, free;
    struct usd_acc least, likely, most; /* likely: only with eval_cost.likely_known */
};

struct eval_cost {
    struct eval_cost_part part[EVAL_COST_PARTS];
    size_t parts;
    int64_t requests;
    bool likely_known; /* some prompt has a reference to take the length from */
    bool unpriced;     /* a model without a price is in it: not in the sums */
    struct usd_acc least, likely, most;
};

/* As Bedrock's jobs: each takes one model. */
struct eval_job_cost {
    struct eval_cost cost; /* of all jobs: nothing is saved from earlier runs there */
    int64_t jobs;
    const char *refused[8]; /* why Bedrock would not take it; or would, for a part */
    size_t refusals;
    const char *notes[8];
    size_t note_count;
};

struct eval_run;

/* Of what is still to be asked. Errors: ERR_RANGE, ERR_UNPRICED of a part of a price.
 */
NODISCARD enum err_code eval_cost_of(struct eval_cost *out, const struct eval_run *r,
                                     struct err *e);
NODISCARD enum err_code eval_cost_of_jobs(struct eval_job_cost *out,
                                          const struct eval_run *r, struct err *e);

#endif
