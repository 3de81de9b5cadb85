#include <math.h>
#include <string.h>

#include "size_answer.h"
#include "table.h"
#include "wrap.h"

static void line(struct app *app, const char *text)
{
    wrap_text(text, app->columns, 0, 2, app->out);
}

static const char *text_units(int64_t units, struct arena *a)
{
    return units ? capacity_number((double)units, a) : "none";
}

static const char *share_hi(const struct sizing_share *s, struct arena *a)
{
    return arena_printf(a, "%s … %s", capacity_share(s->lo, a),
                        capacity_share(s->hi, a));
}

/* Units by window. */
static void windows_text(struct app *app, const struct size_answer *x)
{
    static const struct table_column column[] = {
        { .key = "window", .heading = "window", .align = RIGHT },
        { .key = "units", .heading = "units", .align = RIGHT },
        { .key = "refused", .heading = "refused", .align = RIGHT },
        { .key = "replayed", .heading = "the trace itself", .align = RIGHT },
    };
    struct arena *a = app->arena;
    struct table t;
    bool trace = x->source->request != NULL;
    table_init(&t, NULL, column, trace ? 4 : 3, a);
    for (size_t i = 0; i < x->windows; i++) {
        const struct size_window *w = &x->window[i];
        const char **cell = table_row(&t);
        cell[0] = arena_printf(a, "%g s", w->window_s);
        cell[1] = text_units(w->units, a);
        if (w->units) cell[2] = capacity_share(w->at[1].refused.mean, a);
        if (trace) cell[3] = text_units(w->replayed_units, a);
    }
    app_print_table(app, &t);
}

/* One unit less, the answer, one more. */
static void around_text(struct app *app, const struct size_answer *x)
{
    static const struct table_column column[] = {
        { .key = "units", .heading = "units", .align = RIGHT },
        { .key = "throttled", .heading = "throttled", .align = RIGHT },
        { .key = "interval", .heading = "95 % interval", .align = RIGHT },
        { .key = "oversize", .heading = "oversize", .align = RIGHT },
        { .key = "input", .heading = "input used", .align = RIGHT },
        { .key = "output", .heading = "output used", .align = RIGHT },
        { .key = "p95", .heading = "wait P95 ms", .align = RIGHT },
        { .key = "p99", .heading = "P99 ms", .align = RIGHT },
        { .key = "max", .heading = "max ms", .align = RIGHT },
    };
    const struct size_window *w = &x->window[x->main];
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, column, x->unit.retry == RETRY_SDK ? 9 : 6, a);
    for (int k = 0; k < SIZE_AROUND; k++) {
        const struct sizing_point *p = &w->at[k];
        if (!w->judged[k]) continue;
        const char **cell = table_row(&t);
        cell[0] = capacity_number((double)w->judged[k], a);
        cell[1] = capacity_share(p->throttled.mean, a);
        cell[2] = share_hi(&p->throttled, a);
        cell[3] = capacity_share(p->oversize, a);
        cell[4] = capacity_share(p->utilisation[0], a);
        cell[5] = capacity_share(p->utilisation[1], a);
        if (x->unit.retry != RETRY_SDK) continue;
        cell[6] = arena_printf(a, "%.0f", p->wait_ms[WAIT_P95]);
        cell[7] = arena_printf(a, "%.0f", p->wait_ms[WAIT_P99]);
        cell[8] = arena_printf(a, "%.0f", p->wait_ms[WAIT_MAX]);
    }
    app_print_table(app, &t);
}

/* Each source once, and what is doubtful of the prices. */
static void say_sources(struct app *app, const struct size_answer *x)
{
    unsigned marks = 0;
    const char *said = "";
    for (int k = 0; k < COMMIT_COUNT; k++) {
        const struct unit_price *row = x->price[k].pick.row;
        if (!row) continue;
        marks |= x->price[k].pick.marks;
        if (strcmp(said, row->source) == 0) continue;
        said = row->source;
        line(app, arena_printf(app->arena, "source: %s, %s", said, row->as_of));
    }
    for (unsigned bit = 1; bit <= MARK_ESTIMATE; bit <<= 1)
        if (marks & bit)
            line(app,
                 arena_printf(app->arena, "a price is marked: %s", mark_text(bit)));
}

