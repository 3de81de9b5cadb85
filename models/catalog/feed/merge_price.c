#include <stdio.h>
#include <string.h>

#include "date.h"
#include "merge_private.h"
#include "str.h"

static int compare_rates(struct usd_rate a, struct usd_rate b)
{
    i128 left = (i128)a.pusd * b.per, right = (i128)b.pusd * a.per;
    return (left > right) - (left < right);
}

static enum err_code note_id(int64_t *out, struct merge *m, const struct merge_row *r,
                             struct err *e)
{
    char day[DATE_TEXT], usd[USD_TEXT];
    *out = 0;
    if (!*r->sku && !*r->item) return OK;
    const char *text =
        !*r->sku
            ? arena_printf(m->arena, "entry %s", r->item)
            : arena_printf(
                  m->arena,
                  "SKU %s, rate code %s, usage type %s, %s USD per %s as published%s%s",
                  r->sku, r->term, r->usage_type, usd_rate_text(usd, r->rate),
                  r->unit_published,
                  r->effective_unix_s == DATE_UNKNOWN ? "" : ", effective ",
                  r->effective_unix_s == DATE_UNKNOWN
                      ? ""
                      : date_text(day, r->effective_unix_s));
    bool found = false;
    if (merge_step(m, FIND_NOTE, &found, e, "t", text)) return e->code;
    *out = found ? sqlite3_column_int64(m->st[FIND_NOTE], 0) : m->next_note;
    sqlite3_reset(m->st[FIND_NOTE]);
    if (found) return OK;
    return merge_step(m, ADD_NOTE, NULL, e, "it", m->next_note++, text);
}

/* A row of the catalog that is a price of the same thing. */
struct held {
    int64_t id, source_id, agree, disagree;
    const char *scope, *as_of, *source;
    struct usd_rate rate;
    char trust;
};

static enum err_code find_held(struct held **out, size_t *count, struct merge *m,
                               int64_t key, const struct merge_row *r, struct err *e)
{
    struct held *rows = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    sqlite3_stmt *st = m->st[FIND_ROWS];
    if (merge_step(m, FIND_ROWS, &more, e, "itttt", key, r->dimension, r->context_tier,
                   r->region, r->scope)) {
        return e->code;
    }
    while (more) {
        rows = arena_grow(m->arena, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct held){
            .id = sqlite3_column_int64(st, 0),
            .scope = db_text(st, 1, m->arena),
            .rate = db_rate(st, 2, 3),
            .source_id = sqlite3_column_int64(st, 4),
            .as_of = db_text(st, 5, m->arena),
            .trust = *db_text(st, 6, m->arena),
            .agree = sqlite3_column_int64(st, 7),
            .disagree = sqlite3_column_int64(st, 8),
            .source = db_text(st, 9, m->arena),
        };
        if (db_step(st, &more, e)) return e->code;
    }
    sqlite3_reset(st);
    *out = rows;
    *count = n;
    return OK;
}

/* Trust, then date. A map's new figure does not beat what several sources say, unless
 * it is the map's own older one. */
static bool beats(const struct merge_source *s, const struct held *x)
{
    if (s->trust != x->trust) return s->trust < x->trust;
    if (strcmp(s->published, x->as_of) < 0) return false;
    return s->trust == 'A' || x->agree <= 1 || text_starts(x->source, s->kind);
}

/* The very record that the built-in catalog was made of. */
static bool is_same_record(const struct merge_source *s, const struct held *x,
                           const struct merge_row *r)
{
    return text_starts(x->source, "price-list") &&
           strcmp(x->as_of, s->published) == 0 && compare_rates(x->rate, r->rate) == 0;
}

struct price_key {
    int64_t key;
    const char *scope;
    const struct merge_row *row;
};

static enum err_code add_other(struct merge *m, const struct price_key *k,
                               struct usd_rate rate, int64_t source_id,
                               const char *as_of, char trust, struct err *e)
{
    const char word[] = { trust, '\0' };
    return merge_step(m, ADD_OTHER, NULL, e,
                      "ittttt"
                      "iii"
                      "tt",
                      k->key, k->row->dimension, k->row->context_tier, k->scope,
                      k->row->region, k->row->unit, rate.pusd, (int64_t)rate.per,
                      source_id, as_of, word);
}

/* The day from which a price bills that was published before it; DATE_UNKNOWN else. */
static int64_t announced_unix_s(const struct merge_row *r, const struct merge_source *s)
{
    struct err none = { 0 };
    int64_t published = 0;
    if (r->effective_unix_s == DATE_UNKNOWN ||
        date_parse(&published, NULL, s->published, &none) != OK)
        return DATE_UNKNOWN;
    return r->effective_unix_s > published ? r->effective_unix_s : DATE_UNKNOWN;
}

