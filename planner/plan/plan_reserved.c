#include "plan_hours.h"

#include <math.h>

#include "parallel.h"
#include "text.h"
#include "units.h"

/* The reserved tier: so many input and so many output tokens a minute by the hour, what
 * is above them billed as standard. The two are bought apart, so each is the bottom of
 * its own convex curve. */

enum { SIDES = 2, TOKENS_OF_UNIT = 1000 }; /* sold by 1 000 tokens a minute */
static const int64_t smallest[SIDES] = { RESERVED_MIN_INPUT_TPM / TOKENS_OF_UNIT,
                                         RESERVED_MIN_OUTPUT_TPM / TOKENS_OF_UNIT };

enum err_code plan_option_reserved(struct plan *p, struct plan_option *o,
                                   struct catalog *c, struct err *e)
{
    struct unit_price *rows;
    size_t count;
    o->tokens_billed = true;
    if (plan_option_tokens(p, o, c, TIER_STANDARD, 1, e)) return e->code;
    if (catalog_unit_prices(&rows, &count, c, o->model.id, p->month_start_unix_s[0],
                            p->arena, e))
        return e->code;
    struct plan_reserved *r = ARENA_NEW(p->arena, struct plan_reserved, 1);
    for (int side = 0; side < SIDES; side++) {
        struct unit_pick pick =
            reserved_choose(rows, count, o->region, o->routing, side == 1, o->buy.term);
        if (!pick.row)
            return err_set(
                e, ERR_UNPRICED, "no %s price of the reserved tier for %s (%s)",
                side ? "output" : "input", o->model.id, routing_text(o->routing));
        r->price[side] = pick.row;
        app_used(p->app, pick.row->unit, pick.row->source, pick.row->as_of);
        r->pick[side] = pick;
        if (plan_say_unit_steps(p, o, c, pick.row, e)) return e->code;
        o->marks |= pick.marks;
        o->never_cheapest |= (pick.marks & MARK_TRUST_C) != 0;
    }
    o->reserved = r;
    o->quota = (struct quota){ 0 }; /* its capacity is its own; overflow is standard */
    notes_add(
        &o->assumptions, p->arena,
        "bought through the account team; what is above the reservation is standard");
    return OK;
}

/* Tokens a minute of one side, in what is sold. */
static double side_demand(const struct plan_option *o, const struct demand_hours *h,
                          int64_t hour, int side)
{
    const struct candidate_settings *c = o->candidate;
    double tokens = side ? h->output_tokens[hour] * c->output_scale +
                               h->requests[hour] * (double)c->reasoning_tokens
                         : h->input_tokens[hour] * c->input_scale +
                               h->requests[hour] * o->attachment_tokens;
    return tokens / 60 / TOKENS_OF_UNIT;
}

void hour_above_reserved(double over[SIDES], const struct plan_option *o,
                         const struct demand_hours *h, int64_t hour)
{
    for (int k = 0; k < SIDES; k++) {
        double d = side_demand(o, h, hour, k), units = (double)o->reserved->units[k];
        over[k] = d > units ? 1 - units / d : 0;
    }
}

struct reserved_pass {
    struct plan *plan;
    struct plan_option *option;
    struct demand_hours *scratch;
    struct overflow *curve[SIDES]; /* by shard; NULL in the second pass */
    struct hour_view view;
};

static void reserved_shard(void *context, size_t shard, int thread)
{
    struct reserved_pass *s = context;
    struct plan *p = s->plan;
    struct plan_option *o = s->option;
    struct demand_hours *h = &s->scratch[thread];
    for (size_t path = plan_shard_begin(p->paths, shard);
         path < plan_shard_begin(p->paths, shard + 1); path++) {
        plan_draw(p, o->workload, path, h);
        for (int64_t i = 0; i < p->hours; i++) {
            if (s->curve[0]) {
                overflow_add(&s->curve[0][shard], side_demand(o, h, i, 0),
                             s->view.usd_per_input * h->input_tokens[i]);
                overflow_add(&s->curve[1][shard], side_demand(o, h, i, 1),
                             s->view.usd_per_output * h->output_tokens[i]);
                continue;
            }
            double over[SIDES];
            hour_above_reserved(over, o, h, i);
            struct month_totals *m =
                &o->left[path * p->months + (size_t)p->month_of_hour[i]];
            m->input += over[0] * h->input_tokens[i];
            m->output += over[1] * h->output_tokens[i];
            /* tokens that go with a request, whichever side they are on: the larger */
            m->requests += fmax(over[0], over[1]) * h->requests[i];
        }
    }
}

/* The bottom of a convex cost, by bisection on its slope over whole units. */
static int64_t cheapest_units(const struct overflow *c, double usd_of_unit,
                              int64_t least)
{
    int64_t lo = least, hi = (int64_t)ceil(c->peak) + 1;
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2;
        double saved =
            overflow_above(c, (double)mid) - overflow_above(c, (double)mid + 1);
        if (saved > usd_of_unit)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

void plan_choose_reserved(struct plan *p, struct plan_option *o)
{
    struct arena scratch = { .on_exhausted = p->arena->on_exhausted };
    struct reserved_pass s = { .plan = p, .option = o, .view = hour_view_of(o) };
    s.scratch = ARENA_NEW(&scratch, struct demand_hours, (size_t)p->threads);
    for (int t = 0; t < p->threads; t++)
        s.scratch[t] = plan_hours_alloc(p, &scratch);
    for (int k = 0; k < SIDES; k++) {
        s.curve[k] = ARENA_NEW(&scratch, struct overflow, PLAN_SHARDS);
        for (size_t i = 0; i < PLAN_SHARDS; i++)
            overflow_init(&s.curve[k][i], 0, &scratch);
    }
    parallel_run(PLAN_SHARDS, p->threads, reserved_shard, &s);
    for (int k = 0; k < SIDES; k++) {
        for (size_t i = 1; i < PLAN_SHARDS; i++)
            overflow_merge(&s.curve[k][0], &s.curve[k][i]);
        overflow_sum(&s.curve[k][0]);
        const struct unit_price *price = o->reserved->price[k];
        double usd = (double)price->rate.pusd * 1e-12 / price->rate.per *
                     (double)plan_paid_hours(p, o) * (double)p->paths;
        o->reserved->units[k] = cheapest_units(&s.curve[k][0], usd, smallest[k]);
        s.curve[k] = NULL;
    }
    o->left = ARENA_NEW(p->arena, struct month_totals, p->paths * p->months);
    parallel_run(PLAN_SHARDS, p->threads, reserved_shard, &s);
    arena_clear(&scratch);
    char in[32], out[32];
    notes_add(&o->assumptions, p->arena, "reserves %s input and %s output tokens/min",
              text_thousands(in, o->reserved->units[0] * TOKENS_OF_UNIT),
              text_thousands(out, o->reserved->units[1] * TOKENS_OF_UNIT));
}
