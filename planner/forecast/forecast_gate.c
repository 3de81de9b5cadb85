/* Budgets of the command line, and the gates that they make. */
#include <math.h>
#include <string.h>

#include "forecast_ask.h"
#include "str.h"
#include "text.h"

static const char *const limit_key[PERIOD_KINDS] = { "budget", "quarterly_budget",
                                                     "yearly_budget" };

enum err_code forecast_limits(struct budget_limits *out, const struct app *app,
                              const struct forecast_settings *s, struct err *e)
{
    bool any = false;
    *out = (struct budget_limits){ .fiscal_year_start = (int)s->fiscal_year_start,
                                   .spent = s->spent };
    for (int k = 0; k < PERIOD_KINDS; k++) {
        bool given = app_origin(app, limit_key[k]) != OPT_PRESET;
        out->most[k] = given ? s->budget[k] : (double)NAN;
        any = any || given;
    }
    if (s->spent > 0 && isnan(out->most[PERIOD_YEAR]))
        return err_set(e, ERR_USAGE, "--spent-to-date wants a --yearly-budget");
    if (s->fail_if.count && !any)
        return err_set(e, ERR_USAGE,
                       "--fail-if wants a --budget, --quarterly-budget or "
                       "--yearly-budget");
    return OK;
}

/* "breach", of any limit (PERIOD_KINDS), or "breach.yearly". */
static bool which(enum period_kind *out, struct str what)
{
    *out = PERIOD_KINDS;
    if (str_eq(what, "breach")) return true;
    for (enum period_kind k = 0; k < PERIOD_KINDS; k++) {
        char name[32];
        snprintf(name, sizeof name, "breach.%s", period_word[k]);
        if (str_eq(what, name)) *out = k;
    }
    return *out < PERIOD_KINDS;
}

static enum err_code broken(enum period_kind k, double share, const char *than,
                            struct err *e)
{
    if (k == PERIOD_KINDS)
        return err_set(e, ERR_GATE, "one of the budgets breaks on %.3g%% of paths%s",
                       share * 100, than);
    return err_set(e, ERR_GATE, "the %s budget breaks on %.3g%% of paths%s",
                   period_word[k], share * 100, than);
}

/* The limit that alone breaks on more than `share` of paths; PERIOD_KINDS none. */
static enum period_kind worst(const struct totals *t, double share)
{
    enum period_kind out = PERIOD_KINDS;
    for (enum period_kind k = 0; k < PERIOD_KINDS; k++) {
        if (!(t->of[k].breach > share)) continue;
        out = k;
        share = t->of[k].breach;
    }
    return out;
}

static enum err_code gate(const char *text, const struct budget_limits *limits,
                          const struct totals *t, struct arena *a, struct err *e)
{
    struct str rest, what = str_trim(str_cut(str_of(text), '>', &rest));
    enum period_kind k;
    double most;
    rest = str_trim(rest);
    if (!which(&k, what) || !rest.n)
        return err_set(e, ERR_USAGE,
                       "--fail-if '%s': expected 'breach>N%%', or of one limit "
                       "'breach.monthly>N%%' (quarterly, yearly)",
                       text);
    if (text_ratio(&most, arena_text_n(a, rest.p, rest.n), 0, 1, e))
        return err_wrap(e, "--fail-if: ");
    if (k < PERIOD_KINDS && isnan(limits->most[k]))
        return err_set(e, ERR_USAGE, "--fail-if '%s': no %s budget is given", text,
                       period_word[k]);
    if (!t) return OK;
    double share = k < PERIOD_KINDS ? t->of[k].breach : t->any;
    if (share <= most) return OK;
    if (k == PERIOD_KINDS) k = worst(t, most);
    if (k < PERIOD_KINDS) share = t->of[k].breach;
    return broken(k, share, arena_printf(a, ", more than %.3g%%", most * 100), e);
}

enum err_code forecast_gates(const struct forecast_settings *s,
                             const struct budget_limits *limits,
                             const struct totals *totals, struct arena *a,
                             struct err *e)
{
    const double likely = 0.5;
    for (size_t i = 0; i < s->fail_if.count; i++)
        if (gate(s->fail_if.text[i], limits, totals, a, e)) return e->code;
    if (!totals || s->fail_if.count) return OK;
    enum period_kind k = worst(totals, likely);
    return k < PERIOD_KINDS ? broken(k, totals->of[k].breach, "", e) : OK;
}
