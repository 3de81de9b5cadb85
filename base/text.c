#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Decimal digits kept of a number; a double's exact value may need more, but
 * nobody writes that. */
enum { MAX_DIGITS = 60, MAX_EXPONENT = 10000 };

/* [-]digits × 10^exponent, the digits without leading zeros ("" is zero). */
struct decimal {
    char digits[MAX_DIGITS + 1];
    int count, exponent;
    bool negative, percent;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits with at most one point and single '_' between digits. */
static bool read_mantissa(struct decimal *d, struct str *s)
{
    bool any = false, point = false;
    char before = 0;
    for (; s->n; before = *s->p, s->p++, s->n--) {
        char c = *s->p;
        if (c == '_') {
            if (!is_digit(before) || s->n < 2 || !is_digit(s->p[1])) return false;
        } else if (c == '.' && !point) {
            point = true;
        } else if (is_digit(c)) {
            any = true;
            d->exponent -= point;
            if (c == '0' && d->count == 0) continue;
            if (d->count == MAX_DIGITS) return false;
            d->digits[d->count++] = c;
        } else {
            break;
        }
    }
    return any;
}

static bool read_exponent(struct decimal *d, struct str *s)
{
    if (!s->n || (*s->p != 'e' && *s->p != 'E')) return true;
    s->p++, s->n--;
    bool minus = s->n && *s->p == '-';
    if (s->n && (*s->p == '-' || *s->p == '+')) s->p++, s->n--;
    if (!s->n || !is_digit(*s->p)) return false;
    int value = 0;
    for (; s->n && is_digit(*s->p); s->p++, s->n--)
        if (value < MAX_EXPONENT) value = value * 10 + (*s->p - '0');
    d->exponent += minus ? -value : value;
    return true;
}

/* "k", "M", "G", " %" or nothing. The case of k is free; m would be milli. */
static bool read_suffix(struct decimal *d, struct str *s)
{
    *s = str_trim(*s);
    if (!s->n) return true;
    switch (*s->p) {
    case 'k':
    case 'K':
        d->exponent += 3;
        break;
    case 'M':
        d->exponent += 6;
        break;
    case 'G':
        d->exponent += 9;
        break;
    case '%':
        d->exponent -= 2;
        d->percent = true;
        break;
    default:
        return false;
    }
    return s->n == 1;
}

static bool read_decimal(struct decimal *d, struct str s)
{
    *d = (struct decimal){ 0 };
    s = str_trim(s);
    if (s.n && (*s.p == '-' || *s.p == '+')) {
        d->negative = *s.p == '-';
        s.p++, s.n--;
    }
    if (!read_mantissa(d, &s) || !read_exponent(d, &s) || !read_suffix(d, &s))
        return false;
    while (d->count && d->digits[d->count - 1] == '0')
        d->count--, d->exponent++;
    d->digits[d->count] = '\0';
    return true;
}

/* Correctly rounded; infinite when too large. Written without a decimal point,
 * which depends on the locale. */
static double decimal_real(const struct decimal *d)
{
    char text[MAX_DIGITS + 32];
    snprintf(text, sizeof text, "%s%se%d", d->negative ? "-" : "",
             d->count ? d->digits : "0", d->count ? d->exponent : 0);
    return strtod(text, NULL);
}

/* False when the number, which is whole, is beyond int64. */
static bool decimal_int(int64_t *out, const struct decimal *d)
{
    int64_t value = 0;
    int total = d->count ? d->count + d->exponent : 0;
    if (total > 19) return false; /* 1e19 and above */
    for (int i = 0; i < total; i++) {
        int digit = i < d->count ? d->digits[i] - '0' : 0;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, d->negative ? -digit : digit, &value))
            return false;
    }
    *out = value;
    return true;
}

/* "1 to 60", "at least 1", "at most 60" */
static const char *int_bounds(char out[64], int64_t lo, int64_t hi)
{
    if (hi == INT64_MAX)
        snprintf(out, 64, "at least %lld", (long long)lo);
    else if (lo == INT64_MIN)
        snprintf(out, 64, "at most %lld", (long long)hi);
    else
        snprintf(out, 64, "%lld to %lld", (long long)lo, (long long)hi);
    return out;
}

static const char *real_bounds(char out[64], double lo, double hi, bool percent)
{
    double scale = percent ? 100 : 1;
    const char *unit = percent ? "%" : "";
    if (hi > 1e300)
        snprintf(out, 64, "at least %.10g%s", lo * scale, unit);
    else if (lo < -1e300)
        snprintf(out, 64, "at most %.10g%s", hi * scale, unit);
    else
        snprintf(out, 64, "%.10g%s to %.10g%s", lo * scale, unit, hi * scale, unit);
    return out;
}

