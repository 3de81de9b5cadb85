#include "plan_extras.h"

#include <math.h>
#include <string.h>

#include "beside_load.h"

#include "plan_prompts.h"

/* The extra lines of a plan: put together from its sections, and what they come to. */

double plan_keep(const struct plan *p)
{
    return 1 - (double)p->config.account.discount_ppm * 1e-6;
}

double *plan_each_month(const struct plan *p, double quantity)
{
    double *out = ARENA_NEW(p->arena, double, p->months);
    for (size_t m = 0; m < p->months; m++)
        out[m] = quantity;
    return out;
}

double *plan_once(const struct plan *p, double quantity)
{
    double *out = ARENA_NEW(p->arena, double, p->months);
    out[0] = quantity;
    return out;
}

double *plan_by_hours(const struct plan *p, double quantity_per_hour)
{
    double *out = ARENA_NEW(p->arena, double, p->months);
    for (size_t m = 0; m < p->months; m++)
        out[m] = quantity_per_hour *
                 (double)(p->month_start_unix_s[m + 1] - p->month_start_unix_s[m]) /
                 3600;
    return out;
}

/* --- [line]: a price that the plan states -------------------------------------------
 */

static struct plan_extra line_of(struct plan *p, const struct line_settings *s,
                                 const char *what, const char *unit, double usd,
                                 int32_t per)
{
    return (struct plan_extra){
        .owner = plan_head_text(&s->head, "line", p->arena),
        .what = what,
        .price = { .rate = { (int64_t)nearbyint(usd * 1e12), per },
                   .unit = unit,
                   .source = s->source ? s->source : plan_stated(p),
                   .stated = true },
        .billed_by = s->billed_by,
    };
}

static void add_line(struct plan *p, struct extras *x, const struct line_settings *s,
                     double asked)
{
    struct plan_extra l;
    if (s->monthly_usd > 0) {
        l = line_of(p, s, "every month", "month", s->monthly_usd, 1);
        l.by_month = plan_each_month(p, 1);
        l.standing = true;
        extras_add(x, p->arena, l);
    }
    if (s->once_usd > 0) {
        l = line_of(p, s, "once", "time", s->once_usd, 1);
        l.by_month = plan_once(p, 1);
        extras_add(x, p->arena, l);
    }
    if (s->usd_per_1k_requests > 0) {
        l = line_of(p, s, "by the request", "request", s->usd_per_1k_requests, 1000);
        l.per_request = asked;
        extras_add(x, p->arena, l);
    }
}

const char *plan_stated(const struct plan *p)
{
    const char *slash = strrchr(p->config.path, '/');
    return arena_printf(p->arena, "stated in %s", slash ? slash + 1 : p->config.path);
}

bool plan_is_of(const struct plan *p, const struct section_head *h,
                const struct plan_workload *w)
{
    return beside_is_of(&p->config, h, w->settings);
}

/* --- what they do to a workload ----------------------------------------------------
 */

void plan_add_input(struct plan *p, struct plan_workload *w, double tokens,
                    const char *owner)
{
    if (tokens <= 0) return;
    w->added_input += tokens;
    notes_add(&w->assumptions, p->arena,
              "[%s] adds %.5g tokens to every prompt of %s, beside its own %.5g", owner,
              tokens, w->settings->name, w->own_input_mean);
}

/* Every request is longer by what is added to it. */
static void lengthen(struct plan *p, struct plan_workload *w)
{
    struct length_cell *cell;
    if (w->added_input <= 0) return;
    cell = ARENA_NEW(p->arena, struct length_cell, w->lengths.count);
    for (size_t i = 0; i < w->lengths.count; i++) {
        cell[i] = w->lengths.cell[i];
        cell[i].input_tokens += w->added_input;
    }
    w->lengths.cell = cell;
}

static enum err_code guardrails(struct plan *p, struct plan_workload *w, struct err *e)
{
    for (size_t i = 0; i < p->config.guardrails; i++) {
        const struct guardrail_settings *s = &p->config.guardrail[i];
        if (beside_covers(&s->head, w->settings) && plan_guardrails(p, w, s, e))
            return plan_head_wrap(e, p, &s->head, "guardrails");
    }
    return OK;
}

