#include <stdio.h>

#include "catalog_db_private.h"

/* What every row of figures ends with. Sources and notes repeat: each is kept once. */
#define PROOF                                                                          \
    "  source_id INTEGER NOT NULL REFERENCES source(id),"                              \
    "  as_of TEXT NOT NULL CHECK (as_of = '' OR as_of GLOB '[12][0-9][0-9][0-9]' OR"   \
    "    as_of GLOB '[12][0-9][0-9][0-9]-[01][0-9]' OR"                                \
    "    as_of GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),"                      \
    "  trust TEXT NOT NULL CHECK (trust IN ('A', 'B', 'C'))"

#define NOTE "  note_id INTEGER REFERENCES note(id)"

/* 1e-12 USD for `per` units */
#define RATE                                                                           \
    "  rate_pusd INTEGER NOT NULL CHECK (rate_pusd >= 0),"                             \
    "  per INTEGER NOT NULL CHECK (per IN (1, 1000, 1000000)),"

/* NULL is unknown. */
#define ANSWER(column)   "  " column " INTEGER CHECK (" column " IN (0, 1)),"
#define COUNT_OF(column) "  " column " INTEGER CHECK (" column " > 0),"

/* Append only. A step that has shipped is never edited: people's files have
 * already run it. */
/* clang-format off */
static const char *const step_1[] = {
    /* models, their prices, quotas and rules, each with its proof */
    "CREATE TABLE source ("
    "  id INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL UNIQUE CHECK (name <> ''),"
    "  text TEXT NOT NULL CHECK (text <> '')"
    ") STRICT;",
    "CREATE TABLE note ("
    "  id INTEGER PRIMARY KEY,"
    "  text TEXT NOT NULL UNIQUE CHECK (text <> '')"
    ") STRICT;",
    "CREATE TABLE region ("
    "  name TEXT PRIMARY KEY NOT NULL CHECK (name GLOB '[a-z][a-z]*-[a-z]*-[0-9]')"
    ") STRICT, WITHOUT ROWID;",
    "CREATE TABLE model ("
    "  key INTEGER PRIMARY KEY,"
    "  id TEXT NOT NULL UNIQUE CHECK (id GLOB '[a-z0-9]*.?*'),"
    "  variant_of TEXT REFERENCES model(id),"
    "  name TEXT NOT NULL,"
    "  provider TEXT NOT NULL CHECK (provider <> ''),"
    ANSWER("in_text") ANSWER("in_image") ANSWER("in_video") ANSWER("in_speech")
    ANSWER("in_audio") ANSWER("in_document")
    ANSWER("out_text") ANSWER("out_image") ANSWER("out_video") ANSWER("out_speech")
    ANSWER("out_audio") ANSWER("out_embedding")
    COUNT_OF("context_window") COUNT_OF("max_output")
    ANSWER("streaming") ANSWER("on_demand") ANSWER("profile_only")
    "  profile_only_regions TEXT NOT NULL,"
    ANSWER("provisioned")
    "  provisioned_regions TEXT NOT NULL,"
    ANSWER("fine_tuning") ANSWER("continued_pretraining") ANSWER("distillation")
    ANSWER("reinforcement_fine_tuning") ANSWER("preference_fine_tuning")
    ANSWER("custom_on_demand")
    "  custom_on_demand_regions TEXT NOT NULL,"
    "  lifecycle TEXT NOT NULL CHECK (lifecycle IN"
    "    ('active', 'legacy', 'ended', 'preview', 'gone', 'variant')),"
    "  launch_unix_s INTEGER,"
    "  legacy_unix_s INTEGER,"
    "  extended_unix_s INTEGER,"
    "  eol_unix_s INTEGER,"
    "  regions TEXT NOT NULL,"
    "  profiles TEXT NOT NULL,"
    ANSWER("runtime") ANSWER("mantle")
    COUNT_OF("cache_min_tokens")
    "  class TEXT NOT NULL,"
    "  as_of TEXT NOT NULL CHECK (as_of GLOB '[12][0-9][0-9][0-9]*'),"
    "  trust TEXT NOT NULL CHECK (trust IN ('A', 'B', 'C')),"
    NOTE ","
    "  CHECK (variant_of IS NULL OR variant_of <> id),"
    "  CHECK (legacy_unix_s IS NULL OR eol_unix_s IS NULL OR legacy_unix_s < eol_unix_s)"
    ") STRICT;",
    "CREATE TABLE model_source ("
    "  model_key INTEGER NOT NULL REFERENCES model(key),"
    "  position INTEGER NOT NULL,"
    "  source_id INTEGER NOT NULL REFERENCES source(id),"
    "  PRIMARY KEY (model_key, position)"
    ") STRICT, WITHOUT ROWID;",
    /* clustered by model: the prices of one model lie on a page or two */
    "CREATE TABLE price ("
    "  model_key INTEGER NOT NULL REFERENCES model(key),"
    "  id INTEGER NOT NULL,"
    "  dimension TEXT NOT NULL CHECK (dimension GLOB '[a-z]*'),"
    "  context_tier TEXT NOT NULL CHECK (context_tier = '' OR context_tier GLOB '>[0-9]*k'),"
    "  scope TEXT NOT NULL CHECK (scope IN ('', 'global', 'geo/in-region', 'geo:us',"
    "    'geo:eu', 'geo:apac', 'geo:au', 'geo:jp', 'geo:in', 'geo:ca', 'geo:us-gov',"
    "    'public-extended-access', 'unlabelled-table')),"
    "  region TEXT NOT NULL CHECK (region = '*' OR region GLOB 'page-group-*' OR"
    "    region GLOB '[a-z][a-z]*-[a-z]*-[0-9]'),"
    "  unit TEXT NOT NULL CHECK (unit IN ('token', 'image', 'second', 'generation',"
    "    'request', 'query', 'video')),"
    RATE
    PROOF ","
    "  agree INTEGER NOT NULL CHECK (agree >= 0),"
    "  disagree INTEGER NOT NULL CHECK (disagree >= 0),"
    "  valid_from_unix_s INTEGER,"
    NOTE ","
    "  doubt TEXT NOT NULL DEFAULT '',"
    "  PRIMARY KEY (model_key, dimension, context_tier, scope, region, source_id, as_of)"
    ") STRICT, WITHOUT ROWID;",
    /* the figures that lost: what another source says of the same thing */
    "CREATE TABLE other_price ("
    "  model_key INTEGER NOT NULL REFERENCES model(key),"
    "  dimension TEXT NOT NULL,"
    "  context_tier TEXT NOT NULL,"
    "  scope TEXT NOT NULL,"
    "  region TEXT NOT NULL,"
    "  unit TEXT NOT NULL,"
    RATE
    PROOF ","
    "  PRIMARY KEY (model_key, dimension, context_tier, scope, region, source_id, as_of)"
    ") STRICT, WITHOUT ROWID;",
    "CREATE TABLE unit_price ("
    "  model_key INTEGER NOT NULL REFERENCES model(key),"
    "  id INTEGER NOT NULL,"
    "  region TEXT NOT NULL CHECK (region IN ('*', 'page-group') OR"
    "    region GLOB '[a-z][a-z]*-[a-z]*-[0-9]'),"
    "  scheme TEXT NOT NULL CHECK (scheme IN ('model unit', 'reserved tier global',"
    "    'reserved tier geo/in-region')),"
    "  kind TEXT NOT NULL CHECK (kind IN ('base', 'custom', 'base and custom',"
    "    'input TPM', 'output TPM')),"
    "  commitment TEXT NOT NULL CHECK (commitment IN"
    "    ('none', '1-month', '3-month', '6-month')),"
    "  unit TEXT NOT NULL CHECK (unit IN"
    "    ('model unit-hour', '1K tokens-per-minute-hour')),"
    RATE
    PROOF ","
    NOTE ","
    "  PRIMARY KEY (model_key, scheme, kind, commitment, region, source_id, as_of)"
    ") STRICT, WITHOUT ROWID;",
    /* rate NULL: sold, but the price was not found */
    "CREATE TABLE item_price ("
    "  id INTEGER PRIMARY KEY,"
    "  family TEXT NOT NULL CHECK (family IN ('tuning', 'other')),"
    "  subject TEXT NOT NULL CHECK (subject <> ''),"
    "  method TEXT NOT NULL DEFAULT '',"
    "  item TEXT NOT NULL,"
    "  unit TEXT NOT NULL,"
    "  rate_pusd INTEGER CHECK (rate_pusd >= 0),"
    "  per INTEGER NOT NULL CHECK (per IN (1, 1000, 1000000)),"
    PROOF ","
    NOTE ","
    "  UNIQUE (family, subject, method, item, source_id, as_of)"
    ") STRICT;",
    "CREATE TABLE import_units ("
    "  model TEXT PRIMARY KEY NOT NULL,"
    "  units INTEGER NOT NULL CHECK (units > 0),"
    PROOF
    ") STRICT, WITHOUT ROWID;",
    "CREATE TABLE quota ("
    "  model_key INTEGER NOT NULL REFERENCES model(key),"
    "  custom INTEGER NOT NULL CHECK (custom IN (0, 1)),"
    "  routing TEXT NOT NULL CHECK (routing IN ('in-region', 'geo', 'global')),"
    "  region TEXT NOT NULL CHECK (region = '*' OR"
    "    region GLOB '[a-z][a-z]*-[a-z]*-[0-9]'),"
    COUNT_OF("tokens_per_min") COUNT_OF("requests_per_min") COUNT_OF("tokens_per_day")
    PROOF ","
    NOTE ","
    "  PRIMARY KEY (model_key, custom, routing, region)"
    ") STRICT, WITHOUT ROWID;",
    "CREATE TABLE burndown ("
    "  model_key INTEGER PRIMARY KEY REFERENCES model(key),"
    "  times INTEGER NOT NULL CHECK (times BETWEEN 1 AND 100),"
    PROOF ","
    NOTE
    ") STRICT;",
    "CREATE TABLE rule ("
    "  subject TEXT NOT NULL,"
    "  topic TEXT NOT NULL,"
    "  text TEXT NOT NULL CHECK (text <> ''),"
    PROOF ","
    "  PRIMARY KEY (subject, topic)"
    ") STRICT, WITHOUT ROWID;",
    /* one row: what every footer says, without reading all prices for it */
    "CREATE TABLE summary ("
    "  one INTEGER PRIMARY KEY CHECK (one = 1),"
    "  newest TEXT NOT NULL,"
    "  oldest TEXT NOT NULL,"
    "  models INTEGER NOT NULL,"
    "  prices INTEGER NOT NULL,"
    "  sources INTEGER NOT NULL"
    ") STRICT;",
    NULL,
};
/* clang-format on */

