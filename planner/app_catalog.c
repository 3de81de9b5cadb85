#include <stdlib.h>
#include <string.h>

#include "app.h"
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

/* Days since the newest figure; -1 when its date is only a year. "2026-10" counts from
 * its first day. */
static int64_t days_old(const struct app *app, const struct catalog_age *age)
{
    int64_t newest_unix_s = 0;
    struct err none = { 0 };
    if (date_parse(&newest_unix_s, NULL, age->newest, &none)) return -1;
    return (app->opt.now_unix_s - newest_unix_s) / DAY_S;
}

static enum err_code check_age(struct app *app, struct err *e)
{
    struct catalog_age age = { 0 };
    int64_t limit = 0;
    if (!app->opt.max_age) return OK;
    if (read_age(&limit, app->opt.max_age, app->arena, e) ||
        catalog_age(&age, app->catalog, app->arena, e)) {
        return e->code;
    }
    int64_t old = days_old(app, &age);
    if (old >= 0 && old <= limit) return OK;
    return err_set(e, ERR_GATE,
                   "the catalog is of %s, %lld days old, more than --max-age %s; "
                   "'bedplan catalog update' refreshes it",
                   age.newest, (long long)old, app->opt.max_age);
}

enum err_code app_catalog(struct app *app, struct catalog **out, struct err *e)
{
    int64_t at = app->catalog_dated ? app->catalog_at_unix_s : DATE_UNKNOWN;
    if (!app->catalog &&
        (app_catalog_at(&app->catalog, app, at, e) || check_age(app, e))) {
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
    int64_t days = days_old(app, &age);
    if (days >= 0)
        old = arena_printf(app->arena, ", %lld day%s old", (long long)days,
                           days == 1 ? "" : "s");
    return arena_printf(app->arena, "catalog of %s%s; seed %lld", age.newest, old,
                        (long long)app->opt.seed);
}
