#include "app.h"
#include "usage_store.h"

struct settings {
    const char *data;
};

/* clang-format off */
static const struct opt opts[] = {
    { .key = "data", .type = OPT_TEXT, .offset = OPT_FIELD(struct settings, const char *, data),
      .unit = "DIR", .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
};
/* clang-format on */

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct usage_store *store = NULL;
    struct usage_entry entry = { 0 };
    if (args->count != 1) return err_set(e, ERR_USAGE, "usage drop wants one NAME");
    if (usage_store_open(&store, s->data, true, app->arena, e)) return e->code;
    if (!usage_store_find(&entry, store, args->text[0], app->arena, e) &&
        !usage_store_drop(store, &entry, e))
        app_note(app, "dropped %s, %lld requests", entry.name,
                 (long long)entry.requests);
    usage_store_close(store);
    return e->code;
}

const struct command cmd_usage_drop = {
    .name = "usage drop",
    .usage = "NAME [options]",
    .summary = "forget imported usage",
    .example = "bedplan usage drop prod",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
