#include "plan.h"

#include <math.h>
#include <stdlib.h>

#include "date.h"
#include "parallel.h"
#include "quantile.h"

/* Money of one option on every path and month, exactly. Options are independent, so
 * each is one job. */

struct price_job {
    struct plan *plan;
    struct err *err; /* by option */
};

/* Adds to what was billed over all paths; -1 once it is more than fits. */
static void count_billed(int64_t *billed, size_t i, int64_t quantity)
{
    if (!billed || billed[i] < 0) return;
    if (__builtin_add_overflow(billed[i], quantity, &billed[i])) billed[i] = -1;
}

static enum err_code add_tokens(struct usd_acc *acc, const struct plan_option *o,
                                const struct month_totals *m, size_t month,
                                int64_t *billed, struct err *e)
{
    for (size_t i = 0; i < o->components; i++) {
        const struct plan_component *c = &o->component[i];
        double part = plan_component_part(c, month);
        int64_t quantity;
        if (part <= 0) continue;
        if (usd_from_estimate(&quantity,
                              part *
                                  (c->per_request * m->requests +
                                   c->per_input * m->input + c->per_output * m->output),
                              e))
            return e->code;
        if (usd_acc_add(acc, quantity, c->rate, e)) return e->code;
        count_billed(billed, i, quantity);
    }
    return OK;
}

static int64_t month_hours(const struct plan *p, size_t month)
{
    return (p->month_start_unix_s[month + 1] - p->month_start_unix_s[month]) / 3600;
}

int64_t plan_paid_month(const struct plan *p, const struct plan_option *o, size_t month)
{
    int64_t hours = month_hours(p, month);
    return month + 1 == p->months ? hours + plan_paid_hours(p, o) - p->hours : hours;
}

static enum err_code add_reserved(struct usd_acc *acc, const struct plan *p,
                                  const struct plan_option *o, size_t month,
                                  struct err *e)
{
    for (int side = 0; side < 2; side++)
        if (usd_acc_add(acc, o->reserved->units[side] * plan_paid_month(p, o, month),
                        o->reserved->price[side]->rate, e))
            return e->code;
    return OK;
}

static enum err_code add_units(struct usd_acc *acc, const struct plan *p,
                               const struct plan_option *o, size_t month, struct err *e)
{
    return usd_acc_add(acc, o->units * plan_paid_month(p, o, month), o->unit->rate, e);
}

/* Commitments by month, and units by the hour as each path needed them. */
static enum err_code add_mix(struct usd_acc *acc, const struct plan_option *o,
                             size_t month, double hourly_units, int64_t *billed,
                             struct err *e)
{
    const struct plan_mix *m = o->mix;
    int64_t hours;
    struct usd_acc committed = { (i128)m->committed_nusd[month] * 1000000000 };
    if (usd_acc_sum(acc, committed, e)) return e->code;
    if (!m->term[COMMIT_NONE]) return OK;
    if (usd_from_estimate(&hours, hourly_units, e)) return e->code;
    count_billed(billed, o->components, hours);
    return usd_acc_add(acc, hours, m->term[COMMIT_NONE]->rate, e);
}

static enum err_code add_fixed(struct usd_acc *acc, const struct plan_option *o,
                               size_t month, struct err *e)
{
    int64_t every = o->retrain_every_months;
    if (month == 0 || (every > 0 && (int64_t)month % every == 0))
        if (usd_acc_sum(acc, o->training, e)) return e->code;
    return usd_acc_sum(acc, o->storage_per_month, e);
}

/* As extras_bill() counts them, which has found them in range. */
static void count_extras(int64_t *billed, const struct plan_option *o,
                         const struct month_totals *all, size_t month)
{
    for (size_t i = 0; billed && i < o->extras.count; i++) {
        int64_t quantity = 0;
        struct err none = { 0 };
        if (usd_from_estimate(&quantity, extra_quantity(&o->extras.line[i], all, month),
                              &none))
            continue;
        count_billed(billed, o->components + 2 + i, quantity);
    }
}

static enum err_code month_usd(struct usd *out, const struct plan *p,
                               const struct plan_option *o, size_t month,
                               const struct month_totals *all,
                               const struct month_totals *left, double hourly_units,
                               int64_t *billed, struct err *e)
{
    struct usd_acc acc = { 0 }, stated = { 0 };
    if (o->tokens_billed && add_tokens(&acc, o, left, month, billed, e)) return e->code;
    if (o->reserved && add_reserved(&acc, p, o, month, e)) return e->code;
    if (o->mix && add_mix(&acc, o, month, hourly_units, billed, e)) return e->code;
    if (o->unit && !o->mix && add_units(&acc, p, o, month, e)) return e->code;
    if (o->import_copies > 0) {
        int64_t windows;
        if (usd_from_estimate(&windows, o->import_copies * all->windows, e))
            return e->code;
        if (usd_acc_add(&acc, windows, o->import_rate, e)) return e->code;
        count_billed(billed, o->components + 1, windows);
    }
    if (add_fixed(&acc, o, month, e) ||
        extras_bill(&acc, &stated, &o->extras, all, month, e))
        return e->code;
    count_extras(billed, o, all, month);
    acc = usd_acc_less(acc, p->config.account.discount_ppm);
    if (usd_acc_sum(&acc, stated, e)) return e->code;
    return usd_round(out, acc, e);
}

enum err_code plan_month_usd(struct usd *out, const struct plan *p,
                             const struct plan_option *o, size_t month,
                             const struct month_totals *all,
                             const struct month_totals *left, double hourly_units,
                             struct err *e)
{
    return month_usd(out, p, o, month, all, left, hourly_units, NULL, e);
}

