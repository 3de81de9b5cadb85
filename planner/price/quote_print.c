#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "proof.h"
#include "quote.h"
#include "table.h"
#include "text.h"
#include "wrap.h"

const char *quote_marks(unsigned marks, struct arena *a)
{
    const char *text = "";
    for (unsigned mark = 1; mark && mark <= marks; mark <<= 1)
        if (marks & mark)
            text = arena_printf(a, "%s%s%s", text, *text ? ", " : "", mark_text(mark));
    return text;
}

static const char *place_of(const struct price_row *r, struct arena *a)
{
    const char *region = strcmp(r->region, "*") == 0 ? "no region" : r->region;
    if (!*r->scope) return region;
    return arena_printf(a, "%s, scope %s", region, r->scope);
}

const char *quote_rule(const struct quote *q, const struct quote_line *l,
                       struct arena *a)
{
    if (l->service)
        return arena_printf(a, "items: an entry of %s, by trust, then the later date",
                            l->service);
    return proof_rule(l->pick.row, l->pick.other, q->region, a);
}

/* "1M" */
static const char *per_text(int32_t per)
{
    return per == 1000000 ? "1M" : per == 1000 ? "1K" : "1";
}

static const char *plural(int64_t n)
{
    return n == 1 ? "" : "s";
}

static const char *cell_usd(struct usd_acc acc, struct arena *a, struct err *e)
{
    struct usd rounded;
    char text[USD_TEXT];
    if (usd_round(&rounded, acc, e)) return NULL;
    return arena_text(a, usd_text(text, rounded));
}

/* ---- text, csv, tsv, Markdown ---- */

enum { DIMENSION, QUANTITY, UNIT, PRICE, PER, COST, TRUST, AS_OF, MARKS, SOURCE };

static const struct table_column columns[] = {
    [DIMENSION] = { "dimension", "Dimension", LEFT, 0, false },
    [QUANTITY] = { "quantity", "Quantity", RIGHT, 0, false },
    [UNIT] = { "unit", "Unit", LEFT, 0, true },
    [PRICE] = { "usd_per_unit", "Price $", RIGHT, 0, false },
    [PER] = { "per", "per", RIGHT, 0, false },
    [COST] = { "usd", "Cost $", RIGHT, 0, false },
    [TRUST] = { "trust", "Trust", LEFT, 0, true },
    [AS_OF] = { "as_of", "As of", LEFT, 0, true },
    [MARKS] = { "marks", "Marks", LEFT, 0, false },
    [SOURCE] = { "source", "Source", LEFT, 12, true },
};

static bool is_for_people(const struct app *app)
{
    return app->format == FORMAT_TEXT || app->format == FORMAT_MD;
}

static const char *name_of(const struct quote_line *l, struct arena *a)
{
    if (!*l->context_tier) return l->dimension;
    return arena_printf(a, "%s %s", l->dimension, l->context_tier);
}

static void fill_row(const char **cell, const struct app *app, const struct quote *q,
                     const struct quote_line *l, const struct bill_line *b,
                     struct err *e)
{
    struct arena *a = app->arena;
    char text[USD_TEXT], count[32];
    cell[DIMENSION] = name_of(l, a);
    if (!q->card) cell[QUANTITY] = arena_text(a, text_thousands(count, l->quantity));
    if (!b) {
        cell[MARKS] = "unpriced";
        return;
    }
    bool people = is_for_people(app);
    cell[UNIT] = b->unit;
    cell[PRICE] = arena_text(a, usd_rate_text(text, b->rate));
    cell[PER] = people ? per_text(b->rate.per) : arena_printf(a, "%d", b->rate.per);
    if (!q->card) cell[COST] = cell_usd(b->cost, a, e);
    cell[TRUST] = trust_text(b->trust);
    cell[AS_OF] = b->as_of;
    cell[MARKS] = quote_marks(b->marks, a);
    cell[SOURCE] = b->source;
}

/* A line of --explain: running text on a terminal, a note in Markdown. */
struct explanation {
    struct app *app;
    struct table *notes;
};

__attribute__((format(printf, 3, 4))) static void say(struct explanation *x, int indent,
                                                      const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (x->app->format == FORMAT_MD) {
        table_note(x->notes, "%s", text);
        return;
    }
    fprintf(x->app->out, "%*s", indent, "");
    wrap_text(text, x->app->columns, indent, indent + 2, x->app->out);
}

static void say_price(struct explanation *x, const char *what,
                      const struct price_row *r)
{
    char text[USD_TEXT];
    say(x, 4, "%s: %s USD / %s (%s): %s, %s, trust %s%s%s", what,
        usd_rate_text(text, r->rate), per_text(r->rate.per), place_of(r, x->app->arena),
        r->source, r->as_of, trust_text(r->trust), *r->doubt ? "; " : "", r->doubt);
}