static void prices_text(struct app *app, const struct size_answer *x)
{
    static const struct table_column column[] = {
        { .key = "term", .heading = "commitment", .align = LEFT },
        { .key = "unit", .heading = "$/h a unit", .align = RIGHT },
        { .key = "hour", .heading = "$/h", .align = RIGHT },
        { .key = "month", .heading = "$/month", .align = RIGHT },
    };
    struct arena *a = app->arena;
    struct table t;
    if (!x->model) return;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (int k = 0; k < COMMIT_COUNT; k++) {
        const struct size_price *p = &x->price[k];
        if (!p->pick.row) continue;
        const char **cell = table_row(&t);
        cell[0] = commitment_text((enum commitment)k);
        cell[1] = usd_shown(p->unit, a);
        if (x->window[x->main].units) {
            cell[2] = usd_shown(p->all, a);
            cell[3] = usd_shown(p->all_month, a);
        }
    }
    fputc('\n', app->out);
    if (t.rows == 0) {
        line(app, arena_printf(a, "no price of a model unit of %s in %s", x->model,
                               x->settings->region));
        return;
    }
    line(app, arena_printf(a, "model units of %s in %s; a month is 730 hours", x->model,
                           x->settings->region));
    app_print_table(app, &t);
    say_sources(app, x);
}

/* What a unit would have to deliver. */
static void reverse_text(struct app *app, const struct size_answer *x)
{
    static const struct table_column column[] = {
        { .key = "units", .heading = "units", .align = RIGHT },
        { .key = "input", .heading = "input/min a unit", .align = RIGHT },
        { .key = "output", .heading = "output/min a unit", .align = RIGHT },
    };
    static const struct table_column by_window[] = {
        { .key = "window", .heading = "window", .align = RIGHT },
        { .key = "input", .heading = "input/min in all", .align = RIGHT },
        { .key = "output", .heading = "output/min in all", .align = RIGHT },
    };
    struct arena *a = app->arena;
    const struct size_window *w = &x->window[x->main];
    struct table t, all;
    line(app,
         arena_printf(a,
                      "What a unit delivers is not published. These rates would do, "
                      "in a window of %g s; any more of either would too:",
                      w->window_s));
    table_init(&t, NULL, column, 3, a);
    for (int n = 1; n <= SIZE_REVERSE; n++) {
        const char **cell = table_row(&t);
        cell[0] = arena_printf(a, "%d", n);
        cell[1] = capacity_number(ceil(w->input_tpm / n), a);
        cell[2] = capacity_number(ceil(w->output_tpm / n), a);
    }
    app_print_table(app, &t);
    fputc('\n', app->out);
    table_init(&all, NULL, by_window, 3, a);
    for (size_t i = 0; i < x->windows; i++) {
        const char **cell = table_row(&all);
        cell[0] = arena_printf(a, "%g s", x->window[i].window_s);
        cell[1] = capacity_number(ceil(x->window[i].input_tpm), a);
        cell[2] = capacity_number(ceil(x->window[i].output_tpm), a);
    }
    app_print_table(app, &all);
}

static void heading(struct app *app, const struct size_answer *x)
{
    struct arena *a = app->arena;
    double input, output, rate = traffic_mean_rate(x->sizing.traffic);
    traffic_mean_tokens(&input, &output, x->sizing.traffic);
    line(app,
         arena_printf(a, "%s: %.4g requests/min, %s%s tokens in, %s out on average",
                      x->source->name, rate * 60, capacity_number(nearbyint(input), a),
                      x->source->cached_share > 0 ? " uncached" : "",
                      capacity_number(nearbyint(output), a)));
    line(app, arena_printf(a, "  %s", x->source->words));
    if (x->rate_known)
        line(app, arena_printf(a, "a unit: %s input and %s output tokens/min",
                               capacity_number(x->unit.input_tpm, a),
                               capacity_number(x->unit.output_tpm, a)));
    line(app, arena_printf(
                  a, "target: less than %s refused, with 95 %% confidence; %s, %s",
                  capacity_share(x->sizing.target, a),
                  x->unit.reserve == RESERVE_MAX
                      ? arena_printf(a, "reserves max_tokens of %s",
                                     capacity_number((double)x->unit.max_tokens, a))
                      : "reserves what comes out",
                  x->unit.retry == RETRY_SDK ? "retries as SDKs do" : "no retries"));
    fputc('\n', app->out);
}