static enum err_code add_row(struct merge *m, const struct price_key *k,
                             const struct merge_source *s, int64_t source_id,
                             int64_t agree, int64_t disagree, const char *doubt,
                             struct err *e)
{
    const struct merge_row *r = k->row;
    const char trust[] = { s->trust, '\0' };
    int64_t note = 0;
    if (note_id(&note, m, r, e)) return e->code;
    return merge_step(m, ADD_ROW, NULL, e, "iitttttiiittiiozt", k->key, m->next_price++,
                      r->dimension, r->context_tier, k->scope, r->region, r->unit,
                      r->rate.pusd, (int64_t)r->rate.per, source_id, s->published,
                      trust, agree, disagree, announced_unix_s(r, s), note, doubt);
}

/* The row wins over every one that is held: those that say the same agree, the others
 * are shown as conflicts. */
static enum err_code replace_held(struct merge *m, struct price_key *k,
                                  const struct merge_source *s, int64_t source_id,
                                  const struct held *x, size_t n, const char *doubt,
                                  struct err *e)
{
    int64_t agree = 0, disagree = 0;
    if (n) k->scope = x[0].scope;
    for (size_t i = 0; i < n; i++) {
        if (merge_step(m, DELETE_ROW, NULL, e, "ii", k->key, x[i].id)) return e->code;
        if (compare_rates(x[i].rate, k->row->rate) == 0) {
            agree += x[i].agree + !is_same_record(s, &x[i], k->row);
            disagree += x[i].disagree;
            continue;
        }
        disagree++;
        if (add_other(m, k, x[i].rate, x[i].source_id, x[i].as_of, x[i].trust, e))
            return e->code;
    }
    return add_row(m, k, s, source_id, agree, disagree, doubt, e);
}

static enum err_code apply_price(struct merge *m, int64_t key,
                                 const struct merge_row *r, const char *doubt,
                                 struct err *e)
{
    const struct merge_source *s = merge_source_of(m, r->import_id);
    struct price_key k = { .key = key, .scope = r->scope, .row = r };
    struct held *x = NULL;
    const struct held *winner = NULL;
    size_t n = 0;
    int64_t source_id = 0;
    if (merge_source_id(&source_id, m, r->import_id, e) ||
        find_held(&x, &n, m, key, r, e)) {
        return e->code;
    }
    /* what is only announced does not end today's price: it stands beside it until a
     * list of its time says it again */
    bool announced = announced_unix_s(r, s) != DATE_UNKNOWN;
    for (size_t i = 0; i < n; i++)
        if ((announced || !beats(s, &x[i])) && (!winner || x[i].trust < winner->trust))
            winner = &x[i];
    if (!winner) return replace_held(m, &k, s, source_id, x, n, doubt, e);
    k.scope = winner->scope;
    bool same = compare_rates(winner->rate, r->rate) == 0;
    if (!same && add_other(m, &k, r->rate, source_id, s->published, s->trust, e))
        return e->code;
    return merge_step(m, COUNT_ROW, NULL, e, "iiii", key, winner->id, (int64_t)same,
                      (int64_t)!same);
}

/* What tells rows of one source apart. */
static const char *label_of(const struct merge_row *r, size_t number, struct arena *a)
{
    if (*r->sku) return r->sku;
    return *r->item ? r->item : arena_printf(a, "row %zu", number + 1);
}

/* Several SKUs of one source for one price. When they differ, the dearest bills,
 * doubted with all of them named, and the others are conflicts. */
static enum err_code apply_source(struct merge *m, int64_t key,
                                  const struct merge_row *rows, size_t count,
                                  struct err *e)
{
    const struct merge_row *dear = &rows[0];
    bool differ = false;
    for (size_t i = 1; i < count; i++) {
        int c = compare_rates(rows[i].rate, dear->rate);
        differ = differ || c != 0;
        if (c > 0) dear = &rows[i];
    }
    if (!differ) return apply_price(m, key, &rows[0], "", e);
    const char *doubt = arena_printf(m->arena, "%zu %s compete:", count,
                                     *dear->sku ? "SKUs" : "entries");
    char usd[USD_TEXT];
    for (size_t i = 0; i < count && i < 8; i++)
        doubt = arena_printf(m->arena, "%s%s %s %s", doubt, i ? "," : "",
                             label_of(&rows[i], i, m->arena),
                             usd_rate_text(usd, rows[i].rate));
    if (apply_price(m, key, dear, doubt, e)) return e->code;
    const struct merge_source *s = merge_source_of(m, dear->import_id);
    struct price_key k = { .key = key, .scope = dear->scope, .row = dear };
    for (size_t i = 0; i < count; i++) {
        if (compare_rates(rows[i].rate, dear->rate) == 0) continue;
        const char *label = label_of(&rows[i], i, m->arena);
        const char *text = arena_printf(m->arena, "%s, %s", s->text, label);
        /* numbered, for a label may be in many groups */
        const char *name =
            arena_printf(m->arena, "%s/%lld", s->name, (long long)m->next_source);
        if (merge_step(m, ADD_SOURCE, NULL, e, "itt", m->next_source, name, text) ||
            add_other(m, &k, rows[i].rate, m->next_source++, s->published, s->trust, e))
            return e->code;
    }
    return OK;
}

