#include <assert.h>
#include <math.h>
#include <string.h>

#include "file.h"
#include "forecast_answer.h"
#include "forecast_ask.h"
#include "gsl_quiet.h"
#include "parallel.h"
#include "str.h"
#include "text.h"

enum { MOST_BYTES = 1 << 29, MOST_THREADS = 64 };

struct settings {
    const char *series, *season, *levels, *plot;
    int64_t horizon, paths;
    int method;
    double budget;
    struct opt_list fail_if;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "series", .unit = "FILE", .type = OPT_TEXT, .offset = AT(const char *, series),
      .help = "one value a line, timestamp,value lines, or a name and its values a line" },
    { .key = "season", .unit = "LIST", .type = OPT_TEXT, .offset = AT(const char *, season),
      .help = "seasons, in steps: 24,168 for hours [by the timestamps, else found in the values]" },
    { .key = "horizon", .unit = "STEPS", .type = OPT_INT, .offset = AT(int64_t, horizon), .preset = "0",
      .lo = 0, .hi = 100000, .help = "how far; 0: 2 days, 28 days, 13 weeks, 12 months, two seasons, or 12" },
    { .key = "levels", .unit = "LIST", .type = OPT_TEXT, .offset = AT(const char *, levels),
      .preset = "80,95", .help = "of the intervals, in per cent" },
    { .key = "method", .unit = "M", .type = OPT_CHOICE, .offset = AT(int, method),
      .choices = "auto|naive|snaive|naive2|ses|holt|damped|comb|theta", .preset = "auto",
      .hi = FORECAST_THETA, .help = "auto: many methods, weighted by their errors so far; else one of the M4 benchmarks" },
    { .key = "paths", .unit = "N", .type = OPT_INT, .offset = AT(int64_t, paths), .preset = "2000",
      .lo = 100, .hi = 100000, .help = "sample paths behind month totals" },
    { .key = "budget", .unit = "USD", .type = OPT_REAL, .offset = AT(double, budget), .preset = "0",
      .lo = 0, .hi = 1e15, .help = "of a calendar month; exit 1 when it breaks on more than half of the paths" },
    { .key = "fail_if", .type = OPT_LIST, .unit = "'breach>10%'", .offset = AT(struct opt_list, fail_if),
      .help = "a gate: exit 1 when the probability that a month breaks the budget is above" },
    { .key = "plot", .unit = "FILE", .type = OPT_TEXT, .offset = AT(const char *, plot),
      .help = "draw the fan of 50, 80 and 95 % intervals (svg, png or pdf)" },
};
#undef AT
/* clang-format on */

/* Everything on the way from the command line to the answer. */
struct work {
    struct app *app;
    const struct settings *s;
    struct series_file file;
    struct forecast_spec *spec; /* one a series */
    struct forecast_answer x;
    struct arena *arena; /* one a thread, for the forecasts themselves */
    int threads;
    struct err *failed; /* one a series */
};

/* "breach>10%" -> 0.1 */
static enum err_code read_gate(double *limit, const struct work *w, const char *text,
                               struct err *e)
{
    struct str rest, what = str_trim(str_cut(str_of(text), '>', &rest));
    rest = str_trim(rest);
    if (!str_eq(what, "breach") || !rest.n)
        return err_set(e, ERR_USAGE, "--fail-if '%s': only 'breach>N%%' is known",
                       text);
    if (text_ratio(limit, arena_text_n(w->app->arena, rest.p, rest.n), 0, 1, e))
        return err_wrap(e, "--fail-if: ");
    return OK;
}

static enum err_code check_given(const struct work *w, const struct opt_list *args,
                                 struct err *e)
{
    if (args->count)
        return err_set(e, ERR_USAGE, "forecast takes options only, not '%s'",
                       args->text[0]);
    if (!w->s->series) return err_set(e, ERR_USAGE, "forecast wants --series FILE");
    if (w->s->fail_if.count && app_origin(w->app, "budget") == OPT_PRESET)
        return err_set(e, ERR_USAGE, "--fail-if wants a --budget");
    for (size_t i = 0; i < w->s->fail_if.count; i++) {
        double limit;
        if (read_gate(&limit, w, w->s->fail_if.text[i], e)) return e->code;
    }
    return OK;
}

