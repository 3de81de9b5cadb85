#include "probe_print.h"
#include "probe_saved.h"

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
    struct probe_saved saved = { 0 };
    if (args->count != 1) return err_set(e, ERR_USAGE, "probe show wants one NAME");
    if (probe_saved_read(&saved, args->text[0], s->data, app->arena, e)) return e->code;
    return probe_print(app, &saved.result, e);
}

const struct command cmd_probe_show = {
    .name = "probe show",
    .usage = "NAME [options]",
    .summary = "the figures of a saved probe",
    .details = "Prints what the probe itself printed, from its saved requests. A run "
               "that was killed shows what it had measured by then.",
    .example = "bedplan probe show pro-monday --json",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .formats = FORMATS_TABLE,
    .sealed = true,
    .run = run,
};
