#include <stdio.h>
#include <string.h>

#include "date.h"
#include "merge_private.h"
#include "str.h"

/* Where the two kinds of figures lie. Their statements take the five columns of the key
 * as ?1 to ?5, then the same of each. */
struct shelf {
    enum merge_statement find, delete, add, add_other;
};
static const struct shelf unit_shelf = { FIND_UNIT, DELETE_UNIT, ADD_UNIT,
                                         ADD_OTHER_UNIT };
static const struct shelf item_shelf = { FIND_ITEM, DELETE_ITEM, ADD_ITEM,
                                         ADD_OTHER_ITEM };

struct figure {
    const struct shelf *shelf;
    int64_t model_key;  /* of units: ?1 */
    const char *key[5]; /* ?1 to ?5, but for units' first */
    const struct merge_row *row;
};

static struct figure figure_of(int64_t key, const struct merge_row *r)
{
    if (strcmp(r->family, "unit") == 0)
        return (struct figure){
            &unit_shelf, key, { NULL, r->scheme, r->kind, r->commitment, r->region }, r
        };
    bool tuning = strcmp(r->family, "tuning") == 0;
    return (struct figure){ &item_shelf,
                            0,
                            { tuning ? "tuning" : "other",
                              tuning ? r->model : r->service, r->method, r->item,
                              r->region },
                            r };
}

static void bind_key(struct merge *m, enum merge_statement which,
                     const struct figure *f)
{
    sqlite3_stmt *st = m->st[which];
    sqlite3_reset(st);
    for (int i = 0; i < 5; i++)
        sqlite3_bind_text(st, i + 1, f->key[i], -1, SQLITE_TRANSIENT);
    if (!f->key[0]) sqlite3_bind_int64(st, 1, f->model_key);
}

static enum err_code find_held(struct merge_held **out, size_t *count, struct merge *m,
                               const struct figure *f, struct err *e)
{
    sqlite3_stmt *st = m->st[f->shelf->find];
    struct merge_held *rows = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    bind_key(m, f->shelf->find, f);
    while (!db_step(st, &more, e) && more) {
        rows = arena_grow(m->arena, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct merge_held){
            .id = sqlite3_column_int64(st, 0),
            .kind = db_text(st, 1, m->arena),
            .unit = db_text(st, 2, m->arena),
            .rate = db_rate(st, 3, 4),
            .source_id = sqlite3_column_int64(st, 5),
            .as_of = db_text(st, 6, m->arena),
            .trust = *db_text(st, 7, m->arena),
            .source = db_text(st, 8, m->arena),
            .region = db_text(st, 9, m->arena),
        };
    }
    sqlite3_reset(st);
    *out = rows;
    *count = n;
    return e->code;
}

