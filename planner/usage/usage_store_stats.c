#include "usage_store_private.h"

#include <math.h>
#include <string.h>

#define INT(name, f)                                                                   \
    {                                                                                  \
        name, offsetof(struct usage_stats, f), false                                   \
    }
#define REAL(name, f)                                                                  \
    {                                                                                  \
        name, offsetof(struct usage_stats, f), true                                    \
    }
#define SIDE(name, f)                                                                  \
    INT(name "_total", f.total), INT(name "_min", f.min), INT(name "_max", f.max),     \
        INT(name "_p50", f.quantile[USAGE_P50]),                                       \
        INT(name "_p90", f.quantile[USAGE_P90]),                                       \
        INT(name "_p95", f.quantile[USAGE_P95]),                                       \
        INT(name "_p99", f.quantile[USAGE_P99]), REAL(name "_cv", f.cv)

static const struct figure {
    const char *key;
    size_t offset;
    bool real;
} figures[] = {
    SIDE("input", input),
    SIDE("output", output),
    INT("cached_tokens", cached_tokens),
    INT("written_tokens", written_tokens),
    INT("max_tokens_stated", max_tokens_stated),
    INT("max_tokens_total", max_tokens_total),
    INT("latency_stated", latency_stated),
    INT("latency_total_ms", latency_total_ms),
    INT("first_hour_s", first_hour_s),
    REAL("interarrival_cv", interarrival_cv),
    REAL("dispersion_1s", dispersion[0]),
    REAL("dispersion_10s", dispersion[1]),
    REAL("dispersion_60s", dispersion[2]),
    REAL("dispersion_300s", dispersion[3]),
    REAL("peak_to_mean_1s", peak_to_mean[0]),
    REAL("peak_to_mean_10s", peak_to_mean[1]),
    REAL("peak_to_mean_60s", peak_to_mean[2]),
    REAL("length_correlation", length_correlation),
    REAL("log_length_correlation", log_length_correlation),
};
enum { FIGURES = sizeof figures / sizeof *figures };
#undef INT
#undef REAL
#undef SIDE

