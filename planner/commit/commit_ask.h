#ifndef COMMIT_ASK_H
#define COMMIT_ASK_H

/* What the command line of `bedplan commit` says, as text turned into numbers. */

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "commit.h"
#include "err.h"
#include "opt.h"

struct ask_price {
    bool sold;
    int64_t pusd; /* 1e-12 USD */
};

/* NAME=HOURS:USD[:START_EVERY], and with --start: NAME=6mo:14.50/h:month */
struct ask_term {
    const char *name;
    int64_t hours;
    int months; /* instead of hours; 0 none */
    struct ask_price price;
    bool by_hour;    /* the price is for an hour, not for the whole term */
    int64_t every;   /* hours between starts, from hour 0 */
    bool each_month; /* starts at the first hour of each calendar month */
    int64_t *at;     /* starts; NULL: one of the two above */
    size_t at_count;
};

/* UNITS:UNTIL[:FROM], hours */
struct ask_existing {
    int64_t units, from, until;
};

/* "30.25" or "none". Errors: ERR_USAGE with the option's name. */
NODISCARD enum err_code ask_price_parse(struct ask_price *out, const char *option,
                                        const char *text, struct err *e);

/* Errors: ERR_USAGE: bad grammar, a name twice, a calendar term without a date.
 * Owns: the arena. */
NODISCARD enum err_code ask_terms_parse(struct ask_term **out,
                                        const struct opt_list *texts, bool dated,
                                        struct arena *a, struct err *e);

/* With a date of hour 0, UNTIL and FROM may be dates. */
NODISCARD enum err_code ask_existing_parse(struct ask_existing **out,
                                           const struct opt_list *texts, bool dated,
                                           int64_t start_unix_s, struct arena *a,
                                           struct err *e);

/* "0.2,0.3,0.5": whole numbers of the same proportions, the smallest. NULL text: NULL.
 * Errors: ERR_USAGE: not positive, or another count than scenarios. */
NODISCARD enum err_code ask_weights_parse(int64_t **out, const char *text,
                                          size_t scenarios, struct arena *a,
                                          struct err *e);

/* Digits behind the point that a price needs, 0 to 12. */
int ask_decimals(int64_t pusd);

/* A term for the solver; costs in 10^-power USD, which must be fine enough.
 * Errors: ERR_RANGE. */
NODISCARD enum err_code ask_term_expand(struct commit_term *out,
                                        const struct ask_term *t, int64_t hours,
                                        int64_t start_unix_s, int power,
                                        struct arena *a, struct err *e);

#endif
