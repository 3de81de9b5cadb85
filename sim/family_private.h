#ifndef SIM_FAMILY_PRIVATE_H
#define SIM_FAMILY_PRIVATE_H

/* Between the files of the family: one row a member. */

#include "family.h"
#include "smooth_fit.h"

enum which { NO_SEASON, SHORTEST, LONGEST };

enum copy_kind {
    COPY_LAST,
    COPY_DRIFT,
    COPY_MEAN,
    COPY_MEDIAN,
    COPY_CORRECTED,
    COPY_PROFILE
};

/* What an autoregression is on: values, their steps, their changes from season to
 * season. */
enum on { ON_VALUES, ON_STEPS, ON_SHORTEST, ON_LONGEST };
enum lags { LAGS_SHORT, LAGS_MIDDLE, LAGS_LONG };

struct member {
    const char *name;
    void (*forecast)(double *out, const struct member *m, const struct family *f,
                     struct arena *scratch);
    enum which season; /* that it wants; LONGEST: a second one */
    bool alone;        /* left out where there is a season */
    bool log;
    size_t seasons; /* copies: seasons looked at; autoregressions: rows fitted, in
                       longest seasons, 0 all */
    enum copy_kind copy;
    enum smooth_kind smooth;
    enum on on;
    enum lags lags;
};

/* In steps; 0 without one. */
size_t family_season(const struct family *f, enum which w);

void member_copy(double *out, const struct member *m, const struct family *f,
                 struct arena *scratch);
void member_smooth(double *out, const struct member *m, const struct family *f,
                   struct arena *scratch);
void member_theta(double *out, const struct member *m, const struct family *f,
                  struct arena *scratch);
void member_trend(double *out, const struct member *m, const struct family *f,
                  struct arena *scratch);
void member_smooth_season(double *out, const struct member *m, const struct family *f,
                          struct arena *scratch);
void member_autoreg(double *out, const struct member *m, const struct family *f,
                    struct arena *scratch);
/* Whether the member's window leaves out enough of the series to say something else
 * than the same member without a window. */
bool autoreg_is_recent(const struct member *m, const struct family *f);
void member_autoreg_adjusted(double *out, const struct member *m,
                             const struct family *f, struct arena *scratch);

#endif
