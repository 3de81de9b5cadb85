#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "merge_private.h"
#include "str.h"

static const char *const statements[MERGE_STATEMENTS] = {
    [FIND_MODEL] = "SELECT key FROM model WHERE id = ?1",
    /* a region's own rows: '' and 'geo/in-region' are read alike */
    [FIND_ROWS] =
        "SELECT price.id, scope, rate_pusd, per, source_id, price.as_of, price.trust,"
        " agree, disagree, source.name FROM price JOIN source ON source.id = source_id"
        " WHERE model_key = ?1 AND dimension = ?2 AND context_tier = ?3 AND region = ?4"
        " AND valid_from_unix_s IS NULL"
        " AND (scope = ?5 OR (?4 <> '*' AND scope IN ('', 'geo/in-region')"
        "   AND ?5 IN ('', 'geo/in-region')))",
    [DELETE_ROW] = "DELETE FROM price WHERE model_key = ?1 AND id = ?2",
    [ADD_ROW] = "INSERT INTO price (model_key, id, dimension, context_tier, scope,"
                " region, unit, rate_pusd, per, source_id, as_of, trust, agree,"
                " disagree, valid_from_unix_s, note_id, doubt) VALUES (?1, ?2, ?3, ?4,"
                " ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    [ADD_OTHER] = "INSERT OR IGNORE INTO other_price (model_key, dimension,"
                  " context_tier, scope, region, unit, rate_pusd, per, source_id,"
                  " as_of, trust) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"
                  " ?11)",
    [COUNT_ROW] = "UPDATE price SET agree = agree + ?3, disagree = disagree + ?4"
                  " WHERE model_key = ?1 AND id = ?2",
    [FIND_UNIT] =
        "SELECT unit_price.id, kind, unit, rate_pusd, per, source_id, unit_price.as_of,"
        " unit_price.trust, source.name, region FROM unit_price"
        " JOIN source ON source.id = source_id"
        " LEFT JOIN note ON note.id = unit_price.note_id"
        " WHERE model_key = ?1 AND scheme = ?2 AND commitment = ?4"
        " AND region IN (?5, '*') AND (kind = ?3 OR kind = 'base and custom')"
        " AND valid_from_unix_s IS NULL AND coalesce(note.text, '') NOT LIKE 'OLDER%'"
        " ORDER BY kind = ?3",
    [DELETE_UNIT] = "DELETE FROM unit_price WHERE model_key = ?1 AND id = ?2",
    [ADD_UNIT] =
        "INSERT OR IGNORE INTO unit_price (model_key, scheme, kind, commitment,"
        " region, unit, rate_pusd, per, source_id, as_of, trust, note_id,"
        " valid_from_unix_s, id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
        " ?10, ?11, ?12, ?13, ?14)",
    [ADD_OTHER_UNIT] = "INSERT OR IGNORE INTO other_unit VALUES (?1, ?2, ?3, ?4, ?5,"
                       " ?6, ?7, ?8, ?9, ?10, ?11)",
    [FIND_ITEM] =
        "SELECT item_price.id, '', unit, rate_pusd, per, source_id, item_price.as_of,"
        " item_price.trust, source.name, region FROM item_price"
        " JOIN source ON source.id = source_id"
        " LEFT JOIN note ON note.id = item_price.note_id"
        " WHERE family = ?1 AND subject = ?2 AND method = ?3 AND item = ?4"
        " AND region IN (?5, '*') AND rate_pusd IS NOT NULL"
        " AND valid_from_unix_s IS NULL AND coalesce(note.text, '') NOT LIKE 'OLDER%'",
    [DELETE_ITEM] = "DELETE FROM item_price WHERE family = ?1 AND id = ?2",
    [ADD_ITEM] = "INSERT OR IGNORE INTO item_price (family, subject, method, item,"
                 " region, unit, rate_pusd, per, source_id, as_of, trust, note_id,"
                 " valid_from_unix_s, id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                 " ?10, ?11, ?12, ?13, ?14)",
    [ADD_OTHER_ITEM] = "INSERT OR IGNORE INTO other_item VALUES (?1, ?2, ?3, ?4, ?5,"
                       " ?6, ?7, ?8, ?9, ?10, ?11)",
    [ADD_SOURCE] = "INSERT INTO source SELECT ?1, iif(EXISTS (SELECT 1 FROM source"
                   " WHERE name = ?2), ?2 || ' (imported)', ?2), ?3",
    [FIND_NOTE] = "SELECT id FROM note WHERE text = ?1",
    [ADD_NOTE] = "INSERT INTO note VALUES (?1, ?2)",
    [ADD_REGION] = "INSERT OR IGNORE INTO region VALUES (?1)",
};

