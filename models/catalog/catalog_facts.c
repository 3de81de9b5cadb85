#include "catalog_facts.h"
#include "catalog_db_private.h"

enum err_code catalog_sources(struct catalog_source **out, size_t *count,
                              struct catalog *c, struct arena *a, struct err *e)
{
    static const char sql[] =
        "WITH used (source_id, as_of) AS ("
        " SELECT source_id, as_of FROM price"
        " UNION ALL SELECT source_id, as_of FROM other_price"
        " UNION ALL SELECT source_id, as_of FROM other_unit"
        " UNION ALL SELECT source_id, as_of FROM other_item"
        " UNION ALL SELECT source_id, as_of FROM held_unit"
        " UNION ALL SELECT source_id, as_of FROM unit_price"
        " UNION ALL SELECT source_id, as_of FROM item_price"
        " UNION ALL SELECT source_id, as_of FROM import_units"
        " UNION ALL SELECT source_id, as_of FROM quota"
        " UNION ALL SELECT source_id, as_of FROM burndown"
        " UNION ALL SELECT source_id, as_of FROM rule"
        " UNION ALL SELECT source_id, '' FROM model_source)"
        " SELECT name, text, count(source_id), max(as_of), min(nullif(as_of, ''))"
        " FROM source LEFT JOIN used ON source.id = source_id"
        " GROUP BY source.id ORDER BY name";
    struct catalog_source *rows = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    if (db_prepare(&st, c->db, sql, e)) return e->code;
    while (!db_step(st, &more, e) && more) {
        rows = arena_grow(a, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct catalog_source){
            .id = db_text(st, 0, a),
            .text = db_text(st, 1, a),
            .rows = sqlite3_column_int64(st, 2),
            .newest = db_text(st, 3, a),
            .oldest = db_text(st, 4, a),
        };
    }
    sqlite3_finalize(st);
    if (e->code) return e->code;
    *out = rows;
    *count = n;
    return OK;
}

enum err_code catalog_rules(struct catalog_rule **out, size_t *count, struct catalog *c,
                            struct arena *a, struct err *e)
{
    static const char sql[] =
        "SELECT subject, topic, rule.text, source.text, as_of, trust FROM rule"
        " JOIN source ON source.id = source_id ORDER BY subject, topic";
    struct catalog_rule *rows = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    if (db_prepare(&st, c->db, sql, e)) return e->code;
    while (!db_step(st, &more, e) && more) {
        rows = arena_grow(a, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct catalog_rule){
            .subject = db_text(st, 0, a),
            .topic = db_text(st, 1, a),
            .text = db_text(st, 2, a),
            .source = db_text(st, 3, a),
            .as_of = db_text(st, 4, a),
            .trust = db_trust(st, 5),
        };
    }
    sqlite3_finalize(st);
    if (e->code) return e->code;
    *out = rows;
    *count = n;
    return OK;
}

enum err_code catalog_import_units(struct import_units **out, size_t *count,
                                   struct catalog *c, struct arena *a, struct err *e)
{
    static const char sql[] =
        "SELECT model, units, source.text, as_of, trust FROM import_units"
        " JOIN source ON source.id = source_id ORDER BY model";
    struct import_units *rows = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    if (db_prepare(&st, c->db, sql, e)) return e->code;
    while (!db_step(st, &more, e) && more) {
        rows = arena_grow(a, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct import_units){
            .model = db_text(st, 0, a),
            .units = sqlite3_column_int64(st, 1),
            .source = db_text(st, 2, a),
            .as_of = db_text(st, 3, a),
            .trust = db_trust(st, 4),
        };
    }
    sqlite3_finalize(st);
    if (e->code) return e->code;
    *out = rows;
    *count = n;
    return OK;
}

enum err_code catalog_quotas(struct quota_row **out, size_t *count, struct catalog *c,
                             const char *model, struct arena *a, struct err *e)
{
    static const char sql[] =
        "SELECT custom, routing, region, tokens_per_min, requests_per_min,"
        " tokens_per_day, source.text, as_of, note.text, trust, account FROM quota"
        " JOIN source ON source.id = source_id LEFT JOIN note ON note.id = note_id"
        " WHERE model_key IN (?1, ?2)"
        " ORDER BY custom, routing = 'geo', routing = 'global', region = '*', region";
    struct quota_row *rows = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    int64_t key = 0, base = 0;
    if (catalog_key(&key, &base, c, model, e) || db_prepare(&st, c->db, sql, e))
        return e->code;
    sqlite3_bind_int64(st, 1, key);
    sqlite3_bind_int64(st, 2, base);
    while (!db_step(st, &more, e) && more) {
        rows = arena_grow(a, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct quota_row){
            .custom = sqlite3_column_int(st, 0) != 0,
            .routing = db_text(st, 1, a),
            .region = db_text(st, 2, a),
            .tokens_per_min = db_int_or(st, 3, -1),
            .requests_per_min = db_int_or(st, 4, -1),
            .tokens_per_day = db_int_or(st, 5, -1),
            .source = db_text(st, 6, a),
            .as_of = db_text(st, 7, a),
            .note = db_text(st, 8, a),
            .trust = db_trust(st, 9),
            .account = sqlite3_column_int(st, 10) != 0,
        };
    }
    sqlite3_finalize(st);
    if (e->code) return e->code;
    *out = rows;
    *count = n;
    return OK;
}

