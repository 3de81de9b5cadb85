#include <assert.h>
#include <math.h>

#include <malloc.h>

#include "forecast_answer.h"
#include "gsl_quiet.h"
#include "parallel.h"
#include "usage_series.h"

enum { MOST_THREADS = 64, USUAL_PATHS = 2000, LEAST_PATHS = 100 };
/* Numbers of all paths together: 128 MiB unless more is asked for, then 1.6 GB. */
enum { USUAL_NUMBERS = 1 << 24, MOST_NUMBERS = 200000000 };

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct forecast_settings, T, f)
#define BUDGET(name, which, text) \
    { .key = name, .unit = "USD", .type = OPT_REAL, .offset = AT(double, budget[which]), \
      .lo = 0, .hi = 1e15, .help = text }
static const struct opt opts[] = {
    { .key = "series", .unit = "FILE", .type = OPT_TEXT, .offset = AT(const char *, series),
      .help = "one value a line, timestamp,value lines, or a name and its values a line" },
    { .key = "usage", .unit = "NAME", .type = OPT_TEXT, .offset = AT(const char *, usage),
      .help = "instead, the hours of imported usage" },
    { .key = "measure", .unit = "M", .type = OPT_CHOICE, .offset = AT(int, measure),
      .choices = "requests|input|output", .preset = "requests", .hi = MEASURE_OUTPUT,
      .help = "of usage: requests, input tokens or output tokens an hour" },
    { .key = "price", .unit = "MODEL", .type = OPT_TEXT, .offset = AT(const char *, price),
      .help = "of usage: USD an hour, priced as this model on demand" },
    { .key = "region", .unit = "R", .type = OPT_TEXT, .offset = AT(const char *, region),
      .preset = "us-east-1", .help = "of --price; else AWS_REGION, AWS_DEFAULT_REGION" },
    { .key = "data", .unit = "DIR", .type = OPT_TEXT, .offset = AT(const char *, data),
      .help = "folder of imported usage, else $XDG_DATA_HOME/bedplan" },
    { .key = "season", .unit = "LIST", .type = OPT_TEXT, .offset = AT(const char *, season),
      .help = "seasons, in steps: 24,168 for hours [by the timestamps, else found in the values]" },
    { .key = "horizon", .unit = "STEPS", .type = OPT_INT, .offset = AT(int64_t, horizon), .preset = "0",
      .lo = 0, .hi = 100000, .help = "how far; 0: 2 days, 28 days, 13 weeks, 12 months, two seasons, or 12" },
    { .key = "levels", .unit = "LIST", .type = OPT_TEXT, .offset = AT(const char *, levels),
      .preset = "80,95", .help = "of the intervals, in per cent" },
    { .key = "method", .unit = "M", .type = OPT_CHOICE, .offset = AT(int, method),
      .choices = "auto|naive|snaive|naive2|ses|holt|damped|comb|theta", .preset = "auto",
      .hi = FORECAST_THETA, .help = "auto: many methods, weighted by their errors so far; else one of the M4 benchmarks" },
    { .key = "paths", .unit = "N", .type = OPT_INT, .offset = AT(int64_t, paths),
      .lo = LEAST_PATHS, .hi = 100000, .help = "sample paths behind the totals [2000, fewer for very long horizons]" },
    BUDGET("budget", PERIOD_MONTH, "of a calendar month; exit 1 when a budget breaks on more than half of the paths"),
    BUDGET("quarterly_budget", PERIOD_QUARTER, "of a fiscal quarter"),
    BUDGET("yearly_budget", PERIOD_YEAR, "of a fiscal year"),
    { .key = "fiscal_year_start", .unit = "month", .type = OPT_INT, .offset = AT(int64_t, fiscal_year_start),
      .preset = "1", .lo = 1, .hi = 12, .help = "month in which the fiscal year begins" },
    { .key = "spent_to_date", .unit = "USD", .type = OPT_REAL, .offset = AT(double, spent), .lo = 0, .hi = 1e15,
      .help = "spent in the fiscal year before the series begins" },
    { .key = "fail_if", .type = OPT_LIST, .unit = "'breach>10%'", .offset = AT(struct opt_list, fail_if),
      .help = "a gate: exit 1 when the probability that a budget breaks is above; 'breach.yearly>10%' of one" },
    { .key = "plot", .unit = "FILE", .type = OPT_TEXT, .offset = AT(const char *, plot),
      .help = "draw the fan of 50, 80 and 95 % intervals (svg, png or pdf); with --budget, of the months so far" },
    PROOF_OPTION(AT(bool, explain)),
};
#undef BUDGET
#undef AT
/* clang-format on */

/* Everything on the way from the command line to the answer. */
struct work {
    struct app *app;
    const struct forecast_settings *s;
    struct series_file file;
    struct forecast_spec *spec; /* one a series */
    struct forecast_answer x;
    struct arena *arena; /* one a thread, for the forecasts themselves */
    int threads;
    struct err *failed; /* one a series */
};

static bool has_limit(const struct budget_limits *l)
{
    bool any = false;
    for (int k = 0; k < PERIOD_KINDS; k++)
        any = any || !isnan(l->most[k]);
    return any;
}

