#include <stdio.h>
#include <string.h>

#include "date.h"
#include "merge_private.h"
#include "str.h"

enum { DAY_S = 86400 };

int merge_compare_rates(struct usd_rate a, struct usd_rate b)
{
    i128 left = (i128)a.pusd * b.per, right = (i128)b.pusd * a.per;
    return (left > right) - (left < right);
}

enum err_code merge_note_id(int64_t *out, struct merge *m, const struct merge_row *r,
                            const char *doubt, struct err *e)
{
    char day[DATE_TEXT], usd[USD_TEXT];
    *out = 0;
    if (!*r->sku && !*r->item) return OK;
    bool dated = r->effective_unix_s != DATE_UNKNOWN;
    const char *text =
        !*r->sku
            ? arena_printf(m->arena, "entry %s", r->item)
            : arena_printf(
                  m->arena,
                  "SKU %s, rate code %s, usage type %s, %s USD per %s as published%s%s",
                  r->sku, r->term, r->usage_type, usd_rate_text(usd, r->rate),
                  r->unit_published, dated ? ", effective " : "",
                  dated ? date_text(day, r->effective_unix_s) : "");
    if (*doubt) text = arena_printf(m->arena, "%s; %s", text, doubt);
    bool found = false;
    if (merge_step(m, FIND_NOTE, &found, e, "t", text)) return e->code;
    *out = found ? sqlite3_column_int64(m->st[FIND_NOTE], 0) : m->next_note;
    sqlite3_reset(m->st[FIND_NOTE]);
    if (found) return OK;
    return merge_step(m, ADD_NOTE, NULL, e, "it", m->next_note++, text);
}

