#ifndef PROMPT_COST_H
#define PROMPT_COST_H

/* What one version costs: tokens by kind of a mean request, and their money. */

#include "prompt_ask.h"
#include "prompt_length.h"
#include "usd.h"

/* A checkpoint as the model serves it. */
struct prompt_cached {
    const struct prompt_checkpoint *point;
    double tokens;   /* before it */
    bool served;     /* long enough, few enough, and priced */
    const char *why; /* it is not served; NULL */
    enum token_kind write;
    double hit; /* share of requests that find it; -1: no workload */
};

struct prompt_cost {
    double input_tokens, output_tokens;
    struct prompt_cached cached[PROMPT_CHECKPOINTS];
    size_t points;
    double tokens[TOKEN_KINDS];      /* of a mean request, where the points are used */
    struct usd per_1k, plain_per_1k; /* requests; with the points, without any */
    struct usd per_month, plain_per_month; /* with a workload */
};

#define PROMPT_MONTH_DAYS (365.0 / 12)

/* Tokens that decide which of a model's prices for long requests holds. */
int64_t prompt_read_tokens(const struct prompt_cost *c);

/* Tokens and checkpoints alone. `hour` -1: as the prompt and the settings say; else the
 * life of points that state none. Owns: the arena. */
void prompt_split(struct prompt_cost *out, const struct prompt_length *l,
                  const struct prompt_ask *ask, int hour, struct arena *a);
/* The same with its money. Errors: ERR_RANGE. */
NODISCARD enum err_code prompt_cost_of(struct prompt_cost *out,
                                       const struct prompt_length *l,
                                       const struct prompt_ask *ask, int hour,
                                       struct arena *a, struct err *e);

#endif
