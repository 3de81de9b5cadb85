#include <stdio.h>
#include <string.h>

#include "catalog_db_private.h"
#include "date.h"
#include "overlay_private.h"
#include "str.h"

/* A price that an earlier import of the same source gave, by the hash of what it is a
 * price of. */
struct feed_known {
    uint64_t key; /* 0: empty */
    struct usd_rate rate;
};

enum { FIRST_KNOWN = 1024 };

static uint64_t key_of(const char *code_or_model, const char *rest)
{
    uint64_t h = hash_bytes(code_or_model, strlen(code_or_model), 1);
    h = hash_bytes(rest, strlen(rest), h);
    return h ? h : 1;
}

static struct feed_known *slot_of(struct feed *f, uint64_t key)
{
    size_t i = key & (f->known_slots - 1);
    while (f->known[i].key && f->known[i].key != key)
        i = (i + 1) & (f->known_slots - 1);
    return &f->known[i];
}

static void remember(struct feed *f, uint64_t key, struct usd_rate rate)
{
    if (f->known_count * 2 >= f->known_slots) {
        struct feed_known *old = f->known;
        size_t slots = f->known_slots;
        f->known_slots = slots ? slots * 2 : FIRST_KNOWN;
        f->known = ARENA_NEW(f->arena, struct feed_known, f->known_slots);
        for (size_t i = 0; i < slots; i++)
            if (old[i].key) *slot_of(f, old[i].key) = old[i];
    }
    struct feed_known *at = slot_of(f, key);
    if (!at->key) f->known_count++;
    *at = (struct feed_known){ .key = key, .rate = rate };
}

