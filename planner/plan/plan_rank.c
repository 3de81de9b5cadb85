#include "plan_prompts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* The order of the options, the cheapest of each workload, and what they add up to. */

struct plan_option *plan_cheapest(const struct plan *p, size_t workload,
                                  const struct plan_option *except)
{
    struct plan_option *best = NULL;
    for (size_t i = 0; i < p->options; i++) {
        struct plan_option *o = &p->option[i];
        if (o->workload != workload || o == except) continue;
        if (!o->feasible || !o->cost_nusd || o->never_cheapest) continue;
        bool whole = best && best->incomplete && !o->incomplete;
        bool part = best && !best->incomplete && o->incomplete;
        if (!best || whole || (!part && o->total.mean < best->total.mean)) best = o;
    }
    return best;
}

/* feasible by mean, then priced by mean, then the rest as written */
static int rank_class(const struct plan_option *o)
{
    return o->feasible && o->cost_nusd ? 0 : o->cost_nusd ? 1 : 2;
}

static bool before(const struct plan *p, size_t a, size_t b)
{
    const struct plan_option *x = &p->option[a], *y = &p->option[b];
    if (x->workload != y->workload) return x->workload < y->workload;
    int cx = rank_class(x), cy = rank_class(y);
    if (cx != cy) return cx < cy;
    if (cx < 2 && x->total.mean < y->total.mean) return true;
    if (cx < 2 && x->total.mean > y->total.mean) return false;
    return a < b;
}

/* insertion: some dozens of options, and stable */
static void sort_options(struct plan *p)
{
    p->order = ARENA_NEW(p->arena, size_t, p->options);
    for (size_t i = 0; i < p->options; i++) {
        size_t k = i;
        for (; k > 0 && before(p, i, p->order[k - 1]); k--)
            p->order[k] = p->order[k - 1];
        p->order[k] = i;
    }
}

/* In order of cost: the first whose quality is proved. */
static size_t recommend(const struct plan *p, size_t workload)
{
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        if (o->workload != workload || !o->feasible || !o->cost_nusd) continue;
        if (o->never_cheapest || o->incomplete) continue;
        if (o->quality && o->quality->certain) return p->order[i];
    }
    return p->options;
}

/* The option that `choose` names: the candidate's cheapest feasible one. */
static enum err_code find_choice(size_t *out, const struct plan *p, size_t w,
                                 struct err *e)
{
    const struct workload_settings *s = p->workload[w].settings;
    const char *names[64];
    size_t n = 0;
    *out = p->cheapest[w];
    if (!s->choose) return OK;
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        if (o->workload != w) continue;
        if (n < 64) names[n++] = o->candidate->name;
        bool named = strcmp(o->candidate->name, s->choose) == 0 ||
                     strcmp(plan_option_name(p, o), s->choose) == 0;
        if (!named) continue;
        *out = o->feasible && o->cost_nusd ? p->order[i] : p->options;
        return OK;
    }
    return err_set(e, ERR_INPUT, "%s:%d: [workload %s]: choose: no candidate '%s'%s",
                   p->config.path, s->line, s->name, s->choose,
                   text_did_you_mean(p->arena, s->choose, names, n));
}

/* The choice of each workload, added path by path. */
static void add_chosen(struct plan *p)
{
    size_t n = p->paths * p->months;
    p->chosen = ARENA_NEW(p->arena, double, n);
    double *column = ARENA_NEW(p->arena, double, p->paths);
    p->month = ARENA_NEW(p->arena, struct plan_stats, p->months);
    for (size_t w = 0; w < p->workloads; w++) {
        if (p->choice[w] == p->options) continue;
        const int64_t *cost = p->option[p->choice[w]].cost_nusd;
        for (size_t i = 0; i < n; i++)
            p->chosen[i] += (double)cost[i] * 1e-9;
    }
    for (size_t i = 0; i < n; i++)
        p->chosen[i] += plan_whole_usd(p, i % p->months) -
                        (double)p->shared_nusd[i % p->months] * 1e-9;
    for (size_t m = 0; m < p->months; m++) {
        for (size_t path = 0; path < p->paths; path++)
            column[path] = p->chosen[path * p->months + m];
        p->month[m] = plan_stats_of(column, p->paths);
    }
    for (size_t path = 0; path < p->paths; path++) {
        column[path] = 0;
        for (size_t m = 0; m < p->months; m++)
            column[path] += p->chosen[path * p->months + m];
    }
    p->chosen_total = plan_stats_of(column, p->paths);
}

enum err_code plan_rank(struct plan *p, struct err *e)
{
    for (size_t i = 0; i < p->options; i++)
        plan_judge(p, &p->option[i]);
    for (size_t i = 0; i < p->options; i++)
        plan_dominance(p, &p->option[i]);
    for (size_t i = 0; i < p->options; i++)
        plan_required_rates(p, &p->option[i]);
    sort_options(p);
    p->cheapest = ARENA_NEW(p->arena, size_t, p->workloads);
    p->choice = ARENA_NEW(p->arena, size_t, p->workloads);
    p->recommended = ARENA_NEW(p->arena, size_t, p->workloads);
    for (size_t w = 0; w < p->workloads; w++) {
        struct plan_option *best = plan_cheapest(p, w, NULL);
        p->cheapest[w] = best ? (size_t)(best - p->option) : p->options;
        p->recommended[w] = recommend(p, w);
        if (find_choice(&p->choice[w], p, w, e)) return e->code;
    }
    if (plan_share_units(p, e)) return e->code;
    add_chosen(p);
    plan_break_evens(p);
    plan_curves(p);
    plan_ladder(p);
    if (plan_sensitivity(p, e)) return e->code;
    plan_budget(p);
    return plan_prompt_versions(p, e);
}
