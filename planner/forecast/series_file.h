#ifndef FORECAST_SERIES_FILE_H
#define FORECAST_SERIES_FILE_H

/* Series to forecast, as text. Three shapes, told apart by the first line of data:
 *
 *   one value a line
 *   timestamp,value    a date, unix seconds or a running number; ascending
 *   name,v1,v2,…       one series a line, of any length
 *
 * A first line without any number is a heading. A timestamp that is left out, or has no
 * value behind it, is a gap. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"

enum { SERIES_MOST_STEPS = 1 << 22 };

struct series {
    const char *name; /* "" unless the rows have names */
    int64_t line;     /* of its first value */
    double *value;    /* NAN: a gap */
    size_t count;     /* at least 1 */
};

struct series_file {
    struct series *series;
    size_t count;
    bool named;
    bool dated; /* the one series has times: */
    int64_t first_unix_s, step_s;
    int step_months; /* not 0: steps are calendar months, step_s is 0 */
};

/* `name` stands in messages.
 * Errors: ERR_INPUT and ERR_RANGE with "FILE:LINE: " (no number, not finite, a time not
 * after the one before or not a whole number of steps from it, a name twice);
 * ERR_INPUT with "FILE: " (nothing in it). Owns: the arena. */
NODISCARD enum err_code series_parse(struct series_file *out, const char *name,
                                     const char *bytes, size_t size, struct arena *a,
                                     struct err *e);

/* Time of step i of a dated series; i may lie beyond its end. */
int64_t series_at(const struct series_file *f, size_t i);

/* ---- between the two files of this reader ---- */

/* Values with their times, as they stand in the file. */
struct series_point {
    int64_t at; /* unix seconds, or running numbers */
    int64_t line;
    double value;
};

/* Finds the step, and puts the points on a grid with gaps. `dated`: times are unix
 * seconds. Errors: as above, without the file's name. */
NODISCARD enum err_code series_grid(struct series_file *out,
                                    const struct series_point *point, size_t n,
                                    bool dated, struct arena *a, struct err *e);

#endif
