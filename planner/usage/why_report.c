#include "why_report.h"

#include <math.h>

#include "capacity.h"
#include "date.h"

enum { MOST_MINUTES = 12 };

static void line(struct app *app, const char *label, const char *text)
{
    fprintf(app->out, "  %-12s%s\n", label, text);
}

static const char *count(int64_t n, struct arena *a)
{
    return capacity_number((double)n, a);
}

static void quota_lines(struct app *app, const struct why_report *r)
{
    struct arena *a = app->arena;
    line(app, "quota",
         arena_printf(a, "%s%s%s (%s)", capacity_words(&r->quota, 0, a),
                      *r->routing ? ", " : "", r->routing, r->quota_source));
    line(app, "", capacity_manner(&r->quota, a));
    if (r->answer.latency_known)
        line(app, "latency",
             arena_printf(a, "%s ms and %.3g ms an output token",
                          capacity_number(nearbyint(r->answer.ttft_ms), a),
                          r->answer.tpot_ms));
    for (size_t i = 0; i < sizeof r->note / sizeof *r->note && r->note[i]; i++)
        line(app, i ? "" : "assumed", r->note[i]);
}

static void cause_lines(struct app *app, const struct why_report *r)
{
    const char *label = "cause";
    for (int c = 0; c < WHY_CAUSE_COUNT; c++) {
        int64_t minutes = r->answer.minutes_by_cause[c];
        if (minutes == 0) continue;
        line(app, label,
             arena_printf(app->arena, "%s minute%s: %s", count(minutes, app->arena),
                          minutes == 1 ? "" : "s", why_cause_words((enum why_cause)c)));
        label = "";
    }
    if (r->answer.refused_elsewhere > 0)
        line(app, "",
             arena_printf(app->arena,
                          "the replay refuses %s more in minutes where nothing was "
                          "throttled: the quota may be larger than this",
                          count(r->answer.refused_elsewhere, app->arena)));
}

/* Three digits, the last one rounded up. */
static const char *at_least(double value, struct arena *a)
{
    double step = pow(10, floor(log10(value)) - 2);
    return capacity_number(ceil(value / step) * step, a);
}

static void remedy_lines(struct app *app, const struct why_report *r)
{
    struct arena *a = app->arena;
    const struct why_answer *w = &r->answer;
    if (w->minutes_by_cause[WHY_UNEXPLAINED] == (int64_t)w->minutes) return;
    const char *text[4 + WHY_ROUTINGS];
    size_t n = 0;
    if (w->enough_max_tokens > 0)
        text[n++] =
            arena_printf(a, "max_tokens of at most %s (%s of answers are longer)",
                         count(w->enough_max_tokens, a),
                         capacity_share(w->over_max_tokens_share, a));
    if (w->enough_tpm > 0)
        text[n++] =
            arena_printf(a, "a quota of %s tokens/min", at_least(w->enough_tpm, a));
    if (w->enough_rpm > 0)
        text[n++] =
            arena_printf(a, "a quota of %s requests/min", at_least(w->enough_rpm, a));
    if (w->enough_tpd > 0)
        text[n++] =
            arena_printf(a, "a quota of %s tokens/day", at_least(w->enough_tpd, a));
    for (int i = 0; i < WHY_ROUTINGS; i++) {
        const struct why_routing *o = &r->other[i];
        if (!o->name) continue;
        text[n++] = arena_printf(a, "%s routing, %s tokens/min: %s", o->name,
                                 count(o->tokens_per_min, a),
                                 o->refused == 0 ? "nothing refused"
                                                 : arena_printf(a, "still refuses %s",
                                                                count(o->refused, a)));
    }
    for (size_t i = 0; i < n; i++)
        line(app, i ? "" : "instead", text[i]);
}

static void minute_lines(struct app *app, const struct why_report *r)
{
    const struct why_answer *w = &r->answer;
    for (size_t i = 0; i < w->minutes && i < MOST_MINUTES; i++) {
        char at[DATE_TEXT];
        const struct why_minute *m = &w->minute[i];
        fprintf(app->out, "  %.16s  %6lld throttled  %s\n",
                date_time_text(at, m->start_us / 1000000), (long long)m->throttled,
                why_cause_words(m->cause));
    }
    if (w->minutes > MOST_MINUTES)
        fprintf(app->out, "  and %zu minutes more (--json has them all)\n",
                w->minutes - MOST_MINUTES);
}

