#include "app.h"
#include "usage_show.h"
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
    struct usage_stats stats = { 0 };
    if (args->count != 1) return err_set(e, ERR_USAGE, "usage show wants one NAME");
    if (usage_store_open(&store, s->data, false, app->arena, e)) return e->code;
    enum err_code code = usage_store_find(&entry, store, args->text[0], app->arena, e);
    if (!code) code = usage_store_load(&stats, store, &entry, app->arena, e);
    usage_store_close(store);
    if (code) return code;
    if (app->format == FORMAT_JSON) return usage_show_json(app, entry.name, &stats, e);
    usage_show_text(app, entry.name, &stats);
    return OK;
}

const struct command cmd_usage_show = {
    .name = "usage show",
    .usage = "NAME [options]",
    .summary = "statistics of imported usage",
    .details =
        "Lengths, arrivals and sums are of requests that ran; those that failed are "
        "counted by their kind of error. Percentiles are order statistics, exact below "
        "262,144 tokens. Dispersion is the variance of counts in windows over their "
        "mean: 1 for Poisson arrivals, more for bursts.",
    .example = "bedplan usage show prod",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
