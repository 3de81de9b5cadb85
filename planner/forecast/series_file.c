#include "series_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "str.h"
#include "text.h"

enum { LONGEST_NUMBER = 64 };
/* Larger running numbers are unix seconds: 1973 to 5138. Milliseconds are refused. */
static const int64_t LEAST_UNIX_S = 100000000, MOST_UNIX_S = 100000000000;

/* The three shapes of lines. */
enum shape { UNKNOWN, VALUES, POINTS, ROWS };

struct reader {
    struct arena *a;
    int64_t line;  /* of the file */
    int64_t blank; /* the first blank one behind data; 0 none */
    enum shape shape;
    bool heading; /* there was one */
    struct series_point *point;
    size_t points, point_room;
    struct series *series;
    size_t count, series_room;
    double *value; /* of the row being read */
    size_t value_room;
    bool dated; /* points: their times are */
};

/* A field as text of its own: a number or a date is short. */
static bool copy_short(char out[LONGEST_NUMBER], struct str field)
{
    field = str_trim(field);
    if (field.n >= 2 && field.p[0] == '"' && field.p[field.n - 1] == '"') {
        field.p++;
        field.n -= 2;
    }
    if (field.n >= LONGEST_NUMBER || memchr(field.p, '\0', field.n)) return false;
    memcpy(out, field.p, field.n);
    out[field.n] = '\0';
    return true;
}

static enum err_code read_number(double *out, struct str field, struct err *e)
{
    char text[LONGEST_NUMBER];
    field = str_trim(field);
    if (!copy_short(text, field))
        return err_set(e, ERR_INPUT, "'%.20s…' is no number", field.p);
    if (!*text) return err_set(e, ERR_INPUT, "no value");
    char *end;
    double value = strtod(text, &end);
    if (end != text && !*end && !isfinite(value))
        return err_set(e, ERR_RANGE, "'%s' is not finite", text);
    return text_real(out, text, -HUGE_VAL, HUGE_VAL, e);
}

/* Whether the field starts a line of data rather than a heading or a name. */
static bool is_time(struct str field, int64_t *unix_s, bool *dated)
{
    char text[LONGEST_NUMBER];
    struct err e = { 0 };
    if (!copy_short(text, field) || !*text) return false;
    if (!text_int(unix_s, text, INT64_MIN, INT64_MAX, &e)) {
        *dated = *unix_s >= LEAST_UNIX_S;
        return true;
    }
    e = (struct err){ 0 };
    *dated = true;
    return date_parse(unix_s, NULL, text, &e) == OK;
}

static bool is_number(struct str field)
{
    double ignored = 0;
    struct err e = { 0 };
    return read_number(&ignored, field, &e) == OK || e.code == ERR_RANGE;
}

static void add_point(struct reader *r, int64_t at, double value)
{
    r->point =
        arena_grow(r->a, r->point, &r->point_room, r->points + 1, sizeof *r->point);
    r->point[r->points++] = (struct series_point){ at, r->line, value };
}

static enum err_code read_point(struct reader *r, struct str line, struct err *e)
{
    struct str rest, first = str_cut(line, ',', &rest);
    int64_t at = 0;
    bool dated = false;
    double value = (double)NAN;
    if (!is_time(first, &at, &dated))
        return err_set(e, ERR_INPUT, "'%.*s' is no timestamp",
                       (int)(first.n < 40 ? first.n : 40), first.p);
    if (at < -MOST_UNIX_S || at > MOST_UNIX_S)
        return err_set(e, ERR_RANGE, "'%.*s' is beyond the year 5138; seconds are read",
                       (int)(first.n < 40 ? first.n : 40), first.p);
    if (r->points == 0) r->dated = dated;
    if (dated != r->dated)
        return err_set(e, ERR_INPUT, "dates and running numbers are mixed");
    if (memchr(rest.p, ',', rest.n))
        return err_set(e, ERR_INPUT, "more than timestamp,value");
    if (str_trim(rest).n > 0 && read_number(&value, rest, e)) return e->code;
    add_point(r, at, value);
    return OK;
}

static enum err_code read_value(struct reader *r, struct str line, struct err *e)
{
    double value = 0;
    if (read_number(&value, line, e)) return e->code;
    add_point(r, (int64_t)r->points, value);
    return OK;
}

