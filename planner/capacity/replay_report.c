#include "replay_report.h"

#include <math.h>

#include "capacity.h"
#include "date.h"
#include "json.h"
#include "table.h"
#include "wrap.h"

/* utilisation{input,output}: a bucket each, or the two parts of tokens per minute */
static void utilisation(double *input, double *output, const struct replay_report *r)
{
    const struct replay_result *x = &r->result;
    *input = x->utilisation[0];
    *output = x->utilisation[1];
    if (r->admission.kind == CAPACITY_UNITS) return;
    double charged_input = (double)x->input_tokens;
    double part = x->charged[0] > 0 ? charged_input / x->charged[0] : 0;
    *input = x->utilisation[0] * part;
    *output = x->utilisation[0] - *input;
}

static void json_settings(struct json *j, const struct replay_report *r)
{
    const struct admission *a = &r->admission;
    if (r->units)
        json_int(j, "units", r->units);
    else
        json_null(j, "units");
    json_text(j, "reserve", a->reserve == RESERVE_MAX ? "max" : "actual");
    if (a->max_tokens)
        json_int(j, "max_tokens", a->max_tokens);
    else
        json_null(j, "max_tokens");
    json_real(j, "window_s", a->window_s);
    json_real(j, "ttft_ms", a->ttft_ms);
    json_real(j, "tpot_ms", a->tpot_ms);
    if (a->kind == CAPACITY_QUOTA) json_real(j, "burndown", a->burndown);
    json_text(j, "retry", a->retry == RETRY_SDK ? "sdk" : "none");
}

static void json_buckets(struct json *j, const struct replay_report *r)
{
    json_array(j, "buckets");
    for (int k = 0; k < r->rules.count; k++) {
        const struct bucket_rule *b = &r->rules.rule[k];
        json_object(j, NULL);
        json_text(j, "name", bucket_name_text(b->name));
        json_real(j, "rate", b->rate);
        json_int(j, "period_s", b->period_s);
        json_real(j, "charged", r->result.charged[k]);
        json_real(j, "utilisation", r->result.utilisation[k]);
        json_int(j, "refused", r->result.refused_by[k]);
        json_end(j);
    }
    json_end(j);
}

enum err_code replay_json(struct app *app, const struct replay_report *r, bool explain,
                          struct err *e)
{
    const struct replay_result *x = &r->result;
    struct json *j = json_open(app->out);
    double input, output;
    utilisation(&input, &output, r);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.replay/1");
    json_text(j, "trace", r->path);
    json_settings(j, r);
    json_int(j, "requests", x->requests);
    json_int(j, "admitted", x->admitted);
    json_int(j, "throttled", x->throttled);
    json_int(j, "oversize", x->oversize);
    json_real(j, "throttled_share", (double)x->throttled / (double)x->requests);
    json_int(j, "first_try_throttled", x->first_try_throttled);
    json_int(j, "attempts", x->attempts);
    json_object(j, "wait_ms");
    json_real(j, "p50", x->wait_ms[WAIT_P50]);
    json_real(j, "p95", x->wait_ms[WAIT_P95]);
    json_real(j, "p99", x->wait_ms[WAIT_P99]);
    json_real(j, "max", x->wait_ms[WAIT_MAX]);
    json_end(j);
    json_int(j, "input_tokens", x->input_tokens);
    json_int(j, "cached_tokens", x->cached_tokens);
    json_int(j, "output_tokens", x->output_tokens);
    json_object(j, "utilisation");
    json_real(j, "input", input);
    json_real(j, "output", output);
    json_end(j);
    json_buckets(j, r);
    if (r->rules.settles) {
        json_object(j, "in_flight");
        json_real(j, "mean", x->in_flight_mean);
        json_int(j, "max", x->in_flight_max);
        json_end(j);
    }
    json_real(j, "span_s", x->span_s);
    json_int(j, "seed", app->opt.seed);
    if (r->model) {
        json_text(j, "model", r->model);
        proof_json(j, "lines", &r->cost, explain);
        json_usd(j, "usd", r->usd);
    }
    json_end(j);
    return json_close(j, e);
}

