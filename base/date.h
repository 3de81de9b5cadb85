#ifndef BASE_DATE_H
#define BASE_DATE_H

/* Calendar arithmetic in UTC on whole seconds since 1970, proleptic Gregorian.
 * Range: years that fit an int, so up to 6.7e16 s either way. No clock is read here:
 * "now" is always an argument. */

#include <stdint.h>

#include "err.h"

struct date {
    int year, month, day; /* month 1..12, day 1..31 */
};

enum { DATE_TEXT = 64 };

/* Hours of a month where a price by the hour is shown by the month: 365 days / 12. */
enum { MONTH_HOURS = 730 };

/* Days since 1970-01-01. Source: H. Hinnant, "chrono-compatible low-level date
 * algorithms", days_from_civil, 2021-09-01. */
int64_t date_days(struct date d);
struct date date_of_unix(int64_t unix_s);
int64_t date_unix(struct date d);
int date_month_days(int year, int month);
/* 0 = Monday … 6 = Sunday */
int date_weekday(int64_t unix_s);
/* 0 = Monday 00:00 … 167 = Sunday 23:00 */
int date_hour_of_week(int64_t unix_s);

/* The same day and time `months` later; a missing day becomes the month's last. */
int64_t date_add_months(int64_t unix_s, int months);

/* "2026-12-01", "2026-10" (its first day), "2026-12-01T10:20:30Z",
 * "2023-11-16 18:15:46.6805900", with a zone: "…T10:20+05:30". `*fraction_ns` may be
 * NULL. Errors: ERR_INPUT. On error outputs are untouched. */
NODISCARD enum err_code date_parse(int64_t *unix_s, int32_t *fraction_ns,
                                   const char *text, struct err *e);

/* "2026-12-01" */
const char *date_text(char out[DATE_TEXT], int64_t unix_s);
/* "2026-12" */
const char *date_month_text(char out[DATE_TEXT], int64_t unix_s);
/* "2026-12-01T10:20:30Z" */
const char *date_time_text(char out[DATE_TEXT], int64_t unix_s);

#endif