/* "1,155 tokens × 0.035 USD / 1M = 0.000040425 USD" */
static const char *arithmetic(const struct quote *q, const struct quote_line *l,
                              const struct bill_line *b, struct arena *a)
{
    char count[32], price[USD_TEXT], cost[USD_TEXT];
    usd_rate_text(price, b->rate);
    const char *per = per_text(b->rate.per);
    if (q->card) return arena_printf(a, "%s USD / %s %ss", price, per, b->unit);
    int32_t keep_ppm = 1000000 - q->discount_ppm;
    const char *less =
        keep_ppm == 1000000
            ? ""
            : arena_printf(a, " × %d.%04d%%", keep_ppm / 10000, keep_ppm % 10000);
    return arena_printf(
        a, "%s %s%s × %s USD / %s%s = %s USD", text_thousands(count, l->quantity),
        b->unit, plural(l->quantity), price, per, less, usd_acc_text(cost, b->cost));
}

static void explain_line(struct explanation *x, const struct quote *q,
                         const struct quote_line *l, const struct bill_line *b)
{
    struct arena *a = x->app->arena;
    const struct price_row *r = l->pick.row;
    if (!b) {
        say(x, 2, "%s: %s", name_of(l, a), quote_rule(q, l, a));
    } else {
        say(x, 2, "%s: %s", name_of(l, a), arithmetic(q, l, b, a));
        if (l->detail) say(x, 4, "counted: %s", l->detail);
        say(x, 4, "row: %s; %s", place_of(r, a), quote_rule(q, l, a));
        say(x, 4, "source: %s, %s, trust %s; %d agree, %d disagree", r->source,
            r->as_of, trust_text(r->trust), r->agree, r->disagree);
        if (b->marks) say(x, 4, "marks: %s", quote_marks(b->marks, a));
        if (*r->note) say(x, 4, "note: %s", r->note);
    }
    if (l->pick.other) say_price(x, b ? "against" : "nearest", l->pick.other);
    if (l->cheapest) say_price(x, "at least", l->cheapest);
    if (l->dearest) say_price(x, "at most", l->dearest);
}

static void note_total(struct table *t, const struct quote *q, struct arena *a,
                       struct err *e)
{
    if (!q->ranged || q->card) return;
    const char *low = cell_usd(q->low, a, e), *high = cell_usd(q->high, a, e);
    if (low && high) table_note(t, "plausible readings: %s to %s USD", low, high);
}

static const char *title_of(const struct quote *q, struct arena *a)
{
    char count[32];
    const char *what =
        q->card ? ": prices"
                : arena_printf(a, ", %s request%s", text_thousands(count, q->requests),
                               plural(q->requests));
    return arena_printf(a, "%s in %s (%s), %s%s", q->model.id, q->region,
                        routing_text(q->routing), tier_text(q->tier), what);
}

static void total_row(struct table *t, const struct quote *q, struct arena *a,
                      struct err *e)
{
    const char **cell = table_row(t);
    for (size_t i = 0; i < t->columns; i++)
        cell[i] = "";
    cell[DIMENSION] = "total";
    cell[COST] = cell_usd(q->bill.total, a, e);
}

/* Said without --explain too: what was counted, and that two sources differ. */
static void note_lines(struct table *t, const struct quote *q, struct arena *a)
{
    for (size_t i = 0; i < q->count; i++) {
        const struct quote_line *l = &q->line[i];
        if (l->detail) table_note(t, "%s: %s", name_of(l, a), l->detail);
        if (l->pick.row && l->pick.other)
            table_note(t, "%s: %s; --explain shows both", name_of(l, a),
                       quote_rule(q, l, a));
    }
}

static void print_table(struct app *app, const struct quote *q, bool explain,
                        struct err *e)
{
    struct arena *a = app->arena;
    struct table t;
    size_t priced = 0;
    const struct bill_line **line =
        ARENA_NEW(a, const struct bill_line *, q->count + 1);
    table_init(&t, title_of(q, a), columns, sizeof columns / sizeof *columns, a);
    for (size_t i = 0; i < q->count; i++) {
        if (q->line[i].pick.row) line[i] = &q->bill.line[priced++];
        fill_row(table_row(&t), app, q, &q->line[i], line[i], e);
    }
    if (is_for_people(app) && !q->card && priced == q->count && priced > 1)
        total_row(&t, q, a, e);
    note_total(&t, q, a, e);
    bool text = app->format == FORMAT_TEXT;
    struct explanation x = { app, &t };
    if (!explain) note_lines(&t, q, a);
    if (explain && app->format == FORMAT_MD)
        for (size_t i = 0; i < q->count; i++)
            explain_line(&x, q, &q->line[i], line[i]);
    const char *footer = app_footer(app, e);
    if (!explain || !text) table_note(&t, "%s", footer);
    app_print_table(app, &t);
    if (!explain || !text) return;
    fputs("\nwhy:\n", app->out);
    for (size_t i = 0; i < q->count; i++)
        explain_line(&x, q, &q->line[i], line[i]);
    fprintf(app->out, "\n%s\n", footer);
}

