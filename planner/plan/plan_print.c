#include "plan_prompts.h"
#include "plan_route.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "date.h"
#include "table.h"
#include "text.h"
#include "wrap.h"

/* The answer on a terminal: what was planned, the ranking, and what follows from it. */

/* A paragraph that fits the terminal. */
static void say(const struct plan *p, FILE *f, const char *fmt, ...) PRINTF(3, 4);
static void say(const struct plan *p, FILE *f, const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    bool indented = *text == ' ';
    if (indented) fputs("  ", f);
    wrap_text(text + (indented ? 2 : 0), p->app->columns, indented ? 2 : 0,
              indented ? 4 : 2, f);
}

static const char *count(const struct plan *p, double x)
{
    char n[32];
    return arena_text(p->arena, text_thousands(n, (int64_t)nearbyint(x)));
}

static void heading(const struct plan *p, FILE *f)
{
    char a[DATE_TEXT], b[DATE_TEXT];
    say(p, f, "%s: %s, %s to %s, %s paths, seed %lld", p->config.plan.name,
        p->config.plan.region, date_text(a, p->month_start_unix_s[0]),
        date_text(b, p->month_start_unix_s[p->months] - 1), count(p, (double)p->paths),
        (long long)p->config.plan.seed);
    for (size_t w = 0; w < p->workloads; w++) {
        const struct plan_workload *k = &p->workload[w];
        say(p, f,
            "%s: %s requests/day, %+.3g%% +- %.3g%% a month; %s tokens in (P95 %s), %s "
            "out "
            "(P95 %s)",
            k->settings->name, count(p, k->settings->requests_per_day),
            k->demand.growth_per_month * 100, k->demand.growth_sd * 100,
            count(p, k->demand.input_mean),
            count(p, lengths_input_quantile(&k->lengths, 0.95)),
            count(p, k->demand.output_mean),
            count(p, lengths_output_quantile(&k->lengths, 0.95)));
        say(p, f, "  lengths: %s", k->lengths_source);
    }
    fputc('\n', f);
}

/* A dearer term of units whose rate nobody knows says nothing that the cheapest does
 * not. */
static bool is_dearer_term(const struct plan *p, const struct plan_option *o)
{
    if (!o->unit || o->unit_input_tpm > 0) return false;
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *x = &p->option[i];
        if (x->candidate == o->candidate && x->unit &&
            x->unit->rate.pusd < o->unit->rate.pusd)
            return true;
    }
    return false;
}

/* "  NAME: text", wrapped under itself. */
static void item(const struct plan *p, const char *name, const char *text, FILE *f)
{
    fprintf(f, "  %s: ", name);
    wrap_text(text, p->app->columns, 4 + wrap_width(name), 4, f);
}

static void infeasible(const struct plan *p, FILE *f)
{
    bool titled = false;
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        const char *reasons = "";
        if ((o->feasible && o->cost_nusd) || is_dearer_term(p, o)) continue;
        if (!titled) fprintf(f, "\nout of the race:\n");
        titled = true;
        for (size_t k = 0; k < o->reasons.count; k++)
            reasons = arena_printf(p->arena, "%s%s%s", reasons, k ? "; " : "",
                                   o->reasons.text[k]);
        item(p, plan_option_name(p, o), reasons, f);
    }
}

static void dominated(const struct plan *p, FILE *f)
{
    bool titled = false;
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[i];
        if (!o->dominated || is_dearer_term(p, o)) continue;
        if (!titled) fprintf(f, "\nunits that cannot win:\n");
        titled = true;
        item(p, plan_option_name(p, o), o->dominated, f);
    }
}

/* Where the on-demand quota does not settle it: the traffic from which a unit pays. */
static void unit_evens(const struct plan *p, FILE *f)
{
    bool titled = false;
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[i];
        if (o->unit_even_tpm <= 0 || o->mix || is_dearer_term(p, o)) continue;
        if (!titled) fprintf(f, "\nunits that could win, at enough traffic:\n");
        titled = true;
        item(p, plan_option_name(p, o),
             arena_printf(p->arena,
                          "one unit costs what %s tokens/min by the token do, at this "
                          "mix and around the clock",
                          count(p, o->unit_even_tpm)),
             f);
    }
}

static void ladder(const struct plan *p, FILE *f)
{
    for (size_t i = 1; i < p->steps; i++) {
        const struct plan_option *o = &p->option[p->ladder[i].option];
        const char *left =
            arena_printf(p->arena, "  step up %8s  %-26s ",
                         plan_money(p, o->monthly.mean), plan_option_name(p, o));
        fputs(left, f);
        wrap_text(p->ladder[i].gain, p->app->columns, wrap_width(left), 20, f);
    }
}

