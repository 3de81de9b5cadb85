#include <string.h>

#include "date.h"
#include "merge_private.h"
#include "str.h"

/* Rows of a `listed_…` table whose import no later one of the same kind and region
 * replaces. */
#define LIVE                                                                           \
    " JOIN o.import AS i ON i.id = l.import_id WHERE substr(i.published, 1, 10) <= ?1" \
    " AND NOT EXISTS (SELECT 1 FROM o.import AS j JOIN o.covers AS c"                  \
    "  ON c.import_id = j.id WHERE j.id > i.id AND j.kind = i.kind"                    \
    "  AND substr(j.published, 1, 10) <= ?1 AND c.region = l.region)"

/* An answer of a list is of AWS itself: what it says of a region and a state holds from
 * its day on. A new id becomes a model; what the list leaves open stays unknown. */
/* clang-format off */
static const char *const fact_sql[] = {
    "INSERT OR IGNORE INTO region SELECT DISTINCT region FROM o.listed_model"
    " WHERE region GLOB '[a-z][a-z]*-[a-z]*-[0-9]'",
    "CREATE TEMP TABLE listed AS SELECT l.*, substr(i.published, 1, 10) AS day,"
    " i.id AS import FROM o.listed_model AS l" LIVE " ORDER BY i.id",
    "INSERT INTO model (id, variant_of, name, provider, in_text, in_image, in_video,"
    " in_speech, in_audio, in_document, out_text, out_image, out_video, out_speech,"
    " out_audio, out_embedding, context_window, max_output, streaming, on_demand,"
    " profile_only, profile_only_regions, provisioned, provisioned_regions, fine_tuning,"
    " continued_pretraining, distillation, reinforcement_fine_tuning,"
    " preference_fine_tuning, custom_on_demand, custom_on_demand_regions, lifecycle,"
    " launch_unix_s, legacy_unix_s, extended_unix_s, eol_unix_s, regions, profiles,"
    " runtime, mantle, cache_min_tokens, class, as_of, trust, note_id)"
    " SELECT l.id, (SELECT m.id FROM model AS m WHERE m.variant_of IS NULL"
    "   AND l.id LIKE m.id || ':%'), name, provider,"
#define IN(word)  " iif(instr(input, '" word "') > 0, 1, 0),"
#define OUT(word) " iif(instr(output, '" word "') > 0, 1, 0),"
    IN("TEXT") IN("IMAGE") IN("VIDEO") IN("SPEECH") " iif(instr(input, 'AUDIO') > 0, 1, NULL), NULL,"
    OUT("TEXT") OUT("IMAGE") OUT("VIDEO") OUT("SPEECH") " iif(instr(output, 'AUDIO') > 0, 1, NULL),"
    OUT("EMBEDDING")
    " NULL, NULL, CASE streaming WHEN 'yes' THEN 1 WHEN 'no' THEN 0 END,"
    " max(instr(inference, 'ON_DEMAND') > 0), NULL,"
    " coalesce(group_concat(CASE WHEN inference = 'INFERENCE_PROFILE' THEN region END, ' '), ''),"
    " max(instr(inference, 'PROVISIONED') > 0),"
    " coalesce(group_concat(CASE WHEN instr(inference, 'PROVISIONED') > 0 THEN region END, ' '), ''),"
    " max(' ' || customizations || ' ' LIKE '% FINE_TUNING %'),"
    " max(' ' || customizations || ' ' LIKE '% CONTINUED_PRE_TRAINING %'),"
    " max(' ' || customizations || ' ' LIKE '% DISTILLATION %'), NULL,"
    " max(' ' || customizations || ' ' LIKE '% PREFERENCE_FINE_TUNING %'), NULL, '',"
    " iif(status = 'LEGACY', 'legacy', 'active'), NULL, unixepoch(legacy),"
    " unixepoch(extended), unixepoch(eol), group_concat(region, ' '), '', 1, NULL, NULL, '',"
    " max(day), 'A', NULL"
    " FROM listed AS l WHERE l.id NOT IN (SELECT id FROM model)"
    " AND l.id GLOB '[a-z0-9]*.?*' AND provider <> ''"
    " AND coalesce(unixepoch(legacy) < unixepoch(eol), 1) GROUP BY l.id",
    /* regions of a list that is known, and the state where the answer is newer */
    "UPDATE model SET regions = regions || ' ' || (SELECT group_concat(region, ' ') FROM"
    "  (SELECT DISTINCT region FROM listed AS l WHERE l.id = model.id"
    "   AND instr(' ' || model.regions || ' ', ' ' || l.region || ' ') = 0))"
    " WHERE regions <> '' AND EXISTS (SELECT 1 FROM listed AS l WHERE l.id = model.id"
    "  AND instr(' ' || model.regions || ' ', ' ' || l.region || ' ') = 0)",
    "UPDATE model SET lifecycle = iif(l.status = 'LEGACY', 'legacy', 'active'),"
    " legacy_unix_s = coalesce(unixepoch(l.legacy), legacy_unix_s),"
    " extended_unix_s = coalesce(unixepoch(l.extended), extended_unix_s),"
    " eol_unix_s = coalesce(unixepoch(l.eol), eol_unix_s), as_of = l.day"
    " FROM listed AS l WHERE l.id = model.id AND l.day > model.as_of"
    " AND l.status IN ('ACTIVE', 'LEGACY') AND model.lifecycle IN ('active', 'legacy', 'preview')"
    " AND coalesce(coalesce(unixepoch(l.legacy), legacy_unix_s)"
    "   < coalesce(unixepoch(l.eol), eol_unix_s), 1)",
    "DROP TABLE listed",
    "UPDATE model SET profiles = trim(profiles || ' ' || p.prefix) FROM ("
    " SELECT DISTINCT l.model, substr(l.id, 1, instr(l.id, '.') - 1) AS prefix"
    " FROM o.listed_profile AS l" LIVE ") AS p"
    " WHERE p.model = model.id AND p.prefix IN"
    "  ('us', 'eu', 'apac', 'au', 'jp', 'in', 'ca', 'us-gov', 'global')"
    " AND instr(' ' || profiles || ' ', ' ' || p.prefix || ' ') = 0",
};
/* clang-format on */