void why_text(struct app *app, const struct why_report *r)
{
    struct arena *a = app->arena;
    const struct why_answer *w = &r->answer;
    fprintf(app->out, "%s%s%s: %s of %s requests throttled", r->model,
            *r->region ? " in " : "", r->region, count(w->throttled, a),
            count(w->requests, a));
    if (!r->quota_known) {
        fputc('\n', app->out);
        line(app, "quota", r->quota_source);
        return;
    }
    fprintf(app->out, ", in %zu minute%s\n", w->minutes, w->minutes == 1 ? "" : "s");
    quota_lines(app, r);
    cause_lines(app, r);
    remedy_lines(app, r);
    minute_lines(app, r);
}

static void positive(struct json *j, const char *key, double value)
{
    if (value > 0)
        json_estimate(j, key, value, 6);
    else
        json_null(j, key);
}

static void quota_json(struct json *j, const struct why_report *r)
{
    if (!r->quota_known) {
        json_null(j, "quota");
        return;
    }
    json_object(j, "quota");
    json_real(j, "tokens_per_min", r->quota.quota_tpm);
    positive(j, "requests_per_min", r->quota.rpm);
    positive(j, "tokens_per_day", r->quota.tpd);
    json_real(j, "burndown", r->quota.burndown);
    json_real(j, "window_s", r->quota.window_s);
    json_text(j, "reserve", r->quota.reserve == RESERVE_MAX ? "max" : "actual");
    json_text(j, "source", r->quota_source);
    json_end(j);
}

static void instead_json(struct json *j, const struct why_report *r)
{
    json_object(j, "instead");
    if (r->answer.enough_max_tokens > 0)
        json_int(j, "max_tokens", r->answer.enough_max_tokens);
    else
        json_null(j, "max_tokens");
    json_estimate(j, "answers_over_max_tokens", r->answer.over_max_tokens_share, 6);
    positive(j, "tokens_per_min", r->answer.enough_tpm);
    positive(j, "requests_per_min", r->answer.enough_rpm);
    positive(j, "tokens_per_day", r->answer.enough_tpd);
    json_array(j, "routing");
    for (int i = 0; i < WHY_ROUTINGS; i++) {
        if (!r->other[i].name) continue;
        json_object(j, NULL);
        json_text(j, "routing", r->other[i].name);
        json_int(j, "tokens_per_min", r->other[i].tokens_per_min);
        positive(j, "requests_per_min", (double)r->other[i].requests_per_min);
        json_int(j, "refused", r->other[i].refused);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

void why_json(struct json *j, const struct why_report *r, struct arena *a)
{
    const struct why_answer *w = &r->answer;
    json_object(j, NULL);
    json_text(j, "id", r->model);
    json_text(j, "region", *r->region ? r->region : NULL);
    json_text(j, "routing", *r->routing ? r->routing : NULL);
    json_int(j, "requests", w->requests);
    json_int(j, "throttled", w->throttled);
    quota_json(j, r);
    json_array(j, "assumptions");
    for (size_t i = 0; i < sizeof r->note / sizeof *r->note && r->note[i]; i++)
        json_text(j, NULL, r->note[i]);
    json_end(j);
    if (r->quota_known) {
        json_object(j, "causes");
        for (int c = 0; c < WHY_CAUSE_COUNT; c++)
            json_int(j, why_cause_key((enum why_cause)c), w->minutes_by_cause[c]);
        json_end(j);
        json_int(j, "refused_elsewhere", w->refused_elsewhere);
        instead_json(j, r);
        json_array(j, "minutes");
        for (size_t i = 0; i < w->minutes; i++) {
            char at[DATE_TEXT];
            json_object(j, NULL);
            json_text(
                j, "minute",
                arena_text(a, date_time_text(at, w->minute[i].start_us / 1000000)));
            json_int(j, "throttled", w->minute[i].throttled);
            json_int(j, "refused", w->minute[i].refused);
            json_text(j, "cause", why_cause_key(w->minute[i].cause));
            json_end(j);
        }
        json_end(j);
    }
    json_end(j);
}
