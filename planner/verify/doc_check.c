#include "proof_check.h"

#include <string.h>

enum { MOST_DEPTH = 100 };

yajl_val doc_get(yajl_val object, const char *key)
{
    if (!object || !YAJL_IS_OBJECT(object)) return NULL;
    for (size_t i = 0; i < YAJL_GET_OBJECT(object)->len; i++)
        if (strcmp(YAJL_GET_OBJECT(object)->keys[i], key) == 0)
            return YAJL_GET_OBJECT(object)->values[i];
    return NULL;
}

const char *doc_text(yajl_val object, const char *key)
{
    yajl_val v = doc_get(object, key);
    return v && YAJL_IS_STRING(v) ? YAJL_GET_STRING(v) : NULL;
}

bool doc_number(struct longhand *out, yajl_val object, const char *key)
{
    yajl_val v = doc_get(object, key);
    return v && YAJL_IS_NUMBER(v) && longhand_read(out, str_of(YAJL_GET_NUMBER(v)));
}

void check_found(struct check *c, const struct place *at, const char *field,
                 const char *detail)
{
    struct finding_list *l = &c->finding;
    l->item =
        arena_grow(c->app->arena, l->item, &l->capacity, l->count + 1, sizeof *l->item);
    l->item[l->count++] = (struct check_finding){ c->lines, at->path, field, detail };
}

/* A key that stands twice would be read in two ways. */
static void check_keys(struct check *c, yajl_val object, const struct place *at)
{
    for (size_t i = 1; i < YAJL_GET_OBJECT(object)->len; i++) {
        const char *key = YAJL_GET_OBJECT(object)->keys[i];
        if (doc_get(object, key) != YAJL_GET_OBJECT(object)->values[i])
            check_found(c, at, key, "stands twice");
    }
}

static enum err_code walk(struct check *c, yajl_val v, struct place at, struct err *e)
{
    struct arena *a = c->app->arena;
    if (YAJL_IS_ARRAY(v)) {
        for (size_t i = 0; i < YAJL_GET_ARRAY(v)->len; i++) {
            struct place inside = at;
            inside.path = arena_printf(a, "%s[%zu]", at.path, i);
            if (walk(c, YAJL_GET_ARRAY(v)->values[i], inside, e)) return e->code;
        }
        return OK;
    }
    if (!YAJL_IS_OBJECT(v)) return OK;
    const char *model = doc_text(v, "model"), *dimension = doc_text(v, "dimension");
    if (model) at.model = model;
    if (dimension) at.dimension = dimension;
    check_keys(c, v, &at);
    yajl_val rate = doc_get(v, "usd_per_unit");
    if (rate && !YAJL_IS_NULL(rate) && check_line(c, v, &at, e)) return e->code;
    if (doc_get(v, "usd_per_unit_hour") && check_unit_hour(c, v, &at, e))
        return e->code;
    check_sums(c, v, &at);
    for (size_t i = 0; i < YAJL_GET_OBJECT(v)->len; i++) {
        struct place inside = at;
        inside.path = arena_printf(a, "%s%s%s", at.path, *at.path ? "." : "",
                                   YAJL_GET_OBJECT(v)->keys[i]);
        if (walk(c, YAJL_GET_OBJECT(v)->values[i], inside, e)) return e->code;
    }
    return OK;
}

/* The tree is built and left by recursion. */
static bool is_too_deep(struct str json)
{
    int depth = 0;
    bool in_text = false;
    for (size_t i = 0; i < json.n; i++) {
        char ch = json.p[i];
        if (in_text) {
            if (ch == '\\')
                i++;
            else
                in_text = ch != '"';
            continue;
        }
        in_text = ch == '"';
        depth += (ch == '{' || ch == '[') - (ch == '}' || ch == ']');
        if (depth > MOST_DEPTH) return true;
    }
    return false;
}

static enum err_code check_top(struct check *c, yajl_val top, struct err *e)
{
    struct place at = { .path = "" };
    struct longhand off = { { 0 } };
    const char *schema = doc_text(top, "schema");
    if (!schema || strncmp(schema, "bedplan.", 8) != 0)
        return err_set(e, ERR_INPUT, "it is no answer of this program's --json");
    c->schema = arena_text(c->app->arena, schema);
    if (doc_get(top, "discount") && !doc_number(&off, top, "discount"))
        check_found(c, &at, "discount", "is no number");
    if (!longhand_rest(&c->keep, &off))
        check_found(c, &at, "discount", "is more than everything");
    yajl_val paths = doc_get(top, "paths");
    if (paths && YAJL_IS_INTEGER(paths)) c->paths = YAJL_GET_INTEGER(paths);
    if (c->seal == SEAL_BROKEN) check_found(c, &at, "seal", "the document was changed");
    if (c->seal == SEAL_MISSING)
        check_found(c, &at, "seal",
                    "is missing: percentiles and all else that no line proves may "
                    "have been changed");
    if (walk(c, top, at, e)) return e->code;
    if (c->seal == SEAL_MISSING && c->lines == 0)
        return err_set(e, ERR_INPUT, "it has neither priced lines nor a seal");
    return OK;
}

enum err_code check_document(struct check *c, struct str json, struct err *e)
{
    char why[128];
    c->seal = seal_check(json);
    if (is_too_deep(json))
        return err_set(e, ERR_INPUT, "it is nested deeper than %d", MOST_DEPTH);
    char *text = arena_text_n(c->app->arena, json.p, json.n);
    if (strlen(text) != json.n) return err_set(e, ERR_INPUT, "it is no text");
    yajl_val top = yajl_tree_parse(text, why, sizeof why);
    if (!top) return err_set(e, ERR_INPUT, "it is no whole JSON object");
    enum err_code code = YAJL_IS_OBJECT(top)
                             ? check_top(c, top, e)
                             : err_set(e, ERR_INPUT, "it is no whole JSON object");
    /* what was found outlives the tree */
    struct finding_list *lists[] = { &c->finding, &c->stale };
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        for (size_t i = 0; i < lists[k]->count; i++)
            lists[k]->item[i].field =
                arena_text(c->app->arena, lists[k]->item[i].field);
    yajl_tree_free(top);
    return code;
}
