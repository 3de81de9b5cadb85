#include "size_source.h"

#include <math.h>
#include <string.h>

#include "plan_config.h"
#include "size_plan.h"
#include "trace.h"
#include "usage_find.h"
#include "usage_summary.h"

enum { HOUR_S = 3600, DAY_S = 86400, MINUTES = 60 };

static enum err_code from_trace(struct size_source *out, const char *path, double scale,
                                struct arena *a, struct err *e)
{
    struct trace t;
    struct replay_request *r = NULL;
    if (trace_read(&t, path, a, e)) return e->code;
    if (traffic_of_requests(&out->model, t.request, t.count, a, e) ||
        replay_requests(&r, t.request, t.count, a, e))
        return err_wrap(e, "%s: ", path);
    const char *slash = strrchr(path, '/');
    out->name = slash ? slash + 1 : path;
    out->words = "traffic fitted to the trace: its lengths, bursts and hours";
    out->lengths = *out->model.lengths;
    out->has_max_tokens = t.has_max_tokens;
    if (scale < 1 || scale > 1) return OK;
    out->request = r;
    out->requests = t.count;
    return OK;
}

/* Requests of each hour over those of the mean hour, and the squared coefficient of
 * variation between hours. The last hour may be cut off. */
static const double *hours_of(double *cv2, const struct usage_summary *u,
                              struct arena *a)
{
    size_t hours = (size_t)ceil(u->span_s / HOUR_S);
    double *factor = ARENA_NEW(a, double, hours + 1);
    for (size_t i = 0; i < u->minutes; i++)
        if (i / MINUTES < hours) factor[i / MINUTES] += (double)u->per_minute[i];
    *cv2 = 0;
    for (size_t h = 0; h < hours; h++) {
        double left_s = fmin(HOUR_S, u->span_s - (double)h * HOUR_S);
        factor[h] /= u->requests_per_s * fmax(left_s, 1);
        *cv2 += (factor[h] - 1) * (factor[h] - 1) * left_s / u->span_s;
    }
    return factor;
}

enum err_code size_fit_summary(struct traffic_model *m, const struct usage_summary *u,
                               bool hours, struct arena *a, struct err *e)
{
    double sample_s = u->span_s, target[SUMMARY_DISPERSIONS], cv2 = 0;
    memcpy(target, u->dispersion, sizeof target);
    if (hours && u->span_s >= DAY_S && u->minutes > 0) {
        m->hour_factor = hours_of(&cv2, u, a);
        sample_s = HOUR_S;
    }
    for (int i = 0; i < SUMMARY_DISPERSIONS; i++) {
        /* what the hours explain is theirs; the model knows nothing below 1 */
        double w = (double)summary_dispersion_window_s[i];
        target[i] = fmax(1, target[i] - u->requests_per_s * w * cv2);
        if (isnan(u->dispersion[i])) target[i] = (double)NAN;
    }
    m->requests_per_s = u->requests_per_s;
    return traffic_fit(m, target, sample_s, e);
}

static enum err_code from_usage(struct size_source *out, const char *name,
                                const char *data, struct arena *a, struct err *e)
{
    struct usage_summary u;
    enum err_code code = usage_is_name(name) ? usage_find(&u, name, data, a, e)
                                             : usage_summary_read(&u, name, a, e);
    if (code) return code;
    if (!(u.requests_per_s > 0))
        return err_set(e, ERR_INPUT, "%s: says nothing of the rate of requests", name);
    out->model = (struct traffic_model){ .span_s = u.span_s, .batch_mean = 1 };
    if (size_fit_summary(&out->model, &u, true, a, e)) return err_wrap(e, "%s: ", name);
    const char *slash = strrchr(name, '/');
    out->name = slash ? slash + 1 : name;
    out->words = "traffic fitted to its figures: lengths, bursts and hours";
    out->lengths = u.lengths;
    if (u.input_tokens > 0)
        out->cached_share = (double)u.cached_tokens / (double)u.input_tokens;
    return OK;
}

static double busiest(const struct traffic_model *m)
{
    double most = 0;
    for (size_t h = 0; m->hour_factor && h < (size_t)ceil(m->span_s / HOUR_S); h++)
        most = fmax(most, m->hour_factor[h]);
    return m->hour_factor ? most : 1;
}

enum err_code size_source_read(struct size_source *out, struct size_settings *s,
                               struct app *app, const struct opt_list *args,
                               struct err *e)
{
    struct size_source src = { 0 };
    struct arena *a = app->arena;
    int ways = (s->trace != NULL) + (s->usage != NULL) + (args->count > 0);
    if (ways > 1)
        return err_set(e, ERR_USAGE,
                       "a plan, --trace and --usage exclude each other: one traffic is "
                       "sized");
    if (args->count > 1)
        return err_set(e, ERR_USAGE, "size takes one plan, not '%s'", args->text[1]);
    if (ways && args->count == 0 && (s->workload || s->candidate))
        return err_set(e, ERR_USAGE, "--workload and --candidate are of a plan");
    enum err_code code =
        s->trace ? from_trace(&src, s->trace, s->scale, a, e)
        : s->usage
            ? from_usage(&src, s->usage, s->data, a, e)
            : size_plan_read(&src, s, app, args->count ? args->text[0] : "plan.ini", e);
    if (code) return code;
    if (src.left_out)
        return err_set(e, ERR_USAGE,
                       "[%s] changes the lengths of %s, which size does not read: give "
                       "--usage or --trace",
                       src.left_out, src.name);
    src.model.requests_per_s *= s->scale;
    src.busiest_factor = busiest(&src.model);
    *out = src;
    return OK;
}

enum err_code size_source_traffic(struct traffic **out, const struct size_source *src,
                                  double target, int64_t replicas, bool by_event,
                                  struct arena *a, struct err *e)
{
    const double per_target = by_event ? 300 : 2000, most_s = 1e9;
    const double least_s = by_event ? HOUR_S / 2 : HOUR_S;
    const double shortest_hour_s = 60, most_kept = 3e6;
    struct traffic_model m = src->model;
    double wanted = per_target / target / (double)replicas / m.requests_per_s;
    m.lengths = &src->lengths;
    m.cached_share = src->cached_share;
    if (m.hour_factor) {
        double hours = ceil(m.span_s / HOUR_S), length_s = wanted / hours;
        m.hour_length_s = ceil(fmin(HOUR_S, fmax(length_s, shortest_hour_s)));
        /* not an hour more for the rounding */
        m.span_s = fmin(m.span_s * m.hour_length_s / HOUR_S, hours * m.hour_length_s);
        if (length_s > HOUR_S) { /* the same period again */
            size_t again = (size_t)fmin(1000, ceil(length_s / HOUR_S));
            size_t n = (size_t)hours;
            double *factor = ARENA_NEW(a, double, n *again);
            for (size_t i = 0; i < n * again; i++)
                factor[i] = m.hour_factor[i % n];
            m.hour_factor = factor;
            m.span_s = hours * HOUR_S * (double)again;
        }
    } else {
        m.span_s = fmin(most_s, fmax(wanted, least_s));
    }
    if (by_event && m.span_s * m.requests_per_s > most_kept)
        return err_set(e, ERR_RANGE,
                       "%s: %.3g requests a second are too many to follow each "
                       "reservation or retry; leave out --retry, --ttft-ms and "
                       "--tpot-ms",
                       src->name, m.requests_per_s);
    return traffic_prepare(out, &m, a, e);
}
