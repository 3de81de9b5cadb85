#include <math.h>

#include "date.h"
#include "series_file.h"

enum { DAY_S = 86400, MOST_MONTHS = 120 };

struct step {
    int64_t seconds;
    int months;
};

/* Months between two times of the same day and hour (or the last day of a shorter
 * month); 0 when there is no such number. */
static int months_between(int64_t from, int64_t to)
{
    struct date a = date_of_unix(from), b = date_of_unix(to);
    int64_t months = ((int64_t)b.year - a.year) * 12 + b.month - a.month;
    if (months <= 0 || months > SERIES_MOST_STEPS) return 0;
    return date_add_months(from, (int)months) == to ? (int)months : 0;
}

/* A month, a quarter, a year: the steps are months when every time is a whole number
 * of months after the first, and the smallest step is long enough to be one. */
static int monthly(const struct series_point *point, size_t n, int64_t least)
{
    int fewest = 0;
    if (least < (int64_t)28 * DAY_S) return 0;
    for (size_t i = 1; i < n; i++) {
        if (!months_between(point[0].at, point[i].at)) return 0;
        int step = months_between(point[0].at, point[i].at) -
                   (i > 1 ? months_between(point[0].at, point[i - 1].at) : 0);
        if (i == 1 || step < fewest) fewest = step;
    }
    return fewest <= MOST_MONTHS ? fewest : 0;
}

static enum err_code find_step(struct step *out, const struct series_point *point,
                               size_t n, bool dated, struct err *e)
{
    int64_t least = 0;
    for (size_t i = 1; i < n; i++) {
        int64_t by = point[i].at - point[i - 1].at;
        if (by <= 0)
            return err_set(e, ERR_INPUT, "%lld: times must ascend; this one %s",
                           (long long)point[i].line,
                           by ? "lies before the last" : "stands there twice");
        if (i == 1 || by < least) least = by;
    }
    *out = (struct step){ .seconds = least ? least : 1 };
    if (dated) out->months = monthly(point, n, least);
    return OK;
}

/* Steps from the first point to this one; -1 when it lies between two. */
static int64_t steps_to(const struct step *s, int64_t first, int64_t at)
{
    if (s->months) {
        int months = at == first ? 0 : months_between(first, at);
        return months % s->months ? -1 : months / s->months;
    }
    return (at - first) % s->seconds ? -1 : (at - first) / s->seconds;
}

static enum err_code check_grid(const struct step *step,
                                const struct series_point *point, size_t n, bool dated,
                                struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        long long line = (long long)point[i].line;
        int64_t at = steps_to(step, point[0].at, point[i].at);
        if (at >= SERIES_MOST_STEPS)
            return err_set(e, ERR_RANGE,
                           "%lld: %lld steps after the first; at most %d are read",
                           line, (long long)at, (int)SERIES_MOST_STEPS);
        if (at >= 0) continue;
        if (step->months)
            return err_set(e, ERR_INPUT, "%lld: not a whole number of %d months", line,
                           step->months);
        return err_set(
            e, ERR_INPUT,
            "%lld: not a whole number of steps of %lld%s after the first; the "
            "shortest step sets the grid",
            line, (long long)step->seconds, dated ? " s" : "");
    }
    return OK;
}

enum err_code series_grid(struct series_file *out, const struct series_point *point,
                          size_t n, bool dated, struct arena *a, struct err *e)
{
    struct step step = { 0 };
    if (find_step(&step, point, n, dated, e) || check_grid(&step, point, n, dated, e))
        return e->code;
    int64_t first = point[0].at, last = steps_to(&step, first, point[n - 1].at);
    size_t count = 0;
    struct series *s = ARENA_NEW(a, struct series, 1);
    s->value = ARENA_NEW(a, double, (size_t)last + 1);
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)steps_to(&step, first, point[i].at);
        while (count < at)
            s->value[count++] = (double)NAN;
        s->value[count++] = point[i].value;
    }
    s->name = "";
    s->line = point[0].line;
    s->count = count;
    *out = (struct series_file){ .series = s, .count = 1, .dated = dated };
    out->first_unix_s = first;
    out->step_s = step.months ? 0 : step.seconds;
    out->step_months = step.months;
    return OK;
}

int64_t series_at(const struct series_file *f, size_t i)
{
    if (f->step_months)
        return date_add_months(f->first_unix_s, (int)i * f->step_months);
    return f->first_unix_s + (int64_t)i * f->step_s;
}
