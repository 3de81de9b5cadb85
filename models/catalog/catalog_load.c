#include <stdio.h>
#include <string.h>

#include "catalog_db_private.h"
#include "csv.h"
#include "date.h"
#include "file.h"
#include "str.h"
#include "text.h"

/* How a CSV field becomes a bound parameter; blank is NULL unless said. */
enum field_kind {
    FIELD_TEXT,   /* "" stays "" */
    FIELD_ANSWER, /* yes, no */
    FIELD_COUNT,
    FIELD_DATE,
    FIELD_USD, /* of column `per` units -> 1e-12 USD */
    FIELD_MODEL,
    FIELD_SOURCE,
    FIELD_NOTE,
    FIELD_REGIONS, /* space separated; each becomes known */
    FIELD_BASE,    /* the id of a model above or below; checked at commit */
    FIELD_SOURCES, /* of a model: rows of model_source */
    FIELD_SPREAD,  /* regions: one row for each */
};

struct load_field {
    const char *heading; /* of the CSV */
    enum field_kind kind;
    const char *column; /* of the table, when it has another name */
};

struct load_file {
    const char *name, *table;
    const char *id; /* column that numbers the rows, or NULL */
    const char *fixed_column, *fixed_value;
    const struct load_field *field;
    size_t fields;
};

enum { FIELDS_MAX = 48, FILE_MAX_BYTES = 64 << 20 };

/* clang-format off */
#define F(heading, kind)          { heading, FIELD_##kind, NULL }
#define AS(heading, kind, column) { heading, FIELD_##kind, column }
#define PROOF_FIELDS AS("source", SOURCE, "source_id"), F("as_of", TEXT), F("trust", TEXT)
#define RATE_FIELDS  F("unit", TEXT), AS("usd", USD, "rate_pusd"), F("per", COUNT)

static const struct load_field model_fields[] = {
    F("id", TEXT), F("variant_of", BASE), F("name", TEXT),
    F("provider", TEXT),
    F("in_text", ANSWER), F("in_image", ANSWER), F("in_video", ANSWER),
    F("in_speech", ANSWER), F("in_audio", ANSWER), F("in_document", ANSWER),
    F("out_text", ANSWER), F("out_image", ANSWER), F("out_video", ANSWER),
    F("out_speech", ANSWER), F("out_audio", ANSWER), F("out_embedding", ANSWER),
    F("context_window", COUNT), F("max_output", COUNT),
    F("streaming", ANSWER), F("on_demand", ANSWER), F("profile_only", ANSWER),
    F("profile_only_regions", REGIONS),
    F("provisioned", ANSWER), F("provisioned_regions", REGIONS),
    F("fine_tuning", ANSWER), F("continued_pretraining", ANSWER),
    F("distillation", ANSWER), F("reinforcement_fine_tuning", ANSWER),
    F("preference_fine_tuning", ANSWER),
    F("custom_on_demand", ANSWER), F("custom_on_demand_regions", REGIONS),
    F("lifecycle", TEXT), AS("launch", DATE, "launch_unix_s"), AS("legacy", DATE, "legacy_unix_s"),
    AS("extended", DATE, "extended_unix_s"), AS("eol", DATE, "eol_unix_s"),
    F("regions", REGIONS), F("profiles", TEXT),
    F("runtime", ANSWER), F("mantle", ANSWER), F("cache_min_tokens", COUNT),
    F("class", TEXT), F("as_of", TEXT), F("trust", TEXT), AS("note", NOTE, "note_id"),
    F("sources", SOURCES),
};
static const struct load_field price_fields[] = {
    AS("model", MODEL, "model_key"), F("scope", TEXT), F("region", TEXT),
    F("dimension", TEXT), F("context_tier", TEXT), RATE_FIELDS, PROOF_FIELDS,
    F("agree", COUNT), F("disagree", COUNT), AS("valid_from", DATE, "valid_from_unix_s"),
    F("doubt", TEXT), AS("note", NOTE, "note_id"),
};
static const struct load_field conflict_fields[] = {
    AS("model", MODEL, "model_key"), F("scope", TEXT), F("region", TEXT),
    F("dimension", TEXT), F("context_tier", TEXT), RATE_FIELDS, PROOF_FIELDS,
};
static const struct load_field unit_fields[] = {
    AS("model", MODEL, "model_key"), F("region", TEXT), F("scheme", TEXT),
    F("kind", TEXT), F("commitment", TEXT), RATE_FIELDS, PROOF_FIELDS,
    AS("note", NOTE, "note_id"),
};
static const struct load_field tuning_fields[] = {
    F("subject", TEXT), F("method", TEXT), F("item", TEXT), F("region", TEXT), RATE_FIELDS,
    PROOF_FIELDS, AS("note", NOTE, "note_id"),
};
static const struct load_field other_fields[] = {
    AS("service", TEXT, "subject"), F("item", TEXT), F("region", TEXT), RATE_FIELDS, PROOF_FIELDS,
    AS("note", NOTE, "note_id"),
};
static const struct load_field alias_fields[] = {
    F("name", TEXT), AS("model", MODEL, "model_key"), F("why", TEXT),
};
static const struct load_field import_fields[] = {
    F("model", TEXT), F("units", COUNT), PROOF_FIELDS,
};
static const struct load_field quota_fields[] = {
    AS("model", MODEL, "model_key"), F("routing", TEXT), F("custom", ANSWER),
    AS("regions", SPREAD, "region"), F("tokens_per_min", COUNT),
    F("requests_per_min", COUNT), F("tokens_per_day", COUNT), PROOF_FIELDS,
    AS("note", NOTE, "note_id"),
};
static const struct load_field burndown_fields[] = {
    AS("model", MODEL, "model_key"), AS("burndown", COUNT, "times"), PROOF_FIELDS, AS("note", NOTE, "note_id"),
};
static const struct load_field rule_fields[] = {
    F("subject", TEXT), F("topic", TEXT), F("text", TEXT), PROOF_FIELDS,
};

