#include "commit_answer.h"

#include "date.h"

enum { HOUR_S = 3600, MOST_VALUED_HOURS = 3 * 8784 };

static i128 power_of_ten(int n)
{
    i128 p = 1;
    for (; n > 0; n--)
        p *= 10;
    return p;
}

struct usd commit_usd(const struct commit_answer *x, int64_t cost)
{
    i128 top = (i128)cost * power_of_ten(9);
    i128 bottom = power_of_ten(x->power) * x->plan.weight;
    i128 floor = top / bottom, rest = top % bottom;
    if (rest < 0) {
        rest += bottom;
        floor--;
    }
    bool up = rest > bottom - rest || (rest == bottom - rest && floor % 2 != 0);
    return (struct usd){ (int64_t)(floor + up) };
}

/* No plan costs less: rounded down, and less what rounding of parts may hide: half a
 * cost in each hour of each scenario, in the plan's cost and in the bound's. */
static struct usd bound_usd(const struct commit_answer *x)
{
    i128 bound = x->plan.bound;
    if (!x->exact) bound -= (i128)x->problem.hours * x->plan.weight;
    bound *= power_of_ten(9);
    i128 bottom = power_of_ten(x->power) * x->plan.weight;
    i128 floor = bound / bottom;
    if (bound % bottom < 0) floor--;
    return (struct usd){ (int64_t)floor };
}

static void count_money(struct commit_answer *x)
{
    x->commitment = commit_usd(x, x->plan.commitment);
    x->hourly = commit_usd(x, x->plan.hourly);
    x->spill = commit_usd(x, x->plan.spill);
    x->total.nusd = x->commitment.nusd + x->hourly.nusd + x->spill.nusd;
    bool proved = x->exact && x->plan.bound == x->plan.cost;
    x->bound = proved ? x->total : bound_usd(x);
    if (x->bound.nusd > x->total.nusd) x->bound = x->total;
    x->gap.nusd = x->total.nusd - x->bound.nusd;
}

/* Calendar months when hour 0 has a date, else blocks of 730 hours. */
static struct commit_windows windows_of(const struct commit_question *q,
                                        struct arena *a)
{
    int64_t hours = q->series->hours;
    int32_t *of_hour = ARENA_NEW(a, int32_t, (size_t)hours), window = 0;
    for (int64_t t = 1; t < hours; t++) {
        struct date now = date_of_unix(q->start_unix_s + t * HOUR_S);
        struct date before = date_of_unix(q->start_unix_s + (t - 1) * HOUR_S);
        window += q->dated ? now.month != before.month : t % MONTH_HOURS == 0;
        of_hour[t] = window;
    }
    return (struct commit_windows){ of_hour, (size_t)window + 1, q->most_share };
}

static enum err_code solve(struct commit_answer *x, struct arena *a, struct err *e)
{
    const struct commit_question *q = x->q;
    struct err why = { 0 };
    enum err_code code;
    x->plan.first_uncovered = -1;
    if (q->most_share < 0) {
        code = commit_solve(&x->plan, &x->problem, a, &why);
    } else {
        x->windows = windows_of(q, a);
        code =
            commit_solve_share(&x->plan, &x->shares, &x->problem, &x->windows, a, &why);
    }
    if (code == OK) return OK;
    int64_t hour = x->plan.first_uncovered;
    if (code != ERR_INFEASIBLE || hour < 0) return err_set(e, code, "%s", why.msg);
    double most = 0;
    for (size_t i = 0; i < q->series->scenarios; i++) {
        int64_t d = q->series->demand[(int64_t)i * q->series->hours + hour];
        if ((double)d / COMMIT_UNIT > most) most = (double)d / COMMIT_UNIT;
    }
    return err_set(e, code,
                   "%s:%lld: infeasible: hour %lld, of %.6g units, cannot be covered "
                   "together with those before it",
                   q->file, (long long)q->series->line[hour], (long long)hour, most);
}

static enum err_code compare(struct commit_answer *x, struct arena *a, struct err *e)
{
    struct err why = { 0 };
    struct commit_solution none = { 0 };
    int64_t cost = 0;
    x->has_without = commit_without(&none, &x->problem, a, &why) == OK;
    if (x->has_without) x->without = commit_usd(x, none.cost);
    why = (struct err){ 0 };
    x->has_spill_all = commit_spill_all(&cost, &x->problem, &why) == OK;
    if (x->has_spill_all) x->spill_all = commit_usd(x, cost);
    if (x->q->most_share >= 0) return OK; /* values would be those of another problem */
    if (x->problem.hours > MOST_VALUED_HOURS) return OK;
    return commit_values(&x->value, &x->values, &x->problem, &x->plan, a, e);
}

enum err_code commit_answer(struct commit_answer *out, const struct commit_question *q,
                            struct arena *a, struct err *e)
{
    struct commit_answer x;
    if (commit_pose(&x, q, a, e) || solve(&x, a, e)) return e->code;
    count_money(&x);
    if (compare(&x, a, e)) return e->code;
    double traffic = 0;
    for (size_t i = 0; i < q->series->scenarios; i++)
        for (int64_t t = 0; t < q->series->hours; t++)
            traffic += (double)q->series->demand[(int64_t)i * q->series->hours + t] *
                       (double)(q->weight ? q->weight[i] : 1) / COMMIT_UNIT;
    x.spilled_share = traffic > 0 ? x.plan.spill_units / traffic : 0;
    commit_actions(&x, a);
    *out = x;
    return OK;
}

const char *commit_date(const struct commit_answer *x, int64_t hour, struct arena *a)
{
    char text[DATE_TEXT];
    if (!x->q->dated) return "";
    int64_t at_unix_s = x->q->start_unix_s + hour * HOUR_S;
    date_time_text(text, at_unix_s); /* 2026-12-01T00:00:00Z */
    return arena_printf(a, "%.10s %.5s", text, text + 11);
}
