#include "plan_finance.h"

#include <stdarg.h>
#include <stdio.h>

#include "biller.h"
#include "bridge.h"
#include "date.h"
#include "html.h"
#include "table.h"

/* What finance asks of a plan: how much, when, how sure, why, on whose invoice. */

static void heading(const struct finance_page *page, const char *text)
{
    if (page->html)
        html_heading(page->f, text);
    else
        fprintf(page->f, "## %s\n\n", text);
}

static void paragraph(const struct finance_page *page, const char *fmt, ...)
    PRINTF(2, 3);
static void paragraph(const struct finance_page *page, const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (page->html)
        html_paragraph(page->f, "%s", text);
    else
        fprintf(page->f, "%s\n\n", text);
}

static void table(const struct finance_page *page, const struct table *t)
{
    if (page->html) {
        html_table(page->f, t);
        return;
    }
    table_print(t, TABLE_MD, 100, false, page->f);
    fputc('\n', page->f);
}

static const char *both(const struct plan *p, double usd)
{
    const char *local = plan_local(p, usd);
    return arena_printf(p->arena, local ? "$%s (%s)" : "$%s", plan_money(p, usd),
                        local);
}

static void headline(const struct finance_page *page, const struct plan *p)
{
    const struct plan_stats *all = &p->spend[p->months];
    char a[DATE_TEXT], b[DATE_TEXT];
    const char *list = "";
    for (size_t i = 0; i < p->bill->workloads; i++)
        list = arena_printf(p->arena, "%s%s%s for %s", list, *list ? ", " : "",
                            p->bill->workload[i].option, p->bill->workload[i].name);
    if (!*list) {
        paragraph(page, "Nothing is feasible: there is no bill to plan.");
        return;
    }
    paragraph(page,
              "%s, %s to %s, costs %s in half of all cases; 9 of 10 lie between %s and "
              "%s. Before tax.",
              list, date_text(a, p->month_start_unix_s[0]),
              date_text(b, p->month_start_unix_s[p->months] - 1), both(p, all->p50),
              both(p, all->p05), both(p, all->p95));
    if (p->config.account.discount_ppm)
        paragraph(page, "Private pricing of %.4g%% is taken off every line.",
                  p->config.account.discount_ppm * 1e-4);
    if (plan_local_rate(p))
        paragraph(page, "%s; AWS bills in USD, so the rate is a risk of its own.",
                  plan_local_rate(p));
}

static const char *period_name(const struct plan *p, const struct budget_period *r)
{
    char a[DATE_TEXT], b[DATE_TEXT];
    return arena_printf(
        p->arena, "%s %s to %s%s", r->limit == LIMIT_YEAR ? "year" : "quarter",
        date_month_text(a, p->month_start_unix_s[r->first]),
        date_month_text(b, p->month_start_unix_s[r->first + r->months] - 1),
        r->whole ? "" : ", part");
}

static void periods(const struct finance_page *page, const struct plan *p)
{
    static const struct table_column columns[] = {
        { .key = "period", .heading = "fiscal period", .align = LEFT },
        { .key = "p05_usd", .heading = "P5 $", .align = RIGHT },
        { .key = "p50_usd", .heading = "P50 $", .align = RIGHT },
        { .key = "p95_usd", .heading = "P95 $", .align = RIGHT },
        { .key = "limit_usd", .heading = "limit $", .align = RIGHT },
        { .key = "breach", .heading = "over it", .align = RIGHT },
    };
    struct table t;
    bool part = false;
    double before = 0;
    table_init(&t, NULL, columns, sizeof columns / sizeof *columns, p->arena);
    for (size_t i = 0; i < p->risk.periods; i++) {
        const struct budget_period *r = &p->risk.period[i];
        double most = plan_limit_usd(p, r->limit);
        const char **cell = table_row(&t);
        cell[0] = period_name(p, r);
        cell[1] = plan_money(p, r->usd.p05);
        cell[2] = plan_money(p, r->usd.p50);
        cell[3] = plan_money(p, r->usd.p95);
        cell[4] = most > 0 ? plan_money(p, most) : NULL;
        if (r->breach >= 0) cell[5] = arena_printf(p->arena, "%.2g%%", r->breach * 100);
        part = part || !r->whole;
        before += r->spent_usd;
    }
    table(page, &t);
    if (part)
        paragraph(page,
                  "\"part\": other months of the period lie outside the plan and "
                  "are not counted%s.",
                  before > 0 ? arena_printf(p->arena,
                                            ", save %s already spent in the first year",
                                            both(p, before))
                             : "");
}

