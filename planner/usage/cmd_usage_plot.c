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

/* Mean, lowest and highest of each hour of the week that was seen; a trace without
 * dates has hours from its start. */
static bool draw_week(struct plot *out, const struct usage_stats *s, struct arena *a)
{
    size_t n = s->dated ? HOURS_OF_WEEK : s->hours;
    double *x = ARENA_NEW(a, double, 5 * n), *y = x + n, *lo = y + n, *hi = lo + n,
           *seen = hi + n;
    for (size_t i = 0; i < s->hours; i++) {
        int64_t at_s = s->first_hour_s + (int64_t)i * HOUR_S;
        size_t h = s->dated ? (size_t)date_hour_of_week(at_s) : i;
        double count = (double)s->hour[i].requests;
        lo[h] = seen[h] > 0 ? fmin(lo[h], count) : count;
        hi[h] = fmax(hi[h], count);
        y[h] += count;
        seen[h]++;
    }
    size_t used = 0;
    for (size_t h = 0; h < n; h++) {
        if (!(seen[h] > 0)) continue;
        x[used] = (double)h;
        y[used] = y[h] / seen[h];
        lo[used] = lo[h];
        hi[used++] = hi[h];
    }
    struct plot_series *series = ARENA_NEW(a, struct plot_series, 2);
    series[0] = (struct plot_series){ .name = "lowest to highest",
                                      .style = PLOT_BAND,
                                      .x = x,
                                      .lo = lo,
                                      .hi = hi,
                                      .count = used };
    series[1] = (struct plot_series){
        .name = "mean", .style = PLOT_STEPS, .x = x, .y = y, .count = used
    };
    out->title = "Requests by hour of the week";
    out->x_label = s->dated ? "hour from Monday 00:00 UTC" : "hour from the start";
    out->y_label = "requests an hour";
    out->y_from_zero = true;
    out->series = series;
    out->series_count = 2;
    return used > 1;
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

/* Hours, busiest first: what a capacity would have been used for, at every height. */
static bool draw_duration(struct plot *out, const struct usage_stats *s,
                          struct arena *a)
{
    size_t n = s->hours;
    double *x = ARENA_NEW(a, double, 3 * n), *in = x + n, *answer = in + n;
    const double minutes = 60;
    for (size_t i = 0; i < n; i++) {
        x[i] = 100 * (double)i / (double)n;
        in[i] = (double)s->hour[i].input_tokens / minutes;
        answer[i] = (double)s->hour[i].output_tokens / minutes;
    }
    qsort(in, n, sizeof *in, falling);
    qsort(answer, n, sizeof *answer, falling);
    struct plot_series *series = ARENA_NEW(a, struct plot_series, 2);
    series[0] = (struct plot_series){
        .name = "input", .style = PLOT_STEPS, .x = x, .y = in, .count = n
    };
    series[1] = (struct plot_series){ .name = "output",
                                      .style = PLOT_STEPS,
                                      .x = x,
                                      .y = answer,
                                      .count = n,
                                      .colour = 1 };
    out->title = "Load duration";
    out->x_label = "share of hours, busiest first, %";
    out->y_label = "tokens a minute, mean of the hour";
    out->y_from_zero = true;
    out->series = series;
    out->series_count = 2;
    return s->input.total >= 0 && n > 1;
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
