#include "size_answer.h"

#include <math.h>

#include "date.h"
#include "lanes.h"
#include "parallel.h"

static const double usual_windows[] = { 1, 10, 60 };

/* The usual windows and the one asked for, ascending. */
static void list_windows(struct size_answer *x, double asked_s)
{
    size_t usual = sizeof usual_windows / sizeof *usual_windows, at = 0;
    for (size_t i = 0; i < usual; i++) {
        bool before = at == i && asked_s < usual_windows[i];
        if (before) x->window[at++].window_s = asked_s;
        x->window[at++].window_s = usual_windows[i];
    }
    if (asked_s > usual_windows[usual - 1]) x->window[at++].window_s = asked_s;
    x->windows = at;
    while (x->window[x->main].window_s < asked_s)
        x->main++;
}

static struct admission in_window(const struct size_answer *x, size_t w)
{
    struct admission a = x->unit;
    a.window_s = x->window[w].window_s;
    return a;
}

/* Refused by n units when the trace itself runs against them. */
static enum err_code replayed(double *share, const struct size_answer *x,
                              const struct admission *unit, int64_t n, struct err *e)
{
    const struct size_source *src = x->source;
    struct admission_rules rules;
    struct admission a = sizing_of_units(unit, n);
    struct replay_result r;
    if (admission_rules(&rules, &a, e) ||
        replay_run(&r, &rules, src->request, src->requests, x->sizing.seed, NULL,
                   x->sizing.arena, e))
        return e->code;
    *share = (double)(r.throttled + r.oversize) / (double)r.requests;
    return OK;
}

/* The smallest number that the trace itself would have needed: by halves, since more
 * units never refuse much more. */
static enum err_code replay_units(struct size_window *w, const struct size_answer *x,
                                  const struct admission *unit, struct err *e)
{
    int64_t lo = 0, hi = 1, most = x->settings->most_units;
    double share = 1;
    if (!x->source->request) return OK;
    for (;;) {
        if (replayed(&share, x, unit, hi, e)) return e->code;
        if (share < x->sizing.target) break;
        lo = hi;
        if (hi >= most) return OK;
        hi = hi < most / 2 ? hi * 2 : most;
    }
    while (hi - lo > 1) {
        int64_t mid = lo + (hi - lo) / 2;
        if (replayed(&share, x, unit, mid, e)) return e->code;
        *(share < x->sizing.target ? &hi : &lo) = mid;
    }
    w->replayed_units = hi;
    return OK;
}

static enum err_code size_window(struct size_answer *x, size_t i, struct err *e)
{
    struct size_window *w = &x->window[i];
    struct admission unit = in_window(x, i), a[SIZE_AROUND] = { 0 };
    struct sizing_point point, at[SIZE_AROUND] = { 0 };
    if (!x->rate_known) {
        enum err_code code =
            sizing_rates(&w->input_tpm, &w->output_tpm, &unit, &x->sizing, e);
        if (code != ERR_INFEASIBLE || i == x->main) return code;
        *e = (struct err){ 0 };
        w->input_tpm = w->output_tpm = (double)NAN;
        return OK;
    }
    if (replay_units(w, x, &unit, e) ||
        sizing_units(&w->units, &point, &unit, &x->sizing, e))
        return e->code;
    if (w->units == 0 || w->units > x->settings->most_units) {
        bool found = w->units > 0;
        int64_t n = w->units;
        w->units = 0;
        if (i != x->main) return OK;
        return found ? err_set(e, ERR_INFEASIBLE,
                               "%lld units are needed, more than the %lld of "
                               "--max-units",
                               (long long)n, (long long)x->settings->most_units)
                     : err_set(e, ERR_INFEASIBLE,
                               "no number of units up to %lld refuses less than %g%%",
                               (long long)x->settings->most_units,
                               x->sizing.target * 100);
    }
    size_t first = w->units == 1;
    for (size_t k = first; k < SIZE_AROUND; k++) {
        w->judged[k] = w->units - 1 + (int64_t)k;
        a[k] = sizing_of_units(&unit, w->judged[k]);
    }
    if (sizing_judge(at + first, a + first, SIZE_AROUND - first, &x->sizing, e))
        return e->code;
    for (size_t k = first; k < SIZE_AROUND; k++)
        w->at[k] = at[k];
    x->requests = w->at[1].requests;
    return OK;
}

