#include "plan.h"

#include <math.h>
#include <string.h>

#include "catalog_facts.h"
#include "date.h"

/* Prices that change inside the plan: extended access begins on a day that is known
 * beforehand. Each price bills its part of the hours; the spend of a month is taken to
 * be even over the month. */

double plan_component_part(const struct plan_component *c, size_t month)
{
    return c->part ? c->part[month] : 1;
}

/* The first day after `after` on which a row of the model begins to bill. */
static int64_t next_step(const struct price_row *rows, size_t count, int64_t after)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < count; i++)
        if (rows[i].from_unix_s > after && rows[i].from_unix_s < next)
            next = rows[i].from_unix_s;
    return next;
}

static bool same_prices(const struct tariff *a, const struct tariff *b)
{
    bool same = a->long_above_tokens == b->long_above_tokens;
    for (int k = 0; k < TOKEN_KINDS; k++)
        same &= a->pick[k].row == b->pick[k].row &&
                a->long_pick[k].row == b->long_pick[k].row;
    return same;
}

/* Sets the part of the components from `first` on. */
static void limit(struct plan *p, struct plan_option *o, size_t first, int64_t from,
                  int64_t until)
{
    const int64_t *month = p->month_start_unix_s;
    double *part = ARENA_NEW(p->arena, double, p->months);
    for (size_t m = 0; m < p->months; m++) {
        int64_t a = from > month[m] ? from : month[m];
        int64_t b = until < month[m + 1] ? until : month[m + 1];
        if (b > a) part[m] = (double)(b - a) / (double)(month[m + 1] - month[m]);
    }
    for (size_t i = first; i < o->components; i++) {
        struct plan_component *c = &o->component[i];
        c->part = part;
        c->part_of_all = (double)(until - from) / (double)(month[p->months] - month[0]);
        c->from_unix_s = from;
        c->until_unix_s = until;
    }
}

/* Lists differ in what they price, 1K or 1M tokens: said of the same. */
static struct usd_rate per_million(struct usd_rate r)
{
    int64_t times = 1000000 / r.per;
    if (r.pusd > INT64_MAX / times) return r;
    return (struct usd_rate){ .pusd = r.pusd * times, .per = 1000000 };
}

static void say_step(struct plan *p, struct plan_option *o, int64_t at,
                     const struct tariff *before, const struct tariff *after)
{
    const char *list = "";
    char date[DATE_TEXT], was[USD_TEXT], is[USD_TEXT];
    for (int k = 0; k < TOKEN_KINDS; k++) {
        const struct price_row *a = before->pick[k].row, *b = after->pick[k].row;
        if (!a || !b || a == b) continue;
        list = arena_printf(p->arena, "%s%s %s from %s to %s", list, *list ? "," : "",
                            tariff_dimension(after->tier, (enum token_kind)k),
                            usd_rate_text(was, per_million(a->rate)),
                            usd_rate_text(is, per_million(b->rate)));
    }
    notes_add(&o->assumptions, p->arena,
              "its price changes on %s, as announced:%s USD per 1M tokens; a month's "
              "spend is taken to be "
              "even over the month",
              date_text(date, at), list);
}

/* What the account holds already is said, once an option; the plan starts from nothing.
 */
static enum err_code say_held(struct plan *p, struct plan_option *o, struct catalog *c,
                              struct err *e)
{
    struct held_unit *held;
    size_t count;
    if (catalog_held_units(&held, &count, c, o->model.id, p->arena, e)) return e->code;
    for (size_t i = 0; i < count && !o->held_said; i++) {
        const struct held_unit *h = &held[i];
        if (strcmp(h->region, o->region) != 0) continue;
        notes_add(&o->assumptions, p->arena,
                  "your account holds %lld unit%s of %s (%s, term %s%s%s, %s): not "
                  "counted here",
                  (long long)h->units, h->units == 1 ? "" : "s", h->model, h->name,
                  h->commitment, *h->until ? " until " : "", h->until, h->status);
    }
    o->held_said = true;
    return OK;
}

enum err_code plan_say_unit_steps(struct plan *p, struct plan_option *o,
                                  struct catalog *c, const struct unit_price *used,
                                  struct err *e)
{
    struct unit_price *rows;
    size_t count;
    if (say_held(p, o, c, e)) return e->code;
    char date[DATE_TEXT], was[USD_TEXT], is[USD_TEXT];
    if (catalog_unit_prices(&rows, &count, c, o->model.id, DATE_UNKNOWN, p->arena, e))
        return e->code;
    for (size_t i = 0; i < count; i++) {
        const struct unit_price *r = &rows[i];
        bool inside = r->from_unix_s > p->month_start_unix_s[0] &&
                      r->from_unix_s < p->month_start_unix_s[p->months];
        if (!inside || strcmp(r->scheme, used->scheme) != 0 ||
            strcmp(r->kind, used->kind) != 0 ||
            strcmp(r->commitment, used->commitment) != 0 ||
            strcmp(r->region, o->region) != 0)
            continue;
        notes_add(
            &o->assumptions, p->arena,
            "from %s a %s (%s, term %s) costs %s USD instead of %s, as announced: "
            "billed here at today's price throughout",
            date_text(date, r->from_unix_s), r->unit, r->kind, r->commitment,
            usd_rate_text(is, r->rate), usd_rate_text(was, used->rate));
    }
    return OK;
}

/* Extended access without a price of its own: said, not guessed. */
static void say_unknown_step(struct plan *p, struct plan_option *o,
                             const struct price_row *rows, size_t count)
{
    char date[DATE_TEXT];
    int64_t from = o->model.extended_unix_s;
    if (from == DATE_UNKNOWN || from >= p->month_start_unix_s[p->months]) return;
    if (next_step(rows, count, INT64_MIN) != INT64_MAX) return;
    notes_add(&o->assumptions, p->arena,
              "extended access since %s: its provider may raise the price, and no such "
              "price is known",
              date_text(date, from));
}

enum err_code plan_price_steps(struct plan *p, struct plan_option *o,
                               const struct tariff *first, const struct price_row *rows,
                               size_t count, const struct price_offer *offer,
                               double share, struct err *e)
{
    struct tariff now = *first, next;
    int64_t from = p->month_start_unix_s[0], end = p->month_start_unix_s[p->months];
    size_t component = o->components;
    for (int64_t at = next_step(rows, count, from); at < end;
         at = next_step(rows, count, at)) {
        if (tariff_build(&next, o->model.id, rows, count, offer, now.routing, now.tier,
                         at, e))
            return e->code;
        if (same_prices(&now, &next)) continue;
        plan_add_tariff(p, o, &now, share);
        limit(p, o, component, from, at);
        say_step(p, o, at, &now, &next);
        component = o->components;
        from = at;
        now = next;
    }
    plan_add_tariff(p, o, &now, share);
    if (from > p->month_start_unix_s[0]) limit(p, o, component, from, end);
    say_unknown_step(p, o, rows, count);
    return OK;
}