static enum err_code run(struct merge *m, const char *sql, struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (db_prepare(&st, m->db, sql, e)) return e->code;
    if (sqlite3_bind_parameter_count(st) > 0)
        sqlite3_bind_text(st, 1, m->at, -1, SQLITE_STATIC);
    if (db_step(st, &row, e)) row = false;
    sqlite3_finalize(st);
    return e->code;
}

/* The proof of models that are new. */
static enum err_code add_model_sources(struct merge *m, struct err *e)
{
    static const char sql[] =
        "SELECT model.key, min(l.import_id) FROM model JOIN o.listed_model AS l"
        " ON l.id = model.id WHERE model.key NOT IN (SELECT model_key FROM "
        "model_source)"
        " GROUP BY model.key";
    sqlite3_stmt *st = NULL, *add = NULL;
    bool more = false, row = false;
    if (db_prepare(&st, m->db, sql, e) ||
        db_prepare(&add, m->db, "INSERT INTO model_source VALUES (?1, 1, ?2)", e))
        goto done;
    while (!db_step(st, &more, e) && more) {
        int64_t source = 0;
        if (merge_source_id(&source, m, sqlite3_column_int64(st, 1), e)) break;
        sqlite3_reset(add);
        sqlite3_bind_int64(add, 1, sqlite3_column_int64(st, 0));
        sqlite3_bind_int64(add, 2, source);
        if (db_step(add, &row, e)) break;
    }
done:
    sqlite3_finalize(st);
    sqlite3_finalize(add);
    return e->code;
}

