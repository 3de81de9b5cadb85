#include <math.h>
#include <string.h>

#include "date.h"
#include "table.h"
#include "text.h"
#include "tune_plan.h"
#include "wrap.h"

static const char *money(const struct tune_plan *p, struct usd_acc acc)
{
    struct usd usd;
    struct err e = { 0 };
    if (usd_round(&usd, acc, &e)) return "over 9e9";
    return usd_shown(usd, p->arena);
}

/* "12.50", or "12.50 to 61.00" */
static const char *span(const struct tune_plan *p, struct usd_span s)
{
    const char *low = money(p, s.low), *high = money(p, s.high);
    if (strcmp(low, high) == 0) return low;
    return arena_printf(p->arena, "%s to %s", low, high);
}

static const char *estimate(const struct tune_plan *p, double usd)
{
    struct usd_acc acc = { (i128)(usd * 1e18) };
    return money(p, acc);
}

static const char *volume(double v, struct arena *a)
{
    char text[32];
    if (v < 100) return arena_printf(a, "%.4g", v);
    if (v < 1e15) return arena_text(a, text_thousands(text, (int64_t)ceil(v)));
    return arena_printf(a, "%.3g", v);
}

/* --- idle first ------------------------------------------------------------------- */

static const char *delete_by(const struct tune_plan *p, const struct tune_hosting *h)
{
    char date[DATE_TEXT], locked[DATE_TEXT];
    struct arena *a = p->arena;
    const char *text = "";
    if (p->delete_by_unix_s)
        text = arena_printf(
            a, "; delete by %.16sZ, when it has cost more than %s ($%s)",
            date_time_text(date, p->delete_by_unix_s), p->worth_of, money(p, p->worth));
    if (!h->locked_until_unix_s) return text;
    return arena_printf(a, "%s; it cannot be deleted before %s", text,
                        date_text(locked, h->locked_until_unix_s));
}

/* What the stored model costs beside its hosting. */
static const char *storage(const struct tune_plan *p)
{
    for (size_t i = 0; i < p->lines; i++) {
        const struct tune_line *l = &p->line[i];
        if (strcmp(l->what, "storage") != 0 || !l->known) continue;
        struct usd_acc month = { l->usd.low.ausd / p->ask.s->months };
        return arena_printf(p->arena, " and $%s to store it", money(p, month));
    }
    return "";
}

static void print_shock(const struct tune_plan *p)
{
    struct arena *a = p->arena;
    const char *text = arena_printf(a, "  %s calls a day cost $%s each",
                                    volume(p->ask.s->requests_per_day, a),
                                    estimate(p, p->usd_per_call));
    if (p->by_token_usd > 0)
        text = arena_printf(a, "%s, %s times what their tokens cost on the base model",
                            text, volume(p->usd_per_call / p->by_token_usd, a));
    wrap_text(text, p->app->columns, 0, 2, p->app->out);
}

static void print_idle(const struct tune_plan *p)
{
    struct arena *a = p->arena;
    const char *text;
    if (p->chosen == p->hostings) {
        text = arena_printf(a,
                            "idle: unknown: no way to host a custom %s in %s has a "
                            "known price",
                            p->ask.model.id, p->ask.region);
        wrap_text(text, p->app->columns, 0, 2, p->app->out);
        return;
    }
    const struct tune_hosting *h = &p->hosting[p->chosen];
    text =
        arena_printf(a, "%s: $%s a month if nobody calls it (%s)%s%s",
                     p->shock ? "BILL SHOCK: idle" : "idle",
                     money(p, h->idle_per_month), h->name, storage(p), delete_by(p, h));
    wrap_text(text, p->app->columns, 0, 2, p->app->out);
    if (h->idle_per_month.ausd == 0)
        fputs("  nothing runs by the hour; delete the model when it is not wanted\n",
              p->app->out);
    if (p->shock) print_shock(p);
}

static void print_head(const struct tune_plan *p)
{
    const struct tune_ask *x = &p->ask;
    struct arena *a = p->arena;
    char from[DATE_TEXT], until[DATE_TEXT], in[32], out[32];
    const char *calls = "no calls stated";
    const char *often = x->trainings > 1 ? arena_printf(a, "trained %lld times",
                                                        (long long)x->trainings)
                                         : "trained once";
    if (x->has_calls)
        calls = arena_printf(a, "%s calls a day of %s tokens in, %s out",
                             volume(x->s->requests_per_day, a),
                             text_thousands(in, x->s->input_tokens),
                             text_thousands(out, x->s->output_tokens));
    wrap_text(arena_printf(a, "%s, %s in %s, %s; %s to %s; %s", x->model.id,
                           train_method_name(x->method), x->region, often,
                           date_text(from, x->start_unix_s),
                           date_text(until, x->end_unix_s - 86400), calls),
              p->app->columns, 0, 2, p->app->out);
}

