#ifndef EVALUATE_JUDGE_EMBED_H
#define EVALUATE_JUDGE_EMBED_H

/* Likeness of two texts by an embedding model of Bedrock's: the cosine of their
 * vectors. It is what can be had here instead of BERTScore, and is not BERTScore, which
 * compares texts word by word with another model. */

#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "str.h"

enum { EMBED_DIMENSIONS_MAX = 16384 };

struct embed_vector {
    const float *value;
    size_t count;
    int64_t input_tokens; /* as the answer's body says; -1: it does not */
};

/* Of an answer of Titan ("embedding") or Cohere ("embeddings", an array or an object by
 * type). Errors: ERR_INPUT what is not there, not finite, or all zero. Owns: the arena.
 * Source: Amazon Bedrock User Guide, "Amazon Titan Embeddings Text", "Cohere Embed". */
NODISCARD enum err_code embed_read(struct embed_vector *out, struct str body,
                                   struct arena *a, struct err *e);

/* -1 to 1. Errors: ERR_INPUT vectors of different dimensions. */
NODISCARD enum err_code embed_cosine(double *out, const struct embed_vector *a,
                                     const struct embed_vector *b, struct err *e);

#endif
