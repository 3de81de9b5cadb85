#include <math.h>

#include "json.h"
#include "proof.h"
#include "size_answer.h"

static void share(struct json *j, const char *key, const struct sizing_share *s)
{
    json_object(j, key);
    json_real(j, "mean", s->mean);
    json_real(j, "lo", s->lo);
    json_real(j, "hi", s->hi);
    json_end(j);
}

static void point(struct json *j, const struct sizing_point *p, int64_t units)
{
    json_object(j, NULL);
    json_int(j, "units", units);
    share(j, "throttled_share", &p->throttled);
    share(j, "refused_share", &p->refused);
    json_real(j, "oversize_share", p->oversize);
    json_object(j, "wait_ms");
    json_real(j, "p50", p->wait_ms[WAIT_P50]);
    json_real(j, "p95", p->wait_ms[WAIT_P95]);
    json_real(j, "p99", p->wait_ms[WAIT_P99]);
    json_real(j, "max", p->wait_ms[WAIT_MAX]);
    json_end(j);
    json_object(j, "utilisation");
    json_real(j, "input", p->utilisation[0]);
    json_real(j, "output", p->utilisation[1]);
    json_end(j);
    json_end(j);
}

static void int_or_null(struct json *j, const char *key, int64_t value)
{
    if (value)
        json_int(j, key, value);
    else
        json_null(j, key);
}

static void windows(struct json *j, const struct size_answer *x)
{
    json_array(j, "windows");
    for (size_t i = 0; i < x->windows; i++) {
        const struct size_window *w = &x->window[i];
        json_object(j, NULL);
        json_real(j, "window_s", w->window_s);
        int_or_null(j, "units", w->units);
        if (x->source->request && x->rate_known)
            int_or_null(j, "replayed_units", w->replayed_units);
        if (!x->rate_known) {
            json_estimate(j, "input_tpm", w->input_tpm, 4);
            json_estimate(j, "output_tpm", w->output_tpm, 4);
        }
        json_array(j, "points");
        for (int k = 0; k < SIZE_AROUND && w->units; k++)
            if (w->judged[k]) point(j, &w->at[k], w->judged[k]);
        json_end(j);
        json_end(j);
    }
    json_end(j);
}

static void required(struct json *j, const struct size_answer *x)
{
    const struct size_window *w = &x->window[x->main];
    json_array(j, "required_rate");
    for (int n = 1; n <= SIZE_REVERSE && !x->rate_known; n++) {
        json_object(j, NULL);
        json_int(j, "units", n);
        json_real(j, "unit_input_tpm", ceil(w->input_tpm / n));
        json_real(j, "unit_output_tpm", ceil(w->output_tpm / n));
        json_end(j);
    }
    json_end(j);
}

enum err_code size_proofs(struct proof_list *out, const struct size_answer *x,
                          struct arena *a, struct err *e)
{
    const struct size_settings *s = x->settings;
    *out = (struct proof_list){ .arena = a };
    for (int k = 0; k < COMMIT_COUNT; k++) {
        const struct unit_pick *pick = &x->price[k].pick;
        if (!pick->row) continue;
        int64_t units = x->window[x->main].units;
        struct proof_line line = { .name = "an hour",
                                   .proof = proof_of_unit(pick->row, pick->other,
                                                          pick->marks, s->region,
                                                          s->custom, a),
                                   .counted = units > 0,
                                   .quantity = units };
        if (proof_add(out, line, e)) return e->code;
    }
    return OK;
}

static void prices(struct json *j, const struct size_answer *x,
                   const struct proof_list *why)
{
    bool known = x->window[x->main].units > 0;
    if (x->model && known) {
        json_object(j, "usd_per_hour");
        for (int k = 0; k < COMMIT_COUNT; k++)
            if (x->price[k].pick.row)
                json_usd(j, commitment_text((enum commitment)k), x->price[k].all);
        json_end(j);
    } else {
        json_null(j, "usd_per_hour");
    }
    json_array(j, "prices");
    for (int k = 0, at = 0; k < COMMIT_COUNT; k++) {
        const struct size_price *p = &x->price[k];
        if (!p->pick.row) continue;
        json_object(j, NULL);
        json_text(j, "commitment", commitment_text((enum commitment)k));
        json_usd(j, "unit_usd_per_hour", p->unit);
        if (known) {
            json_usd(j, "usd_per_hour", p->all);
            json_usd(j, "usd_per_month", p->all_month);
        }
        proof_json_line(j, &why->line[at++], x->settings->explain);
        json_end(j);
    }
    json_end(j);
}

static void settings(struct json *j, const struct size_answer *x)
{
    const struct admission *a = &x->unit;
    json_real(j, "target_throttled", x->sizing.target);
    json_real(j, "window_s", a->window_s);
    if (x->rate_known) {
        json_real(j, "unit_input_tpm", a->input_tpm);
        json_real(j, "unit_output_tpm", a->output_tpm);
    } else {
        json_null(j, "unit_input_tpm");
        json_null(j, "unit_output_tpm");
    }
    json_text(j, "reserve", a->reserve == RESERVE_MAX ? "max" : "actual");
    int_or_null(j, "max_tokens", a->max_tokens);
    json_real(j, "ttft_ms", a->ttft_ms);
    json_real(j, "tpot_ms", a->tpot_ms);
    json_text(j, "retry", a->retry == RETRY_SDK ? "sdk" : "none");
}

enum err_code size_json(struct app *app, const struct size_answer *x, struct err *e)
{
    const struct size_window *w = &x->window[x->main];
    struct proof_list why;
    double input, output;
    if (size_proofs(&why, x, app->arena, e)) return e->code;
    struct json *j = json_open(app->out);
    traffic_mean_tokens(&input, &output, x->sizing.traffic);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.size/1");
    json_text(j, "source", x->source->name);
    json_estimate(j, "requests_per_min", traffic_mean_rate(x->sizing.traffic) * 60, 6);
    json_object(j, "mean_tokens");
    json_estimate(j, "input", input, 6);
    json_estimate(j, "output", output, 6);
    json_end(j);
    json_text(j, "model", x->model);
    settings(j, x);
    int_or_null(j, "units", w->units);
    if (w->units)
        share(j, "throttled_share", &w->at[1].throttled);
    else
        json_null(j, "throttled_share");
    windows(j, x);
    required(j, x);
    prices(j, x, &why);
    json_real(j, "requests", x->requests);
    json_int(j, "replicas", x->settings->replicas);
    json_int(j, "seed", app->opt.seed);
    json_end(j);
    return json_close(j, e);
}
