#include "plan.h"

#include <math.h>

#include "text.h"

/* What can be said of model units before anybody knows what one delivers: whether any
 * rate could win, and which rate would. */

enum { MOST_UNITS = 8, BISECTIONS = 60 };

double plan_usd_per_request(const struct plan *p, const struct plan_option *o)
{
    const struct plan_workload *w = &p->workload[o->workload];
    double usd = 0;
    for (size_t i = 0; i < o->components; i++) {
        const struct plan_component *c = &o->component[i];
        usd += (double)c->rate.pusd * 1e-12 / c->rate.per *
               (c->part ? c->part_of_all : 1) *
               (c->per_request + c->per_input * w->demand.input_mean +
                c->per_output * w->demand.output_mean);
    }
    return usd;
}

static double unit_usd_per_hour(const struct plan_option *o)
{
    return (double)o->unit->rate.pusd * 1e-12 / o->unit->rate.per;
}

/* Tokens a minute that cost as much by the token as one unit by the hour. */
static double break_even_tpm(const struct plan *p, const struct plan_option *o)
{
    const struct plan_workload *w = &p->workload[o->workload];
    double tokens = w->demand.input_mean * o->candidate->input_scale +
                    w->demand.output_mean * o->candidate->output_scale +
                    (double)o->candidate->reasoning_tokens;
    double usd = plan_usd_per_request(p, o);
    return usd > 0 ? unit_usd_per_hour(o) / 60 / usd * tokens : 0;
}

/* If the whole quota, bought by the token and run flat out, costs less than one unit,
 * no unit can win on price below that quota. */
void plan_dominance(struct plan *p, struct plan_option *o)
{
    if (!o->unit || !o->tokens_billed || !o->components) return;
    const struct plan_workload *w = &p->workload[o->workload];
    double usd = plan_usd_per_request(p, o);
    double charged = o->charged_per_request +
                     o->charged_per_input * w->demand.input_mean +
                     o->charged_per_output * w->demand.output_mean;
    char tpm[32], even[32];
    text_thousands(even, (int64_t)nearbyint(break_even_tpm(p, o)));
    if (o->quota.tokens_per_min <= 0 || charged <= 0) {
        o->unit_even_tpm = break_even_tpm(p, o);
        notes_add(&o->assumptions, p->arena,
                  "one unit costs as much as %s tokens/min by the token, at this mix",
                  even);
        return;
    }
    double hour = (double)o->quota.tokens_per_min * 60 / charged * usd;
    text_thousands(tpm, o->quota.tokens_per_min);
    if (hour < unit_usd_per_hour(o))
        o->dominated =
            arena_printf(p->arena,
                         "the whole quota of %s tokens/min by the token costs $%.2f an "
                         "hour, under the "
                         "$%.2f of one unit: no unit can win on price below that quota",
                         tpm, hour, unit_usd_per_hour(o));
    if (o->dominated) return;
    o->unit_even_tpm = break_even_tpm(p, o);
    notes_add(&o->assumptions, p->arena,
              "one unit costs as much as %s tokens/min by the token, at this mix",
              even);
}

/* The smallest capacity (tokens a minute) whose overflow stays within `allowed`. */
static double smallest_capacity(const struct overflow *curve, double allowed)
{
    double lo = 0, hi = curve->peak;
    if (overflow_above(curve, 0) <= allowed) return 0;
    for (int i = 0; i < BISECTIONS; i++) {
        double mid = (lo + hi) / 2;
        if (overflow_above(curve, mid) <= allowed)
            hi = mid;
        else
            lo = mid;
    }
    return hi;
}

static void say_rates(struct plan *p, struct plan_option *o,
                      const struct plan_option *rival)
{
    char text[32];
    const char *list = "", *name = plan_option_name(p, rival);
    for (size_t n = 1; n <= o->required_tpms && n <= 3; n++) {
        text_thousands(text, (int64_t)ceil(o->required_tpm[n - 1]));
        list = arena_printf(p->arena, "%s%s%zu unit%s: %s", list, n > 1 ? ", " : "", n,
                            n > 1 ? "s" : "", text);
    }
    if (*list) {
        notes_add(
            &o->reasons, p->arena,
            "what a unit delivers is not published; it wins against %s from this many "
            "tokens/min a unit on: %s",
            name, list);
        return;
    }
    double one = unit_usd_per_hour(o) * (double)plan_paid_hours(p, o);
    notes_add(&o->reasons, p->arena,
              "no unit rate can win: one unit costs $%.0f a month, %s $%.0f; demand "
              "would have "
              "to grow %.3g-fold",
              one / (double)p->months, name,
              (rival->total.mean - rival->extras_total_usd) / (double)p->months,
              one / (rival->total.mean - rival->extras_total_usd));
}

void plan_required_rates(struct plan *p, struct plan_option *o)
{
    if (!o->priced || !o->unit || o->unit_input_tpm > 0) return;
    o->feasible = false;
    const struct plan_option *rival = plan_cheapest(p, o->workload, o);
    if (!rival) {
        notes_add(
            &o->reasons, p->arena,
            "what a unit delivers is not published, and nothing else is feasible to "
            "compare with: set unit_input_tpm and unit_output_tpm");
        return;
    }
    double unit = unit_usd_per_hour(o) * (double)plan_paid_hours(p, o);
    /* both pay the lines beside the tokens */
    double tokens = rival->total.mean - rival->extras_total_usd;
    if (unit > tokens) {
        say_rates(p, o, rival);
        return;
    }
    struct overflow curve;
    plan_overflow_curve(p, o, p->paths, 0, &curve);
    o->required_tpm = ARENA_NEW(p->arena, double, MOST_UNITS);
    double allowed_share = p->workload[o->workload].require->throttled;
    for (size_t n = 1; n <= MOST_UNITS; n++) {
        double rest = tokens - (double)n * unit;
        if (rest < 0) break;
        double allowed = o->tokens_billed ? rest * (double)p->paths
                                          : allowed_share * curve.total_weight;
        o->required_tpm[n - 1] = smallest_capacity(&curve, allowed) / (double)n;
        o->required_tpms = n;
    }
    say_rates(p, o, rival);
}
