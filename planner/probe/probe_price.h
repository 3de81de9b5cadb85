#ifndef PROBE_PRICE_H
#define PROBE_PRICE_H

/* What the tokens of a probe cost. */

#include "app.h"
#include "proof.h"
#include "tariff.h"

struct probe_price {
    bool priced; /* false: nobody knows, or nothing is billed */
    bool free;   /* a provisioned model: paid by the hour */
    bool manual; /* --usd-per-mtok */
    struct tariff tariff;
    struct usd_rate input, output; /* of --usd-per-mtok */
    const char *basis;             /* "0.06 / 0.24 USD per 1M tokens, source, date" */
};

/* `usd_per_mtok` "0.06,0.24" or NULL. Where the catalog does not price the model the
 * answer is unpriced, which is no error here: `e` of the catalog stays in `why`.
 * Errors: ERR_INPUT of usd_per_mtok. */
NODISCARD enum err_code probe_price_find(struct probe_price *out, struct app *app,
                                         const char *model, const char *region,
                                         enum tier tier, const char *usd_per_mtok,
                                         struct err *why, struct err *e);

struct probe_tokens {
    int64_t input, output, cache_read, cache_write;
};

/* Its prices of each kind of token, without quantities. Errors: ERR_RANGE. */
NODISCARD enum err_code probe_price_proofs(struct proof_list *out,
                                           const struct probe_price *p, struct arena *a,
                                           struct err *e);
/* A line for each kind of these tokens, at the prices of short requests: what a run
 * cost, where none of it was long. Errors: ERR_RANGE. */
NODISCARD enum err_code probe_price_lines(struct proof_list *out,
                                          const struct probe_price *p,
                                          struct probe_tokens t, struct arena *a,
                                          struct err *e);

/* Adds exactly what these tokens cost. Errors: ERR_UNPRICED, ERR_RANGE. */
NODISCARD enum err_code probe_price_add(struct usd_acc *out,
                                        const struct probe_price *p,
                                        struct probe_tokens t, struct err *e);

#endif