enum err_code merge_step(struct merge *m, enum merge_statement which, bool *row,
                         struct err *e, const char *types, ...)
{
    sqlite3_stmt *st = m->st[which];
    bool ignored = false;
    va_list ap;
    sqlite3_reset(st);
    va_start(ap, types);
    for (int i = 0; types[i]; i++) {
        if (types[i] == 't') {
            sqlite3_bind_text(st, i + 1, va_arg(ap, const char *), -1,
                              SQLITE_TRANSIENT);
            continue;
        }
        int64_t value = va_arg(ap, int64_t);
        int64_t none = types[i] == 'o' ? DATE_UNKNOWN : 0;
        if (types[i] != 'i' && value == none)
            sqlite3_bind_null(st, i + 1);
        else
            sqlite3_bind_int64(st, i + 1, value);
    }
    va_end(ap);
    return db_step(st, row ? row : &ignored, e);
}

const struct merge_source *merge_source_of(const struct merge *m, int64_t import_id)
{
    for (size_t i = 0; i < m->source_count; i++)
        if (m->source[i].id == import_id) return &m->source[i];
    return NULL;
}

enum err_code merge_source_id(int64_t *out, struct merge *m, int64_t import_id,
                              struct err *e)
{
    struct merge_source *s = NULL;
    for (size_t i = 0; i < m->source_count; i++)
        if (m->source[i].id == import_id) s = &m->source[i];
    if (!s) return err_set(e, ERR_DB, "a price of no import");
    if (!s->catalog_id) {
        const char *text = arena_printf(m->arena, "%s (%s, sha256 %.16s)", s->text,
                                        s->file, s->sha256);
        if (merge_step(m, ADD_SOURCE, NULL, e, "itt", m->next_source, s->name, text))
            return e->code;
        s->catalog_id = m->next_source++;
    }
    *out = s->catalog_id;
    return OK;
}

static enum err_code load_sources(struct merge *m, struct err *e)
{
    static const char sql[] =
        "SELECT id, source, text, code, kind, substr(published, 1, 10), file, sha256,"
        " trust FROM o.import WHERE substr(published, 1, 10) <= ?1 ORDER BY id";
    struct arena *a = m->arena;
    sqlite3_stmt *st = NULL;
    size_t capacity = 0;
    bool more = false;
    if (db_prepare(&st, m->db, sql, e)) return e->code;
    sqlite3_bind_text(st, 1, m->at, -1, SQLITE_STATIC);
    while (!db_step(st, &more, e) && more) {
        m->source =
            arena_grow(a, m->source, &capacity, m->source_count + 1, sizeof *m->source);
        m->source[m->source_count++] = (struct merge_source){
            .id = sqlite3_column_int64(st, 0),
            .name = db_text(st, 1, a),
            .text = db_text(st, 2, a),
            .code = db_text(st, 3, a),
            .kind = db_text(st, 4, a),
            .published = db_text(st, 5, a),
            .file = db_text(st, 6, a),
            .sha256 = db_text(st, 7, a),
            .trust = *db_text(st, 8, a),
        };
    }
    sqlite3_finalize(st);
    return e->code;
}

#define ROW_COLUMNS                                                                    \
    " SELECT mn.text, family, dimension, context_tier, scope, scheme, kind, "          \
    "commitment,"                                                                      \
    " service, method, unit, rn.text, it.text, sku,"                                   \
    " replace(un.text, '{}', px.text), sku || tn.text, pu.text, rate_pusd, per,"       \
    " effective_unix_s, model_id, class_id, region_id, import_id, term_id, item_id"
#define ROW_JOINS                                                                      \
    " JOIN o.class ON class.id = class_id JOIN o.name AS mn ON mn.id = model_id"       \
    " JOIN o.name AS rn ON rn.id = region_id JOIN o.name AS it ON it.id = item_id"     \
    " JOIN o.name AS un ON un.id = usage_id JOIN o.name AS px ON px.id = prefix_id"    \
    " JOIN o.name AS tn ON tn.id = term_id JOIN o.name AS pu ON pu.id = unit_id"

/* The imports whose rows of a region hold at the date: no later one of the same kind
 * covers it. Newest first, so that of one rate code the newest is met first. */
static const char live_sql[] =
    "WITH held AS MATERIALIZED ("
    " SELECT DISTINCT f.import_id AS i, f.region_id AS r FROM o.feed AS f"
    " JOIN o.import AS i ON i.id = f.import_id JOIN o.name AS rn ON rn.id = f.region_id"
    " WHERE substr(i.published, 1, 10) <= ?1 AND NOT EXISTS ("
    "  SELECT 1 FROM o.import AS j JOIN o.covers AS c ON c.import_id = j.id"
    "  WHERE j.id > i.id AND substr(j.published, 1, 10) <= ?1 AND c.region IN ('*', "
    "rn.text)"
    "  AND ((i.code <> '' AND j.code = i.code) OR (i.code = '' AND j.kind = "
    "i.kind))))" ROW_COLUMNS " FROM held JOIN o.feed AS f ON f.import_id = held.i AND "
    "f.region_id = held.r" ROW_JOINS " ORDER BY import_id DESC";

