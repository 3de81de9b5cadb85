#include "plan.h"

#include <math.h>
#include <stdlib.h>

#include "date.h"

/* How likely the chosen options break a limit, in which period, and when first. */

const char *const plan_limit_text[LIMITS] = { "monthly", "quarterly", "yearly" };

static const int length_months[LIMITS] = { 1, 3, 12 };

double plan_limit_usd(const struct plan *p, enum plan_limit limit)
{
    const struct budget_settings *b = &p->config.budget;
    const double usd[LIMITS] = { b->monthly_usd, b->quarterly_usd, b->yearly_usd };
    return usd[limit];
}

/* Months of the fiscal year that lie before the plan. */
static int months_before(const struct plan *p)
{
    int first = date_of_unix(p->month_start_unix_s[0]).month;
    return (first - (int)p->config.budget.fiscal_year_start + 12) % 12;
}

/* The fiscal period a month of the plan falls in, counted from the plan's start. */
static size_t period_of(const struct plan *p, enum plan_limit limit, size_t month)
{
    int before = months_before(p), n = length_months[limit];
    return (size_t)((before + (int)month) / n - before / n);
}

static double spent_before(const struct plan *p, enum plan_limit limit, size_t period)
{
    return limit == LIMIT_YEAR && period == 0 ? p->config.budget.spent_to_date_usd : 0;
}

bool plan_breaks(const struct plan *p, const double *month_usd, enum plan_limit limit,
                 double *at_month)
{
    double most = plan_limit_usd(p, limit), spent = spent_before(p, limit, 0);
    size_t period = 0;
    for (size_t m = 0; m < p->months; m++) {
        if (period_of(p, limit, m) != period)
            spent = 0, period = period_of(p, limit, m);
        if (spent + month_usd[m] > most) {
            *at_month = (double)m + fmax(0, most - spent) / month_usd[m];
            return true;
        }
        spent += month_usd[m];
    }
    return false;
}

int64_t plan_month_unix_s(const struct plan *p, double at_month)
{
    size_t m = (size_t)at_month;
    int64_t from = p->month_start_unix_s[m],
            length = p->month_start_unix_s[m + 1] - from;
    return from + (int64_t)((at_month - (double)m) * (double)length);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* `at` of the paths that break; the rest never do. */
static void first_breaches(struct plan *p, enum plan_limit limit, double *at, size_t n)
{
    static const double q[3] = { 0.10, 0.50, 0.90 };
    qsort(at, n, sizeof *at, ascending);
    for (int i = 0; i < 3; i++) {
        size_t rank = (size_t)ceil(q[i] * (double)p->paths);
        p->risk.first[limit][i] = rank <= n ? at[rank - 1] : -1;
    }
}

/* Probability that the month's period is over its limit by the month's end. */
static void by_month(struct plan *p, enum plan_limit limit)
{
    double most = plan_limit_usd(p, limit);
    double *spent = ARENA_NEW(p->arena, double, p->paths);
    size_t period = 0;
    for (size_t path = 0; path < p->paths; path++)
        spent[path] = spent_before(p, limit, 0);
    for (size_t m = 0; m < p->months; m++) {
        bool fresh = period_of(p, limit, m) != period;
        size_t broken = 0;
        period = period_of(p, limit, m);
        for (size_t path = 0; path < p->paths; path++) {
            if (fresh) spent[path] = 0;
            spent[path] += p->chosen[path * p->months + m];
            broken += spent[path] > most;
        }
        p->risk.by_month[limit][m] = (double)broken / (double)p->paths;
    }
}

static void add_period(struct plan *p, enum plan_limit limit, size_t first, size_t n,
                       double *scratch)
{
    struct budget_period *out = &p->risk.period[p->risk.periods++];
    size_t number = period_of(p, limit, first);
    int into = first == 0 ? months_before(p) % length_months[limit] : 0;
    *out = (struct budget_period){ .limit = limit,
                                   .first = first,
                                   .months = n,
                                   .spent_usd = spent_before(p, limit, number),
                                   .whole =
                                       into == 0 && n == (size_t)length_months[limit] };
    for (size_t path = 0; path < p->paths; path++) {
        scratch[path] = out->spent_usd;
        for (size_t m = first; m < first + n; m++)
            scratch[path] += p->chosen[path * p->months + m];
    }
    out->usd = plan_stats_of(scratch, p->paths);
    out->breach =
        plan_limit_usd(p, limit) > 0 ? p->risk.by_month[limit][first + n - 1] : -1;
}

/* Quarters and fiscal years that the plan touches. */
static void periods(struct plan *p)
{
    double *scratch = ARENA_NEW(p->arena, double, p->paths);
    p->risk.period = ARENA_NEW(p->arena, struct budget_period, 2 * p->months);
    for (enum plan_limit k = LIMIT_QUARTER; k < LIMITS; k++)
        for (size_t m = 0, n; m < p->months; m += n) {
            for (n = 1; m + n < p->months; n++)
                if (period_of(p, k, m + n) != period_of(p, k, m)) break;
            add_period(p, k, m, n, scratch);
        }
}

void plan_budget(struct plan *p)
{
    size_t any = 0;
    double *at = ARENA_NEW(p->arena, double, LIMITS * p->paths);
    size_t broken[LIMITS] = { 0 };
    for (size_t path = 0; path < p->paths; path++) {
        bool breaks = false;
        for (enum plan_limit k = 0; k < LIMITS; k++) {
            double *next = &at[(size_t)k * p->paths + broken[k]];
            if (plan_limit_usd(p, k) <= 0 ||
                !plan_breaks(p, &p->chosen[path * p->months], k, next))
                continue;
            broken[k]++;
            breaks = true;
        }
        any += breaks;
    }
    p->risk.any = p->config.has_budget ? (double)any / (double)p->paths : -1;
    for (enum plan_limit k = 0; k < LIMITS; k++) {
        bool limited = plan_limit_usd(p, k) > 0;
        p->risk.breach[k] = limited ? (double)broken[k] / (double)p->paths : -1;
        first_breaches(p, k, at + (size_t)k * p->paths, broken[k]);
        p->risk.by_month[k] = ARENA_NEW(p->arena, double, p->months);
        if (limited) by_month(p, k);
    }
    periods(p);
}