static enum err_code add_other(struct merge *m, const struct figure *f,
                               struct usd_rate rate, int64_t source_id,
                               const char *as_of, char trust, struct err *e)
{
    enum merge_statement which = f->shelf->add_other;
    sqlite3_stmt *st = m->st[which];
    const char word[] = { trust, '\0' };
    bool row = false;
    bind_key(m, which, f);
    sqlite3_bind_text(st, 6, f->row->unit, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(st, 7, rate.pusd);
    sqlite3_bind_int(st, 8, rate.per);
    sqlite3_bind_int64(st, 9, source_id);
    sqlite3_bind_text(st, 10, as_of, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(st, 11, word, -1, SQLITE_TRANSIENT);
    return db_step(st, &row, e);
}

static enum err_code add(struct merge *m, const struct figure *f,
                         const struct merge_claim *c, struct err *e)
{
    const struct merge_row *r = f->row;
    const struct merge_source *s = merge_source_of(m, r->import_id);
    const char trust[] = { s->trust, '\0' };
    sqlite3_stmt *st = m->st[f->shelf->add];
    int64_t source_id = 0, note = 0;
    bool row = false;
    if (merge_claim_source(&source_id, m, c, e) ||
        merge_note_id(&note, m, r, merge_doubt(c, m->arena), e))
        return e->code;
    bind_key(m, f->shelf->add, f);
    sqlite3_bind_text(st, 6, *r->unit ? r->unit : r->unit_published, -1,
                      SQLITE_TRANSIENT);
    sqlite3_bind_int64(st, 7, r->rate.pusd);
    sqlite3_bind_int(st, 8, r->rate.per);
    sqlite3_bind_int64(st, 9, source_id);
    sqlite3_bind_text(st, 10, s->published, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(st, 11, trust, -1, SQLITE_TRANSIENT);
    sqlite3_bind_null(st, 12);
    if (note) sqlite3_bind_int64(st, 12, note);
    sqlite3_bind_null(st, 13);
    if (c->from_unix_s != DATE_UNKNOWN) sqlite3_bind_int64(st, 13, c->from_unix_s);
    sqlite3_bind_null(st, 14); /* items number themselves */
    if (f->shelf == &unit_shelf) sqlite3_bind_int64(st, 14, m->next_unit++);
    return db_step(st, &row, e);
}

static enum err_code drop(struct merge *m, const struct figure *f, int64_t id,
                          struct err *e)
{
    sqlite3_stmt *st = m->st[f->shelf->delete];
    bool row = false;
    sqlite3_reset(st);
    if (f->key[0])
        sqlite3_bind_text(st, 1, f->key[0], -1, SQLITE_TRANSIENT);
    else
        sqlite3_bind_int64(st, 1, f->model_key);
    sqlite3_bind_int64(st, 2, id);
    return db_step(st, &row, e);
}

static bool contradicts(const struct figure *f, const struct merge_held *x)
{
    return strcmp(x->unit, f->row->unit) == 0 &&
           merge_compare_rates(x->rate, f->row->rate) != 0;
}

/* A price without region ("*") stays, for other regions: one that says otherwise is a
 * conflict all the same. */
static enum err_code take(struct merge *m, struct figure *f,
                          const struct merge_claim *c, const struct merge_held *x,
                          size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        bool elsewhere = strcmp(x[i].region, f->row->region) != 0;
        /* a unit that is sold for base and custom models alike stays so */
        if (!elsewhere && f->shelf == &unit_shelf) f->key[2] = x[i].kind;
        if (contradicts(f, &x[i]) &&
            add_other(m, f, x[i].rate, x[i].source_id, x[i].as_of, x[i].trust, e))
            return e->code;
        if (!elsewhere && drop(m, f, x[i].id, e)) return e->code;
    }
    return add(m, f, c, e);
}

static enum err_code keep(struct merge *m, const struct figure *f,
                          const struct merge_claim *c, const struct merge_held *winner,
                          struct err *e)
{
    const struct merge_source *s = merge_source_of(m, f->row->import_id);
    struct figure kept = *f;
    int64_t source_id = 0;
    if (f->shelf == &unit_shelf) kept.key[2] = winner->kind;
    if (!contradicts(f, winner)) return OK;
    if (merge_claim_source(&source_id, m, c, e)) return e->code;
    return add_other(m, &kept, f->row->rate, source_id, s->published, s->trust, e);
}

enum err_code merge_figure(struct merge *m, int64_t key, const struct merge_claim *c,
                           struct err *e)
{
    struct figure f = figure_of(key, c->dear);
    const struct merge_source *s = merge_source_of(m, c->dear->import_id);
    const struct merge_held *winner = NULL;
    struct merge_held *x = NULL;
    size_t n = 0;
    if (find_held(&x, &n, m, &f, e)) return e->code;
    if (c->from_unix_s != DATE_UNKNOWN) {
        for (size_t i = 0; f.shelf == &unit_shelf && i < n; i++)
            if (strcmp(x[i].region, f.row->region) == 0) f.key[2] = x[i].kind;
        return add(m, &f, c, e);
    }
    for (size_t i = 0; i < n; i++)
        if (strcmp(x[i].region, f.row->region) == 0 && !merge_beats(s, &x[i]))
            winner = &x[i];
    if (winner ? keep(m, &f, c, winner, e) : take(m, &f, c, x, n, e)) return e->code;
    for (size_t i = 0; c->compete && !winner && i < c->count; i++) {
        int64_t source_id = 0;
        if (merge_compare_rates(c->rows[i].rate, c->dear->rate) == 0) continue;
        if (merge_sku_source(&source_id, m, c, i, e) ||
            add_other(m, &f, c->rows[i].rate, source_id, s->published, s->trust, e))
            return e->code;
    }
    return OK;
}
