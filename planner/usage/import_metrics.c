#include "import.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "date.h"
#include "json_scan.h"
#include "text.h"

enum { MAX_TEXT_BYTES = 16 << 20, MINUTE_S = 60 };

enum metric {
    M_INVOCATIONS,
    M_INPUT,
    M_OUTPUT,
    M_CACHE_READ,
    M_CACHE_WRITE,
    M_THROTTLES,
    M_CLIENT_ERRORS,
    M_SERVER_ERRORS,
    METRICS
};

/* As a label or an id spells them, case folded; those that hold another one first.
 * Source: AWS docs, "Monitor bedrock-runtime with CloudWatch metrics". */
static const struct {
    const char *name;
    enum metric metric;
} names[] = {
    { "CacheReadInputTokenCount", M_CACHE_READ },
    { "CacheWriteInputTokenCount", M_CACHE_WRITE },
    { "CacheReadInputTokens", M_CACHE_READ },
    { "CacheWriteInputTokens", M_CACHE_WRITE },
    { "InputTokenCount", M_INPUT },
    { "OutputTokenCount", M_OUTPUT },
    { "InvocationThrottles", M_THROTTLES },
    { "InvocationClientErrors", M_CLIENT_ERRORS },
    { "InvocationServerErrors", M_SERVER_ERRORS },
    { "Invocations", M_INVOCATIONS },
};

struct point {
    int64_t at_s;
    uint16_t model;
    enum metric metric;
    double value;
};

struct reading {
    struct import *im;
    struct point *point;
    size_t count, capacity;
};

enum top { T_RESULTS, T_FIELDS };
static const struct scan_rule top_rules[] = { { 0, "MetricDataResults", T_RESULTS,
                                                -1 } };

enum series { S_ID, S_LABEL, S_TIMES, S_VALUES, S_FIELDS };
static const struct scan_rule series_rules[] = {
    { 0, "Id", S_ID, -1 },
    { 0, "Label", S_LABEL, -1 },
    { 0, "Timestamps", S_TIMES, -1 },
    { 0, "Values", S_VALUES, -1 },
};

/* The metric that a label names, and what else it says: the model. */
static bool metric_of(enum metric *out, struct str *model, struct str label)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i].name);
        for (size_t at = 0; at + n <= label.n; at++) {
            if (strncasecmp(label.p + at, names[i].name, n) != 0) continue;
            struct str before = str_trim((struct str){ label.p, at });
            struct str after =
                str_trim((struct str){ label.p + at + n, label.n - at - n });
            *out = names[i].metric;
            *model = before.n ? before : after;
            return true;
        }
    }
    return false;
}

static bool number(double *out, const struct scan_value *v)
{
    char text[40], *end = NULL;
    if (v->type != SCAN_NUMBER || v->raw.n >= sizeof text) return false;
    memcpy(text, v->raw.p, v->raw.n);
    text[v->raw.n] = '\0';
    *out = strtod(text, &end);
    return !*end && isfinite(*out);
}

static bool moment(int64_t *unix_s, const struct scan_value *v)
{
    char text[DATE_TEXT];
    struct err ignored = { 0 };
    double at = 0;
    if (v->type == SCAN_NUMBER && number(&at, v)) { /* the CLI's old form */
        *unix_s = llround(at);
        return at > 0 && at < 1e11;
    }
    if (v->type != SCAN_TEXT || v->raw.n >= sizeof text) return false;
    memcpy(text, v->raw.p, v->raw.n);
    text[v->raw.n] = '\0';
    return !memchr(text, '\0', v->raw.n) && !date_parse(unix_s, NULL, text, &ignored);
}

static void add_point(struct reading *r, uint16_t model, enum metric metric,
                      const struct scan_value *time, const struct scan_value *value)
{
    struct point p = { .model = model, .metric = metric };
    struct import *im = r->im;
    const double most = 0x1p50;
    im->read++;
    if (!moment(&p.at_s, time)) {
        import_skip(im, SKIP_NO_TIME, time->raw);
    } else if (p.at_s < im->earliest_us / 1000000 || p.at_s > im->latest_us / 1000000) {
        import_skip(im, SKIP_BAD_TIME, time->raw);
    } else if (!number(&p.value, value) || p.value > most) {
        import_skip(im, SKIP_NOT_COUNT, value->raw);
    } else if (p.value < 0) {
        import_skip(im, SKIP_NEGATIVE, value->raw);
    } else {
        r->point = arena_grow(im->arena, r->point, &r->capacity, r->count + 1,
                              sizeof *r->point);
        r->point[r->count++] = p;
    }
}