/* ---- JSON ---- */

static void json_acc(struct json *j, const char *key, struct usd_acc acc, struct err *e)
{
    struct usd rounded = { 0 };
    if (usd_round(&rounded, acc, e))
        json_null(j, key);
    else
        json_usd(j, key, rounded);
}

static void json_price(struct json *j, const char *key, const struct price_row *r)
{
    if (!r) return;
    json_object(j, key);
    json_rate(j, "usd_per_unit", r->rate);
    json_int(j, "per", r->rate.per);
    json_text(j, "region", r->region);
    json_text(j, "scope", r->scope);
    json_text(j, "source", r->source);
    json_text(j, "as_of", r->as_of);
    json_text(j, "trust", trust_text(r->trust));
    if (*r->doubt) json_text(j, "doubt", r->doubt);
    json_end(j);
}

static void json_line(struct json *j, const struct quote *q, const struct quote_line *l,
                      const struct bill_line *b, bool explain, struct arena *a,
                      struct err *e)
{
    json_object(j, NULL);
    if (l->service) json_text(j, "model", l->service);
    json_text(j, "dimension", l->dimension);
    json_text(j, "context_tier", l->context_tier);
    json_int(j, "quantity", l->quantity);
    if (b) {
        json_text(j, "unit", b->unit);
        json_rate(j, "usd_per_unit", b->rate);
        json_int(j, "per", b->rate.per);
        json_acc(j, "usd", b->cost, e);
        json_text(j, "source", b->source);
        json_text(j, "as_of", b->as_of);
        json_text(j, "trust", trust_text(b->trust));
    } else {
        static const char *const unknown[] = { "unit",   "usd_per_unit", "per",  "usd",
                                               "source", "as_of",        "trust" };
        for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
            json_null(j, unknown[i]);
    }
    json_array(j, "marks");
    unsigned marks = l->pick.row ? l->pick.marks : 0;
    for (unsigned mark = 1; mark && mark <= marks; mark <<= 1)
        if (marks & mark) json_text(j, NULL, mark_text(mark));
    json_end(j);
    if (l->detail) json_text(j, "counted", l->detail);
    if (l->low != l->high) {
        json_int(j, "quantity_low", l->low);
        json_int(j, "quantity_high", l->high);
    }
    json_price(j, l->pick.row ? "conflicts_with" : "nearest", l->pick.other);
    json_price(j, "cheapest", l->cheapest);
    json_price(j, "dearest", l->dearest);
    if (explain) {
        json_text(j, "rule", quote_rule(q, l, a));
        if (l->pick.row) {
            json_text(j, "region", l->pick.row->region);
            json_text(j, "scope", l->pick.row->scope);
            json_int(j, "sources_agree", l->pick.row->agree);
            json_int(j, "sources_disagree", l->pick.row->disagree);
            json_text(j, "note", l->pick.row->note);
            json_text(j, "doubt", l->pick.row->doubt);
        }
    }
    json_end(j);
}

static enum err_code print_json(struct app *app, const struct quote *q, bool explain,
                                struct err *e)
{
    struct json *j = json_open(app->out);
    size_t priced = 0;
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.price/1");
    json_text(j, "model", q->model.id);
    json_text(j, "region", q->region);
    json_text(j, "tier", tier_text(q->tier));
    json_text(j, "routing", routing_text(q->routing));
    json_int(j, "requests", q->requests);
    if (q->discount_ppm) json_real(j, "discount", q->discount_ppm / 1e6);
    json_array(j, "lines");
    for (size_t i = 0; i < q->count; i++) {
        const struct bill_line *b =
            q->line[i].pick.row ? &q->bill.line[priced++] : NULL;
        json_line(j, q, &q->line[i], b, explain, app->arena, e);
    }
    json_end(j);
    if (priced == q->count)
        json_acc(j, "usd", q->bill.total, e);
    else
        json_null(j, "usd");
    if (q->ranged) {
        json_object(j, "usd_range");
        json_acc(j, "low", q->low, e);
        json_acc(j, "high", q->high, e);
        json_end(j);
    }
    json_end(j);
    return json_close(j, e);
}

enum err_code quote_print(struct app *app, const struct quote *q, bool explain,
                          struct err *e)
{
    if (app->format == FORMAT_JSON) return print_json(app, q, explain, e);
    print_table(app, q, explain, e);
    return e->code;
}
