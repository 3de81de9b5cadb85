#include "prompt_store.h"

#include <stdlib.h>
#include <string.h>

#include "local_db_private.h"
#include "text.h"

struct prompt_store {
    sqlite3 *db; /* NULL: there is none, and nothing shall be written */
    const char *path;
};

/* Append only: people's files have already run the steps that shipped. */
static const char *const steps[] = {
    /* 1 */
    "CREATE TABLE prompt ("
    "  id INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL UNIQUE CHECK (name <> '')"
    ") STRICT;"
    "CREATE TABLE version ("
    "  prompt_id INTEGER NOT NULL REFERENCES prompt(id) ON DELETE CASCADE,"
    "  number INTEGER NOT NULL CHECK (number > 0),"
    "  added_unix_s INTEGER NOT NULL,"
    "  note TEXT NOT NULL,"
    "  body TEXT NOT NULL CHECK (body <> ''),"
    "  PRIMARY KEY (prompt_id, number)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER version_is_final BEFORE UPDATE ON version BEGIN"
    "  SELECT RAISE(ABORT, 'a version is never changed');"
    "END;",
};
static const struct local_db_kind kind = { .part = "prompt",
                                           .what = "prompts",
                                           .application_id = 0x42504c54, /* "BPLT" */
                                           .steps = steps,
                                           .step_count = sizeof steps / sizeof *steps,
                                           .pragmas = "PRAGMA foreign_keys = ON" };

static enum err_code failed(const struct prompt_store *s, struct err *e)
{
    return err_set(e, ERR_DB, "%s: %s", s->path, sqlite3_errmsg(s->db));
}

static enum err_code execute(struct prompt_store *s, const char *sql, struct err *e)
{
    if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK) return OK;
    return failed(s, e);
}

static enum err_code prepare(sqlite3_stmt **out, struct prompt_store *s,
                             const char *sql, struct err *e)
{
    if (sqlite3_prepare_v2(s->db, sql, -1, out, NULL) == SQLITE_OK) return OK;
    return failed(s, e);
}

enum err_code prompt_store_open(struct prompt_store **out, const char *data, bool write,
                                struct arena *a, struct err *e)
{
    struct prompt_store *s = calloc(1, sizeof *s);
    if (!s) return err_set(e, ERR_INTERNAL, "out of memory");
    if (local_db_open(&s->db, &s->path, &kind, data, write, a, e)) {
        prompt_store_close(s);
        return e->code;
    }
    *out = s;
    return OK;
}

void prompt_store_close(struct prompt_store *s)
{
    if (!s) return;
    sqlite3_close(s->db);
    free(s);
}

/* The number of the version with these bytes, or one more than the last. */
static enum err_code number_of(int64_t *out, bool *found, struct prompt_store *s,
                               int64_t prompt, struct str body, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (prepare(&st, s,
                "SELECT min(CASE WHEN body = ?2 THEN number END),"
                " coalesce(max(number), 0) + 1 FROM version WHERE prompt_id = ?1",
                e))
        return e->code;
    sqlite3_bind_int64(st, 1, prompt);
    sqlite3_bind_text(st, 2, body.p, (int)body.n, SQLITE_STATIC);
    if (sqlite3_step(st) != SQLITE_ROW) {
        (void)failed(s, e);
    } else {
        *found = sqlite3_column_type(st, 0) != SQLITE_NULL;
        *out = sqlite3_column_int64(st, *found ? 0 : 1);
    }
    sqlite3_finalize(st);
    return e->code;
}

/* Finds the name's row or makes it. */
static enum err_code prompt_row(int64_t *out, struct prompt_store *s, const char *name,
                                struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (prepare(&st, s,
                "INSERT INTO prompt (name) VALUES (?)"
                " ON CONFLICT (name) DO UPDATE SET name = name RETURNING id",
                e))
        return e->code;
    sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
    if (sqlite3_step(st) == SQLITE_ROW)
        *out = sqlite3_column_int64(st, 0);
    else
        (void)failed(s, e);
    sqlite3_finalize(st);
    return e->code;
}

static enum err_code insert(const struct prompt_version *v, struct prompt_store *s,
                            int64_t prompt, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (prepare(&st, s,
                "INSERT INTO version (prompt_id, number, added_unix_s, note, body)"
                " VALUES (?, ?, ?, ?, ?)",
                e))
        return e->code;
    sqlite3_bind_int64(st, 1, prompt);
    sqlite3_bind_int64(st, 2, v->number);
    sqlite3_bind_int64(st, 3, v->added_unix_s);
    sqlite3_bind_text(st, 4, v->note ? v->note : "", -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 5, v->body.p, (int)v->body.n, SQLITE_STATIC);
    if (sqlite3_step(st) != SQLITE_DONE) (void)failed(s, e);
    sqlite3_finalize(st);
    return e->code;
}

