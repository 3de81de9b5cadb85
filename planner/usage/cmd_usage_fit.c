#include "app.h"
#include "usage_fit.h"
#include "usage_store.h"

struct settings {
    const char *workload, *data;
};

#define TEXT(f) OPT_FIELD(struct settings, const char *, f)
static const struct opt opts[] = {
    { .key = "workload",
      .type = OPT_TEXT,
      .offset = TEXT(workload),
      .unit = "NAME",
      .help = "print it as [workload NAME] of a plan file" },
    { .key = "data",
      .type = OPT_TEXT,
      .offset = TEXT(data),
      .unit = "DIR",
      .help = "folder of the store, else $XDG_DATA_HOME/bedplan" },
};
#undef TEXT

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct usage_store *store = NULL;
    struct usage_entry entry = { 0 };
    struct usage_stats stats = { 0 };
    struct usage_fit fit;
    if (args->count != 1) return err_set(e, ERR_USAGE, "usage fit wants one NAME");
    if (s->workload && app->format == FORMAT_JSON)
        return err_set(e, ERR_USAGE, "--workload prints a plan file, not JSON");
    if (usage_store_open(&store, s->data, false, app->arena, e)) return e->code;
    enum err_code code = usage_store_find(&entry, store, args->text[0], app->arena, e);
    if (!code) code = usage_store_load(&stats, store, &entry, app->arena, e);
    usage_store_close(store);
    if (code) return code;
    if (usage_fit(&fit, &stats, app->arena, e)) return err_wrap(e, "%s: ", entry.name);
    if (app->format == FORMAT_JSON)
        return usage_fit_json(app, entry.name, &fit, &stats, e);
    if (s->workload)
        usage_fit_ini(app, entry.name, s->workload, &fit, &stats);
    else
        usage_fit_text(app, entry.name, &fit, &stats);
    return OK;
}

const struct command cmd_usage_fit = {
    .name = "usage fit",
    .usage = "NAME [options]",
    .summary = "the traffic model that imported usage is a sample of",
    .details =
        "Season: means by hour of the week, of a week and more (by hour of the day, of "
        "a "
        "day and more). Growth: a straight line through the logarithms of three or "
        "more "
        "weeks' totals.\n"
        "Arrivals: batches, and a rate that wanders on three time scales, fitted to "
        "the "
        "index of dispersion (variance over mean of counts) in windows of 1, 10, 60 "
        "and "
        "300 s, within hours where there is a season.\n"
        "Lengths: mixtures of up to three lognormals, as many as Schwarz's criterion "
        "wants. Plans and sizes draw from the measured lengths themselves, input and "
        "output together; the mixtures say how they look.",
    .example = "bedplan usage fit prod\n"
               "bedplan usage fit prod --workload chat >> plan.ini",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .run = run,
};
