#include "usage_fit.h"

#include <math.h>
#include <string.h>

#include "date.h"

enum { HOUR_S = 3600, DAY_S = 86400, HOUR_MINUTES = 60 };

/* Whether an hour that lasts from or to a request `lost_s` seconds from its edge was
 * seen whole: no more is missing than between two requests in it. */
static bool is_whole(double lost_s, double requests)
{
    return lost_s * requests <= 2 * (HOUR_S - lost_s);
}

/* The first and the last hour of the clock are rarely whole, and left out then. Undated
 * hours belong to no hour of the week. */
static enum err_code fit_week(struct usage_fit *f, const struct usage_stats *s,
                              struct arena *a, struct err *e)
{
    double span_s = usage_span_s(s);
    if (!s->dated || span_s + HOUR_S < DAY_S) {
        f->week = (struct week_fit){ .growth_per_month = (double)NAN,
                                     .growth_sd = (double)NAN,
                                     .explained = (double)NAN };
        f->week.per_hour_at_end = f->requests_per_day / 24;
        for (int h = 0; h < WEEK_HOURS; h++)
            f->week.weight[h] = 1;
        return OK;
    }
    double *count = ARENA_NEW(a, double, s->hours);
    for (size_t i = 0; i < s->hours; i++)
        count[i] = (double)s->hour[i].requests;
    double before_s = (double)s->first_us * 1e-6 - (double)s->first_hour_s;
    double after_s = (double)s->hours * HOUR_S - before_s - span_s;
    size_t first = is_whole(before_s, count[0]) ? 0 : 1;
    size_t end = is_whole(after_s, count[s->hours - 1]) ? s->hours : s->hours - 1;
    int hour = date_hour_of_week(s->first_hour_s + (int64_t)first * HOUR_S);
    return week_fit(&f->week, count + first, end - first, hour, e);
}

/* Sums of squares split as in an analysis of variance: what hours differ by is taken
 * from what windows differ by, whatever lies within hours stays. */
static double within_hours(const struct usage_stats *s, double dispersion, int window_s)
{
    size_t hours = s->minutes / HOUR_MINUTES;
    double mean = 0, between = 0, in_hour = (double)HOUR_S / window_s;
    for (size_t i = 0; i < hours * HOUR_MINUTES; i++)
        mean += (double)s->per_minute[i];
    mean /= (double)hours;
    for (size_t h = 0; h < hours; h++) {
        double count = 0;
        for (size_t i = 0; i < HOUR_MINUTES; i++)
            count += (double)s->per_minute[h * HOUR_MINUTES + i];
        between += (count - mean) * (count - mean) / in_hour;
    }
    double windows = (double)hours * in_hour;
    double all = dispersion * (mean / in_hour) * (windows - 1);
    double within = (all - between) / (windows - (double)hours) / (mean / in_hour);
    return within > 0 ? within : (double)NAN;
}

static enum err_code fit_bursts(struct usage_fit *f, const struct usage_stats *s,
                                struct err *e)
{
    bool seasonal = usage_span_s(s) >= DAY_S;
    f->sample_s = seasonal ? HOUR_S : usage_span_s(s);
    f->bursts.requests_per_s = f->requests_per_day / DAY_S;
    f->bursts.span_s = usage_span_s(s);
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        f->measured[i] = s->dispersion[i];
        if (seasonal && isfinite(s->dispersion[i]))
            f->measured[i] =
                within_hours(s, s->dispersion[i], summary_dispersion_window_s[i]);
    }
    if (traffic_fit(&f->bursts, f->measured, f->sample_s, e)) return e->code;
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        f->shown[i] = (double)NAN;
        if (isfinite(f->measured[i]))
            f->shown[i] = traffic_sample_dispersion(
                &f->bursts, summary_dispersion_window_s[i], f->sample_s);
    }
    return OK;
}

static enum err_code fit_side(struct mixture_fit *out, double *none,
                              const struct usage_stats *s, bool output, struct arena *a,
                              struct err *e)
{
    struct mixture_bin *bin = NULL;
    size_t n = 0;
    mixture_bins(&bin, &n, none, s->cell, s->cells, output, a);
    *none /= (double)s->requests;
    *out = (struct mixture_fit){ 0 };
    return n > 0 ? mixture_best(out, bin, n, e) : OK;
}

enum err_code usage_fit(struct usage_fit *out, const struct usage_stats *s,
                        struct arena *a, struct err *e)
{
    struct usage_fit f = { .cached_share = (double)NAN };
    double span_s = usage_span_s(s);
    if (!(span_s > 0))
        return err_set(e, ERR_INPUT, "all %lld requests come at one moment",
                       (long long)s->requests);
    f.requests_per_day = (double)s->requests / span_s * DAY_S;
    if (fit_week(&f, s, a, e) || fit_bursts(&f, s, e)) return e->code;
    if (s->input.total > 0)
        f.cached_share = (double)s->cached_tokens / (double)s->input.total;
    /* of metrics only the periods' means are known */
    f.has_lengths =
        s->cells > 0 && (s->kind == USAGE_REQUESTS || s->kind == USAGE_HISTOGRAM);
    if (f.has_lengths && (fit_side(&f.input, &f.no_input, s, false, a, e) ||
                          fit_side(&f.output, &f.no_output, s, true, a, e))) {
        return e->code;
    }
    *out = f;
    return OK;
}
