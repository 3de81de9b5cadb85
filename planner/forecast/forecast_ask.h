#ifndef FORECAST_ASK_H
#define FORECAST_ASK_H

/* What the command line of `bedplan forecast` says, and what follows from the steps of
 * the series where it says nothing. */

#include "forecast.h"
#include "series_file.h"

/* "24,168". Errors: ERR_USAGE naming the option. */
NODISCARD enum err_code ask_seasons(struct forecast_spec *out, const char *text,
                                    struct err *e);
/* "80,95", ascending whole per cent, each once. Errors: ERR_USAGE. */
NODISCARD enum err_code ask_levels(struct forecast_spec *out, const char *text,
                                   struct err *e);

/* Steps of a day and of a week for steps of up to an hour, of a week and of a year for
 * days, a year for weeks, months and quarters. Found in the values of series `i` where
 * there are no dates. Seasons longer than the series are left out without a word. */
void ask_usual_seasons(struct forecast_spec *out, const struct series_file *f, size_t i,
                       struct arena *a);

/* Two days, 28 days, 13 weeks, 12 months, 4 quarters; else two seasons, or 12. */
size_t ask_usual_horizon(const struct forecast_spec *s, const struct series_file *f);

#endif
