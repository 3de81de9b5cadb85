#ifndef EVALUATE_EVAL_SET_H
#define EVALUATE_EVAL_SET_H

/* Prompts, what should be answered, and what each model answered: Bedrock's evaluation
 * datasets, several files paired by their prompts.
 * Source: Amazon Bedrock User Guide, "Use prompt datasets for model evaluation",
 * "Create a prompt dataset for a model evaluation job that uses a model as judge",
 * "Create a prompt dataset for RAG evaluations".
 *
 *   {"prompt": "…", "referenceResponse": "…", "category": "…",
 *    "modelResponses": [{"response": "…", "modelIdentifier": "…"}]}
 *   {"conversationTurns": [{"prompt": {"content": [{"text": "…"}]},
 *    "referenceResponses": [{"content": [{"text": "…"}]}], "output": {"text": "…",
 * …}}]}
 *
 * Of our own, which a Bedrock job does not know: beside a prompt "referenceResponses"
 * (texts, each of them right), "pair", and "perturbation" with the "original" prompt;
 * in a response "usage" {"inputTokens", "outputTokens"} and "metrics" {"latencyMs"} as
 * Converse writes them, "usd", and "confidence" (0 to 1: the model's own, or a
 * router's). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "eval_perturb.h"
#include "usd.h"

/* What a Bedrock evaluation job takes (Service Quotas); here only a warning. */
enum { EVAL_JOB_PROMPTS = 1000, EVAL_JOB_PROMPT_BYTES = 4096, EVAL_JOB_TURNS = 5 };

/* Longer texts are refused: no model writes as much at once. */
enum { EVAL_TEXT_MAX = 1 << 20, EVAL_MODELS_MAX = 100, EVAL_ISSUES_SHOWN = 100 };

/* What a model said to one prompt. All zero: it said nothing. */
struct eval_response {
    const char *text;      /* NULL: no answer, and nothing else is known */
    int64_t input_tokens;  /* < 0: unknown */
    int64_t output_tokens; /* < 0: unknown */
    double latency_ms;     /* < 0: unknown */
    double confidence;     /* 0..1; < 0: unknown */
    bool priced;           /* `usd` is what it cost */
    struct usd usd;
    const char *const *passage; /* what was retrieved for it */
    size_t passages;
};

/* Of an answer with nothing else known. */
#define EVAL_RESPONSE(words)                                                           \
    ((struct eval_response){ .text = (words),                                          \
                             .input_tokens = -1,                                       \
                             .output_tokens = -1,                                      \
                             .latency_ms = -1,                                         \
                             .confidence = -1 })

/* One prompt. Turns of a conversation are items one after another. */
struct eval_item {
    const char *prompt;
    const char *const *reference; /* any of them is right */
    size_t references;
    const char *category;           /* NULL: none */
    const char *pair;               /* items of one pair differ in a name or group only;
                                       NULL: none */
    int64_t conversation;           /* number of it, from 1; 0: a prompt of its own */
    int turn;                       /* from 1 */
    struct eval_response *response; /* of each of the set's models */
    enum perturbation perturbation; /* of a changed prompt */
    const char *original;           /* the prompt before that change */
    size_t original_item;           /* its index; SIZE_MAX: it is not in the set */
    int file;                       /* index into eval_set.path */
    int64_t line;                   /* from 1; 0: made here */
};

/* What is wrong with a line. */
struct eval_issue {
    int file;
    int64_t line;
    size_t column; /* in bytes, from 1; 0: the line as a whole */
    bool fatal;    /* else the line is taken, or left out as `what` says */
    const char *what;
};

struct eval_set {
    const char *const *path;
    size_t paths;
    struct eval_item *item; /* changed prompts (robustness) come last */
    size_t items, variants; /* item[items .. items + variants - 1] are changed ones */
    size_t item_capacity;
    const char **model; /* names, in the order of first sight */
    size_t models, model_capacity;
    struct eval_issue *issue; /* the first EVAL_ISSUES_SHOWN of each kind */
    size_t issues, issue_capacity;
    int64_t fatal, warnings; /* all of them */
    int64_t conversations;
    struct arena *arena;
};

/* All lines of all files. Lines with equal prompts (in a conversation: with equal turns
 * so far) are one item; a model's second response to a prompt is left out with a
 * warning. Errors: ERR_INPUT a file that cannot be read, no line at all, or malformed
 * lines, each of which is an issue of `out` then. Owns: the arena. */
NODISCARD enum err_code eval_set_read(struct eval_set *out, const char *const *path,
                                      size_t paths, struct arena *a, struct err *e);

/* The index of the model; a new one has no responses yet. May move every item's
 * `response`. At most EVAL_MODELS_MAX. */
size_t eval_set_model(struct eval_set *s, const char *name);

/* Items to which the model said something; that have a reference. */
size_t eval_set_answered(const struct eval_set *s, size_t model);
size_t eval_set_referenced(const struct eval_set *s);

#endif
