#include "usage_summary.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "date.h"
#include "file.h"

enum { MAX_BYTES = 16 << 20, MAX_CELLS = SUMMARY_BUCKETS * SUMMARY_BUCKETS };

/* Whole numbers of a double are exact up to here. */
static const double MOST_WHOLE = 0x1p53;

static const char *const schema = "bedplan.usage/1";

static enum err_code whole(int64_t *out, const cJSON *item, const char *what, double lo,
                           double hi, struct err *e)
{
    if (!cJSON_IsNumber(item)) return err_set(e, ERR_INPUT, "%s is not a number", what);
    double x = item->valuedouble;
    if (!(x >= lo && x <= hi && floor(x) >= x))
        return err_set(e, ERR_INPUT, "%s must be a whole number from %.0f to %.0f",
                       what, lo, hi);
    *out = (int64_t)x;
    return OK;
}

static enum err_code member(int64_t *out, const cJSON *o, const char *key, double lo,
                            double hi, struct err *e)
{
    return whole(out, cJSON_GetObjectItemCaseSensitive(o, key), key, lo, hi, e);
}

/* A number from 0 on; null is NaN. */
static enum err_code ratio(double *out, const cJSON *o, const char *key, struct err *e)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);
    if (cJSON_IsNull(item)) {
        *out = (double)NAN;
        return OK;
    }
    if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble) || item->valuedouble < 0)
        return err_set(e, ERR_INPUT, "%s is not a number from 0 on", key);
    *out = item->valuedouble;
    return OK;
}

static enum err_code ratios(double *out, const cJSON *root, const char *key,
                            int windows, struct err *e)
{
    const cJSON *o = cJSON_GetObjectItemCaseSensitive(root, key);
    for (int i = 0; i < windows; i++) {
        char name[16];
        snprintf(name, sizeof name, "%ds", summary_dispersion_window_s[i]);
        if (ratio(&out[i], o, name, e)) return err_wrap(e, "%s: ", key);
    }
    return OK;
}

static enum err_code text(const char **out, const cJSON *o, const char *key,
                          struct arena *a, struct err *e)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(o, key);
    if (item && !cJSON_IsNull(item) && !cJSON_IsString(item))
        return err_set(e, ERR_INPUT, "%s is not a text", key);
    bool given = item && cJSON_IsString(item);
    *out = given ? arena_text(a, item->valuestring) : "";
    return OK;
}

static enum err_code date(int64_t *out, bool *known, const cJSON *root, const char *key,
                          struct err *e)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, key);
    *known = !cJSON_IsNull(item);
    if (!*known) return OK;
    if (!item || !cJSON_IsString(item))
        return err_set(e, ERR_INPUT, "%s is not a date", key);
    if (date_parse(out, NULL, item->valuestring, e)) return err_wrap(e, "%s: ", key);
    return OK;
}

/* A cell's own mean must lie in its buckets. */
static enum err_code check_side(int32_t bucket, int64_t requests, int64_t tokens,
                                size_t at, struct err *e)
{
    int64_t lo, hi;
    summary_bucket_range(bucket, &lo, &hi);
    double n = (double)requests;
    if ((double)tokens >= n * (double)lo && (double)tokens <= n * (double)hi) return OK;
    return err_set(e, ERR_INPUT,
                   "cell %zu: %lld tokens in %lld requests do not fit bucket %d", at,
                   (long long)tokens, (long long)requests, bucket);
}

