#include "probe_charts.h"
#include "probe_saved.h"

struct settings {
    const char *data;
    int chart;
};

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct settings, T, f)
static const struct opt opts[] = {
    { .key = "chart", .type = OPT_CHOICE, .offset = AT(int, chart), .unit = "WHAT",
      .choices = "ecdf|timeline", .preset = "ecdf", .hi = PROBE_CHART_TIMELINE,
      .help = "share of requests within a time, or each request at its start" },
    { .key = "data", .type = OPT_TEXT, .offset = AT(const char *, data), .unit = "DIR",
      .help = "folder of saved runs, else $XDG_DATA_HOME/bedplan" },
};
#undef AT
/* clang-format on */

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct settings *s = settings;
    struct probe_saved saved = { 0 };
    struct plot p;
    if (args->count != 1 || !app->opt.output)
        return err_set(e, ERR_USAGE, "probe plot wants one NAME and -o FILE");
    if (probe_saved_read(&saved, args->text[0], s->data, app->arena, e)) return e->code;
    if (!probe_chart(&p, (enum probe_chart)s->chart, &saved.result, saved.record,
                     saved.count, app->arena))
        return err_set(e, ERR_SAMPLES, "probe %s: too little to draw", saved.meta.name);
    return plot_write(&p, app->opt.output, e);
}

const struct command cmd_probe_plot = {
    .name = "probe plot",
    .usage = "NAME -o FILE [options]",
    .summary = "draw a saved probe: distribution or timeline",
    .details = "Draws FILE.svg, .png or .pdf. The band round a distribution holds all "
               "of it with 95 % (Dvoretzky, Kiefer, Wolfowitz).",
    .example = "bedplan probe plot pro-monday --chart timeline -o monday.svg",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct settings),
    .own_output = true,
    .run = run,
};