/* What the earlier imports of the code say; the later ones last. */
static enum err_code load_known(struct feed *f, const char *kind, const char *code,
                                struct err *e)
{
    static const char sql[] =
        "SELECT sku, term_id, model_id, class_id, region_id, item_id, rate_pusd, per"
        " FROM feed JOIN import ON import.id = import_id"
        " WHERE import.code = ?2 AND (import.code <> '' OR import.kind = ?1)"
        " ORDER BY import_id";
    sqlite3_stmt *st = NULL;
    bool more = false;
    if (db_prepare(&st, f->db, sql, e)) return e->code;
    sqlite3_bind_text(st, 1, kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, code, -1, SQLITE_STATIC);
    while (!db_step(st, &more, e) && more) {
        const char *sku = (const char *)sqlite3_column_text(st, 0);
        const char *name[5];
        for (int i = 0; i < 5; i++) {
            int64_t id = sqlite3_column_int64(st, i + 1);
            const struct intern *in = i == 2 ? &f->classes : &f->names;
            if (id < 1 || id > in->count) {
                err_set(e, ERR_DB, "the overlay is damaged: a price points nowhere");
                goto done;
            }
            name[i] = in->text[id - 1];
        }
        char rest[512];
        snprintf(rest, sizeof rest, "%s|%s|%s", name[2], name[3], name[4]);
        remember(f, *sku ? key_of(sku, name[0]) : key_of(name[1], rest),
                 db_rate(st, 6, 7));
    }
done:
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code load_intern(struct intern *in, sqlite3 *db, const char *sql,
                                 struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool more = false;
    if (db_prepare(&st, db, sql, e)) return e->code;
    while (!db_step(st, &more, e) && more) {
        const char *text = (const char *)sqlite3_column_text(st, 1);
        /* ids are numbered without gaps: rows are never taken out */
        if (intern(in, text) + 1 != (uint32_t)sqlite3_column_int64(st, 0)) {
            err_set(e, ERR_DB, "the overlay is damaged: names are out of order");
            break;
        }
    }
    sqlite3_finalize(st);
    return e->code;
}

enum err_code feed_check_order(struct feed *f, const struct feed_source *s,
                               struct err *e)
{
    static const char sql[] =
        "SELECT source, published FROM import WHERE code = ?1 AND kind = ?2"
        " AND id <> ?6 AND (source = ?3 OR (published > ?4 AND id IN (SELECT import_id "
        "FROM covers"
        "   WHERE ?5 = '*' OR region IN ('*', ?5))))"
        " ORDER BY source = ?3 DESC, published DESC LIMIT 1";
    const char *const bound[] = { s->code, s->kind, s->id, s->published, s->region };
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (db_prepare(&st, f->db, sql, e)) return e->code;
    for (int i = 0; i < 5; i++)
        sqlite3_bind_text(st, i + 1, bound[i], -1, SQLITE_STATIC);
    sqlite3_bind_int64(st, 6, f->import_id);
    if (!db_step(st, &row, e) && row) {
        const char *source = (const char *)sqlite3_column_text(st, 0);
        if (strcmp(source, s->id) == 0)
            err_set(e, ERR_INPUT,
                    "'%s' was imported before with other content; 'bedplan catalog "
                    "drop %s' forgets that",
                    source, source);
        else
            err_set(e, ERR_INPUT,
                    "it was published %s, before '%s' (%s), which was imported already",
                    s->published, source, (const char *)sqlite3_column_text(st, 1));
    }
    sqlite3_finalize(st);
    return e->code;
}

enum err_code feed_begin(struct feed *f, const struct feed_source *s, struct err *e)
{
    static const char sql[] =
        "INSERT INTO import (source, text, kind, code, file, sha256, bytes, version,"
        " published, trust, imported_unix_s)"
        " VALUES (?1, ?2, ?3, ?4, '', printf('%064d', 0), 0, ?5, ?6, ?7, 0)";
    const char trust[] = { s->trust, '\0' };
    const char *const bound[] = { s->id,      s->text,      s->kind, s->code,
                                  s->version, s->published, trust };
    sqlite3_stmt *st = NULL;
    bool row = false;
    if ((s->region && feed_check_order(f, s, e)) ||
        load_intern(&f->names, f->db, "SELECT id, text FROM name ORDER BY id", e) ||
        load_intern(&f->classes, f->db, "SELECT id, key FROM class ORDER BY id", e) ||
        load_known(f, s->kind, s->code, e) || db_prepare(&st, f->db, sql, e)) {
        return e->code;
    }
    for (int i = 0; i < 7; i++)
        sqlite3_bind_text(st, i + 1, bound[i], -1, SQLITE_STATIC);
    if (!db_step(st, &row, e)) f->import_id = sqlite3_last_insert_rowid(f->db);
    sqlite3_finalize(st);
    if (e->code) return e->code;
    f->result->source = arena_text(f->arena, s->id);
    f->result->kind = s->kind;
    f->result->published = arena_text(f->arena, s->published);
    return OK;
}

enum err_code feed_rename(struct feed *f, const struct feed_source *s, struct err *e)
{
    const char *const bound[] = { s->id, s->text };
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (db_prepare(&st, f->db, "UPDATE import SET source = ?2, text = ?3 WHERE id = ?1",
                   e)) {
        return e->code;
    }
    sqlite3_bind_int64(st, 1, f->import_id);
    for (int i = 0; i < 2; i++)
        sqlite3_bind_text(st, i + 2, bound[i], -1, SQLITE_STATIC);
    if (!db_step(st, &row, e)) f->result->source = arena_text(f->arena, s->id);
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code name_id(int64_t *out, struct feed *f, const char *text,
                             size_t bytes, struct err *e)
{
    uint32_t before = f->names.count, n = intern_n(&f->names, text, bytes);
    bool row = false;
    *out = (int64_t)n + 1;
    if (n < before) return OK;
    sqlite3_reset(f->add_name);
    sqlite3_bind_int64(f->add_name, 1, *out);
    sqlite3_bind_text(f->add_name, 2, f->names.text[n], -1, SQLITE_STATIC);
    return db_step(f->add_name, &row, e);
}

static const char *or_blank(const char *text)
{
    return text ? text : "";
}

static enum err_code class_id(int64_t *out, struct feed *f, const struct feed_price *p,
                              struct err *e)
{
    const struct usage_class *c = &p->class;
    const char *field[] = { usage_family_text(c->family),
                            c->dimension,
                            p->context_tier,
                            or_blank(c->scope),
                            or_blank(c->scheme),
                            or_blank(c->kind),
                            or_blank(c->commitment),
                            or_blank(c->service),
                            or_blank(c->method),
                            or_blank(c->unit) };
    enum { FIELDS = sizeof field / sizeof *field };
    char key[640];
    size_t n = 0;
    bool row = false;
    for (int i = 0; i < FIELDS; i++) { /* by hand: it is done for every price */
        size_t bytes = strnlen(field[i], 60);
        memcpy(key + n, field[i], bytes);
        n += bytes;
        key[n++] = '|';
    }
    uint32_t before = f->classes.count, at = intern_n(&f->classes, key, n);
    *out = (int64_t)at + 1;
    if (at < before) return OK;
    sqlite3_reset(f->add_class);
    sqlite3_bind_int64(f->add_class, 1, *out);
    sqlite3_bind_text(f->add_class, 2, f->classes.text[at], -1, SQLITE_STATIC);
    for (int i = 0; i < FIELDS; i++)
        sqlite3_bind_text(f->add_class, i + 3, field[i], -1, SQLITE_STATIC);
    return db_step(f->add_class, &row, e);
}

/* "USE1-MP:USE1_Input" -> "{}-MP:{}_Input" and "USE1": a tenth of the texts. */
static enum err_code usage_ids(int64_t *usage, int64_t *prefix, struct feed *f,
                               const char *text, struct err *e)
{
    size_t n = 0;
    char template[512];
    size_t at = 0;
    usage_rest(text, &n);
    for (const char *p = text; *p && at + 4 < sizeof template;) {
        bool here = n && strncmp(p, text, n) == 0 && (p[n] == '-' || p[n] == '_') &&
                    (p == text || p[-1] == ':');
        if (here) {
            template[at++] = '{';
            template[at++] = '}';
            p += n;
        } else {
            template[at++] = *p++;
        }
    }
    if (name_id(usage, f, template, at, e)) return e->code;
    return name_id(prefix, f, text, n, e);
}

static void count(struct feed *f, const struct feed_price *p, int64_t class)
{
    char rest[512] = "";
    size_t sku = strlen(p->sku);
    f->result->read++;
    if (!f->known_count) {
        f->result->added++;
        return;
    }
    if (!sku)
        snprintf(rest, sizeof rest, "%s|%s|%s", f->classes.text[class - 1], p->region,
                 p->item);
    uint64_t key = sku ? key_of(p->sku, p->rate_code + sku) : key_of(p->model, rest);
    const struct feed_known *k = slot_of(f, key);
    if (!k->key)
        f->result->added++;
    else if ((i128)k->rate.pusd * p->rate.per == (i128)p->rate.pusd * k->rate.per)
        f->result->unchanged++;
    else
        f->result->changed++;
}

enum err_code feed_add(struct feed *f, const struct feed_price *p, struct err *e)
{
    size_t sku = strlen(p->sku);
    const char *term = sku ? p->rate_code + sku : "";
    int64_t model, class, region, item, usage, prefix, rest, unit;
    bool row = false;
    if (name_id(&model, f, p->model, strlen(p->model), e) ||
        class_id(&class, f, p, e) ||
        name_id(&region, f, p->region, strlen(p->region), e) ||
        name_id(&item, f, p->item, strlen(p->item), e) ||
        usage_ids(&usage, &prefix, f, p->usage_type, e) ||
        name_id(&rest, f, term, strlen(term), e) ||
        name_id(&unit, f, p->unit_published, strlen(p->unit_published), e)) {
        return e->code;
    }
    const int64_t bound[] = { f->import_id, model, class, region, item, usage, prefix };
    sqlite3_stmt *st = f->add_price;
    sqlite3_reset(st);
    for (int i = 0; i < 7; i++)
        sqlite3_bind_int64(st, i + 1, bound[i]);
    sqlite3_bind_text(st, 8, p->sku, (int)sku, SQLITE_STATIC);
    sqlite3_bind_int64(st, 9, rest);
    sqlite3_bind_int64(st, 10, unit);
    sqlite3_bind_int64(st, 11, p->rate.pusd);
    sqlite3_bind_int(st, 12, p->rate.per);
    if (p->effective_unix_s == DATE_UNKNOWN)
        sqlite3_bind_null(st, 13);
    else
        sqlite3_bind_int64(st, 13, p->effective_unix_s);
    if (db_step(st, &row, e)) return e->code;
    count(f, p, class);
    return OK;
}

void feed_skip(struct feed *f, const char *what, const char *why, int64_t n)
{
    char key[512];
    snprintf(key, sizeof key, "%.200s\n%.280s", what, why);
    uint32_t at = intern(&f->skipped, key);
    f->skips =
        arena_grow(f->arena, f->skips, &f->skips_capacity, at + 1, sizeof *f->skips);
    f->skips[at] += n;
    f->result->read += n;
    f->result->skipped += n;
}

static enum err_code insert_texts(struct feed *f, const char *sql,
                                  const char *const *text, size_t n, struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (db_prepare(&st, f->db, sql, e)) return e->code;
    sqlite3_bind_int64(st, 1, f->import_id);
    for (size_t i = 0; i < n; i++)
        sqlite3_bind_text(st, (int)i + 2, or_blank(text[i]), -1, SQLITE_STATIC);
    if (!db_step(st, &row, e)) row = false;
    sqlite3_finalize(st);
    return e->code;
}

enum err_code feed_covers(struct feed *f, const char *region, struct err *e)
{
    return insert_texts(f, "INSERT OR IGNORE INTO covers VALUES (?1, ?2)", &region, 1,
                        e);
}

enum err_code feed_fact(struct feed *f, const char *sql, const char *const *text,
                        size_t n, struct err *e)
{
    f->result->read++;
    f->result->added++;
    return insert_texts(f, sql, text, n, e);
}

const char *feed_day(struct feed *f)
{
    char day[DATE_TEXT];
    if (f->options->published) return f->options->published;
    return arena_text(f->arena, date_text(day, f->options->now_unix_s));
}

bool feed_is_region(const char *region)
{
    size_t n = strlen(region);
    const char *dash = strchr(region, '-');
    return n > 6 && n < 24 && dash && strchr(dash + 1, '-') && region[n - 2] == '-' &&
           region[n - 1] >= '0' && region[n - 1] <= '9' && region[0] >= 'a' &&
           region[0] <= 'z' &&
           strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}