static bool any_feasible(const struct plan *p, size_t workload)
{
    for (size_t i = 0; i < p->options; i++)
        if (p->option[i].workload == workload && p->option[i].feasible &&
            p->option[i].cost_nusd)
            return true;
    return false;
}

static const char *in_brackets(const struct plan *p, const char *text)
{
    return text ? arena_printf(p->arena, " (%s)", text) : "";
}

static void cheapest(const struct plan *p, FILE *f)
{
    fputc('\n', f);
    for (size_t w = 0; w < p->workloads; w++) {
        const char *name = p->workload[w].settings->name;
        if (p->cheapest[w] == p->options) {
            say(p, f, "%s: nothing is feasible%s", name,
                any_feasible(p, w) ? " at a price that more than one source knows"
                                   : "");
            continue;
        }
        const struct plan_option *o = &p->option[p->cheapest[w]];
        bool both = p->recommended[w] == p->cheapest[w];
        say(p, f, "cheapest%s for %s: %s, $%s%s a month%s (%s)",
            both ? " and recommended" : "", name, plan_option_name(p, o),
            plan_money(p, o->monthly.mean),
            in_brackets(p, plan_local(p, o->monthly.mean)),
            o->incomplete ? " and what could not be priced (--verbose says what)" : "",
            plan_evidence_text(p, o));
        if (both || p->recommended[w] == p->options) continue;
        o = &p->option[p->recommended[w]];
        say(p, f, "recommended for %s: %s, $%s%s a month (%s)", name,
            plan_option_name(p, o), plan_money(p, o->monthly.mean),
            in_brackets(p, plan_local(p, o->monthly.mean)), plan_evidence_text(p, o));
    }
    ladder(p, f);
}

/* "2026-12-01 3 x 6-month, 2027-02-14 1 x 1-month, …" */
static void mixes(const struct plan *p, FILE *f)
{
    enum { SHOWN = 6 };
    char date[DATE_TEXT];
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        const char *list = "";
        if (!o->mix || !o->mix->solution) continue;
        const struct commit_solution *s = o->mix->solution;
        for (size_t k = 0; k < s->purchases && k < SHOWN; k++) {
            const struct commit_purchase *b = &s->purchase[k];
            date_text(date, p->month_start_unix_s[0] + b->start * 3600);
            list = arena_printf(p->arena, "%s%s %s %lld x %s", list, k ? "," : "", date,
                                (long long)b->units,
                                commitment_text(o->mix->commitment_of[b->term]));
        }
        if (s->purchases > SHOWN)
            list =
                arena_printf(p->arena, "%s and %zu more", list, s->purchases - SHOWN);
        say(p, f,
            "%s: buy%s (optimal on %zu paths: gap $%.2f; knowing the future would save "
            "$%s "
            "a month)",
            plan_option_name(p, o), *list ? list : " nothing", o->mix->scenarios,
            o->mix->cost_usd - o->mix->bound_usd,
            plan_money(p,
                       (o->mix->cost_usd - o->mix->perfect_usd) / (double)p->months));
    }
}

static void break_even(const struct plan *p, FILE *f)
{
    for (size_t i = 0; i < p->evens; i++)
        say(p, f, "break-even: %s and %s cost the same at %s requests/day",
            plan_option_name(p, &p->option[p->even[i].a]),
            plan_option_name(p, &p->option[p->even[i].b]),
            count(p, p->even[i].requests_per_day));
}

/* "nova-lite on-demand", or all of them */
static const char *chosen(const struct plan *p)
{
    const char *list = "";
    for (size_t w = 0; w < p->workloads; w++)
        if (p->choice[w] < p->options)
            list = arena_printf(p->arena, "%s%s%s", list, *list ? " + " : "",
                                plan_option_name(p, &p->option[p->choice[w]]));
    return *list ? list : "nothing";
}

/* "; 10 % of all paths by 2027-06, half of all paths by 2027-11" */
static const char *first_months(const struct plan *p, enum plan_limit limit)
{
    static const char *const q[] = { "10 %", "half", "90 %" };
    char month[DATE_TEXT];
    const char *list = "";
    for (int i = 0; i < 3; i++) {
        if (p->risk.first[limit][i] < 0) continue;
        date_month_text(month, plan_month_unix_s(p, p->risk.first[limit][i]));
        list = arena_printf(p->arena, "%s%s %s of all paths by %s", list,
                            *list ? "," : ";", q[i], month);
    }
    return list;
}

