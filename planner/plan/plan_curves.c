#include "plan_bill.h"

#include <math.h>
#include <string.h>

/* What the charts show beside the answers. It is part of the answer, so that a saved
 * one can be drawn again. */

size_t plan_shown(const struct plan *p, size_t *out, size_t most)
{
    size_t n = 0;
    for (size_t i = 0; i < p->options && n < most; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        if (o->feasible && o->cost_nusd) out[n++] = p->order[i];
    }
    return n;
}

static void spend_to_date(struct plan *p)
{
    double *sum = ARENA_NEW(p->arena, double, 2 * p->paths), *sorted = sum + p->paths;
    p->spend = ARENA_NEW(p->arena, struct plan_stats, p->months + 1);
    for (size_t m = 0; m < p->months; m++) {
        for (size_t path = 0; path < p->paths; path++)
            sorted[path] = sum[path] += p->chosen[path * p->months + m];
        p->spend[m + 1] = plan_stats_of(sorted, p->paths);
    }
}

/* Options of one workload that scale with its volume. */
static void cost_by_volume(struct plan *p)
{
    size_t best[PLAN_CURVES], n = plan_shown(p, best, PLAN_CURVES);
    if (!n) return;
    size_t workload = p->option[best[0]].workload;
    double stated = p->workload[workload].settings->requests_per_day;
    for (int i = 0; i < PLAN_VOLUMES; i++)
        p->volume[i] = stated * pow(10, -2 + 4.0 * i / (PLAN_VOLUMES - 1));
    p->curve = ARENA_NEW(p->arena, struct volume_curve, n);
    for (size_t i = 0; i < n; i++) {
        const struct plan_option *o = &p->option[best[i]];
        if (o->workload != workload || o->import_copies > 0 || o->mix || o->reserved)
            continue;
        struct volume_curve *c = &p->curve[p->curves++];
        c->option = best[i];
        plan_volume_curve(p, o, p->volume, c->usd, PLAN_VOLUMES);
    }
}

static struct bridge_side *side(const struct plan *p, size_t first, size_t months)
{
    struct bridge_side *s = ARENA_NEW(p->arena, struct bridge_side, 1);
    *s = plan_bridge_side(p, first, months);
    return s;
}

void plan_curves(struct plan *p)
{
    spend_to_date(p);
    cost_by_volume(p);
    p->bill = side(p, 0, p->months);
    p->first_bill = side(p, 0, 1);
    p->last_bill = side(p, p->months - 1, 1);
}