static enum err_code read_cell(struct summary_cell *out, const cJSON *row, size_t at,
                               struct err *e)
{
    static const char *const what[] = { "input bucket", "output bucket", "requests",
                                        "input tokens", "output tokens" };
    const double most[] = { SUMMARY_BUCKETS - 1, SUMMARY_BUCKETS - 1, MOST_WHOLE,
                            MOST_WHOLE, MOST_WHOLE };
    int64_t n[5] = { 0 };
    const cJSON *item = cJSON_IsArray(row) ? row->child : NULL;
    for (int i = 0; i < 5; i++, item = item->next) {
        if (!item || whole(&n[i], item, what[i], i == 2, most[i], e)) {
            err_set(e, ERR_INPUT, "not five numbers");
            return err_wrap(e, "cell %zu: ", at);
        }
    }
    if (item) return err_set(e, ERR_INPUT, "cell %zu: more than five numbers", at);
    *out = (struct summary_cell){ (int32_t)n[0], (int32_t)n[1], n[2], n[3], n[4] };
    if (check_side(out->input_bucket, n[2], n[3], at, e)) return e->code;
    return check_side(out->output_bucket, n[2], n[4], at, e);
}

static bool ascending(const struct summary_cell *a, const struct summary_cell *b)
{
    if (a->input_bucket != b->input_bucket) return a->input_bucket < b->input_bucket;
    return a->output_bucket < b->output_bucket;
}

/* The histogram, and that it adds up to what the head of the file says. */
static enum err_code read_cells(struct usage_summary *u, const cJSON *root,
                                struct arena *a, struct err *e)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "cells"), *row = NULL;
    int n = cJSON_IsArray(list) ? cJSON_GetArraySize(list) : 0;
    if (n < 1 || n > MAX_CELLS)
        return err_set(e, ERR_INPUT, "cells is not a list of 1 to %d rows", MAX_CELLS);
    struct summary_cell *cell = ARENA_NEW(a, struct summary_cell, (size_t)n);
    size_t count = 0;
    double requests = 0, input = 0, output = 0; /* exact up to 2^53, checked below */
    cJSON_ArrayForEach(row, list)
    {
        struct summary_cell *c = &cell[count];
        if (read_cell(c, row, count + 1, e)) return e->code;
        if (count > 0 && !ascending(c - 1, c))
            return err_set(e, ERR_INPUT, "cell %zu: out of order or twice", count + 1);
        requests += (double)c->requests;
        input += (double)c->input_tokens;
        output += (double)c->output_tokens;
        count++;
    }
    if (requests != (double)u->requests)
        return err_set(e, ERR_INPUT, "cells hold %.0f requests, not %lld", requests,
                       (long long)u->requests);
    if (input != (double)u->input_tokens || output != (double)u->output_tokens)
        return err_set(
            e, ERR_INPUT,
            "cells hold %.0f input and %.0f output tokens, not %lld and %lld", input,
            output, (long long)u->input_tokens, (long long)u->output_tokens);
    return lengths_of_cells(&u->lengths, cell, count, a, e);
}

static enum err_code read_minutes(struct usage_summary *u, const cJSON *root,
                                  struct arena *a, struct err *e)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "per_minute"),
                *item = NULL;
    if (!cJSON_IsArray(list)) return err_set(e, ERR_INPUT, "per_minute is not a list");
    u->per_minute = ARENA_NEW(a, int64_t, (size_t)cJSON_GetArraySize(list) + 1);
    double sum = 0;
    cJSON_ArrayForEach(item, list)
    {
        int64_t *count = &u->per_minute[u->minutes++];
        if (whole(count, item, "per_minute", 0, MOST_WHOLE, e)) return e->code;
        sum += (double)*count;
    }
    if (sum != (double)u->requests)
        return err_set(e, ERR_INPUT, "per_minute holds %.0f requests, not %lld", sum,
                       (long long)u->requests);
    return OK;
}

