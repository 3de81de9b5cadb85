#include "plan_bill.h"

#include <math.h>
#include <string.h>

/* The mean bill of some months, taken apart: what was asked, what is paid by the token,
 * by which dimension, and the rest. */

static void totals(struct plan_bill *b, const struct plan *p,
                   const struct plan_option *o, size_t first, size_t months)
{
    for (size_t path = 0; path < p->paths; path++)
        for (size_t m = first; m < first + months; m++) {
            size_t at = path * p->months + m;
            const struct month_totals *all =
                &p->demand[o->workload * p->paths * p->months + at];
            const struct month_totals *left = o->left ? &o->left[at] : all;
            b->requests += all->requests / (double)p->paths;
            b->input += all->input / (double)p->paths;
            b->output += all->output / (double)p->paths;
            b->left_requests += left->requests / (double)p->paths;
            b->left_input += left->input / (double)p->paths;
            b->left_output += left->output / (double)p->paths;
            for (size_t i = 0; i < o->components; i++) {
                const struct plan_component *c = &o->component[i];
                b->quantity[i] +=
                    plan_component_part(c, m) *
                    (c->per_request * left->requests + c->per_input * left->input +
                     c->per_output * left->output) /
                    (double)p->paths;
            }
        }
}

static double mean_nusd(const struct plan *p, const struct plan_option *o, size_t first,
                        size_t months)
{
    double sum = 0;
    for (size_t path = 0; path < p->paths; path++) {
        int64_t nusd = 0;
        for (size_t m = first; m < first + months; m++)
            nusd += o->cost_nusd[path * p->months + m];
        sum += (double)nusd;
    }
    return sum / (double)p->paths;
}

static double custom_usd(const struct plan_option *o, size_t first, size_t months)
{
    double usd = 0;
    for (size_t m = first; m < first + months; m++) {
        int64_t every = o->retrain_every_months;
        if (m == 0 || (every > 0 && (int64_t)m % every == 0))
            usd += (double)o->training.ausd * 1e-18;
        usd += (double)o->storage_per_month.ausd * 1e-18;
    }
    return usd;
}

/* Extra lines: units that follow no request, and USD before the discount, but for
 * those that none applies to. */
static void extra_lines(struct plan_bill *b, double *listed, double *stated,
                        const struct extras *x, size_t first, size_t months)
{
    const struct month_totals all = { b->requests, b->input, b->output, 0 };
    for (size_t i = 0; i < x->count; i++) {
        const struct plan_extra *l = &x->line[i];
        for (size_t m = first; l->by_month && m < first + months; m++)
            b->units[i] += l->by_month[m];
        double units = l->per_request * all.requests + l->per_input * all.input +
                       l->per_output * all.output + b->units[i];
        *(l->price.stated ? stated : listed) += units * extra_unit_usd(l);
    }
}

struct plan_bill plan_bill(const struct plan *p, const struct plan_option *o,
                           size_t first, size_t months)
{
    struct plan_bill b = { .quantity = ARENA_NEW(p->arena, double, o->components + 1),
                           .units = ARENA_NEW(p->arena, double, o->extras.count + 1) };
    double tokens = 0, listed = 0, stated = 0, keep = plan_keep(p);
    totals(&b, p, o, first, months);
    extra_lines(&b, &listed, &stated, &o->extras, first, months);
    for (size_t i = 0; o->tokens_billed && i < o->components; i++)
        tokens += b.quantity[i] * (double)o->component[i].rate.pusd * 1e-12 /
                  o->component[i].rate.per;
    double nusd = mean_nusd(p, o, first, months);
    b.total.nusd = (int64_t)nearbyint(nusd);
    b.custom_usd = custom_usd(o, first, months);
    if (keep > 0)
        b.commitments_usd =
            (nusd * 1e-9 - stated) / keep - tokens - b.custom_usd - listed;
    /* what is left of rounding is no commitment */
    bool bought = o->unit || o->reserved || o->import_copies > 0;
    if (!bought) b.commitments_usd = 0;
    return b;
}

static bool is_extended(const struct plan_component *c)
{
    return c->row && strcmp(c->row->scope, "public-extended-access") == 0;
}

static double ratio(double part, double all, double otherwise)
{
    return all > 0 ? part / all : otherwise;
}

