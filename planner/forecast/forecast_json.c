#include <math.h>

#include "date.h"
#include "forecast_answer.h"
#include "json.h"

enum { DIGITS = 9 };

static void put_values(struct json *j, const char *key, const double *value, size_t n)
{
    json_array(j, key);
    for (size_t i = 0; i < n; i++)
        json_estimate(j, NULL, value[i], DIGITS);
    json_end(j);
}

static void put_seasons(struct json *j, const char *key, const size_t *season, size_t n)
{
    json_array(j, key);
    for (size_t i = 0; i < n; i++)
        json_int(j, NULL, (int64_t)season[i]);
    json_end(j);
}

static void put_intervals(struct json *j, const struct forecast *o, size_t levels)
{
    json_array(j, "intervals");
    for (size_t i = 0; i < levels; i++) {
        json_object(j, NULL);
        json_int(j, "level", o->interval[i].level);
        put_values(j, "lower", o->interval[i].lower, o->horizon);
        put_values(j, "upper", o->interval[i].upper, o->horizon);
        json_end(j);
    }
    json_end(j);
}

static void put_backtest(struct json *j, const struct forecast *o, size_t levels)
{
    json_object(j, "backtest");
    json_int(j, "origins", (int64_t)o->origins);
    json_int(j, "steps", (int64_t)o->reach);
    json_estimate(j, "smape", o->smape, DIGITS);
    json_estimate(j, "mase", o->mase, DIGITS);
    json_object(j, "coverage");
    for (size_t i = 0; i < levels; i++) {
        char level[16];
        snprintf(level, sizeof level, "%d", o->interval[i].level);
        json_estimate(j, level, o->interval[i].coverage, DIGITS);
    }
    json_end(j);
    json_end(j);
}

static void put_weights(struct json *j, const struct forecast *o)
{
    const double least = 0.0005;
    json_array(j, "weights");
    for (size_t i = 0; i < o->weights && o->weight[i].weight >= least; i++) {
        json_object(j, NULL);
        json_text(j, "method", o->weight[i].name);
        json_estimate(j, "weight", o->weight[i].weight, 3);
        json_end(j);
    }
    json_end(j);
}

static void put_forecast(struct json *j, const struct forecast_answer *x, size_t i)
{
    const struct forecast *o = &x->of[i];
    json_text(j, "method", forecast_method_text(o->method));
    put_seasons(j, "season", o->season, o->seasons);
    put_seasons(j, "dropped_season", o->dropped, o->drops);
    json_int(j, "values", (int64_t)x->f->series[i].count);
    json_int(j, "gaps", (int64_t)o->gaps);
    json_int(j, "horizon", (int64_t)o->horizon);
    put_values(j, "point", o->point, o->horizon);
    put_intervals(j, o, x->shown_levels);
    put_backtest(j, o, x->shown_levels);
    put_weights(j, o);
}

static void put_times(struct json *j, const struct forecast_answer *x, struct arena *a)
{
    json_array(j, "time");
    for (size_t i = 0; i < x->of[0].horizon; i++)
        json_text(j, NULL, forecast_step_text(x, i, a));
    json_end(j);
}

static void put_total(struct json *j, const struct period_total *t)
{
    json_object(j, "total");
    json_estimate(j, "p05", t->p05, DIGITS);
    json_estimate(j, "p25", t->p25, DIGITS);
    json_estimate(j, "p50", t->p50, DIGITS);
    json_estimate(j, "p75", t->p75, DIGITS);
    json_estimate(j, "p95", t->p95, DIGITS);
    json_end(j);
}

static void put_month(struct json *j, const struct period_total *m)
{
    char text[DATE_TEXT];
    json_object(j, NULL);
    json_text(j, "month", date_month_text(text, m->from_unix_s));
    json_bool(j, "whole", m->whole);
    json_estimate(j, "known", m->known, DIGITS);
    put_total(j, m);
    if (m->has_top_down) {
        json_object(j, "top_down");
        json_estimate(j, "point", m->top_down, DIGITS);
        json_estimate(j, "p05", m->top_down_lower, DIGITS);
        json_estimate(j, "p95", m->top_down_upper, DIGITS);
        json_end(j);
    } else {
        json_null(j, "top_down");
    }
    if (!isnan(m->breach)) json_estimate(j, "breach_probability", m->breach, DIGITS);
    json_end(j);
}

