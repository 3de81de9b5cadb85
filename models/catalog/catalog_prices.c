#include <string.h>

#include "catalog_db_private.h"

enum err_code catalog_read_prices(struct price_row **out, size_t *count,
                                  struct catalog *c, int64_t key, struct arena *a,
                                  struct err *e)
{
    static const char sql[] =
        "SELECT price.id, model.id, scope, region, dimension, context_tier, unit,"
        " rate_pusd, per, source.text, price.as_of, note.text, doubt,"
        " valid_from_unix_s, agree, disagree, price.trust"
        " FROM price JOIN model ON model.key = model_key"
        " JOIN source ON source.id = source_id LEFT JOIN note ON note.id = "
        "price.note_id"
        " WHERE model_key = ?1"
        " ORDER BY dimension, context_tier, scope, region, price.id";
    struct price_row *rows = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    if (db_cached(&st, c, sql, e)) return e->code;
    sqlite3_bind_int64(st, 1, key);
    while (!db_step(st, &more, e) && more) {
        rows = arena_grow(a, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct price_row){
            .id = sqlite3_column_int64(st, 0),
            .model = db_text(st, 1, a),
            .scope = db_text(st, 2, a),
            .region = db_text(st, 3, a),
            .dimension = db_text(st, 4, a),
            .context_tier = db_text(st, 5, a),
            .unit = db_text(st, 6, a),
            .rate = db_rate(st, 7, 8),
            .source = db_text(st, 9, a),
            .as_of = db_text(st, 10, a),
            .note = db_text(st, 11, a),
            .doubt = db_text(st, 12, a),
            .from_unix_s = db_int_or(st, 13, INT64_MIN),
            .agree = sqlite3_column_int(st, 14),
            .disagree = sqlite3_column_int(st, 15),
            .trust = db_trust(st, 16),
        };
    }
    sqlite3_reset(st);
    if (e->code) return e->code;
    *out = rows;
    *count = n;
    return OK;
}

enum err_code catalog_prices(struct price_row **out, size_t *count, struct catalog *c,
                             const char *model, struct arena *a, struct err *e)
{
    int64_t key = 0, base = 0;
    if (catalog_key(&key, &base, c, model, e) ||
        catalog_read_prices(out, count, c, key, a, e)) {
        return e->code;
    }
    if (*count == 0 && base) return catalog_read_prices(out, count, c, base, a, e);
    return OK;
}

/* Rows in force at ?2: no announced one has ended them, and none is only announced. */
#define IN_FORCE(table, alias, same)                                                   \
    " AND (?2 IS NULL OR (coalesce(" alias ".valid_from_unix_s <= ?2, 1)"              \
    "  AND NOT EXISTS (SELECT 1 FROM " table " AS d WHERE " same                       \
    "   AND d.valid_from_unix_s <= ?2"                                                 \
    "   AND d.valid_from_unix_s > coalesce(" alias                                     \
    ".valid_from_unix_s, d.valid_from_unix_s - 1)"                                     \
    "   AND " alias ".as_of < date(d.valid_from_unix_s, 'unixepoch'))))"

static enum err_code read_units(struct unit_price **out, size_t *count, sqlite3 *db,
                                int64_t key, int64_t at_unix_s, struct arena *a,
                                struct err *e)
{
    static const char sql[] =
        "SELECT unit_price.id, model.id, region, scheme, kind, commitment, unit,"
        " rate_pusd, per, source.text, unit_price.as_of, note.text, unit_price.trust,"
        " valid_from_unix_s"
        " FROM unit_price JOIN model ON model.key = model_key"
        " JOIN source ON source.id = source_id"
        " LEFT JOIN note ON note.id = unit_price.note_id"
        " WHERE model_key = ?1" IN_FORCE(
            "unit_price", "unit_price",
            "d.model_key = unit_price.model_key AND d.scheme = unit_price.scheme"
            " AND d.kind = unit_price.kind AND d.region = unit_price.region"
            " AND d.commitment = unit_price.commitment") " ORDER BY scheme, kind, "
                                                         "commitment, region, "
                                                         "unit_price.id";
    struct unit_price *rows = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    if (db_prepare(&st, db, sql, e)) return e->code;
    sqlite3_bind_int64(st, 1, key);
    if (at_unix_s != DATE_UNKNOWN) sqlite3_bind_int64(st, 2, at_unix_s);
    while (!db_step(st, &more, e) && more) {
        rows = arena_grow(a, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct unit_price){
            .id = sqlite3_column_int64(st, 0),
            .model = db_text(st, 1, a),
            .region = db_text(st, 2, a),
            .scheme = db_text(st, 3, a),
            .kind = db_text(st, 4, a),
            .commitment = db_text(st, 5, a),
            .unit = db_text(st, 6, a),
            .rate = db_rate(st, 7, 8),
            .source = db_text(st, 9, a),
            .as_of = db_text(st, 10, a),
            .note = db_text(st, 11, a),
            .trust = db_trust(st, 12),
            .from_unix_s = db_int_or(st, 13, DATE_UNKNOWN),
        };
    }
    sqlite3_finalize(st);
    if (e->code) return e->code;
    *out = rows;
    *count = n;
    return OK;
}