static enum err_code read_row(struct reader *r, struct str line, struct err *e)
{
    struct str rest, name = str_trim(str_cut(line, ',', &rest));
    size_t n = 0;
    if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
        name = (struct str){ name.p + 1, name.n - 2 };
    if (name.n == 0) return err_set(e, ERR_INPUT, "no name");
    if (str_trim(rest).n == 0) return err_set(e, ERR_INPUT, "no values");
    while (rest.n > 0) {
        struct str field = str_cut(rest, ',', &rest);
        if (n == SERIES_MOST_STEPS)
            return err_set(e, ERR_RANGE, "more than %d values", (int)SERIES_MOST_STEPS);
        r->value = arena_grow(r->a, r->value, &r->value_room, n + 1, sizeof *r->value);
        if (read_number(&r->value[n], field, e))
            return err_wrap(e, "value %zu: ", n + 1);
        n++;
    }
    struct series one = { .name = arena_text_n(r->a, name.p, name.n),
                          .line = r->line,
                          .value = ARENA_NEW(r->a, double, n),
                          .count = n };
    memcpy(one.value, r->value, n * sizeof *r->value);
    r->series = arena_grow(r->a, r->series, &r->series_room, r->count + 1, sizeof one);
    r->series[r->count++] = one;
    return OK;
}

/* No field of it is a number or a date. */
static bool is_heading(struct str line)
{
    bool dated;
    int64_t at;
    while (line.n > 0) {
        struct str field = str_cut(line, ',', &line);
        if (is_number(field) || is_time(field, &at, &dated)) return false;
    }
    return true;
}

/* 2026-13-01 is a mistaken date, not the name of a series. */
static bool has_form_of_date(struct str field)
{
    static const char form[] = "0000-00-00";
    field = str_trim(field);
    if (field.n < sizeof form - 1) return false;
    for (size_t i = 0; i < sizeof form - 1; i++) {
        bool digit = field.p[i] >= '0' && field.p[i] <= '9';
        if (form[i] == '0' ? !digit : field.p[i] != form[i]) return false;
    }
    return true;
}

static enum shape shape_of(struct str line)
{
    struct str rest, first = str_cut(line, ',', &rest);
    int64_t at = 0;
    bool dated = false;
    if (!memchr(line.p, ',', line.n)) return VALUES;
    return has_form_of_date(first) || is_time(first, &at, &dated) ? POINTS : ROWS;
}

static enum err_code read_line(struct reader *r, struct str line, struct err *e)
{
    if (r->shape == UNKNOWN) {
        if (!r->heading && is_heading(line)) {
            r->heading = true;
            return OK;
        }
        r->shape = shape_of(line);
    }
    if (r->blank && r->shape == VALUES) {
        r->line = r->blank;
        return err_set(e, ERR_INPUT,
                       "no value; bare values have no gaps, timestamp,value may");
    }
    switch (r->shape) {
    case POINTS:
        return read_point(r, line, e);
    case ROWS:
        return read_row(r, line, e);
    case VALUES:
    case UNKNOWN:
        break;
    }
    return read_value(r, line, e);
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const struct series *const *)a)->name,
                  (*(const struct series *const *)b)->name);
}

static enum err_code names_once(const struct reader *r, struct err *e)
{
    const struct series **s = ARENA_NEW(r->a, const struct series *, r->count);
    for (size_t i = 0; i < r->count; i++)
        s[i] = &r->series[i];
    qsort(s, r->count, sizeof *s, by_name);
    for (size_t i = 1; i < r->count; i++) {
        if (strcmp(s[i - 1]->name, s[i]->name) != 0) continue;
        int64_t last = s[i]->line > s[i - 1]->line ? s[i]->line : s[i - 1]->line;
        return err_set(e, ERR_INPUT, "%lld: '%.80s' is there twice", (long long)last,
                       s[i]->name);
    }
    return OK;
}

static enum err_code finish(struct series_file *out, struct reader *r, struct err *e)
{
    if (r->count) {
        if (names_once(r, e)) return e->code;
        *out = (struct series_file){ .series = r->series,
                                     .count = r->count,
                                     .named = true };
        return OK;
    }
    return series_grid(out, r->point, r->points, r->dated, r->a, e);
}

enum err_code series_parse(struct series_file *out, const char *name, const char *bytes,
                           size_t size, struct arena *a, struct err *e)
{
    struct reader r = { .a = a };
    struct str rest = str_without_bom((struct str){ bytes, size });
    for (int64_t number = 1; rest.n > 0; number++) {
        struct str line = str_trim(str_cut(rest, '\n', &rest));
        r.line = number;
        if (line.n == 0) {
            if (r.shape != UNKNOWN && !r.blank) r.blank = number;
        } else if (read_line(&r, line, e)) {
            return err_wrap(e, "%s:%lld: ", name, (long long)r.line);
        }
    }
    if (r.shape == UNKNOWN) return err_set(e, ERR_INPUT, "%s: no values", name);
    if (finish(out, &r, e)) return err_wrap(e, "%s:", name);
    return OK;
}