enum err_code prompt_store_add(struct prompt_version *v, bool *added,
                               struct prompt_store *s, struct err *e)
{
    int64_t prompt = 0, number = 0;
    bool found = false;
    if (!template_is_name(str_of(v->name)))
        return err_set(
            e, ERR_USAGE,
            "'%.120s' cannot be a prompt's name: letters, digits, single '_' "
            "or '-', a letter or digit first",
            v->name);
    if (execute(s, "BEGIN IMMEDIATE", e)) return e->code;
    if (prompt_row(&prompt, s, v->name, e) ||
        number_of(&number, &found, s, prompt, v->body, e))
        goto undo;
    v->number = number;
    if (!found && insert(v, s, prompt, e)) goto undo;
    if (execute(s, "COMMIT", e)) goto undo;
    *added = !found;
    return OK;
undo:
    sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL); /* the cause is in `e` */
    return e->code;
}

static const char *column(sqlite3_stmt *st, int at, struct arena *a)
{
    const char *text = (const char *)sqlite3_column_text(st, at);
    return arena_text(a, text ? text : "");
}

static enum err_code not_found(struct prompt_store *s, const char *name,
                               struct arena *a, struct err *e)
{
    struct prompt_version *v;
    size_t count;
    if (prompt_store_list(&v, &count, s, NULL, a, e)) return e->code;
    const char **names = ARENA_NEW(a, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        names[i] = v[i].name;
    const char *mean = text_did_you_mean(a, name, names, count);
    return err_set(e, ERR_NOT_FOUND, "no prompt '%s' was added%s", name,
                   *mean ? mean : "; 'bedplan prompt list' names them");
}

enum err_code prompt_store_list(struct prompt_version **out, size_t *count,
                                struct prompt_store *s, const char *name,
                                struct arena *a, struct err *e)
{
    sqlite3_stmt *st = NULL;
    size_t capacity = 0;
    int rc = SQLITE_DONE;
    *out = NULL;
    *count = 0;
    if (s->db && prepare(&st, s,
                         "SELECT name, number, added_unix_s, note, body FROM version"
                         " JOIN prompt ON id = prompt_id WHERE ?1 IS NULL OR name = ?1"
                         " ORDER BY name, number",
                         e))
        return e->code;
    if (st && name) sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
    while (st && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        *out = arena_grow(a, *out, &capacity, *count + 1, sizeof **out);
        struct prompt_version *v = &(*out)[(*count)++];
        *v = (struct prompt_version){ .name = column(st, 0, a),
                                      .number = sqlite3_column_int64(st, 1),
                                      .added_unix_s = sqlite3_column_int64(st, 2),
                                      .note = column(st, 3, a),
                                      .body = str_of(column(st, 4, a)) };
    }
    if (rc != SQLITE_DONE) (void)failed(s, e);
    sqlite3_finalize(st);
    if (e->code) return e->code;
    return name && *count == 0 ? not_found(s, name, a, e) : OK;
}

enum err_code prompt_reference(const char **name, int64_t *number, const char *text,
                               struct arena *a, struct err *e)
{
    const char *colon = strchr(text, ':');
    struct err why = { 0 };
    *number = 0;
    *name = colon ? arena_text_n(a, text, (size_t)(colon - text)) : text;
    if (!colon) return OK;
    if (text_int(number, colon + 1, 1, INT64_MAX, &why))
        return err_set(e, ERR_USAGE, "'%s': want NAME or NAME:VERSION", text);
    return OK;
}

enum err_code prompt_store_find(struct prompt_version *out, struct prompt_store *s,
                                const char *text, struct arena *a, struct err *e)
{
    const char *name;
    int64_t number;
    struct prompt_version *v;
    size_t count;
    struct err bad = { 0 };
    if (prompt_reference(&name, &number, text, a, &bad)) {
        *e = bad;
        return e->code;
    }
    if (prompt_store_list(&v, &count, s, name, a, e)) return e->code;
    *out = v[count - 1];
    if (!number) return OK;
    for (size_t i = 0; i < count; i++) {
        *out = v[i];
        if (v[i].number == number) return OK;
    }
    return err_set(e, ERR_NOT_FOUND, "%s has no version %lld, the last is %lld", name,
                   (long long)number, (long long)v[count - 1].number);
}

enum err_code prompt_store_drop(struct prompt_store *s, const char *name, struct err *e)
{
    sqlite3_stmt *st = NULL;
    if (prepare(&st, s, "DELETE FROM prompt WHERE name = ?", e)) return e->code;
    sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
    if (sqlite3_step(st) != SQLITE_DONE) (void)failed(s, e);
    sqlite3_finalize(st);
    return e->code;
}
