#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "bill.h"
#include "date.h"
#include "text.h"

enum { DAY_S = 86400 };

const char *app_overlay(struct app *app)
{
    const char *xdg = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    const char *data = getenv("BEDPLAN_DATA");
    if (data && *data) return arena_printf(app->arena, "%s/catalog.db", data);
    if (xdg && *xdg == '/')
        return arena_printf(app->arena, "%s/bedplan/catalog.db", xdg);
    return arena_printf(app->arena, "%s/.local/share/bedplan/catalog.db",
                        home ? home : "");
}

enum err_code app_catalog_at(struct catalog **out, struct app *app, int64_t at_unix_s,
                             struct err *e)
{
    const char *overlay = app->opt.catalog ? NULL : app_overlay(app);
    return catalog_open_overlaid(out, app->opt.catalog, overlay, at_unix_s, e);
}

/* "30d", "4w", "30": in days */
static enum err_code read_age(int64_t *days, const char *text, struct arena *a,
                              struct err *e)
{
    size_t n = strlen(text);
    bool weeks = n > 1 && text[n - 1] == 'w',
         unit = weeks || (n > 1 && text[n - 1] == 'd');
    const char *number = arena_text_n(a, text, n - unit);
    if (text_int(days, number, 0, 100000, e)) return err_wrap(e, "--max-age: ");
    if (weeks) *days *= 7;
    return OK;
}

/* Days since a date of a source, "2026-10" and "2026" from their first day; -1 when it
 * has none. */
static int64_t days_old(const struct app *app, const char *as_of)
{
    int64_t unix_s = 0;
    struct err none = { 0 };
    const char *day =
        strlen(as_of) == 4 ? arena_printf(app->arena, "%s-01", as_of) : as_of;
    if (date_parse(&unix_s, NULL, day, &none)) return -1;
    return (app->opt.now_unix_s - unix_s) / DAY_S;
}

void app_used(struct app *app, const char *what, const char *source, const char *as_of)
{
    /* a year or a month is older than its days, and no date is older than any */
    if (app->oldest.what && strcmp(as_of, app->oldest.as_of) >= 0) return;
    app->oldest.what = what;
    app->oldest.source = source;
    app->oldest.as_of = as_of;
}

void app_used_bill(struct app *app, const struct bill *b)
{
    for (size_t i = 0; i < b->count; i++)
        app_used(app, b->line[i].dimension, b->line[i].source, b->line[i].as_of);
}

/* What no command counted one by one is as old as the newest figure. */
static enum err_code check_newest(struct app *app, int64_t limit, struct err *e)
{
    struct catalog_age age = { 0 };
    if (catalog_age(&age, app->catalog, app->arena, e)) return e->code;
    int64_t old = days_old(app, age.newest);
    if (old >= 0 && old <= limit) return OK;
    return err_set(e, ERR_GATE,
                   "the catalog is of %s, %lld days old, more than --max-age %s; "
                   "'bedplan catalog update' refreshes it",
                   age.newest, (long long)old, app->opt.max_age);
}

enum err_code app_check_age(struct app *app, struct err *e)
{
    int64_t limit = 0;
    if (!app->opt.max_age || !app->catalog) return OK;
    if (read_age(&limit, app->opt.max_age, app->arena, e)) return e->code;
    if (!app->oldest.what) return check_newest(app, limit, e);
    const char *as_of = app->oldest.as_of;
    int64_t old = days_old(app, as_of);
    if (old >= 0 && old <= limit) return OK;
    const char *age = old < 0 ? "is undated"
                              : arena_printf(app->arena, "is of %s, %lld days old",
                                             as_of, (long long)old);
    return err_set(e, ERR_GATE,
                   "the price of %.60s %s, more than --max-age %s (%.90s); "
                   "'bedplan catalog update' refreshes it",
                   app->oldest.what, age, app->opt.max_age, app->oldest.source);
}

static enum err_code check_option(struct app *app, struct err *e)
{
    int64_t limit = 0;
    if (!app->opt.max_age) return OK;
    return read_age(&limit, app->opt.max_age, app->arena, e);
}

enum err_code app_catalog(struct app *app, struct catalog **out, struct err *e)
{
    int64_t at = app->catalog_dated ? app->catalog_at_unix_s : DATE_UNKNOWN;
    if (!app->catalog &&
        (check_option(app, e) || app_catalog_at(&app->catalog, app, at, e))) {
        return e->code;
    }
    *out = app->catalog;
    return OK;
}

const char *app_footer(struct app *app, struct err *e)
{
    struct catalog *c = NULL;
    struct catalog_age age = { 0 };
    if (app_catalog(app, &c, e) || catalog_age(&age, c, app->arena, e)) return "";
    const char *old = "";
    int64_t days = strlen(age.newest) == 4 ? -1 : days_old(app, age.newest);
    if (days >= 0)
        old = arena_printf(app->arena, ", %lld day%s old", (long long)days,
                           days == 1 ? "" : "s");
    return arena_printf(app->arena, "catalog of %s%s; seed %lld", age.newest, old,
                        (long long)app->opt.seed);
}
