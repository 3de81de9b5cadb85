#include "proof_check.h"

#include <stdlib.h>
#include <string.h>

#include "catalog_facts.h"
#include "proof.h"

/* One priced line: what it comes to, and whether its price is a row of the catalog. */

enum { USD_DECIMALS = 9 };

struct known_rows {
    const char *model;
    const struct proof **row;
    size_t count, capacity;
    struct known_rows *next;
};

static void keep_row(struct known_rows *k, const struct proof *p, struct arena *a)
{
    k->row = arena_grow(a, k->row, &k->capacity, k->count + 1, sizeof *k->row);
    k->row[k->count++] = p;
}

static void keep_prices(struct known_rows *k, const struct price_row *rows,
                        size_t count, struct arena *a)
{
    for (size_t i = 0; i < count; i++) {
        struct price_pick pick = { .row = &rows[i] };
        keep_row(k, proof_of_price(&pick, "", a), a);
    }
}

static enum err_code add_model(struct known_rows *k, struct check *c, const char *id,
                               struct err *e)
{
    struct arena *a = c->app->arena;
    struct price_row *rows;
    struct unit_price *units;
    struct item_price *items;
    size_t count, item_count;
    if (catalog_tuning_prices(&items, &item_count, c->catalog, id, NULL, DATE_UNKNOWN,
                              a, e))
        return e->code;
    for (size_t i = 0; i < item_count; i++) {
        if (!items[i].known) continue;
        keep_row(k, proof_of_item(&items[i], a), a);
        rows = deployment_rows(&count, NULL, 0, &items[i], 1, a);
        keep_prices(k, rows, count, a);
    }
    if (strcmp(id, "*") == 0) return OK; /* items of all models, and nothing else */
    if (catalog_prices(&rows, &count, c->catalog, id, a, e)) return e->code;
    keep_prices(k, rows, count, a);
    if (catalog_unit_prices(&units, &count, c->catalog, id, DATE_UNKNOWN, a, e))
        return e->code;
    for (size_t i = 0; i < count; i++)
        keep_row(k, proof_of_unit(&units[i], NULL, 0, "", false, a), a);
    return OK;
}

/* Prices around models, by the service's name. */
static enum err_code add_service(struct known_rows *k, struct check *c,
                                 const char *name, struct err *e)
{
    struct item_price *items;
    size_t count;
    if (catalog_other_prices(&items, &count, c->catalog, name, NULL, DATE_UNKNOWN,
                             c->app->arena, e))
        return e->code;
    for (size_t i = 0; i < count; i++)
        if (items[i].known)
            keep_row(k, proof_of_item(&items[i], c->app->arena), c->app->arena);
    return OK;
}

static enum err_code known_rows(const struct known_rows **out, struct check *c,
                                const char *name, struct err *e)
{
    struct model m;
    struct err unknown = { 0 };
    for (struct known_rows *k = c->known; k; k = k->next)
        if (strcmp(k->model, name) == 0) {
            *out = k;
            return OK;
        }
    struct known_rows *k = ARENA_NEW(c->app->arena, struct known_rows, 1);
    *k = (struct known_rows){ .model = arena_text(c->app->arena, name),
                              .next = c->known }; /* the document may go first */
    bool is_model =
        catalog_model(&m, NULL, c->catalog, name, c->app->arena, &unknown) == OK;
    if (is_model && add_model(k, c, m.id, e)) return e->code;
    if (!is_model && strcmp(name, "*") == 0 && add_model(k, c, name, e)) return e->code;
    if (!is_model && add_service(k, c, name, e)) return e->code;
    c->known = k;
    *out = k;
    return OK;
}

/* Reservations and windows are also counted by a thousandth of what is sold. */
static bool same_rate(const struct proof *p, yajl_val line)
{
    struct longhand ours, said, per, our_per, a, b;
    char text[USD_TEXT], thousand[32];
    snprintf(thousand, sizeof thousand, "%d", p->rate.per);
    if (!longhand_read(&ours, str_of(usd_rate_text(text, p->rate))) ||
        !longhand_read(&our_per, str_of(thousand)) ||
        !doc_number(&said, line, "usd_per_unit") || !doc_number(&per, line, "per"))
        return false;
    if (longhand_equal(&ours, &said) && longhand_equal(&our_per, &per)) return true;
    return strstr(p->dimension, "reserved") && longhand_times(&a, &ours, &per) &&
           longhand_times(&b, &said, &our_per) && longhand_equal(&ours, &said) &&
           strcmp(longhand_text(thousand, &per), "1000") == 0;
}

/* What the line says of itself, where it says it. */
static bool same_text(yajl_val line, const char *key, const char *ours)
{
    const char *said = doc_text(line, key);
    return said ? strcmp(said, ours) == 0 : !doc_get(line, key);
}

static bool same_row(const struct proof *p, yajl_val line, const char *dimension)
{
    return strcmp(dimension, p->dimension) == 0 && same_rate(p, line) &&
           same_text(line, "source", p->source) && same_text(line, "as_of", p->as_of) &&
           same_text(line, "trust", trust_text(p->trust)) &&
           same_text(line, "context_tier", p->context_tier) &&
           same_text(line, "region", p->region) && same_text(line, "scope", p->scope) &&
           (strstr(p->dimension, "reserved") || same_text(line, "unit", p->unit));
}

