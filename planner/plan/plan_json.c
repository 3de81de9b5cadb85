#include "plan.h"
#include "plan_prompts.h"
#include "plan_route.h"

#include "bridge_json.h"

#include "date.h"
#include "json.h"
#include "plan_lines.h"

/* bedplan.plan/1, as in the contract. Estimates carry six significant digits. */

enum { DIGITS = 6 };

static void money(struct json *j, const char *key, double usd)
{
    json_estimate(j, key, usd, DIGITS);
}

enum shape { MEAN, FAN };

static void stats(struct json *j, const char *key, const struct plan_stats *s,
                  enum shape shape)
{
    json_object(j, key);
    money(j, "mean", s->mean);
    if (shape == FAN) money(j, "p025", s->p025);
    money(j, "p05", s->p05);
    if (shape == FAN) money(j, "p10", s->p10);
    if (shape == FAN) money(j, "p25", s->p25);
    money(j, "p50", s->p50);
    if (shape == FAN) money(j, "p75", s->p75);
    if (shape == FAN) money(j, "p90", s->p90);
    money(j, "p95", s->p95);
    if (shape == FAN) money(j, "p975", s->p975);
    json_end(j);
}

static void texts(struct json *j, const char *key, const struct notes *n)
{
    json_array(j, key);
    for (size_t i = 0; i < n->count; i++)
        json_text(j, NULL, n->text[i]);
    json_end(j);
}

static void one_term(struct json *j, const struct plan *p, const struct plan_option *o)
{
    json_object(j, NULL);
    json_text(j, "term", commitment_text(o->buy.term));
    json_rate(j, "usd_per_unit_hour", o->unit->rate);
    json_int(j, "paid_hours", plan_paid_hours(p, o));
    json_text(j, "source", o->unit->source);
    json_text(j, "as_of", o->unit->as_of);
    json_end(j);
}

static void mixed_terms(struct json *j, const struct plan *p, const struct plan_mix *m)
{
    char text[DATE_TEXT];
    for (size_t i = 0; i < m->solution->purchases; i++) {
        const struct commit_purchase *b = &m->solution->purchase[i];
        enum commitment k = m->commitment_of[b->term];
        json_object(j, NULL);
        json_text(j, "term", commitment_text(k));
        json_text(j, "start",
                  date_text(text, p->month_start_unix_s[0] + b->start * 3600));
        json_int(j, "units", b->units);
        json_rate(j, "usd_per_unit_hour", m->term[k]->rate);
        json_int(j, "paid_hours", b->end - b->start);
        json_text(j, "source", m->term[k]->source);
        json_text(j, "as_of", m->term[k]->as_of);
        json_end(j);
    }
}

/* Of the sampled paths, USD of a mean path. */
static void optimum(struct json *j, const struct plan_mix *m)
{
    json_object(j, "optimum");
    json_int(j, "sampled_paths", (int64_t)m->scenarios);
    money(j, "usd", m->cost_usd);
    money(j, "lower_bound_usd", m->bound_usd);
    money(j, "gap_usd", m->cost_usd - m->bound_usd);
    money(j, "perfect_information_usd", m->perfect_usd);
    money(j, "value_of_perfect_information_usd", m->cost_usd - m->perfect_usd);
    json_end(j);
}

static void option_units(struct json *j, const struct plan *p,
                         const struct plan_option *o)
{
    bool mixed = o->mix && o->mix->solution;
    if (o->unit && o->unit_input_tpm > 0)
        json_int(j, "units", o->units);
    else
        json_null(j, "units");
    json_array(j, "commitments");
    if (mixed)
        mixed_terms(j, p, o->mix);
    else if (o->unit)
        one_term(j, p, o);
    json_end(j);
    if (mixed) optimum(j, o->mix);
    if (o->unit_even_tpm > 0)
        json_estimate(j, "unit_break_even_tokens_per_min", o->unit_even_tpm, DIGITS);
    else
        json_null(j, "unit_break_even_tokens_per_min");
    json_array(j, "required_rate");
    for (size_t n = 0; n < o->required_tpms; n++) {
        json_object(j, NULL);
        json_int(j, "units", (int64_t)n + 1);
        json_estimate(j, "unit_tokens_per_min", o->required_tpm[n], 4);
        json_end(j);
    }
    json_end(j);
}

