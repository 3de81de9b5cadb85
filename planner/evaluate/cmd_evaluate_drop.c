#include "app.h"
#include "eval_store.h"

struct settings {
    const char *data;
};

/* clang-format off */
static const struct opt opts[] = {
    { .key = "data", .type = OPT_TEXT, .offset = OPT_FIELD(struct settings, const char *, data),
      .unit = "DIR", .help = "folder of saved evaluations, else $XDG_DATA_HOME/bedplan" },
};
/* clang-format on */

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct eval_store *store = NULL;
    struct eval_meta meta;
    if (args->count != 1) return err_set(e, ERR_USAGE, "evaluate drop wants one NAME");
    if (eval_store_open(&store, s->data, false, app->arena, e)) return e->code;
    if (!eval_store_find(&meta, store, args->text[0], app->arena, e) &&
        !eval_store_drop(store, meta.id, e))
        app_note(app, "evaluation %s dropped", meta.name);
    eval_store_close(store);
    return e->code;
}

const struct command cmd_evaluate_drop = {
    .name = "evaluate drop",
    .usage = "NAME [options]",
    .summary = "forget a saved evaluation, its answers and verdicts",
    .example = "bedplan evaluate drop qa-monday",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
