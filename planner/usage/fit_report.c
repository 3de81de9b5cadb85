#include <math.h>

#include "app.h"
#include "date.h"
#include "json.h"
#include "text.h"
#include "usage_fit.h"
#include "usage_show.h"

enum { DIGITS = 6, LABEL = 18 };

static void line(struct app *app, const char *label, const char *text)
{
    fprintf(app->out, "  %-*s%s\n", LABEL, label, text);
}

static const char *thousands(struct arena *a, double n)
{
    char text[32];
    return arena_text(a, text_thousands(text, llround(n)));
}

static void rates(struct app *app, const struct usage_fit *f,
                  const struct usage_stats *s)
{
    struct arena *a = app->arena;
    const struct week_fit *w = &f->week;
    const char *text =
        arena_printf(a, "%s requests a day", thousands(a, f->requests_per_day));
    if (isfinite(w->growth_per_month))
        text = arena_printf(a, "%s on average, %s at the end", text,
                            thousands(a, w->per_hour_at_end * 24));
    line(app, "rate", text);
    if (isfinite(w->growth_per_month))
        line(app, "growth",
             arena_printf(a, "%+.3g%% a month, standard error %.2g%%",
                          100 * w->growth_per_month, 100 * w->growth_sd));
    else
        line(app, "growth", "not known: takes three whole weeks with dates");
    line(app, "season",
         w->days == 7   ? arena_printf(a,
                                       "by hour of the week; explains %.3g%% of what "
                                         "hours differ by",
                                       100 * w->explained)
         : w->days == 1 ? arena_printf(a,
                                       "by hour of the day; explains %.3g%% of what "
                                       "hours differ by",
                                       100 * w->explained)
         : s->dated     ? "not known: takes a day"
                        : "not known: takes dates");
    if (w->days == 0) return;
    const char *all = usage_sparkline(w->weight, WEEK_HOURS, a);
    line(app, "",
         arena_printf(a, "%.*s  00 to 23 UTC%s", 24 * 3, all,
                      w->days == 7 ? ", Monday" : ""));
}

static void bursts(struct app *app, const struct usage_fit *f)
{
    struct arena *a = app->arena;
    const struct traffic_model *m = &f->bursts;
    const char *measured = "", *shown = "", *window = "";
    const char *text = m->batch_mean > 1
                           ? arena_printf(a, "in batches of %.3g", m->batch_mean)
                           : "one by one";
    const char *join = "; the rate wanders by";
    for (int i = 0; i < TRAFFIC_MODULATORS; i++) {
        if (!(m->modulator[i].variance > 0)) continue;
        text =
            arena_printf(a, "%s%s %.2g%% in %g s", text, join,
                         100 * sqrt(m->modulator[i].variance), m->modulator[i].hold_s);
        join = ",";
    }
    int known = 0;
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        if (!isfinite(f->measured[i])) continue;
        known++;
        window = arena_printf(a, "%s%7d s", window, summary_dispersion_window_s[i]);
        measured = arena_printf(a, "%s%9.4g", measured, f->measured[i]);
        shown = arena_printf(a, "%s%9.4g", shown, f->shown[i]);
    }
    line(app, "arrivals", known ? text : "taken as Poisson: bursts are not known");
    if (!known) return;
    line(app, "dispersion in", window);
    line(app, "  measured", measured);
    line(app, "  of the model", shown);
}

static void side(struct app *app, const char *label, const struct mixture_fit *fit,
                 double none)
{
    struct arena *a = app->arena;
    const struct traffic_mixture *m = &fit->mixture;
    for (int c = 0; c < m->count; c++)
        line(app, c ? "" : label,
             arena_printf(a, "%5.1f%% lognormal, median %s, sigma %.3f",
                          100 * m->weight[c], thousands(a, exp(m->mu[c])),
                          m->sigma[c]));
    if (m->count > 0)
        line(app, "",
             arena_printf(a, "at most %.2f%% off the measured distribution",
                          100 * fit->distance));
    if (none > 0)
        line(app, m->count ? "" : label,
             arena_printf(a, "%.3g%% of requests have none", 100 * none));
}

void usage_fit_text(struct app *app, const char *name, const struct usage_fit *f,
                    const struct usage_stats *s)
{
    struct arena *a = app->arena;
    fprintf(app->out, "%s: the traffic that %s requests are a sample of\n", name,
            thousands(a, (double)s->requests));
    rates(app, f, s);
    bursts(app, f);
    if (f->has_lengths) {
        side(app, "input tokens", &f->input, f->no_input);
        side(app, "output tokens", &f->output, f->no_output);
    } else {
        line(app, "lengths", "not known of single requests");
    }
    if (f->has_lengths && isfinite(s->length_correlation))
        line(app, "together",
             arena_printf(a, "correlation %.3f, of logs %.3f", s->length_correlation,
                          s->log_length_correlation));
    if (isfinite(f->cached_share))
        line(app, "cached",
             arena_printf(a, "%.3g%% of input tokens", 100 * f->cached_share));
    if (s->max_tokens_stated > 0)
        line(app, "max_tokens",
             arena_printf(a, "stated by %.3g%% of requests, mean %s",
                          100 * (double)s->max_tokens_stated / (double)s->requests,
                          thousands(a, (double)s->max_tokens_total /
                                           (double)s->max_tokens_stated)));
}