#define FIELDS(f) f, sizeof(f) / sizeof *(f)
static const struct load_file files[] = {
    { "models.csv", "model", "key", NULL, NULL, FIELDS(model_fields) },
    { "prices.csv", "price", "id", NULL, NULL, FIELDS(price_fields) },
    { "conflicts.csv", "other_price", NULL, NULL, NULL, FIELDS(conflict_fields) },
    { "provisioned.csv", "unit_price", "id", NULL, NULL, FIELDS(unit_fields) },
    { "tuning.csv", "item_price", NULL, "family", "tuning", FIELDS(tuning_fields) },
    { "other.csv", "item_price", NULL, "family", "other", FIELDS(other_fields) },
    { "import_units.csv", "import_units", NULL, NULL, NULL, FIELDS(import_fields) },
    { "quotas.csv", "quota", NULL, NULL, NULL, FIELDS(quota_fields) },
    { "burndown.csv", "burndown", NULL, NULL, NULL, FIELDS(burndown_fields) },
    { "rules.csv", "rule", NULL, NULL, NULL, FIELDS(rule_fields) },
    { "aliases.csv", "alias", NULL, NULL, NULL, FIELDS(alias_fields) },
};
/* clang-format on */

struct loader {
    sqlite3 *db;
    const char *folder;
    struct arena *arena;
    sqlite3_stmt *find_model, *find_source, *find_note, *add_note, *add_region,
        *add_model_source;
};

/* The statement's only value for `text`; 0 when it gives no row. */
static enum err_code look_up(int64_t *out, sqlite3_stmt *st, const char *text,
                             struct err *e)
{
    bool row = false;
    sqlite3_reset(st);
    sqlite3_bind_text(st, 1, text, -1, SQLITE_STATIC);
    if (db_step(st, &row, e)) return e->code;
    *out = row ? sqlite3_column_int64(st, 0) : 0;
    sqlite3_reset(st);
    return OK;
}

static enum err_code intern_note(int64_t *out, struct loader *l, const char *text,
                                 struct err *e)
{
    if (look_up(out, l->find_note, text, e)) return e->code;
    if (*out) return OK;
    if (look_up(out, l->add_note, text, e)) return e->code;
    *out = sqlite3_last_insert_rowid(l->db);
    return OK;
}

