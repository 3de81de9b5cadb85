#include "usd.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NANO_PER_ATTO 1000000000 /* 1e-18 in one 1e-9 */
static const i128 ACC_MAX = (i128)1000000000000000000 * 1000000000000000000;

/* One decimal number: digits * 10^exponent. */
struct decimal {
    i128 digits;
    int exponent;
    bool negative;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The `e` part, from "e" on; bounded so that it cannot overflow. */
static bool read_exponent(const char **p, int *exponent)
{
    const char *s = *p + 1;
    bool minus = *s == '-';
    if (*s == '-' || *s == '+') s++;
    if (!is_digit(*s)) return false;
    int value = 0;
    for (; is_digit(*s); s++)
        if (value < 10000) value = value * 10 + (*s - '0');
    *exponent += minus ? -value : value;
    *p = s;
    return true;
}

/* Reads the whole text; false when it is no decimal number. Digits beyond the
 * 30th significant one must be zeros, otherwise `*too_long`. */
static bool read_decimal(struct decimal *d, const char *text, bool *too_long)
{
    const char *p = text;
    bool any = false, point = false;
    *d = (struct decimal){ 0 };
    *too_long = false;
    if (*p == '-') d->negative = true, p++;
    for (;; p++) {
        if (*p == '.' && !point) {
            point = true;
        } else if (is_digit(*p)) {
            any = true;
            if (d->digits < (i128)1000000000000000 * 1000000000000000) {
                d->digits = d->digits * 10 + (*p - '0');
                d->exponent -= point;
            } else {
                if (*p != '0') *too_long = true;
                d->exponent += !point;
            }
        } else {
            break;
        }
    }
    if (!any) return false;
    if ((*p == 'e' || *p == 'E') && !read_exponent(&p, &d->exponent)) return false;
    return *p == '\0';
}

enum err_code usd_rate_parse(struct usd_rate *out, const char *text, int32_t per,
                             struct err *e)
{
    struct decimal d;
    bool too_long;
    assert(per == 1 || per == 1000 || per == 1000000);
    if (!read_decimal(&d, text, &too_long))
        return err_set(e, ERR_INPUT, "'%.40s' is not a price", text);
    if (d.negative && d.digits)
        return err_set(e, ERR_RANGE, "price '%.40s' is negative", text);
    if (too_long)
        return err_set(e, ERR_RANGE, "price '%.40s' has too many digits", text);
    int shift = d.exponent + 12;
    i128 pusd = d.digits;
    for (; shift > 0 && pusd && pusd <= INT64_MAX; shift--)
        pusd *= 10;
    for (; shift < 0 && pusd; shift++) {
        if (pusd % 10)
            return err_set(e, ERR_RANGE, "price '%.40s' is finer than 1e-12 USD", text);
        pusd /= 10;
    }
    if (pusd > INT64_MAX)
        return err_set(e, ERR_RANGE, "price '%.40s' is above 9.2e6 USD", text);
    *out = (struct usd_rate){ .pusd = (int64_t)pusd, .per = per };
    return OK;
}

enum err_code usd_acc_sum(struct usd_acc *acc, struct usd_acc more, struct err *e)
{
    i128 sum = acc->ausd + more.ausd;
    if (sum > ACC_MAX || sum < -ACC_MAX)
        return err_set(e, ERR_RANGE, "cost exceeds 1e18 USD");
    acc->ausd = sum;
    return OK;
}

enum err_code usd_acc_add(struct usd_acc *acc, int64_t qty, struct usd_rate rate,
                          struct err *e)
{
    assert(qty >= 0 && rate.pusd >= 0);
    assert(rate.per == 1 || rate.per == 1000 || rate.per == 1000000);
    i128 cost = (i128)qty * rate.pusd; /* 63 + 63 bits: cannot overflow */
    i128 scale = 1000000 / rate.per;
    if (cost > ACC_MAX / scale) return err_set(e, ERR_RANGE, "cost exceeds 1e18 USD");
    return usd_acc_sum(acc, (struct usd_acc){ cost * scale }, e);
}

/* a / b for b > 0, ties to even */
static i128 divide_even(i128 a, i128 b)
{
    i128 q = a / b, r = a % b;
    if (r < 0) r += b, q--;
    if (r * 2 > b || (r * 2 == b && q % 2 != 0)) q++;
    return q;
}

struct usd_acc usd_acc_less(struct usd_acc acc, int32_t discount_ppm)
{
    assert(discount_ppm >= 0 && discount_ppm <= 1000000);
    /* In two parts, because a total times a million would overflow. An odd million of
     * the first part stays with the second: it decides which way a tie is even. */
    i128 keep = 1000000 - discount_ppm;
    i128 whole = acc.ausd / 1000000 * keep, part = acc.ausd % 1000000 * keep;
    i128 odd = whole % 2;
    return (struct usd_acc){ whole - odd + divide_even(part + odd * 1000000, 1000000) };
}

enum err_code usd_round(struct usd *out, struct usd_acc acc, struct err *e)
{
    i128 nusd = divide_even(acc.ausd, NANO_PER_ATTO);
    if (nusd > INT64_MAX || nusd < INT64_MIN)
        return err_set(e, ERR_RANGE, "cost exceeds 9.2e9 USD");
    out->nusd = (int64_t)nusd;
    return OK;
}

enum err_code usd_from_estimate(int64_t *qty, double quantity, struct err *e)
{
    if (!isfinite(quantity) || quantity < 0 || quantity > 9.2e18)
        return err_set(e, ERR_RANGE, "estimated quantity %g cannot be priced",
                       quantity);
    *qty = (int64_t)nearbyint(quantity);
    return OK;
}

/* digits / 10^places, exact, without trailing zeros */
static const char *decimal_text(char out[USD_TEXT], i128 digits, int places)
{
    char rev[USD_TEXT];
    int n = 0;
    bool minus = digits < 0;
    if (minus) digits = -digits;
    while (places > 0 && digits % 10 == 0)
        digits /= 10, places--;
    do {
        if (n && n == places) rev[n++] = '.', places = -1;
        rev[n++] = (char)('0' + (int)(digits % 10));
        digits /= 10;
        if (places > 0 && n == places && !digits)
            rev[n++] = '.', rev[n++] = '0', places = -1;
    } while (digits || (places > 0 && n < places));
    if (places > 0) rev[n++] = '.', rev[n++] = '0';
    int at = 0;
    if (minus) out[at++] = '-';
    while (n)
        out[at++] = rev[--n];
    out[at] = '\0';
    return out;
}

const char *usd_text(char out[USD_TEXT], struct usd amount)
{
    return decimal_text(out, amount.nusd, 9);
}

const char *usd_rate_text(char out[USD_TEXT], struct usd_rate rate)
{
    return decimal_text(out, rate.pusd, 12);
}

const char *usd_acc_text(char out[USD_TEXT], struct usd_acc acc)
{
    return decimal_text(out, acc.ausd, 18);
}

/* decimals so that four significant digits show, and never less than cents */
static int shown_decimals(uint64_t nusd)
{
    uint64_t limit = 10000000000; /* 10 USD: two decimals are four digits */
    int decimals = 2;
    while (decimals < 9 && nusd && nusd < limit)
        limit /= 10, decimals++;
    return decimals;
}

const char *usd_show(char out[USD_TEXT], struct usd amount)
{
    bool minus = amount.nusd < 0;
    uint64_t nusd = minus ? -(uint64_t)amount.nusd : (uint64_t)amount.nusd;
    int decimals = shown_decimals(nusd);
    uint64_t step = 1;
    for (int i = decimals; i < 9; i++)
        step *= 10;
    uint64_t units = (uint64_t)divide_even((i128)nusd, (i128)step);
    uint64_t one = 1000000000 / step;
    char whole[32], plain[32];
    int n = snprintf(plain, sizeof plain, "%" PRIu64, units / one), at = 0;
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0) whole[at++] = ',';
        whole[at++] = plain[i];
    }
    whole[at] = '\0';
    snprintf(out, USD_TEXT, "%s%s.%0*" PRIu64, minus ? "-" : "", whole, decimals,
             units % one);
    return out;
}

double usd_double(struct usd amount)
{
    return (double)amount.nusd * 1e-9;
}

const char *usd_shown(struct usd amount, struct arena *a)
{
    char text[USD_TEXT];
    return arena_text(a, usd_show(text, amount));
}
