#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "catalog_facts.h"
#include "date.h"
#include "json.h"
#include "table.h"
#include "text.h"

/* One side: the catalog of a day, a file, the built-in one, or what one source says. */
struct side {
    const char *name;
    struct listed_price *row;
    size_t count;
};

struct change {
    const struct listed_price *before, *after; /* one may be NULL */
};

static enum err_code not_a_side(struct catalog *c, const char *name, struct arena *a,
                                struct err *e)
{
    struct catalog_source *all = NULL;
    size_t count = 0;
    if (catalog_sources(&all, &count, c, a, e)) return e->code;
    const char **names = ARENA_NEW(a, const char *, count + 1);
    for (size_t i = 0; i < count; i++)
        names[i] = all[i].id;
    return err_set(e, ERR_USAGE,
                   "'%s' is no date, catalog file or source%s; 'bedplan catalog "
                   "sources' lists them",
                   name, text_did_you_mean(a, name, names, count));
}

static enum err_code open_side(struct side *out, struct app *app, const char *name,
                               struct err *e)
{
    struct catalog *c = NULL;
    struct err no_date = { 0 };
    int64_t day = 0;
    const char *source = NULL;
    *out = (struct side){ .name = name };
    if (strcmp(name, "built-in") == 0) {
        if (catalog_open(&c, NULL, e)) return e->code;
    } else if (strcmp(name, "now") == 0) {
        if (app_catalog_at(&c, app, DATE_UNKNOWN, e)) return e->code;
    } else if (date_parse(&day, NULL, name, &no_date) == OK) {
        if (app_catalog_at(&c, app, day, e)) return e->code;
    } else if (access(name, R_OK) == 0) {
        if (catalog_open(&c, name, e)) return e->code;
    } else {
        if (app_catalog_at(&c, app, DATE_UNKNOWN, e)) return e->code;
        source = name;
    }
    if (!catalog_all_prices(&out->row, &out->count, c, source, app->arena, e) &&
        source && !out->count && not_a_side(c, name, app->arena, e)) {
        err_wrap(e, "catalog diff: ");
    }
    catalog_close(c);
    return e->code;
}

/* A state of a model is compared by model alone, a price by all that it is a price of.
 */
static int compare(const struct listed_price *a, const struct listed_price *b)
{
    const char *const l[] = { a->model, a->dimension, a->context_tier,
                              a->priced ? a->scope : "", a->region };
    const char *const r[] = { b->model, b->dimension, b->context_tier,
                              b->priced ? b->scope : "", b->region };
    for (int i = 0; i < 5; i++) {
        int c = strcmp(l[i], r[i]);
        if (c) return c;
    }
    return 0;
}

static bool same(const struct listed_price *a, const struct listed_price *b)
{
    if (!a->priced || !b->priced) return strcmp(a->scope, b->scope) == 0;
    return (i128)a->rate.pusd * b->rate.per == (i128)b->rate.pusd * a->rate.per;
}

/* Past the row and those that stand for the same thing: the first one counts. */
static size_t after(const struct side *s, size_t i)
{
    size_t next = i + 1;
    while (next < s->count && compare(&s->row[i], &s->row[next]) == 0)
        next++;
    return next;
}

struct diff {
    struct change *change;
    size_t count, capacity;
    int64_t added, removed, changed, unchanged;
};

static void note(struct diff *d, const struct listed_price *before,
                 const struct listed_price *now, struct arena *a)
{
    if (before && now && same(before, now)) {
        d->unchanged++;
        return;
    }
    int64_t *n = !before ? &d->added : !now ? &d->removed : &d->changed;
    ++*n;
    d->change = arena_grow(a, d->change, &d->capacity, d->count + 1, sizeof *d->change);
    d->change[d->count++] = (struct change){ before, now };
}

static struct diff differences(const struct side *x, const struct side *y,
                               struct arena *a)
{
    struct diff d = { 0 };
    for (size_t i = 0, k = 0; i < x->count || k < y->count;) {
        int c = i == x->count   ? 1
                : k == y->count ? -1
                                : compare(&x->row[i], &y->row[k]);
        note(&d, c <= 0 ? &x->row[i] : NULL, c >= 0 ? &y->row[k] : NULL, a);
        if (c <= 0) i = after(x, i);
        if (c >= 0) k = after(y, k);
    }
    return d;
}

static const char *word_of(const struct change *c)
{
    return !c->before ? "added" : !c->after ? "removed" : "changed";
}

/* In per cent of the older figure; "" where there is none. */
static const char *move_text(const struct change *c, struct arena *a)
{
    if (!c->before || !c->after || !c->before->priced || !c->before->rate.pusd)
        return "";
    double ratio = (double)c->after->rate.pusd / c->after->rate.per /
                   ((double)c->before->rate.pusd / c->before->rate.per);
    return arena_printf(a, "%+.1f%%", 100 * (ratio - 1));
}

static void json_side(struct json *j, const char *key, const struct listed_price *p)
{
    if (!p) {
        json_null(j, key);
        return;
    }
    json_object(j, key);
    if (p->priced) {
        json_rate(j, "usd", p->rate);
        json_int(j, "per", p->rate.per);
        json_text(j, "source", p->source);
    } else {
        json_text(j, "lifecycle", p->scope);
    }
    json_text(j, "as_of", p->as_of);
    json_end(j);
}

