#include "date.h"

#include <stdbool.h>
#include <stdio.h>

enum { DAY_S = 86400 };

int64_t date_days(struct date d)
{
    int64_t y = d.month <= 2 ? d.year - 1 : d.year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year =
        (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static int64_t days_of_unix(int64_t unix_s)
{
    return (unix_s >= 0 ? unix_s : unix_s - (DAY_S - 1)) / DAY_S;
}

struct date date_of_unix(int64_t unix_s)
{
    int64_t z = days_of_unix(unix_s) + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int day = (int)(doy - (153 * mp + 2) / 5 + 1);
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (struct date){ (int)(yoe + era * 400) + (month <= 2), month, day };
}

int64_t date_unix(struct date d)
{
    return date_days(d) * DAY_S;
}

int date_month_days(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

int date_weekday(int64_t unix_s)
{
    int64_t d = (days_of_unix(unix_s) + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(d < 0 ? d + 7 : d);
}

int date_hour_of_week(int64_t unix_s)
{
    int64_t second = unix_s - days_of_unix(unix_s) * DAY_S;
    return date_weekday(unix_s) * 24 + (int)(second / 3600);
}

int64_t date_add_months(int64_t unix_s, int months)
{
    struct date d = date_of_unix(unix_s);
    int64_t second = unix_s - date_unix(d);
    int64_t total = (int64_t)d.year * 12 + d.month - 1 + months;
    int64_t year = (total >= 0 ? total : total - 11) / 12;
    d.year = (int)year;
    d.month = (int)(total - year * 12) + 1;
    int last = date_month_days(d.year, d.month);
    if (d.day > last) d.day = last;
    return date_unix(d) + second;
}

/* `digits` digits at `*p`, or -1 */
static int number(const char **p, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; i++, (*p)++) {
        if (**p < '0' || **p > '9') return -1;
        value = value * 10 + (**p - '0');
    }
    return value;
}

static bool read_clock(const char **p, int64_t *second, int32_t *ns)
{
    int h = number(p, 2);
    if (h < 0 || h > 23 || *(*p)++ != ':') return false;
    int m = number(p, 2);
    if (m < 0 || m > 59) return false;
    int s = 0;
    if (**p == ':') {
        (*p)++;
        s = number(p, 2);
        if (s < 0 || s > 60) return false;
    }
    *second = h * 3600 + m * 60 + s;
    if (**p == '.') {
        int32_t unit = 100000000;
        const char *start = ++(*p);
        for (; **p >= '0' && **p <= '9'; (*p)++, unit /= 10)
            *ns += (**p - '0') * unit;
        if (*p == start) return false;
    }
    return true;
}

/* "Z", "+00:00", "-0530", "+01" or nothing (UTC) */
static bool read_zone(const char **p, int64_t *second)
{
    if (**p == 'Z') {
        (*p)++;
        return true;
    }
    if (**p != '+' && **p != '-') return true;
    int sign = *(*p)++ == '-' ? 1 : -1;
    int h = number(p, 2);
    bool colon = **p == ':';
    if (colon) (*p)++;
    int m = colon || **p ? number(p, 2) : 0;
    if (h < 0 || h > 14 || m < 0 || m > 59) return false;
    *second += (int64_t)sign * (h * 3600 + m * 60);
    return true;
}

enum err_code date_parse(int64_t *unix_s, int32_t *fraction_ns, const char *text,
                         struct err *e)
{
    const char *p = text;
    int64_t second = 0;
    int32_t ns = 0;
    struct date d = { number(&p, 4), -1, 1 };
    bool good =
        d.year >= 0 && *p++ == '-' && (d.month = number(&p, 2)) >= 1 && d.month <= 12;
    if (good && *p == '-') {
        p++;
        d.day = number(&p, 2);
        good = d.day >= 1 && d.day <= date_month_days(d.year, d.month);
        if (good && (*p == 'T' || *p == ' ')) {
            p++;
            good = read_clock(&p, &second, &ns) && read_zone(&p, &second);
        }
    }
    if (!good || *p)
        return err_set(e, ERR_INPUT, "'%.40s' is not a date such as 2026-12-01", text);
    *unix_s = date_unix(d) + second;
    if (fraction_ns) *fraction_ns = ns;
    return OK;
}

const char *date_text(char out[DATE_TEXT], int64_t unix_s)
{
    struct date d = date_of_unix(unix_s);
    snprintf(out, DATE_TEXT, "%04d-%02d-%02d", d.year, d.month, d.day);
    return out;
}

const char *date_month_text(char out[DATE_TEXT], int64_t unix_s)
{
    struct date d = date_of_unix(unix_s);
    snprintf(out, DATE_TEXT, "%04d-%02d", d.year, d.month);
    return out;
}

const char *date_time_text(char out[DATE_TEXT], int64_t unix_s)
{
    struct date d = date_of_unix(unix_s);
    int s = (int)(unix_s - date_unix(d));
    snprintf(out, DATE_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.year, d.month, d.day,
             s / 3600, s / 60 % 60, s % 60);
    return out;
}
