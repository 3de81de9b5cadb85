#include <string.h>

#include "catalog_db_private.h"
#include "str.h"

const char *answer_text(enum answer a)
{
    static const char *const text[] = { "unknown", "no", "yes" };
    return text[a];
}

const char *modality_text(enum modality m)
{
    static const char *const text[MODALITY_COUNT] = {
        "text", "image", "video", "speech", "audio", "document", "embedding",
    };
    return text[m];
}

const char *model_lifecycle(const struct model *m, int64_t now_unix_s)
{
    bool live = strcmp(m->lifecycle, "gone") != 0;
    if (m->eol_unix_s != DATE_UNKNOWN) {
        if (now_unix_s >= m->eol_unix_s) return live ? "ended" : m->lifecycle;
        if (strcmp(m->lifecycle, "ended") == 0 && m->legacy_unix_s == DATE_UNKNOWN)
            return "legacy";
    }
    if (m->legacy_unix_s != DATE_UNKNOWN && live) {
        if (now_unix_s >= m->legacy_unix_s) return "legacy";
        if (m->eol_unix_s != DATE_UNKNOWN) return "active";
    }
    return m->lifecycle;
}

/* The columns of a model, in the order that read_model() takes them. */
#define MODEL_COLUMNS                                                                  \
    "model.id, variant_of, name, provider,"                                            \
    " in_text, in_image, in_video, in_speech, in_audio, in_document,"                  \
    " out_text, out_image, out_video, out_speech, out_audio, out_embedding,"           \
    " context_window, max_output, streaming, on_demand, profile_only,"                 \
    " profile_only_regions, provisioned, provisioned_regions, fine_tuning,"            \
    " continued_pretraining, distillation, reinforcement_fine_tuning,"                 \
    " preference_fine_tuning, custom_on_demand, custom_on_demand_regions, lifecycle,"  \
    " launch_unix_s, legacy_unix_s, eol_unix_s, extended_unix_s, regions, profiles,"   \
    " mantle, runtime, cache_min_tokens, class, model.as_of, model.trust, note.text,"  \
    " (SELECT group_concat(text, '; ') FROM (SELECT text FROM model_source"            \
    "  JOIN source ON source.id = source_id WHERE model_key = model.key"               \
    "  ORDER BY position))"

static const char *tunable_words(const struct model *m, struct arena *a)
{
    const struct {
        enum answer answer;
        const char *word;
    } all[] = {
        { m->fine_tuning, "fine-tuning" },
        { m->continued_pretraining, "continued-pre-training" },
        { m->distillation, "distillation" },
        { m->reinforcement_fine_tuning, "reinforcement-fine-tuning" },
        { m->preference_fine_tuning, "preference-fine-tuning" },
    };
    const char *words = "";
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (all[i].answer == YES)
            words = arena_printf(a, "%s%s%s", words, *words ? " " : "", all[i].word);
    }
    return words;
}

static void read_modalities(struct model *m, sqlite3_stmt *st, int *column)
{
    for (int i = MODALITY_TEXT; i <= MODALITY_DOCUMENT; i++)
        m->input[i] = db_answer(st, (*column)++);
    for (int i = MODALITY_TEXT; i <= MODALITY_AUDIO; i++)
        m->output[i] = db_answer(st, (*column)++);
    m->output[MODALITY_EMBEDDING] = db_answer(st, (*column)++);
    /* nothing takes an embedding in, or gives a document out */
    m->input[MODALITY_EMBEDDING] = NO;
    m->output[MODALITY_DOCUMENT] = NO;
}

