#include "usage_store_private.h"

#include <string.h>
#include <unistd.h>

static enum err_code save_head(int64_t *id, struct usage_store *s,
                               const struct usage_entry *entry, struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    const char *slash =
        entry->requests_path ? strrchr(entry->requests_path, '/') : NULL;
    if (store_prepare(&st, s,
                      "INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", e))
        return e->code;
    if (entry->id) sqlite3_bind_int64(st, 1, entry->id);
    sqlite3_bind_text(st, 2, entry->name, -1, SQLITE_STATIC);
    sqlite3_bind_int(st, 3, (int)entry->kind);
    sqlite3_bind_int(st, 4, entry->dated);
    sqlite3_bind_int64(st, 5, entry->generation);
    sqlite3_bind_int64(st, 6, entry->imported_unix_s);
    sqlite3_bind_int64(st, 7, entry->requests);
    sqlite3_bind_int64(st, 8, entry->errors);
    sqlite3_bind_int64(st, 9, entry->first_us);
    sqlite3_bind_int64(st, 10, entry->last_us);
    if (slash) sqlite3_bind_text(st, 11, slash + 1, -1, SQLITE_STATIC);
    if (!store_step(st, &row, e)) *id = sqlite3_last_insert_rowid(s->db);
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code save_files(struct usage_store *s, int64_t id,
                                const struct import_file *file, size_t count,
                                struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    if (store_prepare(&st, s, "INSERT INTO file VALUES (?, ?, ?, ?, ?, ?)", e))
        return e->code;
    for (size_t i = 0; i < count && !e->code; i++) {
        sqlite3_bind_int64(st, 1, id);
        sqlite3_bind_int64(st, 2, (int64_t)i);
        sqlite3_bind_text(st, 3, file[i].name, -1, SQLITE_STATIC);
        sqlite3_bind_text(st, 4, file[i].sha256, -1, SQLITE_STATIC);
        sqlite3_bind_int64(st, 5, file[i].bytes);
        sqlite3_bind_int64(st, 6, file[i].records);
        if (store_step(st, &row, e)) break;
    }
    sqlite3_finalize(st);
    return e->code;
}

static const struct usage_by_model *figures_of(const struct usage_stats *stats,
                                               const struct usage_model *m)
{
    static const struct usage_by_model none;
    for (size_t i = 0; i < stats->models; i++)
        if (strcmp(stats->model[i].id, m->id) == 0 &&
            strcmp(stats->model[i].region, m->region) == 0)
            return &stats->model[i];
    return &none;
}

static enum err_code save_models(struct usage_store *s, int64_t id,
                                 const struct usage_stats *stats,
                                 const struct usage_models *models, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (store_prepare(
            &st, s, "INSERT INTO model VALUES (?, ?, ?9, ?10, ?3, ?4, ?5, ?6, ?7, ?8)",
            e)) {
        return e->code;
    }
    for (size_t i = 0; i < models->count && !e->code; i++) {
        const struct usage_model *m = &models->model[i];
        const struct usage_by_model *f = figures_of(stats, m);
        int64_t row[] = {
            id,           (int64_t)i,      f->requests,      f->errors,
            f->throttled, f->input_tokens, f->output_tokens, f->cached_tokens
        };
        sqlite3_bind_text(st, 9, m->id, -1, SQLITE_STATIC);
        sqlite3_bind_text(st, 10, m->region, -1, SQLITE_STATIC);
        if (store_insert(st, row, 8, e)) break;
    }
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code delete_usage(struct usage_store *s, int64_t id, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (store_prepare(&st, s, "DELETE FROM usage WHERE id = ?", e)) return e->code;
    enum err_code code = store_insert(st, &id, 1, e);
    sqlite3_finalize(st);
    return code;
}

static enum err_code old_file(const char **out, struct usage_store *s, int64_t id,
                              struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = false;
    *out = "";
    if (store_prepare(&st, s, "SELECT requests_file FROM usage WHERE id = ?", e))
        return e->code;
    sqlite3_bind_int64(st, 1, id);
    if (!store_step(st, &row, e) && row) *out = store_text(st, 0, s->arena);
    sqlite3_finalize(st);
    return e->code;
}

static void remove_file(const struct usage_store *s, const char *file)
{
    if (*file) unlink(arena_printf(s->arena, "%s/%s", s->folder, file));
}

enum err_code usage_store_save(struct usage_store *s, const struct usage_entry *entry,
                               const struct usage_stats *stats,
                               const struct usage_models *models,
                               const struct import_file *files, size_t file_count,
                               struct err *e)
{
    const char *before = "";
    int64_t id = entry->id;
    if (store_exec(s, "BEGIN IMMEDIATE", e)) return e->code;
    if (old_file(&before, s, id, e) || delete_usage(s, id, e) ||
        save_head(&id, s, entry, e) || save_files(s, id, files, file_count, e) ||
        save_models(s, id, stats, models, e) || store_save_stats(s, id, stats, e) ||
        store_exec(s, "COMMIT", e)) {
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL); /* the cause is in `e` */
        return err_wrap(e, "usage %s: ", entry->name);
    }
    if (!entry->requests_path || !text_ends(entry->requests_path, before))
        remove_file(s, before);
    return OK;
}

enum err_code usage_store_drop(struct usage_store *s, const struct usage_entry *entry,
                               struct err *e)
{
    const char *before = "";
    if (store_exec(s, "BEGIN IMMEDIATE", e)) return e->code;
    if (old_file(&before, s, entry->id, e) || delete_usage(s, entry->id, e) ||
        store_exec(s, "COMMIT", e)) {
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL); /* the cause is in `e` */
        return err_wrap(e, "usage %s: ", entry->name);
    }
    remove_file(s, before);
    return OK;
}
