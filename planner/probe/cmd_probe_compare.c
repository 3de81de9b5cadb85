#include <math.h>

#include "json.h"
#include "probe_compare.h"
#include "probe_print.h"
#include "table.h"

struct settings {
    const char *data;
    struct opt_list fail_if;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "fail_if", .type = OPT_LIST, .offset = AT(struct opt_list, fail_if), .unit = "GATE",
      .help = "exit 1 when B is surely worse: 'ttft_ms.p90>+15%', 'latency_ms.p95>+200', 'ttft_ms.p95>1200'" },
    { .key = "data", .type = OPT_TEXT, .offset = AT(const char *, data), .unit = "DIR",
      .help = "folder of saved runs, else $XDG_DATA_HOME/bedplan" },
};
#undef AT
/* clang-format on */

enum { SHOWN_METRICS = 5, SHOWN_QUANTILES = 4 };
static const enum probe_metric shown[SHOWN_METRICS] = { PROBE_TTFT, PROBE_LATENCY,
                                                        PROBE_TPOT, PROBE_RESPONSE,
                                                        PROBE_SERVICE };

struct compared {
    struct probe_saved a, b;
    struct probe_change change[SHOWN_METRICS][SHOWN_QUANTILES];
    struct probe_gate *gate;
    struct probe_change *gate_change;
    enum probe_gate_answer *answer;
    size_t gates;
};

static const char *const answer_word[] = { "passed", "failed", "unknown" };

static void put_real(struct json *j, const char *key, double v)
{
    if (isfinite(v))
        json_estimate(j, key, v, 9);
    else
        json_null(j, key);
}

static void put_change(struct json *j, const struct probe_change *c)
{
    put_real(j, "a", c->a);
    put_real(j, "b", c->b);
    put_real(j, "change", c->change);
    put_real(j, "change_lo", c->change_lo);
    put_real(j, "change_hi", c->change_hi);
}