enum err_code catalog_unit_prices(struct unit_price **out, size_t *count,
                                  struct catalog *c, const char *model,
                                  int64_t at_unix_s, struct arena *a, struct err *e)
{
    int64_t key = 0, base = 0;
    if (catalog_key(&key, &base, c, model, e) ||
        read_units(out, count, c->db, key, at_unix_s, a, e)) {
        return e->code;
    }
    if (*count == 0 && base)
        return read_units(out, count, c->db, base, at_unix_s, a, e);
    return OK;
}

/* Which items: of a family; `subject` NULL: of every subject. */
struct item_query {
    const char *family, *subject, *also, *region;
    int64_t at_unix_s;
};

static enum err_code read_items(struct item_price **out, size_t *count, sqlite3 *db,
                                const struct item_query *q, struct arena *a,
                                struct err *e)
{
#define SAME(alias)                                                                    \
    alias ".family = x.family AND " alias ".subject = x.subject AND " alias            \
          ".method = x.method AND " alias ".item = x.item"
    static const char sql[] =
        "SELECT x.id, subject, method, item, unit, rate_pusd, per, source.text,"
        " as_of, note.text, trust, region, valid_from_unix_s"
        " FROM item_price AS x JOIN source ON source.id = source_id"
        " LEFT JOIN note ON note.id = note_id"
        " WHERE family = ?1 AND (?3 IS NULL OR subject IN (?3, ?4))"
        " AND (?5 IS NULL OR region = ?5 OR (region = '*' AND NOT EXISTS (SELECT 1"
        "  FROM item_price AS h WHERE " SAME(
            "h") " AND h.region = ?5"
                 "  AND h.trust <= x.trust AND h.rate_pusd IS NOT NULL)))" IN_FORCE(
                     "item_price", "x",
                     SAME("d") " AND d.region = x.region") " ORDER BY x.id";
#undef SAME
    struct item_price *rows = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    if (db_prepare(&st, db, sql, e)) return e->code;
    sqlite3_bind_text(st, 1, q->family, -1, SQLITE_STATIC);
    if (q->at_unix_s != DATE_UNKNOWN) sqlite3_bind_int64(st, 2, q->at_unix_s);
    sqlite3_bind_text(st, 3, q->subject, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 4, q->also, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 5, q->region, -1, SQLITE_STATIC);
    while (!db_step(st, &more, e) && more) {
        rows = arena_grow(a, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct item_price){
            .id = sqlite3_column_int64(st, 0),
            .subject = db_text(st, 1, a),
            .method = db_text(st, 2, a),
            .item = db_text(st, 3, a),
            .unit = db_text(st, 4, a),
            .known = sqlite3_column_type(st, 5) != SQLITE_NULL,
            .rate = db_rate(st, 5, 6),
            .source = db_text(st, 7, a),
            .as_of = db_text(st, 8, a),
            .note = db_text(st, 9, a),
            .trust = db_trust(st, 10),
            .region = db_text(st, 11, a),
            .from_unix_s = db_int_or(st, 12, DATE_UNKNOWN),
        };
    }
    sqlite3_finalize(st);
    if (e->code) return e->code;
    *out = rows;
    *count = n;
    return OK;
}

enum err_code catalog_tuning_prices(struct item_price **out, size_t *count,
                                    struct catalog *c, const char *model,
                                    const char *region, int64_t at_unix_s,
                                    struct arena *a, struct err *e)
{
    struct model m = { .id = model, .variant_of = "" };
    if (strcmp(model, "*") != 0 && catalog_model(&m, NULL, c, model, a, e))
        return e->code;
    struct item_query q = { "tuning", *m.variant_of ? m.variant_of : m.id, "*", region,
                            at_unix_s };
    return read_items(out, count, c->db, &q, a, e);
}

enum err_code catalog_other_prices(struct item_price **out, size_t *count,
                                   struct catalog *c, const char *service,
                                   const char *region, int64_t at_unix_s,
                                   struct arena *a, struct err *e)
{
    struct item_query q = { "other", service, service, region, at_unix_s };
    return read_items(out, count, c->db, &q, a, e);
}
