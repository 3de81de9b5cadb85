#ifndef FORECAST_ASK_H
#define FORECAST_ASK_H

/* What the command line of `bedplan forecast` says, and what follows from the steps of
 * the series where it says nothing. */

#include "app.h"
#include "proof.h"
#include "forecast.h"
#include "periods.h"
#include "series_file.h"

struct forecast_settings {
    const char *series, *usage, *data, *price, *region;
    const char *season, *levels, *plot;
    int64_t horizon, paths, fiscal_year_start;
    int method, measure;
    double budget[PERIOD_KINDS], spent;
    struct opt_list fail_if;
    bool explain;
};

/* Where the series came from. */
struct forecast_source {
    const char *name;         /* of the file, or "usage prod" */
    const char *of;           /* "requests an hour"; NULL not known */
    struct proof_list prices; /* of --price, without quantities: hours are estimates */
};

/* --series FILE or --usage NAME. Notes on prices go to stderr.
 * Errors: those of the file, of the store and of prices. Owns: the arena. */
NODISCARD enum err_code forecast_read(struct forecast_source *out,
                                      struct series_file *series, struct app *app,
                                      const struct forecast_settings *s, struct err *e);

/* The limits that were given. Errors: ERR_USAGE what wants a limit and has none. */
NODISCARD enum err_code forecast_limits(struct budget_limits *out,
                                        const struct app *app,
                                        const struct forecast_settings *s,
                                        struct err *e);

/* --fail-if and --budget. Before there are totals (NULL): whether they can be read.
 * Errors: ERR_USAGE; ERR_GATE in one line that says why. */
NODISCARD enum err_code forecast_gates(const struct forecast_settings *s,
                                       const struct budget_limits *limits,
                                       const struct totals *totals, struct arena *a,
                                       struct err *e);

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