static enum err_code write_json(struct app *app, const struct side *x,
                                const struct side *y, const struct diff *d,
                                struct err *e)
{
    struct json *j = json_open(app->out);
    json_object(j, NULL);
    json_text(j, "schema", "bedplan.catalog-diff/1");
    json_text(j, "a", x->name);
    json_text(j, "b", y->name);
    json_int(j, "added", d->added);
    json_int(j, "removed", d->removed);
    json_int(j, "changed", d->changed);
    json_int(j, "unchanged", d->unchanged);
    json_array(j, "changes");
    for (size_t i = 0; i < d->count; i++) {
        const struct change *c = &d->change[i];
        const struct listed_price *p = c->after ? c->after : c->before;
        json_object(j, NULL);
        json_text(j, "change", word_of(c));
        json_text(j, "model", p->model);
        json_text(j, "dimension", p->dimension);
        json_text(j, "context_tier", *p->context_tier ? p->context_tier : NULL);
        json_text(j, "scope", p->priced && *p->scope ? p->scope : NULL);
        json_text(j, "region", *p->region ? p->region : NULL);
        json_text(j, "unit", *p->unit ? p->unit : NULL);
        json_side(j, "before", c->before);
        json_side(j, "after", c->after);
        json_end(j);
    }
    json_end(j);
    json_end(j);
    return json_close(j, e);
}

static const char *figure(const struct listed_price *p, struct arena *a)
{
    char usd[USD_TEXT];
    if (!p) return NULL;
    if (!p->priced) return p->scope;
    const char *per = p->rate.per == 1000000 ? " / 1M"
                      : p->rate.per == 1000  ? " / 1K"
                                             : "";
    return arena_printf(a, "%s%s", usd_rate_text(usd, p->rate), per);
}

static enum err_code write_table(struct app *app, const struct side *x,
                                 const struct side *y, const struct diff *d,
                                 struct err *e)
{
    static const struct table_column columns[] = {
        { "change", "CHANGE", LEFT, 0, false },
        { "model", "MODEL", LEFT, 24, false },
        { "dimension", "DIMENSION", LEFT, 14, false },
        { "scope", "SCOPE", LEFT, 0, true },
        { "region", "REGION", LEFT, 0, false },
        { "before_usd", "BEFORE", RIGHT, 0, false },
        { "after_usd", "AFTER", RIGHT, 0, false },
        { "move", "MOVE", RIGHT, 0, false },
        { "source", "SOURCE", LEFT, 12, true },
    };
    struct arena *a = app->arena;
    struct table t;
    table_init(&t, arena_printf(a, "%s to %s", x->name, y->name), columns,
               sizeof columns / sizeof *columns, a);
    for (size_t i = 0; i < d->count; i++) {
        const struct change *c = &d->change[i];
        const struct listed_price *p = c->after ? c->after : c->before;
        const char **cell = table_row(&t);
        cell[0] = word_of(c);
        cell[1] = p->model;
        cell[2] = *p->context_tier
                      ? arena_printf(a, "%s %s", p->dimension, p->context_tier)
                      : p->dimension;
        cell[3] = p->priced && *p->scope ? p->scope : NULL;
        cell[4] = *p->region ? p->region : NULL;
        cell[5] = figure(c->before, a);
        cell[6] = figure(c->after, a);
        cell[7] = move_text(c, a);
        cell[8] = *p->source ? p->source : NULL;
    }
    const char *footer = app_footer(app, e);
    if (e->code) return e->code;
    table_note(&t, "%lld added, %lld removed, %lld changed, %lld unchanged; %s",
               (long long)d->added, (long long)d->removed, (long long)d->changed,
               (long long)d->unchanged, footer);
    app_print_table(app, &t);
    return OK;
}

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    struct side x, y;
    (void)settings;
    if (args->count > 2)
        return err_set(e, ERR_USAGE,
                       "catalog diff takes A and B, each a date, a "
                       "catalog file, a source, 'built-in' or 'now'");
    const char *first = args->count ? args->text[0] : "built-in";
    const char *second = args->count > 1 ? args->text[1] : "now";
    if (open_side(&x, app, first, e) || open_side(&y, app, second, e)) return e->code;
    struct diff d = differences(&x, &y, app->arena);
    return app->format == FORMAT_JSON ? write_json(app, &x, &y, &d, e)
                                      : write_table(app, &x, &y, &d, e);
}

const struct command cmd_catalog_diff = {
    .name = "catalog diff",
    .usage = "[A [B]]",
    .summary = "what changed between two dates, sources or catalogs",
    .details =
        "A and B are each a date (the catalog as it was known that day), the id of a "
        "source (what it says, whether it bills or not), a catalog file, 'built-in' or "
        "'now'. Without B: up to now. Without both: what imports changed in the "
        "built-in "
        "catalog. Prices are compared, not their dates. --format md is a table for a "
        "pull request.",
    .example = "bedplan catalog diff\n"
               "bedplan catalog diff 2026-09-01 2026-11-01 --format md",
    .formats = FORMATS_TABLE,
    .run = run,
};