/* "; mostly growth: 81% of whether it breaks" */
static const char *breach_causes(const struct plan *p)
{
    const struct driver_share *most = NULL;
    for (size_t i = 0; i < p->drivers; i++) {
        const struct driver_share *s = &p->sensitivity[i];
        if (s->share >= 0 && (!most || s->breach_total > most->breach_total)) most = s;
    }
    if (!most || most->breach_total <= 0) return "";
    return arena_printf(p->arena,
                        "whether a limit breaks hangs most on %s: %.0f%% of it alone, "
                        "%.0f%% with what it acts with",
                        most->input, most->breach_share * 100,
                        most->breach_total * 100);
}

static void budget(const struct plan *p, FILE *f)
{
    static const char *const limit[LIMITS] = { "month", "fiscal quarter",
                                               "fiscal year" };
    for (enum plan_limit k = 0; k < LIMITS; k++)
        if (p->risk.breach[k] >= 0)
            say(p, f, "budget of $%s%s a %s: %s breaks it on %.2g%% of paths%s",
                plan_money(p, plan_limit_usd(p, k)),
                in_brackets(p, plan_local(p, plan_limit_usd(p, k))), limit[k],
                chosen(p), p->risk.breach[k] * 100, first_months(p, k));
    if (*breach_causes(p)) say(p, f, "%s", breach_causes(p));
}

static void sensitivity(const struct plan *p, FILE *f)
{
    const char *list = "";
    for (size_t i = 0; i < p->drivers; i++) {
        const struct driver_share *s = &p->sensitivity[i];
        if (s->share >= 0)
            list = arena_printf(p->arena, "%s%s %s %.0f%%", list, *list ? "," : "",
                                s->input, s->share * 100);
    }
    if (*list) say(p, f, "spread comes from:%s of the variance, each alone", list);
    for (size_t i = 0; i < p->drivers; i++) {
        const struct driver_share *s = &p->sensitivity[i];
        if (s->share < 0)
            say(p, f, "  %s moves the chosen to $%s … $%s a month", s->input,
                plan_money(p, s->low_usd), plan_money(p, s->high_usd));
    }
}

static void assumptions(const struct plan *p, FILE *f)
{
    for (size_t w = 0; w < p->workloads; w++)
        for (size_t i = 0; i < p->workload[w].assumptions.count; i++)
            say(p, f, "assumed: %s", p->workload[w].assumptions.text[i]);
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        if (o->route && o->feasible)
            say(p, f, "%s: %s: %s", o->route->measured ? "router" : "assumed",
                plan_option_name(p, o), plan_route_text(p, o));
    }
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        if (!p->app->opt.verbose) break;
        for (size_t k = 0; k < o->assumptions.count; k++)
            item(p, plan_option_name(p, o), o->assumptions.text[k], f);
    }
}

/* The versions of a workload's prompt under its choice. */
static void versions(const struct plan *p, FILE *f)
{
    struct table t;
    for (size_t w = 0; w < p->workloads; w++) {
        const struct plan_prompt *k = p->workload[w].prompt;
        if (!plan_prompt_table(p, &p->workload[w], &t)) continue;
        fputc('\n', f);
        say(p, f, "versions of the prompt of %s by %s, tokens of a mean month (* %s):",
            p->workload[w].settings->name, k->compared, k->name);
        app_print_table(p->app, &t);
    }
}

void plan_print(const struct plan *p)
{
    struct table t;
    FILE *f = p->app->out;
    plan_table(p, &t);
    if (p->app->format != FORMAT_TEXT) {
        app_print_table(p->app, &t);
        return;
    }
    heading(p, f);
    if (t.rows > 0) app_print_table(p->app, &t);
    struct table lines;
    if (plan_extras_table(p, &lines, true)) {
        fputc('\n', f);
        say(p, f, "beside the tokens, in every figure above%s:",
            p->extras.count ? " (the whole plan's in the budget only)" : "");
        app_print_table(p->app, &lines);
    }
    versions(p, f);
    cheapest(p, f);
    infeasible(p, f);
    dominated(p, f);
    unit_evens(p, f);
    fputc('\n', f);
    mixes(p, f);
    break_even(p, f);
    budget(p, f);
    sensitivity(p, f);
    assumptions(p, f);
    struct err e = { 0 };
    const char *footer = app_footer(p->app, &e);
    if (footer) fprintf(f, "%s\n", footer);
}
