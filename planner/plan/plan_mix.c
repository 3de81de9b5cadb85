#include "plan_hours.h"

#include <math.h>

#include "date.h"
#include "parallel.h"
#include "plan_burst.h"
#include "unit_term.h"
#include "units.h"

/* Which commitments to buy when: the optimiser on a sample of the paths, its plan then
 * carried out on every path. Costs are whole nano-USD, demand is in billionths of a
 * unit. */

enum { SCENARIOS = 16 };

enum err_code plan_option_mix(struct plan *p, struct plan_option *o, struct catalog *c,
                              struct err *e)
{
    struct unit_price *rows;
    size_t count;
    bool custom = o->candidate->tuned != TUNED_NO;
    if (catalog_unit_prices(&rows, &count, c, o->model.id, p->month_start_unix_s[0],
                            p->arena, e))
        return e->code;
    struct plan_mix *m = ARENA_NEW(p->arena, struct plan_mix, 1);
    for (int k = 0; k < COMMIT_COUNT; k++) {
        struct unit_pick pick =
            units_choose(rows, count, o->region, custom, (enum commitment)k);
        m->term[k] = pick.row;
        m->pick[k] = pick;
        if (!pick.row) continue;
        o->marks |= pick.marks;
        o->never_cheapest |= (pick.marks & MARK_TRUST_C) != 0;
        o->unit_pick = pick;
        o->unit = pick.row; /* the longest term stands for the idle cost */
        app_used(p->app, pick.row->unit, pick.row->source, pick.row->as_of);
        if (plan_say_unit_steps(p, o, c, pick.row, e)) return e->code;
    }
    if (o->unit) o->mix = m;
    return OK;
}

double plan_wanted_units(const struct plan *p, const struct plan_option *o,
                         double demand)
{
    double allowed = p->workload[o->workload].require->throttled;
    if (o->tokens_billed) return demand;
    return (double)plan_burst_units(o->burst, demand, allowed);
}

/* The sampled paths in units, and what a unit's traffic costs by the token, by hour. */
static void sample(struct plan *p, struct plan_option *o, int64_t *demand,
                   int64_t *spill)
{
    struct hour_view v = hour_view_of(o);
    struct demand_hours h = plan_hours_alloc(p, p->arena);
    double *usd = ARENA_NEW(p->arena, double, 2 * (size_t)p->hours),
           *units = usd + p->hours;
    for (size_t s = 0; s < o->mix->scenarios; s++) {
        /* the first paths are spread evenly over every driver, any stride is not */
        plan_draw(p, o->workload, s, &h);
        for (int64_t i = 0; i < p->hours; i++) {
            double d = plan_wanted_units(p, o, hour_demand(&v, &h, i));
            demand[(int64_t)s * p->hours + i] = (int64_t)nearbyint(d * COMMIT_UNIT);
            usd[i] += hour_usd(&v, &h, i);
            units[i] += d;
        }
    }
    for (int64_t i = 0; i < p->hours; i++)
        spill[i] = units[i] > 0 ? (int64_t)nearbyint(usd[i] / units[i] * 1e9) : 0;
}

static struct commit_problem problem_of(struct plan *p, struct plan_option *o,
                                        int64_t *demand, int64_t *spill)
{
    struct plan_mix *m = o->mix;
    struct commit_problem q = { .hours = p->hours,
                                .scenarios = m->scenarios,
                                .demand = demand,
                                .cap = COMMIT_NO_LIMIT,
                                .committed_cap = COMMIT_NO_LIMIT,
                                .hourly = COMMIT_NOT_SOLD,
                                .spill = COMMIT_NOT_SOLD,
                                .spill_most = INT64_MAX };
    m->terms = ARENA_NEW(p->arena, struct commit_term, COMMIT_COUNT);
    for (int k = COMMIT_1_MONTH; k < COMMIT_COUNT; k++) {
        if (!m->term[k]) continue;
        m->commitment_of[q.terms] = (enum commitment)k;
        m->terms[q.terms++] =
            unit_term(m->term[k], (enum commitment)k, (int64_t)p->hours,
                      p->month_start_unix_s[0], p->arena);
    }
    q.term = m->terms;
    if (m->term[COMMIT_NONE]) q.hourly = unit_nusd_per_hour(m->term[COMMIT_NONE]);
    if (o->tokens_billed) {
        q.spill = 0;
        q.spill_by_hour = spill;
    }
    return q;
}

/* What it would cost, on average, to know each path before buying. */
static enum err_code perfect_information(struct plan *p, struct plan_mix *m,
                                         struct commit_problem q, const int64_t *demand,
                                         struct err *e)
{
    struct arena scratch = { .on_exhausted = p->arena->on_exhausted };
    enum err_code code = OK;
    q.scenarios = 1;
    for (size_t s = 0; s < m->scenarios && !code; s++) {
        struct commit_solution alone;
        q.demand = demand + (int64_t)s * p->hours;
        code = commit_solve(&alone, &q, &scratch, e);
        if (!code) m->perfect_usd += (double)alone.cost * 1e-9 / (double)m->scenarios;
        arena_clear(&scratch);
    }
    return code;
}

