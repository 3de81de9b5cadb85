#include "commit_series.h"

#include <math.h>
#include <string.h>

#include "commit.h"
#include "csv.h"
#include "text.h"

struct reading {
    struct commit_series s;
    size_t demands, lines; /* capacities; demand row by row until the end */
};

static enum err_code read_demand(struct reading *r, const struct csv_row *row, size_t i,
                                 struct err *e)
{
    const char *text = row->field[i + 1];
    double units = 0;
    if (text[strspn(text, " ")] == '\0')
        return err_set(e, ERR_INPUT,
                       "column %zu: no demand; write 0 where there is none", i + 2);
    if (text_real(&units, text, 0, COMMIT_MAX_LEVELS, e))
        return err_wrap(e, "column %zu: ", i + 2);
    int64_t parts = llrint(units * COMMIT_UNIT);
    r->s.demand[(size_t)r->s.hours * r->s.scenarios + i] = parts;
    int decimals = 9;
    for (; decimals > r->s.decimals && parts % 10 == 0; decimals--)
        parts /= 10;
    r->s.decimals = decimals;
    return OK;
}

static enum err_code read_hour(struct reading *r, const struct csv_row *row,
                               struct arena *a, struct err *e)
{
    int64_t hour = 0;
    if (text_int(&hour, row->field[0], 0, COMMIT_MAX_HOURS - 1, e))
        return err_wrap(e, "hour: ");
    if (r->s.hours == 0) r->s.scenarios = row->count - 1;
    if (r->s.scenarios == 0)
        return err_set(e, ERR_INPUT,
                       "no column of units; expected hour,units[,units2,…]");
    if (hour < r->s.hours)
        return err_set(e, ERR_INPUT, "hour %lld comes after hour %lld", (long long)hour,
                       (long long)r->s.hours - 1);
    if (hour > r->s.hours)
        return err_set(e, ERR_INPUT, "hour %lld is missing; hours are 0, 1, 2, …",
                       (long long)r->s.hours);
    size_t n = (size_t)r->s.hours + 1;
    r->s.demand = arena_grow(a, r->s.demand, &r->demands, n * r->s.scenarios,
                             sizeof *r->s.demand);
    r->s.line = arena_grow(a, r->s.line, &r->lines, n, sizeof *r->s.line);
    r->s.line[n - 1] = row->line;
    for (size_t i = 0; i < r->s.scenarios; i++)
        if (read_demand(r, row, i, e)) return e->code;
    r->s.hours++;
    return OK;
}

static void transpose(struct commit_series *s, struct arena *a)
{
    size_t hours = (size_t)s->hours;
    int64_t *demand = ARENA_NEW(a, int64_t, hours * s->scenarios);
    for (size_t i = 0; i < s->scenarios; i++)
        for (size_t t = 0; t < hours; t++)
            demand[i * hours + t] = s->demand[t * s->scenarios + i];
    s->demand = demand;
}

enum err_code commit_series_parse(struct commit_series *out, const char *name,
                                  const char *bytes, size_t size, struct arena *a,
                                  struct err *e)
{
    struct reading r = { 0 };
    struct csv *c = NULL;
    struct csv_row row = { 0 };
    bool more = true;
    if (csv_open(&c, name, bytes, size, a, e)) return e->code;
    if (csv_column(c, "hour") != 0)
        return err_set(e, ERR_INPUT, "%s:1: the header must be hour,units[,units2,…]",
                       name);
    for (;;) {
        if (csv_next(c, &row, &more, e)) return e->code;
        if (!more) break;
        if (read_hour(&r, &row, a, e))
            return err_wrap(e, "%s:%lld: ", name, (long long)row.line);
    }
    if (r.s.hours == 0) return err_set(e, ERR_INPUT, "%s: no hours", name);
    if (r.s.scenarios > 1) transpose(&r.s, a);
    *out = r.s;
    return OK;
}
