/* bedplan probe --saturate: three parts, each ramped up until enough is refused. */
#include "probe_saturate.h"

#include <math.h>
#include <string.h>

#include "control.h"
#include "json.h"
#include "probe_interrupt.h"
#include "probe_print.h"
#include "table.h"
#include "text.h"

/* Shapes that draw on one side: long prompts, then long answers. */
enum { LONG_INPUT = 2000, SHORT_OUTPUT = 16, SHORT_INPUT = 64, LONG_OUTPUT = 800 };

struct saturation {
    struct probe_setup *setup;
    struct app *app;
    int64_t hold_ns, units;
    struct saturate_part part[SATURATE_PARTS];
    const volatile sig_atomic_t *interrupts;
    double last_rate; /* requests a second that saturated the last part */
};

/* One open loop of the part's shape. */
static enum err_code ask(struct probe_run *run, struct saturation *s,
                         const struct saturate_part *part, double rate, int64_t for_ns,
                         struct err *e)
{
    struct probe_setup *p = s->setup;
    struct probe_prompts prompts = p->prompts;
    struct probe_order o = p->order;
    prompts.set.input_tokens = part->input;
    prompts.set.max_tokens = part->max_output;
    prompts.set.nonce += (uint64_t)client_now_ns();
    o.prompts = &prompts;
    o.open_loop = true;
    o.stream = false; /* the same tokens in fewer events */
    o.warmup = 0;
    o.cache = false;
    o.requests = 0;
    o.max_in_flight = p->set->max_in_flight;
    o.interrupts = s->interrupts;
    if (probe_schedule_make(&o.schedule, rate, PROBE_CONSTANT, 0, for_ns,
                            s->app->opt.seed, s->app->arena, e) ||
        probe_run(run, &o, p->client, s->app->arena, e))
        return e->code;
    if (run->stop == PROBE_STOPPED_USER)
        return err_set(e, ERR_INTERRUPTED, "interrupted; a part is no answer");
    return OK;
}

/* Doubles the rate until a tenth is refused, then holds one and a half times that. */
static enum err_code saturate(struct saturation *s, struct saturate_part *part,
                              struct err *e)
{
    enum { STEPS = 24, STEP_SHARE = 10, LEAST_REQUESTS = 10 };
    const double most_per_s = 20000;
    double rate = 0.5;
    for (int i = 0; i < STEPS && rate < most_per_s; i++, rate *= 2) {
        struct probe_run run;
        struct saturate_part seen = { 0 };
        int64_t step_ns = s->hold_ns / STEP_SHARE;
        if (rate * (double)step_ns / 1e9 < LEAST_REQUESTS)
            continue; /* too few to tell */
        if (ask(&run, s, part, rate, step_ns, e)) return e->code;
        saturate_count(&seen, run.record, run.count);
        if (seen.failed > seen.ok)
            return err_set(e, ERR_NET, "%s: %lld of %lld requests failed", part->name,
                           (long long)seen.failed, (long long)seen.requests);
        if (seen.throttled * 5 >= seen.requests) break;
    }
    struct probe_run run;
    if (ask(&run, s, part, 1.25 * rate, s->hold_ns, e)) return e->code;
    saturate_count(part, run.record, run.count);
    s->last_rate = rate;
    return OK;
}

/* What both budgets would be used up by at the same time. */
static void balance(struct saturate_part part[SATURATE_PARTS])
{
    double in = part[SATURATE_INPUT].input_tpm, out = part[SATURATE_OUTPUT].output_tpm;
    struct saturate_part *both = &part[SATURATE_BOTH];
    both->input = LONG_INPUT / 2;
    double output = out > 0 && in > 0 ? (double)both->input * out / in : SHORT_OUTPUT;
    if (output > LONG_OUTPUT) { /* shorter on both sides */
        both->input =
            (int64_t)fmax(SHORT_INPUT, (double)both->input * LONG_OUTPUT / output);
        output = LONG_OUTPUT;
    }
    both->max_output = (int64_t)fmax(1, round(output));
}

static enum err_code find_units(struct saturation *s, struct err *e)
{
    struct probe_setup *p = s->setup;
    struct provisioned_model m = { 0 };
    s->units = p->set->units;
    if (s->units) return OK;
    if (p->loopback) {
        s->units = 1;
        return OK;
    }
    if (get_provisioned_model(&m, p->model, p->client, NULL, s->app->arena, e))
        return err_wrap(e, "how many units it has (--units says it): ");
    s->units = m.units > 0 ? m.units : 1;
    return OK;
}

static void put_rate(struct json *j, const char *key, double value, double lo,
                     double hi, bool known)
{
    json_object(j, key);
    const struct {
        const char *key;
        double value;
    } row[] = { { "value", value }, { "lo", lo }, { "hi", hi } };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        if (known && isfinite(row[i].value))
            json_estimate(j, row[i].key, row[i].value, 6);
        else
            json_null(j, row[i].key);
    }
    json_end(j);
}

static const char *const budget_word[] = { "unknown", "separate", "shared" };

