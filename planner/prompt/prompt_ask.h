#ifndef PROMPT_ASK_H
#define PROMPT_ASK_H

/* What prompts are priced with: a model, a workload, samples. */

#include "app.h"
#include "cache_limits.h"
#include "cachehit.h"
#include "prompt_samples.h"
#include "tariff.h"

struct prompt_settings {
    const char *data, *model, *region, *samples, *plan, *workload;
    int routing, cache_ttl; /* enum routing; 5m, 1h */
    double requests_per_day, output_tokens, bytes_per_token;
    int64_t cache_prefixes, at_unix_s;
    int64_t count_tokens; /* samples to have counted; 0: none */
    const char *endpoint_url, *profile;
    bool dry_run, explain, words; /* words: of `prompt diff` */
};

/* The rows of `prompt diff`; `prompt show` has the first of them. */
enum { PROMPT_SHOW_OPTS = 18, PROMPT_DIFF_OPTS = 19 };
extern const struct opt prompt_ask_opts[PROMPT_DIFF_OPTS];

struct prompt_ask {
    const struct prompt_samples *samples; /* NULL: none */
    double bytes_per_token;
    bool stated_bytes;   /* they were said, so no guess */
    const char *counted; /* or counted: "by CountTokens of … on 30 samples"; NULL */

    bool priced; /* a model was said */
    struct model model;
    const char *region;
    struct tariff tariff;
    struct cache_limits limits;

    const char *workload; /* "chat of plan.ini"; NULL: none was said */
    const char *arrivals; /* in words */
    double requests_per_day, output_tokens;
    double prefixes; /* equal ones that share the requests beside what samples say */
    bool hour;       /* cached for 1 h, else 5 min, where the prompt does not say */
    struct cache_arrivals arrival;
    struct cache_life **life; /* [TOKEN_KINDS] by the kind of write, made when wanted */
};

/* `model` stands for --model where that is NULL; NULL: unpriced. Errors: ERR_USAGE,
 * ERR_NOT_FOUND, ERR_UNPRICED, those of the files. Owns: the arena. */
NODISCARD enum err_code prompt_ask_read(struct prompt_ask *out,
                                        const struct prompt_settings *s,
                                        const char *model, struct app *app,
                                        struct err *e);

#endif
