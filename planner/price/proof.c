#include "proof.h"

#include <assert.h>
#include <string.h>

#include "date.h"
#include "text.h"

const char *trust_text(enum trust t)
{
    static const char *const text[] = { "A", "B", "C" };
    return text[t];
}

static const char *place_of(const char *region, const char *scope, struct arena *a)
{
    const char *place = strcmp(region, "*") == 0 ? "no region" : region;
    return *scope ? arena_printf(a, "%s, scope %s", place, scope) : place;
}

const char *proof_rule(const struct price_row *r, const struct price_row *other,
                       const char *region, struct arena *a)
{
    char date[DATE_TEXT];
    if (!r) return "rule 6: no row bills it";
    const char *why;
    if (strcmp(r->scope, "public-extended-access") == 0)
        why = arena_printf(a, "rule 5: extended access in %s since %s", r->region,
                           date_text(date, r->from_unix_s));
    else if (other && *other->doubt && !*r->doubt)
        why = arena_printf(a, "rule 5: preferred to a row in doubt (%s)",
                           place_of(other->region, other->scope, a));
    else if (other)
        why = arena_printf(a, "rule 4: better supported than another row (%s)",
                           place_of(other->region, other->scope, a));
    else if (strcmp(r->region, "*") == 0)
        why =
            arena_printf(a, "rule 3: the source names no region; %s sells it", region);
    else
        why = arena_printf(a, "rule 2: a row of the region");
    if (*r->doubt) why = arena_printf(a, "%s; rule 5: %s", why, r->doubt);
    if (r->trust == TRUST_C)
        why = arena_printf(a, "%s; rule 7: one aggregator alone", why);
    return why;
}

static const struct proof *of_row(const struct price_row *r, struct arena *a)
{
    struct proof *p = ARENA_NEW(a, struct proof, 1);
    *p = (struct proof){ .model = r->model,
                         .dimension = r->dimension,
                         .context_tier = r->context_tier,
                         .unit = r->unit,
                         .rate = r->rate,
                         .region = r->region,
                         .scope = r->scope,
                         .source = r->source,
                         .as_of = r->as_of,
                         .note = r->note ? r->note : "",
                         .doubt = r->doubt ? r->doubt : "",
                         .agree = r->agree,
                         .disagree = r->disagree,
                         .trust = r->trust };
    return p;
}

const struct proof *proof_of_price(const struct price_pick *pick, const char *region,
                                   struct arena *a)
{
    struct proof *p = ARENA_NEW(a, struct proof, 1);
    assert(pick->row);
    *p = *of_row(pick->row, a);
    p->marks = pick->marks;
    p->rule = proof_rule(pick->row, pick->other, region, a);
    if (pick->other) p->other = of_row(pick->other, a);
    return p;
}

/* What a unit row is: "model unit-hour base, 6-month". */
static const char *unit_name(const struct unit_price *r, struct arena *a)
{
    if (strcmp(r->scheme, "model unit") != 0)
        return arena_printf(a, "reserved %s, %s", r->kind, r->commitment);
    return arena_printf(a, "model unit, %s", r->commitment);
}

static struct proof *of_unit(const struct unit_price *r, struct arena *a)
{
    struct proof *p = ARENA_NEW(a, struct proof, 1);
    *p = (struct proof){ .model = r->model,
                         .dimension = unit_name(r, a),
                         .context_tier = "",
                         .unit = r->unit,
                         .rate = r->rate,
                         .region = r->region,
                         .scope = r->kind,
                         .source = r->source,
                         .as_of = r->as_of,
                         .note = r->note ? r->note : "",
                         .doubt = "",
                         .agree = -1,
                         .disagree = -1,
                         .trust = r->trust };
    return p;
}

const struct proof *proof_of_unit(const struct unit_price *row,
                                  const struct unit_price *other, unsigned marks,
                                  const char *region, bool custom, struct arena *a)
{
    struct proof *p = of_unit(row, a);
    const char *why = strcmp(row->region, "*") != 0
                          ? "units: a row of the region"
                          : arena_printf(a,
                                         "units: no row of %s, so the one whose source "
                                         "names no region",
                                         region);
    if (custom && strcmp(row->kind, "base") == 0)
        why = arena_printf(a, "%s; a custom model's unit costs what its base's does",
                           why);
    if (other)
        why = arena_printf(
            a, "%s; better than another row by trust, then the later date", why);
    p->rule = why;
    p->marks = marks;
    if (other) p->other = of_unit(other, a);
    return p;
}