static enum err_code save_figures(struct usage_store *s, int64_t id,
                                  const struct usage_stats *stats, struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (store_prepare(&st, s, "INSERT INTO figure VALUES (?, ?, ?)", e)) return e->code;
    sqlite3_bind_int64(st, 1, id);
    for (int i = 0; i < FIGURES && !e->code; i++) {
        const char *at = (const char *)stats + figures[i].offset;
        double real = 0;
        int64_t whole = 0;
        memcpy(figures[i].real ? (void *)&real : (void *)&whole, at, sizeof real);
        sqlite3_bind_text(st, 2, figures[i].key, -1, SQLITE_STATIC);
        if (figures[i].real)
            sqlite3_bind_double(st, 3, real); /* NaN becomes NULL */
        else
            sqlite3_bind_int64(st, 3, whole);
        if (store_step(st, &row, e)) break;
    }
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code save_sparse(struct usage_store *s, int64_t id,
                                 const struct usage_stats *stats, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (store_prepare(&st, s, "INSERT INTO minute VALUES (?, ?, ?)", e)) return e->code;
    for (size_t i = 0; i < stats->minutes && !e->code; i++) {
        int64_t row[] = { id, (int64_t)i, stats->per_minute[i] };
        if (stats->per_minute[i] > 0 && store_insert(st, row, 3, e)) break;
    }
    sqlite3_finalize(st);
    st = NULL;
    if (e->code || store_prepare(&st, s, "INSERT INTO error VALUES (?, ?, ?)", e))
        return e->code;
    for (int i = 0; i < USAGE_STATUSES && !e->code; i++) {
        int64_t row[] = { id, i, stats->errors[i] };
        if (stats->errors[i] > 0 && store_insert(st, row, 3, e)) break;
    }
    sqlite3_finalize(st);
    return e->code;
}

enum err_code store_save_stats(struct usage_store *s, int64_t id,
                               const struct usage_stats *stats, struct err *e)
{
    if (save_figures(s, id, stats, e) || save_sparse(s, id, stats, e) ||
        store_insert_rows(s, "INSERT INTO second VALUES (?, ?, ?)", id,
                          (const int64_t *)stats->second, stats->seconds, 2, e)) {
        return e->code;
    }
    sqlite3_stmt *st = NULL;
    if (store_prepare(&st, s, "INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?)", e))
        return e->code;
    for (size_t i = 0; i < stats->cells && !e->code; i++) {
        const struct summary_cell *c = &stats->cell[i];
        int64_t row[] = { id,          c->input_bucket, c->output_bucket,
                          c->requests, c->input_tokens, c->output_tokens };
        if (store_insert(st, row, 6, e)) break;
    }
    sqlite3_finalize(st);
    st = NULL;
    if (e->code ||
        store_prepare(&st, s, "INSERT INTO hour VALUES (?, ?, ?, ?, ?, ?)", e))
        return e->code;
    for (size_t i = 0; i < stats->hours && !e->code; i++) {
        const struct usage_hour *h = &stats->hour[i];
        int64_t row[] = { id,           (int64_t)i,      h->requests,
                          h->throttled, h->input_tokens, h->output_tokens };
        if (store_insert(st, row, 6, e)) break;
    }
    sqlite3_finalize(st);
    return e->code;
}

/* The rows of `sql` for one usage, `columns` whole numbers each. */
static enum err_code load_rows(int64_t **out, size_t *count, struct usage_store *s,
                               const char *sql, int64_t id, int columns,
                               struct arena *a, struct err *e)
{
    sqlite3_stmt *st = NULL;
    size_t capacity = 0, wide = (size_t)columns;
    bool row = true;
    *out = NULL;
    *count = 0;
    if (store_prepare(&st, s, sql, e)) return e->code;
    sqlite3_bind_int64(st, 1, id);
    while (!store_step(st, &row, e) && row) {
        *out = arena_grow(a, *out, &capacity, (*count + 1) * wide, sizeof **out);
        for (int c = 0; c < columns; c++)
            (*out)[*count * wide + (size_t)c] = sqlite3_column_int64(st, c);
        ++*count;
    }
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code load_figures(struct usage_stats *out, struct usage_store *s,
                                  int64_t id, struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = true;
    if (store_prepare(&st, s, "SELECT key, value FROM figure WHERE usage_id = ?", e))
        return e->code;
    sqlite3_bind_int64(st, 1, id);
    while (!store_step(st, &row, e) && row) {
        const char *key = (const char *)sqlite3_column_text(st, 0);
        for (int i = 0; key && i < FIGURES; i++) {
            if (strcmp(key, figures[i].key) != 0) continue;
            bool unknown = sqlite3_column_type(st, 1) == SQLITE_NULL;
            double real = unknown ? (double)NAN : sqlite3_column_double(st, 1);
            int64_t whole = sqlite3_column_int64(st, 1);
            memcpy((char *)out + figures[i].offset,
                   figures[i].real ? (void *)&real : (void *)&whole, sizeof real);
        }
    }
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code load_counts(struct usage_stats *out, struct usage_store *s,
                                 int64_t id, struct arena *a, struct err *e)
{
    int64_t *v = NULL;
    size_t n = 0;
    if (load_rows(&v, &n, s,
                  "SELECT minute, requests FROM minute WHERE usage_id = ?"
                  " ORDER BY minute",
                  id, 2, a, e)) {
        return e->code;
    }
    out->minutes = n ? (size_t)v[2 * n - 2] + 1 : 0;
    out->per_minute = ARENA_NEW(a, int64_t, out->minutes);
    for (size_t i = 0; i < n; i++)
        out->per_minute[v[2 * i]] = v[2 * i + 1];
    if (load_rows(&v, &n, s,
                  "SELECT arrivals, seconds FROM second WHERE usage_id = ?"
                  " ORDER BY arrivals",
                  id, 2, a, e)) {
        return e->code;
    }
    out->second = (int64_t(*)[2])v;
    out->seconds = n;
    if (load_rows(&v, &n, s, "SELECT class, requests FROM error WHERE usage_id = ?", id,
                  2, a, e)) {
        return e->code;
    }
    for (size_t i = 0; i < n; i++)
        if (v[2 * i] > 0 && v[2 * i] < USAGE_STATUSES)
            out->errors[v[2 * i]] = v[2 * i + 1];
    return OK;
}

enum err_code store_load_stats(struct usage_stats *out, struct usage_store *s,
                               int64_t id, struct arena *a, struct err *e)
{
    int64_t *v = NULL;
    if (load_figures(out, s, id, e) || load_counts(out, s, id, a, e)) return e->code;
    if (load_rows(&v, &out->cells, s,
                  "SELECT input_bucket, output_bucket, requests, input_tokens,"
                  " output_tokens FROM cell WHERE usage_id = ?"
                  " ORDER BY input_bucket, output_bucket",
                  id, 5, a, e)) {
        return e->code;
    }
    out->cell = ARENA_NEW(a, struct summary_cell, out->cells);
    for (size_t i = 0; i < out->cells; i++, v += 5)
        out->cell[i] =
            (struct summary_cell){ (int32_t)v[0], (int32_t)v[1], v[2], v[3], v[4] };
    if (load_rows(&v, &out->hours, s,
                  "SELECT requests, throttled, input_tokens, output_tokens FROM hour"
                  " WHERE usage_id = ? ORDER BY hour",
                  id, 4, a, e)) {
        return e->code;
    }
    out->hour = ARENA_NEW(a, struct usage_hour, out->hours);
    for (size_t i = 0; i < out->hours; i++, v += 4)
        out->hour[i] = (struct usage_hour){ v[0], v[1], v[2], v[3] };
    return OK;
}