/* What an older import of the same code says of the same thing: newest first. */
static const char before_sql[] = ROW_COLUMNS
    " FROM o.feed AS f" ROW_JOINS
    " WHERE model_id = ?1 AND class_id = ?2 AND region_id = ?3 AND import_id < ?4"
    " AND item_id = ?5 AND import_id IN"
    "  (SELECT id FROM o.import WHERE code = ?6 AND code <> '')"
    " ORDER BY import_id DESC";

static struct merge_row read_row(sqlite3_stmt *st, struct arena *a, struct intern *in)
{
    const char *text[17];
    for (int i = 0; i < 17; i++) {
        const char *t = (const char *)sqlite3_column_text(st, i);
        if (!t) t = "";
        /* SKUs, usage types and rate codes seldom repeat, the others nearly always */
        bool own = i == 13 || i == 14 || i == 15;
        uint32_t number = own ? 0 : intern(in, t); /* may move in->text */
        text[i] = own ? arena_text(a, t) : in->text[number];
    }
    return (struct merge_row){
        .model = text[0],
        .family = text[1],
        .dimension = text[2],
        .context_tier = text[3],
        .scope = text[4],
        .scheme = text[5],
        .kind = text[6],
        .commitment = text[7],
        .service = text[8],
        .method = text[9],
        .unit = text[10],
        .region = text[11],
        .item = text[12],
        .sku = text[13],
        .usage_type = text[14],
        .term = text[15],
        .unit_published = text[16],
        .rate = db_rate(st, 17, 18),
        .effective_unix_s = db_int_or(st, 19, DATE_UNKNOWN),
        .model_id = sqlite3_column_int64(st, 20),
        .class_id = sqlite3_column_int64(st, 21),
        .region_id = sqlite3_column_int64(st, 22),
        .import_id = sqlite3_column_int64(st, 23),
        .term_id = sqlite3_column_int64(st, 24),
        .item_id = sqlite3_column_int64(st, 25),
    };
}

/* Services and customization are told apart by the item too; of tokens it is only the
 * entry of a map. */
static int64_t item_of(const struct merge_row *r)
{
    bool items = strcmp(r->family, "tuning") == 0 || strcmp(r->family, "other") == 0;
    return items ? r->item_id : 0;
}

/* By model, class, region and item, then the newest import first. */
static int compare_rows(const void *x, const void *y)
{
    const struct merge_row *a = x, *b = y;
    const int64_t l[] = { a->model_id, a->class_id, a->region_id, item_of(a),
                          b->import_id };
    const int64_t r[] = { b->model_id, b->class_id, b->region_id, item_of(b),
                          a->import_id };
    for (int i = 0; i < 5; i++)
        if (l[i] != r[i]) return l[i] < r[i] ? -1 : 1;
    int sku = strcmp(a->sku, b->sku);
    return sku ? sku : strcmp(a->item, b->item);
}

static bool same_group(const struct merge_row *a, const struct merge_row *b)
{
    return a->model_id == b->model_id && a->class_id == b->class_id &&
           a->region_id == b->region_id && item_of(a) == item_of(b);
}

/* The rows that hold. */
struct live {
    struct merge_row *rows;
    size_t count, capacity;
    struct intern texts, seen;
};

static void add_live(struct merge *m, struct live *l, struct merge_row r)
{
    l->rows =
        arena_grow(m->arena, l->rows, &l->capacity, l->count + 1, sizeof *l->rows);
    l->rows[l->count++] = r;
}

static bool says_today(struct merge *m, const struct live *l, const struct merge_row *r)
{
    for (size_t i = 0; i < l->count; i++)
        if (same_group(&l->rows[i], r) &&
            merge_announced_unix_s(m, &l->rows[i]) == DATE_UNKNOWN)
            return true;
    return false;
}