enum err_code plan_workload_extras(struct plan *p, struct plan_workload *w,
                                   struct err *e)
{
    w->served_share = beside_load(&p->config, w->settings).served_share;
    for (size_t i = 0; i < p->config.rags; i++) {
        const struct rag_settings *s = &p->config.rag[i];
        if (plan_is_of(p, &s->head, w) && plan_rag(p, w, s, e))
            return plan_head_wrap(e, p, &s->head, "rag");
    }
    for (size_t i = 0; i < p->config.lines; i++) {
        const struct line_settings *s = &p->config.line[i];
        if (!plan_is_of(p, &s->head, w)) continue;
        plan_add_input(p, w, s->input_tokens,
                       plan_head_text(&s->head, "line", p->arena));
        add_line(p, &w->extras, s, 1 / w->served_share);
    }
    if (plan_prompt_lines(p, w, e)) return e->code;
    if (guardrails(p, w, e)) return e->code; /* they judge the whole prompt */
    for (size_t i = 0; i < p->config.evaluates; i++)
        if (plan_evaluate_check(p, &p->config.evaluate[i], e))
            return plan_head_wrap(e, p, &p->config.evaluate[i].head, "evaluate");
    lengthen(p, w);
    return OK;
}

enum err_code plan_whole_extras(struct plan *p, struct err *e)
{
    for (size_t i = 0; i < p->config.rags; i++) {
        const struct section_head *h = &p->config.rag[i].head;
        if (h->workload || p->workloads == 1) continue;
        (void)err_set(e, ERR_INPUT, "workload is missing, and there are %zu",
                      p->workloads);
        return plan_head_wrap(e, p, h, "rag");
    }
    for (size_t i = 0; i < p->config.lines; i++) {
        const struct line_settings *s = &p->config.line[i];
        if (s->head.workload || p->workloads == 1) continue;
        if (s->usd_per_1k_requests > 0 || s->input_tokens > 0)
            return err_set(e, ERR_INPUT,
                           "%s:%d: [%s]: %s wants a workload: there are %zu",
                           p->config.path, s->head.line,
                           plan_head_text(&s->head, "line", p->arena),
                           s->input_tokens > 0 ? "input_tokens" : "usd_per_1k_requests",
                           p->workloads);
        add_line(p, &p->extras, s, 0);
    }
    return OK;
}

enum err_code plan_option_extras(struct plan *p, struct plan_option *o, struct err *e)
{
    const struct plan_workload *w = &p->workload[o->workload];
    extras_append(&o->extras, p->arena, &w->extras);
    o->incomplete |= w->extras_incomplete;
    for (size_t i = 0; i < p->config.rags; i++)
        if (plan_is_of(p, &p->config.rag[i].head, w) &&
            plan_rag_option(p, o, &p->config.rag[i], e))
            return e->code;
    for (size_t i = 0; i < p->config.evaluates; i++)
        if (beside_covers(&p->config.evaluate[i].head, w->settings) &&
            plan_evaluate(p, o, &p->config.evaluate[i], e))
            return e->code;
    for (size_t i = 0; i < o->extras.count; i++)
        o->marks |= o->extras.line[i].price.marks;
    return OK;
}

/* --- what they come to -------------------------------------------------------------
 */

double plan_whole_usd(const struct plan *p, size_t month)
{
    return extras_usd(&p->extras, &(struct month_totals){ 0 }, month, plan_keep(p))
        .fixed;
}

static void mean_lines(const struct plan *p, struct extras *x,
                       const struct month_totals *mean)
{
    for (size_t i = 0; i < x->count; i++) {
        struct plan_extra *l = &x->line[i];
        l->quantity = 0;
        for (size_t m = 0; m < p->months; m++)
            l->quantity += extra_quantity(l, &mean[m], m) / (double)p->months;
        double usd = extra_unit_usd(l) * (l->price.stated ? 1 : plan_keep(p));
        l->usd = l->quantity * usd;
        l->idle_usd = 0;
        for (size_t m = 0; l->standing && m < p->months; m++)
            l->idle_usd += l->by_month[m] * usd / (double)p->months;
    }
}

void plan_mean_totals(struct month_totals *mean, const struct plan *p, size_t workload)
{
    double share = 1 / (double)p->paths;
    for (size_t path = 0; path < p->paths; path++)
        for (size_t m = 0; m < p->months; m++) {
            const struct month_totals *t =
                &p->demand[(workload * p->paths + path) * p->months + m];
            mean[m].requests += t->requests * share;
            mean[m].input += t->input * share;
            mean[m].output += t->output * share;
        }
}

void plan_mean_extras(struct plan *p)
{
    struct month_totals *mean =
        ARENA_NEW(p->arena, struct month_totals, (p->workloads + 1) * p->months);
    for (size_t w = 0; w < p->workloads; w++)
        plan_mean_totals(mean + w * p->months, p, w);
    mean_lines(p, &p->extras, mean + p->workloads * p->months);
    for (size_t i = 0; i < p->options; i++) {
        struct plan_option *o = &p->option[i];
        mean_lines(p, &o->extras, mean + o->workload * p->months);
        o->extras_total_usd = 0;
        for (size_t k = 0; k < o->extras.count; k++)
            o->extras_total_usd += o->extras.line[k].usd * (double)p->months;
    }
}
