#ifndef BASE_USD_H
#define BASE_USD_H

/* Exact money.
 *
 * A published price is a decimal fraction, a token count is an integer, and
 * their product is exact. This module keeps it exact; rounding happens in one
 * place, usd_round().
 *
 *   struct usd_rate   a price as published        1e-12 USD per `per` units
 *   struct usd_acc    a running exact total       1e-18 USD
 *   struct usd        an amount to store or show  1e-9 USD
 *
 * Amounts are wrapped in structs so that the compiler refuses to add a rate to
 * a total. */

#include <stdint.h>

#include "arena.h"
#include "err.h"

__extension__ typedef __int128 i128;

struct usd_rate {
    int64_t pusd; /* 1e-12 USD */
    int32_t per;  /* 1, 1000 or 1000000 units */
};
struct usd_acc {
    i128 ausd; /* 1e-18 USD, may be negative (a credit) */
};
struct usd {
    int64_t nusd; /* 1e-9 USD */
};

/* room for any text the functions below write */
enum { USD_TEXT = 48 };

/**
 * Read a published price such as "0.0000087500" or "8.75e-06".
 *
 * Units:  `text` is USD per `per` units; `per` is 1, 1000 or 1000000.
 * Range:  0 to 9.2e6 USD, at most 12 digits after the point. Further digits
 *         must be zeros: a price is never rounded on the way in.
 * Errors: ERR_INPUT not a decimal number; ERR_RANGE too large, negative, or
 *         finer than 1e-12 USD. On error `*out` is untouched.
 * Source: AWS Price List, `pricePerUnit.USD` is a decimal string.
 */
NODISCARD enum err_code usd_rate_parse(struct usd_rate *out, const char *text,
                                       int32_t per, struct err *e);

/**
 * Add the cost of `qty` units at `rate` to a running total, exactly.
 *
 * Range:  qty >= 0; |total| stays below 1e18 USD.
 * Errors: ERR_RANGE. On error `acc` is untouched.
 */
NODISCARD enum err_code usd_acc_add(struct usd_acc *acc, int64_t qty,
                                    struct usd_rate rate, struct err *e);

/** The sum of two totals. Errors: ERR_RANGE as usd_acc_add(). */
NODISCARD enum err_code usd_acc_sum(struct usd_acc *acc, struct usd_acc more,
                                    struct err *e);

/**
 * `acc` less a discount, applied once to a line.
 *
 * Units:  parts per million of the price taken off, 0 to 1000000.
 * Returns: the discounted total, rounded half to even at 1e-18 USD.
 */
struct usd_acc usd_acc_less(struct usd_acc acc, int32_t discount_ppm);

/**
 * Round a total to whole nano-USD, ties to even.
 * Range: up to 9.22e9 USD, or ERR_RANGE.
 */
NODISCARD enum err_code usd_round(struct usd *out, struct usd_acc acc, struct err *e);

/**
 * The one door from estimates to money: `quantity` of a simulation, rounded to
 * a whole count.
 * Errors: ERR_RANGE when not finite, negative or above 9.2e18.
 */
NODISCARD enum err_code usd_from_estimate(int64_t *qty, double quantity, struct err *e);

/* Exact decimal digits without trailing zeros: "12.5", "0", "-0.000000001". */
const char *usd_text(char out[USD_TEXT], struct usd amount);
/* The rate as published: USD per `per`, exact: "0.035". */
const char *usd_rate_text(char out[USD_TEXT], struct usd_rate rate);
/* All 18 decimals that are not zero. */
const char *usd_acc_text(char out[USD_TEXT], struct usd_acc acc);
/* For people: 4 significant digits at least, cents at least, thousands marks:
 * "1,234.57", "0.01235", "0.000008750". */
const char *usd_show(char out[USD_TEXT], struct usd amount);
/* The same text in the arena. */
const char *usd_shown(struct usd amount, struct arena *a);

/* For plots and statistics only; never back to money. */
double usd_double(struct usd amount);

#endif