/* Every region that a list names is known from then on. */
static enum err_code add_regions(struct loader *l, const char *list, struct err *e)
{
    struct str rest = str_of(list);
    while (rest.n) {
        struct str word = str_cut(rest, ' ', &rest);
        int64_t ignored = 0;
        if (look_up(&ignored, l->add_region, arena_text_n(l->arena, word.p, word.n),
                    e)) {
            return e->code;
        }
    }
    return OK;
}

static enum err_code add_model_sources(struct loader *l, int64_t key, const char *list,
                                       struct err *e)
{
    struct str rest = str_of(list);
    if (!rest.n) return err_set(e, ERR_INPUT, "sources: none given");
    for (int position = 1; rest.n; position++) {
        struct str word = str_cut(rest, ' ', &rest);
        const char *name = arena_text_n(l->arena, word.p, word.n);
        int64_t id = 0;
        bool row = false;
        if (look_up(&id, l->find_source, name, e)) return e->code;
        if (!id) return err_set(e, ERR_INPUT, "no source '%s' in sources.csv", name);
        sqlite3_reset(l->add_model_source);
        sqlite3_bind_int64(l->add_model_source, 1, key);
        sqlite3_bind_int(l->add_model_source, 2, position);
        sqlite3_bind_int64(l->add_model_source, 3, id);
        if (db_step(l->add_model_source, &row, e)) return e->code;
    }
    return OK;
}

static enum err_code bind_known(sqlite3_stmt *st, int at, sqlite3_stmt *find,
                                const char *text, const char *what, struct err *e)
{
    int64_t id = 0;
    if (look_up(&id, find, text, e)) return e->code;
    if (!id) return err_set(e, ERR_INPUT, "no %s '%s' in %ss.csv", what, text, what);
    sqlite3_bind_int64(st, at, id);
    return OK;
}

static enum err_code bind_usd(sqlite3_stmt *st, int at, const char *text,
                              const char *per, struct err *e)
{
    struct usd_rate rate = { 0 };
    int64_t units = 0;
    if (text_int(&units, per, 1, 1000000, e)) return e->code;
    if (units != 1 && units != 1000 && units != 1000000)
        return err_set(e, ERR_INPUT, "per is 1, 1000 or 1000000, not '%s'", per);
    if (usd_rate_parse(&rate, text, (int32_t)units, e)) return e->code;
    sqlite3_bind_int64(st, at, rate.pusd);
    return OK;
}

static enum err_code bind_answer(sqlite3_stmt *st, int at, const char *text,
                                 struct err *e)
{
    bool yes = strcmp(text, "yes") == 0;
    if (!yes && strcmp(text, "no") != 0)
        return err_set(e, ERR_INPUT, "'%s' is not yes, no or blank", text);
    sqlite3_bind_int(st, at, yes);
    return OK;
}

static enum err_code bind_field(struct loader *l, sqlite3_stmt *st, int at,
                                enum field_kind kind, const char *text, const char *per,
                                struct err *e)
{
    int64_t value = 0;
    bool blank = *text == '\0';
    switch (kind) {
    case FIELD_REGIONS:
        if (add_regions(l, text, e)) return e->code;
        /* fall through */
    case FIELD_TEXT:
    case FIELD_SPREAD:
        sqlite3_bind_text(st, at, text, -1, SQLITE_STATIC);
        return OK;
    case FIELD_MODEL:
        return bind_known(st, at, l->find_model, text, "model", e);
    case FIELD_SOURCE:
        return bind_known(st, at, l->find_source, text, "source", e);
    case FIELD_SOURCES:
        return OK; /* after the row itself */
    default:
        break;
    }
    if (blank) {
        sqlite3_bind_null(st, at);
        return OK;
    }
    switch (kind) {
    case FIELD_ANSWER:
        return bind_answer(st, at, text, e);
    case FIELD_COUNT:
        if (text_int(&value, text, 0, INT64_MAX, e)) return e->code;
        break;
    case FIELD_DATE:
        if (date_parse(&value, NULL, text, e)) return e->code;
        break;
    case FIELD_USD:
        return bind_usd(st, at, text, per, e);
    case FIELD_NOTE:
        if (intern_note(&value, l, text, e)) return e->code;
        break;
    default: /* FIELD_BASE */
        sqlite3_bind_text(st, at, text, -1, SQLITE_STATIC);
        return OK;
    }
    sqlite3_bind_int64(st, at, value);
    return OK;
}

