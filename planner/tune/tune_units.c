#include <math.h>

#include "date.h"
#include "text.h"
#include "tune_plan.h"
#include "unit_term.h"

/* Model units: how many the calls need, and the cheapest purchases by the optimiser,
 * each commitment alone and all of them together. */

static const struct {
    enum hosting_kind kind;
    enum commitment term;
} terms[] = { { HOSTING_NONE, COMMIT_NONE },
              { HOSTING_1_MONTH, COMMIT_1_MONTH },
              { HOSTING_6_MONTH, COMMIT_6_MONTHS } };
enum { TERMS = sizeof terms / sizeof *terms };

static int64_t plan_hours(const struct tune_plan *p)
{
    return (p->ask.end_unix_s - p->ask.start_unix_s) / 3600;
}

/* Units that an hour of weight 1 keeps busy, by its mean; 0: their rate is not known.
 */
static double mean_units(const struct tune_plan *p)
{
    const struct tune_settings *s = p->ask.s;
    if (s->unit_input_tpm <= 0) return 0;
    double per_min = s->requests_per_day / 1440;
    return fmax(per_min * (double)s->input_tokens / s->unit_input_tpm,
                per_min * (double)s->output_tokens / s->unit_output_tpm);
}

static double peak_weight(const struct tune_plan *p)
{
    double peak = 0;
    for (int h = 0; h < 168; h++)
        peak = fmax(peak, p->ask.week[h]);
    return peak;
}

/* Hours that a unit is paid for when its term is renewed to the end. */
static int64_t paid_hours(const struct tune_plan *p, enum commitment term)
{
    int64_t at = p->ask.start_unix_s;
    if (term == COMMIT_NONE) return plan_hours(p);
    while (at < p->ask.end_unix_s)
        at = date_add_months(at, commitment_months(term));
    return (at - p->ask.start_unix_s) / 3600;
}

/* The demand of each hour, in billionths of a unit; at least one unit is kept, since a
 * model that is deleted in quiet hours does not answer. */
static int64_t *demand_of(struct tune_plan *p)
{
    int64_t hours = plan_hours(p);
    int64_t *demand = ARENA_NEW(p->arena, int64_t, (size_t)hours);
    double mean = mean_units(p);
    for (int64_t h = 0; h < hours; h++) {
        int week = date_hour_of_week(p->ask.start_unix_s + h * 3600);
        double units = fmax(mean * p->ask.week[week], 1e-9);
        demand[h] = (int64_t)nearbyint(units * COMMIT_UNIT);
    }
    return demand;
}

/* Solves for the terms at hand and writes the cost into the hosting. */
static enum err_code solve(struct tune_plan *p, struct tune_hosting *h,
                           struct commit_term *term, size_t count, int64_t hourly,
                           struct err *e)
{
    struct commit_solution *s = ARENA_NEW(p->arena, struct commit_solution, 1);
    const struct commit_problem q = { .hours = plan_hours(p),
                                      .scenarios = 1,
                                      .demand = demand_of(p),
                                      .term = term,
                                      .terms = count,
                                      .hourly = hourly,
                                      .spill = COMMIT_NOT_SOLD,
                                      .cap = COMMIT_NO_LIMIT,
                                      .committed_cap = COMMIT_NO_LIMIT };
    if (commit_solve(s, &q, p->arena, e)) return err_wrap(e, "%s: ", h->name);
    const int32_t off = p->ask.s->discount_ppm;
    h->plan = s;
    h->usd = usd_acc_less((struct usd_acc){ (i128)s->cost * 1000000000 }, off);
    h->bound = usd_acc_less((struct usd_acc){ (i128)s->bound * 1000000000 }, off);
    for (int64_t i = 0; i < q.hours; i++) { /* the most at once */
        int64_t whole = (q.demand[i] + COMMIT_UNIT - 1) / COMMIT_UNIT;
        if (whole > h->units) h->units = whole;
    }
    return OK;
}

/* --- one term --------------------------------------------------------------------- */

static enum err_code add_idle(struct tune_plan *p, struct tune_hosting *h,
                              struct err *e)
{
    const int32_t off = p->ask.s->discount_ppm;
    if (usd_acc_add(&h->idle_per_hour, h->units, h->unit->rate, e) ||
        usd_acc_add(&h->idle_per_month, h->units * MONTH_HOURS, h->unit->rate, e))
        return e->code;
    h->idle_per_hour = usd_acc_less(h->idle_per_hour, off);
    h->idle_per_month = usd_acc_less(h->idle_per_month, off);
    return OK;
}

