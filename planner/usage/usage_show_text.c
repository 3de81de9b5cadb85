#include <math.h>

#include "date.h"
#include "text.h"
#include "usage_show.h"

static const int HOURS_OF_WEEK = 168;
enum { HOUR_S = 3600, LENGTH_COLUMNS = 60 };

const char *usage_sparkline(const double *value, size_t count, struct arena *a)
{
    static const char *const level[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    enum { LEVELS = sizeof level / sizeof *level, BYTES = 3 };
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, value[i]);
    char *out = ARENA_NEW(a, char, count *BYTES + 1), *to = out;
    for (size_t i = 0; i < count; i++) {
        int k = most > 0 && value[i] > 0 ? (int)(value[i] / most * LEVELS) : -1;
        if (k >= LEVELS) k = LEVELS - 1;
        const char *letter = k < 0 ? " " : level[k];
        while (*letter)
            *to++ = *letter++;
    }
    return out;
}

static void line(struct app *app, const char *label, const char *text)
{
    fprintf(app->out, "  %-18s%s\n", label, text);
}

static const char *thousands(struct arena *a, int64_t n)
{
    char text[32];
    return arena_text(a, text_thousands(text, n));
}

static void side(struct app *app, const char *label, const struct usage_side *s,
                 int64_t requests)
{
    struct arena *a = app->arena;
    if (s->total < 0) {
        line(app, label, "not known");
        return;
    }
    const char *text = arena_printf(
        a, "mean %s", thousands(a, llround((double)s->total / (double)requests)));
    if (s->quantile[0] >= 0)
        text = arena_printf(a, "%s   p50 %s   p90 %s   p95 %s   p99 %s   max %s", text,
                            thousands(a, s->quantile[USAGE_P50]),
                            thousands(a, s->quantile[USAGE_P90]),
                            thousands(a, s->quantile[USAGE_P95]),
                            thousands(a, s->quantile[USAGE_P99]), thousands(a, s->max));
    line(app, label, text);
}

static const char *windows(struct arena *a, const double *value, int count)
{
    const char *text = "";
    for (int i = 0; i < count; i++)
        if (isfinite(value[i]))
            text = arena_printf(a, "%s%s%.4g in %d s", text, *text ? "   " : "",
                                value[i], summary_dispersion_window_s[i]);
    return *text ? text : "not known: the span is too short or the periods too long";
}

static void period(struct app *app, const struct usage_stats *s)
{
    char first[DATE_TEXT], last[DATE_TEXT];
    double span_s = usage_span_s(s);
    const char *length =
        span_s >= 2 * 86400.0  ? arena_printf(app->arena, "%.1f days", span_s / 86400)
        : span_s >= 2 * 3600.0 ? arena_printf(app->arena, "%.1f hours", span_s / 3600)
                               : arena_printf(app->arena, "%.1f s", span_s);
    if (s->dated)
        length = arena_printf(app->arena, "%s to %s, %s",
                              date_time_text(first, s->first_us / 1000000),
                              date_time_text(last, s->last_us / 1000000), length);
    line(app, "period", length);
}

static void failures(struct app *app, const struct usage_stats *s)
{
    const char *text = "";
    for (int i = USAGE_OK + 1; i < USAGE_STATUSES; i++) {
        if (s->errors[i] == 0) continue;
        text = arena_printf(app->arena, "%s%s%s %s", text, *text ? ", " : "",
                            thousands(app->arena, s->errors[i]),
                            usage_status_word((enum usage_status)i));
    }
    if (*text) line(app, "did not run", text);
}

static void models(struct app *app, const struct usage_stats *s)
{
    enum { MOST_SHOWN = 8 };
    for (size_t i = 0; i < s->models && i < MOST_SHOWN; i++) {
        const struct usage_by_model *m = &s->model[i];
        if (!*m->id && s->models == 1) return;
        const char *text = arena_printf(
            app->arena, "%s%s%s: %s requests", *m->id ? m->id : "(no model)",
            *m->region ? " in " : "", m->region, thousands(app->arena, m->requests));
        if (m->throttled > 0)
            text = arena_printf(app->arena, "%s, %s throttled", text,
                                thousands(app->arena, m->throttled));
        line(app, i ? "" : "models", text);
    }
    if (s->models > MOST_SHOWN)
        line(app, "", arena_printf(app->arena, "and %zu more", s->models - MOST_SHOWN));
}

