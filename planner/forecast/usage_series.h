#ifndef FORECAST_USAGE_SERIES_H
#define FORECAST_USAGE_SERIES_H

/* Imported usage as an hourly series. */

#include "series_file.h"
#include "usage_stats.h"

/* X(name, word on the command line, what an hour's number is) */
/* clang-format off */
#define MEASURES(X)                                   \
    X(MEASURE_REQUESTS, "requests", "requests an hour") \
    X(MEASURE_INPUT,    "input",    "input tokens an hour") \
    X(MEASURE_OUTPUT,   "output",   "output tokens an hour") \
    X(MEASURE_USD,      "usd",      "USD an hour")
/* clang-format on */

enum measure {
#define X(name, word, text) name,
    MEASURES(X)
#undef X
};
const char *measure_text(enum measure m); /* "input tokens an hour" */

/* What a token costs, for MEASURE_USD. */
struct token_usd {
    double input, output;
};

/* One dated series of hours, or one of running hours when the usage has no dates. An
 * hour at either end that the usage clearly does not cover is left out: requests were
 * recorded one by one, and more than LATE of them would have come in its silent part.
 * Errors: ERR_INPUT the usage says nothing of tokens; ERR_SAMPLES fewer than two
 * whole hours. Owns: the arena. */
NODISCARD enum err_code usage_series(struct series_file *out, enum measure measure,
                                     struct token_usd price,
                                     const struct usage_stats *s, struct arena *a,
                                     struct err *e);

#endif