/* The rate at which one unit would be enough. */
static const char *rate_for_one(const struct tune_plan *p)
{
    const struct tune_settings *s = p->ask.s;
    char in[32], out[32];
    double per_min = s->requests_per_day / 1440 * peak_weight(p);
    if (!p->ask.has_calls) return "units: one; what it delivers is not published";
    text_thousands(in, (int64_t)ceil(per_min * (double)s->input_tokens));
    text_thousands(out, (int64_t)ceil(per_min * (double)s->output_tokens));
    return arena_printf(p->arena,
                        "units: one, which would have to read %s and write %s tokens a "
                        "minute in your busiest hour; AWS does not publish what it "
                        "delivers: --unit-input-tpm, --unit-output-tpm",
                        in, out);
}

/* What a unit costs over the plan against the calls a day that it carries. */
static void add_curve(struct tune_plan *p, struct tune_hosting *h)
{
    const struct tune_settings *s = p->ask.s;
    double a_call = fmax((double)s->input_tokens / s->unit_input_tpm,
                         (double)s->output_tokens / s->unit_output_tpm);
    h->has_curve = a_call > 0;
    if (!h->has_curve) return;
    h->curve.stair_requests = 1440 / (peak_weight(p) * a_call);
    h->curve.stair_usd = rate_double(h->unit->rate) * (double)h->paid_hours *
                         (1 - p->ask.s->discount_ppm * 1e-6);
}

static enum err_code add_term(struct tune_plan *p, size_t t, struct unit_pick pick,
                              struct err *e)
{
    struct tune_hosting *h = tune_add_hosting(p, terms[t].kind);
    enum commitment term = terms[t].term;
    bool sized = mean_units(p) > 0;
    h->unit = pick.row;
    h->marks = pick.marks;
    h->source = pick.row->source;
    h->as_of = pick.row->as_of;
    h->paid_hours = paid_hours(p, term);
    h->units = sized ? (int64_t)ceil(mean_units(p) * peak_weight(p) - 1e-9) : 1;
    if (h->units < 1) h->units = 1;
    h->priced = p->ask.has_calls && sized;
    h->at_least = p->ask.has_calls && !sized;
    if (units_bill(&h->bill, &pick, p->ask.model.id, h->units, h->paid_hours,
                   p->ask.s->discount_ppm, e))
        return e->code;
    h->usd = h->bill.total;
    if (term != COMMIT_NONE)
        h->locked_until_unix_s =
            date_add_months(p->ask.start_unix_s, commitment_months(term));
    if (add_idle(p, h, e)) return e->code;
    if (p->ask.s->unit_input_tpm > 0) add_curve(p, h);
    if (!sized || term == COMMIT_NONE) return OK;
    struct commit_term one =
        unit_term(pick.row, term, plan_hours(p), p->ask.start_unix_s, p->arena);
    return solve(p, h, &one, 1, COMMIT_NOT_SOLD, e);
}

static enum err_code add_mix(struct tune_plan *p, const struct unit_pick pick[TERMS],
                             struct err *e)
{
    struct commit_term term[TERMS];
    size_t count = 0;
    struct tune_hosting *h = tune_add_hosting(p, HOSTING_MIX);
    h->source = "";
    for (size_t t = 0; t < TERMS; t++) {
        if (!pick[t].row) continue;
        h->unit = pick[t].row; /* the longest term stands for the idle cost */
        h->source = pick[t].row->source;
        h->as_of = pick[t].row->as_of;
        h->marks |= pick[t].marks;
        if (terms[t].term != COMMIT_NONE)
            term[count++] = unit_term(pick[t].row, terms[t].term, plan_hours(p),
                                      p->ask.start_unix_s, p->arena);
    }
    int64_t hourly = pick[0].row ? unit_nusd_per_hour(pick[0].row) : COMMIT_NOT_SOLD;
    h->priced = true;
    if (solve(p, h, term, count, hourly, e)) return e->code;
    h->detail = arena_printf(
        p->arena,
        "%zu purchases, units by the hour above them; the optimiser proves "
        "that nothing is cheaper",
        h->plan->purchases);
    return add_idle(p, h, e);
}

enum err_code tune_units(struct tune_plan *p, struct err *e)
{
    struct unit_pick pick[TERMS];
    size_t sold = 0;
    for (size_t t = 0; t < TERMS; t++) {
        pick[t] =
            units_choose(p->unit, p->unit_count, p->ask.region, true, terms[t].term);
        if (!pick[t].row) continue;
        sold++;
        if (add_term(p, t, pick[t], e)) return e->code;
    }
    if (sold && mean_units(p) <= 0) tune_note(p, "%s", rate_for_one(p));
    if (sold && mean_units(p) > 0)
        tune_note(p, "units carry the mean of each hour; bursts inside it are for "
                     "'bedplan size'");
    return sold > 1 && mean_units(p) > 0 ? add_mix(p, pick, e) : OK;
}
