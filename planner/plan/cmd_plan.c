#include "plan_lines.h"

/* clang-format off */
#define AT(T, f) OPT_FIELD(struct plan_flags, T, f)
static const struct opt opts[] = {
    { .key = "region", .type = OPT_TEXT, .unit = "REGION", .offset = AT(const char *, region),
      .help = "instead of the plan's region" },
    { .key = "start", .type = OPT_DATE, .unit = "DATE", .offset = AT(int64_t, start_unix_s),
      .help = "instead of the plan's first day" },
    { .key = "months", .type = OPT_INT, .unit = "N", .lo = 1, .hi = 60, .offset = AT(int64_t, months),
      .help = "instead of the plan's horizon" },
    { .key = "paths", .type = OPT_INT, .unit = "N", .lo = 32, .hi = 1048576, .offset = AT(int64_t, paths),
      .help = "instead of the plan's number of demand paths" },
    { .key = "threads", .type = OPT_INT, .unit = "N", .lo = 1, .hi = 64, .offset = AT(int64_t, threads),
      .help = "threads to work on; the answer does not depend on it [one a processor]" },
    { .key = "at", .type = OPT_DATE, .unit = "DATE", .offset = AT(int64_t, at_unix_s),
      .help = "price with the catalog as it was known on that day" },
    { .key = "plots", .type = OPT_TEXT, .unit = "DIR", .offset = AT(const char *, plots),
      .help = "write the charts to DIR, as SVG and PNG" },
    { .key = "report", .type = OPT_TEXT, .unit = "FILE", .offset = AT(const char *, report),
      .help = "write one self-contained page to FILE.html, or the part for finance to FILE.md" },
    { .key = "budget", .type = OPT_FLAG, .unit = "", .offset = AT(bool, budget),
      .help = "a gate: exit 1 when a limit of [budget] breaks on more than half of the paths" },
    { .key = "fail_if", .type = OPT_LIST, .unit = "'breach>10%'", .offset = AT(struct opt_list, fail_if),
      .help = "a gate: exit 1 when a limit of [budget] breaks more often; also breach.monthly, breach.quarterly, breach.yearly" },
    PROOF_OPTION(AT(bool, explain)),
};
#undef AT
/* clang-format on */

static enum err_code run(struct app *app, void *settings, const struct opt_list *args,
                         struct err *e)
{
    const struct plan_flags *flags = settings;
    struct plan p;
    if (args->count > 1)
        return err_set(e, ERR_USAGE, "plan takes one file, not '%s'", args->text[1]);
    const char *path = args->count ? args->text[0] : "plan.ini";
    app->catalog_dated = app_origin(app, "at") != OPT_PRESET;
    app->catalog_at_unix_s = flags->at_unix_s;
    if (plan_build(&p, path, app, flags, e) || plan_simulate(&p, e) ||
        plan_price(&p, e) || plan_rank(&p, e))
        return e->code;
    if (app->format == FORMAT_JSON) {
        if (plan_json(&p, app->out, flags->explain, e)) return e->code;
    } else {
        plan_print(&p);
        if (flags->explain && plan_lines_text(&p, e)) return e->code;
    }
    if (flags->plots && plan_plots(&p, flags->plots, e)) return e->code;
    if (flags->report && plan_report(&p, flags->report, e)) return e->code;
    bool any = false;
    for (size_t i = 0; i < p.options; i++)
        any |= p.option[i].feasible && p.option[i].cost_nusd;
    if (!any) return err_set(e, ERR_INFEASIBLE, "%s: no candidate is feasible", path);
    return plan_gates(&p, flags, e);
}

const struct command cmd_plan = {
    .name = "plan",
    .usage = "[plan.ini] [options]",
    .summary = "rank models and ways to buy them by what your traffic would cost",
    .details =
        "Reads a plan ('bedplan help plan.ini' lists its keys, 'bedplan config "
        "--example' "
        "prints one), draws demand paths over its horizon, prices every candidate and "
        "purchase option on the same paths, and prints the ranking with its spread, "
        "the "
        "reasons of what is infeasible, break-even volumes, the risk of breaking the "
        "budget, "
        "and what the answer hangs on.\n\n"
        "Figures in the table are means and percentiles over paths of the mean month. "
        "The "
        "same seed gives the same bytes on any number of threads.",
    .example = "bedplan plan plan.ini.example\n"
               "bedplan plan plan.ini --plots out --report out/report.html\n"
               "bedplan plan plan.ini --json --fail-if 'breach>10%'",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .settings_bytes = sizeof(struct plan_flags),
    .formats = FORMATS_TABLE,
    .sealed = true,
    .run = run,
};