static enum err_code price_month(struct usd *out, const struct plan *p,
                                 const struct plan_option *o, size_t path, size_t month,
                                 struct err *e)
{
    size_t at = path * p->months + month;
    const struct month_totals *all =
        &p->demand[(o->workload * p->paths + path) * p->months + month];
    return month_usd(out, p, o, month, all, o->left ? &o->left[at] : all,
                     o->mix ? o->mix->hourly_units[at] : 0, o->billed, e);
}

static void price_option(void *context, size_t number, int thread)
{
    (void)thread;
    struct price_job *job = context;
    struct plan *p = job->plan;
    struct plan_option *o = &p->option[number];
    if (!o->cost_nusd) return;
    for (size_t path = 0; path < p->paths; path++) {
        for (size_t m = 0; m < p->months; m++) {
            struct usd usd;
            if (price_month(&usd, p, o, path, m, &job->err[number])) return;
            o->cost_nusd[path * p->months + m] = usd.nusd;
        }
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct plan_stats plan_stats_of(double *values, size_t n)
{
    struct plan_stats s = { .mean = mean_of(values, n) };
    qsort(values, n, sizeof *values, ascending);
    s.p05 = quantile_sorted(values, n, 0.05);
    s.p25 = quantile_sorted(values, n, 0.25);
    s.p50 = quantile_sorted(values, n, 0.50);
    s.p75 = quantile_sorted(values, n, 0.75);
    s.p95 = quantile_sorted(values, n, 0.95);
    s.p025 = quantile_sorted(values, n, 0.025);
    s.p10 = quantile_sorted(values, n, 0.10);
    s.p90 = quantile_sorted(values, n, 0.90);
    s.p975 = quantile_sorted(values, n, 0.975);
    return s;
}

static struct plan_stats per_month(struct plan_stats s, double months)
{
    return (struct plan_stats){ .mean = s.mean / months,
                                .p05 = s.p05 / months,
                                .p25 = s.p25 / months,
                                .p50 = s.p50 / months,
                                .p75 = s.p75 / months,
                                .p95 = s.p95 / months,
                                .p025 = s.p025 / months,
                                .p10 = s.p10 / months,
                                .p90 = s.p90 / months,
                                .p975 = s.p975 / months };
}

static void summarise(struct plan *p, struct plan_option *o, double *scratch)
{
    double requests = 0;
    for (size_t path = 0; path < p->paths; path++) {
        int64_t sum = 0;
        for (size_t m = 0; m < p->months; m++) {
            sum += o->cost_nusd[path * p->months + m];
            requests +=
                p->demand[(o->workload * p->paths + path) * p->months + m].requests;
        }
        scratch[path] = (double)sum * 1e-9;
    }
    o->total = plan_stats_of(scratch, p->paths);
    o->monthly = per_month(o->total, (double)p->months);
    if (requests > 0)
        o->usd_per_1k_requests = o->total.mean * (double)p->paths / requests * 1000 *
                                 p->workload[o->workload].served_share;
}

double plan_mean_requests(const struct plan *p, const struct plan_option *o)
{
    double sum = 0;
    for (size_t i = 0; i < p->paths * p->months; i++)
        sum += p->demand[o->workload * p->paths * p->months + i].requests;
    return sum / (double)p->paths / p->workload[o->workload].served_share;
}

/* What a month costs without a single call. */
static double idle_usd(const struct plan *p, const struct plan_option *o)
{
    double usd = (double)o->storage_per_month.ausd * 1e-18;
    double units = o->units > 0 ? (double)o->units : 1;
    for (size_t m = 0; o->mix && o->mix->committed_nusd && m < p->months; m++)
        usd += (double)o->mix->committed_nusd[m] * 1e-9 / (double)p->months;
    for (int side = 0; o->reserved && side < 2; side++)
        usd += (double)o->reserved->units[side] * MONTH_HOURS *
               (double)o->reserved->price[side]->rate.pusd * 1e-12 /
               o->reserved->price[side]->rate.per;
    if (o->unit && !o->mix)
        usd += units * MONTH_HOURS * (double)o->unit->rate.pusd * 1e-12 /
               o->unit->rate.per;
    usd *= plan_keep(p);
    for (size_t m = 0; m < p->months; m++)
        usd += extras_usd(&o->extras, &(struct month_totals){ 0 }, m, plan_keep(p))
                   .standing /
               (double)p->months;
    return usd;
}

enum err_code plan_price(struct plan *p, struct err *e)
{
    struct price_job job = { p, ARENA_NEW(p->arena, struct err, p->options) };
    for (size_t i = 0; i < p->options; i++) {
        struct plan_option *o = &p->option[i];
        bool no_rate = o->unit && o->unit_input_tpm <= 0;
        if (o->priced && !no_rate)
            o->cost_nusd = ARENA_NEW(p->arena, int64_t, p->paths * p->months);
        o->billed = ARENA_NEW(p->arena, int64_t, o->components + 2 + o->extras.count);
    }
    parallel_run(p->options, p->threads, price_option, &job);
    double *scratch = ARENA_NEW(p->arena, double, p->paths);
    for (size_t i = 0; i < p->options; i++) {
        if (job.err[i].code) {
            *e = job.err[i];
            return err_wrap(e, "%s: ", plan_option_name(p, &p->option[i]));
        }
        p->option[i].idle_usd_per_month = idle_usd(p, &p->option[i]);
        if (p->option[i].cost_nusd) summarise(p, &p->option[i], scratch);
    }
    plan_mean_extras(p);
    return OK;
}
