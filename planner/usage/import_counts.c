/* The table of counts that `usage sql`'s query gives. Nothing in it is believed: its
 * parts must agree. */
#include "import.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

enum { FIELDS = 9, FIRST_NUMBER = 3 };

struct row {
    struct str kind, name, region;
    int64_t k1, k2, n;
    double x, y, z; /* NaN where there is none */
};

struct window_sums {
    double windows, total, squares, most; /* of windows with arrivals */
};

struct table {
    struct import *im;
    struct usage_stats s;
    struct window_sums window[SUMMARY_DISPERSIONS];
    int64_t first_minute, busy_seconds;
    size_t cell_capacity, second_capacity, minute_capacity, model_capacity,
        hour_capacity;
    int64_t (*hour)[5]; /* unix seconds and the four counts, as they come */
    size_t hours;
    bool span;
};

bool import_is_counts(struct str header)
{
    char plain[64];
    size_t n = 0;
    for (size_t i = 0; i < header.n && n < sizeof plain; i++)
        if (header.p[i] != '"') plain[n++] = header.p[i];
    return str_eq((struct str){ plain, n }, "kind,name,region,k1,k2,n,x,y,z");
}

static bool whole(int64_t *out, struct str field)
{
    char text[32];
    struct err ignored = { 0 };
    const int64_t most = INT64_C(1) << 53;
    if (field.n == 0 || field.n >= sizeof text) return false;
    memcpy(text, field.p, field.n);
    text[field.n] = '\0';
    return !memchr(text, '\0', field.n) && !text_int(out, text, -most, most, &ignored);
}

static bool fraction(double *out, struct str field)
{
    char text[48], *end = NULL;
    *out = (double)NAN;
    if (field.n == 0 || str_eq(field, "NULL")) return true;
    if (field.n >= sizeof text) return false;
    memcpy(text, field.p, field.n);
    text[field.n] = '\0';
    *out = strtod(text, &end);
    return *end == '\0' && !isinf(*out);
}

/* Athena puts every field in quotes, DuckDB those that need it. */
static bool split(struct row *r, struct str line)
{
    struct str field[FIELDS];
    for (int i = 0; i < FIELDS; i++) {
        if (line.n > 0 && line.p[0] == '"') {
            struct str inside = { line.p + 1, line.n - 1 };
            field[i] = str_cut(inside, '"', &inside);
            if (inside.n > 0 && inside.p[0] != ',') return false;
            line = inside.n > 0 ? (struct str){ inside.p + 1, inside.n - 1 } : inside;
        } else {
            field[i] = str_cut(line, ',', &line);
        }
    }
    *r = (struct row){ .kind = field[0], .name = field[1], .region = field[2] };
    return line.n == 0 && whole(&r->k1, field[3]) && whole(&r->k2, field[4]) &&
           whole(&r->n, field[5]) && fraction(&r->x, field[6]) &&
           fraction(&r->y, field[7]) && fraction(&r->z, field[8]);
}

/* A count that came as text; -1 when it is none. */
static int64_t count(double x)
{
    return x >= 0 && x <= 0x1p53 && floor(x) >= x ? (int64_t)x : -1;
}

static bool add_span(struct table *t, const struct row *r)
{
    t->s.first_us = r->k1;
    t->s.last_us = r->k2;
    t->s.requests = r->n;
    t->span = true;
    return r->n > 0 && r->k1 <= r->k2 && r->k2 - r->k1 <= INT64_C(34560000000000);
}

static bool add_side(struct table *t, const struct row *r)
{
    struct usage_side *side = str_eq(r->name, "input") ? &t->s.input : &t->s.output;
    side->min = r->k1;
    side->max = r->k2;
    side->total = r->n;
    side->cv = isfinite(r->x) ? r->x : 0;
    return r->k1 >= 0 && r->k1 <= r->k2 && r->k2 <= USAGE_MAX_TOKENS && r->n >= 0;
}

static bool add_sum(struct table *t, const struct row *r)
{
    if (str_eq(r->name, "cached")) t->s.cached_tokens = r->n;
    if (str_eq(r->name, "written")) t->s.written_tokens = r->n;
    return r->n >= 0;
}

static bool add_quantile(struct table *t, const struct row *r)
{
    struct usage_side *side = str_eq(r->name, "input") ? &t->s.input : &t->s.output;
    for (int q = 0; q < USAGE_QUANTILES; q++)
        if (llround(1000 * usage_quantile[q]) == r->k1) side->quantile[q] = r->n;
    return r->n >= 0;
}

static bool add_number(struct table *t, const struct row *r)
{
    if (str_eq(r->name, "interarrival_cv")) t->s.interarrival_cv = r->x;
    if (str_eq(r->name, "length_correlation")) t->s.length_correlation = r->x;
    if (str_eq(r->name, "log_length_correlation")) t->s.log_length_correlation = r->x;
    return true;
}

