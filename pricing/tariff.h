#ifndef PRICING_TARIFF_H
#define PRICING_TARIFF_H

/* The token prices of one model in one region under one routing and tier: what a
 * planner multiplies with. */

#include "choose.h"

enum tier {
    TIER_STANDARD,
    TIER_PRIORITY,
    TIER_FLEX,
    TIER_BATCH,
    TIER_LATENCY_OPTIMIZED,
    TIER_ULTRAFAST,
    TIER_CUSTOM, /* custom model on demand (a deployment) */
    TIER_COUNT
};
const char *tier_text(enum tier t); /* "standard", … as on the command line */

enum token_kind {
    TOKEN_INPUT,
    TOKEN_OUTPUT,
    TOKEN_CACHE_READ,
    TOKEN_CACHE_WRITE_5M,
    TOKEN_CACHE_WRITE_30M,
    TOKEN_CACHE_WRITE_1H,
    TOKEN_KINDS
};
/* "" or "batch_": what stands before "input", "image_input", … */
const char *tier_prefix(enum tier t);

/* The price list's dimension: TIER_BATCH, TOKEN_INPUT -> "batch_input". */
const char *tariff_dimension(enum tier t, enum token_kind k);

struct tariff {
    const char *model, *region;
    enum routing routing; /* never DEFAULT */
    enum tier tier;
    struct price_pick pick[TOKEN_KINDS]; /* row NULL: unpriced */
    int64_t long_above_tokens;           /* input longer than this … */
    struct price_pick
        long_pick[TOKEN_KINDS]; /* … bills the whole request so; 0: never */
};

/* The picks, priced or not. Errors: as choose_routing(). */
NODISCARD enum err_code tariff_pick(struct tariff *out, const char *model,
                                    const struct price_row *rows, size_t count,
                                    const struct price_offer *offer,
                                    enum routing routing, enum tier tier,
                                    int64_t at_unix_s, struct err *e);

/* The picks of a request that reads this many tokens, cached ones included. */
const struct price_pick *tariff_picks(const struct tariff *t, int64_t tokens_read);

/* Says which dimension has no price, and the nearest row (may be NULL).
 * Returns: ERR_UNPRICED. */
enum err_code tariff_unpriced(const struct tariff *t, const char *dimension,
                              const struct price_row *nearest, struct err *e);

/* tariff_pick(), and errors: ERR_UNPRICED when input or output (output: only for models
 * that make text) has no row, naming the nearest. */
NODISCARD enum err_code tariff_build(struct tariff *out, const char *model,
                                     const struct price_row *rows, size_t count,
                                     const struct price_offer *offer,
                                     enum routing routing, enum tier tier,
                                     int64_t at_unix_s, struct err *e);

#endif