static enum err_code read_series(struct reading *r, struct str object, struct err *e)
{
    struct scan_value f[S_FIELDS], time, value;
    const char *p = object.p;
    enum metric metric = METRICS;
    struct str model = STR(""), unused;
    uint16_t index = 0;
    enum scan_result scanned =
        json_scan(f, S_FIELDS, series_rules, sizeof series_rules / sizeof *series_rules,
                  &p, object.p + object.n);
    bool named =
        scanned == SCAN_OK &&
        ((f[S_LABEL].type == SCAN_TEXT && metric_of(&metric, &model, f[S_LABEL].raw)) ||
         (f[S_ID].type == SCAN_TEXT && metric_of(&metric, &unused, f[S_ID].raw)));
    if (!named || f[S_TIMES].type != SCAN_ARRAY || f[S_VALUES].type != SCAN_ARRAY) {
        r->im->read++;
        import_skip(r->im, SKIP_NOT_METRIC, f[S_LABEL].raw);
        return OK;
    }
    if (model.n == 0 && f[S_LABEL].type == SCAN_TEXT &&
        !metric_of(&(enum metric){ 0 }, &unused, f[S_LABEL].raw))
        model = f[S_LABEL].raw; /* the id names the metric, the label the model */
    if (usage_models_index(&index, r->im->models, import_model(r->im, model), STR(""),
                           e)) {
        return e->code;
    }
    struct str times = f[S_TIMES].raw, values = f[S_VALUES].raw;
    while (json_scan_next_value(&time, &times) && json_scan_next_value(&value, &values))
        add_point(r, index, metric, &time, &value);
    return OK;
}

static int by_place(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    if (x->at_s != y->at_s) return x->at_s < y->at_s ? -1 : 1;
    return (x->model > y->model) - (x->model < y->model);
}

/* The periods are as long as the smallest step between two of them. */
static int64_t period_of(const struct reading *r)
{
    int64_t least = 0;
    for (size_t i = 1; i < r->count; i++) {
        int64_t step = r->point[i].at_s - r->point[i - 1].at_s;
        if (step > 0 && (least == 0 || step < least)) least = step;
    }
    return least ? least : MINUTE_S;
}

static void put(struct usage_period *p, const struct point *q)
{
    int64_t value = llround(q->value);
    int64_t *const at[METRICS] = {
        [M_INVOCATIONS] = &p->requests,
        [M_INPUT] = &p->input,
        [M_OUTPUT] = &p->output,
        [M_CACHE_READ] = &p->cached,
        [M_CACHE_WRITE] = &p->written,
        [M_THROTTLES] = &p->throttled,
        [M_CLIENT_ERRORS] = &p->client_errors,
        [M_SERVER_ERRORS] = &p->server_errors,
    };
    *at[q->metric] += value;
    /* InputTokenCount is of uncached tokens */
    if (q->metric == M_CACHE_READ || q->metric == M_CACHE_WRITE) p->input += value;
}

static void make_periods(struct reading *r)
{
    struct import *im = r->im;
    struct usage_periods *to = &im->periods;
    qsort(r->point, r->count, sizeof *r->point, by_place);
    int64_t length_s = period_of(r);
    size_t first = to->count;
    to->kind = USAGE_METRICS;
    for (size_t i = 0; i < r->count; i++) {
        const struct point *q = &r->point[i];
        struct usage_period *last =
            to->count > first ? &to->period[to->count - 1] : NULL;
        if (!last || last->start_s != q->at_s || last->model != q->model) {
            to->period = arena_grow(im->arena, to->period, &to->capacity, to->count + 1,
                                    sizeof *to->period);
            last = &to->period[to->count++];
            *last = (struct usage_period){ .start_s = q->at_s,
                                           .length_s = length_s,
                                           .model = q->model };
        }
        put(last, q);
    }
    im->dated = im->dated || to->count > first;
}