static bool same_source(const struct merge *m, int64_t a, int64_t b)
{
    const struct merge_source *x = merge_source_of(m, a), *y = merge_source_of(m, b);
    return *x->code ? strcmp(x->code, y->code) == 0 : strcmp(x->kind, y->kind) == 0;
}

static enum err_code apply_unit(struct merge *m, int64_t key, const struct merge_row *r,
                                struct err *e)
{
    const struct merge_source *s = merge_source_of(m, r->import_id);
    const char trust[] = { s->trust, '\0' };
    const char *kind = r->kind;
    int64_t source_id = 0, note = 0;
    if (merge_source_id(&source_id, m, r->import_id, e) || note_id(&note, m, r, e))
        return e->code;
    for (bool more = true; more;) {
        if (merge_step(m, FIND_UNITS, &more, e,
                       "ittttt"
                       "t",
                       key, r->scheme, r->commitment, r->region, r->kind, trust,
                       s->published)) {
            return e->code;
        }
        if (!more) break;
        int64_t id = sqlite3_column_int64(m->st[FIND_UNITS], 0);
        kind = db_text(m->st[FIND_UNITS], 1, m->arena);
        sqlite3_reset(m->st[FIND_UNITS]);
        if (merge_step(m, DELETE_UNIT, NULL, e, "ii", key, id)) return e->code;
    }
    return merge_step(m, ADD_UNIT, NULL, e, "iitttttiiittz", key, m->next_unit++,
                      r->region, r->scheme, kind, r->commitment, r->unit, r->rate.pusd,
                      (int64_t)r->rate.per, source_id, s->published, trust, note);
}

/* Training, storage and services. These have no column for the region, so services say
 * it in the item; a custom model's prices are those of us-east-1 where it has them. */
static enum err_code apply_item(struct merge *m, const struct merge_row *r,
                                struct err *e)
{
    const struct merge_source *s = merge_source_of(m, r->import_id);
    const char trust[] = { s->trust, '\0' };
    bool tuning = strcmp(r->family, "tuning") == 0;
    int64_t source_id = 0, note = 0;
    if (merge_source_id(&source_id, m, r->import_id, e) || note_id(&note, m, r, e))
        return e->code;
    if (tuning && strcmp(r->region, "us-east-1") == 0 &&
        merge_step(m, DELETE_ITEMS, NULL, e, "ttttt", r->model, r->method, r->item,
                   trust, s->published))
        return e->code;
    const char *item =
        tuning ? r->item : arena_printf(m->arena, "%s, %s", r->item, r->region);
    return merge_step(m, ADD_ITEM, NULL, e, "tttttiiittz", tuning ? "tuning" : "other",
                      tuning ? r->model : r->service, r->method, item,
                      *r->unit ? r->unit : r->unit_published, r->rate.pusd,
                      (int64_t)r->rate.per, source_id, s->published, trust, note);
}

enum err_code merge_group(struct merge *m, const struct merge_row *rows, size_t count,
                          struct err *e)
{
    bool found = false, token = strcmp(rows->family, "token") == 0;
    if (token || strcmp(rows->family, "unit") == 0) {
        if (merge_step(m, FIND_MODEL, &found, e, "t", rows->model)) return e->code;
        int64_t key = found ? sqlite3_column_int64(m->st[FIND_MODEL], 0) : 0;
        sqlite3_reset(m->st[FIND_MODEL]);
        if (!found) return OK; /* known by an import that was dropped since */
        if (strcmp(rows->region, "*") != 0 &&
            merge_step(m, ADD_REGION, NULL, e, "t", rows->region))
            return e->code;
        for (size_t i = 0, n; i < count; i += n) {
            for (n = 1; i + n < count && token &&
                        same_source(m, rows[i].import_id, rows[i + n].import_id);
                 n++)
                ;
            if (token ? apply_source(m, key, &rows[i], n, e)
                      : apply_unit(m, key, &rows[i], e))
                return e->code;
        }
        return OK;
    }
    for (size_t i = 0; i < count; i++)
        if (apply_item(m, &rows[i], e)) return e->code;
    return OK;
}