static enum err_code read_head(struct usage_summary *u, const cJSON *root,
                               struct arena *a, struct err *e)
{
    const cJSON *by = cJSON_GetObjectItemCaseSensitive(root, "attribution");
    const cJSON *in = cJSON_GetObjectItemCaseSensitive(root, "input_tokens");
    const cJSON *out = cJSON_GetObjectItemCaseSensitive(root, "output_tokens");
    bool first = false, last = false;
    if (text(&u->source, by, "source", a, e)) return e->code;
    if (text(&u->license, by, "license", a, e)) return e->code;
    if (text(&u->command, by, "command", a, e)) return e->code;
    if (member(&u->requests, root, "requests", 1, MOST_WHOLE, e)) return e->code;
    if (date(&u->first_unix_s, &first, root, "first", e)) return e->code;
    if (date(&u->last_unix_s, &last, root, "last", e)) return e->code;
    if (first != last || (first && u->first_unix_s > u->last_unix_s))
        return err_set(e, ERR_INPUT, "first and last contradict each other");
    u->dated = first;
    if (ratio(&u->span_s, root, "span_s", e)) return e->code;
    if (!isfinite(u->span_s)) return err_set(e, ERR_INPUT, "span_s is missing");
    u->requests_per_s = u->span_s > 0 ? (double)u->requests / u->span_s : 0;
    if (member(&u->input_tokens, in, "total", 0, MOST_WHOLE, e) ||
        ratio(&u->input_cv, in, "cv", e))
        return err_wrap(e, "input_tokens: ");
    if (member(&u->output_tokens, out, "total", 0, MOST_WHOLE, e) ||
        ratio(&u->output_cv, out, "cv", e))
        return err_wrap(e, "output_tokens: ");
    return member(&u->cached_tokens, root, "cached_tokens", 0, (double)u->input_tokens,
                  e);
}

static enum err_code read_root(struct usage_summary *u, const cJSON *root,
                               struct arena *a, struct err *e)
{
    const char *found = "";
    if (!cJSON_IsObject(root)) return err_set(e, ERR_INPUT, "not a JSON object");
    if (text(&found, root, "schema", a, e)) return e->code;
    if (strcmp(found, schema) != 0)
        return err_set(e, ERR_INPUT, "schema is '%.60s', not '%s'", found, schema);
    if (read_head(u, root, a, e)) return e->code;
    if (ratio(&u->interarrival_cv, root, "interarrival_cv", e)) return e->code;
    if (ratios(u->dispersion, root, "dispersion", SUMMARY_DISPERSIONS, e))
        return e->code;
    if (ratios(u->peak_to_mean, root, "peak_to_mean", SUMMARY_PEAKS, e)) return e->code;
    if (read_minutes(u, root, a, e)) return e->code;
    return read_cells(u, root, a, e);
}

/* Line of the byte where cJSON stopped. */
static int line_of(const char *bytes, const char *at)
{
    int line = 1;
    for (; bytes < at && line < INT_MAX; bytes++)
        line += *bytes == '\n';
    return line;
}

enum err_code usage_summary_parse(struct usage_summary *out, const char *name,
                                  const char *bytes, size_t size, struct arena *a,
                                  struct err *e)
{
    struct usage_summary u = { 0 };
    const char *end = bytes;
    if (size > MAX_BYTES)
        return err_set(e, ERR_INPUT, "%s: larger than %d bytes", name, MAX_BYTES);
    cJSON *root = cJSON_ParseWithLengthOpts(bytes, size, &end, false);
    if (!root)
        return err_set(e, ERR_INPUT, "%s:%d: not JSON", name, line_of(bytes, end));
    while (end < bytes + size && strchr(" \t\r\n", *end) && *end)
        end++;
    if (end < bytes + size)
        err_set(e, ERR_INPUT, "%s:%d: something follows the JSON", name,
                line_of(bytes, end));
    else if (read_root(&u, root, a, e))
        err_wrap(e, "%s: ", name);
    cJSON_Delete(root);
    if (e->code) return e->code;
    *out = u;
    return OK;
}

enum err_code usage_summary_read(struct usage_summary *out, const char *path,
                                 struct arena *a, struct err *e)
{
    char *bytes = NULL;
    size_t size = 0;
    if (file_read(&bytes, &size, path, MAX_BYTES, a, e)) return e->code;
    return usage_summary_parse(out, path, bytes, size, a, e);
}