bool import_is_metrics(struct str start)
{
    static const char *const first[] = { "MetricDataResults", "Messages", "NextToken" };
    const char *quote = memchr(start.p, '"', start.n);
    for (size_t i = 0; quote && i < sizeof first / sizeof *first; i++) {
        size_t n = strlen(first[i]), left = start.n - (size_t)(quote - start.p) - 1;
        if (left > n && memcmp(quote + 1, first[i], n) == 0 && quote[1 + n] == '"')
            return true;
    }
    return false;
}

enum err_code import_metrics(struct import *im, struct str text, struct err *e)
{
    struct reading r = { .im = im };
    struct scan_value f[T_FIELDS];
    struct str object;
    const char *p = text.p;
    enum scan_result scanned =
        json_scan(f, T_FIELDS, top_rules, sizeof top_rules / sizeof *top_rules, &p,
                  text.p + text.n);
    if (scanned != SCAN_OK || f[T_RESULTS].type != SCAN_ARRAY) {
        im->read++;
        import_skip(im, scanned == SCAN_CUT ? SKIP_CUT : SKIP_NOT_JSON,
                    (struct str){ 0 });
        return OK;
    }
    struct str rest = f[T_RESULTS].raw;
    while (json_scan_next_object(&object, &rest))
        if (read_series(&r, object, e)) return e->code;
    if (r.count > 0) make_periods(&r);
    return OK;
}

/* Tables of rates. */

bool import_is_rates(struct str header)
{
    struct str rest, first = str_trim(str_cut(header, ',', &rest));
    return str_eq(first, "seconds") && str_eq(str_trim(rest), "requests_per_second");
}

static bool rate_row(double *at_s, double *rate, struct str line)
{
    char text[DATE_TEXT];
    struct err ignored = { 0 };
    double *const out[] = { at_s, rate };
    const double most = 1e9;
    for (int i = 0; i < 2; i++) {
        struct str field = str_trim(str_cut(line, ',', &line));
        if (field.n == 0 || field.n >= sizeof text || memchr(field.p, '\0', field.n))
            return false;
        memcpy(text, field.p, field.n);
        text[field.n] = '\0';
        if (text_real(out[i], text, i ? 0 : -most, most, &ignored)) return false;
    }
    return line.n == 0;
}

/* A rate holds until the next row's; the last one as long as the one before it.
 * Fractions of requests are carried on. */
enum err_code import_rates(struct import *im, struct line_input *in, struct err *e)
{
    struct usage_periods *to = &im->periods;
    struct str line;
    double *rate = NULL, carry = 0;
    size_t rates = 0, capacity = 0, first = to->count;
    bool last = false, too_long = false;
    uint16_t model = 0;
    to->kind = USAGE_RATES;
    if (usage_models_index(&model, im->models, STR(""), STR(""), e)) return e->code;
    while (line_input_next(in, &line, &last, &too_long)) {
        double at_s = 0, value = 0;
        im->line = line_input_number(in);
        line = str_trim(line);
        if (line.n == 0) continue;
        im->read++;
        if (too_long || !rate_row(&at_s, &value, line)) {
            import_skip(im, SKIP_NOT_COUNT, line);
            continue;
        }
        if (to->count > first && llround(at_s) <= to->period[to->count - 1].start_s) {
            import_skip(im, SKIP_NO_TIME, line); /* time stands still or goes back */
            continue;
        }
        rate = arena_grow(im->arena, rate, &capacity, rates + 1, sizeof *rate);
        rate[rates++] = value;
        to->period = arena_grow(im->arena, to->period, &to->capacity, to->count + 1,
                                sizeof *to->period);
        to->period[to->count++] =
            (struct usage_period){ .start_s = llround(at_s), .model = model };
    }
    for (size_t i = 0; i < rates; i++) {
        struct usage_period *p = &to->period[first + i];
        int64_t length_s = i + 1 < rates ? p[1].start_s - p->start_s
                           : i > 0       ? p[-1].length_s
                                         : MINUTE_S;
        carry += rate[i] * (double)length_s;
        p->length_s = length_s;
        p->requests = (int64_t)floor(carry);
        carry -= (double)p->requests;
    }
    im->undated = im->undated || rates > 0;
    return OK;
}
