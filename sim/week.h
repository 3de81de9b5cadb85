#ifndef SIM_WEEK_H
#define SIM_WEEK_H

/* The season by hour of the week and the growth of counted hours. */

#include <stddef.h>

#include "err.h"

enum { WEEK_HOURS = 168 };

struct week_fit {
    /* By hour of the week from Monday 00:00, of mean 1. Hours seen less than a week
     * long give the hour of the day, less than a day nothing: all 1. */
    double weight[WEEK_HOURS];
    int days; /* of the season: 7, 1, or 0: none */
    /* Factor less 1 in a month of 30.4375 days, and its standard error; NaN where there
     * are fewer than three whole weeks, or an empty one. */
    double growth_per_month, growth_sd;
    double per_hour_at_end; /* level of the season's mean hour at the end */
    double explained; /* share of the hours' variance; NaN where they do not vary */
};

/* `count` of n whole hours, the first being `first_hour` of the week. Growth is a
 * straight line through the logarithms of the weeks' totals (least squares), then hours
 * of the week are averaged without it. Errors: ERR_INPUT no hours, nothing in them. */
NODISCARD enum err_code week_fit(struct week_fit *out, const double *count, size_t n,
                                 int first_hour, struct err *e);

#endif
