#ifndef SIM_FAMILY_H
#define SIM_FAMILY_H

/* The cheap forecasting methods that a combination is made of. Each gives forecasts
 * from several origins in one call, because what they share between origins (sums,
 * fitted parameters) is most of their price. */

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "minimise.h"

enum { SERIES_SEASONS = 4 };

/* A series without gaps. */
struct history {
    const double *y;
    const double *log; /* of y; NULL unless all of y is above 0 */
    size_t n;
    size_t
        season[SERIES_SEASONS]; /* in steps, ascending; those it is long enough for */
    size_t seasons;
};

/* The methods, and what they share for one series: `cut` are the origins, ascending;
 * origin k sees y[0 … cut[k]). Smoothing parameters are fitted at the first origin for
 * all before the last, so that no origin's future has a part in them, and at the last
 * for the last. */
struct family {
    const struct history *s;
    const size_t *cut;
    size_t cuts, horizon;
    struct minimiser *minimiser;
    double *shortest_index, *longest_index; /* adjust_indices(); NULL without season */
};

void family_open(struct family *f, const struct history *s, const size_t *cut,
                 size_t cuts, size_t horizon, struct minimiser *m, struct arena *a);

extern const size_t family_size;
const char *family_name(size_t member);

/* Whether the member says something of its own for this series (a season's method
 * without a season does not, nor does one on logarithms of zeros). */
bool family_applies(const struct family *f, size_t member);

/* out[k × horizon + i]: forecast of y[cut[k] + i]. */
void family_forecast(double *out, const struct family *f, size_t member,
                     struct arena *scratch);

#endif
