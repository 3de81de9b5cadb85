#ifndef PROBE_PROMPT_H
#define PROBE_PROMPT_H

/* What a probe asks: given text, lines of a file, lengths of measured traffic, or words
 * of about N tokens. */

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "converse.h"
#include "err.h"
#include "lengths.h"
#include "str.h"

struct probe_prompt_settings {
    const char *path;     /* text, or .jsonl with a "prompt" a line; NULL */
    const char *text;     /* the prompt itself; NULL */
    const char *usage;    /* name, summary or trace: joint lengths; NULL */
    const char *data;     /* folder of the store of usage; NULL */
    int64_t input_tokens; /* of synthetic prompts */
    int64_t max_tokens;   /* 0: not sent; lengths of usage bring their own */
    bool unique_prefix;   /* before given prompts too */
    bool cache;           /* the prompt is a system text with a cache point behind it */
    const char *cache_ttl;              /* NULL AWS's default */
    const char *service_tier, *latency; /* NULL default */
    const char *const *image, *const *document;
    size_t images, documents;
    int64_t attachment_tokens; /* of all attachments at most; 0: work it out */
    const char *model;         /* for the tokens of images */
    int64_t seed;
    uint64_t nonce; /* of this run: prompts differ from those of any other run */
};

struct probe_prompts {
    struct probe_prompt_settings set;
    struct str *given; /* NULL: synthetic */
    size_t given_count;
    struct lengths lengths; /* count 0: none */
    double *share;          /* running sums of the cells' shares */
    struct converse_part *attached;
    size_t attached_count;
    int64_t attached_worst; /* tokens at most */
    const char *shown;      /* "synthetic, 500 tokens": for people */
    struct arena *arena;
};

/* What is known of request `index` before it is sent. Input is an upper bound: a token
 * is at least a byte, a synthetic word at most two tokens. */
struct probe_ask {
    int64_t input_wanted; /* 0: a given text */
    int64_t input_worst, output_worst;
};

/* Errors: ERR_INPUT, ERR_IO of files; ERR_USAGE a size of an attachment that cannot be
 * known; ERR_NOT_FOUND. Owns: the arena. */
NODISCARD enum err_code probe_prompts_open(struct probe_prompts *out,
                                           const struct probe_prompt_settings *s,
                                           struct arena *a, struct err *e);
struct probe_ask probe_prompts_ask(const struct probe_prompts *p, int64_t index);
/* Replaces `out` by the JSON body of request `index`. Errors: ERR_INPUT. */
NODISCARD enum err_code probe_prompts_body(struct buf *out,
                                           const struct probe_prompts *p, int64_t index,
                                           struct err *e);

/* `count` words, each with a blank before it. */
void probe_words(struct buf *out, int64_t count, uint64_t key);

/* Images and documents as parts of a message, and how many tokens they are at most. */
NODISCARD enum err_code probe_attach(struct probe_prompts *p, struct err *e);

#endif