static void print_hyper(const struct tune_plan *p)
{
    static const struct table_column column[] = {
        { .key = "hyperparameter", .heading = "hyperparameter" },
        { .key = "value", .heading = "value", .align = RIGHT },
        { .key = "bounds", .heading = "bounds" },
    };
    struct table t;
    const struct hyper_values *h = &p->ask.hyper;
    if (h->count == 0) {
        fputs("\nhyperparameters of this model and method are not published\n",
              p->app->out);
        return;
    }
    table_init(&t, NULL, column, sizeof column / sizeof *column, p->arena);
    for (size_t i = 0; i < h->count; i++) {
        const struct hyper_value *v = &h->value[i];
        const char **row = table_row(&t);
        row[0] = v->of->name;
        row[1] = isnan(v->value) ? "-" : arena_printf(p->arena, "%g", v->value);
        row[2] = hyper_bounds(v->of, p->arena);
    }
    fputc('\n', p->app->out);
    app_print_table(p->app, &t);
}

/* --- tables ----------------------------------------------------------------------- */

static bool is_people_left_out(const struct tune_line *l)
{
    return !l->known && strcmp(l->source, "stated") == 0;
}

/* Where a line's price stands, or why it has none. */
static void note_line(const struct tune_plan *p, struct table *t,
                      const struct tune_line *l)
{
    char rate[USD_TEXT], n[32];
    const struct bill_line *b = &l->bill[0];
    if (!l->known && !is_people_left_out(l)) {
        table_note(t, "%s: %s", l->what, l->why);
    } else if (l->known && b->unit) {
        const char *date = *l->as_of ? arena_printf(p->arena, ", %s", l->as_of) : "";
        const char *per = b->rate.per == 1
                              ? b->unit
                              : arena_printf(p->arena, "%s %ss",
                                             text_thousands(n, b->rate.per), b->unit);
        table_note(t, "%s: $%s per %s; %s%s", l->what, usd_rate_text(rate, b->rate),
                   per, l->source, date);
    }
}

static void print_lines(const struct tune_plan *p)
{
    static const struct table_column column[] = {
        { .key = "paid", .heading = "paid however few the calls" },
        { .key = "usd", .heading = "$", .align = RIGHT },
        { .key = "of", .heading = "of", .min_width = 16 },
    };
    struct table t;
    table_init(&t, NULL, column, sizeof column / sizeof *column, p->arena);
    for (size_t i = 0; i < p->lines; i++) {
        const struct tune_line *l = &p->line[i];
        const char **row = table_row(&t);
        row[0] = l->what;
        row[1] = l->known ? span(p, l->usd) : is_people_left_out(l) ? "-" : "unknown";
        row[2] = l->known ? l->detail : is_people_left_out(l) ? l->why : "";
        if (!p->ask.s->explain || !l->known) note_line(p, &t, l);
    }
    const char **row = table_row(&t);
    row[0] = p->fixed_at_least ? "together, at least" : "together";
    row[1] = span(p, p->fixed);
    row[2] = "";
    fputc('\n', p->app->out);
    app_print_table(p->app, &t);
}

static const char *ended_by(const struct tune_hosting *h)
{
    switch (h->kind) {
    case HOSTING_DEPLOYMENT:
        return "nothing to end";
    case HOSTING_IMPORT:
        return "5 idle minutes; storage stays";
    case HOSTING_NONE:
        return "deleting them";
    default:
        return "the term; it renews";
    }
}

static const char *at_least(const struct tune_plan *p, struct usd_acc usd, bool more)
{
    return arena_printf(p->arena, "%s%s", more ? ">= " : "", money(p, usd));
}