static enum err_code check_given(struct work *w, const struct opt_list *args,
                                 struct err *e)
{
    const struct forecast_settings *s = w->s;
    if (args->count)
        return err_set(e, ERR_USAGE, "forecast takes options only, not '%s'",
                       args->text[0]);
    if (!s->series == !s->usage)
        return err_set(e, ERR_USAGE,
                       s->usage ? "forecast wants --series or --usage, not both"
                                : "forecast wants --series FILE or --usage NAME");
    if (s->price && !s->usage)
        return err_set(e, ERR_USAGE, "--price is of --usage; a series is as it is");
    if (s->explain && !s->price)
        return err_set(e, ERR_USAGE, "--explain is of the prices of --price");
    if (s->price && app_origin(w->app, "measure") != OPT_PRESET)
        return err_set(e, ERR_USAGE, "--price measures USD, so --measure has no say");
    if (forecast_limits(&w->x.limits, w->app, s, e)) return e->code;
    if (s->usage && !s->price && has_limit(&w->x.limits))
        return err_set(e, ERR_USAGE, "a budget of usage wants --price MODEL");
    return forecast_gates(s, &w->x.limits, NULL, w->app->arena, e);
}

/* What only one dated series can have. */
static enum err_code check_series(const struct work *w, struct err *e)
{
    if (w->s->plot && w->file.count > 1)
        return err_set(e, ERR_USAGE, "--plot draws one series, %s has %zu",
                       w->x.source.name, w->file.count);
    if (has_limit(&w->x.limits) && !periods_apply(&w->file))
        return err_set(e, ERR_USAGE,
                       "a budget wants timestamps a month apart, or days or parts of "
                       "them, in %s",
                       w->x.source.name);
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

static enum err_code count_paths(size_t *out, const struct work *w, size_t horizon,
                                 struct err *e)
{
    *out = USUAL_PATHS;
    if (*out > USUAL_NUMBERS / horizon) *out = USUAL_NUMBERS / horizon;
    if (*out < LEAST_PATHS) *out = LEAST_PATHS;
    if (app_origin(w->app, "paths") == OPT_PRESET) return OK;
    *out = (size_t)w->s->paths;
    if (*out <= MOST_NUMBERS / horizon) return OK;
    return err_set(e, ERR_USAGE, "--paths %zu of %zu steps: at most %zu such paths",
                   *out, horizon, MOST_NUMBERS / horizon);
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
    w->x.has_totals = periods_apply(&w->file);
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
        if (w->x.has_totals && count_paths(&one->paths, w, one->horizon, e))
            return e->code;
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

/* Each forecast needs about a megabyte for a while. Giving it back to the system in
 * between costs a sixth of the time. */
static void keep_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, 1 << 25);
    mallopt(M_TRIM_THRESHOLD, 1 << 26);
}

/* The first failure, by its line. */
static enum err_code forecast_all(struct work *w, struct err *e)
{
    struct arena *a = w->app->arena;
    w->threads = parallel_processors(MOST_THREADS);
    sim_quiet_gsl();
    keep_memory();
    w->x.of = ARENA_NEW(a, struct forecast, w->file.count);
    w->failed = ARENA_NEW(a, struct err, w->file.count);
    w->arena = ARENA_NEW(a, struct arena, (size_t)w->threads);
    for (int i = 0; i < w->threads; i++)
        w->arena[i].on_exhausted = a->on_exhausted;
    parallel_run(w->file.count, w->threads, forecast_one, w);
    for (size_t i = 0; i < w->file.count; i++) {
        if (!w->failed[i].code) continue;
        *e = w->failed[i];
        if (w->s->usage) return err_wrap(e, "%s: ", w->x.source.name);
        return err_wrap(e, "%s:%lld: ", w->x.source.name,
                        (long long)w->file.series[i].line);
    }
    if (!w->x.has_totals) return OK;
    return periods_of(&w->x.totals, &w->file, &w->x.of[0], &w->x.limits, a, e);
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

static enum err_code print(struct work *w, struct err *e)
{
    say_dropped(w);
    if (w->s->plot && forecast_chart(&w->x, w->s->plot, w->app->arena, e))
        return e->code;
    if (w->app->format == FORMAT_JSON) return forecast_print_json(w->app, &w->x, e);
    forecast_print_text(w->app, &w->x);
    if (w->s->explain) proof_text(w->app, &w->x.source.prices);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct work w = { .app = app, .s = settings };
    w.x.f = &w.file;
    w.x.explain = w.s->explain;
    if (check_given(&w, args, e) || forecast_read(&w.x.source, &w.file, app, w.s, e) ||
        check_series(&w, e) || pose(&w, e))
        return e->code;
    enum err_code code = forecast_all(&w, e);
    if (!code) code = print(&w, e);
    for (int i = 0; i < w.threads; i++)
        arena_clear(&w.arena[i]);
    if (code || !w.x.has_totals) return code;
    return forecast_gates(w.s, &w.x.limits, &w.x.totals, app->arena, e);
}

const struct command cmd_forecast = {
    .name = "forecast",
    .usage = "(--series FILE | --usage NAME) [--horizon N] [--budget USD]",
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
        "of month totals itself. A budget gets the probability that a month, quarter "
        "or fiscal year breaks it, and when; alone it fails above 50%, with --fail-if "
        "above what that says.\n"
        "--usage forecasts what `usage import` has read, in requests, tokens or USD an "
        "hour; an hour at its ends that it does not cover is left out.",
    .example = "bedplan forecast --series spend.csv --horizon 60 --budget 1700 "
               "--fail-if 'breach>10%' --plot fan.svg\n"
               "bedplan forecast --usage prod --price amazon.nova-lite-v1:0 --horizon "
               "744",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct forecast_settings),
    .formats = FORMATS_TABLE,
    .sealed = true,
    .run = run,
};