/* One line a dimension: the phases of its price are joined. */
static void add_line(struct bridge_workload *w, const struct plan *p,
                     const struct plan_option *o, const struct plan_bill *b, size_t i)
{
    const struct plan_component *c = &o->component[i];
    /* of a router, whose model a line is */
    const char *model = o->route && c->row ? c->row->model : o->model.id;
    const char *key = arena_printf(p->arena, "%s %s %s %s%s%s", model, o->region,
                                   routing_text(o->routing), c->dimension,
                                   c->row && *c->row->context_tier ? " " : "",
                                   c->row ? c->row->context_tier : "");
    double whole = c->per_request * b->left_requests + c->per_input * b->left_input +
                   c->per_output * b->left_output;
    double part = c->part ? ratio(b->quantity[i], whole, c->part_of_all) : 1;
    double usd = (double)c->rate.pusd * 1e-12 / c->rate.per;
    for (size_t k = 0; c->part && k < w->lines; k++) {
        struct bridge_line *l = &w->line[k];
        if (strcmp(l->key, key) != 0) continue;
        if (is_extended(c)) /* the earlier phase's price is the listed one */
            l->extended_usd += part * (usd - l->usd);
        else
            l->usd += part * (usd - l->usd);
        return;
    }
    w->line[w->lines++] = (struct bridge_line){ .key = key,
                                                .per_request = c->per_request,
                                                .per_input = c->per_input,
                                                .per_output = c->per_output,
                                                .usd = usd };
}

static struct bridge_line bridge_extra(const struct plan *p, const struct plan_extra *l,
                                       double units)
{
    return (struct bridge_line){ .key = extra_name(l, p->arena),
                                 .per_request = l->per_request,
                                 .per_input = l->per_input,
                                 .per_output = l->per_output,
                                 .usd = extra_unit_usd(l),
                                 .units = units,
                                 .whole = 1,
                                 .stated = l->price.stated };
}

/* The lines of the whole plan, as a workload of their own. */
static struct bridge_workload whole_plan(const struct plan *p, size_t first,
                                         size_t months)
{
    struct bridge_workload w = { .name = "the whole plan",
                                 .option = "lines",
                                 .left_requests = 1,
                                 .left_input = 1,
                                 .left_output = 1,
                                 .keep = plan_keep(p) };
    double usd = 0;
    w.line = ARENA_NEW(p->arena, struct bridge_line, p->extras.count + 1);
    for (size_t i = 0; i < p->extras.count; i++) {
        double units = 0;
        for (size_t m = first; m < first + months; m++)
            units += p->extras.line[i].by_month[m];
        w.line[w.lines++] = bridge_extra(p, &p->extras.line[i], units);
    }
    for (size_t m = first; m < first + months; m++)
        usd += plan_whole_usd(p, m);
    w.nusd = (int64_t)nearbyint(usd * 1e9);
    return w;
}

struct bridge_workload plan_bridge_workload(const struct plan *p,
                                            const struct plan_option *o,
                                            const struct plan_bill *b)
{
    struct bridge_workload w = {
        .name = p->workload[o->workload].settings->name,
        .option = plan_option_name(p, o),
        .requests = b->requests,
        .input_per_request = ratio(b->input, b->requests, 0),
        .output_per_request = ratio(b->output, b->requests, 0),
        .left_requests = o->tokens_billed ? ratio(b->left_requests, b->requests, 1) : 0,
        .left_input = o->tokens_billed ? ratio(b->left_input, b->input, 1) : 0,
        .left_output = o->tokens_billed ? ratio(b->left_output, b->output, 1) : 0,
        .commitments_usd = b->commitments_usd,
        .custom_usd = b->custom_usd,
        .keep = plan_keep(p),
        .nusd = b->total.nusd,
    };
    w.line =
        ARENA_NEW(p->arena, struct bridge_line, o->components + o->extras.count + 1);
    for (size_t i = 0; i < o->components; i++)
        add_line(&w, p, o, b, i);
    for (size_t i = 0; i < o->extras.count; i++)
        w.line[w.lines++] = bridge_extra(p, &o->extras.line[i], b->units[i]);
    return w;
}

struct bridge_side plan_bridge_side(const struct plan *p, size_t first, size_t months)
{
    struct bridge_side s = { .workload = ARENA_NEW(p->arena, struct bridge_workload,
                                                   p->workloads + 1) };
    for (size_t w = 0; w < p->workloads; w++) {
        if (p->choice[w] == p->options) continue;
        const struct plan_option *o = &p->option[p->choice[w]];
        struct plan_bill b = plan_bill(p, o, first, months);
        s.workload[s.workloads++] = plan_bridge_workload(p, o, &b);
    }
    if (p->extras.count) s.workload[s.workloads++] = whole_plan(p, first, months);
    return s;
}
