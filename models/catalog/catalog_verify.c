#include "catalog_db_private.h"
#include "catalog_facts.h"

/* The unit that a dimension is counted in. */
#define UNIT_OF_DIMENSION                                                              \
    "CASE WHEN dimension GLOB '*_second' OR dimension GLOB '*_second:*' THEN 'second'" \
    " WHEN dimension = 'video_output' THEN 'video'"                                    \
    " WHEN dimension = 'image_generation' THEN 'generation'"                           \
    " WHEN dimension GLOB '*image_output*' OR dimension GLOB '*image_input*'"          \
    "  THEN 'image'"                                                                   \
    " WHEN dimension GLOB '*query' THEN 'query'"                                       \
    " WHEN dimension GLOB '*_request' THEN 'request' ELSE 'token' END"

/* One row a word of a space-separated list. */
#define WORDS(list) "json_each('[\"' || replace(" list ", ' ', '\",\"') || '\"]')"

#define ROW_NAME                                                                       \
    "dimension || iif(context_tier = '', '', ' ' || context_tier) || ' ' || region"    \
    " || iif(scope = '', '', ' ' || scope)"

/* Each query gives subject and detail; ?1 is today. */
/* clang-format off */
static const struct {
    bool error;
    const char *check, *sql;
} checks[] = {
    { true, "foreign key",
      "SELECT \"table\", 'row ' || coalesce(rowid, '?') || ' points nowhere in ' || parent"
      " FROM pragma_foreign_key_check" },
    { true, "integrity",
      "SELECT 'file', integrity_check FROM pragma_integrity_check"
      " WHERE integrity_check <> 'ok'" },
    { true, "summary",
      "SELECT 'summary', 'is of other rows' FROM summary WHERE"
      " models <> (SELECT count(*) FROM model) OR prices <> (SELECT count(*) FROM price)"
      " OR sources <> (SELECT count(*) FROM source)"
      " OR newest <> (SELECT max(as_of) FROM"
      "  (SELECT as_of FROM price UNION ALL SELECT as_of FROM model))" },
    { true, "summary", "SELECT 'summary', 'has no row' WHERE NOT EXISTS"
      " (SELECT 1 FROM summary)" },
    { true, "unit",
      "SELECT id, " ROW_NAME " || ' is per ' || unit || ', not per ' || want FROM"
      " (SELECT model.id, dimension, context_tier, scope, region, unit,"
      UNIT_OF_DIMENSION " AS want FROM price JOIN model ON key = model_key)"
      " WHERE unit <> want" },
    { true, "range",
      "SELECT model.id, " ROW_NAME " || ' costs more than 1000 USD per 1M tokens'"
      " FROM price JOIN model ON key = model_key"
      " WHERE unit = 'token' AND rate_pusd > 1000000000000000 / (1000000 / per)" },
    { true, "range",
      "SELECT model.id, scheme || ' ' || commitment || ' costs more than 1000 USD an hour'"
      " FROM unit_price JOIN model ON key = model_key WHERE rate_pusd > 1000000000000000" },
    { true, "range",
      "SELECT id, 'max_output ' || max_output || ' is above the context window '"
      " || context_window FROM model WHERE max_output > context_window" },
    { true, "dates",
      "SELECT id, 'launch, legacy, extended access and end of life are out of order'"
      " FROM model WHERE launch_unix_s > coalesce(legacy_unix_s, eol_unix_s)"
      " OR legacy_unix_s > coalesce(extended_unix_s, eol_unix_s)"
      " OR extended_unix_s > eol_unix_s" },
    { true, "region",
      "SELECT model.id, 'region ' || value || ' is unknown' FROM model, "
      WORDS("trim(regions || ' ' || provisioned_regions || ' ' || custom_on_demand_regions)")
      " WHERE value <> '' AND value NOT IN (SELECT name FROM region)" },
    { true, "profile",
      "SELECT model.id, 'profile ' || value || ' is unknown' FROM model, " WORDS("profiles")
      " WHERE value NOT IN"
      " ('', 'us', 'eu', 'apac', 'au', 'jp', 'in', 'ca', 'us-gov', 'global')" },
    { true, "variant",
      "SELECT model.id, 'is a variant of ' || base.id || ', itself a variant'"
      " FROM model JOIN model AS base ON base.id = model.variant_of"
      " WHERE base.variant_of IS NOT NULL" },
    { true, "duplicate",
      "SELECT model.id, " ROW_NAME " || ' is there twice from one source'"
      " FROM price JOIN model ON key = model_key"
      " GROUP BY model_key, dimension, context_tier, scope, region, source_id"
      " HAVING count(*) > 1" },
    { true, "conflict",
      "SELECT model.id, " ROW_NAME " || ' disputes a price that is not there'"
      " FROM other_price JOIN model ON key = model_key WHERE NOT EXISTS (SELECT 1 FROM"
      " price AS p WHERE p.model_key = other_price.model_key"
      " AND p.dimension = other_price.dimension"
      " AND p.context_tier = other_price.context_tier"
      " AND p.scope = other_price.scope AND p.region = other_price.region)" },
    { false, "conflict",
      "SELECT model.id, " ROW_NAME " || ': ' || sum(disagree) || ' other source' ||"
      " iif(sum(disagree) = 1, ' disagrees', 's disagree')"
      " FROM price JOIN model ON key = model_key WHERE disagree > 0"
      " GROUP BY model_key, dimension, context_tier, scope, region" },
    { false, "doubt",
      "SELECT model.id, " ROW_NAME " || ': ' || doubt FROM price"
      " JOIN model ON key = model_key WHERE doubt <> ''" },
    { false, "no price",
      "SELECT id, 'no price is known' FROM model WHERE variant_of IS NULL"
      " AND key NOT IN (SELECT model_key FROM price)" },
    { false, "no price",
      "SELECT subject, trim(method || ' ' || item) || ': the price was not found'"
      " FROM item_price WHERE rate_pusd IS NULL" },
    { false, "end of life",
      "SELECT id, 'ended on ' || date(eol_unix_s, 'unixepoch') FROM model"
      " WHERE eol_unix_s <= ?1" },
    { false, "end of life",
      "SELECT id, 'ends on ' || date(eol_unix_s, 'unixepoch') FROM model"
      " WHERE eol_unix_s > ?1" },
    { false, "no date",
      "SELECT subject, trim(method || ' ' || item) || ': the source is undated'"
      " FROM item_price WHERE as_of = ''" },
    { false, "ahead of today",
      "SELECT model.id, " ROW_NAME " || ' is dated ' || price.as_of FROM price"
      " JOIN model ON key = model_key"
      " WHERE price.as_of > strftime('%Y-%m-%d', ?1, 'unixepoch')" },
    { false, "trust C alone",
      "SELECT model.id, count(*) || ' prices rest on an aggregator only' FROM price"
      " JOIN model ON key = model_key WHERE price.trust = 'C' GROUP BY model_key" },
};
/* clang-format on */

enum err_code catalog_verify(struct finding **out, size_t *count, struct catalog *c,
                             int64_t now_unix_s, struct arena *a, struct err *e)
{
    struct finding *rows = NULL;
    size_t n = 0, capacity = 0;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        sqlite3_stmt *st = NULL;
        bool more = false;
        if (db_prepare(&st, c->db, checks[i].sql, e)) return e->code;
        if (sqlite3_bind_parameter_count(st) > 0) sqlite3_bind_int64(st, 1, now_unix_s);
        while (!db_step(st, &more, e) && more) {
            rows = arena_grow(a, rows, &capacity, n + 1, sizeof *rows);
            rows[n++] = (struct finding){
                .error = checks[i].error,
                .check = checks[i].check,
                .subject = db_text(st, 0, a),
                .detail = db_text(st, 1, a),
            };
        }
        sqlite3_finalize(st);
        if (e->code) return e->code;
    }
    *out = rows;
    *count = n;
    return OK;
}
