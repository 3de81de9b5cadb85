#include "app.h"
#include "probe_store.h"

struct settings {
    const char *data;
};

/* clang-format off */
static const struct opt opts[] = {
    { .key = "data", .type = OPT_TEXT, .offset = OPT_FIELD(struct settings, const char *, data),
      .unit = "DIR", .help = "folder of saved runs, else $XDG_DATA_HOME/bedplan" },
};
/* clang-format on */

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct probe_store *store = NULL;
    struct probe_meta meta;
    if (args->count != 1) return err_set(e, ERR_USAGE, "probe drop wants one NAME");
    if (probe_store_open(&store, s->data, false, app->arena, e)) return e->code;
    if (!probe_store_find(&meta, store, args->text[0], app->arena, e) &&
        !probe_store_drop(store, meta.id, e))
        app_note(app, "probe %s dropped", meta.name);
    probe_store_close(store);
    return e->code;
}

const struct command cmd_probe_drop = {
    .name = "probe drop",
    .usage = "NAME [options]",
    .summary = "forget a saved probe",
    .example = "bedplan probe drop pro-monday",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