enum err_code catalog_held_units(struct held_unit **out, size_t *count,
                                 struct catalog *c, const char *model, struct arena *a,
                                 struct err *e)
{
    static const char sql[] =
        "SELECT model.id, region, h.name, custom, units, commitment, status, since,"
        " until, source.text, h.as_of FROM held_unit AS h JOIN model ON key = model_key"
        " JOIN source ON source.id = source_id"
        " WHERE ?1 IS NULL OR ?1 IN (model.id, model.variant_of)"
        " ORDER BY model.id, region, h.name";
    struct held_unit *rows = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    if (db_prepare(&st, c->db, sql, e)) return e->code;
    sqlite3_bind_text(st, 1, model, -1, SQLITE_STATIC);
    while (!db_step(st, &more, e) && more) {
        rows = arena_grow(a, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct held_unit){
            .model = db_text(st, 0, a),
            .region = db_text(st, 1, a),
            .name = db_text(st, 2, a),
            .custom = sqlite3_column_int(st, 3) != 0,
            .units = sqlite3_column_int64(st, 4),
            .commitment = db_text(st, 5, a),
            .status = db_text(st, 6, a),
            .since = db_text(st, 7, a),
            .until = db_text(st, 8, a),
            .source = db_text(st, 9, a),
            .as_of = db_text(st, 10, a),
        };
    }
    sqlite3_finalize(st);
    if (e->code) return e->code;
    *out = rows;
    *count = n;
    return OK;
}

static struct conflict_side read_side(sqlite3_stmt *st, int first, struct arena *a)
{
    return (struct conflict_side){
        .rate = db_rate(st, first, first + 1),
        .source = db_text(st, first + 2, a),
        .as_of = db_text(st, first + 3, a),
        .trust = db_trust(st, first + 4),
    };
}

enum err_code catalog_conflicts(struct conflict **out, size_t *count, struct catalog *c,
                                const char *model, struct arena *a, struct err *e)
{
    static const char sql[] =
        "SELECT model.id AS m, dimension AS d, context_tier AS t, scope AS s,"
        " region AS r, price.unit,"
        " price.rate_pusd, price.per, kept.text, price.as_of, price.trust,"
        " lost.rate_pusd AS l, lost.per, other.text, lost.as_of, lost.trust"
        " FROM other_price AS lost"
        " JOIN price USING (model_key, dimension, context_tier, scope, region)"
        " JOIN model ON model.key = model_key"
        " JOIN source AS kept ON kept.id = price.source_id"
        " JOIN source AS other ON other.id = lost.source_id"
        " WHERE price.valid_from_unix_s IS NULL AND (?1 IS NULL OR model.id = ?1)"
        " UNION ALL SELECT model.id, scheme || ', ' || kind || ', ' || commitment, '',"
        " '', region, x.unit, x.rate_pusd, x.per, kept.text, x.as_of, x.trust,"
        " lost.rate_pusd, lost.per, other.text, lost.as_of, lost.trust"
        " FROM other_unit AS lost"
        " JOIN unit_price AS x USING (model_key, scheme, kind, commitment, region)"
        " JOIN model ON model.key = model_key"
        " JOIN source AS kept ON kept.id = x.source_id"
        " JOIN source AS other ON other.id = lost.source_id"
        " WHERE x.valid_from_unix_s IS NULL AND (?1 IS NULL OR model.id = ?1)"
        " UNION ALL SELECT subject, trim(method || ' ' || item), '', '', region, "
        "x.unit,"
        " x.rate_pusd, x.per, kept.text, x.as_of, x.trust,"
        " lost.rate_pusd, lost.per, other.text, lost.as_of, lost.trust"
        " FROM other_item AS lost"
        " JOIN item_price AS x USING (family, subject, method, item, region)"
        " JOIN source AS kept ON kept.id = x.source_id"
        " JOIN source AS other ON other.id = lost.source_id"
        " WHERE x.valid_from_unix_s IS NULL AND (?1 IS NULL OR subject = ?1)"
        " ORDER BY m, d, t, s, r, l";
    struct conflict *rows = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    if (db_prepare(&st, c->db, sql, e)) return e->code;
    sqlite3_bind_text(st, 1, model, -1, SQLITE_STATIC);
    while (!db_step(st, &more, e) && more) {
        rows = arena_grow(a, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct conflict){
            .model = db_text(st, 0, a),
            .dimension = db_text(st, 1, a),
            .context_tier = db_text(st, 2, a),
            .scope = db_text(st, 3, a),
            .region = db_text(st, 4, a),
            .unit = db_text(st, 5, a),
            .kept = read_side(st, 6, a),
            .other = read_side(st, 11, a),
        };
    }
    sqlite3_finalize(st);
    if (e->code) return e->code;
    *out = rows;
    *count = n;
    return OK;
}
