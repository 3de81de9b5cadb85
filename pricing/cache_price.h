#ifndef PRICING_CACHE_PRICE_H
#define PRICING_CACHE_PRICE_H

/* When a cached prefix pays: a write costs more than reading plain input, each further
 * use less. Exact, from the rows' own rates. */

#include <stdbool.h>

#include "tariff.h"

/* Seconds a prefix lives after its last use, by the kind of write; 0: no write. */
int cache_life_s(enum token_kind write);

/* Smallest number of uses, the writing one included, within one life for which
 *   write + (uses - 1) × read < uses × input.
 * 0: never. */
int64_t cache_break_even_uses(struct usd_rate input, struct usd_rate read,
                              struct usd_rate write);

/* Share of uses that must find the prefix for it to cost as much as plain input:
 *   share × read + (1 - share) × write = input.
 * 0 where any share will do; false where none will. */
bool cache_break_even_share(double *share, struct usd_rate input, struct usd_rate read,
                            struct usd_rate write);

/* The write that a time to live of 5 min (`hour` false) or 1 h means: a model that only
 * sells another life has that. TOKEN_KINDS: nothing is cached here, for want of a
 * price.
 */
enum token_kind cache_write_kind(const struct price_pick *pick, bool hour);

#endif
