#include "forecast_ask.h"

#include <string.h>

#include "season_find.h"
#include "str.h"
#include "text.h"

enum { MOST_SEASON = 100000, LEVELS_ASKED = 5, HOUR_S = 3600, DAY_S = 86400 };

/* Whole numbers between commas. */
static enum err_code whole_numbers(int64_t *out, size_t *count, size_t most,
                                   const char *option, const char *text, int64_t lo,
                                   int64_t hi, struct err *e)
{
    struct str rest = str_of(text);
    bool more = true;
    for (*count = 0; more; ++*count) {
        struct err ignored = { 0 };
        char number[32] = "";
        more = memchr(rest.p, ',', rest.n) != NULL;
        struct str one = str_trim(str_cut(rest, ',', &rest));
        if (one.n < sizeof number) memcpy(number, one.p, one.n);
        if (*count == most)
            return err_set(e, ERR_USAGE, "%s takes at most %zu numbers", option, most);
        if (text_int(&out[*count], number, lo, hi, &ignored))
            return err_set(e, ERR_USAGE,
                           "%s: '%.*s' is no whole number from %lld to %lld", option,
                           STR_ARG(one), (long long)lo, (long long)hi);
    }
    return OK;
}

enum err_code ask_seasons(struct forecast_spec *out, const char *text, struct err *e)
{
    int64_t number[FORECAST_SEASONS];
    if (whole_numbers(number, &out->seasons, FORECAST_SEASONS, "--season", text, 2,
                      MOST_SEASON, e))
        return e->code;
    for (size_t i = 0; i < out->seasons; i++)
        out->season[i] = (size_t)number[i];
    return OK;
}

enum err_code ask_levels(struct forecast_spec *out, const char *text, struct err *e)
{
    int64_t number[LEVELS_ASKED];
    if (whole_numbers(number, &out->levels, LEVELS_ASKED, "--levels", text, 1, 99, e))
        return e->code;
    for (size_t i = 0; i < out->levels; i++) {
        if (i > 0 && number[i] <= number[i - 1])
            return err_set(e, ERR_USAGE, "--levels must ascend, as in 80,95");
        out->level[i] = (int)number[i];
    }
    return OK;
}

static void add_season(struct forecast_spec *out, int64_t steps, size_t values)
{
    if (steps < 2 || steps > MOST_SEASON || (size_t)steps > values) return;
    out->season[out->seasons++] = (size_t)steps;
}

void ask_usual_seasons(struct forecast_spec *out, const struct series_file *f, size_t i,
                       struct arena *a)
{
    size_t n = f->series[i].count;
    out->seasons = 0;
    if (!f->dated) {
        out->seasons = season_find(out->season, f->series[i].value, n, a);
    } else if (f->step_months) {
        if (12 % f->step_months == 0) add_season(out, 12 / f->step_months, n);
    } else if (f->step_s <= HOUR_S && DAY_S % f->step_s == 0) {
        add_season(out, DAY_S / f->step_s, n);
        add_season(out, 7 * DAY_S / f->step_s, n);
    } else if (f->step_s == DAY_S) {
        add_season(out, 7, n);
        add_season(out, 365, n);
    } else if (f->step_s == 7 * DAY_S) {
        add_season(out, 52, n);
    }
}

size_t ask_usual_horizon(const struct forecast_spec *s, const struct series_file *f)
{
    if (f->dated && f->step_months == 1) return 12;
    if (f->dated && f->step_months == 3) return 4;
    if (f->dated && !f->step_months && f->step_s <= HOUR_S && DAY_S % f->step_s == 0)
        return (size_t)(2 * DAY_S / f->step_s);
    if (f->dated && f->step_s == DAY_S) return 28;
    if (f->dated && f->step_s == 7 * DAY_S) return 13;
    return s->seasons ? 2 * s->season[0] : 12;
}
