#ifndef PLANNER_PLAN_PLAN_PROMPTS_H
#define PLANNER_PLAN_PLAN_PROMPTS_H

/* [prompts]: a workload's requests as a kept template with values in it. */

#include "plan_cache.h"
#include "prompt_cost.h"

/* Another version under the workload's choice, its model and requests. */
struct plan_prompt_version {
    int64_t number;
    const char *unknown;                      /* why it has no figures; NULL */
    double tokens, prefix_tokens, read_share; /* of its input, as the model counts */
    struct usd monthly;                       /* a mean month, tokens alone */
};

struct plan_prompt {
    const struct prompts_settings *settings;
    const char *owner; /* "prompts support" */
    const char *name;  /* "support:3", or the file */
    double bytes_per_token;
    const struct prompt_samples
        *samples; /* NULL: the workload's inputs are the values */
    struct prompt_length length;
    /* all versions of a prompt of the store */
    struct prompt *version;
    int64_t *number;
    size_t versions, chosen;
    const char *compared; /* option that they are compared under; NULL: none */
    struct plan_prompt_version *line;
};

/* Reads the section of a workload, if there is one: with samples its input lengths
 * become the template's, else the template's fixed part is added to them. `lengths`
 * must be there, nothing added yet.
 * Errors: ERR_INPUT, ERR_NOT_FOUND, ERR_IO, ERR_DB with the section's place. */
NODISCARD enum err_code plan_prompts(struct plan *p, struct plan_workload *w,
                                     struct err *e);
/* Its optimisation and its flows as lines of the bill.
 * Errors: ERR_UNPRICED with the section's place. */
NODISCARD enum err_code plan_prompt_lines(struct plan *p, struct plan_workload *w,
                                          struct err *e);

/* plan_caching() of a workload with a template. */
struct plan_caching plan_prompt_caching(struct plan *p, struct plan_option *o,
                                        const struct tariff *t);

/* The other versions under each workload's choice, where it is paid by the token.
 * Errors: ERR_RANGE, of the catalog. */
NODISCARD enum err_code plan_prompt_versions(struct plan *p, struct err *e);
/* False where there is nothing to compare. */
bool plan_prompt_table(const struct plan *p, const struct plan_workload *w,
                       struct table *t);

/* "prompts": what each workload's prompt is, and its versions. */
struct json;
void plan_prompts_json(struct json *j, const struct plan *p);

/* Prompts of `l` beside answers of another distribution, independent.
 * Owns: the arena. */
void plan_prompt_lengths(struct lengths *out, const struct lengths *answers,
                         const struct prompt_length *l, double bytes_per_token,
                         struct arena *a);

#endif
