#ifndef FORECAST_MONTHS_H
#define FORECAST_MONTHS_H

/* Calendar months of a dated series: what is known of them, what paths make of the
 * rest, and when a monthly budget breaks. */

#include "forecast.h"
#include "series_file.h"

struct month_total {
    int64_t unix_s; /* its first second */
    double known;   /* sum of what the series has of it */
    bool whole;     /* the forecast reaches its end, the series its beginning */
    double p05, p25, p50, p75, p95; /* of the whole month, or of what is covered */
    double
        breach; /* share of paths over the budget; when not whole, at least so many */
    bool has_top_down; /* forecast of the series of month totals itself: */
    double top_down, top_down_lower, top_down_upper; /* 90 % */
};

struct months {
    struct month_total *month;
    size_t count;
    double breach;         /* share of paths with any whole month over the budget */
    size_t breaches;       /* their number */
    int64_t p10, p50, p90; /* date of the first breach, of those paths */
};

enum { MONTHS_TOP_DOWN_LEVEL = 90, MONTHS_TOP_DOWN_LEAST = 4 };

/* Whether steps and months agree: parts of a day, days, or months. */
bool months_apply(const struct series_file *f);

/* From the month of the first forecast step on. `budget` NAN: none.
 * Range: months_apply(), o->paths > 0.
 * Errors: those of forecast_run() for the month totals. Owns: the arena. */
NODISCARD enum err_code months_of(struct months *out, const struct series_file *f,
                                  const struct forecast *o, double budget,
                                  struct arena *a, struct err *e);

#endif