/* What only one dated series can have. */
static enum err_code check_series(const struct work *w, struct err *e)
{
    if (w->s->plot && w->file.count > 1)
        return err_set(e, ERR_USAGE, "--plot draws one series, %s has %zu", w->x.file,
                       w->file.count);
    if (!isnan(w->x.budget) && !months_apply(&w->file))
        return err_set(e, ERR_USAGE,
                       "--budget wants timestamps a month apart, or days or parts of "
                       "them, in %s",
                       w->x.file);
    return OK;
}

/* The levels that the chart wants beside those asked for. */
static void add_fan(struct forecast_spec *spec)
{
    for (size_t k = 0; k < FORECAST_FAN; k++) {
        bool there = false;
        for (size_t i = 0; i < spec->levels; i++)
            there = there || spec->level[i] == forecast_fan_level[k];
        if (!there) spec->level[spec->levels++] = forecast_fan_level[k];
    }
}

static enum err_code pose(struct work *w, struct err *e)
{
    struct arena *a = w->app->arena;
    struct forecast_spec all = { .method = (enum forecast_method)w->s->method,
                                 .seed = (uint64_t)w->app->opt.seed };
    if (ask_levels(&all, w->s->levels, e)) return e->code;
    if (w->s->season && ask_seasons(&all, w->s->season, e)) return e->code;
    w->x.shown_levels = all.levels;
    w->x.seed = all.seed;
    w->x.has_months = months_apply(&w->file);
    if (w->s->plot) add_fan(&all);
    w->spec = ARENA_NEW(a, struct forecast_spec, w->file.count);
    for (size_t i = 0; i < w->file.count; i++) {
        struct forecast_spec *one = &w->spec[i];
        *one = all;
        one->value = w->file.series[i].value;
        one->count = w->file.series[i].count;
        if (!w->s->season) ask_usual_seasons(one, &w->file, i, a);
        one->horizon =
            w->s->horizon ? (size_t)w->s->horizon : ask_usual_horizon(one, &w->file);
        one->paths = w->x.has_months ? (size_t)w->s->paths : 0;
    }
    return OK;
}

static void forecast_one(void *context, size_t i, int thread)
{
    struct work *w = context;
    enum err_code code =
        forecast_run(&w->x.of[i], &w->spec[i], &w->arena[thread], &w->failed[i]);
    assert(code == w->failed[i].code); /* where it is looked for */
}

/* The first failure, by its line. */
static enum err_code forecast_all(struct work *w, struct err *e)
{
    struct arena *a = w->app->arena;
    w->threads = parallel_processors(MOST_THREADS);
    sim_quiet_gsl();
    w->x.of = ARENA_NEW(a, struct forecast, w->file.count);
    w->failed = ARENA_NEW(a, struct err, w->file.count);
    w->arena = ARENA_NEW(a, struct arena, (size_t)w->threads);
    for (int i = 0; i < w->threads; i++)
        w->arena[i].on_exhausted = a->on_exhausted;
    parallel_run(w->file.count, w->threads, forecast_one, w);
    for (size_t i = 0; i < w->file.count; i++) {
        if (!w->failed[i].code) continue;
        *e = w->failed[i];
        return err_wrap(e, "%s:%lld: ", w->x.file, (long long)w->file.series[i].line);
    }
    if (!w->x.has_months) return OK;
    return months_of(&w->x.months, &w->file, &w->x.of[0], w->x.budget, a, e);
}

