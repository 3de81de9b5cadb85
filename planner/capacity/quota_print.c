#include <math.h>

#include "json.h"
#include "quota_request.h"
#include "table.h"
#include "wrap.h"

enum { MAIN = QUOTA_WINDOWS - 1 };

static void line(struct app *app, const char *text)
{
    wrap_text(text, app->columns, 0, 2, app->out);
}

static const char *whole(double value, struct arena *a)
{
    return isfinite(value) ? capacity_number(ceil(value), a) : "none";
}

static void form(struct app *app, const struct quota_request *q)
{
    static const struct table_column column[] = {
        { .key = "quantity", .heading = "for the form", .align = LEFT },
        { .key = "steady", .heading = "steady", .align = RIGHT },
        { .key = "peak", .heading = "peak", .align = RIGHT },
    };
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    const char **cell = table_row(&t);
    cell[0] = "requests per minute";
    cell[1] = whole(q->steady_rpm, a);
    cell[2] = whole(q->peak_rpm, a);
    cell = table_row(&t);
    cell[0] = q->like.burndown > 1
                  ? arena_printf(a, "tokens per minute (input + %g × output)",
                                 q->like.burndown)
                  : "tokens per minute (input + output)";
    cell[1] = whole(q->steady_tpm, a);
    cell[2] = whole(q->peak_tpm, a);
    cell = table_row(&t);
    cell[0] = q->cached_share > 0 ? "mean input tokens of a request, uncached"
                                  : "mean input tokens of a request";
    cell[1] = whole(q->mean_input, a);
    cell = table_row(&t);
    cell[0] = "mean output tokens of a request";
    cell[1] = whole(q->mean_output, a);
    app_print_table(app, &t);
    line(app, q->peak_measured ? "peak: the trace's busiest minute"
                               : "peak: the busiest minute of the busiest hour, the "
                                 "mean of 32 generated ones");
}

void quota_request_table(struct app *app, const struct quota_request *q)
{
    static const struct table_column column[] = {
        { .key = "window_s", .heading = "window", .align = RIGHT },
        { .key = "needed_rpm", .heading = "requests/min", .align = RIGHT },
        { .key = "needed_tpm_actual", .heading = "tokens/min", .align = RIGHT },
        { .key = "needed_tpm_max_tokens",
          .heading = "with max_tokens",
          .align = RIGHT },
        { .key = "present_refused", .heading = "refused now", .align = RIGHT },
    };
    bool text = app->format == FORMAT_TEXT;
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (int w = 0; w < QUOTA_WINDOWS; w++) {
        const struct quota_window *x = &q->window[w];
        const char **cell = table_row(&t);
        cell[0] = arena_printf(a, text ? "%g s" : "%g", x->window_s);
        cell[1] =
            text ? whole(x->needed_rpm, a) : arena_printf(a, "%.0f", x->needed_rpm);
        cell[2] =
            text ? whole(x->actual_tpm, a) : arena_printf(a, "%.0f", x->actual_tpm);
        if (q->like.reserve == RESERVE_MAX)
            cell[3] = text ? whole(x->reserved_tpm, a)
                           : arena_printf(a, "%.0f", x->reserved_tpm);
        if (q->present_known)
            cell[4] = text ? capacity_share(x->present.refused.mean, a)
                           : arena_printf(a, "%.6g", x->present.refused.mean);
    }
    app_print_table(app, &t);
}

static const char *quota_words(const struct quota_request *q, struct arena *a)
{
    const char *text =
        q->from_catalog ? "the catalog's default quota of " : "the present quota of ";
    if (q->like.quota_tpm > 0)
        text = arena_printf(a, "%s%s tokens/min", text,
                            capacity_number(q->like.quota_tpm, a));
    if (q->like.rpm > 0)
        text = arena_printf(a, "%s%s%s requests/min", text,
                            q->like.quota_tpm > 0 ? " and " : "",
                            capacity_number(q->like.rpm, a));
    if (q->from_catalog)
        text = arena_printf(a, "%s (%s, %s, %s)", text, routing_text(q->routing),
                            q->catalog.source, q->catalog.as_of);
    return text;
}

static void max_tokens_text(struct app *app, const struct quota_request *q)
{
    struct arena *a = app->arena;
    const struct admission *k = &q->like;
    if (k->reserve == RESERVE_MAX && q->latency_s <= 0)
        line(app,
             "max_tokens: how long a request holds what it reserves is not stated "
             "(--ttft-ms, --tpot-ms): held for no time, so these are lower bounds");
    else if (k->reserve == RESERVE_MAX)
        line(app,
             arena_printf(
                 a,
                 "max_tokens: every request holds its input and %s tokens for %.3g "
                 "s; %.3g run at once, so that %s tokens are held on average, of "
                 "which answers come to %s",
                 capacity_number((double)k->max_tokens, a), q->latency_s, q->in_flight,
                 capacity_number(
                     nearbyint(q->in_flight * (q->mean_input + (double)k->max_tokens)),
                     a),
                 capacity_number(nearbyint(q->in_flight * q->mean_output), a)));
    if (!q->present_known) {
        line(app,
             "the present quota is not known: --quota-tpm, --quota-rpm, or --model "
             "for the catalog's");
        return;
    }
    const char *words = quota_words(q, a);
    if (q->most_max_tokens == 0)
        line(app, arena_printf(a,
                               "no max_tokens makes %s enough: ask for more, or send "
                               "less",
                               words));
    else if (q->most_max_tokens >= q->limit)
        line(app, arena_printf(a, "%s is enough with any max_tokens up to %s", words,
                               capacity_number((double)q->limit, a)));
    else
        line(app, arena_printf(a,
                               "max_tokens of at most %s makes %s enough; %s of "
                               "answers are longer",
                               capacity_number((double)q->most_max_tokens, a), words,
                               capacity_share(q->cut_share, a)));
}