/* Means by hour of the week where there is more than one day, else by minutes. */
static void week(struct app *app, const struct usage_stats *s)
{
    double *value = ARENA_NEW(app->arena, double, HOURS_OF_WEEK);
    double *hours = ARENA_NEW(app->arena, double, HOURS_OF_WEEK);
    static const char *const day[] = {
        "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"
    };
    const size_t one_day = 24, columns = 60;
    if (s->dated && s->hours > one_day) {
        for (size_t i = 0; i < s->hours; i++) {
            int h = date_hour_of_week(s->first_hour_s + (int64_t)i * HOUR_S);
            value[h] += (double)s->hour[i].requests;
            hours[h]++;
        }
        for (int h = 0; h < HOURS_OF_WEEK; h++)
            value[h] = hours[h] > 0 ? value[h] / hours[h] : 0;
        double most = 0;
        for (int h = 0; h < HOURS_OF_WEEK; h++)
            most = fmax(most, value[h]);
        const char *all = usage_sparkline(value, (size_t)HOURS_OF_WEEK, app->arena);
        for (int d = 0; d < 7; d++) {
            const char *end = all;
            for (size_t h = 0; h < one_day; h++)
                end += *end == ' ' ? 1 : 3;
            line(app, day[d], arena_printf(app->arena, "%.*s", (int)(end - all), all));
            all = end;
        }
        line(app, "",
             arena_printf(app->arena, "hours of the week, up to %.4g an hour", most));
        return;
    }
    size_t n = s->minutes < columns ? s->minutes : columns;
    value = ARENA_NEW(app->arena, double, n);
    for (size_t i = 0; i < s->minutes; i++)
        value[i * n / s->minutes] += (double)s->per_minute[i];
    line(app, "arrivals", usage_sparkline(value, n, app->arena));
}

/* Shares by octave of tokens: 1, 2, 4, … */
static void lengths(struct app *app, const struct usage_stats *s, bool output)
{
    enum { OCTAVES = 28 };
    double value[OCTAVES] = { 0 };
    size_t used = 0;
    for (size_t i = 0; i < s->cells; i++) {
        int64_t tokens = (output ? s->cell[i].output_tokens : s->cell[i].input_tokens) /
                         s->cell[i].requests;
        size_t octave =
            tokens > 0 ? (size_t)(64 - __builtin_clzll((uint64_t)tokens)) : 0;
        if (octave >= OCTAVES) octave = OCTAVES - 1;
        value[octave] += (double)s->cell[i].requests;
        if (octave >= used) used = octave + 1;
    }
    if (used)
        line(app, output ? "output lengths" : "input lengths",
             arena_printf(app->arena, "%s  0 to %s tokens, doubling",
                          usage_sparkline(value, used, app->arena),
                          thousands(app->arena, INT64_C(1) << (used - 1))));
}

void usage_show_text(struct app *app, const char *name, const struct usage_stats *s)
{
    struct arena *a = app->arena;
    fprintf(app->out, "%s: %s requests", name, thousands(a, s->requests));
    if (s->kind != USAGE_REQUESTS)
        fprintf(app->out, " (from %s)", usage_kind_word(s->kind));
    fputc('\n', app->out);
    period(app, s);
    failures(app, s);
    models(app, s);
    side(app, "input tokens", &s->input, s->requests);
    side(app, "output tokens", &s->output, s->requests);
    if (s->input.total > 0 && (s->cached_tokens > 0 || s->written_tokens > 0))
        line(app, "cache",
             arena_printf(a, "%.4g %% of input tokens read from it, %.4g %% written",
                          100 * (double)s->cached_tokens / (double)s->input.total,
                          100 * (double)s->written_tokens / (double)s->input.total));
    if (s->max_tokens_stated > 0)
        line(app, "max_tokens",
             arena_printf(a, "stated by %.4g %% of requests, mean %s",
                          100 * (double)s->max_tokens_stated / (double)s->requests,
                          thousands(a, s->max_tokens_total / s->max_tokens_stated)));
    line(app, "dispersion", windows(a, s->dispersion, SUMMARY_DISPERSIONS));
    line(app, "peak to mean", windows(a, s->peak_to_mean, SUMMARY_PEAKS));
    if (isfinite(s->interarrival_cv))
        line(app, "gaps",
             arena_printf(a, "coefficient of variation %.4g", s->interarrival_cv));
    if (isfinite(s->log_length_correlation))
        line(app, "lengths",
             arena_printf(a, "correlation of input and output %.3f, of their logs %.3f",
                          s->length_correlation, s->log_length_correlation));
    week(app, s);
    lengths(app, s, false);
    lengths(app, s, true);
}
