#include "plan_saved.h"

#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "bridge_json.h"
#include "date.h"
#include "file.h"
#include "plan_saved_private.h"

enum { MOST_BYTES = 64 << 20, MOST_MONTHS = 60 };

static enum err_code read_time(struct plan *p, const cJSON *root, struct err *e)
{
    const char *start;
    double months, paths, seed;
    int64_t from;
    if (saved_text(&start, root, "start", p->arena, e) ||
        date_parse(&from, NULL, start, e) ||
        saved_number(&months, root, "horizon_months", 1, MOST_MONTHS, e) ||
        saved_number(&paths, root, "paths", 1, 1e9, e) ||
        saved_number(&seed, root, "seed", 0, 9e15, e))
        return e->code;
    p->months = (size_t)months;
    p->paths = (size_t)paths;
    p->config.plan.seed = (int64_t)seed;
    p->month_start_unix_s = ARENA_NEW(p->arena, int64_t, p->months + 1);
    for (size_t m = 0; m <= p->months; m++)
        p->month_start_unix_s[m] = date_add_months(from, (int)m);
    p->hours = (p->month_start_unix_s[p->months] - from) / 3600;
    return OK;
}

static enum err_code read_account(struct plan *p, const cJSON *root, struct err *e)
{
    struct account_settings *s = &p->config.account;
    const cJSON *c = saved_get(root, "currency");
    const char *date;
    double discount;
    if (saved_number(&discount, root, "discount", 0, 1, e)) return e->code;
    s->discount_ppm = (int32_t)nearbyint(discount * 1e6);
    if (!cJSON_IsObject(c)) return OK;
    if (saved_text(&s->currency, c, "code", p->arena, e) ||
        saved_number(&s->currency_per_usd, c, "per_usd", 0, 1e9, e) ||
        saved_text(&date, c, "date", p->arena, e))
        return e->code;
    if (strlen(s->currency) != 3)
        return err_set(e, ERR_INPUT, "currency.code is not three letters");
    return date_parse(&s->currency_date_unix_s, NULL, date, e);
}

/* A number, or `none` where it is null. */
static double number_or(const cJSON *o, const char *key, double none)
{
    const cJSON *x = saved_get(o, key);
    return cJSON_IsNumber(x) && isfinite(x->valuedouble) ? x->valuedouble : none;
}

static enum err_code read_budget(struct plan *p, const cJSON *root, struct err *e)
{
    const cJSON *b = saved_get(root, "budget"), *one;
    struct budget_settings *s = &p->config.budget;
    const cJSON *periods = saved_get(b, "periods");
    p->risk.any = -1;
    for (enum plan_limit k = 0; k < LIMITS; k++)
        p->risk.breach[k] = -1;
    if (!cJSON_IsObject(b)) return OK;
    p->config.has_budget = true;
    s->monthly_usd = number_or(b, "monthly_usd", 0);
    s->quarterly_usd = number_or(b, "quarterly_usd", 0);
    s->yearly_usd = number_or(b, "yearly_usd", 0);
    p->risk.breach[LIMIT_MONTH] = number_or(b, "breach_probability", -1);
    p->risk.breach[LIMIT_QUARTER] = number_or(b, "quarterly_breach_probability", -1);
    p->risk.breach[LIMIT_YEAR] = number_or(b, "yearly_breach_probability", -1);
    p->risk.period = ARENA_NEW(p->arena, struct budget_period,
                               (size_t)cJSON_GetArraySize(periods) + 1);
    cJSON_ArrayForEach(one, periods)
    {
        struct budget_period *r = &p->risk.period[p->risk.periods++];
        double first, months;
        const char *kind;
        if (saved_text(&kind, one, "kind", p->arena, e) ||
            saved_number(&first, one, "first", 0, (double)p->months - 1, e) ||
            saved_number(&months, one, "months", 1, (double)p->months - first, e) ||
            saved_stats(&r->usd, saved_get(one, "usd"), e))
            return err_wrap(e, "budget.periods: ");
        r->limit = strcmp(kind, "fiscal year") == 0 ? LIMIT_YEAR : LIMIT_QUARTER;
        r->first = (size_t)first;
        r->months = (size_t)months;
        r->whole = cJSON_IsTrue(saved_get(one, "whole"));
        r->spent_usd = number_or(one, "spent_before_usd", 0);
        r->breach = number_or(one, "breach_probability", -1);
    }
    return OK;
}