/* clang-format off */
static const char *const step_2[] = {
    /* what price lists and maps call a model: reviewed by hand, compared without blanks
     * and signs (name_join.h) */
    "CREATE TABLE alias ("
    "  name TEXT PRIMARY KEY NOT NULL CHECK (name <> ''),"
    "  model_key INTEGER NOT NULL REFERENCES model(key),"
    "  why TEXT NOT NULL CHECK (why <> '')"
    ") STRICT, WITHOUT ROWID;",
    NULL,
};
/* clang-format on */

/* clang-format off */
static const char *const step_3[] = {
    /* prices that are announced for a day to come */
    "ALTER TABLE unit_price ADD COLUMN valid_from_unix_s INTEGER;",
    /* training, storage and services by region ('*': the source named none) */
    "CREATE TABLE item_price_3 ("
    "  id INTEGER PRIMARY KEY,"
    "  family TEXT NOT NULL CHECK (family IN ('tuning', 'other')),"
    "  subject TEXT NOT NULL CHECK (subject <> ''),"
    "  method TEXT NOT NULL DEFAULT '',"
    "  item TEXT NOT NULL,"
    "  region TEXT NOT NULL DEFAULT '*' CHECK (region = '*' OR"
    "    region GLOB '[a-z][a-z]*-[a-z]*-[0-9]'),"
    "  unit TEXT NOT NULL,"
    "  rate_pusd INTEGER CHECK (rate_pusd >= 0),"
    "  per INTEGER NOT NULL CHECK (per IN (1, 1000, 1000000)),"
    PROOF ","
    NOTE ","
    "  valid_from_unix_s INTEGER,"
    "  UNIQUE (family, subject, method, item, region, source_id, as_of)"
    ") STRICT;",
    "INSERT INTO item_price_3 (id, family, subject, method, item, unit, rate_pusd, per,"
    " source_id, as_of, trust, note_id) SELECT id, family, subject, method, item, unit,"
    " rate_pusd, per, source_id, as_of, trust, note_id FROM item_price;",
    "DROP TABLE item_price;",
    "ALTER TABLE item_price_3 RENAME TO item_price;",
    /* figures of these kinds that lost, as other_price keeps those of tokens */
    "CREATE TABLE other_unit ("
    "  model_key INTEGER NOT NULL REFERENCES model(key),"
    "  scheme TEXT NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  commitment TEXT NOT NULL,"
    "  region TEXT NOT NULL,"
    "  unit TEXT NOT NULL,"
    RATE
    PROOF ","
    "  PRIMARY KEY (model_key, scheme, kind, commitment, region, source_id, as_of)"
    ") STRICT, WITHOUT ROWID;",
    "CREATE TABLE other_item ("
    "  family TEXT NOT NULL,"
    "  subject TEXT NOT NULL,"
    "  method TEXT NOT NULL,"
    "  item TEXT NOT NULL,"
    "  region TEXT NOT NULL,"
    "  unit TEXT NOT NULL,"
    RATE
    PROOF ","
    "  PRIMARY KEY (family, subject, method, item, region, source_id, as_of)"
    ") STRICT, WITHOUT ROWID;",
    /* an account may be given nothing at all: 0; NULL stays unknown */
    "CREATE TABLE quota_3 ("
    "  model_key INTEGER NOT NULL REFERENCES model(key),"
    "  custom INTEGER NOT NULL CHECK (custom IN (0, 1)),"
    "  routing TEXT NOT NULL CHECK (routing IN ('in-region', 'geo', 'global')),"
    "  region TEXT NOT NULL CHECK (region = '*' OR"
    "    region GLOB '[a-z][a-z]*-[a-z]*-[0-9]'),"
    "  tokens_per_min INTEGER CHECK (tokens_per_min >= 0),"
    "  requests_per_min INTEGER CHECK (requests_per_min >= 0),"
    "  tokens_per_day INTEGER CHECK (tokens_per_day >= 0),"
    PROOF ","
    NOTE ","
    "  account INTEGER NOT NULL DEFAULT 0 CHECK (account IN (0, 1)),"
    "  PRIMARY KEY (model_key, custom, routing, region)"
    ") STRICT, WITHOUT ROWID;",
    "INSERT INTO quota_3 SELECT model_key, custom, routing, region, tokens_per_min,"
    " requests_per_min, tokens_per_day, source_id, as_of, trust, note_id, 0 FROM quota;",
    "DROP TABLE quota;",
    "ALTER TABLE quota_3 RENAME TO quota;",
    /* model units that an account has bought already */
    "CREATE TABLE held_unit ("
    "  model_key INTEGER NOT NULL REFERENCES model(key),"
    "  region TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  custom INTEGER NOT NULL CHECK (custom IN (0, 1)),"
    "  units INTEGER NOT NULL CHECK (units >= 0),"
    "  commitment TEXT NOT NULL CHECK (commitment IN ('none', '1-month', '6-month')),"
    "  status TEXT NOT NULL,"
    "  since TEXT NOT NULL,"
    "  until TEXT NOT NULL,"
    PROOF ","
    "  PRIMARY KEY (model_key, region, name, source_id)"
    ") STRICT, WITHOUT ROWID;",
    NULL,
};
/* clang-format on */