/* "INSERT INTO t (…) VALUES (?1, …)" */
static enum err_code prepare_insert(sqlite3_stmt **out, struct loader *l,
                                    const struct load_file *f, struct err *e)
{
    struct buf columns = { .max = 4096 }, values = { .max = 4096 };
    for (size_t i = 0; i < f->fields; i++) {
        if (f->field[i].kind == FIELD_SOURCES) continue;
        const struct load_field *field = &f->field[i];
        buf_printf(&columns, "%s, ", field->column ? field->column : field->heading);
        buf_printf(&values, "?%zu, ", i + 1);
    }
    if (f->id) {
        buf_printf(&columns, "%s, ", f->id);
        buf_printf(&values, "?%zu, ", f->fields + 1);
    }
    if (f->fixed_column) {
        buf_printf(&columns, "%s, ", f->fixed_column);
        buf_printf(&values, "'%s', ", f->fixed_value);
    }
    columns.p[columns.n - 2] = values.p[values.n - 2] = '\0';
    const char *sql = arena_printf(l->arena, "INSERT INTO %s (%s) VALUES (%s)",
                                   f->table, columns.p, values.p);
    buf_clear(&columns);
    buf_clear(&values);
    return db_prepare(out, l->db, sql, e);
}

struct columns {
    int at[FIELDS_MAX], per, spread, sources;
};

static enum err_code find_columns(struct columns *out, const struct csv *csv,
                                  const struct load_file *f, const char *path,
                                  struct err *e)
{
    *out =
        (struct columns){ .per = csv_column(csv, "per"), .spread = -1, .sources = -1 };
    for (size_t i = 0; i < f->fields; i++) {
        int at = csv_column(csv, f->field[i].heading);
        if (at < 0) {
            return err_set(e, ERR_INPUT, "%s:1: no column '%s'", path,
                           f->field[i].heading);
        }
        out->at[i] = at;
        if (f->field[i].kind == FIELD_SPREAD) out->spread = (int)i;
        if (f->field[i].kind == FIELD_SOURCES) out->sources = at;
    }
    return OK;
}

static enum err_code load_row(struct loader *l, sqlite3_stmt *st,
                              const struct load_file *f, const struct columns *cols,
                              const struct csv_row *row, int64_t id, struct err *e)
{
    const char *per = cols->per < 0 ? "1" : row->field[cols->per];
    bool more = false;
    sqlite3_reset(st);
    for (size_t i = 0; i < f->fields; i++) {
        if (bind_field(l, st, (int)i + 1, f->field[i].kind, row->field[cols->at[i]],
                       per, e)) {
            return err_wrap(e, "%s: ", f->field[i].heading);
        }
    }
    if (f->id) sqlite3_bind_int64(st, (int)f->fields + 1, id);
    if (cols->spread < 0) {
        if (db_step(st, &more, e)) return e->code;
    } else {
        struct str rest = str_of(row->field[cols->at[cols->spread]]);
        do {
            struct str word = str_cut(rest, ' ', &rest);
            sqlite3_reset(st);
            sqlite3_bind_text(st, cols->spread + 1, word.p, (int)word.n, SQLITE_STATIC);
            if (db_step(st, &more, e)) return e->code;
        } while (rest.n);
    }
    if (cols->sources >= 0)
        return add_model_sources(l, id, row->field[cols->sources], e);
    return OK;
}

