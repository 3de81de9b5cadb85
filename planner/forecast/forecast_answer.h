#ifndef FORECAST_ANSWER_H
#define FORECAST_ANSWER_H

/* What `bedplan forecast` found out, for its printers. */

#include "app.h"
#include "forecast_ask.h"

struct forecast_answer {
    struct forecast_source source;
    const struct series_file *f;
    struct forecast *of; /* one a series */
    size_t shown_levels; /* of each; further ones are for the chart */
    bool has_totals;
    struct totals totals;
    struct budget_limits limits;
    uint64_t seed;
    bool explain;
};

/* Dates, or the number of the step; of forecast step i. */
const char *forecast_step_text(const struct forecast_answer *x, size_t i,
                               struct arena *a);

NODISCARD enum err_code
forecast_print_json(struct app *app, const struct forecast_answer *x, struct err *e);
void forecast_print_text(struct app *app, const struct forecast_answer *x);

/* In the format asked for: nine digits for programs; for people four of `largest`,
 * thousands marked. NULL when it is not finite. */
const char *forecast_number(const struct app *app, double value, double largest);
/* Under the steps: what the months will come to, and whether budgets hold. */
void forecast_print_totals(struct app *app, const struct forecast_answer *x);

/* A fan of the 50, 80 and 95 % intervals behind the last of the history. With a monthly
 * budget and shorter steps, what each month has come to so far takes the place of the
 * steps, so that the budget is a line that is crossed or not. */
enum { FORECAST_FAN = 3 };
extern const int forecast_fan_level[FORECAST_FAN];
NODISCARD enum err_code forecast_chart(const struct forecast_answer *x,
                                       const char *path, struct arena *a,
                                       struct err *e);
/* That one. Range: x->has_totals, with a monthly limit. */
NODISCARD enum err_code forecast_running_chart(const struct forecast_answer *x,
                                               const char *path, struct arena *a,
                                               struct err *e);

#endif
