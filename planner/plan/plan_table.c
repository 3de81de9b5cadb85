#include "plan.h"

#include <math.h>
#include <string.h>

#include "date.h"
#include "table.h"
#include "text.h"

/* The ranking as one table: text, csv, Markdown, HTML. */

static const struct table_column columns[] = {
    { .key = "rank", .heading = "#", .align = RIGHT },
    { .key = "name", .heading = "candidate", .align = LEFT, .min_width = 12 },
    { .key = "purchase", .heading = "bought", .align = LEFT, .min_width = 10 },
    { .key = "monthly_mean_usd", .heading = "$/month", .align = RIGHT },
    { .key = "monthly_p05_usd", .heading = "P5", .align = RIGHT },
    { .key = "monthly_p95_usd", .heading = "P95", .align = RIGHT },
    { .key = "usd_per_1k_requests",
      .heading = "$/1k req",
      .align = RIGHT,
      .droppable = true },
    { .key = "idle_usd_per_month", .heading = "idle $", .align = RIGHT },
    { .key = "throttled_share",
      .heading = "throttled",
      .align = RIGHT,
      .droppable = true },
    { .key = "marks", .heading = "", .align = LEFT },
    { .key = "model",
      .heading = "model",
      .align = LEFT,
      .min_width = 16,
      .droppable = true },
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static bool has_extras(const struct plan *p)
{
    for (size_t i = 0; i < p->options; i++)
        if (p->option[i].extras.count) return true;
    return false;
}

/* The columns above, one of converted money where a currency is stated, and one of what
 * is not tokens where there is any. */
static const struct table_column *columns_of(const struct plan *p, size_t *count)
{
    const char *code = p->config.account.currency;
    struct table_column *all = ARENA_NEW(p->arena, struct table_column, COLUMNS + 2);
    memcpy(all, columns, sizeof columns);
    *count = COLUMNS;
    if (code)
        all[(*count)++] = (struct table_column){
            .key = arena_printf(p->arena, "monthly_mean_%c%c%c", code[0] | 32,
                                code[1] | 32, code[2] | 32),
            .heading = arena_printf(p->arena, "%s/month", code),
            .align = RIGHT,
        };
    if (has_extras(p))
        all[(*count)++] = (struct table_column){
            .key = "extras_usd_per_month",
            .heading = "lines $",
            .align = RIGHT,
            .droppable = true,
        };
    return all;
}

const char *plan_money(const struct plan *p, double usd)
{
    if (p->app->format != FORMAT_TEXT && p->app->format != FORMAT_MD)
        return arena_printf(p->arena, "%.6g", usd);
    if (usd == 0) return "0";
    struct usd whole = { (int64_t)nearbyint(usd * 1e9) };
    char text[USD_TEXT];
    if (fabs(usd) >= 1000) {
        char n[32];
        return arena_text(p->arena, text_thousands(n, (int64_t)nearbyint(usd)));
    }
    return arena_text(p->arena, usd_show(text, whole));
}

const char *plan_local(const struct plan *p, double usd)
{
    const struct account_settings *s = &p->config.account;
    if (!s->currency) return NULL;
    return arena_printf(p->arena, "%s %s", s->currency,
                        plan_money(p, usd * s->currency_per_usd));
}

const char *plan_local_rate(const struct plan *p)
{
    const struct account_settings *s = &p->config.account;
    char date[DATE_TEXT];
    if (!s->currency) return NULL;
    return arena_printf(p->arena, "%s at %.10g to the USD, a stated rate of %s",
                        s->currency, s->currency_per_usd,
                        date_text(date, s->currency_date_unix_s));
}

static const char *share(const struct plan *p, double x)
{
    if (x < 0) return NULL;
    if (p->app->format != FORMAT_TEXT && p->app->format != FORMAT_MD)
        return arena_printf(p->arena, "%.4g", x);
    return arena_printf(p->arena, "%.2g%%", x * 100);
}

/* c: trust C; ?: something unknown; !: conflict or a doubtful row; r: region assumed */
static const char *mark_letters(const struct plan *p, const struct plan_option *o)
{
    return arena_printf(p->arena, "%s%s%s", o->marks & MARK_TRUST_C ? "c" : "",
                        o->marks & (MARK_CONFLICT | MARK_SUSPICIOUS) ? "!" : "",
                        o->marks & MARK_REGION_ASSUMED ? "r" : "");
}

static void add_row(const struct plan *p, struct table *t, const struct plan_option *o,
                    int rank)
{
    const char **cell = table_row(t);
    const char *units = "";
    if (o->unit && o->unit_input_tpm > 0)
        units = arena_printf(p->arena, " x%lld", (long long)o->units);
    cell[0] = rank ? arena_printf(p->arena, "%d", rank) : NULL;
    cell[1] = o->candidate->name;
    cell[2] = arena_printf(p->arena, "%s%s", o->buy.text, units);
    cell[10] = o->model.id;
    cell[7] = plan_money(p, o->idle_usd_per_month);
    cell[8] = share(p, o->throttled_share);
    cell[9] = mark_letters(p, o);
    t->dim[t->rows - 1] = rank == 0;
    if (!o->cost_nusd) return;
    cell[3] = plan_money(p, o->monthly.mean);
    cell[4] = plan_money(p, o->monthly.p05);
    cell[5] = plan_money(p, o->monthly.p95);
    cell[6] = plan_money(p, o->usd_per_1k_requests);
    size_t next = COLUMNS;
    if (p->config.account.currency)
        cell[next++] =
            plan_money(p, o->monthly.mean * p->config.account.currency_per_usd);
    if (next < t->columns)
        cell[next] = plan_money(p, o->extras_total_usd / (double)p->months);
}

void plan_table(const struct plan *p, struct table *t)
{
    size_t count;
    const struct table_column *all = columns_of(p, &count);
    table_init(t, NULL, all, count, p->arena);
    bool text = p->app->format == FORMAT_TEXT;
    unsigned marks = 0;
    int rank = 0;
    for (size_t i = 0; i < p->options; i++) {
        const struct plan_option *o = &p->option[p->order[i]];
        if (!o->cost_nusd && text) continue; /* its reason is said below the table */
        add_row(p, t, o, o->feasible && o->cost_nusd ? ++rank : 0);
        marks |= o->marks;
    }
    if (p->config.account.currency) table_note(t, "%s", plan_local_rate(p));
    if (marks & MARK_REGION_ASSUMED)
        table_note(t, "r  a price's source names no region: taken to hold in this one");
    if (marks & (MARK_CONFLICT | MARK_SUSPICIOUS))
        table_note(t, "!  sources disagree on a price, or it breaks a ratio rule: see "
                      "'bedplan price MODEL --explain'");
    if (marks & MARK_TRUST_C)
        table_note(t,
                   "c  a price rests on one aggregator alone: never called cheapest");
}