const struct proof *proof_of_item(const struct item_price *row, struct arena *a)
{
    struct proof *p = ARENA_NEW(a, struct proof, 1);
    bool any = strcmp(row->subject, "*") == 0;
    *p = (struct proof){
        .model = row->subject,
        .dimension = *row->method ? arena_printf(a, "%s, %s", row->item, row->method)
                                  : row->item,
        .context_tier = "",
        .unit = row->unit,
        .rate = row->rate,
        .region = row->region ? row->region : "*",
        .scope = "",
        .source = row->source,
        .as_of = row->as_of,
        .note = row->note ? row->note : "",
        .doubt = "",
        .agree = -1,
        .disagree = -1,
        .trust = row->trust,
        .marks = row->trust == TRUST_C ? MARK_TRUST_C : 0,
        .rule = any ? "items: the entry of all models; this one has none of its own"
                    : "items: the entry of its own; then trust, then the later date",
    };
    return p;
}

const struct proof *proof_of_line(const struct bill_line *l, const char *region,
                                  bool custom, struct arena *a)
{
    if (l->row) {
        struct price_pick pick = { .row = l->row,
                                   .other = l->other,
                                   .marks = l->marks };
        return proof_of_price(&pick, region, a);
    }
    struct proof *p = ARENA_NEW(a, struct proof, 1);
    assert(l->unit_row || l->item);
    *p = l->unit_row
             ? *proof_of_unit(l->unit_row, l->unit_other, l->marks, region, custom, a)
             : *proof_of_item(l->item, a);
    p->marks |= l->marks;
    p->rate = l->rate; /* a reservation is counted by one token, not by a thousand */
    p->unit = l->unit;
    return p;
}

const struct proof *proof_stated(const char *dimension, const char *unit,
                                 struct usd_rate rate, const char *where,
                                 struct arena *a)
{
    struct proof *p = ARENA_NEW(a, struct proof, 1);
    *p = (struct proof){ .model = "",
                         .dimension = dimension,
                         .context_tier = "",
                         .unit = unit,
                         .rate = rate,
                         .region = "*",
                         .scope = "",
                         .source = arena_printf(a, "stated by %s", where),
                         .as_of = "",
                         .note = "",
                         .doubt = "",
                         .agree = -1,
                         .disagree = -1,
                         .stated = true,
                         .rule = "stated: no row of the catalog was looked for" };
    return p;
}

/* Half to even, as all money is rounded. */
static i128 share_of(i128 x, i128 n)
{
    i128 whole = x / n, rest = x % n * 2;
    return whole + (rest > n || (rest == n && whole % 2 != 0));
}

enum err_code proof_add(struct proof_list *l, struct proof_line line, struct err *e)
{
    struct usd_acc acc = { 0 };
    if (line.divided_by == 0) line.divided_by = 1;
    if (line.counted) {
        if (usd_acc_add(&acc, line.quantity, line.proof->rate, e)) return e->code;
        acc = usd_acc_less(acc, line.discount_ppm);
        acc.ausd = share_of(acc.ausd, line.divided_by);
        if (usd_round(&line.usd, acc, e)) return e->code;
    }
    l->line =
        arena_grow(l->arena, l->line, &l->capacity, l->count + 1, sizeof *l->line);
    l->line[l->count++] = line;
    return OK;
}

enum err_code proof_add_bill(struct proof_list *l, const char *name,
                             const struct bill *b, const char *region, bool custom,
                             struct err *e)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct bill_line *x = &b->line[i];
        struct proof_line line = { .name = name,
                                   .proof = proof_of_line(x, region, custom, l->arena),
                                   .counted = true,
                                   .quantity = x->quantity,
                                   .discount_ppm = x->discount_ppm };
        if (proof_add(l, line, e)) return e->code;
    }
    return OK;
}