/* When each limit first breaks, as day numbers on the plan's months. */
static void read_dates(struct plan *p, const cJSON *root)
{
    static const char *const q[] = { "p10", "p50", "p90" };
    const cJSON *dates = saved_get(saved_get(root, "budget"), "breach_date");
    for (enum plan_limit k = 0; k < LIMITS; k++)
        for (int i = 0; i < 3; i++) {
            const char *text = cJSON_GetStringValue(
                saved_get(saved_get(dates, plan_limit_text[k]), q[i]));
            struct err none = { 0 };
            int64_t at;
            size_t m = 0;
            p->risk.first[k][i] = -1;
            if (!text || date_parse(&at, NULL, text, &none)) continue;
            while (m + 1 < p->months && p->month_start_unix_s[m + 1] <= at)
                m++;
            /* noon, so that the day survives the rounding */
            double into =
                (double)(at + 43200 - p->month_start_unix_s[m]) /
                (double)(p->month_start_unix_s[m + 1] - p->month_start_unix_s[m]);
            p->risk.first[k][i] = (double)m + fmin(fmax(into, 0), 0.999999);
        }
}

static enum err_code read_months(struct plan *p, const cJSON *root, struct err *e)
{
    const cJSON *list = saved_get(root, "months"), *one;
    size_t m = 0;
    p->month = ARENA_NEW(p->arena, struct plan_stats, p->months);
    p->spend = ARENA_NEW(p->arena, struct plan_stats, p->months + 1);
    for (enum plan_limit k = 0; k < LIMITS; k++)
        p->risk.by_month[k] = ARENA_NEW(p->arena, double, p->months);
    if (cJSON_GetArraySize(list) != (int)p->months)
        return err_set(e, ERR_INPUT, "months are %d, horizon_months %zu",
                       cJSON_GetArraySize(list), p->months);
    cJSON_ArrayForEach(one, list)
    {
        if (saved_stats(&p->month[m], saved_get(one, "usd"), e) ||
            saved_stats(&p->spend[m + 1], saved_get(one, "spent_usd"), e))
            return err_wrap(e, "months: ");
        for (enum plan_limit k = 0; k < LIMITS; k++)
            p->risk.by_month[k][m] =
                number_or(saved_get(one, "breach_probability"), plan_limit_text[k], 0);
        m++;
    }
    p->chosen_total = p->spend[p->months];
    return OK;
}

static enum err_code read_sensitivity(struct plan *p, const cJSON *root, struct err *e)
{
    const cJSON *list = saved_get(root, "sensitivity"), *one;
    p->sensitivity =
        ARENA_NEW(p->arena, struct driver_share, (size_t)cJSON_GetArraySize(list) + 1);
    cJSON_ArrayForEach(one, list)
    {
        struct driver_share *s = &p->sensitivity[p->drivers++];
        if (saved_text(&s->input, one, "input", p->arena, e))
            return err_wrap(e, "sensitivity: ");
        s->share = number_or(one, "share", -1);
        s->total = number_or(one, "total_share", -1);
        s->breach_share = number_or(one, "breach_share", 0);
        s->breach_total = number_or(one, "breach_total_share", 0);
        s->low_usd = number_or(one, "low_monthly_usd", 0);
        s->high_usd = number_or(one, "high_monthly_usd", 0);
    }
    return OK;
}

/* The option of that name; `options` when there is none. */
static size_t option_named(const struct plan *p, const cJSON *name)
{
    const char *text = cJSON_GetStringValue(name);
    for (size_t i = 0; text && i < p->options; i++)
        if (strcmp(plan_option_name(p, &p->option[i]), text) == 0) return i;
    return p->options;
}

static void read_volume(struct plan *p, const cJSON *root)
{
    const cJSON *v = saved_get(root, "volume"), *curves = saved_get(v, "curves"), *one;
    const cJSON *x = saved_get(v, "requests_per_day");
    if (cJSON_GetArraySize(x) != PLAN_VOLUMES) return;
    p->curve = ARENA_NEW(p->arena, struct volume_curve,
                         (size_t)cJSON_GetArraySize(curves) + 1);
    for (int i = 0; i < PLAN_VOLUMES; i++)
        p->volume[i] = cJSON_GetArrayItem(x, i)->valuedouble;
    cJSON_ArrayForEach(one, curves)
    {
        struct volume_curve *c = &p->curve[p->curves];
        const cJSON *y = saved_get(one, "monthly_usd");
        c->option = option_named(p, saved_get(one, "candidate"));
        if (c->option == p->options || cJSON_GetArraySize(y) != PLAN_VOLUMES) continue;
        for (int i = 0; i < PLAN_VOLUMES; i++)
            c->usd[i] = cJSON_GetArrayItem(y, i)->valuedouble;
        p->curves++;
    }
}