static void say_dropped(struct work *w)
{
    size_t short_series = 0;
    for (size_t i = 0; i < w->file.count; i++)
        short_series += w->x.of[i].drops > 0;
    if (!short_series) return;
    const struct forecast *o = &w->x.of[0];
    if (w->file.count > 1) {
        app_note(w->app, "%zu of %zu series are too short for a season; see %s",
                 short_series, w->file.count, "dropped_season in --json");
        return;
    }
    for (size_t k = 0; k < o->drops; k++)
        app_note(w->app,
                 "season %zu is dropped: it needs %zu values at this horizon, the "
                 "series has %zu",
                 o->dropped[k], forecast_season_needs(o->dropped[k], o->horizon),
                 w->file.series[0].count);
}

static enum err_code gates(const struct work *w, struct err *e)
{
    const double likely = 0.5;
    double breach = w->x.months.breach, limit = 0;
    for (size_t i = 0; i < w->s->fail_if.count; i++) {
        if (read_gate(&limit, w, w->s->fail_if.text[i], e)) return e->code;
        if (breach > limit)
            return err_set(e, ERR_GATE,
                           "the monthly budget breaks on %.3g%% of paths, more than "
                           "%.3g%%",
                           breach * 100, limit * 100);
    }
    if (!isnan(w->x.budget) && !w->s->fail_if.count && breach > likely)
        return err_set(e, ERR_GATE, "the monthly budget breaks on %.3g%% of paths",
                       breach * 100);
    return OK;
}

static enum err_code print(struct work *w, struct err *e)
{
    say_dropped(w);
    if (w->s->plot && forecast_chart(&w->x, w->s->plot, w->app->arena, e))
        return e->code;
    if (w->app->format == FORMAT_JSON) return forecast_print_json(w->app, &w->x, e);
    forecast_print_text(w->app, &w->x);
    return OK;
}

static enum err_code read_series(struct work *w, struct err *e)
{
    char *bytes = NULL;
    size_t size = 0;
    struct arena *a = w->app->arena;
    if (file_read(&bytes, &size, w->s->series, MOST_BYTES, a, e)) return e->code;
    w->x.file = strcmp(w->s->series, "-") == 0 ? "stdin" : w->s->series;
    return series_parse(&w->file, w->x.file, bytes, size, a, e);
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct work w = { .app = app, .s = settings };
    w.x.f = &w.file;
    w.x.budget = app_origin(app, "budget") == OPT_PRESET ? (double)NAN : w.s->budget;
    if (check_given(&w, args, e) || read_series(&w, e) || check_series(&w, e) ||
        pose(&w, e))
        return e->code;
    enum err_code code = forecast_all(&w, e);
    if (!code) code = print(&w, e);
    for (int i = 0; i < w.threads; i++)
        arena_clear(&w.arena[i]);
    return code ? code : gates(&w, e);
}

const struct command cmd_forecast = {
    .name = "forecast",
    .usage = "--series FILE [--season 24,168] [--horizon N] [--levels 80,95]",
    .summary = "what a series of usage or spend will do next, and how sure that is",
    .details =
        "Some forty cheap methods (seasonal copies, exponential smoothing, Theta, "
        "autoregressions around the seasons) are tried from up to 16 past origins; "
        "each is weighted by its errors there, and the weighted mean is the forecast. "
        "Intervals are calibrated on the errors that the mean made at origins that had "
        "no say in its weights, and their coverage there is reported.\n"
        "FILE holds one value a line, or timestamp,value lines (a missing timestamp or "
        "value is a gap), or one series a line: its name, then its values. A season "
        "that the series is too short for is dropped, and that is said.\n"
        "With timestamps, calendar months are added up: from sample paths, because a "
        "sum of quantiles is not the quantile of a sum, and beside it from the series "
        "of month totals itself. --budget gives the probability that a month breaks "
        "it, and when; alone it fails above 50%, with --fail-if above what that says.",
    .example = "bedplan forecast --series spend.csv --horizon 60 --budget 1700 "
               "--fail-if 'breach>10%' --plot fan.svg",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