static void json_side(struct json *j, const char *key, const struct mixture_fit *fit,
                      double none)
{
    json_object(j, key);
    json_array(j, "mixture");
    for (int c = 0; c < fit->mixture.count; c++) {
        json_object(j, NULL);
        json_estimate(j, "weight", fit->mixture.weight[c], DIGITS);
        json_estimate(j, "mu", fit->mixture.mu[c], DIGITS);
        json_estimate(j, "sigma", fit->mixture.sigma[c], DIGITS);
        json_end(j);
    }
    json_end(j);
    json_estimate(j, "distance", fit->mixture.count ? fit->distance : (double)NAN,
                  DIGITS);
    json_estimate(j, "without", none, DIGITS);
    json_end(j);
}

static void json_week(struct json *j, const struct usage_fit *f)
{
    const struct week_fit *w = &f->week;
    json_estimate(j, "requests_per_day", f->requests_per_day, DIGITS);
    json_estimate(j, "requests_per_day_at_end", w->per_hour_at_end * 24, DIGITS);
    json_estimate(j, "growth_per_month", w->growth_per_month, DIGITS);
    json_estimate(j, "growth_standard_error", w->growth_sd, DIGITS);
    json_text(j, "season",
              w->days == 7   ? "hour_of_week"
              : w->days == 1 ? "hour_of_day"
                             : NULL);
    json_estimate(j, "season_explains", w->explained, DIGITS);
    json_array(j, "profile");
    for (int h = 0; h < WEEK_HOURS && w->days > 0; h++)
        json_estimate(j, NULL, w->weight[h], DIGITS);
    json_end(j);
}

static void json_bursts(struct json *j, const struct usage_fit *f)
{
    json_estimate(j, "batch_mean", f->bursts.batch_mean, DIGITS);
    json_array(j, "rate_wanders");
    for (int i = 0; i < TRAFFIC_MODULATORS; i++) {
        if (!(f->bursts.modulator[i].variance > 0)) continue;
        json_object(j, NULL);
        json_estimate(j, "variance", f->bursts.modulator[i].variance, DIGITS);
        json_real(j, "hold_s", f->bursts.modulator[i].hold_s);
        json_end(j);
    }
    json_end(j);
    json_estimate(j, "sample_s", f->sample_s, DIGITS);
    json_array(j, "dispersion");
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        json_object(j, NULL);
        json_int(j, "window_s", summary_dispersion_window_s[i]);
        json_estimate(j, "measured", f->measured[i], DIGITS);
        json_estimate(j, "model", f->shown[i], DIGITS);
        json_end(j);
    }
    json_end(j);
}

enum err_code usage_fit_json(struct app *app, const char *name,
                             const struct usage_fit *f, const struct usage_stats *s,
                             struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.usage-fit/1");
    json_text(j, "name", name);
    json_int(j, "requests", s->requests);
    json_week(j, f);
    json_bursts(j, f);
    if (f->has_lengths) {
        json_side(j, "input_tokens", &f->input, f->no_input);
        json_side(j, "output_tokens", &f->output, f->no_output);
    } else {
        json_null(j, "input_tokens");
        json_null(j, "output_tokens");
    }
    json_estimate(j, "length_correlation", s->length_correlation, DIGITS);
    json_estimate(j, "log_length_correlation", s->log_length_correlation, DIGITS);
    json_estimate(j, "cached_share", f->cached_share, DIGITS);
    json_object(j, "max_tokens");
    json_int(j, "stated", s->max_tokens_stated);
    json_estimate(j, "mean", (double)s->max_tokens_total / (double)s->max_tokens_stated,
                  DIGITS);
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

void usage_fit_ini(struct app *app, const char *name, const char *workload,
                   const struct usage_fit *f, const struct usage_stats *s)
{
    enum { A_LINE = 12 };
    const struct week_fit *w = &f->week;
    FILE *out = app->out;
    fprintf(out, "[workload %s]\n", workload);
    fprintf(out, "requests_per_day = %lld\n", llround(w->per_hour_at_end * 24));
    if (isfinite(w->growth_per_month))
        fprintf(out, "growth_per_month = %.4g%% +- %.3g%%\n", 100 * w->growth_per_month,
                100 * w->growth_sd);
    if (f->has_lengths)
        fprintf(out, "usage = %s\n", name);
    else
        fputs("; input_tokens and output_tokens: these figures do not say\n", out);
    for (int h = 0; h < WEEK_HOURS && w->days > 0; h++)
        fprintf(out, "%s%.4g%s",
                h == 0            ? "profile = "
                : h % A_LINE == 0 ? "    "
                                  : " ",
                w->weight[h], h % A_LINE == A_LINE - 1 ? "\n" : "");
    if (f->cached_share > 0)
        fprintf(out, "cached_share = %.4g%%\n", 100 * f->cached_share);
    if (s->max_tokens_stated > 0)
        fprintf(out, "; max_tokens: stated by %.3g%% of requests, mean %.4g\n",
                100 * (double)s->max_tokens_stated / (double)s->requests,
                (double)s->max_tokens_total / (double)s->max_tokens_stated);
}
