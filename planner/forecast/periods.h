#ifndef FORECAST_PERIODS_H
#define FORECAST_PERIODS_H

/* Calendar months, fiscal quarters and fiscal years of a dated series: what is known of
 * them, what paths make of the rest, and when a budget breaks. */

#include "forecast.h"
#include "series_file.h"

enum period_kind { PERIOD_MONTH, PERIOD_QUARTER, PERIOD_YEAR, PERIOD_KINDS };
extern const char *const period_word[PERIOD_KINDS]; /* "monthly" … */

struct budget_limits {
    double most[PERIOD_KINDS]; /* of any such period; NAN none */
    int fiscal_year_start;     /* month, 1 to 12 */
    double spent;              /* in the fiscal year, before the series begins */
};

struct period_total {
    int64_t from_unix_s, to_unix_s; /* its first second, and the next period's */
    double known;                   /* sum of what the series has of it */
    bool whole; /* the forecast reaches its end, the series its beginning */
    double p05, p25, p50, p75, p95; /* of the whole period, or of what is covered */
    double breach; /* share of paths over the limit; when not whole, at least so many;
                      NAN without a limit */
    bool has_top_down; /* months: forecast of the series of month totals itself */
    double top_down, top_down_lower, top_down_upper; /* 90 % */
};

struct periods {
    struct period_total *period;
    size_t count;
    double breach;         /* share of paths with any period over the limit; NAN none */
    size_t breaches;       /* their number */
    int64_t p10, p50, p90; /* date of the first breach, of those paths */
};

struct totals {
    struct periods of[PERIOD_KINDS];
    double any; /* share of paths that break any of the limits; NAN none */
};

enum { TOP_DOWN_LEVEL = 90, TOP_DOWN_LEAST_MONTHS = 4 };

/* Whether steps and months agree: parts of a day, days, or months. */
bool periods_apply(const struct series_file *f);

/* From the periods of the first forecast step on. Range: periods_apply(), o->paths > 0.
 * Errors: ERR_USAGE, limits->spent given and the series covers the fiscal year from its
 * start; those of forecast_run() for the month totals. Owns: the arena. */
NODISCARD enum err_code periods_of(struct totals *out, const struct series_file *f,
                                   const struct forecast *o,
                                   const struct budget_limits *limits, struct arena *a,
                                   struct err *e);

/* First second of the period of a kind that a time lies in. */
int64_t period_start(enum period_kind kind, int fiscal_year_start, int64_t unix_s);

#endif
