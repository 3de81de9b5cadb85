#include "app.h"
#include "date.h"

enum { DAY_S = 86400 };

enum err_code app_catalog(struct app *app, struct catalog **out, struct err *e)
{
    if (!app->catalog && catalog_open(&app->catalog, app->opt.catalog, e))
        return e->code;
    *out = app->catalog;
    return OK;
}

const char *app_footer(struct app *app, struct err *e)
{
    struct catalog *c = NULL;
    struct catalog_age age = { 0 };
    int64_t newest_unix_s = 0;
    if (app_catalog(app, &c, e) || catalog_age(&age, c, app->arena, e)) return "";
    const char *old = "";
    struct err none = { 0 }; /* a year alone has no age in days */
    /* "2026-10" counts from its first day */
    if (date_parse(&newest_unix_s, NULL, age.newest, &none) == OK) {
        int64_t days = (app->opt.now_unix_s - newest_unix_s) / DAY_S;
        if (days >= 0)
            old = arena_printf(app->arena, ", %lld day%s old", (long long)days,
                               days == 1 ? "" : "s");
    }
    return arena_printf(app->arena, "catalog of %s%s; seed %lld", age.newest, old,
                        (long long)app->opt.seed);
}
