#include "usage_store_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "data_folder.h"
#include "file.h"
#include "text.h"

enum { BUSY_MS = 5000, MAX_NAME = 64 };

/* One writer at a time. */
static enum err_code lock(struct usage_store *s, struct err *e)
{
    const char *path = arena_printf(s->arena, "%s/lock", s->folder);
    s->lock = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0666);
    if (s->lock < 0 || flock(s->lock, LOCK_EX))
        return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
    return OK;
}

static enum err_code is_used(bool *out, struct usage_store *s, const char *file,
                             struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (store_prepare(&st, s, "SELECT 1 FROM usage WHERE requests_file = ?", e))
        return e->code;
    sqlite3_bind_text(st, 1, file, -1, SQLITE_STATIC);
    enum err_code code = store_step(st, out, e);
    sqlite3_finalize(st);
    return code;
}

/* Files of requests that the database does not name are of killed imports. */
static enum err_code sweep(struct usage_store *s, struct err *e)
{
    DIR *d = opendir(s->folder);
    if (!d) return err_set(e, ERR_IO, "%s: %s", s->folder, strerror(errno));
    for (struct dirent *at; !e->code && (at = readdir(d));) {
        bool used = false;
        if (!strstr(at->d_name, ".requests")) continue;
        if (is_used(&used, s, at->d_name, e) || used) continue;
        unlinkat(dirfd(d), at->d_name, 0);
    }
    closedir(d);
    return e->code;
}

