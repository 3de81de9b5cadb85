#ifndef FORECAST_ANSWER_H
#define FORECAST_ANSWER_H

/* What `bedplan forecast` found out, for its printers. */

#include "app.h"
#include "forecast.h"
#include "months.h"
#include "series_file.h"

struct forecast_answer {
    const char *file; /* as given */
    const struct series_file *f;
    struct forecast *of; /* one a series */
    size_t shown_levels; /* of each; further ones are for the chart */
    bool has_months;
    struct months months;
    double budget; /* USD a month; NAN none */
    uint64_t seed;
};

/* Dates, or the number of the step; of forecast step i. */
const char *forecast_step_text(const struct forecast_answer *x, size_t i,
                               struct arena *a);

NODISCARD enum err_code
forecast_print_json(struct app *app, const struct forecast_answer *x, struct err *e);
void forecast_print_text(struct app *app, const struct forecast_answer *x);

/* A fan of the 50, 80 and 95 % intervals behind the last of the history. */
enum { FORECAST_FAN = 3 };
extern const int forecast_fan_level[FORECAST_FAN];
NODISCARD enum err_code forecast_chart(const struct forecast_answer *x,
                                       const char *path, struct arena *a,
                                       struct err *e);

#endif