static enum err_code load_file(struct loader *l, const struct load_file *f,
                               struct err *e)
{
    const char *path = arena_printf(l->arena, "%s/%s", l->folder, f->name);
    sqlite3_stmt *st = NULL;
    struct columns cols;
    struct csv_row row;
    struct csv *csv = NULL;
    char *bytes = NULL;
    size_t size = 0;
    bool more = false;
    if (file_read(&bytes, &size, path, FILE_MAX_BYTES, l->arena, e) ||
        csv_open(&csv, path, bytes, size, l->arena, e) ||
        find_columns(&cols, csv, f, path, e) || prepare_insert(&st, l, f, e)) {
        return e->code;
    }
    for (int64_t id = 1; !csv_next(csv, &row, &more, e) && more; id++) {
        if (load_row(l, st, f, &cols, &row, id, e)) {
            if (e->code == ERR_DB || e->code == ERR_RANGE) e->code = ERR_INPUT;
            err_wrap(e, "%s:%lld: ", path, (long long)row.line);
            break;
        }
    }
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code load_sources(struct loader *l, struct err *e)
{
    static const struct load_field fields[] = { AS("id", TEXT, "name"),
                                                F("text", TEXT) };
    static const struct load_file file = { "sources.csv", "source", NULL,
                                           NULL,          NULL,     FIELDS(fields) };
    return load_file(l, &file, e);
}

/* Bases named but missing: a foreign key that is only checked here, because a variant
 * may stand before its base. */
static enum err_code check_bases(struct loader *l, struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    enum err_code code =
        db_prepare(&st, l->db,
                   "SELECT id, variant_of FROM model WHERE variant_of NOT IN "
                   "(SELECT id FROM model WHERE variant_of IS NULL)",
                   e);
    if (!code) code = db_step(st, &row, e);
    if (!code && row) {
        code = err_set(e, ERR_INPUT, "%s/models.csv: %s is a variant of %s, %s",
                       l->folder, (const char *)sqlite3_column_text(st, 0),
                       (const char *)sqlite3_column_text(st, 1),
                       "which is no model or itself a variant");
    }
    sqlite3_finalize(st);
    return code;
}

static enum err_code prepare_helpers(struct loader *l, struct err *e)
{
    const struct {
        sqlite3_stmt **st;
        const char *sql;
    } all[] = {
        { &l->find_model, "SELECT key FROM model WHERE id = ?1" },
        { &l->find_source, "SELECT id FROM source WHERE name = ?1" },
        { &l->find_note, "SELECT id FROM note WHERE text = ?1" },
        { &l->add_note, "INSERT INTO note (text) VALUES (?1)" },
        { &l->add_region, "INSERT OR IGNORE INTO region (name) VALUES (?1)" },
        { &l->add_model_source, "INSERT INTO model_source VALUES (?1, ?2, ?3)" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (db_prepare(all[i].st, l->db, all[i].sql, e)) return e->code;
    return OK;
}

enum err_code catalog_summarize(sqlite3 *db, struct err *e)
{
    return db_exec(db,
                   "INSERT OR REPLACE INTO summary SELECT 1, coalesce(max(as_of), ''),"
                   " coalesce(min(as_of), ''), (SELECT count(*) FROM model),"
                   " (SELECT count(*) FROM price), (SELECT count(*) FROM source)"
                   " FROM (SELECT as_of FROM price WHERE as_of <> ''"
                   " UNION ALL SELECT as_of FROM model)",
                   e);
}

enum err_code catalog_load(sqlite3 *db, const char *folder, struct arena *a,
                           struct err *e)
{
    struct loader l = { .db = db, .folder = folder, .arena = a };
    if (db_exec(db, "BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON", e))
        return e->code;
    if (prepare_helpers(&l, e) || load_sources(&l, e)) goto done;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (load_file(&l, &files[i], e)) goto done;
    if (check_bases(&l, e)) goto done;
    /* Regions that only a price names. */
    if (db_exec(db,
                "INSERT OR IGNORE INTO region SELECT DISTINCT region FROM price "
                "WHERE region NOT GLOB 'page-group*' AND region <> '*'; "
                "INSERT OR IGNORE INTO region SELECT DISTINCT region FROM unit_price "
                "WHERE region NOT IN ('page-group', '*')",
                e) ||
        catalog_summarize(db, e)) {
        goto done;
    }
done:
    sqlite3_finalize(l.find_model);
    sqlite3_finalize(l.find_source);
    sqlite3_finalize(l.find_note);
    sqlite3_finalize(l.add_note);
    sqlite3_finalize(l.add_region);
    sqlite3_finalize(l.add_model_source);
    if (!e->code) return db_exec(db, "COMMIT", e);
    sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return e->code;
}