enum err_code size_money(struct usd *hour, struct usd *month,
                         const struct size_price *p, int64_t units, struct err *e)
{
    struct usd_acc one = { 0 }, all = { 0 };
    if (usd_acc_add(&one, units, p->pick.row->rate, e) ||
        usd_acc_add(&all, units * MONTH_HOURS, p->pick.row->rate, e))
        return e->code;
    return usd_round(hour, one, e) ? e->code : usd_round(month, all, e);
}

/* Model units of a model by commitment; none where it is not stated. */
static enum err_code look_up(struct size_answer *x, struct app *app, struct err *e)
{
    const struct size_settings *s = x->settings;
    struct catalog *c;
    struct model m;
    struct unit_price *rows;
    size_t count;
    if (!s->model) return OK;
    if (app_catalog(app, &c, e) ||
        catalog_model(&m, NULL, c, s->model, app->arena, e) ||
        catalog_check_region(c, s->region, app->arena, e) ||
        catalog_unit_prices(&rows, &count, c, m.id, app->opt.now_unix_s, app->arena, e))
        return e->code;
    x->model = m.id;
    for (int k = 0; k < COMMIT_COUNT; k++) {
        struct unit_pick pick =
            units_choose(rows, count, s->region, s->custom, (enum commitment)k);
        x->price[k].pick = pick;
        if (pick.row) app_used(app, pick.row->unit, pick.row->source, pick.row->as_of);
    }
    return OK;
}

static enum err_code prices(struct size_answer *x, struct err *e)
{
    for (int k = 0; k < COMMIT_COUNT; k++) {
        struct size_price *p = &x->price[k];
        int64_t units = x->window[x->main].units;
        struct usd month;
        if (!p->pick.row) continue;
        if (size_money(&p->unit, &month, p, 1, e) ||
            size_money(&p->all, &p->all_month, p, units, e))
            return e->code;
    }
    return OK;
}

static enum err_code ask(struct size_answer *x, struct app *app, struct err *e)
{
    const struct capacity_settings *c = &x->settings->capacity;
    if (c->quota_tpm > 0 || c->quota_rpm > 0 || c->quota_tpd > 0)
        return err_set(e, ERR_USAGE, "a quota is judged by size --quota-request");
    x->rate_known = c->unit_input_tpm > 0 || c->unit_output_tpm > 0;
    if (x->rate_known && (c->unit_input_tpm <= 0 || c->unit_output_tpm <= 0))
        return err_set(e, ERR_USAGE,
                       "--unit-input-tpm and --unit-output-tpm go together; without "
                       "both the answer is the rates that would do");
    struct capacity_settings like = *c;
    if (!x->rate_known) like.unit_input_tpm = like.unit_output_tpm = 1;
    if (capacity_admission(&x->unit, &like, app, 1, e)) return e->code;
    if (x->unit.reserve == RESERVE_MAX && x->unit.max_tokens == 0)
        return err_set(e, ERR_USAGE,
                       "--reserve max wants --max-tokens: requests that have not come "
                       "yet state none");
    if (!x->rate_known) x->unit.input_tpm = x->unit.output_tpm = 0;
    return OK;
}

enum err_code size_answer(struct size_answer *out, struct app *app,
                          const struct size_settings *s, const struct size_source *src,
                          struct err *e)
{
    struct size_answer x = { .settings = s, .source = src };
    struct admission_rules rules;
    struct traffic *traffic;
    struct admission probe;
    int threads = s->threads > 0 ? (int)s->threads : parallel_processors(16);
    if (ask(&x, app, e) || look_up(&x, app, e)) return e->code;
    probe = x.unit;
    if (!x.rate_known) probe.input_tpm = probe.output_tpm = 1;
    if (admission_rules(&rules, &probe, e)) return e->code;
    capacity_warn(app, &rules);
    bool by_event = !lanes_can_judge(&rules);
    if (size_source_traffic(&traffic, src, s->target, s->replicas, by_event, app->arena,
                            e))
        return e->code;
    x.sizing = (struct sizing){ .traffic = traffic,
                                .target = s->target,
                                .seed = (uint64_t)app->opt.seed,
                                .batches = (int)(s->replicas / TRAFFIC_LANES),
                                .threads = threads,
                                .arena = app->arena };
    x.requests =
        traffic_mean_rate(traffic) * traffic_span_s(traffic) * (double)s->replicas;
    list_windows(&x, s->capacity.window_s);
    for (size_t i = 0; i < x.windows; i++)
        if (size_window(&x, i, e)) return e->code;
    if (prices(&x, e)) return e->code;
    *out = x;
    return OK;
}