static enum err_code find_held(struct merge_held **out, size_t *count, struct merge *m,
                               int64_t key, const struct merge_row *r, struct err *e)
{
    struct merge_held *rows = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    sqlite3_stmt *st = m->st[FIND_ROWS];
    if (merge_step(m, FIND_ROWS, &more, e, "itttt", key, r->dimension, r->context_tier,
                   r->region, r->scope)) {
        return e->code;
    }
    while (more) {
        rows = arena_grow(m->arena, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct merge_held){
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
bool merge_beats(const struct merge_source *s, const struct merge_held *x)
{
    if (s->trust != x->trust) return s->trust < x->trust;
    if (strcmp(s->published, x->as_of) < 0) return false;
    return s->trust == 'A' || x->agree <= 1 || text_starts(x->source, s->kind);
}

/* The very record that the built-in catalog was made of. */
static bool is_same_record(const struct merge_source *s, const struct merge_held *x,
                           const struct merge_row *r)
{
    return text_starts(x->source, "price-list") &&
           strcmp(x->as_of, s->published) == 0 &&
           merge_compare_rates(x->rate, r->rate) == 0;
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

int64_t merge_announced_unix_s(const struct merge *m, const struct merge_row *r)
{
    struct err none = { 0 };
    int64_t published = 0;
    const char *day = merge_source_of(m, r->import_id)->published;
    if (r->effective_unix_s == DATE_UNKNOWN ||
        date_parse(&published, NULL, day, &none) != OK)
        return DATE_UNKNOWN;
    return r->effective_unix_s >= published + DAY_S ? r->effective_unix_s
                                                    : DATE_UNKNOWN;
}

static enum err_code add_row(struct merge *m, const struct price_key *k,
                             const struct merge_claim *c, int64_t agree,
                             int64_t disagree, struct err *e)
{
    const struct merge_row *r = k->row;
    const struct merge_source *s = merge_source_of(m, r->import_id);
    const char trust[] = { s->trust, '\0' };
    int64_t note = 0, source_id = 0;
    if (merge_note_id(&note, m, r, "", e) || merge_claim_source(&source_id, m, c, e))
        return e->code;
    return merge_step(m, ADD_ROW, NULL, e, "iitttttiiittiiozt", k->key, m->next_price++,
                      r->dimension, r->context_tier, k->scope, r->region, r->unit,
                      r->rate.pusd, (int64_t)r->rate.per, source_id, s->published,
                      trust, agree, disagree, c->from_unix_s, note,
                      merge_doubt(c, m->arena));
}

/* The row wins over every one that is held: those that say the same agree, the others
 * are shown as conflicts. */
static enum err_code replace_held(struct merge *m, struct price_key *k,
                                  const struct merge_claim *c,
                                  const struct merge_held *x, size_t n, struct err *e)
{
    const struct merge_source *s = merge_source_of(m, k->row->import_id);
    int64_t agree = 0, disagree = 0;
    if (n) k->scope = x[0].scope;
    for (size_t i = 0; i < n; i++) {
        if (merge_step(m, DELETE_ROW, NULL, e, "ii", k->key, x[i].id)) return e->code;
        if (merge_compare_rates(x[i].rate, k->row->rate) == 0) {
            agree += x[i].agree + !is_same_record(s, &x[i], k->row);
            disagree += x[i].disagree;
            continue;
        }
        disagree++;
        if (add_other(m, k, x[i].rate, x[i].source_id, x[i].as_of, x[i].trust, e))
            return e->code;
    }
    return add_row(m, k, c, agree, disagree, e);
}

/* What is only announced stands beside today's price, with its day; choose_row() lets
 * it take over then. */
static enum err_code announce(struct merge *m, struct price_key *k,
                              const struct merge_claim *c, const struct merge_held *x,
                              size_t n, struct err *e)
{
    if (n) k->scope = x[0].scope;
    return add_row(m, k, c, 0, 0, e);
}

static enum err_code apply_price(struct merge *m, struct price_key *k,
                                 const struct merge_claim *c, struct err *e)
{
    const struct merge_row *r = k->row;
    const struct merge_source *s = merge_source_of(m, r->import_id);
    struct merge_held *x = NULL;
    const struct merge_held *winner = NULL;
    size_t n = 0;
    int64_t source_id = 0;
    if (find_held(&x, &n, m, k->key, r, e)) return e->code;
    if (c->from_unix_s != DATE_UNKNOWN) return announce(m, k, c, x, n, e);
    for (size_t i = 0; i < n; i++)
        if (!merge_beats(s, &x[i]) && (!winner || x[i].trust < winner->trust))
            winner = &x[i];
    if (!winner) return replace_held(m, k, c, x, n, e);
    k->scope = winner->scope;
    bool same = merge_compare_rates(winner->rate, r->rate) == 0;
    if (merge_claim_source(&source_id, m, c, e) ||
        (!same && add_other(m, k, r->rate, source_id, s->published, s->trust, e)))
        return e->code;
    return merge_step(m, COUNT_ROW, NULL, e, "iiii", k->key, winner->id, (int64_t)same,
                      (int64_t)!same);
}

/* Several SKUs of one source for one price. When they differ, the dearest bills,
 * doubted with all of them named, and the others are conflicts. */
static enum err_code apply_source(struct merge *m, int64_t key,
                                  const struct merge_claim *c, struct err *e)
{
    struct price_key k = { .key = key, .scope = c->dear->scope, .row = c->dear };
    if (apply_price(m, &k, c, e) || !c->compete) return e->code;
    const struct merge_source *s = merge_source_of(m, c->dear->import_id);
    for (size_t i = 0; i < c->count; i++) {
        int64_t source_id = 0;
        if (merge_compare_rates(c->rows[i].rate, c->dear->rate) == 0) continue;
        if (merge_sku_source(&source_id, m, c, i, e) ||
            add_other(m, &k, c->rows[i].rate, source_id, s->published, s->trust, e))
            return e->code;
    }
    return OK;
}

static bool same_source(const struct merge *m, int64_t a, int64_t b)
{
    const struct merge_source *x = merge_source_of(m, a), *y = merge_source_of(m, b);
    return *x->code ? strcmp(x->code, y->code) == 0 : strcmp(x->kind, y->kind) == 0;
}

static struct merge_claim claim_of(const struct merge_row *rows, size_t count,
                                   int64_t from_unix_s)
{
    struct merge_claim c = { rows, &rows[0], count, false, from_unix_s };
    for (size_t i = 1; i < count; i++) {
        int order = merge_compare_rates(rows[i].rate, c.dear->rate);
        c.compete = c.compete || order != 0;
        if (order > 0) c.dear = &rows[i];
    }
    return c;
}

static enum err_code apply(struct merge *m, int64_t key, const struct merge_claim *c,
                           struct err *e)
{
    if (strcmp(c->dear->family, "token") == 0) return apply_source(m, key, c, e);
    return merge_figure(m, key, c, e);
}

/* The rows of one source: what is in force, then what is announced, a day at a time. */
static enum err_code apply_days(struct merge *m, int64_t key,
                                const struct merge_row *rows, size_t count,
                                struct err *e)
{
    struct merge_row *of_day = ARENA_NEW(m->arena, struct merge_row, count);
    int64_t day = DATE_UNKNOWN;
    for (bool more = true; more;) {
        int64_t next = INT64_MAX;
        size_t n = 0;
        for (size_t i = 0; i < count; i++) {
            int64_t from = merge_announced_unix_s(m, &rows[i]);
            if (from == day) of_day[n++] = rows[i];
            if (from > day && from < next) next = from;
        }
        struct merge_claim c = n ? claim_of(of_day, n, day) : (struct merge_claim){ 0 };
        if (n && apply(m, key, &c, e)) return e->code;
        more = next != INT64_MAX;
        day = next;
    }
    return OK;
}

enum err_code merge_group(struct merge *m, const struct merge_row *rows, size_t count,
                          struct err *e)
{
    bool found = false;
    int64_t key = 0;
    if (strcmp(rows->family, "token") == 0 || strcmp(rows->family, "unit") == 0) {
        if (merge_step(m, FIND_MODEL, &found, e, "t", rows->model)) return e->code;
        if (found) key = sqlite3_column_int64(m->st[FIND_MODEL], 0);
        sqlite3_reset(m->st[FIND_MODEL]);
        if (!found) return OK; /* known by an import that was dropped since */
    }
    if (strcmp(rows->region, "*") != 0 &&
        merge_step(m, ADD_REGION, NULL, e, "t", rows->region))
        return e->code;
    for (size_t i = 0, n; i < count; i += n) {
        for (n = 1;
             i + n < count && same_source(m, rows[i].import_id, rows[i + n].import_id);
             n++)
            ;
        if (apply_days(m, key, &rows[i], n, e)) return e->code;
    }
    return OK;
}