static void text_counts(struct app *app, const struct replay_result *x)
{
    static const struct table_column column[] = {
        { .key = "outcome", .heading = "outcome", .align = LEFT },
        { .key = "requests", .heading = "requests", .align = RIGHT },
        { .key = "share", .heading = "share", .align = RIGHT },
    };
    const struct {
        const char *name;
        int64_t count;
    } row[] = {
        { "admitted", x->admitted },
        { "throttled", x->throttled },
        { "oversize", x->oversize },
    };
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, app->arena);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        const char **cell = table_row(&t);
        cell[0] = row[i].name;
        cell[1] = capacity_number((double)row[i].count, app->arena);
        cell[2] =
            capacity_share((double)row[i].count / (double)x->requests, app->arena);
    }
    app_print_table(app, &t);
}

static void text_buckets(struct app *app, const struct replay_report *r)
{
    static const struct table_column column[] = {
        { .key = "bucket", .heading = "bucket", .align = LEFT },
        { .key = "rate", .heading = "rate", .align = RIGHT },
        { .key = "charged", .heading = "charged", .align = RIGHT },
        { .key = "utilisation", .heading = "used", .align = RIGHT },
        { .key = "refused", .heading = "no room for", .align = RIGHT },
    };
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (int k = 0; k < r->rules.count; k++) {
        const char **cell = table_row(&t);
        cell[0] = bucket_name_text(r->rules.rule[k].name);
        cell[1] = capacity_number(r->rules.rule[k].rate, a);
        cell[2] = capacity_number(r->result.charged[k], a);
        cell[3] = capacity_share(r->result.utilisation[k], a);
        cell[4] = capacity_number((double)r->result.refused_by[k], a);
    }
    app_print_table(app, &t);
}

static void line(struct app *app, const char *text)
{
    wrap_text(text, app->columns, 0, 2, app->out);
}

void replay_text(struct app *app, const struct replay_report *r)
{
    struct arena *a = app->arena;
    const struct replay_result *x = &r->result;
    char first[DATE_TEXT] = "";
    if (r->trace->dated) date_text(first, r->trace->origin_unix_s);
    line(app, arena_printf(a, "%s: %s requests in %s%s%s", r->path,
                           capacity_number((double)x->requests, a),
                           capacity_span(x->span_s, a), *first ? ", " : "", first));
    line(app, arena_printf(a, "%s: %s", capacity_words(&r->admission, r->units, a),
                           capacity_manner(&r->admission, a)));
    fputc('\n', app->out);
    text_counts(app, x);
    fputc('\n', app->out);
    text_buckets(app, r);
    fputc('\n', app->out);
    line(app, arena_printf(a, "tokens admitted: %s input, %s cached, %s output",
                           capacity_number((double)x->input_tokens, a),
                           capacity_number((double)x->cached_tokens, a),
                           capacity_number((double)x->output_tokens, a)));
    char usd[USD_TEXT];
    if (r->model)
        line(app, arena_printf(a, "costs %s USD: %s", usd_show(usd, r->usd),
                               r->units ? "units by begun hours, used or not"
                                        : "the admitted tokens on demand"));
    if (r->rules.settles && isfinite(x->in_flight_mean)) {
        line(app, arena_printf(a, "in flight: %.3g on average, %s at most",
                               x->in_flight_mean,
                               capacity_number((double)x->in_flight_max, a)));
    }
    if (r->admission.retry != RETRY_SDK) return;
    line(app,
         arena_printf(a,
                      "attempts: %s, refused at the first: %s; waited: P50 %.0f, "
                      "P95 %.0f, P99 %.0f, at most %.0f ms; seed %lld",
                      capacity_number((double)x->attempts, a),
                      capacity_number((double)x->first_try_throttled, a),
                      x->wait_ms[WAIT_P50], x->wait_ms[WAIT_P95], x->wait_ms[WAIT_P99],
                      x->wait_ms[WAIT_MAX], (long long)app->opt.seed));
}
