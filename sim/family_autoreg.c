/* Members that are autoregressions on lags around the seasons. */
#include <math.h>

#include "adjust.h"
#include "autoreg.h"
#include "family_private.h"

enum { FIRST_LAGS = 3, LONG_FIRST_LAGS = 8, PLAIN_WINDOW = 100 };

/* In order, once. Seasons as short as 2 make some lags coincide. */
static void add_lag(struct autoreg *a, size_t lag)
{
    if (lag == 0 || a->lags == AUTOREG_LAGS) return;
    size_t i = a->lags;
    while (i > 0 && a->lag[i - 1] > lag)
        i--;
    if (i > 0 && a->lag[i - 1] == lag) return;
    for (size_t j = a->lags; j > i; j--)
        a->lag[j] = a->lag[j - 1];
    a->lag[i] = lag;
    a->lags++;
}

static void add_around(struct autoreg *a, size_t lag)
{
    add_lag(a, lag - 1);
    add_lag(a, lag);
    add_lag(a, lag + 1);
}

/* The long set: a week of steps, the multiples of the shortest season up to the
 * longest, or its parts when it is the only one. */
static void add_long(struct autoreg *a, const struct history *s)
{
    for (size_t lag = 1; lag <= LONG_FIRST_LAGS; lag++)
        add_lag(a, lag);
    if (s->seasons == 0) return;
    size_t first = s->season[0], last = s->season[s->seasons - 1];
    if (s->seasons == 1) {
        add_lag(a, first / 4);
        add_lag(a, first / 2);
    } else {
        for (size_t k = 2; k <= 6 && k * first + 1 < last; k++)
            add_lag(a, k * first);
        add_lag(a, 2 * first + 1);
        add_lag(a, last + first);
    }
    add_lag(a, 2 * last);
    add_lag(a, 2 * last + 1);
}

static struct autoreg lags_of(const struct member *m, const struct history *s)
{
    struct autoreg a = { 0 };
    for (size_t lag = 1; lag <= FIRST_LAGS; lag++)
        add_lag(&a, lag);
    for (size_t i = 0; i < s->seasons; i++)
        add_around(&a, s->season[i]);
    if (m->lags == LAGS_LONG) add_long(&a, s);
    if (m->lags == LAGS_MIDDLE && s->seasons > 0)
        add_around(&a, 2 * s->season[s->seasons - 1]);
    return a;
}

/* Rows fitted. */
static size_t window_of(const struct member *m, const struct family *f)
{
    size_t longest = family_season(f, LONGEST);
    return m->seasons * (longest ? longest : PLAIN_WINDOW);
}

bool autoreg_is_recent(const struct member *m, const struct family *f)
{
    return 4 * window_of(m, f) < 3 * f->s->n;
}

void member_autoreg(double *out, const struct member *m, const struct family *f,
                    struct arena *scratch)
{
    const struct history *s = f->s;
    struct autoreg a = lags_of(m, s);
    a.window = window_of(m, f);
    a.difference = m->on == ON_VALUES  ? 0
                   : m->on == ON_STEPS ? 1
                                       : family_season(f, m->season);
    autoreg_forecast(out, &a, m->log ? s->log : s->y, f->cut, f->cuts, f->horizon,
                     scratch);
    if (!m->log) return;
    for (size_t i = 0; i < f->cuts * f->horizon; i++)
        out[i] = exp(out[i]);
}

void member_autoreg_adjusted(double *out, const struct member *m,
                             const struct family *f, struct arena *scratch)
{
    size_t season = family_season(f, m->season), shortest = family_season(f, SHORTEST);
    double *z = ARENA_NEW(scratch, double, f->cut[f->cuts - 1]);
    struct autoreg a = { 0 };
    for (size_t lag = 1; lag <= FIRST_LAGS; lag++)
        add_lag(&a, lag);
    add_around(&a, shortest);
    for (size_t k = 0; k < f->cuts; k++, out += f->horizon) {
        const double *index = f->longest_index + k * season;
        adjust_remove(z, f->s->y, 0, f->cut[k], season, index);
        autoreg_forecast(out, &a, z, &f->cut[k], 1, f->horizon, scratch);
        adjust_restore(out, f->horizon, f->cut[k], season, index);
    }
}