void size_text(struct app *app, const struct size_answer *x, struct err *e)
{
    struct arena *a = app->arena;
    const struct size_window *w = &x->window[x->main];
    (void)e;
    heading(app, x);
    if (x->rate_known) {
        line(app,
             arena_printf(a, "%s unit%s, in a window of %g s", text_units(w->units, a),
                          w->units == 1 ? "" : "s", w->window_s));
        fputc('\n', app->out);
        windows_text(app, x);
        line(app, "which window AWS enforces is not published");
        fputc('\n', app->out);
        around_text(app, x);
    } else {
        reverse_text(app, x);
    }
    prices_text(app, x);
    fputc('\n', app->out);
    line(app, arena_printf(a, "%lld replicas, %s requests in all; seed %lld",
                           (long long)x->settings->replicas,
                           capacity_number(nearbyint(x->requests), a),
                           (long long)app->opt.seed));
}

static void points_table(struct app *app, const struct size_answer *x)
{
    static const struct table_column column[] = {
        { .key = "window_s", .align = RIGHT },
        { .key = "units", .align = RIGHT },
        { .key = "throttled_mean", .align = RIGHT },
        { .key = "throttled_lo", .align = RIGHT },
        { .key = "throttled_hi", .align = RIGHT },
        { .key = "oversize", .align = RIGHT },
        { .key = "wait_p50_ms", .align = RIGHT },
        { .key = "wait_p95_ms", .align = RIGHT },
        { .key = "wait_p99_ms", .align = RIGHT },
        { .key = "wait_max_ms", .align = RIGHT },
        { .key = "enough", .align = LEFT },
    };
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < x->windows; i++) {
        const struct size_window *w = &x->window[i];
        for (int k = 0; k < SIZE_AROUND && w->units; k++) {
            const struct sizing_point *p = &w->at[k];
            if (!w->judged[k]) continue;
            const char **cell = table_row(&t);
            cell[0] = arena_printf(a, "%g", w->window_s);
            cell[1] = arena_printf(a, "%lld", (long long)w->judged[k]);
            cell[2] = arena_printf(a, "%.6g", p->throttled.mean);
            cell[3] = arena_printf(a, "%.6g", p->throttled.lo);
            cell[4] = arena_printf(a, "%.6g", p->throttled.hi);
            cell[5] = arena_printf(a, "%.6g", p->oversize);
            for (int q = 0; q < WAITS; q++)
                cell[6 + q] = arena_printf(a, "%.6g", p->wait_ms[q]);
            cell[10] = sizing_meets(p, &x->sizing) ? "yes" : "no";
        }
    }
    app_print_table(app, &t);
}

static void rates_table(struct app *app, const struct size_answer *x)
{
    static const struct table_column column[] = {
        { .key = "window_s", .align = RIGHT },
        { .key = "units", .align = RIGHT },
        { .key = "unit_input_tpm", .align = RIGHT },
        { .key = "unit_output_tpm", .align = RIGHT },
    };
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < x->windows; i++)
        for (int n = 1; n <= SIZE_REVERSE; n++) {
            const char **cell = table_row(&t);
            cell[0] = arena_printf(a, "%g", x->window[i].window_s);
            cell[1] = arena_printf(a, "%d", n);
            cell[2] = arena_printf(a, "%.0f", ceil(x->window[i].input_tpm / n));
            cell[3] = arena_printf(a, "%.0f", ceil(x->window[i].output_tpm / n));
        }
    app_print_table(app, &t);
}

void size_table(struct app *app, const struct size_answer *x)
{
    if (x->rate_known)
        points_table(app, x);
    else
        rates_table(app, x);
}