static const char *const *const steps[] = { step_1, step_2, step_3 };
#define SCHEMA_VERSION ((int)(sizeof steps / sizeof *steps))

int catalog_schema_version(void)
{
    return SCHEMA_VERSION;
}

static enum err_code check_owner(sqlite3 *db, int64_t *version, struct err *e)
{
    int64_t app_id = 0, tables = 0;
    if (db_int(version, db, "PRAGMA user_version", e) ||
        db_int(&app_id, db, "PRAGMA application_id", e) ||
        db_int(&tables, db, "SELECT count(*) FROM sqlite_schema", e)) {
        return e->code;
    }
    if (app_id != CATALOG_APPLICATION_ID && (tables > 0 || app_id != 0))
        return err_set(e, ERR_DB, "not a bedplan catalog");
    if (*version > SCHEMA_VERSION) {
        return err_set(e, ERR_DB, "schema %lld is newer than this program's %d",
                       (long long)*version, SCHEMA_VERSION);
    }
    return OK;
}

enum err_code catalog_migrate(sqlite3 *db, struct err *e)
{
    int64_t version = 0;
    char pragma[96];

    /* Before the transaction: inside one, this pragma does nothing. */
    if (db_exec(db, "PRAGMA foreign_keys = ON", e)) return e->code;
    if (db_exec(db, "BEGIN IMMEDIATE", e)) return e->code;
    if (check_owner(db, &version, e)) goto fail;
    for (int64_t v = version; v < SCHEMA_VERSION; v++) {
        for (const char *const *sql = steps[v]; *sql; sql++) {
            if (db_exec(db, *sql, e)) {
                err_wrap(e, "migration %lld: ", (long long)v + 1);
                goto fail;
            }
        }
    }
    snprintf(pragma, sizeof pragma,
             "PRAGMA application_id = %d; PRAGMA user_version = %d",
             CATALOG_APPLICATION_ID, SCHEMA_VERSION);
    if (db_exec(db, pragma, e)) goto fail;
    if (db_exec(db, "COMMIT", e)) goto fail;
    return OK;

fail:
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL); /* the first cause is in `e` */
    return e->code;
}
