#include "family.h"

#include <assert.h>

#include "adjust.h"
#include "family_private.h"

/* clang-format off */
#define COPY(what, place, count) \
    .forecast = member_copy, .copy = what, .season = place, .seasons = count
#define SMOOTH(kind, place) .forecast = member_smooth, .smooth = kind, .season = place
#define AUTOREG(what, set, window) \
    .forecast = member_autoreg, .on = what, .lags = set, .seasons = window

/* In the order of the report. A name says what is done: "of seasons", "log". */
static const struct member members[] = {
    { "last value",               COPY(COPY_LAST, NO_SEASON, 0) },
    { "drift",                    COPY(COPY_DRIFT, NO_SEASON, 0) },
    { "season",                   COPY(COPY_MEAN, SHORTEST, 1) },
    { "mean of 4 seasons",        COPY(COPY_MEAN, SHORTEST, 4) },
    { "median of 7 seasons",      COPY(COPY_MEDIAN, SHORTEST, 7) },
    { "season corrected",         COPY(COPY_CORRECTED, SHORTEST, 1) },
    { "long season",              COPY(COPY_MEAN, LONGEST, 1) },
    { "mean of 2 long seasons",   COPY(COPY_MEAN, LONGEST, 2) },
    { "mean of 4 long seasons",   COPY(COPY_MEAN, LONGEST, 4) },
    { "long season corrected",    COPY(COPY_CORRECTED, LONGEST, 1) },
    { "profile",                  COPY(COPY_PROFILE, LONGEST, 0) },

    { "simple smoothing",         SMOOTH(SMOOTH_SIMPLE, NO_SEASON), .alone = true },
    { "damped trend",             SMOOTH(SMOOTH_DAMPED, NO_SEASON) },
    { "theta",                    .forecast = member_theta, .alone = true },
    { "trend",                    .forecast = member_trend, .alone = true },
    { "log trend",                .forecast = member_trend, .alone = true, .log = true },
    { "season + trend",           .forecast = member_trend, .season = SHORTEST },
    { "log season + trend",       .forecast = member_trend, .season = SHORTEST, .log = true },
    { "season + simple",          SMOOTH(SMOOTH_SIMPLE, SHORTEST) },
    { "season + damped trend",    SMOOTH(SMOOTH_DAMPED, SHORTEST) },
    { "season + theta",           .forecast = member_theta, .season = SHORTEST },
    { "long season + simple",     SMOOTH(SMOOTH_SIMPLE, LONGEST) },
    { "long season + damped",     SMOOTH(SMOOTH_DAMPED, LONGEST) },
    { "seasonal smoothing",       .forecast = member_smooth_season, .season = SHORTEST },

    { "autoregression",           AUTOREG(ON_VALUES, LAGS_SHORT, 0) },
    { "log autoregression",       AUTOREG(ON_VALUES, LAGS_SHORT, 0), .log = true },
    { "long autoregression",      AUTOREG(ON_VALUES, LAGS_LONG, 0) },
    { "log long autoregression",  AUTOREG(ON_VALUES, LAGS_LONG, 0), .log = true },
    { "recent autoregression",    AUTOREG(ON_VALUES, LAGS_SHORT, 5) },
    { "log recent autoregression",AUTOREG(ON_VALUES, LAGS_SHORT, 5), .log = true },
    { "steps",                    AUTOREG(ON_STEPS, LAGS_SHORT, 0) },
    { "log steps",                AUTOREG(ON_STEPS, LAGS_SHORT, 0), .log = true },
    { "recent steps",  AUTOREG(ON_STEPS, LAGS_MIDDLE, 5) },
    { "log recent steps",      AUTOREG(ON_STEPS, LAGS_MIDDLE, 5), .log = true },
    { "latest steps",             AUTOREG(ON_STEPS, LAGS_SHORT, 3) },
    { "long steps",               AUTOREG(ON_STEPS, LAGS_LONG, 0) },
    { "log long steps",           AUTOREG(ON_STEPS, LAGS_LONG, 0), .log = true },
    { "season changes",           AUTOREG(ON_SHORTEST, LAGS_SHORT, 0), .season = SHORTEST },
    { "log season changes",       AUTOREG(ON_SHORTEST, LAGS_SHORT, 0), .season = SHORTEST, .log = true },
    { "long season changes",      AUTOREG(ON_LONGEST, LAGS_LONG, 0), .season = LONGEST },
    { "log long season changes",  AUTOREG(ON_LONGEST, LAGS_LONG, 0), .season = LONGEST, .log = true },
    { "long season + autoreg.",   .forecast = member_autoreg_adjusted, .season = LONGEST },
};
/* clang-format on */
const size_t family_size = sizeof members / sizeof *members;

const char *family_name(size_t member)
{
    assert(member < family_size);
    return members[member].name;
}

size_t family_season(const struct family *f, enum which w)
{
    if (w == NO_SEASON || f->s->seasons == 0) return 0;
    return f->s->season[w == SHORTEST ? 0 : f->s->seasons - 1];
}

void family_open(struct family *f, const struct history *s, const size_t *cut,
                 size_t cuts, size_t horizon, struct minimiser *m, struct arena *a)
{
    assert(cuts > 0 && cut[0] > 0 && horizon > 0);
    *f = (struct family){ s, cut, cuts, horizon, m, NULL, NULL };
    if (s->seasons > 0)
        f->shortest_index = adjust_indices(s->y, s->season[0], cut, cuts, a);
    f->longest_index = f->shortest_index;
    if (s->seasons > 1)
        f->longest_index =
            adjust_indices(s->y, s->season[s->seasons - 1], cut, cuts, a);
}

bool family_applies(const struct family *f, size_t member)
{
    const struct member *m = &members[member];
    if (m->log && !f->s->log) return false;
    if (f->s->seasons < (size_t)m->season) return false;
    if (m->alone && f->s->seasons > 0) return false;
    return m->forecast != member_autoreg || !m->seasons || autoreg_is_recent(m, f);
}

void family_forecast(double *out, const struct family *f, size_t member,
                     struct arena *scratch)
{
    assert(family_applies(f, member));
    members[member].forecast(out, &members[member], f, scratch);
}