static void quality(struct json *j, const struct plan_quality *q)
{
    if (!q) {
        json_null(j, "quality");
        return;
    }
    json_object(j, "quality");
    json_text(j, "evaluation", q->evaluation);
    json_text(j, "metric", q->metric);
    json_int(j, "n", q->n);
    json_estimate(j, "mean", q->mean, 6);
    if (q->has_interval) {
        json_estimate(j, "lo", q->lo, 6);
        json_estimate(j, "hi", q->hi, 6);
    } else {
        json_null(j, "lo");
        json_null(j, "hi");
    }
    json_real(j, "required", q->wanted);
    json_bool(j, "certain", q->certain);
    json_text(j, "text", q->what);
    json_end(j);
}

static void option(struct json *j, const struct plan *p, const struct plan_option *o,
                   bool explain, struct err *e)
{
    json_object(j, NULL);
    json_text(j, "name", o->candidate->name);
    json_text(j, "workload", p->workload[o->workload].settings->name);
    json_text(j, "model", o->model.id);
    json_text(j, "purchase", o->buy.text);
    plan_route_json(j, p, o);
    json_text(j, "region", o->region);
    json_text(j, "routing", o->priced ? routing_text(o->routing) : NULL);
    json_bool(j, "feasible", o->feasible);
    texts(j, "reasons", &o->reasons);
    texts(j, "assumptions", &o->assumptions);
    if (o->cost_nusd) {
        stats(j, "monthly_usd", &o->monthly, MEAN);
        stats(j, "total_usd", &o->total, MEAN);
        money(j, "usd_per_1k_requests", o->usd_per_1k_requests);
    } else {
        json_null(j, "monthly_usd");
        json_null(j, "total_usd");
        json_null(j, "usd_per_1k_requests");
    }
    money(j, "idle_usd_per_month", o->idle_usd_per_month);
    quality(j, o->quality);
    if (o->throttled_share >= 0)
        json_estimate(j, "throttled_share", o->throttled_share, 4);
    else
        json_null(j, "throttled_share");
    json_array(j, "marks");
    for (unsigned bit = 1; bit <= MARK_ESTIMATE; bit <<= 1)
        if (o->marks & bit) json_text(j, NULL, mark_text(bit));
    json_end(j);
    option_units(j, p, o);
    json_real(j, "requests", plan_mean_requests(p, o));
    if (!e->code) (void)!plan_lines_json(j, p, o, explain, e);
    json_end(j);
}

static void name(struct json *j, const char *key, const struct plan *p, size_t i)
{
    json_text(j, key, i < p->options ? plan_option_name(p, &p->option[i]) : NULL);
}

static void probability(struct json *j, const char *key, double x)
{
    if (x < 0)
        json_null(j, key);
    else
        json_estimate(j, key, x, 4);
}

/* When a limit first breaks: months, or days. */
static void first_breach(struct json *j, const char *key, const struct plan *p,
                         enum plan_limit limit, bool days)
{
    static const char *const q[] = { "p10", "p50", "p90" };
    json_object(j, key);
    for (int i = 0; i < 3; i++) {
        double at = p->risk.first[limit][i];
        char text[DATE_TEXT];
        if (at < 0)
            json_null(j, q[i]);
        else
            json_text(j, q[i],
                      days ? date_text(text, plan_month_unix_s(p, at))
                           : date_month_text(text, plan_month_unix_s(p, at)));
    }
    json_end(j);
}

