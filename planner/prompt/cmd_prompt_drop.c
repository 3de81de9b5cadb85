#include "app.h"
#include "prompt_store.h"

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
    struct prompt_store *store = NULL;
    struct prompt_version *v;
    size_t count;
    if (args->count != 1) return err_set(e, ERR_USAGE, "prompt drop wants one NAME");
    if (prompt_store_open(&store, s->data, false, app->arena, e)) return e->code;
    if (!prompt_store_list(&v, &count, store, args->text[0], app->arena, e) &&
        !prompt_store_drop(store, args->text[0], e))
        app_note(app, "dropped %s, %zu version%s", args->text[0], count,
                 count == 1 ? "" : "s");
    prompt_store_close(store);
    return e->code;
}

const struct command cmd_prompt_drop = {
    .name = "prompt drop",
    .usage = "NAME [options]",
    .summary = "forget a prompt and all its versions",
    .example = "bedplan prompt drop support",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
