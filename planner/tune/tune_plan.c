#include "tune_plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

double acc_double(struct usd_acc a)
{
    return (double)a.ausd * 1e-18;
}

double rate_double(struct usd_rate r)
{
    return (double)r.pusd * 1e-12 / r.per;
}

void tune_note(struct tune_plan *p, const char *fmt, ...)
{
    char text[400];
    va_list ap;
    if (p->notes == TUNE_NOTES) return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    p->note[p->notes++] = arena_text(p->arena, text);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The different weights of a week, and how many hours have each. */
static void find_levels(struct tune_plan *p)
{
    double week[168];
    for (int h = 0; h < 168; h++)
        week[h] = p->ask.week[h];
    qsort(week, 168, sizeof *week, by_size);
    p->level = ARENA_NEW(p->arena, struct load_level, 168);
    for (int h = 0; h < 168; h++) {
        if (h == 0 || week[h] > week[h - 1])
            p->level[p->levels++] = (struct load_level){ 0, week[h] };
        p->level[p->levels - 1].share += 1.0 / 168;
    }
}

/* What a call costs by the token, on the base model; -1 not known. */
static double base_by_token(struct tune_plan *p)
{
    struct tariff t;
    struct err why = { 0 };
    struct bill one = { .arena = p->arena };
    const struct tune_settings *s = p->ask.s;
    struct request_tokens call = { .input_tokens = s->input_tokens,
                                   .output_tokens = s->output_tokens };
    if (tune_tariff(&t, p, &p->ask.model, false, &why) ||
        bill_requests(&one, &t, call, 1, s->discount_ppm, &why))
        return -1;
    return acc_double(one.total);
}

void tune_idle(struct tune_plan *p)
{
    const struct tune_settings *s = p->ask.s;
    p->usd_per_call = p->by_token_usd = -1;
    if (p->chosen == p->hostings) return;
    const struct tune_hosting *h = &p->hosting[p->chosen];
    p->worth = p->fixed.high;
    p->worth_of = p->fixed_at_least ? NULL : "data, training and storage";
    if (s->monthly_usd > 0) {
        p->worth =
            (struct usd_acc){ (i128)nearbyint(s->monthly_usd * 1e6) * 1000000000000 };
        p->worth_of = "the month's budget";
    }
    double hourly = acc_double(h->idle_per_hour);
    if (hourly > 0 && p->worth_of) {
        double hours = acc_double(p->worth) / hourly;
        if (hours < 1e6)
            p->delete_by_unix_s = p->ask.start_unix_s + (int64_t)(hours * 3600);
    }
    if (!p->ask.has_calls || hourly <= 0) return;
    p->by_token_usd = base_by_token(p);
    p->usd_per_call = hourly * 24 / s->requests_per_day;
    p->shock = p->by_token_usd > 0 ? p->usd_per_call >= SHOCK_TIMES * p->by_token_usd
                                   : p->usd_per_call >= SHOCK_USD;
}

enum err_code tune_plan(struct tune_plan *p, struct app *app, const char *model,
                        const struct tune_settings *s, struct err *e)
{
    *p = (struct tune_plan){ .app = app, .arena = app->arena };
    if (tune_ask(&p->ask, app, model, s, e)) return e->code;
    struct catalog *c = app->catalog;
    const char *id = p->ask.model.id;
    if (catalog_tuning_prices(&p->item, &p->items, c, id, p->ask.region,
                              p->ask.start_unix_s, p->arena, e) ||
        catalog_unit_prices(&p->unit, &p->unit_count, c, id, p->ask.start_unix_s,
                            p->arena, e))
        return e->code;
    if (usd_from_estimate(&p->calls, s->requests_per_day * p->ask.days, e))
        return err_wrap(e, "--requests-per-day: ");
    find_levels(p);
    if (tune_lines(p, e) || tune_hosting(p, e) || tune_ways(p, e)) return e->code;
    if (p->chosen == p->hostings && !p->incomplete)
        p->incomplete = arena_printf(p->arena,
                                     "no way to host a custom %s in %s has a known "
                                     "price",
                                     id, p->ask.region);
    tune_idle(p);
    return OK;
}