static enum err_code open_db(struct usage_store *s, bool write, struct err *e)
{
    const char *path = arena_printf(s->arena, "%s/usage.db", s->folder);
    if (write && (file_make_dirs(s->folder, e) || lock(s, e))) return e->code;
    if (!write && access(path, F_OK)) return OK;
    int mode =
        write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
    if (sqlite3_open_v2(path, &s->db, mode | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        err_set(e, ERR_DB, "%s", sqlite3_errmsg(s->db));
        return err_wrap(e, "%s: ", path);
    }
    sqlite3_busy_timeout(s->db, BUSY_MS);
    if (store_migrate(s, e)) return err_wrap(e, "%s: ", path);
    return write ? sweep(s, e) : OK;
}

enum err_code usage_store_open(struct usage_store **out, const char *data, bool write,
                               struct arena *a, struct err *e)
{
    struct usage_store *s = calloc(1, sizeof *s);
    if (!s) return err_set(e, ERR_INTERNAL, "out of memory");
    *s = (struct usage_store){ .lock = -1, .folder = data_folder(data, "usage", a), .arena = a };
    if (open_db(s, write, e)) {
        usage_store_close(s);
        return e->code;
    }
    *out = s;
    return OK;
}

void usage_store_close(struct usage_store *s)
{
    if (!s) return;
    sqlite3_close(s->db);
    if (s->lock >= 0) close(s->lock);
    free(s);
}

const char *usage_store_folder(const struct usage_store *s)
{
    return s->folder;
}

enum err_code usage_store_list(struct usage_entry **out, size_t *count,
                               struct usage_store *s, struct arena *a, struct err *e)
{
    sqlite3_stmt *st = NULL;
    size_t capacity = 0;
    bool row = true;
    *out = NULL;
    *count = 0;
    if (!s->db) return OK;
    if (store_prepare(&st, s,
                      "SELECT id, name, kind, dated, generation, imported_unix_s,"
                      " requests, errors, first_us, last_us, requests_file,"
                      " (SELECT count(*) FROM file WHERE usage_id = id)"
                      " FROM usage ORDER BY name",
                      e)) {
        return e->code;
    }
    while (!store_step(st, &row, e) && row) {
        const char *file = store_text(st, 10, a);
        *out = arena_grow(a, *out, &capacity, *count + 1, sizeof **out);
        (*out)[(*count)++] = (struct usage_entry){
            .id = sqlite3_column_int64(st, 0),
            .name = store_text(st, 1, a),
            .kind = (enum usage_kind)sqlite3_column_int(st, 2),
            .dated = sqlite3_column_int(st, 3),
            .generation = sqlite3_column_int64(st, 4),
            .imported_unix_s = sqlite3_column_int64(st, 5),
            .requests = sqlite3_column_int64(st, 6),
            .errors = sqlite3_column_int64(st, 7),
            .first_us = sqlite3_column_int64(st, 8),
            .last_us = sqlite3_column_int64(st, 9),
            .requests_path = *file ? arena_printf(a, "%s/%s", s->folder, file) : NULL,
            .files = sqlite3_column_int64(st, 11),
        };
    }
    sqlite3_finalize(st);
    return e->code;
}

enum err_code usage_store_find(struct usage_entry *out, struct usage_store *s,
                               const char *name, struct arena *a, struct err *e)
{
    struct usage_entry *entry = NULL;
    size_t count = 0;
    if (usage_store_list(&entry, &count, s, a, e)) return e->code;
    const char **names = ARENA_NEW(a, const char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        names[i] = entry[i].name;
        if (strcmp(names[i], name) != 0) continue;
        *out = entry[i];
        return OK;
    }
    const char *mean = text_did_you_mean(a, name, names, count);
    return err_set(e, ERR_NOT_FOUND, "no usage '%s' was imported%s", name,
                   *mean ? mean : "; 'bedplan usage list' names them");
}

static enum err_code load_models(struct usage_stats *out, struct usage_store *s,
                                 int64_t id, struct arena *a, struct err *e)
{
    sqlite3_stmt *st = NULL;
    size_t capacity = 0;
    bool row = true;
    if (store_prepare(&st, s,
                      "SELECT id, region, requests, errors, throttled, input_tokens,"
                      " output_tokens, cached_tokens FROM model"
                      " WHERE usage_id = ? AND requests + errors > 0"
                      " ORDER BY requests + errors DESC, id, region",
                      e)) {
        return e->code;
    }
    sqlite3_bind_int64(st, 1, id);
    while (!store_step(st, &row, e) && row) {
        out->model =
            arena_grow(a, out->model, &capacity, out->models + 1, sizeof *out->model);
        out->model[out->models++] = (struct usage_by_model){
            .id = store_text(st, 0, a),
            .region = store_text(st, 1, a),
            .requests = sqlite3_column_int64(st, 2),
            .errors = sqlite3_column_int64(st, 3),
            .throttled = sqlite3_column_int64(st, 4),
            .input_tokens = sqlite3_column_int64(st, 5),
            .output_tokens = sqlite3_column_int64(st, 6),
            .cached_tokens = sqlite3_column_int64(st, 7),
        };
    }
    sqlite3_finalize(st);
    return e->code;
}

enum err_code usage_store_load(struct usage_stats *out, struct usage_store *s,
                               const struct usage_entry *entry, struct arena *a,
                               struct err *e)
{
    struct usage_stats u = { .kind = entry->kind,
                             .dated = entry->dated,
                             .requests = entry->requests,
                             .first_us = entry->first_us,
                             .last_us = entry->last_us };
    if (store_load_stats(&u, s, entry->id, a, e) || load_models(&u, s, entry->id, a, e))
        return err_wrap(e, "usage %s: ", entry->name);
    *out = u;
    return OK;
}

enum err_code usage_store_models(struct usage_models *out, struct usage_store *s,
                                 int64_t id, struct err *e)
{
    sqlite3_stmt *st = NULL;
    bool row = true;
    uint16_t index;
    if (store_prepare(
            &st, s, "SELECT id, region FROM model WHERE usage_id = ? ORDER BY position",
            e)) {
        return e->code;
    }
    sqlite3_bind_int64(st, 1, id);
    while (!store_step(st, &row, e) && row)
        if (usage_models_index(&index, out,
                               str_of((const char *)sqlite3_column_text(st, 0)),
                               str_of((const char *)sqlite3_column_text(st, 1)), e))
            break;
    sqlite3_finalize(st);
    return e->code;
}

enum err_code usage_store_files(struct import_file **out, size_t *count,
                                struct usage_store *s, int64_t id, struct arena *a,
                                struct err *e)
{
    sqlite3_stmt *st = NULL;
    size_t capacity = 0;
    bool row = true;
    *out = NULL;
    *count = 0;
    if (store_prepare(&st, s,
                      "SELECT name, sha256, bytes, records FROM file"
                      " WHERE usage_id = ? ORDER BY position",
                      e)) {
        return e->code;
    }
    sqlite3_bind_int64(st, 1, id);
    while (!store_step(st, &row, e) && row) {
        struct import_file f = { .name = store_text(st, 0, a),
                                 .bytes = sqlite3_column_int64(st, 2),
                                 .records = sqlite3_column_int64(st, 3) };
        snprintf(f.sha256, sizeof f.sha256, "%s", store_text(st, 1, a));
        *out = arena_grow(a, *out, &capacity, *count + 1, sizeof **out);
        (*out)[(*count)++] = f;
    }
    sqlite3_finalize(st);
    return e->code;
}

const char *usage_store_next_path(const struct usage_store *s, const char *name,
                                  int64_t generation, struct arena *a)
{
    return arena_printf(a, "%s/%s-%lld.requests", s->folder, name,
                        (long long)generation + 1);
}

enum err_code usage_check_name(const char *name, struct err *e)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    if (!*name || strlen(name) > MAX_NAME || name[strspn(name, letters)] ||
        strchr("._-", *name)) {
        return err_set(e, ERR_USAGE,
                       "'%.80s' cannot be a name: 1 to %d letters, digits, '.', '_' or "
                       "'-', a letter or digit first",
                       name, MAX_NAME);
    }
    if (text_ends(name, ".json") || text_ends(name, ".csv"))
        return err_set(e, ERR_USAGE, "'%s' looks like a file; a name comes first",
                       name);
    return OK;
}
