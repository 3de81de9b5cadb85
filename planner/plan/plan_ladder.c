#include "plan.h"

#include <string.h>

#include "text.h"

/* The ladder: from the cheapest upwards, every feasible option that buys something the
 * steps below it did not have: a larger context window, another modality, a larger
 * class of the same provider. */

static const char *const classes[] = { "nano",  "micro",   "lite",   "mini", "small",
                                       "haiku", "flash",   "medium", "pro",  "sonnet",
                                       "large", "premier", "opus" };
enum { CLASSES = sizeof classes / sizeof *classes };

static int class_rank(const char *name)
{
    for (int i = 0; i < CLASSES; i++)
        if (strcmp(classes[i], name) == 0) return i + 1;
    return 0;
}

struct reach { /* what the steps so far have */
    int64_t window;
    bool reads[MODALITY_COUNT];
    const char *provider[64], *class_[64];
    size_t seen;
};

static const char *join(struct plan *p, const char *list, const char *more)
{
    return *list ? arena_printf(p->arena, "%s, %s", list, more) : more;
}

/* A larger class than any step of the same provider so far. */
static bool climbs(const struct reach *r, const struct model *m)
{
    int best = -1;
    for (size_t i = 0; i < r->seen; i++)
        if (strcmp(r->provider[i], m->provider) == 0 && class_rank(r->class_[i]) > best)
            best = class_rank(r->class_[i]);
    return best > 0 && class_rank(m->class_) > best;
}

static const char *gain_of(struct plan *p, const struct reach *r, const struct model *m)
{
    const char *gain = "";
    char n[32];
    if (m->context_window > r->window && r->window > 0)
        gain = join(p, gain,
                    arena_printf(p->arena, "window of %s tokens",
                                 text_thousands(n, m->context_window)));
    for (int k = 0; k < MODALITY_COUNT; k++)
        if (m->input[k] == YES && !r->reads[k])
            gain = join(
                p, gain,
                arena_printf(p->arena, "reads %s", modality_text((enum modality)k)));
    if (climbs(r, m))
        gain = join(p, gain,
                    arena_printf(p->arena, "%s's %s class", m->provider, m->class_));
    return gain;
}

static void reach_add(struct reach *r, const struct model *m)
{
    if (m->context_window > r->window) r->window = m->context_window;
    for (int k = 0; k < MODALITY_COUNT; k++)
        r->reads[k] |= m->input[k] == YES;
    if (r->seen < 64) {
        r->provider[r->seen] = m->provider;
        r->class_[r->seen++] = m->class_;
    }
}

void plan_ladder(struct plan *p)
{
    p->ladder = ARENA_NEW(p->arena, struct step, p->options);
    for (size_t w = 0; w < p->workloads; w++) {
        struct reach r = { 0 };
        if (p->cheapest[w] == p->options) continue;
        for (size_t i = 0; i < p->options; i++) {
            const struct plan_option *o = &p->option[p->order[i]];
            if (o->workload != w || !o->feasible || !o->cost_nusd || o->never_cheapest)
                continue;
            const char *gain = r.seen ? gain_of(p, &r, &o->model) : "the cheapest";
            if (*gain) p->ladder[p->steps++] = (struct step){ p->order[i], gain };
            reach_add(&r, &o->model);
        }
    }
}
