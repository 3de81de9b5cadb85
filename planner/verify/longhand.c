#include "longhand.h"

#include <ctype.h>
#include <string.h>

bool longhand_read(struct longhand *out, struct str text)
{
    struct longhand x = { { 0 } };
    long e = 0, point = -1, n = 0;
    char digits[LONGHAND_DIGITS];
    size_t i = 0;
    for (; i < text.n && text.p[i] != 'e' && text.p[i] != 'E'; i++) {
        if (text.p[i] == '.' && point < 0)
            point = n;
        else if (isdigit((unsigned char)text.p[i]) && n < LONGHAND_DIGITS)
            digits[n++] = text.p[i];
        else
            return false;
    }
    if (n == 0) return false;
    if (i < text.n) {
        bool minus = false;
        i++;
        if (i < text.n && (text.p[i] == '-' || text.p[i] == '+'))
            minus = text.p[i++] == '-';
        if (i == text.n) return false;
        for (; i < text.n; i++) {
            if (!isdigit((unsigned char)text.p[i]) || e > 1000) return false;
            e = e * 10 + (text.p[i] - '0');
        }
        if (minus) e = -e;
    }
    long last = e - (point < 0 ? 0 : n - point); /* power of ten of the last digit */
    for (long k = 0; k < n; k++) {
        long at = last + (n - 1 - k) + LONGHAND_POINT;
        if (digits[k] == '0') continue;
        if (at < 0 || at >= LONGHAND_DIGITS) return false;
        x.digit[at] = (unsigned char)(digits[k] - '0');
    }
    *out = x;
    return true;
}

bool longhand_plus(struct longhand *out, const struct longhand *a,
                   const struct longhand *b)
{
    struct longhand sum;
    int carry = 0;
    for (int i = 0; i < LONGHAND_DIGITS; i++) {
        int d = a->digit[i] + b->digit[i] + carry;
        sum.digit[i] = (unsigned char)(d % 10);
        carry = d / 10;
    }
    *out = sum;
    return carry == 0;
}

bool longhand_times(struct longhand *out, const struct longhand *a,
                    const struct longhand *b)
{
    unsigned cell[2 * LONGHAND_DIGITS] = { 0 };
    struct longhand product;
    unsigned carry = 0;
    for (int i = 0; i < LONGHAND_DIGITS; i++)
        for (int k = 0; a->digit[i] && k < LONGHAND_DIGITS; k++)
            cell[i + k] += (unsigned)a->digit[i] * b->digit[k];
    for (int i = 0; i < 2 * LONGHAND_DIGITS; i++) {
        unsigned d = cell[i] + carry;
        int at = i - LONGHAND_POINT;
        carry = d / 10;
        if (at >= 0 && at < LONGHAND_DIGITS)
            product.digit[at] = (unsigned char)(d % 10);
        else if (d % 10)
            return false;
    }
    *out = product;
    return carry == 0;
}

bool longhand_rest(struct longhand *out, const struct longhand *x)
{
    struct longhand rest = { { 0 } };
    int borrow = 0;
    for (int i = 0; i < LONGHAND_DIGITS; i++) {
        int d = (i == LONGHAND_POINT) - x->digit[i] - borrow;
        borrow = d < 0;
        rest.digit[i] = (unsigned char)(d + 10 * borrow);
    }
    *out = rest;
    return borrow == 0;
}

bool longhand_shift(struct longhand *x, int power)
{
    for (int i = 0; i < power; i++) {
        if (x->digit[0]) return false;
        memmove(x->digit, x->digit + 1, LONGHAND_DIGITS - 1);
        x->digit[LONGHAND_DIGITS - 1] = 0;
    }
    return true;
}

bool longhand_divide(struct longhand *x, int64_t n)
{
    uint64_t by = (uint64_t)n, rest = 0;
    if (n < 1 || n > INT64_MAX / 10) return false;
    for (int i = LONGHAND_DIGITS - 1; i >= 0; i--) {
        rest = rest * 10 + x->digit[i];
        x->digit[i] = (unsigned char)(rest / by);
        rest %= by;
    }
    if (rest && !x->digit[0]) x->digit[0] = 1;
    return true;
}

void longhand_round(struct longhand *x, int decimals)
{
    int last = LONGHAND_POINT - decimals;
    bool more = false;
    for (int i = 0; i < last - 1; i++)
        more = more || x->digit[i];
    int next = x->digit[last - 1];
    bool up = next > 5 || (next == 5 && (more || x->digit[last] % 2));
    memset(x->digit, 0, (size_t)last);
    for (int i = last; up && i < LONGHAND_DIGITS; i++) {
        x->digit[i] = (unsigned char)(x->digit[i] + 1);
        up = x->digit[i] == 10;
        if (up) x->digit[i] = 0;
    }
}

bool longhand_equal(const struct longhand *a, const struct longhand *b)
{
    return memcmp(a->digit, b->digit, LONGHAND_DIGITS) == 0;
}

const char *longhand_text(char *out, const struct longhand *x)
{
    int high = LONGHAND_DIGITS - 1, low = 0;
    size_t n = 0;
    while (high > LONGHAND_POINT && !x->digit[high])
        high--;
    while (low < LONGHAND_POINT && !x->digit[low])
        low++;
    for (int i = high; i >= low; i--) {
        if (i == LONGHAND_POINT - 1) out[n++] = '.';
        out[n++] = (char)('0' + x->digit[i]);
    }
    out[n] = '\0';
    return out;
}
