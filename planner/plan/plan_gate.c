#include "plan.h"

#include <string.h>

#include "text.h"

/* The gates of a build: the answer is "no" in one line, and exit status 1. */

static enum err_code broken(const struct plan *p, enum plan_limit k, const char *than,
                            struct err *e)
{
    return err_set(e, ERR_GATE, "the %s budget breaks on %.3g%% of paths%s",
                   plan_limit_text[k], p->risk.breach[k] * 100, than);
}

/* The limit that breaks most often. */
static enum plan_limit worst(const struct plan *p)
{
    enum plan_limit out = 0;
    for (enum plan_limit k = 0; k < LIMITS; k++)
        if (p->risk.breach[k] > p->risk.breach[out]) out = k;
    return out;
}

/* "breach", or "breach.yearly"; LIMITS means any of them. */
static bool which(enum plan_limit *out, struct str what)
{
    *out = LIMITS;
    if (str_eq(what, "breach")) return true;
    for (enum plan_limit k = 0; k < LIMITS; k++) {
        char name[32];
        snprintf(name, sizeof name, "breach.%s", plan_limit_text[k]);
        if (str_eq(what, name)) *out = k;
    }
    return *out < LIMITS;
}

/* "breach>10%" */
static enum err_code gate(const struct plan *p, const char *text, struct err *e)
{
    struct str rest, what = str_trim(str_cut(str_of(text), '>', &rest));
    enum plan_limit k;
    double limit;
    if (!which(&k, what) || !rest.n)
        return err_set(e, ERR_USAGE,
                       "--fail-if '%s': expected 'breach>N%%', or of one limit "
                       "'breach.monthly>N%%' (quarterly, yearly)",
                       text);
    const char *number = arena_text_n(p->arena, str_trim(rest).p, str_trim(rest).n);
    if (text_ratio(&limit, number, 0, 1, e)) return err_wrap(e, "--fail-if: ");
    if (!p->config.has_budget)
        return err_set(e, ERR_USAGE, "--fail-if '%s': %s has no limit in [budget]",
                       text, p->config.path);
    if (k < LIMITS && p->risk.breach[k] < 0)
        return err_set(e, ERR_USAGE, "--fail-if '%s': [budget] has no %s_usd", text,
                       plan_limit_text[k]);
    if ((k < LIMITS ? p->risk.breach[k] : p->risk.any) <= limit) return OK;
    const char *than = arena_printf(p->arena, ", more than %.3g%%", limit * 100);
    if (k < LIMITS || p->risk.breach[worst(p)] > limit)
        return broken(p, k < LIMITS ? k : worst(p), than, e);
    return err_set(e, ERR_GATE, "one of the budgets breaks on %.3g%% of paths%s",
                   p->risk.any * 100, than);
}

enum err_code plan_gates(const struct plan *p, const struct plan_flags *f,
                         struct err *e)
{
    if (f->budget && !p->config.has_budget)
        return err_set(e, ERR_USAGE, "--budget: %s has no limit in [budget]",
                       p->config.path);
    for (enum plan_limit k = 0; f->budget && k < LIMITS; k++)
        if (p->risk.breach[k] > 0.5) return broken(p, k, "", e);
    for (size_t i = 0; i < f->fail_if.count; i++)
        if (gate(p, f->fail_if.text[i], e)) return e->code;
    return OK;
}