static void print_hosting(const struct tune_plan *p)
{
    static const struct table_column column[] = {
        { .key = "hosting", .heading = "hosting" },
        { .key = "units", .heading = "units", .align = RIGHT },
        { .key = "idle_usd_per_month", .heading = "idle $/month", .align = RIGHT },
        { .key = "usd", .heading = "$ in all", .align = RIGHT },
        { .key = "ended_by", .heading = "ended by", .min_width = 13 },
    };
    struct table t;
    struct arena *a = p->arena;
    if (p->hostings == 0) return;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < p->hostings; i++) {
        const struct tune_hosting *h = &p->hosting[i];
        const char **row = table_row(&t);
        const char *missing = h->why_not ? h->why_not : h->unpriced;
        row[0] = h->name;
        row[1] = h->units ? arena_printf(a, "%lld", (long long)h->units) : "";
        row[4] = h->why_not ? "not offered" : ended_by(h);
        if (missing) table_note(&t, "%s: %s", h->name, missing);
        if (h->why_not) continue;
        row[2] = money(p, h->idle_per_month);
        row[3] = h->unpriced            ? "unknown"
                 : h->priced || h->unit ? at_least(p, h->usd, h->at_least)
                                        : "by token";
        if (h->detail) table_note(&t, "%s: %s", h->name, h->detail);
    }
    table_note(&t, "idle: what it costs when nobody calls it, for %d hours",
               MONTH_HOURS);
    fputc('\n', p->app->out);
    app_print_table(p->app, &t);
}

static void note_way(struct table *t, const struct tune_way *w)
{
    const char *detail = w->detail ? w->detail : "not priced";
    if (w->why_not)
        table_note(t, "%s: %s", w->name, w->why_not);
    else if (w->hit_share >= 0)
        table_note(t, "%s: %s, %.1f%% of calls find them cached (Poisson calls)",
                   w->name, detail, 100 * w->hit_share);
    else if (w->hosting == HOSTING_KINDS)
        table_note(t, "%s: %s", w->name, detail);
}

static void print_ways(const struct tune_plan *p)
{
    static const struct table_column column[] = {
        { .key = "way", .heading = "way", .min_width = 24 },
        { .key = "usd", .heading = "$ in all", .align = RIGHT },
        { .key = "calls_usd", .heading = "of that, calls", .align = RIGHT },
    };
    struct table t;
    struct arena *a = p->arena;
    if (!p->ask.has_calls) return;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < p->ways; i++) {
        const struct tune_way *w = &p->way[i];
        if (w->hosting < HOSTING_KINDS && p->hosting[w->hosting].why_not) continue;
        const char **row = table_row(&t);
        row[0] = w->name;
        row[1] = row[2] = "unknown";
        note_way(&t, w);
        if (w->why_not || !w->has_running) continue;
        struct usd_span all = { { w->fixed.low.ausd + w->running.ausd },
                                { w->fixed.high.ausd + w->running.ausd } };
        row[1] = arena_printf(a, "%s%s", w->at_least ? ">= " : "", span(p, all));
        row[2] = money(p, w->running);
    }
    fputc('\n', p->app->out);
    app_print_table(p->app, &t);
}

static void print_winners(const struct tune_plan *p, int end)
{
    static const struct table_column column[] = {
        { .key = "from", .heading = "from", .align = RIGHT },
        { .key = "below", .heading = "below", .align = RIGHT },
        { .key = "cheapest", .heading = "calls a day: cheapest is", .min_width = 20 },
    };
    const struct winner_map *m = &p->winners[end];
    struct table t;
    struct arena *a = p->arena;
    table_init(&t, NULL, column, sizeof column / sizeof *column, a);
    for (size_t i = 0; i < m->count; i++) {
        const char **row = table_row(&t);
        bool last = i + 1 == m->count;
        row[0] = i ? volume(m->segment[i].from, a) : "0";
        row[1] = last ? (m->cut ? "?" : "any") : volume(m->segment[i + 1].from, a);
        row[2] = p->way[p->competing[m->segment[i].way]].name;
    }
    if (m->cut) table_note(&t, "it changes more often than can be shown");
    if (p->fixed_at_least && !end)
        table_note(&t, "a price is missing: tuned wins later than that, if at all");
    fputc('\n', p->app->out);
    if (p->spread)
        fprintf(p->app->out, "at the %s end of what is paid once:\n",
                end ? "low" : "high");
    app_print_table(p->app, &t);
}

enum err_code tune_plan_text(struct tune_plan *p, struct err *e)
{
    print_idle(p);
    fputc('\n', p->app->out);
    print_head(p);
    print_hyper(p);
    print_lines(p);
    print_hosting(p);
    print_ways(p);
    for (int end = 0; p->competitors > 1 && end <= p->spread; end++)
        print_winners(p, end);
    if (p->notes) fputc('\n', p->app->out);
    for (size_t i = 0; i < p->notes; i++)
        wrap_text(p->note[i], p->app->columns, 0, 2, p->app->out);
    const char *footer = app_footer(p->app, e);
    if (!footer) return e->code;
    fprintf(p->app->out, "%s\n", footer);
    return OK;
}
