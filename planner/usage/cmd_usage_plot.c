#include <math.h>
#include <stdlib.h>

#include "app.h"
#include "date.h"
#include "plot.h"
#include "usage_store.h"

enum chart { CHART_WEEK, CHART_LENGTHS, CHART_DURATION };

struct settings {
    const char *data;
    int chart;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "chart", .type = OPT_CHOICE, .offset = AT(int, chart), .unit = "WHAT",
      .choices = "week|lengths|duration", .preset = "week", .hi = CHART_DURATION,
      .help = "hours of the week, lengths of requests, or load by share of hours" },
    { .key = "data", .type = OPT_TEXT, .offset = AT(const char *, data), .unit = "DIR",
      .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
};
#undef AT
/* clang-format on */

enum { HOURS_OF_WEEK = 168, HOUR_S = 3600 };

/* Mean, lowest and highest count of an hour of the week (undated: from the start). */
struct week_hour {
    double sum, lo, hi, seen;
};

/* A level for each hour, from its start to its end. */
static size_t add_levels(double *x, double *y, double *lo, double *hi, size_t n,
                         double at, const struct week_hour *h, double hour)
{
    for (int end = 0; end < 2; end++, n++) {
        x[n] = at + end * hour;
        y[n] = h->sum / h->seen;
        lo[n] = h->lo;
        hi[n] = h->hi;
    }
    return n;
}

/* Minutes count from the first request: the last one ends before its time. */
static size_t whole_minutes(const struct usage_stats *s)
{
    return s->minutes > 2 ? s->minutes - 1 : s->minutes;
}

/* Of less than two days there is no week: minutes as they came. */
static bool draw_minutes(struct plot *out, const struct usage_stats *s, struct arena *a)
{
    size_t n = whole_minutes(s);
    double *x = ARENA_NEW(a, double, 2 * n + 1), *y = x + n;
    const double minute_s = 60;
    for (size_t i = 0; i < n; i++) {
        x[i] = s->dated ? (double)s->first_us * 1e-6 + (double)i * minute_s : (double)i;
        y[i] = (double)s->per_minute[i];
    }
    struct plot_series *series = ARENA_NEW(a, struct plot_series, 1);
    series[0] = (struct plot_series){ .style = PLOT_STEPS, .x = x, .y = y, .count = n };
    out->title = "Requests by minute";
    out->x_label = s->dated ? "UTC" : "minutes from the start";
    out->x_is_time = s->dated;
    out->y_label = "requests a minute";
    out->y_from_zero = true;
    out->series = series;
    out->series_count = 1;
    return n > 1;
}

static bool draw_week(struct plot *out, const struct usage_stats *s, struct arena *a)
{
    static const char *const day[] = {
        "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"
    };
    const size_t two_days = 48;
    if (s->hours < two_days) return draw_minutes(out, s, a);
    size_t n = s->dated ? HOURS_OF_WEEK : s->hours, used = 0;
    struct week_hour *hour = ARENA_NEW(a, struct week_hour, n);
    double *x = ARENA_NEW(a, double, 8 * n), *y = x + 2 * n, *lo = y + 2 * n,
           *hi = lo + 2 * n;
    for (size_t i = 0; i < s->hours; i++) {
        int64_t at_s = s->first_hour_s + (int64_t)i * HOUR_S;
        struct week_hour *h = &hour[s->dated ? (size_t)date_hour_of_week(at_s) : i];
        double count = (double)s->hour[i].requests;
        h->lo = h->seen > 0 ? fmin(h->lo, count) : count;
        h->hi = fmax(h->hi, count);
        h->sum += count;
        h->seen++;
    }
    for (size_t h = 0; h < n; h++) {
        if (!(hour[h].seen > 0)) continue;
        double at =
            s->dated ? (double)h / 24 - 0.5 : (double)h; /* days stand at 0 … 6 */
        used = add_levels(x, y, lo, hi, used, at, &hour[h], s->dated ? 1.0 / 24 : 1);
    }
    struct plot_series *series = ARENA_NEW(a, struct plot_series, 2);
    series[0] = (struct plot_series){ .name = "lowest to highest",
                                      .style = PLOT_BAND,
                                      .x = x,
                                      .lo = lo,
                                      .hi = hi,
                                      .count = used };
    series[1] = (struct plot_series){ .name = s->dated ? "mean" : NULL,
                                      .style = PLOT_LINE,
                                      .x = x,
                                      .y = y,
                                      .count = used };
    out->title = s->dated ? "Requests by hour of the week" : "Requests by hour";
    out->x_label = s->dated ? "hours of the week, UTC" : "hour from the start";
    out->y_label = "requests an hour";
    out->y_from_zero = true;
    out->series = s->dated ? series : series + 1; /* each hour was seen once, undated */
    out->series_count = s->dated ? 2 : 1;
    if (s->dated) {
        out->category = day;
        out->categories = sizeof day / sizeof *day;
    }
    return s->hours > 1;
}

