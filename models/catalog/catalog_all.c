#include "catalog_db_private.h"
#include "catalog_facts.h"

/* Every price, and each model's state as a row without one. `?1` NULL: what bills; a
 * source: what it says, whether it bills or lost. */
static const char sql[] =
    "SELECT model.id AS m, dimension AS d, context_tier AS t, scope AS s, region AS r,"
    " unit, rate_pusd, per, source.name, price.as_of, price.trust FROM price"
    " JOIN model ON key = model_key JOIN source ON source.id = source_id"
    " WHERE ?1 IS NULL OR source.name = ?1"
    " UNION ALL SELECT model.id, dimension, context_tier, scope, region, unit, "
    "rate_pusd,"
    " per, source.name, other_price.as_of, other_price.trust FROM other_price"
    " JOIN model ON key = model_key JOIN source ON source.id = source_id"
    " WHERE source.name = ?1"
    " UNION ALL SELECT model.id, scheme || ', ' || kind || ', ' || commitment, '', '',"
    " region, unit, rate_pusd, per, source.name, unit_price.as_of, unit_price.trust"
    " FROM unit_price JOIN model ON key = model_key JOIN source ON source.id = "
    "source_id"
    " WHERE ?1 IS NULL OR source.name = ?1"
    " UNION ALL SELECT model.id, scheme || ', ' || kind || ', ' || commitment, '', '',"
    " region, unit, rate_pusd, per, source.name, other_unit.as_of, other_unit.trust"
    " FROM other_unit JOIN model ON key = model_key"
    " JOIN source ON source.id = source_id WHERE source.name = ?1"
    " UNION ALL SELECT subject, trim(method || ' ' || item), '', '', region, unit,"
    " rate_pusd, per, source.name, as_of, trust FROM item_price"
    " JOIN source ON source.id = source_id WHERE rate_pusd IS NOT NULL"
    " AND (?1 IS NULL OR source.name = ?1)"
    " UNION ALL SELECT subject, trim(method || ' ' || item), '', '', region, unit,"
    " rate_pusd, per, source.name, as_of, trust FROM other_item"
    " JOIN source ON source.id = source_id WHERE source.name = ?1"
    " UNION ALL SELECT id, 'lifecycle', '', lifecycle || coalesce(' until ' ||"
    " date(eol_unix_s, 'unixepoch'), ''), '', '', NULL, 1, '', as_of, trust FROM model"
    " WHERE ?1 IS NULL ORDER BY m, d, t, s, r, 10 DESC, 9";

enum err_code catalog_all_prices(struct listed_price **out, size_t *count,
                                 struct catalog *c, const char *source, struct arena *a,
                                 struct err *e)
{
    struct listed_price *rows = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    if (db_prepare(&st, c->db, sql, e)) return e->code;
    sqlite3_bind_text(st, 1, source, -1, SQLITE_STATIC);
    while (!db_step(st, &more, e) && more) {
        rows = arena_grow(a, rows, &capacity, n + 1, sizeof *rows);
        rows[n++] = (struct listed_price){
            .model = db_text(st, 0, a),
            .dimension = db_text(st, 1, a),
            .context_tier = db_text(st, 2, a),
            .scope = db_text(st, 3, a),
            .region = db_text(st, 4, a),
            .unit = db_text(st, 5, a),
            .priced = sqlite3_column_type(st, 6) != SQLITE_NULL,
            .rate = db_rate(st, 6, 7),
            .source = db_text(st, 8, a),
            .as_of = db_text(st, 9, a),
            .trust = db_trust(st, 10),
        };
    }
    sqlite3_finalize(st);
    if (e->code) return e->code;
    *out = rows;
    *count = n;
    return OK;
}
