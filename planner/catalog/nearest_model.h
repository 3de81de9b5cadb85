#ifndef CATALOG_NEAREST_MODEL_H
#define CATALOG_NEAREST_MODEL_H

/* What else there is for a model that ends: models that are sold in the region, read
 * and write what it does, and come near its context and its price. Not a successor: AWS
 * names none, and whether one of them does the work is for an evaluation to say. */

#include "app.h"
#include "proof.h"

/* Tokens that prices are weighed with. */
struct token_mix {
    int64_t input, output;
};

struct near_model {
    struct model model;
    struct usd usd;        /* of the mix, on demand by the default routing */
    struct proof_list why; /* its lines; priced exactly once */
};

/* Up to `most`, nearest first. They are active at `until_unix_s` as far as it is known
 * (an end that is not announced is unknown, and counts as none here). `*usd` is what
 * the mix costs on `m` itself at `at_unix_s`; `*priced` false: not known;
 * `*why` is its lines.
 * Owns: the arena. */
NODISCARD enum err_code
nearest_models(struct near_model *out, size_t *count, size_t most, struct usd *usd,
               bool *priced, struct proof_list *why, struct catalog *c,
               const struct model *m, const char *region, struct token_mix mix,
               int64_t at_unix_s, int64_t until_unix_s, struct arena *a, struct err *e);

#endif