static void periods(struct json *j, const struct plan *p)
{
    json_array(j, "periods");
    for (size_t i = 0; i < p->risk.periods; i++) {
        const struct budget_period *r = &p->risk.period[i];
        char text[DATE_TEXT];
        json_object(j, NULL);
        json_text(j, "kind", r->limit == LIMIT_YEAR ? "fiscal year" : "fiscal quarter");
        json_text(j, "from", date_month_text(text, p->month_start_unix_s[r->first]));
        json_int(j, "first", (int64_t)r->first);
        json_int(j, "months", (int64_t)r->months);
        json_bool(j, "whole", r->whole);
        money(j, "spent_before_usd", r->spent_usd);
        stats(j, "usd", &r->usd, FAN);
        probability(j, "breach_probability", r->breach);
        json_end(j);
    }
    json_end(j);
}

static void budget(struct json *j, const struct plan *p)
{
    static const char *const key[LIMITS][2] = {
        { "monthly_usd", "breach_probability" },
        { "quarterly_usd", "quarterly_breach_probability" },
        { "yearly_usd", "yearly_breach_probability" },
    };
    if (!p->config.has_budget) {
        json_null(j, "budget");
        return;
    }
    json_object(j, "budget");
    for (enum plan_limit k = 0; k < LIMITS; k++) {
        if (plan_limit_usd(p, k) > 0)
            json_real(j, key[k][0], plan_limit_usd(p, k));
        else
            json_null(j, key[k][0]);
        probability(j, key[k][1], p->risk.breach[k]);
    }
    first_breach(j, "first_breach_month", p, LIMIT_MONTH, false);
    json_object(j, "breach_date");
    for (enum plan_limit k = 0; k < LIMITS; k++)
        first_breach(j, plan_limit_text[k], p, k, true);
    json_end(j);
    json_int(j, "fiscal_year_start", p->config.budget.fiscal_year_start);
    periods(j, p);
    json_end(j);
}

static void findings(struct json *j, const struct plan *p)
{
    json_array(j, "cheapest_by_workload");
    for (size_t w = 0; w < p->workloads; w++)
        name(j, NULL, p, p->cheapest[w]);
    json_end(j);
    json_array(j, "chosen");
    for (size_t w = 0; w < p->workloads; w++)
        name(j, NULL, p, p->choice[w]);
    json_end(j);
    name(j, "cheapest", p, p->cheapest[0]);
    json_array(j, "recommended_by_workload");
    for (size_t w = 0; w < p->workloads; w++)
        name(j, NULL, p, p->recommended[w]);
    json_end(j);
    name(j, "recommended", p, p->recommended[0]);
    json_array(j, "ladder");
    for (size_t i = 0; i < p->steps; i++) {
        json_object(j, NULL);
        name(j, "candidate", p, p->ladder[i].option);
        money(j, "monthly_usd", p->option[p->ladder[i].option].monthly.mean);
        json_text(j, "gain", p->ladder[i].gain);
        json_end(j);
    }
    json_end(j);
    json_array(j, "dominated");
    for (size_t i = 0; i < p->options; i++) {
        if (!p->option[i].dominated) continue;
        json_object(j, NULL);
        name(j, "candidate", p, i);
        json_text(j, "why", p->option[i].dominated);
        json_end(j);
    }
    json_end(j);
    json_array(j, "break_even");
    for (size_t i = 0; i < p->evens; i++) {
        json_object(j, NULL);
        name(j, "a", p, p->even[i].a);
        name(j, "b", p, p->even[i].b);
        json_estimate(j, "requests_per_day", p->even[i].requests_per_day, DIGITS);
        json_end(j);
    }
    json_end(j);
}

static void months(struct json *j, const struct plan *p)
{
    json_array(j, "months");
    for (size_t m = 0; m < p->months; m++) {
        char text[DATE_TEXT];
        json_object(j, NULL);
        json_text(j, "month", date_month_text(text, p->month_start_unix_s[m]));
        stats(j, "usd", &p->month[m], FAN);
        stats(j, "spent_usd", &p->spend[m + 1], FAN);
        json_object(j, "breach_probability");
        for (enum plan_limit k = 0; k < LIMITS; k++)
            probability(j, plan_limit_text[k],
                        p->risk.breach[k] < 0 ? -1 : p->risk.by_month[k][m]);
        json_end(j);
        json_end(j);
    }
    json_end(j);
}