/* An account's quotas stand in place of the default ones. */
static enum err_code merge_quotas(struct merge *m, struct err *e)
{
    static const char sql[] =
        "SELECT model.key, l.routing, l.region, l.metric, l.value, l.name,"
        " substr(i.published, 1, 10), i.id"
        " FROM o.listed_quota AS l JOIN model ON model.id = l.model" LIVE
        " ORDER BY i.id";
    static const char *const metric[] = { "tokens_per_min", "requests_per_min",
                                          "tokens_per_day" };
    sqlite3_stmt *st = NULL;
    bool more = false;
    if (db_prepare(&st, m->db, sql, e)) return e->code;
    sqlite3_bind_text(st, 1, m->at, -1, SQLITE_STATIC);
    while (!db_step(st, &more, e) && more) {
        sqlite3_stmt *put = NULL;
        int64_t source = 0;
        size_t k = 0;
        bool row = false;
        while (k < 3 && strcmp(metric[k], db_text(st, 3, m->arena)) != 0)
            k++;
        if (k == 3) continue;
        const char *upsert = arena_printf(
            m->arena,
            "INSERT INTO quota (model_key, custom, routing, region, %s, source_id,"
            " as_of, trust, account) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, 'A', 1)"
            " ON CONFLICT DO UPDATE SET %s = ?4, source_id = ?5, as_of = ?6,"
            " account = 1",
            metric[k], metric[k]);
        if (merge_source_id(&source, m, sqlite3_column_int64(st, 7), e) ||
            db_prepare(&put, m->db, upsert, e))
            break;
        sqlite3_bind_int64(put, 1, sqlite3_column_int64(st, 0));
        sqlite3_bind_text(put, 2, db_text(st, 1, m->arena), -1, SQLITE_STATIC);
        sqlite3_bind_text(put, 3, db_text(st, 2, m->arena), -1, SQLITE_STATIC);
        sqlite3_bind_int64(put, 4, sqlite3_column_int64(st, 4));
        sqlite3_bind_int64(put, 5, source);
        sqlite3_bind_text(put, 6, db_text(st, 6, m->arena), -1, SQLITE_STATIC);
        if (db_step(put, &row, e)) row = false;
        sqlite3_finalize(put);
        if (e->code) break;
    }
    sqlite3_finalize(st);
    return e->code;
}

/* Units that an account has bought already, of models that the catalog knows. */
static enum err_code merge_held_units(struct merge *m, struct err *e)
{
    static const char find[] =
        "SELECT model.key, l.region, l.name, l.custom = 'yes', l.units, l.commitment,"
        " l.status, substr(l.since, 1, 10), substr(l.until, 1, 10),"
        " substr(i.published, 1, 10), i.id FROM o.listed_provisioned AS l"
        " JOIN model ON model.id = l.model" LIVE " ORDER BY i.id";
    static const char put[] =
        "INSERT OR REPLACE INTO held_unit (model_key, region, name, custom, units,"
        " commitment, status, since, until, as_of, source_id, trust)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'A')";
    enum { COLUMNS = 10 };
    sqlite3_stmt *st = NULL, *add = NULL;
    bool more = false, row = false;
    if (db_prepare(&st, m->db, find, e) || db_prepare(&add, m->db, put, e)) goto done;
    sqlite3_bind_text(st, 1, m->at, -1, SQLITE_STATIC);
    while (!db_step(st, &more, e) && more) {
        int64_t source = 0;
        if (merge_source_id(&source, m, sqlite3_column_int64(st, COLUMNS), e)) break;
        sqlite3_reset(add);
        for (int i = 0; i < COLUMNS; i++)
            if (i == 0 || i == 3 || i == 4)
                sqlite3_bind_int64(add, i + 1, sqlite3_column_int64(st, i));
            else
                sqlite3_bind_text(add, i + 1, db_text(st, i, m->arena), -1,
                                  SQLITE_STATIC);
        sqlite3_bind_int64(add, COLUMNS + 1, source);
        if (db_step(add, &row, e)) break;
    }
done:
    sqlite3_finalize(st);
    sqlite3_finalize(add);
    return e->code;
}

enum err_code merge_facts(struct merge *m, struct err *e)
{
    for (size_t i = 0; i < sizeof fact_sql / sizeof *fact_sql; i++)
        if (run(m, fact_sql[i], e)) return e->code;
    if (add_model_sources(m, e) || merge_quotas(m, e)) return e->code;
    return merge_held_units(m, e);
}