static void read_findings(struct plan *p, const cJSON *root)
{
    const cJSON *even = saved_get(root, "break_even"), *one;
    const cJSON *cheapest = saved_get(root, "cheapest_by_workload");
    const cJSON *chosen = saved_get(root, "chosen");
    const cJSON *recommended = saved_get(root, "recommended_by_workload");
    p->cheapest = ARENA_NEW(p->arena, size_t, p->workloads);
    p->choice = ARENA_NEW(p->arena, size_t, p->workloads);
    p->recommended = ARENA_NEW(p->arena, size_t, p->workloads);
    for (size_t w = 0; w < p->workloads; w++) {
        p->recommended[w] = option_named(p, cJSON_GetArrayItem(recommended, (int)w));
        p->cheapest[w] = option_named(p, cJSON_GetArrayItem(cheapest, (int)w));
        p->choice[w] = option_named(p, cJSON_GetArrayItem(chosen, (int)w));
    }
    p->even =
        ARENA_NEW(p->arena, struct break_even, (size_t)cJSON_GetArraySize(even) + 1);
    cJSON_ArrayForEach(one, even)
    {
        struct break_even b = { option_named(p, saved_get(one, "a")),
                                option_named(p, saved_get(one, "b")),
                                number_or(one, "requests_per_day", 0) };
        if (b.a < p->options && b.b < p->options) p->even[p->evens++] = b;
    }
}

static enum err_code read_bills(struct plan *p, const cJSON *root, struct err *e)
{
    struct bridge_side *s = ARENA_NEW(p->arena, struct bridge_side, 3);
    static const char *const key[] = { "bills", "first_month_bills",
                                       "last_month_bills" };
    for (int i = 0; i < 3; i++)
        if (bridge_side_read(&s[i], saved_get(root, key[i]), p->arena, e))
            return err_wrap(e, "%s: ", key[i]);
    p->bill = &s[0];
    p->first_bill = &s[1];
    p->last_bill = &s[2];
    return OK;
}

static enum err_code read_all(struct plan *p, const cJSON *root, struct err *e)
{
    const char *schema = cJSON_GetStringValue(saved_get(root, "schema"));
    if (!schema || strcmp(schema, "bedplan.plan/1") != 0)
        return err_set(e, ERR_INPUT,
                       "not the answer of 'bedplan plan --json' (schema %s)",
                       schema ? schema : "missing");
    if (saved_text(&p->config.plan.name, root, "name", p->arena, e) ||
        saved_text(&p->config.plan.region, root, "region", p->arena, e) ||
        read_time(p, root, e) || read_account(p, root, e) ||
        saved_options(p, root, e) ||
        saved_extras(&p->extras, saved_get(root, "extras"), p->arena, e))
        return e->code;
    read_findings(p, root);
    read_volume(p, root);
    if (read_budget(p, root, e) || read_months(p, root, e) ||
        read_sensitivity(p, root, e) || read_bills(p, root, e))
        return e->code;
    read_dates(p, root);
    return OK;
}

enum err_code plan_saved_parse(struct plan *p, struct app *app, const char *path,
                               const char *bytes, size_t size, struct err *e)
{
    *p = (struct plan){ .app = app, .arena = app->arena, .config.path = path };
    cJSON *root = cJSON_ParseWithLength(bytes, size);
    if (!root) return err_set(e, ERR_INPUT, "%s: not a JSON document", path);
    enum err_code code = read_all(p, root, e);
    cJSON_Delete(root);
    return code ? err_wrap(e, "%s: ", path) : OK;
}

enum err_code plan_saved_read(struct plan *p, struct app *app, const char *path,
                              struct err *e)
{
    char *bytes;
    size_t size;
    if (file_read(&bytes, &size, path, MOST_BYTES, app->arena, e)) return e->code;
    return plan_saved_parse(p, app, path, bytes, size, e);
}