static bool add_window(struct table *t, const struct row *r)
{
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        struct window_sums *w = &t->window[i];
        if (summary_dispersion_window_s[i] != r->k1) continue;
        double k = (double)r->k2, n = (double)r->n;
        w->windows += n;
        w->total += k * n;
        w->squares += k * k * n;
        w->most = fmax(w->most, k);
    }
    return r->k2 > 0 && r->n > 0;
}

static bool add_second(struct table *t, const struct row *r)
{
    t->s.second = arena_grow(t->im->arena, t->s.second, &t->second_capacity,
                             t->s.seconds + 2, sizeof *t->s.second);
    t->s.second[t->s.seconds][0] = r->k1;
    t->s.second[t->s.seconds++][1] = r->n;
    t->busy_seconds += r->n;
    return r->k1 > 0 && r->n > 0;
}

static bool add_minute(struct table *t, const struct row *r)
{
    const int64_t most = INT64_C(400) * 1440;
    if (r->k1 < 0 || r->k1 > most || r->n <= 0) return false;
    size_t wanted = (size_t)r->k1 + 1;
    t->s.per_minute = arena_grow(t->im->arena, t->s.per_minute, &t->minute_capacity,
                                 wanted, sizeof *t->s.per_minute);
    if (t->s.minutes < wanted) t->s.minutes = wanted;
    t->s.per_minute[r->k1] += r->n;
    return true;
}

static bool add_hour(struct table *t, const struct row *r)
{
    int64_t v[] = { r->k1, r->n, count(r->x), count(r->y), count(r->z) };
    t->hour = arena_grow(t->im->arena, t->hour, &t->hour_capacity, t->hours + 1,
                         sizeof *t->hour);
    memcpy(t->hour[t->hours++], v, sizeof v);
    return r->k1 >= 0 && r->k1 % 3600 == 0 && v[1] >= 0 && v[2] >= 0 && v[3] >= 0 &&
           v[4] >= 0;
}

static bool add_cell(struct table *t, const struct row *r)
{
    struct summary_cell c = { (int32_t)r->k1, (int32_t)r->k2, r->n, count(r->x),
                              count(r->y) };
    if (r->k1 < 0 || r->k1 >= SUMMARY_BUCKETS || r->k2 < 0 ||
        r->k2 >= SUMMARY_BUCKETS || r->n <= 0 || c.input_tokens < 0 ||
        c.output_tokens < 0)
        return false;
    t->s.cell = arena_grow(t->im->arena, t->s.cell, &t->cell_capacity, t->s.cells + 1,
                           sizeof *t->s.cell);
    t->s.cell[t->s.cells++] = c;
    return true;
}

static bool add_model(struct table *t, const struct row *r)
{
    struct arena *a = t->im->arena;
    struct err ignored = { 0 };
    struct str id = import_model(t->im, r->name);
    uint16_t index = 0;
    t->s.model = arena_grow(a, t->s.model, &t->model_capacity, t->s.models + 1,
                            sizeof *t->s.model);
    t->s.model[t->s.models++] = (struct usage_by_model){
        .id = arena_text_n(a, id.p, id.n),
        .region = arena_text_n(a, r->region.p, r->region.n),
        .requests = r->n,
        .errors = r->k1,
        .throttled = r->k2,
        .input_tokens = count(r->x),
        .output_tokens = count(r->y),
        .cached_tokens = count(r->z),
    };
    return r->n >= 0 && r->k1 >= 0 && r->k2 >= 0 && count(r->x) >= 0 &&
           count(r->y) >= 0 && count(r->z) >= 0 &&
           !usage_models_index(&index, t->im->models, id, r->region, &ignored);
}

static bool add_error(struct table *t, const struct row *r)
{
    t->s.errors[usage_status_of(r->name)] += r->n;
    return r->n > 0 && r->name.n > 0;
}

static const struct {
    const char *kind;
    bool (*add)(struct table *t, const struct row *r);
} kinds[] = {
    { "span", add_span },         { "side", add_side },     { "sum", add_sum },
    { "quantile", add_quantile }, { "number", add_number }, { "window", add_window },
    { "second", add_second },     { "minute", add_minute }, { "hour", add_hour },
    { "cell", add_cell },         { "model", add_model },   { "error", add_error },
};

static bool add_row(struct table *t, struct str line)
{
    struct row r;
    if (!split(&r, line)) return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_eq(r.kind, kinds[i].kind)) return kinds[i].add(t, &r);
    return false;
}

static int by_first(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (x[0] > y[0]) - (x[0] < y[0]);
}

static int by_buckets(const void *a, const void *b)
{
    const struct summary_cell *x = a, *y = b;
    if (x->input_bucket != y->input_bucket)
        return x->input_bucket < y->input_bucket ? -1 : 1;
    return (x->output_bucket > y->output_bucket) -
           (x->output_bucket < y->output_bucket);
}