/* A list that only announces a price does not end the one that its predecessor gave. */
static enum err_code add_before(struct merge *m, struct live *l,
                                const struct merge_row *r, struct err *e)
{
    const int64_t bound[] = { r->model_id, r->class_id, r->region_id, r->import_id,
                              r->item_id };
    const struct merge_source *s = merge_source_of(m, r->import_id);
    sqlite3_stmt *st = NULL;
    int64_t import_id = 0;
    bool more = false;
    if (says_today(m, l, r)) return OK;
    if (db_prepare(&st, m->db, before_sql, e)) return e->code;
    for (int i = 0; i < 5; i++)
        sqlite3_bind_int64(st, i + 1, bound[i]);
    sqlite3_bind_text(st, 6, s->code, -1, SQLITE_STATIC);
    while (!db_step(st, &more, e) && more) {
        struct merge_row x = read_row(st, m->arena, &l->texts);
        if (!merge_source_of(m, x.import_id)) continue; /* later than the day */
        if (import_id && x.import_id != import_id) break;
        if (merge_announced_unix_s(m, &x) != DATE_UNKNOWN) continue;
        import_id = x.import_id;
        add_live(m, l, x);
    }
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code merge_prices(struct merge *m, struct err *e)
{
    struct live l = { .texts.arena = m->arena, .seen.arena = m->arena };
    sqlite3_stmt *st = NULL;
    bool more = false;
    if (db_prepare(&st, m->db, live_sql, e)) return e->code;
    sqlite3_bind_text(st, 1, m->at, -1, SQLITE_STATIC);
    while (!db_step(st, &more, e) && more) {
        struct merge_row r = read_row(st, m->arena, &l.texts);
        if (*r.term) { /* a rate code that a later answer gives again */
            uint32_t before = l.seen.count;
            const char *key = arena_printf(m->arena, "%s %s", r.term, r.region);
            if (intern(&l.seen, key) < before) continue;
        }
        add_live(m, &l, r);
    }
    sqlite3_finalize(st);
    for (size_t i = 0, count = l.count; !e->code && i < count; i++)
        if (merge_announced_unix_s(m, &l.rows[i]) != DATE_UNKNOWN) {
            struct merge_row r = l.rows[i]; /* the array may move */
            add_before(m, &l, &r, e);
        }
    if (e->code) return e->code;
    if (l.count) qsort(l.rows, l.count, sizeof *l.rows, compare_rows);
    for (size_t i = 0, n; i < l.count; i += n) {
        for (n = 1; i + n < l.count && same_group(&l.rows[i], &l.rows[i + n]); n++)
            ;
        if (merge_group(m, &l.rows[i], n, e)) return e->code;
    }
    return OK;
}

static enum err_code next_ids(struct merge *m, struct err *e)
{
    if (db_int(&m->next_price, m->db, "SELECT 1 + coalesce(max(id), 0) FROM price",
               e) ||
        db_int(&m->next_unit, m->db, "SELECT 1 + coalesce(max(id), 0) FROM unit_price",
               e) ||
        db_int(&m->next_note, m->db, "SELECT 1 + coalesce(max(id), 0) FROM note", e) ||
        db_int(&m->next_source, m->db, "SELECT 1 + coalesce(max(id), 0) FROM source",
               e)) {
        return e->code;
    }
    for (int i = 0; i < MERGE_STATEMENTS; i++)
        if (db_prepare(&m->st[i], m->db, statements[i], e)) return e->code;
    return OK;
}

static enum err_code attach(sqlite3 *db, const char *path, struct err *e)
{
    sqlite3 *check = NULL;
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (overlay_open(&check, path, false, e)) return e->code;
    sqlite3_close(check);
    if (db_prepare(&st, db, "ATTACH ?1 AS o", e)) return e->code;
    sqlite3_bind_text(st, 1, path, -1, SQLITE_STATIC);
    if (db_step(st, &row, e)) err_wrap(e, "%s: ", path);
    sqlite3_finalize(st);
    return e->code;
}

enum err_code overlay_merge(struct catalog *c, const char *overlay, int64_t at_unix_s,
                            bool models_only, struct arena *a, struct err *e)
{
    char day[DATE_TEXT];
    struct merge m = { .catalog = c, .db = c->db, .arena = a, .at = "9999-12-31" };
    if (at_unix_s != DATE_UNKNOWN) m.at = arena_text(a, date_text(day, at_unix_s));
    if (attach(c->db, overlay, e)) return e->code;
    if (db_exec(c->db, "BEGIN", e) || next_ids(&m, e) || load_sources(&m, e) ||
        merge_facts(&m, e) || (!models_only && merge_prices(&m, e)) ||
        catalog_summarize(c->db, e)) {
        err_wrap(e, "%s: ", overlay);
    }
    for (int i = 0; i < MERGE_STATEMENTS; i++)
        sqlite3_finalize(m.st[i]);
    sqlite3_exec(c->db, e->code ? "ROLLBACK" : "COMMIT", NULL, NULL, NULL);
    sqlite3_exec(c->db, "DETACH o", NULL, NULL, NULL);
    if (e->code || models_only) return e->code;
    return catalog_mark_doubts(c, a, e);
}