static enum err_code print_json(struct app *app, const struct compared *c,
                                struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.probe-compare/1");
    json_text(j, "a", c->a.meta.name);
    json_text(j, "b", c->b.meta.name);
    json_array(j, "changes");
    for (size_t m = 0; m < SHOWN_METRICS; m++) {
        for (size_t q = 0; q < SHOWN_QUANTILES; q++) {
            json_object(j, NULL);
            json_text(j, "metric", probe_metric_words[shown[m]].key);
            json_text(j, "percentile", probe_quantile_name[q]);
            put_change(j, &c->change[m][q]);
            json_end(j);
        }
    }
    json_end(j);
    json_array(j, "gates");
    for (size_t i = 0; i < c->gates; i++) {
        json_object(j, NULL);
        json_text(j, "gate", c->gate[i].text);
        json_text(j, "answer", answer_word[c->answer[i]]);
        put_change(j, &c->gate_change[i]);
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static const char *percent(double share, struct arena *a)
{
    return isfinite(share) ? arena_printf(a, "%+.1f%%", 100 * share) : NULL;
}

static void print_table(struct app *app, const struct compared *c)
{
    static const struct table_column column[] = {
        { .key = "metric", .heading = "milliseconds", .min_width = 12 },
        { .key = "percentile", .heading = "" },
        { .key = "a", .heading = "A", .align = RIGHT },
        { .key = "b", .heading = "B", .align = RIGHT },
        { .key = "change", .heading = "change", .align = RIGHT },
        { .key = "interval", .heading = "95%", .align = RIGHT },
        { .key = "verdict", .heading = "" },
    };
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, arena_printf(a, "A %s, B %s", c->a.meta.name, c->b.meta.name),
               column, sizeof column / sizeof *column, a);
    for (size_t m = 0; m < SHOWN_METRICS; m++) {
        for (size_t q = 0; q < SHOWN_QUANTILES; q++) {
            const struct probe_change *x = &c->change[m][q];
            if (!isfinite(x->a) && !isfinite(x->b) && app->format == FORMAT_TEXT)
                continue;
            const char **row = table_row(&t);
            row[0] = app->format == FORMAT_TEXT ? probe_metric_words[shown[m]].text
                                                : probe_metric_words[shown[m]].key;
            row[1] = probe_quantile_name[q];
            row[2] = probe_ms(x->a, a);
            row[3] = probe_ms(x->b, a);
            row[4] = percent(x->change, a);
            if (isfinite(x->change_lo))
                row[5] = arena_printf(a, "%s to %s", percent(x->change_lo, a),
                                      percent(x->change_hi, a));
            row[6] = x->change_lo > 0 ? "slower" : x->change_hi < 0 ? "faster" : "";
        }
    }
    for (size_t i = 0; i < c->gates; i++)
        table_note(&t, "%s: %s", c->gate[i].text, answer_word[c->answer[i]]);
    if (c->a.meta.open_loop != c->b.meta.open_loop)
        table_note(&t, "one is an open loop, the other a closed one: their response "
                       "times do not compare");
    app_print_table(app, &t);
}

static enum err_code judge(struct compared *c, const struct settings *s,
                           struct app *app, struct err *e)
{
    struct arena *a = app->arena;
    c->gates = s->fail_if.count;
    c->gate = ARENA_NEW(a, struct probe_gate, c->gates + 1);
    c->gate_change = ARENA_NEW(a, struct probe_change, c->gates + 1);
    c->answer = ARENA_NEW(a, enum probe_gate_answer, c->gates + 1);
    for (size_t i = 0; i < c->gates; i++) {
        struct probe_gate *g = &c->gate[i];
        if (probe_gate_parse(g, s->fail_if.text[i], a, e)) return e->code;
        probe_change_of(&c->gate_change[i], &c->a, &c->b, g->metric, g->quantile,
                        app->opt.seed, a);
        c->answer[i] = probe_gate_judge(g, &c->gate_change[i]);
    }
    return OK;
}

static enum err_code verdict(const struct compared *c, struct err *e)
{
    for (size_t i = 0; i < c->gates; i++)
        if (c->answer[i] == PROBE_GATE_FAILED)
            return err_set(e, ERR_GATE, "%s: %s is worse than that", c->gate[i].text,
                           c->b.meta.name);
    for (size_t i = 0; i < c->gates; i++)
        if (c->answer[i] == PROBE_GATE_UNKNOWN)
            return err_set(e, ERR_SAMPLES, "%s: too few requests to say",
                           c->gate[i].text);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct compared *c = ARENA_NEW(app->arena, struct compared, 1);
    if (args->count != 2)
        return err_set(e, ERR_USAGE, "probe compare wants two names, A and B");
    if (probe_saved_read(&c->a, args->text[0], s->data, app->arena, e) ||
        probe_saved_read(&c->b, args->text[1], s->data, app->arena, e) ||
        judge(c, s, app, e))
        return e->code;
    for (size_t m = 0; m < SHOWN_METRICS; m++)
        for (size_t q = 0; q < SHOWN_QUANTILES; q++)
            probe_change_of(&c->change[m][q], &c->a, &c->b, shown[m], q, app->opt.seed,
                            app->arena);
    if (app->format != FORMAT_JSON)
        print_table(app, c);
    else if (print_json(app, c, e))
        return e->code;
    return verdict(c, e);
}

const struct command cmd_probe_compare = {
    .name = "probe compare",
    .usage = "A B [options]",
    .summary = "two saved probes side by side, with intervals and gates",
    .details =
        "The change from A to B of each percentile, with its 95 % interval: 2,000 "
        "draws "
        "of blocks of requests, since requests close in time are not independent. "
        "--fail-if is a gate: the command exits 1 when the whole interval is beyond "
        "the "
        "limit (B is surely worse), 3 when a sample is too small to say.",
    .example = "bedplan probe compare pro-monday pro-friday --fail-if "
               "'ttft_ms.p90>+15%'",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .run = run,
};
