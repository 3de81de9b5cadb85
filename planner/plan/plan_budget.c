#include "plan.h"

#include "date.h"

/* How likely the chosen options break a limit, and when first. */

enum limit { MONTH, QUARTER, YEAR, LIMITS };

/* The fiscal period a month of the plan falls in, counted from the plan's start. */
static size_t period_of(const struct plan *p, enum limit limit, size_t month)
{
    static const int length[LIMITS] = { 1, 3, 12 };
    int first = date_of_unix(p->month_start_unix_s[0]).month;
    int into_year = (first - (int)p->config.budget.fiscal_year_start + 12) % 12;
    return (size_t)((into_year + (int)month) / length[limit] -
                    into_year / length[limit]);
}

/* Whether the path breaks the limit; `*first` gets the month in which it does. */
static bool breaches(const struct plan *p, const double *month_usd, enum limit limit,
                     double usd, size_t *first)
{
    double spent = limit == YEAR ? p->config.budget.spent_to_date_usd : 0;
    size_t period = 0;
    for (size_t m = 0; m < p->months; m++) {
        if (period_of(p, limit, m) != period)
            spent = 0, period = period_of(p, limit, m);
        spent += month_usd[m];
        if (spent > usd) {
            *first = m;
            return true;
        }
    }
    return false;
}

/* Month by which a share q of all paths has broken the monthly limit; -1 never. */
static double month_by_which(const size_t *count, size_t months, size_t paths, double q)
{
    double sum = 0;
    for (size_t m = 0; m < months; m++) {
        sum += (double)count[m];
        if (sum >= q * (double)paths) return (double)m;
    }
    return -1;
}

void plan_budget(struct plan *p)
{
    const struct budget_settings *b = &p->config.budget;
    const double usd[LIMITS] = { b->monthly_usd, b->quarterly_usd, b->yearly_usd };
    static const double q[3] = { 0.10, 0.50, 0.90 };
    size_t *first_count = ARENA_NEW(p->arena, size_t, p->months);
    p->risk.by_month = ARENA_NEW(p->arena, double, p->months);
    for (enum limit k = 0; k < LIMITS; k++) {
        size_t broken = 0, first = 0;
        p->risk.breach[k] = -1;
        if (usd[k] <= 0) continue;
        for (size_t path = 0; path < p->paths; path++) {
            if (!breaches(p, &p->chosen[path * p->months], k, usd[k], &first)) continue;
            broken++;
            if (k == MONTH) first_count[first]++;
        }
        p->risk.breach[k] = (double)broken / (double)p->paths;
    }
    for (int i = 0; i < 3; i++)
        p->risk.first_month[i] = month_by_which(first_count, p->months, p->paths, q[i]);
    for (size_t m = 0; m < p->months && b->monthly_usd > 0; m++) {
        for (size_t path = 0; path < p->paths; path++)
            p->risk.by_month[m] += p->chosen[path * p->months + m] > b->monthly_usd;
        p->risk.by_month[m] /= (double)p->paths;
    }
}
