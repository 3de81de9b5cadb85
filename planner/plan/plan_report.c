#include "plan.h"
#include "plan_prompts.h"

#include "date.h"
#include "file.h"
#include "html.h"
#include "plan_finance.h"
#include "plot.h"
#include "table.h"
#include "text.h"

/* The plan as one page: charts, the numbers under each, reasons and sources. */

static void months_table(const struct plan *p, struct table *t)
{
    static const struct table_column columns[] = {
        { .key = "month", .heading = "month", .align = LEFT },
        { .key = "p05_usd", .heading = "P5 $", .align = RIGHT },
        { .key = "p50_usd", .heading = "P50 $", .align = RIGHT },
        { .key = "p95_usd", .heading = "P95 $", .align = RIGHT },
        { .key = "breach", .heading = "over the monthly limit", .align = RIGHT },
    };
    table_init(t, NULL, columns, sizeof columns / sizeof *columns, p->arena);
    for (size_t m = 0; m < p->months; m++) {
        char text[DATE_TEXT];
        const char **cell = table_row(t);
        cell[0] = arena_text(p->arena, date_month_text(text, p->month_start_unix_s[m]));
        cell[1] = plan_money(p, p->month[m].p05);
        cell[2] = plan_money(p, p->month[m].p50);
        cell[3] = plan_money(p, p->month[m].p95);
        if (p->config.budget.monthly_usd > 0)
            cell[4] = arena_printf(p->arena, "%.2g%%",
                                   p->risk.by_month[LIMIT_MONTH][m] * 100);
    }
}

static const char *per_cent(const struct plan *p, double share, bool known)
{
    return known ? arena_printf(p->arena, "%.0f%%", share * 100) : NULL;
}

static void drivers_table(const struct plan *p, struct table *t)
{
    static const struct table_column columns[] = {
        { .key = "input", .heading = "input", .align = LEFT },
        { .key = "low", .heading = "$/month low", .align = RIGHT },
        { .key = "high", .heading = "high", .align = RIGHT },
        { .key = "alone", .heading = "of the variance, alone", .align = RIGHT },
        { .key = "total", .heading = "with what it acts with", .align = RIGHT },
        { .key = "breach", .heading = "of a breach, alone", .align = RIGHT },
        { .key = "breach_total", .heading = "with what it acts with", .align = RIGHT },
    };
    table_init(t, NULL, columns, sizeof columns / sizeof *columns, p->arena);
    for (size_t i = 0; i < p->drivers; i++) {
        const struct driver_share *s = &p->sensitivity[i];
        bool driver = s->share >= 0, limited = driver && p->config.has_budget;
        const char **cell = table_row(t);
        cell[0] = s->input;
        cell[1] = plan_money(p, s->low_usd);
        cell[2] = plan_money(p, s->high_usd);
        cell[3] = per_cent(p, s->share, driver);
        cell[4] = per_cent(p, s->total, driver);
        cell[5] = per_cent(p, s->breach_share, limited);
        cell[6] = per_cent(p, s->breach_total, limited);
    }
}

static void reasons_table(const struct plan *p, struct table *t)
{
    static const struct table_column columns[] = {
        { .key = "option", .heading = "option", .align = LEFT },
        { .key = "reason", .heading = "why it is out", .align = LEFT },
    };
    table_init(t, NULL, columns, 2, p->arena);
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        for (size_t k = 0; k < o->reasons.count; k++) {
            const char **cell = table_row(t);
            cell[0] = plan_option_name(p, o);
            cell[1] = o->reasons.text[k];
        }
    }
}

static void sources_table(const struct plan *p, struct table *t)
{
    static const struct table_column columns[] = {
        { .key = "option", .heading = "option", .align = LEFT },
        { .key = "dimension", .heading = "dimension", .align = LEFT },
        { .key = "usd", .heading = "USD", .align = RIGHT },
        { .key = "per", .heading = "per", .align = RIGHT },
        { .key = "source", .heading = "source", .align = LEFT },
        { .key = "as_of", .heading = "as of", .align = LEFT },
        { .key = "trust", .heading = "trust", .align = LEFT },
    };
    table_init(t, NULL, columns, sizeof columns / sizeof *columns, p->arena);
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        for (size_t k = 0; k < o->components; k++) {
            const struct plan_component *c = &o->component[k];
            char usd[USD_TEXT];
            const char **cell = table_row(t);
            cell[0] = plan_option_name(p, o);
            cell[1] = c->dimension;
            cell[2] = arena_text(p->arena, usd_rate_text(usd, c->rate));
            cell[3] = arena_printf(p->arena, "%d tokens", c->rate.per);
            cell[4] = c->row ? c->row->source : NULL;
            cell[5] = c->row ? c->row->as_of : NULL;
            cell[6] = c->row ? (const char *[]){ "A", "B", "C" }[c->row->trust] : NULL;
        }
    }
}