/* Committed cost by month: a term is paid by the hour; what lies behind the plan counts
 * in the last month. */
static void spread_commitments(struct plan *p, struct plan_mix *m)
{
    m->units = m->solution->units;
    m->committed_nusd = ARENA_NEW(p->arena, int64_t, p->months);
    for (size_t i = 0; i < m->solution->purchases; i++) {
        const struct commit_purchase *b = &m->solution->purchase[i];
        int64_t hourly =
            unit_nusd_per_hour(m->term[m->commitment_of[b->term]]) * b->units;
        for (int64_t h = b->start; h < b->end; h++)
            m->committed_nusd[h < p->hours ? p->month_of_hour[h]
                                           : (int32_t)p->months - 1] += hourly;
    }
}

/* --- carried out on every path
 * -------------------------------------------------------- */

struct mix_pass {
    struct plan *plan;
    struct plan_option *option;
    struct demand_hours *scratch;
    struct hour_view view;
};

/* A level whose part costs more by the token than a unit does gets one. */
double plan_hourly_units(const struct plan_option *o, double over, double unit_usd)
{
    const struct unit_price *none = o->mix->term[COMMIT_NONE];
    if (!o->tokens_billed) return ceil(over);
    if (!none) return 0;
    double hourly_usd = (double)none->rate.pusd * 1e-12 / none->rate.per;
    if (unit_usd <= hourly_usd) return 0;
    double whole = floor(over), part = over - whole;
    return whole + (part * unit_usd > hourly_usd ? 1 : 0);
}

static void mix_shard(void *context, size_t shard, int thread)
{
    struct mix_pass *s = context;
    struct plan *p = s->plan;
    struct plan_option *o = s->option;
    struct demand_hours *h = &s->scratch[thread];
    for (size_t path = plan_shard_begin(p->paths, shard);
         path < plan_shard_begin(p->paths, shard + 1); path++) {
        plan_draw(p, o->workload, path, h);
        for (int64_t i = 0; i < p->hours; i++) {
            size_t at = path * p->months + (size_t)p->month_of_hour[i];
            double d = hour_demand(&s->view, h, i), more = 0;
            double over = plan_wanted_units(p, o, d) - (double)o->mix->units[i];
            if (over > 0)
                more = plan_hourly_units(o, over, hour_usd(&s->view, h, i) / d);
            o->mix->hourly_units[at] += more;
            double share =
                plan_burst_share(o->burst, d, o->mix->units[i] + (int64_t)more);
            if (share <= 0) continue;
            o->left[at].requests += share * h->requests[i];
            o->left[at].input += share * h->input_tokens[i];
            o->left[at].output += share * h->output_tokens[i];
        }
    }
}

static void carry_out(struct plan *p, struct plan_option *o)
{
    struct mix_pass s = { .plan = p, .option = o, .view = hour_view_of(o) };
    s.scratch = ARENA_NEW(p->arena, struct demand_hours, (size_t)p->threads);
    for (int t = 0; t < p->threads; t++)
        s.scratch[t] = plan_hours_alloc(p, p->arena);
    o->left = ARENA_NEW(p->arena, struct month_totals, p->paths * p->months);
    o->mix->hourly_units = ARENA_NEW(p->arena, double, p->paths * p->months);
    parallel_run(PLAN_SHARDS, p->threads, mix_shard, &s);
    if (o->tokens_billed) return;
    double refused = 0, all = 0;
    for (size_t i = 0; i < p->paths * p->months; i++) {
        refused += o->left[i].requests;
        all += p->demand[o->workload * p->paths * p->months + i].requests;
    }
    o->throttled_share = all > 0 ? refused / all : 0;
}

enum err_code plan_mix(struct plan *p, struct plan_option *o, struct err *e)
{
    struct plan_mix *m = o->mix;
    m->scenarios = p->paths < SCENARIOS ? p->paths : SCENARIOS;
    int64_t *demand = ARENA_NEW(p->arena, int64_t, m->scenarios * (size_t)p->hours);
    int64_t *spill = ARENA_NEW(p->arena, int64_t, (size_t)p->hours);
    sample(p, o, demand, spill);
    struct commit_problem q = problem_of(p, o, demand, spill);
    m->problem = q;
    m->solution = ARENA_NEW(p->arena, struct commit_solution, 1);
    if (commit_solve(m->solution, &q, p->arena, e)) return e->code;
    m->cost_usd = (double)m->solution->cost * 1e-9 / (double)m->solution->weight;
    m->bound_usd = (double)m->solution->bound * 1e-9 / (double)m->solution->weight;
    if (perfect_information(p, m, q, demand, e)) return e->code;
    spread_commitments(p, m);
    carry_out(p, o);
    for (int64_t i = 0; i < p->hours; i++)
        if (m->units[i] > o->units) o->units = m->units[i]; /* the most at once */
    return OK;
}