static void breaches(const struct finance_page *page, const struct plan *p)
{
    static const char *const q[] = { "1 in 10 cases by", "half by", "9 in 10 by" };
    for (enum plan_limit k = 0; k < LIMITS; k++) {
        const char *dates = "";
        if (p->risk.breach[k] < 0) continue;
        for (int i = 0; i < 3; i++) {
            char date[DATE_TEXT];
            if (p->risk.first[k][i] < 0) continue;
            dates = arena_printf(
                p->arena, "%s%s %s %s", dates, *dates ? "," : ";", q[i],
                date_text(date, plan_month_unix_s(p, p->risk.first[k][i])));
        }
        paragraph(page, "The %s limit of %s breaks in %.2g%% of cases%s.",
                  plan_limit_text[k], both(p, plan_limit_usd(p, k)),
                  p->risk.breach[k] * 100, dates);
    }
    const struct driver_share *most = NULL;
    for (size_t i = 0; i < p->drivers; i++) {
        const struct driver_share *s = &p->sensitivity[i];
        if (s->share >= 0 && (!most || s->breach_total > most->breach_total)) most = s;
    }
    if (most && most->breach_total > 0)
        paragraph(
            page,
            "Whether a limit breaks hangs most on %s: %.0f%% of it alone, %.0f%% "
            "with what it acts with. A day inside a month takes the month's spend "
            "as even.",
            most->input, most->breach_share * 100, most->breach_total * 100);
}

static enum err_code bridge(const struct finance_page *page, const struct plan *p,
                            struct err *e)
{
    struct bridge b;
    struct table t;
    char first[DATE_TEXT], last[DATE_TEXT];
    if (p->months < 2 || !p->bill->workloads) return OK;
    if (bridge_build(&b, p->first_bill, p->last_bill, e)) return e->code;
    date_month_text(first, p->month_start_unix_s[0]);
    date_month_text(last, p->month_start_unix_s[p->months - 1]);
    heading(page,
            arena_printf(p->arena, "From the bill of %s to that of %s", first, last));
    bridge_table(&t, &b, false, p->arena);
    table(page, &t);
    paragraph(page,
              "Mean bills; the parts add up exactly. 'bedplan diff' does the same "
              "for two saved plans, last period's and the next.");
    return OK;
}

/* Lines beside the tokens, and whose invoice each stands on, where that is known. */
static void line_invoices(struct table *t, const struct plan *p, const char *workload,
                          const struct extras *x)
{
    for (size_t i = 0; i < x->count; i++) {
        const struct plan_extra *l = &x->line[i];
        const char **cell = table_row(t);
        cell[0] = workload;
        cell[1] = extra_name(l, p->arena);
        cell[2] = l->billed_by;
        cell[4] = plan_money(p, l->usd);
        cell[5] = plan_money(p, l->idle_usd);
    }
}

static void invoices(const struct finance_page *page, const struct plan *p)
{
    static const struct table_column columns[] = {
        { .key = "workload", .heading = "workload", .align = LEFT },
        { .key = "option", .heading = "bought", .align = LEFT },
        { .key = "seller", .heading = "billed by", .align = LEFT },
        { .key = "found", .heading = "in Cost Explorer", .align = LEFT },
        { .key = "usd", .heading = "mean $/month", .align = RIGHT },
        { .key = "idle", .heading = "if never called $/month", .align = RIGHT },
    };
    struct table t;
    table_init(&t, NULL, columns, sizeof columns / sizeof *columns, p->arena);
    for (size_t w = 0; w < p->workloads; w++) {
        if (p->choice[w] == p->options) continue;
        const struct plan_option *o = &p->option[p->choice[w]];
        struct biller b = biller_of(o->model.id);
        const char **cell = table_row(&t);
        cell[0] = p->workload[w].settings->name;
        cell[1] = plan_option_name(p, o);
        cell[2] = b.seller;
        cell[3] = b.found;
        double usd = o->monthly.mean, idle = o->idle_usd_per_month;
        for (size_t i = 0; i < o->extras.count; i++) {
            usd -= o->extras.line[i].usd;
            idle -= o->extras.line[i].idle_usd;
        }
        cell[4] = plan_money(p, usd);
        cell[5] = plan_money(p, idle);
        line_invoices(&t, p, cell[0], &o->extras);
    }
    line_invoices(&t, p, "the whole plan", &p->extras);
    heading(page, "On whose invoice");
    table(page, &t);
    paragraph(
        page,
        "Models of other providers are billed through AWS Marketplace and miss in a "
        "report that filters on the service Amazon Bedrock (AWS's model cards; the "
        "service codes of the AWS Price List, 2026-08).");
}

enum err_code plan_finance(const struct finance_page *page, const struct plan *p,
                           struct err *e)
{
    heading(page, "For finance");
    headline(page, p);
    periods(page, p);
    breaches(page, p);
    if (bridge(page, p, e)) return e->code;
    invoices(page, p);
    return OK;
}