static enum err_code chart(const struct plan *p, enum plan_chart which, FILE *f,
                           struct err *e)
{
    struct plot plot;
    char *svg;
    if (!plan_chart(&plot, p, which)) return OK;
    if (plot_svg(&svg, &plot, p->arena, e)) return e->code;
    html_svg(f, svg, plot.title);
    return OK;
}

static void assumptions(const struct plan *p, FILE *f)
{
    html_heading(f, "Assumptions");
    for (size_t w = 0; w < p->workloads; w++)
        for (size_t i = 0; i < p->workload[w].assumptions.count; i++)
            html_paragraph(f, "%s", p->workload[w].assumptions.text[i]);
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        for (size_t k = 0; k < o->assumptions.count; k++)
            html_paragraph(f, "%s: %s", plan_option_name(p, o), o->assumptions.text[k]);
    }
}

static void answers(const struct plan *p, FILE *f)
{
    for (size_t w = 0; w < p->workloads; w++) {
        const char *name = p->workload[w].settings->name;
        bool both = p->recommended[w] == p->cheapest[w];
        if (p->cheapest[w] == p->options) continue;
        const struct plan_option *o = &p->option[p->cheapest[w]];
        html_paragraph(f, "Cheapest%s for %s: %s (%s).", both ? " and recommended" : "",
                       name, plan_option_name(p, o), plan_evidence_text(p, o));
        if (both || p->recommended[w] == p->options) continue;
        o = &p->option[p->recommended[w]];
        html_paragraph(f, "Recommended for %s: %s (%s).", name, plan_option_name(p, o),
                       plan_evidence_text(p, o));
    }
}

static enum err_code body(const struct plan *p, FILE *f, struct err *e)
{
    struct table t;
    html_heading(f, "Which model, bought how");
    if (chart(p, CHART_CANDIDATES, f, e)) return e->code;
    plan_table(p, &t);
    html_table(f, &t);
    if (plan_extras_table(p, &t, false)) {
        html_heading(f, "Beside the tokens");
        html_paragraph(f, "In every figure above%s.",
                       p->extras.count ? "; the whole plan's in what will be spent"
                                       : "");
        if (chart(p, CHART_EXTRAS, f, e)) return e->code;
        html_table(f, &t);
    }
    for (size_t w = 0; w < p->workloads; w++) {
        if (!plan_prompt_table(p, &p->workload[w], &t)) continue;
        html_heading(f, "Versions of the prompt");
        html_paragraph(f, "Tokens of a mean month of %s by %s; the plan is of %s.",
                       p->workload[w].settings->name, p->workload[w].prompt->compared,
                       p->workload[w].prompt->name);
        html_table(f, &t);
    }
    answers(p, f);
    html_heading(f, "What will be spent");
    if (chart(p, CHART_SPEND, f, e)) return e->code;
    if (chart(p, CHART_MONTHS, f, e)) return e->code;
    months_table(p, &t);
    html_table(f, &t);
    html_heading(f, "What moves the bill");
    if (chart(p, CHART_SENSITIVITY, f, e)) return e->code;
    drivers_table(p, &t);
    html_table(f, &t);
    if (plan_finance(&(struct finance_page){ .f = f, .html = true }, p, e))
        return e->code;
    html_heading(f, "What volume does to the order");
    if (chart(p, CHART_VOLUME, f, e)) return e->code;
    html_heading(f, "Out of the race");
    reasons_table(p, &t);
    html_table(f, &t);
    assumptions(p, f);
    html_heading(f, "Prices used");
    sources_table(p, &t);
    html_table(f, &t);
    return OK;
}

static enum err_code html_page(const struct plan *p, FILE *f, struct err *e)
{
    char a[DATE_TEXT], b[DATE_TEXT];
    html_begin(f, p->config.plan.name,
               arena_printf(p->arena, "%s, %s to %s, %zu paths, seed %lld",
                            p->config.plan.region,
                            date_text(a, p->month_start_unix_s[0]),
                            date_text(b, p->month_start_unix_s[p->months] - 1),
                            p->paths, (long long)p->config.plan.seed));
    if (body(p, f, e)) return e->code;
    html_end(f, app_footer(p->app, e));
    return e->code;
}

static enum err_code markdown_page(const struct plan *p, FILE *f, struct err *e)
{
    fprintf(f, "# %s\n\n", p->config.plan.name);
    if (plan_finance(&(struct finance_page){ .f = f }, p, e)) return e->code;
    fprintf(f, "%s\n", app_footer(p->app, e));
    return e->code;
}

enum err_code plan_report(const struct plan *p, const char *path, struct err *e)
{
    struct file_out out;
    enum format asked = p->app->format;
    if (file_out_open(&out, path, e)) return e->code;
    p->app->format = FORMAT_TEXT; /* figures for people, whatever stdout gets */
    enum err_code code = text_ends(path, ".md") ? markdown_page(p, out.stream, e)
                                                : html_page(p, out.stream, e);
    p->app->format = asked;
    if (!code) return file_out_commit(&out, e);
    file_out_abandon(&out);
    return code;
}