void quota_request_text(struct app *app, const struct quota_request *q)
{
    struct arena *a = app->arena;
    line(app, arena_printf(a, "%s: %s", q->source->name, q->source->words));
    if (q->model)
        line(app, arena_printf(a, "%s, %s, %s", q->model, q->settings->region,
                               routing_text(q->routing)));
    fputc('\n', app->out);
    form(app, q);
    fputc('\n', app->out);
    line(app, arena_printf(a,
                           "a quota that refuses less than %s with 95 %% confidence, "
                           "by the window in which it is enforced (not published); %s",
                           capacity_share(q->sizing.target, a),
                           q->like.retry == RETRY_SDK ? "refused requests come back as "
                                                        "SDKs do"
                                                      : "no retries"));
    fputc('\n', app->out);
    quota_request_table(app, q);
    fputc('\n', app->out);
    max_tokens_text(app, q);
    line(app, arena_printf(a, "%lld replicas, seed %lld",
                           (long long)q->settings->replicas, (long long)app->opt.seed));
}

static void json_share(struct json *j, const char *key, const struct sizing_share *s)
{
    json_object(j, key);
    json_real(j, "mean", s->mean);
    json_real(j, "lo", s->lo);
    json_real(j, "hi", s->hi);
    json_end(j);
}

static void json_windows(struct json *j, const struct quota_request *q)
{
    json_array(j, "windows");
    for (int w = 0; w < QUOTA_WINDOWS; w++) {
        const struct quota_window *x = &q->window[w];
        json_object(j, NULL);
        json_real(j, "window_s", x->window_s);
        json_estimate(j, "needed_rpm", x->needed_rpm, 4);
        json_estimate(j, "needed_tpm_actual", x->actual_tpm, 4);
        json_estimate(j, "needed_tpm_max_tokens", x->reserved_tpm, 4);
        if (q->present_known) {
            json_share(j, "present_refused", &x->present.refused);
            json_share(j, "present_refused_actual", &x->present_actual.refused);
        } else {
            json_null(j, "present_refused");
            json_null(j, "present_refused_actual");
        }
        json_end(j);
    }
    json_end(j);
}

static void json_present(struct json *j, const struct quota_request *q)
{
    if (!q->present_known) {
        json_null(j, "present_quota");
        return;
    }
    json_object(j, "present_quota");
    if (q->like.quota_tpm > 0)
        json_real(j, "tpm", q->like.quota_tpm);
    else
        json_null(j, "tpm");
    if (q->like.rpm > 0)
        json_real(j, "rpm", q->like.rpm);
    else
        json_null(j, "rpm");
    json_text(j, "source", q->from_catalog ? q->catalog.source : NULL);
    json_text(j, "as_of", q->from_catalog ? q->catalog.as_of : NULL);
    json_end(j);
}

enum err_code quota_request_json(struct app *app, const struct quota_request *q,
                                 struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.size/1");
    json_text(j, "source", q->source->name);
    json_text(j, "model", q->model);
    json_object(j, "quota_request");
    json_estimate(j, "steady_rpm", q->steady_rpm, 6);
    json_estimate(j, "peak_rpm", q->peak_rpm, 6);
    json_estimate(j, "steady_tpm", q->steady_tpm, 6);
    json_estimate(j, "peak_tpm", q->peak_tpm, 6);
    json_bool(j, "peak_measured", q->peak_measured);
    json_object(j, "mean_tokens");
    json_estimate(j, "input", q->mean_input, 6);
    json_estimate(j, "output", q->mean_output, 6);
    json_end(j);
    json_real(j, "burndown", q->like.burndown);
    if (q->like.max_tokens)
        json_int(j, "max_tokens", q->like.max_tokens);
    else
        json_null(j, "max_tokens");
    json_estimate(j, "latency_s", q->latency_s, 6);
    json_estimate(j, "in_flight", q->in_flight, 6);
    json_windows(j, q);
    json_present(j, q);
    if (q->most_max_tokens < 0)
        json_null(j, "largest_max_tokens");
    else
        json_int(j, "largest_max_tokens", q->most_max_tokens);
    json_real(j, "answers_cut_share", q->cut_share);
    json_end(j);
    json_real(j, "target_throttled", q->sizing.target);
    json_int(j, "replicas", q->settings->replicas);
    json_int(j, "seed", app->opt.seed);
    json_end(j);
    return json_close(j, e);
}