/* Share of requests with at most so many tokens, a step for each bucket at its mean. */
static struct plot_series lengths_of(const struct usage_stats *s, bool output,
                                     struct arena *a)
{
    double *requests = ARENA_NEW(a, double, SUMMARY_BUCKETS);
    double *tokens = ARENA_NEW(a, double, SUMMARY_BUCKETS);
    double *x = ARENA_NEW(a, double, SUMMARY_BUCKETS);
    double *y = ARENA_NEW(a, double, SUMMARY_BUCKETS), below = 0;
    size_t n = 0;
    for (size_t i = 0; i < s->cells; i++) {
        const struct summary_cell *c = &s->cell[i];
        int32_t bucket = output ? c->output_bucket : c->input_bucket;
        requests[bucket] += (double)c->requests;
        tokens[bucket] += (double)(output ? c->output_tokens : c->input_tokens);
    }
    for (size_t b = 0; b < SUMMARY_BUCKETS; b++) {
        if (!(requests[b] > 0)) continue;
        below += requests[b];
        x[n] = fmax(1, tokens[b] / requests[b]);
        y[n++] = 100 * below / (double)s->requests;
    }
    return (struct plot_series){ .name = output ? "output" : "input",
                                 .style = PLOT_LINE,
                                 .x = x,
                                 .y = y,
                                 .count = n,
                                 .colour = output };
}

static bool draw_lengths(struct plot *out, const struct usage_stats *s, struct arena *a)
{
    struct plot_series *series = ARENA_NEW(a, struct plot_series, 2);
    series[0] = lengths_of(s, false, a);
    series[1] = lengths_of(s, true, a);
    out->title = s->kind == USAGE_METRICS ? "Mean lengths of the periods"
                                          : "Lengths of requests";
    out->x_label = "tokens (log)";
    out->y_label = "% of requests with at most so many tokens";
    out->log_x = true;
    out->y_from_zero = true;
    out->series = series;
    out->series_count = 2;
    return s->cells > 0;
}

static int falling(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* `value` of n periods, busiest first, by the share of periods. */
static struct plot_series duration_of(const char *name, double *value, size_t n,
                                      int colour, struct arena *a)
{
    double *x = ARENA_NEW(a, double, 2 * n), *y = ARENA_NEW(a, double, 2 * n);
    qsort(value, n, sizeof *value, falling);
    for (size_t i = 0; i < 2 * n; i++) {
        x[i] = 100 * (double)((i + 1) / 2) / (double)n;
        y[i] = value[i / 2];
    }
    return (struct plot_series){ .name = name,
                                 .style = PLOT_LINE,
                                 .x = x,
                                 .y = y,
                                 .count = 2 * n,
                                 .colour = colour };
}

/* What a capacity would have been used for, at every height: by the hour, of which a
 * shorter time has too few; it has minutes, of which only requests are known. */
static bool draw_duration(struct plot *out, const struct usage_stats *s,
                          struct arena *a)
{
    enum { FEWEST_HOURS = 12 };
    bool by_hour = s->hours >= FEWEST_HOURS && s->input.total >= 0;
    size_t n = by_hour ? s->hours : whole_minutes(s);
    const double minutes = 60;
    struct plot_series *series = ARENA_NEW(a, struct plot_series, 2);
    double *in = ARENA_NEW(a, double, n + 1), *answer = ARENA_NEW(a, double, n + 1);
    if (n < 2) return false;
    for (size_t i = 0; i < n; i++) {
        in[i] = by_hour ? (double)s->hour[i].input_tokens / minutes
                        : (double)s->per_minute[i];
        if (by_hour) answer[i] = (double)s->hour[i].output_tokens / minutes;
    }
    series[0] = duration_of(by_hour ? "input" : NULL, in, n, 0, a);
    series[1] = duration_of("output", answer, n, 1, a);
    out->title = "Load duration";
    out->x_label = by_hour ? "share of hours, busiest first, %"
                           : "share of minutes, busiest first, %";
    out->y_label = by_hour ? "tokens a minute, mean of the hour" : "requests a minute";
    out->y_from_zero = true;
    out->series = series;
    out->series_count = by_hour ? 2 : 1;
    return true;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *set = settings;
    struct usage_store *store = NULL;
    struct usage_entry entry = { 0 };
    struct usage_stats s = { 0 };
    bool (*const draw[])(struct plot *, const struct usage_stats *, struct arena *) = {
        [CHART_WEEK] = draw_week,
        [CHART_LENGTHS] = draw_lengths,
        [CHART_DURATION] = draw_duration,
    };
    if (args->count != 1 || !app->opt.output)
        return err_set(e, ERR_USAGE, "usage plot wants one NAME and -o FILE.svg");
    if (usage_store_open(&store, set->data, false, app->arena, e)) return e->code;
    enum err_code code = usage_store_find(&entry, store, args->text[0], app->arena, e);
    if (!code) code = usage_store_load(&s, store, &entry, app->arena, e);
    usage_store_close(store);
    if (code) return code;
    char first[DATE_TEXT], last[DATE_TEXT];
    struct plot plot = { .footnote = entry.name };
    if (s.dated)
        plot.footnote = arena_printf(app->arena, "%s, %s to %s", entry.name,
                                     date_text(first, s.first_us / 1000000),
                                     date_text(last, s.last_us / 1000000));
    if (!draw[set->chart](&plot, &s, app->arena))
        return err_set(e, ERR_SAMPLES,
                       "usage %s is too short, or of a kind that does "
                       "not know this",
                       entry.name);
    return plot_write(&plot, app->opt.output, e);
}

const struct command cmd_usage_plot = {
    .name = "usage plot",
    .usage = "NAME -o FILE.svg|png|pdf [options]",
    .summary = "draw imported usage: the week, the lengths, the load",
    .example = "bedplan usage plot prod --chart duration -o load.svg",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .own_output = true,
    .run = run,
};
