#ifndef VERIFY_LONGHAND_H
#define VERIFY_LONGHAND_H

/* Decimal arithmetic digit by digit, as on paper: the second opinion on a bill, which
 * shares nothing with the way the bill was reckoned. */

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

enum { LONGHAND_DIGITS = 160, LONGHAND_POINT = 60 };

/* Not negative; digit[i] stands for 10^(i - LONGHAND_POINT). */
struct longhand {
    unsigned char digit[LONGHAND_DIGITS];
};

/* "0.0000350", "3.5e-05". False when it is no such number or does not fit. */
bool longhand_read(struct longhand *out, struct str text);
/* False when it does not fit. */
bool longhand_times(struct longhand *out, const struct longhand *a,
                    const struct longhand *b);
bool longhand_plus(struct longhand *out, const struct longhand *a,
                   const struct longhand *b);
/* 1 - x; false when x is above 1. */
bool longhand_rest(struct longhand *out, const struct longhand *x);
/* Divided by 10^power. False when digits would be lost. */
bool longhand_shift(struct longhand *x, int power);
/* Divided by n (positive); what lies beyond the last digit is cut, its presence kept in
 * that digit, so that a later rounding knows a tie from what is more than one. */
bool longhand_divide(struct longhand *x, int64_t n);
/* To `decimals` behind the point, ties to even. */
void longhand_round(struct longhand *x, int decimals);
bool longhand_equal(const struct longhand *a, const struct longhand *b);
/* "12.5"; room for LONGHAND_DIGITS + 3. */
const char *longhand_text(char *out, const struct longhand *x);

#endif