static void read_model(struct model *m, sqlite3_stmt *st, struct arena *a)
{
    int i = 0;
    *m = (struct model){ 0 };
    m->id = db_text(st, i++, a);
    m->variant_of = db_text(st, i++, a);
    m->name = db_text(st, i++, a);
    m->provider = db_text(st, i++, a);
    read_modalities(m, st, &i);
    m->context_window = db_int_or(st, i++, 0);
    m->max_output = db_int_or(st, i++, 0);
    m->streaming = db_answer(st, i++);
    m->on_demand = db_answer(st, i++);
    m->profile_only = db_answer(st, i++);
    m->profile_only_regions = db_text(st, i++, a);
    m->provisioned = db_answer(st, i++);
    m->provisioned_regions = db_text(st, i++, a);
    m->fine_tuning = db_answer(st, i++);
    m->continued_pretraining = db_answer(st, i++);
    m->distillation = db_answer(st, i++);
    m->reinforcement_fine_tuning = db_answer(st, i++);
    m->preference_fine_tuning = db_answer(st, i++);
    m->custom_on_demand = db_answer(st, i++);
    m->custom_on_demand_regions = db_text(st, i++, a);
    m->lifecycle = db_text(st, i++, a);
    m->launch_unix_s = db_int_or(st, i++, DATE_UNKNOWN);
    m->legacy_unix_s = db_int_or(st, i++, DATE_UNKNOWN);
    m->eol_unix_s = db_int_or(st, i++, DATE_UNKNOWN);
    m->extended_unix_s = db_int_or(st, i++, DATE_UNKNOWN);
    m->regions = db_text(st, i++, a);
    m->profiles = db_text(st, i++, a);
    m->mantle = db_answer(st, i++);
    m->runtime = db_answer(st, i++);
    m->cache_min_tokens = db_int_or(st, i++, 0);
    m->class_ = db_text(st, i++, a);
    m->as_of = db_text(st, i++, a);
    m->trust = db_trust(st, i++);
    m->note = db_text(st, i++, a);
    m->source = db_text(st, i++, a);
    m->tunable = tunable_words(m, a);
}

enum err_code catalog_read_model(struct model *out, bool *found, struct catalog *c,
                                 const char *id, struct arena *a, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (db_prepare(&st, c->db,
                   "SELECT " MODEL_COLUMNS " FROM model"
                   " LEFT JOIN note ON note.id = note_id WHERE model.id = ?1",
                   e)) {
        return e->code;
    }
    sqlite3_bind_text(st, 1, id, -1, SQLITE_STATIC);
    if (!db_step(st, found, e) && *found) read_model(out, st, a);
    sqlite3_finalize(st);
    return e->code;
}

enum err_code catalog_models(struct model **out, size_t *count, struct catalog *c,
                             struct arena *a, struct err *e)
{
    struct model *models = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    if (db_prepare(&st, c->db,
                   "SELECT " MODEL_COLUMNS " FROM model"
                   " LEFT JOIN note ON note.id = note_id ORDER BY model.id",
                   e)) {
        return e->code;
    }
    while (!db_step(st, &more, e) && more) {
        models = arena_grow(a, models, &capacity, n + 1, sizeof *models);
        read_model(&models[n++], st, a);
    }
    sqlite3_finalize(st);
    if (e->code) return e->code;
    *out = models;
    *count = n;
    return OK;
}

enum err_code catalog_key(int64_t *key, int64_t *base, struct catalog *c,
                          const char *id, struct err *e)
{
    static const char sql[] = "SELECT model.key, base.key FROM model"
                              " LEFT JOIN model AS base ON base.id = model.variant_of"
                              " WHERE model.id = ?1";
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (db_cached(&st, c, sql, e)) return e->code;
    sqlite3_bind_text(st, 1, id, -1, SQLITE_STATIC);
    if (!db_step(st, &row, e)) {
        *key = row ? sqlite3_column_int64(st, 0) : 0;
        *base = row ? db_int_or(st, 1, 0) : 0;
    }
    sqlite3_reset(st);
    sqlite3_clear_bindings(st); /* `id` is the caller's */
    return e->code;
}

static enum err_code read_names(const char ***out, size_t *count, sqlite3 *db,
                                const char *sql, struct arena *a, struct err *e)
{
    const char **names = NULL;
    sqlite3_stmt *st = NULL;
    size_t n = 0, capacity = 0;
    bool more = false;
    if (db_prepare(&st, db, sql, e)) return e->code;
    while (!db_step(st, &more, e) && more) {
        names = arena_grow(a, names, &capacity, n + 1, sizeof *names);
        names[n++] = db_text(st, 0, a);
    }
    sqlite3_finalize(st);
    if (e->code) return e->code;
    *out = names;
    *count = n;
    return OK;
}

enum err_code catalog_ids(const char ***out, size_t *count, struct catalog *c,
                          struct arena *a, struct err *e)
{
    return read_names(out, count, c->db, "SELECT id FROM model ORDER BY id", a, e);
}

enum err_code catalog_regions(const char ***out, size_t *count, struct catalog *c,
                              struct arena *a, struct err *e)
{
    return read_names(out, count, c->db, "SELECT name FROM region ORDER BY name", a, e);
}