static enum err_code print_json(const struct saturation *s, enum saturate_budget b,
                                double share, double lo, double hi, struct err *e)
{
    struct json *j = json_open(s->app->out);
    const struct saturate_part *in = &s->part[SATURATE_INPUT];
    const struct saturate_part *out = &s->part[SATURATE_OUTPUT];
    double n = (double)s->units;
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.probe-saturate/1");
    json_text(j, "model", s->setup->model);
    json_text(j, "region", s->setup->region);
    json_int(j, "units", s->units);
    put_rate(j, "unit_input_tpm", in->input_tpm / n, in->input_lo / n, in->input_hi / n,
             in->saturated);
    put_rate(j, "unit_output_tpm", out->output_tpm / n, out->output_lo / n,
             out->output_hi / n, out->saturated);
    json_text(j, "budgets", budget_word[b]);
    put_rate(j, "share_of_both", share, lo, hi, true);
    json_array(j, "parts");
    for (int i = 0; i < SATURATE_PARTS; i++) {
        const struct saturate_part *p = &s->part[i];
        json_object(j, NULL);
        json_text(j, "part", p->name);
        json_int(j, "input_tokens", p->input);
        json_int(j, "max_tokens", p->max_output);
        json_int(j, "requests", p->requests);
        json_int(j, "ok", p->ok);
        json_int(j, "throttled", p->throttled);
        json_int(j, "failed", p->failed);
        json_bool(j, "saturated", p->saturated);
        put_rate(j, "input_tpm", p->input_tpm, p->input_lo, p->input_hi, p->saturated);
        put_rate(j, "output_tpm", p->output_tpm, p->output_lo, p->output_hi,
                 p->saturated);
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static const char *tpm(double value, double lo, double hi, bool known, struct arena *a)
{
    char text[3][32];
    if (!known) return NULL;
    return arena_printf(a, "%s [%s, %s]", text_thousands(text[0], llround(value)),
                        text_thousands(text[1], llround(lo)),
                        text_thousands(text[2], llround(hi)));
}

static void print_text(const struct saturation *s, enum saturate_budget b)
{
    static const struct table_column column[] = {
        { .key = "part", .heading = "asked for", .min_width = 12 },
        { .key = "ok", .heading = "let through", .align = RIGHT },
        { .key = "throttled", .heading = "refused", .align = RIGHT },
        { .key = "input_tpm", .heading = "input tokens/min", .align = RIGHT },
        { .key = "output_tpm", .heading = "output tokens/min", .align = RIGHT },
    };
    static const char *const said[] = {
        "whether input and output draw on one budget cannot be told from this run",
        "input and output have a budget each",
        "input and output draw on one budget: the figures are what it gives to one "
        "side "
        "alone",
    };
    struct arena *a = s->app->arena;
    struct table t;
    table_init(&t,
               arena_printf(a, "%s, %lld unit%s", s->setup->model, (long long)s->units,
                            s->units == 1 ? "" : "s"),
               column, sizeof column / sizeof *column, a);
    for (int i = 0; i < SATURATE_PARTS; i++) {
        const struct saturate_part *p = &s->part[i];
        const char **row = table_row(&t);
        row[0] = p->name;
        row[1] = arena_printf(a, "%lld", (long long)p->ok);
        row[2] = arena_printf(a, "%lld", (long long)p->throttled);
        row[3] = tpm(p->input_tpm, p->input_lo, p->input_hi, p->saturated, a);
        row[4] = tpm(p->output_tpm, p->output_lo, p->output_hi, p->saturated, a);
    }
    const struct saturate_part *in = &s->part[SATURATE_INPUT];
    const struct saturate_part *out = &s->part[SATURATE_OUTPUT];
    table_note(&t, "%s", said[b]);
    table_note(&t, "95 %% intervals; for plan.ini, by the unit:");
    if (in->saturated)
        table_note(&t, "unit_input_tpm = %lld",
                   (long long)(in->input_tpm / (double)s->units));
    if (out->saturated)
        table_note(&t, "unit_output_tpm = %lld",
                   (long long)(out->output_tpm / (double)s->units));
    app_print_table(s->app, &t);
}

static enum err_code answer(const struct saturation *s, struct err *e)
{
    double share, lo, hi;
    enum saturate_budget b = saturate_judge(&share, &lo, &hi, s->part);
    if (s->app->format != FORMAT_JSON)
        print_text(s, b);
    else if (print_json(s, b, share, lo, hi, e))
        return e->code;
    if (s->part[SATURATE_INPUT].saturated && s->part[SATURATE_OUTPUT].saturated)
        return OK;
    return err_set(e, ERR_SAMPLES,
                   "not enough was refused to know the limit; give it longer with "
                   "--saturate-for");
}

enum err_code probe_saturate(struct probe_setup *p, struct app *app, struct err *e)
{
    struct saturation s = { .setup = p,
                            .app = app,
                            .part = { { .name = "long prompts",
                                        .input = LONG_INPUT,
                                        .max_output = SHORT_OUTPUT },
                                      { .name = "long answers",
                                        .input = SHORT_INPUT,
                                        .max_output = LONG_OUTPUT },
                                      { .name = "both" } } };
    char minutes[32];
    if (!p->price.free && !p->loopback)
        return err_set(e, ERR_USAGE,
                       "--saturate wants the ARN of a provisioned model: anything else "
                       "is billed by the token");
    if (p->prompts.given || p->prompts.lengths.count)
        return err_set(e, ERR_USAGE, "--saturate makes its own prompts");
    if (probe_duration(&s.hold_ns, p->set->saturate_for, e))
        return err_wrap(e, "--saturate-for: ");
    if (client_sign_in(p->client, e) || find_units(&s, e)) return e->code;
    snprintf(minutes, sizeof minutes, "%.3g", (double)s.hold_ns / 60e9 * 3 * 2);
    app_note(
        app,
        "takes up to %s minutes and refuses others' requests meanwhile; no token is "
        "billed, the units cost what they cost by the hour",
        minutes);
    s.interrupts = probe_interrupt_catch(p->client);
    for (int i = 0; i < SATURATE_PARTS && !e->code; i++) {
        if (i == SATURATE_BOTH) balance(s.part);
        if (saturate(&s, &s.part[i], e)) break;
    }
    probe_interrupt_release();
    return e->code ? e->code : answer(&s, e);
}