/* A line that names no dimension: the price of whatever it is. */
static enum err_code check_any_row(struct check *c, yajl_val line, struct err *e)
{
    struct arena *a = c->app->arena;
    c->any_row = false;
    if (!c->listed &&
        catalog_all_prices(&c->listed, &c->listed_count, c->catalog, NULL, a, e))
        return e->code;
    for (size_t i = 0; i < c->listed_count && !c->any_row; i++) {
        const struct listed_price *r = &c->listed[i];
        struct proof p = { .dimension = "", .rate = r->rate };
        c->any_row = r->priced && same_text(line, "source", r->source) &&
                     same_text(line, "as_of", r->as_of) &&
                     same_text(line, "trust", trust_text(r->trust)) &&
                     same_rate(&p, line);
    }
    return OK;
}

static void no_row(struct check *c, const struct place *at, const char *field)
{
    struct finding_list *l = &c->stale;
    l->item =
        arena_grow(c->app->arena, l->item, &l->capacity, l->count + 1, sizeof *l->item);
    l->item[l->count++] = (struct check_finding){
        c->lines, at->path, field,
        "no row of this catalog has this price with this source, date and trust"
    };
}

static enum err_code check_row(struct check *c, yajl_val line, const struct place *at,
                               struct err *e)
{
    const struct known_rows *k = NULL;
    const char *dimension = doc_text(line, "dimension");
    if (!dimension) dimension = at->dimension;
    c->priced++;
    if (at->model && dimension) {
        if (known_rows(&k, c, at->model, e)) return e->code;
        for (size_t i = 0; i < k->count; i++) {
            if (!same_row(k->row[i], line, dimension)) continue;
            c->proven++;
            return OK;
        }
    }
    if (!dimension && check_any_row(c, line, e)) return e->code;
    if (!dimension && c->any_row) {
        c->proven++;
        return OK;
    }
    no_row(c, at, dimension ? dimension : "line");
    return OK;
}

enum err_code check_unit_hour(struct check *c, yajl_val object, const struct place *at,
                              struct err *e)
{
    const struct known_rows *k = NULL;
    const char *term = doc_text(object, "term");
    struct longhand said, ours;
    char text[USD_TEXT];
    c->priced++;
    if (term && at->model && doc_number(&said, object, "usd_per_unit_hour")) {
        const char *name = arena_printf(c->app->arena, "model unit, %s", term);
        if (known_rows(&k, c, at->model, e)) return e->code;
        for (size_t i = 0; i < k->count; i++) {
            const struct proof *p = k->row[i];
            if (strcmp(p->dimension, name) != 0 || p->rate.per != 1 ||
                !same_text(object, "source", p->source) ||
                !same_text(object, "as_of", p->as_of) ||
                !longhand_read(&ours, str_of(usd_rate_text(text, p->rate))) ||
                !longhand_equal(&ours, &said))
                continue;
            c->proven++;
            return OK;
        }
    }
    no_row(c, at, "usd_per_unit_hour");
    return OK;
}

/* 10^n of "1", "1000", "1000000"; -1 for anything else. */
static int zeros_of(yajl_val line)
{
    static const char *const per[] = { "1", "1000", "1000000" };
    struct longhand x;
    char text[LONGHAND_DIGITS + 3];
    if (!doc_number(&x, line, "per")) return -1;
    longhand_text(text, &x);
    for (int i = 0; i < 3; i++)
        if (strcmp(text, per[i]) == 0) return 3 * i;
    return -1;
}

/* A price that the user stated rests on no row, and no discount takes from it. */
static bool is_stated(yajl_val line)
{
    const char *source = doc_text(line, "source");
    yajl_val flag = doc_get(line, "stated");
    return (flag && YAJL_IS_TRUE(flag)) ||
           (source && strncmp(source, "stated ", 7) == 0);
}

bool check_cost_of(struct longhand *out, const struct check *c, yajl_val line,
                   const char *quantity)
{
    struct longhand n, rate;
    int zeros = zeros_of(line);
    yajl_val divided = doc_get(line, "divided_by");
    long long parts = 1;
    if (zeros < 0 || !doc_number(&n, line, quantity) ||
        !doc_number(&rate, line, "usd_per_unit") || !longhand_times(out, &n, &rate) ||
        !longhand_shift(out, zeros) ||
        (!is_stated(line) && !longhand_times(out, out, &c->keep)))
        return false;
    if (!divided || strcmp(quantity, "quantity") != 0) return true;
    if (!YAJL_IS_INTEGER(divided)) return false;
    parts = YAJL_GET_INTEGER(divided);
    return parts > 0 && longhand_divide(out, parts);
}

static void check_cost(struct check *c, yajl_val line, const struct place *at)
{
    struct longhand cost, said;
    char text[LONGHAND_DIGITS + 3], was[LONGHAND_DIGITS + 3];
    if (zeros_of(line) < 0) {
        check_found(c, at, "per", "is not 1, 1000 or 1000000");
        return;
    }
    if (!check_cost_of(&cost, c, line, "quantity") || !doc_number(&said, line, "usd")) {
        check_found(c, at, "usd", "a figure is missing, no number or out of range");
        return;
    }
    yajl_val divided = doc_get(line, "divided_by");
    if (divided && c->paths && YAJL_GET_INTEGER(divided) != c->paths)
        check_found(c, at, "divided_by", "is not the number of paths");
    c->recomputed++;
    longhand_round(&cost, USD_DECIMALS);
    longhand_round(&said, USD_DECIMALS);
    if (longhand_equal(&cost, &said)) return;
    check_found(c, at, "usd",
                arena_printf(c->app->arena, "is %s, but the line comes to %s",
                             longhand_text(was, &said), longhand_text(text, &cost)));
}

enum err_code check_line(struct check *c, yajl_val line, const struct place *at,
                         struct err *e)
{
    if (doc_get(line, "quantity") || doc_get(line, "usd")) {
        c->lines++;
        check_cost(c, line, at);
    }
    if (!doc_get(line, "source") || is_stated(line)) return OK;
    return check_row(c, line, at, e);
}
