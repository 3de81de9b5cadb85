#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "catalog_bytes.h"
#include "date.h"
#include "file.h"
#include "merge_private.h"

/* What the merged catalog is made of: the built-in bytes and the imports. */
static enum err_code fingerprint(uint64_t *out, sqlite3 *overlay, struct err *e)
{
    struct embedded_catalog bytes = embedded_catalog();
    uint64_t h = hash_bytes(bytes.bytes, bytes.size, 0);
    sqlite3_stmt *st = NULL;
    bool more = false;
    if (db_prepare(&st, overlay, "SELECT id, sha256 FROM import ORDER BY id", e))
        return e->code;
    while (!db_step(st, &more, e) && more) {
        int64_t id = sqlite3_column_int64(st, 0);
        const char *sha = (const char *)sqlite3_column_text(st, 1);
        h = hash_bytes(&id, sizeof id, h);
        h = hash_bytes(sha, strlen(sha), h);
    }
    sqlite3_finalize(st);
    *out = h;
    return e->code;
}

static enum err_code merged_path(char **out, const char *overlay, struct arena *a,
                                 struct err *e)
{
    sqlite3 *db = NULL;
    uint64_t h = 0;
    const char *slash = strrchr(overlay, '/');
    if (overlay_open(&db, overlay, false, e)) return e->code;
    if (!fingerprint(&h, db, e))
        *out = arena_printf(a, "%.*smerged-%016llx.db",
                            slash ? (int)(slash - overlay) + 1 : 0, overlay,
                            (unsigned long long)h);
    sqlite3_close(db);
    return e->code;
}

static void remove_others(const char *path, struct arena *a)
{
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    glob_t found = { 0 };
    if (glob(arena_printf(a, "%.*smerged-*.db", folder, path), 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            if (strcmp(found.gl_pathv[i], path) != 0) unlink(found.gl_pathv[i]);
    globfree(&found);
}

/* A copy for the next time; whatever goes wrong, it is only made again then. */
static void keep(struct catalog *c, const char *path, struct arena *a)
{
    struct err ignored = { 0 };
    struct file_out f;
    sqlite3_int64 size = 0;
    unsigned char *bytes = sqlite3_serialize(c->db, "main", &size, 0);
    if (bytes && !file_out_open(&f, path, &ignored)) {
        if (fwrite(bytes, 1, (size_t)size, f.stream) != (size_t)size)
            file_out_abandon(&f);
        else if (!file_out_commit(&f, &ignored))
            remove_others(path, a);
    }
    sqlite3_free(bytes);
}

/* Rows dated later than the day; a month or a year counts from its beginning. */
static enum err_code forget_later(struct catalog *c, int64_t at_unix_s, struct arena *a,
                                  struct err *e)
{
    static const char *const tables[] = { "price",      "other_price", "unit_price",
                                          "item_price", "other_unit",  "other_item" };
    char day[DATE_TEXT];
    date_text(day, at_unix_s);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (db_exec(
                c->db,
                arena_printf(a, "DELETE FROM %s WHERE as_of > '%s'", tables[i], day),
                e))
            return e->code;
    return catalog_summarize(c->db, e);
}

static enum err_code merge(struct catalog **out, const char *path, const char *overlay,
                           int64_t at_unix_s, struct arena *a, struct err *e)
{
    struct catalog *c = NULL;
    if (catalog_open_copy(&c, path, e)) return e->code;
    if ((at_unix_s != DATE_UNKNOWN && forget_later(c, at_unix_s, a, e)) ||
        (overlay && overlay_merge(c, overlay, at_unix_s, false, a, e))) {
        catalog_close(c);
        return e->code;
    }
    db_forget(c);
    *out = c;
    return OK;
}

enum err_code catalog_open_overlaid(struct catalog **out, const char *path,
                                    const char *overlay, int64_t at_unix_s,
                                    struct err *e)
{
    struct arena a = { 0 };
    struct err ignored = { 0 };
    char *merged = NULL;
    if (overlay && access(overlay, F_OK) != 0) overlay = NULL;
    bool latest = at_unix_s == DATE_UNKNOWN;
    if (!overlay && latest) return catalog_open(out, path, e);
    if (overlay && latest && !path) {
        if (merged_path(&merged, overlay, &a, e)) goto done;
        if (access(merged, R_OK) == 0 && !catalog_open_own(out, merged, &ignored))
            goto done;
    }
    if (merge(out, path, overlay, at_unix_s, &a, e)) goto done;
    if (merged) keep(*out, merged, &a);
    if (catalog_freeze(*out, e)) {
        catalog_close(*out);
        *out = NULL;
    }
done:
    arena_clear(&a);
    return e->code;
}

enum err_code catalog_open_models(struct catalog **out, const char *path,
                                  const char *overlay, struct err *e)
{
    struct arena a = { 0 };
    struct catalog *c = NULL;
    if (overlay && access(overlay, F_OK) != 0) overlay = NULL;
    if (!overlay) return catalog_open(out, path, e);
    if (!catalog_open_copy(&c, path, e) &&
        (overlay_merge(c, overlay, DATE_UNKNOWN, true, &a, e) ||
         catalog_freeze(c, e))) {
        catalog_close(c);
        c = NULL;
    }
    arena_clear(&a);
    if (!e->code) *out = c;
    return e->code;
}
