#include "name_join.h"

#include <ctype.h>
#include <string.h>

#include "catalog_db_private.h"
#include "intern.h"
#include "str.h"
#include "text.h"

enum { NAME_ROOM = 160 };

/* What a normal form stands for: a number of `ids`, or nothing one can rely on. */
struct entry {
    const char *id;
    bool shared; /* several models have the name */
    bool reviewed;
};

struct name_join {
    struct intern names;
    struct entry *entry; /* of each name */
    size_t capacity;
    const char **shown; /* as written, for "nearest" */
    size_t shown_count, shown_capacity;
    struct arena *arena;
};

void name_normal(char *out, size_t room, const char *name)
{
    const char *end = strstr(name, " (Amazon Bedrock Edition)");
    size_t n = 0;
    for (const char *p = name; *p && p != end && n + 1 < room; p++) {
        unsigned char x = (unsigned char)*p;
        if (isalnum(x) || x == '.' || x == '+' || x == '@') out[n++] = (char)tolower(x);
    }
    out[n] = '\0';
}

static void add(struct name_join *j, const char *name, const char *id, bool reviewed)
{
    char normal[NAME_ROOM];
    name_normal(normal, sizeof normal, name);
    if (!*normal) return;
    uint32_t at = intern(&j->names, normal);
    j->entry = arena_grow(j->arena, j->entry, &j->capacity, at + 1, sizeof *j->entry);
    struct entry *e = &j->entry[at];
    if (!e->id || (reviewed && !e->reviewed)) {
        *e = (struct entry){ .id = id, .reviewed = reviewed };
    } else if (strcmp(e->id, id) != 0 && e->reviewed == reviewed) {
        e->shared = true;
    }
    j->shown = arena_grow(j->arena, j->shown, &j->shown_capacity, j->shown_count + 1,
                          sizeof *j->shown);
    j->shown[j->shown_count++] = name;
}

enum err_code name_join_open(struct name_join **out, struct catalog *c, struct arena *a,
                             struct err *e)
{
    /* ids are as good as reviewed names */
    static const char sql[] =
        "SELECT id, id, 1 FROM model UNION ALL"
        " SELECT alias.name, model.id, 1 FROM alias JOIN model ON key = model_key"
        " UNION ALL SELECT name, id, 0 FROM model WHERE variant_of IS NULL";
    struct name_join *j = ARENA_NEW(a, struct name_join, 1);
    sqlite3_stmt *st = NULL;
    bool more = false;
    j->arena = j->names.arena = a;
    if (db_prepare(&st, c->db, sql, e)) return e->code;
    while (!db_step(st, &more, e) && more)
        add(j, db_text(st, 0, a), db_text(st, 1, a), sqlite3_column_int(st, 2));
    sqlite3_finalize(st);
    if (e->code) return e->code;
    *out = j;
    return OK;
}

/* "us.", "global.": what stands before the id of a profile. */
static const char *without_profile(const char *name)
{
    static const char *const prefixes[] = { "us.", "eu.", "apac.",   "au.",    "jp.",
                                            "in.", "ca.", "us-gov.", "global." };
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (text_starts(name, prefixes[i])) return name + strlen(prefixes[i]);
    return name;
}

static const struct entry *find(struct name_join *j, const char *name)
{
    char normal[NAME_ROOM];
    name_normal(normal, sizeof normal, name);
    uint32_t before = j->names.count, at = intern(&j->names, normal);
    if (at < before) return &j->entry[at];
    /* asked for the first time: remembered as unknown */
    j->entry = arena_grow(j->arena, j->entry, &j->capacity, at + 1, sizeof *j->entry);
    j->entry[at] = (struct entry){ 0 };
    return &j->entry[at];
}

const char *name_join(struct name_join *j, const char *name, const char **why)
{
    const struct entry *f = find(j, without_profile(name));
    *why = NULL;
    if (f->id && !f->shared) return f->id;
    if (f->shared) {
        *why = "several models have this name";
        return NULL;
    }
    const char *near = text_nearest(name, j->shown, j->shown_count);
    *why = near ? arena_printf(j->arena, "no model has this name; '%.60s' is near, %s",
                               near, "which is not enough")
                : "no model has this name";
    return NULL;
}