static void put_first_breach(struct json *j, const char *key, const struct periods *p)
{
    const char *const name[] = { "p10", "p50", "p90" };
    const int64_t at[] = { p->p10, p->p50, p->p90 };
    json_object(j, key);
    for (int i = 0; i < 3; i++) {
        char text[DATE_TEXT];
        json_text(j, name[i], p->breaches ? date_text(text, at[i]) : NULL);
    }
    json_end(j);
}

/* The quarters and years that have a limit; months have their own list. */
static void put_periods(struct json *j, const struct forecast_answer *x)
{
    json_array(j, "periods");
    for (enum period_kind k = PERIOD_QUARTER; k < PERIOD_KINDS; k++) {
        const struct periods *p = &x->totals.of[k];
        for (size_t i = 0; i < p->count && !isnan(x->limits.most[k]); i++) {
            const struct period_total *t = &p->period[i];
            char text[DATE_TEXT];
            json_object(j, NULL);
            json_text(j, "kind", k == PERIOD_YEAR ? "fiscal year" : "fiscal quarter");
            json_text(j, "from", date_month_text(text, t->from_unix_s));
            json_bool(j, "whole", t->whole);
            json_estimate(j, "known", t->known, DIGITS);
            put_total(j, t);
            json_estimate(j, "breach_probability", t->breach, DIGITS);
            json_end(j);
        }
    }
    json_end(j);
}

static void put_budget(struct json *j, const struct forecast_answer *x)
{
    static const char *const key[PERIOD_KINDS][3] = {
        { "monthly_usd", "breach_probability", "first_breach" },
        { "quarterly_usd", "quarterly_breach_probability", "quarterly_first_breach" },
        { "yearly_usd", "yearly_breach_probability", "yearly_first_breach" },
    };
    if (isnan(x->totals.any)) return;
    json_object(j, "budget");
    for (enum period_kind k = 0; k < PERIOD_KINDS; k++) {
        if (isnan(x->limits.most[k])) {
            json_null(j, key[k][0]);
            json_null(j, key[k][1]);
            continue;
        }
        json_real(j, key[k][0], x->limits.most[k]);
        json_estimate(j, key[k][1], x->totals.of[k].breach, DIGITS);
        put_first_breach(j, key[k][2], &x->totals.of[k]);
    }
    json_estimate(j, "any_breach_probability", x->totals.any, DIGITS);
    put_periods(j, x);
    json_end(j);
}

static void put_totals(struct json *j, const struct forecast_answer *x)
{
    const struct periods *months = &x->totals.of[PERIOD_MONTH];
    json_array(j, "months");
    for (size_t i = 0; i < months->count; i++)
        put_month(j, &months->period[i]);
    json_end(j);
    put_budget(j, x);
    json_int(j, "paths", (int64_t)x->of[0].paths);
    json_int(j, "seed", (int64_t)x->seed);
}

enum err_code forecast_print_json(struct app *app, const struct forecast_answer *x,
                                  struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.forecast/1");
    json_text(j, "source", x->source.name);
    if (x->source.of) json_text(j, "of", x->source.of);
    if (x->f->named) {
        json_array(j, "series");
        for (size_t i = 0; i < x->f->count; i++) {
            json_object(j, NULL);
            json_text(j, "name", x->f->series[i].name);
            put_forecast(j, x, i);
            json_end(j);
        }
        json_end(j);
    } else {
        put_forecast(j, x, 0);
        if (x->f->dated) put_times(j, x, app->arena);
        if (x->has_totals) put_totals(j, x);
    }
    if (x->source.prices.count) proof_json(j, "prices", &x->source.prices, x->explain);
    json_end(j);
    return json_close(j, e);
}
