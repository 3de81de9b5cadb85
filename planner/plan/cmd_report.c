#include <string.h>

#include "plan_saved.h"
#include "plot.h"

/* Pages and charts of an answer that was saved. */

static enum err_code one_file(const char **path, struct app *app, const char *command,
                              const struct opt_list *args, const char *wanted,
                              struct err *e)
{
    if (args->count != 1)
        return err_set(e, ERR_USAGE, "%s takes one saved plan, RESULT.json", command);
    if (!app->opt.output)
        return err_set(e, ERR_USAGE, "%s wants -o FILE.%s", command, wanted);
    *path = args->text[0];
    return OK;
}

static enum err_code run_report(struct app *app, void *settings,
                                const struct opt_list *args, struct err *e)
{
    struct plan p;
    const char *path = NULL;
    (void)settings;
    if (one_file(&path, app, "report", args, "html or .md", e) ||
        plan_saved_read(&p, app, path, e))
        return e->code;
    return plan_report(&p, app->opt.output, e);
}

const struct command cmd_report = {
    .name = "report",
    .usage = "RESULT.json -o FILE.html|md",
    .summary = "one self-contained page of a saved plan",
    .details =
        "Writes the page that 'bedplan plan --report' writes, from what 'bedplan "
        "plan --json' said. Nothing is simulated or priced again.",
    .example = "bedplan plan plan.ini --json -o result.json\n"
               "bedplan report result.json -o report.html\n"
               "bedplan report result.json -o finance.md",
    .own_output = true,
    .run = run_report,
};

struct plot_settings {
    int chart; /* enum plan_chart */
};

/* clang-format off */
static const struct opt plot_opts[] = {
    { .key = "chart", .unit = "", .type = OPT_CHOICE, .preset = "months",
      .choices = "candidates|spend|months|sensitivity|volume",
      .offset = OPT_FIELD(struct plot_settings, int, chart),
      .help = "candidates: cost by option; spend: to date; months: each bill; sensitivity: what moves it; volume: cost by requests a day" },
};
/* clang-format on */

static enum err_code run_plot(struct app *app, void *settings,
                              const struct opt_list *args, struct err *e)
{
    const struct plot_settings *s = settings;
    struct plan p;
    struct plot plot;
    const char *path = NULL;
    if (one_file(&path, app, "plot", args, "svg, png or pdf", e) ||
        plan_saved_read(&p, app, path, e))
        return e->code;
    if (!plan_chart(&plot, &p, (enum plan_chart)s->chart))
        return err_set(e, ERR_INPUT, "%s: there is nothing to draw for '%s'", path,
                       plan_chart_name[s->chart]);
    return plot_write(&plot, app->opt.output, e);
}

const struct command cmd_plot = {
    .name = "plot",
    .usage = "RESULT.json -o FILE.svg|png|pdf [--chart NAME]",
    .summary = "one chart of a saved plan",
    .details = "Draws a chart of what 'bedplan plan --json' said.",
    .example = "bedplan plot result.json -o fan.png\n"
               "bedplan plot result.json --chart sensitivity -o tornado.svg",
    .opts = plot_opts,
    .opt_count = sizeof plot_opts / sizeof *plot_opts,
    .settings_bytes = sizeof(struct plot_settings),
    .own_output = true,
    .minor = true,
    .run = run_plot,
};