enum err_code text_int(int64_t *out, const char *text, int64_t lo, int64_t hi,
                       struct err *e)
{
    struct decimal d;
    char bounds[64];
    int64_t value = 0;
    if (!read_decimal(&d, str_of(text)) || d.percent)
        return err_set(e, ERR_INPUT,
                       "must be a whole number such as 250000 or 250k, not '%.80s'",
                       text);
    if (d.count && d.exponent < 0)
        return err_set(e, ERR_INPUT, "must be a whole number, not '%.80s'", text);
    if (!decimal_int(&value, &d) || value < lo || value > hi)
        return err_set(e, ERR_RANGE, "must be %s, not '%.80s'",
                       int_bounds(bounds, lo, hi), text);
    *out = value;
    return OK;
}

static enum err_code read_real(double *out, struct str s, bool percent_allowed,
                               const char *example, struct err *e)
{
    struct decimal d;
    if (!read_decimal(&d, s) || (d.percent && !percent_allowed))
        return err_set(e, ERR_INPUT, "must be a number such as %s, not '%.*s'", example,
                       (int)(s.n < 80 ? s.n : 80), s.p);
    *out = decimal_real(&d);
    return OK;
}

/* NaN cannot be read, so every comparison is total; infinity is out of any range. */
static enum err_code in_range(double value, const char *text, double lo, double hi,
                              bool percent, struct err *e)
{
    char bounds[64];
    if (isfinite(value) && value >= lo && value <= hi) return OK;
    return err_set(e, ERR_RANGE, "must be %s, not '%.80s'",
                   real_bounds(bounds, lo, hi, percent), text);
}

enum err_code text_real(double *out, const char *text, double lo, double hi,
                        struct err *e)
{
    double value = 0;
    if (read_real(&value, str_of(text), false, "0.25, 1e-3 or 1.5k", e) ||
        in_range(value, text, lo, hi, false, e))
        return e->code;
    *out = value;
    return OK;
}

enum err_code text_ratio(double *out, const char *text, double lo, double hi,
                         struct err *e)
{
    double value = 0;
    if (read_real(&value, str_of(text), true, "35% or 0.35", e) ||
        in_range(value, text, lo, hi, true, e))
        return e->code;
    *out = value;
    return OK;
}

/* Splits at "+-", "+/-" or "±"; false when there is none. */
static bool split_spread(struct str *middle, struct str *spread, const char *text)
{
    static const char *const signs[] = { "+-", "+/-", "\xc2\xb1" };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const char *at = strstr(text, signs[i]);
        if (!at) continue;
        *middle = (struct str){ text, (size_t)(at - text) };
        *spread = str_of(at + strlen(signs[i]));
        return true;
    }
    *middle = str_of(text);
    return false;
}

enum err_code text_spread(double *middle, double *spread, const char *text, double lo,
                          double hi, struct err *e)
{
    struct str m = { 0 }, s = { 0 };
    double m_value = 0, s_value = 0;
    bool percent = strchr(text, '%') != NULL, has_spread = split_spread(&m, &s, text);
    if (read_real(&m_value, m, true, "6% +- 4%", e) ||
        in_range(m_value, text, lo, hi, percent, e) ||
        (has_spread && read_real(&s_value, s, true, "6% +- 4%", e)))
        return e->code;
    if (s_value < 0 || !isfinite(s_value))
        return err_set(e, ERR_RANGE,
                       "spread must not be negative or infinite in '%.80s'", text);
    *middle = m_value;
    *spread = s_value;
    return OK;
}

enum err_code text_bool(bool *out, const char *text, struct err *e)
{
    static const char *const words[] = { "no",  "yes", "false", "true",
                                         "off", "on",  "0",     "1" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(text, words[i]) != 0) continue;
        *out = i % 2;
        return OK;
    }
    return err_set(e, ERR_INPUT, "must be yes or no, not '%.80s'", text);
}

enum err_code text_ppm(int32_t *out, const char *text, struct err *e)
{
    struct decimal d;
    int64_t ppm = 0;
    if (!read_decimal(&d, str_of(text)))
        return err_set(e, ERR_INPUT, "must be a share such as 12.5%%, not '%.80s'",
                       text);
    d.exponent += 6;
    if (d.count && d.exponent < 0)
        return err_set(e, ERR_RANGE, "must not be finer than 0.0001%%, as '%.80s' is",
                       text);
    if (!decimal_int(&ppm, &d) || ppm < 0 || ppm > 1000000)
        return err_set(e, ERR_RANGE, "must be 0%% to 100%%, not '%.80s'", text);
    *out = (int32_t)ppm;
    return OK;
}

const char *text_thousands(char out[32], int64_t value)
{
    char plain[24];
    bool minus = value < 0;
    uint64_t size = minus ? -(uint64_t)value : (uint64_t)value;
    int n = snprintf(plain, sizeof plain, "%llu", (unsigned long long)size), at = 0;
    if (minus) out[at++] = '-';
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0) out[at++] = ',';
        out[at++] = plain[i];
    }
    out[at] = '\0';
    return out;
}