/* Cost by volume, as drawn. */
static void curves(struct json *j, const struct plan *p)
{
    json_object(j, "volume");
    json_array(j, "requests_per_day");
    for (int i = 0; p->curves && i < PLAN_VOLUMES; i++)
        json_estimate(j, NULL, p->volume[i], DIGITS);
    json_end(j);
    json_array(j, "curves");
    for (size_t k = 0; k < p->curves; k++) {
        json_object(j, NULL);
        name(j, "candidate", p, p->curve[k].option);
        json_array(j, "monthly_usd");
        for (int i = 0; i < PLAN_VOLUMES; i++)
            money(j, NULL, p->curve[k].usd[i]);
        json_end(j);
        json_end(j);
    }
    json_end(j);
    json_end(j);
}

static void sensitivity(struct json *j, const struct plan *p)
{
    json_array(j, "sensitivity");
    for (size_t i = 0; i < p->drivers; i++) {
        const struct driver_share *s = &p->sensitivity[i];
        json_object(j, NULL);
        json_text(j, "input", s->input);
        if (s->share >= 0) {
            json_estimate(j, "share", s->share, 4);
            json_estimate(j, "total_share", s->total, 4);
            if (p->config.has_budget) {
                json_estimate(j, "breach_share", s->breach_share, 4);
                json_estimate(j, "breach_total_share", s->breach_total, 4);
            }
        } else {
            json_null(j, "share");
        }
        money(j, "low_monthly_usd", s->low_usd);
        money(j, "high_monthly_usd", s->high_usd);
        json_end(j);
    }
    json_end(j);
}

static void account(struct json *j, const struct plan *p)
{
    const struct account_settings *s = &p->config.account;
    char text[DATE_TEXT];
    json_real(j, "discount", s->discount_ppm * 1e-6);
    if (!s->currency) {
        json_null(j, "currency");
        return;
    }
    json_object(j, "currency");
    json_text(j, "code", s->currency);
    json_real(j, "per_usd", s->currency_per_usd);
    json_text(j, "date", date_text(text, s->currency_date_unix_s));
    json_end(j);
}

enum err_code plan_json(const struct plan *p, FILE *f, bool explain, struct err *e)
{
    char text[DATE_TEXT];
    struct json *j = json_open(f);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.plan/1");
    json_text(j, "name", p->config.plan.name);
    json_text(j, "region", p->config.plan.region);
    json_text(j, "start", date_text(text, p->month_start_unix_s[0]));
    json_int(j, "horizon_months", (int64_t)p->months);
    account(j, p);
    json_array(j, "candidates");
    for (size_t i = 0; i < p->options; i++)
        option(j, p, &p->option[p->order[i]], explain, e);
    json_end(j);
    if (!e->code) (void)!plan_extras_json(j, p, e);
    plan_prompts_json(j, p);
    findings(j, p);
    budget(j, p);
    bridge_side_json(j, "bills", p->bill);
    bridge_side_json(j, "first_month_bills", p->first_bill);
    bridge_side_json(j, "last_month_bills", p->last_bill);
    months(j, p);
    curves(j, p);
    sensitivity(j, p);
    json_array(j, "assumptions");
    for (size_t w = 0; w < p->workloads; w++)
        for (size_t i = 0; i < p->workload[w].assumptions.count; i++)
            json_text(j, NULL, p->workload[w].assumptions.text[i]);
    json_end(j);
    json_int(j, "paths", (int64_t)p->paths);
    json_int(j, "seed", p->config.plan.seed);
    json_end(j);
    struct err late = { 0 };
    if (json_close(j, &late) && !e->code) *e = late;
    return e->code;
}