static void finish_windows(struct table *t)
{
    int64_t span_us = t->s.last_us - t->s.first_us;
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        const struct window_sums *w = &t->window[i];
        double n = floor((double)span_us / 1e6 / summary_dispersion_window_s[i]);
        double mean = w->total / n;
        bool known = n >= 1 && w->windows <= n && mean > 0;
        t->s.dispersion[i] = known && n > 1
                                 ? (w->squares - w->total * mean) / (n - 1) / mean
                                 : (double)NAN;
        if (i < SUMMARY_PEAKS)
            t->s.peak_to_mean[i] = known ? w->most / mean : (double)NAN;
    }
}

static bool finish_hours(struct table *t)
{
    const int64_t most = INT64_C(401) * 24;
    if (t->hours == 0) return false;
    qsort(t->hour, t->hours, sizeof *t->hour, by_first);
    t->s.first_hour_s = t->hour[0][0];
    int64_t last = (t->hour[t->hours - 1][0] - t->s.first_hour_s) / 3600;
    if (last > most) return false;
    t->s.hours = (size_t)last + 1;
    t->s.hour = ARENA_NEW(t->im->arena, struct usage_hour, t->s.hours);
    for (size_t i = 0; i < t->hours; i++) {
        const int64_t *h = t->hour[i];
        t->s.hour[(h[0] - t->s.first_hour_s) / 3600] =
            (struct usage_hour){ h[1], h[2], h[3], h[4] };
    }
    return true;
}

static bool in_bucket(int32_t bucket, int64_t tokens, int64_t requests)
{
    int64_t lo, hi;
    summary_bucket_range(bucket, &lo, &hi);
    double mean = (double)tokens / (double)requests;
    return mean >= (double)lo && mean <= (double)hi;
}

/* The parts must add up to the same requests and tokens, each cell once. */
static const char *disagreement(struct table *t)
{
    struct usage_stats *s = &t->s;
    int64_t requests = 0, input = 0, output = 0, minutes = 0, models = 0;
    if (!t->span) return "no row 'span'";
    if (s->cells == 0) return "no cells";
    qsort(s->cell, s->cells, sizeof *s->cell, by_buckets);
    for (size_t i = 0; i < s->cells; i++) {
        const struct summary_cell *c = &s->cell[i];
        if (i > 0 && by_buckets(c - 1, c) == 0) return "a cell stands there twice";
        if (!in_bucket(c->input_bucket, c->input_tokens, c->requests) ||
            !in_bucket(c->output_bucket, c->output_tokens, c->requests))
            return "a cell's tokens do not fit its buckets";
        requests += c->requests;
        input += c->input_tokens;
        output += c->output_tokens;
    }
    for (size_t i = 0; i < s->minutes; i++)
        minutes += s->per_minute[i];
    for (size_t i = 0; i < s->models; i++)
        models += s->model[i].requests;
    if (requests != s->requests) return "cells and span count different requests";
    if (minutes != s->requests) return "minutes and span count different requests";
    if (models != s->requests) return "models and span count different requests";
    if (input != s->input.total || output != s->output.total)
        return "cells and sides count different tokens";
    if (s->cached_tokens > s->input.total) return "more cached than input tokens";
    return finish_hours(t) ? NULL : "no hours, or more than 400 days of them";
}

static void finish_seconds(struct table *t)
{
    int64_t all = (t->s.last_us - t->s.first_us) / 1000000 + 1;
    if (t->s.second && all > t->busy_seconds) {
        t->s.second[t->s.seconds][0] = 0;
        t->s.second[t->s.seconds++][1] = all - t->busy_seconds;
    }
    if (t->s.second) qsort(t->s.second, t->s.seconds, sizeof *t->s.second, by_first);
}

enum err_code import_counts(struct import *im, struct line_input *in, struct err *e)
{
    struct table *t = ARENA_NEW(im->arena, struct table, 1);
    struct str line;
    bool last = false, too_long = false;
    *t = (struct table){ .im = im, .s = { .kind = USAGE_HISTOGRAM, .dated = true } };
    t->s.interarrival_cv = t->s.length_correlation = t->s.log_length_correlation =
        (double)NAN;
    if (im->counts)
        return err_set(e, ERR_INPUT, "%s: a second table of counts", im->path);
    while (line_input_next(in, &line, &last, &too_long)) {
        im->line = line_input_number(in);
        line = str_trim(line);
        if (line.n == 0) continue;
        im->read++;
        if (too_long || !add_row(t, line))
            return err_set(e, ERR_INPUT, "%s:%lld: not a row of 'usage sql'", im->path,
                           (long long)im->line);
    }
    const char *wrong = disagreement(t);
    if (wrong) return err_set(e, ERR_INPUT, "%s: %s", im->path, wrong);
    finish_windows(t);
    finish_seconds(t);
    im->dated = true;
    im->counts = ARENA_NEW(im->arena, struct usage_stats, 1);
    *im->counts = t->s;
    return OK;
}
